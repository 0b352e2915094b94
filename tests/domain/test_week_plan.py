from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.schedule import Occupied, find_clash, make_span
from boxoffice_desktop.domain.week_plan import (
    FilmWish,
    PlanHall,
    PlanRules,
    PlanTrouble,
    is_prime_time,
    plan_week,
)

VIENNA = ZoneInfo("Europe/Vienna")
FRIDAY = date(2026, 5, 8)
SMALL = PlanHall(hall_id=1, name="Small", capacity=60, cleaning_minutes=15)
LARGE = PlanHall(hall_id=2, name="Large", capacity=400, cleaning_minutes=20)
RULES = PlanRules(zone=VIENNA, shift_minutes=0)


def wish(title: str = "A", **changes: Any) -> FilmWish:
    values: dict[str, Any] = {
        "movie_id": ord(title[0]),
        "title": title,
        "running_minutes": 100,
        "hall_ids": (1, 2),
        "times": (time(20),),
        "days": (FRIDAY,),
    }
    return FilmWish(**{**values, **changes})


def rules(**changes: Any) -> PlanRules:
    return PlanRules(**{"zone": VIENNA, "shift_minutes": 0, **changes})


def test_every_film_gets_its_times_on_its_days() -> None:
    days = tuple(FRIDAY + timedelta(days=ahead) for ahead in range(3))
    plan = plan_week([wish(times=(time(15), time(20)), days=days)], [SMALL, LARGE], RULES)
    assert [(show.day, show.span.starts_at.time()) for show in plan.shows] == [
        (day, at) for day in days for at in (time(15), time(20))
    ]
    assert plan.conflicts == ()


def test_in_prime_time_the_first_film_gets_the_largest_hall() -> None:
    plan = plan_week([wish("A"), wish("B")], [SMALL, LARGE], RULES)
    assert {show.title: show.hall_id for show in plan.shows} == {"A": 2, "B": 1}
    turned = plan_week([wish("B"), wish("A")], [SMALL, LARGE], RULES)
    assert {show.title: show.hall_id for show in turned.shows} == {"B": 2, "A": 1}


def test_prime_time_goes_before_the_afternoon_of_a_film_of_higher_rank() -> None:
    long_afternoon = wish("A", times=(time(17),), running_minutes=200, hall_ids=(2,))
    plan = plan_week([long_afternoon, wish("B", hall_ids=(2,))], [SMALL, LARGE], RULES)
    assert [show.title for show in plan.shows] == ["B"]
    assert [(each.title, each.trouble) for each in plan.conflicts] == [("A", PlanTrouble.NO_ROOM)]


def test_outside_prime_time_the_halls_take_turns() -> None:
    plan = plan_week([wish(times=(time(11), time(14), time(16, 30)))], [SMALL, LARGE], RULES)
    assert [show.hall_id for show in plan.shows] == [1, 2, 1]


def test_a_childrens_film_stays_out_of_prime_time() -> None:
    plan = plan_week([wish(times=(time(14), time(20)), in_prime=False)], [LARGE], RULES.__class__(zone=VIENNA))
    assert [show.span.starts_at.time() for show in plan.shows] == [time(14)]
    assert plan.conflicts[0].trouble is PlanTrouble.NOT_IN_PRIME


def test_a_start_without_room_is_shifted_as_far_as_the_rules_allow() -> None:
    taken = make_span(datetime(2026, 5, 8, 18, tzinfo=VIENNA), advertising=15, running=100, pause=15)
    occupied = [Occupied(key=1, title="Before", hall_id=1, span=taken)]
    plan = plan_week([wish(hall_ids=(1,))], [SMALL], rules(shift_minutes=30), occupied)
    assert [(show.span.starts_at.time(), show.shifted_minutes) for show in plan.shows] == [(time(20, 10), 10)]
    refused = plan_week([wish(hall_ids=(1,))], [SMALL], rules(shift_minutes=5), occupied)
    clash = refused.conflicts[0].clash
    assert clash is not None
    assert (clash.other.title, clash.minutes) == ("Before", 10)


