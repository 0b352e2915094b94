from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.schedule import (
    ClashKind,
    HallTakenError,
    Occupied,
    ShowHasSalesError,
    ShowStatus,
    Span,
    WrongStatusError,
    add_minutes,
    find_clash,
    first_day_of_week,
    make_span,
    minutes_between,
    shift_span,
)

VIENNA = ZoneInfo("Europe/Vienna")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def span(hour: int, minute: int = 0, *, running: int = 90, pause: int = 15) -> Span:
    return make_span(datetime(2026, 5, 1, hour, minute, tzinfo=VIENNA), advertising=10, running=running, pause=pause)


def there(key: int, hour: int, minute: int = 0, *, hall_id: int = 1) -> Occupied:
    return Occupied(key=key, title=f"Film {key}", hall_id=hall_id, span=span(hour, minute))


def test_a_span_is_advertising_film_and_break() -> None:
    made = span(20)
    assert (made.ends_at.time(), made.free_at.time(), made.minutes()) == (time(21, 40), time(21, 55), 115)


def test_a_show_on_the_night_the_clocks_go_forward_ends_an_hour_later_by_the_clock_on_the_wall() -> None:
    made = make_span(local_moment(SPRING, time(1, 30), VIENNA), advertising=10, running=90, pause=15)
    assert made.ends_at.time() == time(4, 10)
    assert made.ends_at.astimezone(UTC) == datetime(2026, 3, 29, 2, 10, tzinfo=UTC)
    assert made.minutes() == 115


def test_a_show_on_the_night_the_clocks_go_back_ends_an_hour_earlier_by_the_clock_on_the_wall() -> None:
    made = make_span(local_moment(AUTUMN, time(1, 30), VIENNA), advertising=10, running=90, pause=15)
    assert (made.ends_at.time(), made.ends_at.fold) == (time(2, 10), 1)


def test_two_shows_of_the_doubled_hour_do_not_clash() -> None:
    first = make_span(local_moment(AUTUMN, time(2), VIENNA, later=False), advertising=0, running=40, pause=10)
    second = make_span(local_moment(AUTUMN, time(2), VIENNA, later=True), advertising=0, running=40, pause=10)
    assert find_clash(1, second, [Occupied(key=1, title="", hall_id=1, span=first)]) is None


def test_minutes_are_real_ones() -> None:
    late = local_moment(SPRING, time(1, 55), VIENNA)
    assert add_minutes(late, 10).time() == time(3, 5)
    assert minutes_between(late, add_minutes(late, 10)) == 10
    assert shift_span(span(20), -30) == span(19, 30)


@pytest.mark.parametrize(
    ("lengths", "field"),
    [
        ({"advertising": 91}, "advertising"),
        ({"advertising": -1}, "advertising"),
        ({"pause": 601}, "pause"),
        ({"running": 0}, "running_minutes"),
    ],
)
def test_lengths_no_show_has_are_refused(lengths: dict[str, int], field: str) -> None:
    values = {"advertising": 10, "running": 90, "pause": 15, **lengths}
    with pytest.raises(InvalidInputError) as refused:
        make_span(datetime(2026, 5, 1, 20, tzinfo=VIENNA), **values)
    assert refused.value.field == field


def test_films_that_overlap_clash_by_the_minutes_they_share() -> None:
    clash = find_clash(1, span(21), [there(1, 20)])
    assert clash is not None
    assert (clash.kind, clash.minutes, clash.is_before) == (ClashKind.OVERLAP, 40, True)


def test_too_short_cleaning_clashes_by_the_minutes_that_lack() -> None:
    after = find_clash(1, span(21, 45), [there(1, 20)])
    before = find_clash(1, span(18, 10), [there(1, 20)])
    assert after is not None
    assert before is not None
    assert (after.kind, after.minutes, after.is_before) == (ClashKind.CLEANING, 10, True)
    assert (before.kind, before.minutes, before.is_before) == (ClashKind.CLEANING, 5, False)


def test_touching_other_halls_and_itself_do_not_clash() -> None:
    others = [there(1, 20), there(2, 23, 50), there(3, 22, hall_id=2), there(4, 22)]
    assert find_clash(1, span(21, 55), others, ignoring=4) is None


def test_of_several_clashes_the_overlap_and_then_the_longer_is_named() -> None:
    clash = find_clash(1, span(21, 30, running=200), [there(1, 20), there(2, 22, 30), there(3, 23)])
    assert clash is not None
    assert (clash.other.key, clash.kind) == (2, ClashKind.OVERLAP)


def test_refusals_say_what_is_in_the_way() -> None:
    overlap, cleaning = find_clash(1, span(21), [there(1, 20)]), find_clash(1, span(21, 45), [there(1, 20)])
    assert overlap is not None
    assert cleaning is not None
    assert str(HallTakenError(overlap)) == "Film 1 is in the hall then: 40 minutes too many."
    assert str(HallTakenError(cleaning)) == "Cleaning beside Film 1 would be 10 minutes short."
    assert str(ShowHasSalesError(sold=3, held=1)).startswith("3 tickets")
    assert str(ShowHasSalesError(sold=0, held=1)).startswith("1 seats")
    assert str(WrongStatusError(ShowStatus.ON_SALE)) == "The show is on sale."


def test_a_cinema_week_begins_on_the_weekday_that_is_asked_for() -> None:
    thursday = date(2026, 5, 7)
    assert first_day_of_week(date(2026, 5, 13), 3) == thursday
    assert first_day_of_week(thursday, 3) == thursday
    assert first_day_of_week(thursday, 0) == date(2026, 5, 4)
