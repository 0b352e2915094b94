from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of, local_moment
from boxoffice_desktop.domain.errors import InvalidInputError

VIENNA = ZoneInfo("Europe/Vienna")
SIX = time(6)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        (datetime(2026, 11, 20, 5, 59, 59, tzinfo=VIENNA), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 6, 0, tzinfo=VIENNA), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 59, tzinfo=VIENNA), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 0, 30, tzinfo=VIENNA), date(2026, 11, 20)),
    ],
)
def test_the_day_ends_at_six(local: datetime, day: date) -> None:
    assert business_day_of(local, VIENNA, SIX) == day


def test_the_day_is_the_venues_not_the_clocks() -> None:
    assert business_day_of(datetime(2026, 11, 20, 4, 30, tzinfo=UTC), VIENNA, SIX) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 11, 20), 24)],
)
def test_the_night_of_the_clock_change_is_an_hour_shorter_or_longer(day: date, hours: int) -> None:
    start, end = business_day_bounds(day, VIENNA, SIX)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_the_bounds_and_the_day_agree_to_the_second(day: date) -> None:
    start, end = business_day_bounds(day, VIENNA, SIX)
    second = timedelta(seconds=1)
    moments = [moment.astimezone(UTC) for moment in (start, end)]
    days = [business_day_of(at, VIENNA, SIX) for at in (moments[0], moments[1] - second, moments[1])]
    assert days == [day, day, day + timedelta(days=1)]


def test_an_ordinary_time_is_itself() -> None:
    assert local_moment(date(2026, 11, 20), time(20, 15), VIENNA).isoformat() == "2026-11-20T20:15:00+01:00"


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="does not exist"):
        local_moment(date(2026, 3, 29), time(2, 30), VIENNA, later=True)


def test_a_time_that_comes_twice_must_be_asked() -> None:
    with pytest.raises(InvalidInputError, match="twice"):
        local_moment(date(2026, 10, 25), time(2, 30), VIENNA)


@pytest.mark.parametrize(("later", "hour"), [(False, 0), (True, 1)])
def test_a_time_that_comes_twice_is_the_one_that_was_meant(later: bool, hour: int) -> None:  # noqa: FBT001
    moment = local_moment(date(2026, 10, 25), time(2, 30), VIENNA, later=later)
    assert moment.astimezone(UTC) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