def test_starts_keep_their_distance_at_the_door() -> None:
    plan = plan_week([wish("A"), wish("B")], [SMALL, LARGE], rules(stagger_minutes=10, shift_minutes=15))
    assert [show.span.starts_at.time() for show in plan.shows] == [time(20), time(20, 10)]
    tight = plan_week([wish("A"), wish("B")], [SMALL, LARGE], rules(stagger_minutes=10))
    assert tight.conflicts[0].trouble is PlanTrouble.TOO_CLOSE


def test_a_start_after_midnight_belongs_to_the_evening_before() -> None:
    plan = plan_week([wish(times=(time(0, 30),))], [SMALL], RULES)
    starts_at = plan.shows[0].span.starts_at
    assert starts_at == datetime(2026, 5, 9, 0, 30, tzinfo=VIENNA)
    assert business_day_of(starts_at, VIENNA, time(6)) == FRIDAY == plan.shows[0].day


def test_a_time_that_does_not_exist_is_said_and_a_doubled_one_is_its_first() -> None:
    spring = plan_week([wish(times=(time(2, 30),), days=(date(2026, 3, 28),))], [SMALL], RULES)
    assert spring.conflicts[0].trouble is PlanTrouble.NO_SUCH_TIME
    autumn = plan_week([wish(times=(time(2, 30),), days=(date(2026, 10, 24),))], [SMALL], RULES)
    assert autumn.shows[0].span.starts_at.fold == 0


def test_nothing_is_planned_into_the_past_nor_shifted_there() -> None:
    now = datetime(2026, 5, 8, 20, 1, tzinfo=VIENNA)
    plan = plan_week([wish(times=(time(20), time(20, 5)))], [SMALL], rules(shift_minutes=30), not_before=now)
    assert [show.span.starts_at.time() for show in plan.shows] == [time(20, 5)]
    assert [each.trouble for each in plan.conflicts] == [PlanTrouble.PAST]
    before = make_span(datetime(2026, 5, 8, 20, 5, tzinfo=VIENNA), advertising=0, running=10, pause=0)
    blocked = [Occupied(key=1, title="", hall_id=1, span=before)]
    late = plan_week([wish(times=(time(20, 5),))], [SMALL], rules(shift_minutes=5), blocked, not_before=now)
    assert late.shows == ()


def test_halls_that_do_not_exist_are_no_halls() -> None:
    plan = plan_week([wish(hall_ids=(7,))], [SMALL], RULES)
    assert plan.conflicts[0].trouble is PlanTrouble.NO_HALL


def test_prime_time_may_run_past_midnight_or_not_be_at_all() -> None:
    late = rules(prime_from=time(22), prime_until=time(1))
    assert [is_prime_time(at, late) for at in (time(21, 59), time(22), time(0, 59), time(1))] == [
        False,
        True,
        True,
        False,
    ]
    assert not is_prime_time(time(20), rules(prime_from=time(20), prime_until=time(20)))


@settings(max_examples=60, deadline=None)
@given(
    wishes=st.lists(
        st.builds(
            wish,
            st.sampled_from("ABCDE"),
            running_minutes=st.integers(60, 200),
            hall_ids=st.sampled_from([(1,), (2,), (1, 2)]),
            times=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), max_size=4).map(tuple),
            days=st.sampled_from([(FRIDAY,), (FRIDAY, FRIDAY + timedelta(days=1)), (date(2026, 3, 28),)]),
        ),
        max_size=4,
    ),
    shift=st.sampled_from([0, 30]),
    stagger=st.sampled_from([0, 10]),
)
def test_no_plan_overlaps_loses_a_wish_or_differs_when_made_again(
    wishes: list[FilmWish], shift: int, stagger: int
) -> None:
    chosen = rules(shift_minutes=shift, stagger_minutes=stagger)
    plan = plan_week(wishes, [SMALL, LARGE], chosen)
    wanted = sum(len(set(each.times)) * len(set(each.days)) for each in wishes)
    assert len(plan.shows) + len(plan.conflicts) == wanted
    placed = [
        Occupied(key=key, title=show.title, hall_id=show.hall_id, span=show.span) for key, show in enumerate(plan.shows)
    ]
    assert all(find_clash(each.hall_id, each.span, placed, ignoring=each.key) is None for each in placed)
    assert plan_week(wishes, [SMALL, LARGE], chosen) == plan
