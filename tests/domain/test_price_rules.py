from datetime import date, time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from boxoffice_desktop.domain.price_rules import PriceRule, find_applying_rule, included_tax

FRIDAY = date(2026, 11, 20)
SIX = time(6)
CLOCK = ("06:00", "11:59", "18:00", "20:00", "23:59", "00:00", "00:30", "01:59", "02:00", "05:59")


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        ({}, True),
        ({"weekdays": frozenset({5})}, True),
        ({"weekdays": frozenset({1, 6})}, False),
        ({"weekdays": frozenset()}, False),
        ({"from_time": time(20, 15)}, True),
        ({"from_time": time(20, 16)}, False),
        ({"to_time": time(20, 15)}, False),
        ({"to_time": time(20, 16)}, True),
        ({"valid_from": FRIDAY, "valid_to": FRIDAY}, True),
        ({"valid_from": date(2026, 11, 21)}, False),
        ({"valid_to": date(2026, 11, 19)}, False),
        ({"format": "3D"}, True),
        ({"format": "2D"}, False),
        ({"movie_id": 7}, True),
        ({"movie_id": 8}, False),
    ],
)
def test_a_rule_covers_a_show_when_all_it_says_fits(rule: dict[str, Any], covers: bool) -> None:  # noqa: FBT001
    made = PriceRule(price_list_id=1, priority=0, **rule)
    assert made.covers(day=FRIDAY, at=time(20, 15), day_ends_at=SIX, show_format="3D", movie_id=7) is covers


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        # One evening: the night after it belongs to it, the morning before does not.
        (time(20), time(2), {"20:00", "23:59", "00:00", "00:30", "01:59"}),
        (time(18), time(0), {"18:00", "20:00", "23:59"}),
        (time(18), None, {"18:00", "20:00", "23:59", "00:00", "00:30", "01:59", "02:00", "05:59"}),
        (None, time(12), {"06:00", "11:59"}),
        (None, time(0, 30), {"06:00", "11:59", "18:00", "20:00", "23:59", "00:00"}),
        (time(0), None, {"00:00", "00:30", "01:59", "02:00", "05:59"}),
        (time(6), None, set(CLOCK)),
        (None, time(6), set(CLOCK)),
    ],
)
def test_times_are_of_the_business_day_and_may_pass_midnight(
    start: time | None, end: time | None, covered: set[str]
) -> None:
    rule = _rule(1, 0, from_time=start, to_time=end)
    found = {
        at
        for at in CLOCK
        if rule.covers(day=FRIDAY, at=time.fromisoformat(at), day_ends_at=SIX, show_format="2D", movie_id=1)
    }
    assert found == covered


@given(st.times(), st.times(), st.times(), st.times())
def test_two_lists_that_meet_share_the_day_between_them(at: time, start: time, end: time, day_ends_at: time) -> None:
    assume(start != end)
    day, evening = _rule(1, 0, from_time=start, to_time=end), _rule(2, 0, from_time=end, to_time=start)
    asked = {"day": FRIDAY, "at": at, "day_ends_at": day_ends_at, "show_format": "2D", "movie_id": 1}
    assert day.covers(**asked) is not evening.covers(**asked)


def test_the_highest_priority_that_covers_wins() -> None:
    rules = [_rule(1, 0), _rule(2, 9, format="IMAX"), _rule(3, 5)]
    assert _find(rules) == rules[2]


def test_of_equal_priorities_the_newest_list_wins() -> None:
    rules = [_rule(2, 5), _rule(3, 5), _rule(1, 5)]
    assert _find(rules) == rules[1]


def test_no_rule_is_none() -> None:
    assert _find([_rule(1, 0, format="IMAX")]) is None


@pytest.mark.parametrize(
    ("amount", "basis_points", "tax"),
    [(1200, 800, 89), (1300, 1300, 150), (1000, 0, 0), (0, 2000, 0), (3, 10_000, 2), (1, 10_000, 1)],
)
def test_the_tax_is_inside_the_price_and_halves_go_up(amount: int, basis_points: int, tax: int) -> None:
    assert included_tax(amount, basis_points) == tax


@given(st.integers(0, 100_000_000), st.integers(0, 10_000))
def test_the_tax_is_the_nearest_whole_unit(amount: int, basis_points: int) -> None:
    tax = included_tax(amount, basis_points)
    base = 10_000 + basis_points
    assert abs(2 * (tax * base - amount * basis_points)) <= base
    assert 0 <= tax <= amount


def _rule(price_list_id: int, priority: int, **fits: Any) -> PriceRule:
    return PriceRule(price_list_id=price_list_id, priority=priority, **fits)


def _find(rules: list[PriceRule]) -> PriceRule | None:
    return find_applying_rule(rules, day=FRIDAY, at=time(20, 15), day_ends_at=SIX, show_format="2D", movie_id=1)
