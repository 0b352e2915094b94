"""Where things are: rows, real minutes on nights when clocks change, and what stays in sight."""

import os
import time as machine
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.schedule import ShowStatus, minutes_between
from boxoffice_desktop.ui.manage.schedule.geometry import BAND, DAY_GAP, Geometry
from boxoffice_desktop.ui.manage.schedule.timeline import Timeline
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.manage.schedule.conftest import FRIDAY, ZONE, at, block, schedule

AUTUMN, SPRING = date(2026, 10, 24), date(2026, 3, 28)


def test_the_night_of_the_doubled_hour_is_a_row_of_25_hours_and_both_twos_have_their_place() -> None:
    geometry = Geometry(schedule(first=AUTUMN), per_minute=1, row_height=40)
    row = geometry.rows[0]
    sunday = AUTUMN + timedelta(days=1)
    first, second = (local_moment(sunday, time(2), ZONE, later=later) for later in (False, True))
    assert geometry.width == 25 * 60
    assert geometry.x_of(row, second) - geometry.x_of(row, first) == 60
    assert [geometry.moment_at(row, geometry.x_of(row, each)).fold for each in (first, second)] == [0, 1]


def test_the_night_of_the_missing_hour_has_no_place_for_it() -> None:
    geometry = Geometry(schedule(first=date(2026, 3, 28)), per_minute=1, row_height=40)
    row = geometry.rows[0]
    before = geometry.moment_at(row, 20 * 60 - 5)
    after = geometry.moment_at(row, 20 * 60)
    assert (before.time(), after.time()) == (time(1, 55), time(3))


def week_of(day: date) -> Geometry:
    monday = day - timedelta(days=day.weekday())
    return Geometry(schedule(days=7, first=monday), per_minute=1, row_height=40)


@pytest.fixture
def machine_elsewhere() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    machine.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    machine.tzset()


@pytest.mark.skipif(not hasattr(machine, "tzset"), reason="the zone of the machine can only be changed on Unix")
@pytest.mark.parametrize("saturday", [AUTUMN, SPRING, FRIDAY])
def test_every_ruler_of_a_week_is_right_for_its_day_wherever_the_machine_is(
    saturday: date, machine_elsewhere: None
) -> None:
    geometry = week_of(saturday)
    special = {band.day.day: band for band in geometry.bands}
    for row in geometry.rows:
        own = {round(hour.x): hour.moment for hour in geometry.hours(geometry.ruler_day)}
        band = special.get(row.day.day)
        if band is not None:
            own = {x: at for x, at in own.items() if x < round(band.hours[0].x)}
            own |= {round(hour.x): hour.moment for hour in band.hours}
        # What the ruler that is meant for the row shows at a place is what a show that begins there begins at.
        for x, told in own.items():
            if x < minutes_between(row.day.starts_at, row.day.ends_at):
                assert geometry.moment_at(row, x).time() == told.time()


def test_only_the_night_of_the_change_has_a_ruler_of_its_own() -> None:
    back, forward = week_of(AUTUMN).bands, week_of(SPRING).bands
    assert [(band.day.day, band.minutes) for band in (*back, *forward)] == [(AUTUMN, -60), (SPRING, 60)]
    assert [f"{hour.moment:%H:%M}" for hour in back[0].hours] == ["02:00", "03:00", "04:00", "05:00"]
    assert [f"{hour.moment:%H:%M}" for hour in forward[0].hours] == ["03:00", "04:00", "05:00"]
    assert week_of(FRIDAY).bands == []


def test_a_single_day_is_told_by_the_ruler_above() -> None:
    geometry = Geometry(schedule(first=AUTUMN), per_minute=1, row_height=40)
    assert geometry.bands == []
    assert [f"{hour.moment:%H}" for hour in geometry.hours(geometry.ruler_day)][19:23] == ["01", "02", "02", "03"]


def test_the_halls_of_the_night_of_the_change_stand_below_its_ruler() -> None:
    geometry = week_of(AUTUMN)
    (band,) = geometry.bands
    first = next(row for row in geometry.rows if row.day is band.day)
    before = geometry.rows[first.index - 1]
    assert (band.top, first.top) == (before.top + 40 + DAY_GAP, band.top + BAND)


def test_a_moment_is_on_five_minutes_and_within_its_day() -> None:
    geometry = Geometry(schedule(), per_minute=1, row_height=40)
    row = geometry.rows[0]
    assert geometry.moment_at(row, 7.4 * 60 + 1) == at(13, 25)
    assert geometry.moment_at(row, -50) == at(6)
    assert geometry.moment_at(row, 9999).time() == time(5, 55)


def test_halls_do_not_run_over_into_the_next_day() -> None:
    geometry = Geometry(schedule(days=2), per_minute=1, row_height=40)
    assert geometry.next_row(geometry.rows[1], 1) is geometry.rows[1]
    assert geometry.next_row(geometry.rows[2], -1) is geometry.rows[2]


def test_a_live_show_lies_above_a_cancelled_one() -> None:
    gone, there = block(1, at(18), status=ShowStatus.CANCELLED), block(2, at(18))
    geometry = Geometry(schedule(gone, there), per_minute=1, row_height=40)
    x = geometry.x_of(geometry.rows[0], at(18, 30))
    assert geometry.block_at(x, 5) is there
    assert geometry.block_at(x, 45) is None
    assert Geometry(schedule(gone), per_minute=1, row_height=40).block_at(x, 5) is gone


def test_what_is_in_sight_stays_there_through_themes_sizes_and_zooms(qtbot: QtBot, qapp: QApplication) -> None:
    timeline = Timeline(Words("en_GB"))
    qtbot.addWidget(timeline)
    timeline.resize(900, 500)
    timeline.show()
    timeline.show_schedule(schedule(block(1, at(20)), days=7, first=FRIDAY - timedelta(days=4)))

    def left() -> float:
        assert timeline.view.geometry_now is not None
        return timeline.view.horizontalScrollBar().value() / timeline.view.geometry_now.per_minute

    assert abs(left() - 4 * 60) < 2
    apply_theme(qapp, dark=True)
    timeline.resize(60, 500)
    timeline.resize(1400, 600)
    assert abs(left() - 4 * 60) < 2
    timeline.zoom(1)
    timeline.zoom(-1)
    assert abs(left() - 4 * 60) < 2
