"""A schedule without a database: two halls, a Friday, and a till that answers from memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.business_day import business_day_bounds
from boxoffice_desktop.domain.price_editing import PriceListDraft
from boxoffice_desktop.domain.price_rules import RuleCheck, RuleKind
from boxoffice_desktop.domain.schedule import ShowStatus, make_span
from boxoffice_desktop.services.price_lists import PriceListDetails
from boxoffice_desktop.services.schedule import reading
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, DayBounds, HallRow, Schedule, ShowBlock
from boxoffice_desktop.services.schedule.show_prices import ListVerdict, ShowPrices, explain_show_prices
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk

ZONE = ZoneInfo("Europe/Warsaw")
FRIDAY = date(2026, 5, 8)
HALLS = (
    HallRow(hall_id=1, name="Hall 1", capacity=100, cleaning_minutes=15),
    HallRow(hall_id=2, name="Hall 2", capacity=60, cleaning_minutes=20),
)
FILMS = (
    CatalogueFilm(
        movie_id=1,
        title="Nosferatu",
        certificate="PG",
        colour=2,
        running_minutes=90,
        release_date=None,
        shows_ahead=3,
    ),
    CatalogueFilm(
        movie_id=2,
        title="Unfinished",
        certificate="",
        colour=1,
        running_minutes=None,
        release_date=None,
        shows_ahead=0,
    ),
)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def block(show_id: int, starts_at: datetime, **changes: Any) -> ShowBlock:
    hall = HALLS[changes.get("hall_id", 1) - 1]
    pause = changes.pop("pause", hall.cleaning_minutes)
    values: dict[str, Any] = {
        "show_id": show_id,
        "version": 7,
        "movie_id": 1,
        "title": "Nosferatu",
        "certificate": "PG",
        "colour": 2,
        "running_minutes": 90,
        "format": "2D",
        "language": "",
        "hall_id": 1,
        "hall_name": hall.name,
        "status": ShowStatus.DRAFT,
        "day": FRIDAY,
        "span": make_span(starts_at, advertising=10, running=90, pause=pause),
        "sold": 0,
        "held": 0,
        "capacity": hall.capacity,
    }
    return ShowBlock(**{**values, **changes})


def schedule(*blocks: ShowBlock, days: int = 1, first: date = FRIDAY) -> Schedule:
    bounds = [business_day_bounds(first + timedelta(days=ahead), ZONE, time(6)) for ahead in range(days)]
    return Schedule(
        zone=ZONE,
        today=FRIDAY,
        now=at(12),
        days=tuple(DayBounds(day=start.date(), starts_at=start, ends_at=end) for start, end in bounds),
        halls=HALLS,
        blocks=tuple(blocks),
    )


def moved(one: ShowBlock, **changes: Any) -> ShowBlock:
    return replace(one, version=one.version + 1, **changes)


def prices_of(one: ShowBlock, **changes: Any) -> ShowPrices:
    """Standard always holds; Weekend would only on Saturdays and Sundays."""
    standard = PriceListDraft(name="Standard", tax_rate_id=1)
    weekend = PriceListDraft(name="Weekend", tax_rate_id=1, priority=5, weekdays=frozenset({6, 7}))
    values: dict[str, Any] = {
        "block": one,
        "day": FRIDAY,
        "day_ends_at": time(6),
        "chosen_id": None,
        "ruled_id": 1,
        "selling_id": None,
        "lists": (
            ListVerdict(
                details=PriceListDetails(price_list_id=2, version=1, draft=weekend, movie_title=""),
                checks=(RuleCheck(kind=RuleKind.WEEKDAY, holds=False),),
            ),
            ListVerdict(
                details=PriceListDetails(price_list_id=1, version=1, draft=standard, movie_title=""), checks=()
            ),
        ),
    }
    return ShowPrices(**{**values, **changes})


def asked(desk: FakeDesk, operation: Any) -> list[dict[str, Any]]:
    """What the till was asked to do with an operation."""
    return [arguments for each, arguments in desk.asked if each is operation]


def opened(page: SchedulePage, kind: type[Any]) -> Any:
    """The first dialog of this kind on the page."""
    return page.findChildren(kind)[0]


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, dark=False)
    yield
    apply_theme(qapp, dark=False)


@pytest.fixture
def shown() -> Schedule:
    """Two drafts in Hall 1 (18:00, 21:00) and a sold show in Hall 2 (20:00)."""
    return schedule(
        block(1, at(18)),
        block(2, at(21)),
        block(3, at(20), hall_id=2, status=ShowStatus.ON_SALE, sold=12, held=2),
    )


@pytest.fixture
def page(qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, shown: Schedule) -> Iterator[SchedulePage]:
    desk.answers[reading.read_schedule] = shown
    desk.answers[reading.list_films] = FILMS
    desk.answers[explain_show_prices] = prices_of(shown.blocks[0])
    page = SchedulePage(tasks)
    qtbot.addWidget(page)
    page.resize(1290, 700)
    with qtbot.waitSignal(page.controller.refreshed), qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    qtbot.waitUntil(tasks.is_idle)
    page.timeline.view.setFocus()
    yield page
    page.leave()
    qtbot.waitUntil(tasks.is_idle)
