"""The rules of selling: who sets them, within which bounds, and that the database goes by them at once."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import BasketFullError, ConflictError, NotAllowedError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.reservations import reserve_seats
from boxoffice_desktop.services.venue_settings import SellingRules, get_selling_rules, save_selling_rules
from tests.support.cinema import Cinema, Till, grant
from tests.support.seats import hold

AT_FIRST = SellingRules(
    hold_seconds=300,
    hold_cap_seconds=900,
    basket_limit=10,
    day_ends_at=time(6),
    reservation_minutes=30,
    reservation_limit=30,
)
NEW = SellingRules(
    hold_seconds=120,
    hold_cap_seconds=600,
    basket_limit=2,
    day_ends_at=time(5, 30),
    reservation_minutes=45,
    reservation_limit=1,
)


@pytest.fixture
def mona(cinema: Cinema) -> Till:
    """Mona, who manages terminals too, signed in at Counter 1."""
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    return cinema.till(user_name="mona")


def test_a_manager_sets_the_rules_and_they_are_audited(cinema: Cinema, mona: Till) -> None:
    assert mona.call(get_selling_rules) == AT_FIRST
    assert mona.call(save_selling_rules, rules=NEW, read=AT_FIRST) == NEW
    assert mona.call(get_selling_rules) == NEW
    assert cinema.query(
        "SELECT a.before ->> 'hold_seconds', a.after ->> 'hold_seconds', s.user_name FROM boxoffice.audit a"
        " JOIN boxoffice.staff s USING (staff_id) WHERE a.table_name = 'venue' AND a.operation = 'update'"
    ) == [("300", "120", "mona")]


def test_the_rules_hold_at_once_at_a_till_that_is_open(cinema: Cinema, mona: Till) -> None:
    sid, carla = cinema.till("Counter 2", "sid"), cinema.till("Counter 3")
    assert 290 < hold(cinema, sid, "A1", "A2", "A3").seconds_left <= 300
    mona.call(save_selling_rules, rules=NEW, read=AT_FIRST)
    assert 110 < hold(cinema, carla, "B1", "B2").seconds_left <= 120
    with pytest.raises(BasketFullError):
        hold(cinema, carla, "C1", "C2", "C3")


@pytest.mark.parametrize("user_name", ["carla", "mona"])
def test_who_manages_no_terminals_neither_reads_nor_sets_them(cinema: Cinema, user_name: str) -> None:
    till = cinema.till(user_name=user_name)
    with pytest.raises(NotAllowedError):
        till.call(get_selling_rules)
    with pytest.raises(NotAllowedError):
        till.call(save_selling_rules, rules=NEW, read=AT_FIRST)
    assert cinema.query("SELECT hold_seconds FROM boxoffice.venue") == [(300,)]


def test_the_second_of_two_managers_is_told(mona: Till) -> None:
    mona.call(save_selling_rules, rules=NEW, read=AT_FIRST)
    with pytest.raises(StaleEditError) as refused:
        mona.call(save_selling_rules, rules=replace(AT_FIRST, basket_limit=8), read=AT_FIRST)
    assert refused.value.current == NEW
    assert refused.value.changed_by != "somebody"
    assert mona.call(get_selling_rules) == NEW


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("hold_seconds", (30, 900), (29, 3601, 0, -1)),
        ("hold_cap_seconds", (300, 7200), (299, 7201)),
        ("basket_limit", (1, 100), (0, 101)),
        ("reservation_minutes", (0, 1440), (-1, 1441)),
        ("reservation_limit", (1, 1000), (0, 1001)),
        ("day_ends_at", (time(0), time(23, 59)), (time(6, 0, 1),)),
    ],
)
def test_the_bounds_are_the_databases(
    mona: Till, field: str, good: tuple[object, ...], bad: tuple[object, ...]
) -> None:
    read = AT_FIRST
    for value in bad:
        with pytest.raises(InvalidFieldsError) as refused:
            mona.call(save_selling_rules, rules=replace(AT_FIRST, **{field: value}), read=read)
        assert field in refused.value.problems
    for value in good:
        read = mona.call(save_selling_rules, rules=replace(AT_FIRST, **{field: value}), read=read)
        assert getattr(mona.call(get_selling_rules), field) == value


def test_a_reservation_goes_by_the_rules_at_once(cinema: Cinema, mona: Till) -> None:
    carla = cinema.till("Counter 2")
    mona.call(save_selling_rules, rules=NEW, read=AT_FIRST)
    values = {"show_id": cinema.show_id, "name": "Ada"}
    made = carla.call(reserve_seats, hold_id=uuid4(), seat_ids=cinema.ids("A1"), **values)
    assert made.starts_at - made.collect_by == timedelta(minutes=45)
    with pytest.raises(ConflictError):
        carla.call(reserve_seats, hold_id=uuid4(), seat_ids=cinema.ids("B1", "B2"), **values)
