"""Nights when clocks change, shows past midnight, and a venue in another zone than the machine."""

import os
import time as machine
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.week_plan import PlanTrouble
from boxoffice_desktop.services.schedule import planning, reading
from boxoffice_desktop.services.schedule.drafts import ShowChange, change_show
from tests.services.schedule.conftest import ZURICH, Office

# Far enough ahead for every run; both are Saturdays whose night has the change.
SPRING, AUTUMN = date(2036, 3, 29), date(2036, 10, 25)


@pytest.fixture
def machine_elsewhere() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    machine.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    machine.tzset()


def test_a_night_without_an_hour_is_a_day_of_23(office: Office) -> None:
    office = replace(office, day=SPRING)
    block = office.create(office.at(1, 30, days=1))
    schedule = office.till.call(reading.read_schedule, first_day=SPRING)
    bounds = schedule.days[0]
    assert bounds.ends_at.astimezone(UTC) - bounds.starts_at.astimezone(UTC) == timedelta(hours=23)
    assert block.day == SPRING
    assert block.span.ends_at.time() == time(4, 19)
    assert (block.advertising_minutes, block.pause_minutes) == (15, 15)


def test_both_shows_of_the_hour_that_comes_twice_stand(office: Office) -> None:
    office = replace(office, day=AUTUMN)
    sunday = AUTUMN + timedelta(days=1)
    first = office.create(local_moment(sunday, time(2), ZURICH, later=False), movie_id=office.short_movie_id)
    second = office.create(local_moment(sunday, time(2), ZURICH, later=True), movie_id=office.short_movie_id)
    blocks = office.blocks()
    assert [block.show_id for block in blocks] == [first.show_id, second.show_id]
    assert [block.span.starts_at.fold for block in blocks] == [0, 1]
    moved = office.till.call(
        change_show,
        show_id=second.show_id,
        version=second.version,
        change=ShowChange(starts_at=local_moment(sunday, time(3), ZURICH)),
    )
    assert moved.after.span.starts_at.time() == time(3)


def test_moving_from_the_first_to_the_second_two_oclock_is_a_move(office: Office) -> None:
    office = replace(office, day=AUTUMN)
    sunday = AUTUMN + timedelta(days=1)
    later = local_moment(sunday, time(2), ZURICH, later=True)
    block = office.create(
        local_moment(sunday, time(2), ZURICH, later=False),
        movie_id=office.short_movie_id,
        hall_id=office.other_hall_id,
    )
    assert office.change(block, starts_at=later).after.span.starts_at.fold == 1


def test_a_copy_onto_the_missing_hour_is_named(office: Office) -> None:
    office = replace(office, day=SPRING - timedelta(days=7))
    office.create(office.at(2, 30, days=1), hall_id=office.other_hall_id)
    office.create(office.at(1, days=1))
    plan = office.till.call(planning.preview_copy, from_day=office.day, to_day=SPRING - timedelta(days=14))
    assert len(plan.shows) == 2
    night = office.till.call(planning.preview_copy, from_day=office.day, to_day=SPRING)
    assert [each.trouble for each in night.conflicts if each.at == time(2, 30)] == [PlanTrouble.NO_SUCH_TIME]


@pytest.mark.skipif(not hasattr(machine, "tzset"), reason="the zone of the machine can only be changed on Unix")
def test_a_venue_in_another_zone_than_the_machine_keeps_its_own_times(office: Office, machine_elsewhere: None) -> None:
    assert datetime.now().astimezone().utcoffset() == timedelta(hours=9)  # noqa: TID251  the machine's clock is meant
    block = office.create(office.at(0, 15, days=1))
    assert (block.day, block.span.starts_at.time()) == (office.day, time(0, 15))
    assert block.span.starts_at.tzinfo == ZoneInfo("Europe/Zurich")
