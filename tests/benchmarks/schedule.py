"""How quickly a week of eight halls is drawn, on the offscreen platform (no graphics card)."""

import os
from datetime import date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.business_day import business_day_bounds
from boxoffice_desktop.domain.schedule import ShowStatus, add_minutes, make_span
from boxoffice_desktop.services.schedule.reading import DayBounds, HallRow, Schedule, ShowBlock
from boxoffice_desktop.ui.manage.schedule.timeline import Timeline
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import apply_theme

_SIZE = (1010, 640)
_OPENINGS = 15
_HALLS = 8
_SHOWS_A_DAY = 6
_ZONE = ZoneInfo("Europe/Vienna")
_MONDAY = date(2026, 5, 4)
_STATUSES = (ShowStatus.ON_SALE, ShowStatus.DRAFT, ShowStatus.ON_SALE, ShowStatus.CLOSED)


def build_week() -> Schedule:
    """Eight halls, seven days, six shows each: 336 shows of eight films."""
    halls = tuple(HallRow(hall_id=n, name=f"Hall {n}", capacity=300, cleaning_minutes=15) for n in range(1, _HALLS + 1))
    days = [_MONDAY + timedelta(days=ahead) for ahead in range(7)]
    bounds = [(day, *business_day_bounds(day, _ZONE, time(6))) for day in days]
    blocks = [
        _block(number, hall, day, add_minutes(start, 5 * 60 + 10 * hall.hall_id + 150 * slot))
        for day, start, _ in bounds
        for hall in halls
        for slot in range(_SHOWS_A_DAY)
        for number in (len(halls) * _SHOWS_A_DAY * days.index(day) + _SHOWS_A_DAY * hall.hall_id + slot,)
    ]
    return Schedule(
        zone=_ZONE,
        today=_MONDAY,
        now=bounds[0][1],
        days=tuple(DayBounds(day=day, starts_at=start, ends_at=end) for day, start, end in bounds),
        halls=halls,
        blocks=tuple(blocks),
    )


def _block(number: int, hall: HallRow, day: date, starts_at: datetime) -> ShowBlock:
    return ShowBlock(
        show_id=number,
        version=1,
        movie_id=number % 8,
        title=f"A film with a title, part {number % 8}",
        certificate="12",
        colour=number % 8,
        running_minutes=110,
        format="3D" if number % 3 else "2D",
        language="OmU",
        hall_id=hall.hall_id,
        hall_name=hall.name,
        status=_STATUSES[number % len(_STATUSES)],
        day=day,
        span=make_span(starts_at, advertising=15, running=110, pause=15),
        sold=number % 250,
        held=number % 5,
        capacity=300,
    )


def _open(schedule: Schedule) -> float:
    """From what was read to the painted week; the window exists, nothing of the week is kept."""
    timeline = Timeline(Words("en_GB"))
    timeline.resize(*_SIZE)
    timeline.show()
    QTest.qWaitForWindowExposed(timeline)
    timeline.view.viewport().repaint()
    start = perf_counter()
    timeline.show_schedule(schedule)
    timeline.repaint()
    timeline.view.viewport().repaint()
    taken = (perf_counter() - start) * 1000
    timeline.close()
    return taken


def measure() -> dict[str, dict[str, object]]:
    """The median of several openings of a week with 336 shows."""
    app = QApplication.instance() or QApplication([])
    if isinstance(app, QApplication):
        apply_theme(app, dark=False)
    week = build_week()
    # The first pays for fonts and imports; a till pays it once, at start.
    _open(week)
    value = median(_open(week) for _ in range(_OPENINGS))
    return {"week_open_ms_8_halls": {"value": round(value, 3), "unit": "ms", "budget": 150, "runs": _OPENINGS}}
