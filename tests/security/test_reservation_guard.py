"""Reservations attacked with a till's own login: kept for ever, kept in masses, kept under another's name."""

from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.services import reservations
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till

_HOLD = "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, name) VALUES (%s, 'reservation', %s, 'X')"
_RESERVE = "INSERT INTO boxoffice.reservation (hold_id, show_id, code, name_key) VALUES (%s, %s, 'ABCDEF', 'x')"
_NAME = "INSERT INTO boxoffice.reservation_seat (hold_id, seat_id) VALUES (%s, %s)"
_KEEP = (
    "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = 1, held_until = {until} WHERE seat_id = %s"
)
_RIGHT = "(SELECT collect_by FROM boxoffice.reservation WHERE code = 'ABCDEF')"


def begin(attacker: Attacker, house: Cinema, seat: str = "B1") -> object:
    hold_id = uuid4()
    attacker.run(_HOLD, hold_id, 1)
    attacker.run(_RESERVE, hold_id, house.show_id)
    attacker.run(_NAME, hold_id, house.seats[seat])
    return hold_id


@pytest.mark.parametrize(
    ("until", "is_right"),
    [(_RIGHT, True), (f"{_RIGHT} + interval '1 minute'", False), ("NULL", False)],
    ids=["the rule's end", "later", "never"],
)
def test_reserved_seats_end_when_the_rule_says(house: Cinema, cashier: Till, until: str, is_right: bool) -> None:  # noqa: FBT001  parameter
    with attack_as(house, cashier) as attacker:
        hold_id = begin(attacker, house)
        statement = _KEEP.format(until=until)
        if is_right:
            assert attacker.run(statement, hold_id, house.seats["B1"]) == 1
        else:
            with pytest.raises(psycopg.DatabaseError, match="cannot change"):
                attacker.run(statement, hold_id, house.seats["B1"])


def test_a_reservation_keeps_its_own_seats_only(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        hold_id = begin(attacker, house)
        with pytest.raises(psycopg.DatabaseError, match="cannot change"):
            attacker.run(_KEEP.format(until=_RIGHT), hold_id, house.seats["B2"])


def test_a_hold_without_a_reservation_keeps_nothing(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        attacker.run(_HOLD, hold_id := uuid4(), 1)
        with pytest.raises(psycopg.DatabaseError, match="cannot change"):
            attacker.run(_KEEP.format(until="clock_timestamp() + interval '1 minute'"), hold_id, house.seats["B1"])


def test_seats_are_not_added_later(house: Cinema, cashier: Till) -> None:
    made = cashier.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=house.show_id,
        seat_ids=house.ids("C1"),
        name="Later",
    )
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.DatabaseError, match="does not take"):
        attacker.run(_NAME, made.hold_id, house.seats["B1"])


def test_the_rule_is_the_venues_whatever_is_written(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(
            "INSERT INTO boxoffice.reservation (hold_id, show_id, code, name_key, collect_by)"
            " VALUES (gen_random_uuid(), %s, 'ABCDEF', 'x', 'infinity')",
            house.show_id,
        )


def test_a_till_serves_in_its_own_name(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        hold_id = begin(attacker, house)
        statement = "UPDATE boxoffice.reservation_seat SET served_by = %s WHERE hold_id = %s"
        assert attacker.run(statement, 1, hold_id) == 1
        with pytest.raises(psycopg.DatabaseError, match="for itself"):
            attacker.run(statement, 2, hold_id)


def test_a_reservation_of_another_tills_hold_is_refused(house: Cinema, cashier: Till) -> None:
    other = uuid4()
    house.execute("INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (%s, 'reservation', 2)", other)
    with (
        attack_as(house, cashier) as attacker,
        pytest.raises(psycopg.DatabaseError, match="no reservation of this till"),
    ):
        attacker.run(_RESERVE, other, house.show_id)


def test_without_a_person_nothing_is_reserved(house: Cinema) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.DatabaseError, match="signed in"):
        begin(attacker, house)
