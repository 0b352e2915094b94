"""Seats out of order, attacked with a till's own login: who keeps one, who lets it go, and what a period may become."""

from typing import Any

import psycopg
import pytest

from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold

NEW_HOLD = "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (gen_random_uuid(), %s, 1) RETURNING hold_id"
BREAK = (
    "INSERT INTO boxoffice.broken_seat (seat_id, hold_id, starts_at, ends_at)"
    " VALUES (%s, %s, clock_timestamp() - interval '1 day', clock_timestamp() + interval '9 days')"
)
FREE = (
    "UPDATE boxoffice.show_seat SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL"
    " WHERE seat_id = %s"
)
KEEP = (
    "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = 3, held_until = %s::timestamptz"
    " WHERE seat_id = %s"
)


@pytest.fixture
def broken(cinema: Cinema) -> Any:
    """A1 is out of order, by Mona at Counter 3; the hold that keeps it."""
    with attack_as(cinema, cinema.till("Counter 3", "mona"), "Counter 3") as manager:
        hold_id = manager.ask(NEW_HOLD, "out_of_order")
        assert manager.run(BREAK, cinema.seats["A1"], hold_id) == 1
        manager.connection.commit()
    return hold_id


def refuse(cinema: Cinema, till: Till | None, statement: str, *values: Any, terminal: str = "Counter 1") -> str | None:
    with attack_as(cinema, till, terminal) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement, *values)
    return refused.value.sqlstate


def test_a_cashier_neither_breaks_nor_mends_a_seat(cinema: Cinema, broken: Any) -> None:
    cashier = cinema.till()
    assert refuse(cinema, cashier, BREAK, cinema.seats["B1"], broken) == "BX403"
    assert refuse(cinema, cashier, "UPDATE boxoffice.broken_seat SET mended_at = now()") == "BX403"


def test_a_cashier_does_not_free_a_broken_seat(cinema: Cinema, broken: Any) -> None:
    assert refuse(cinema, cinema.till(), FREE, cinema.seats["A1"]) == "BX409"


def test_nobody_who_is_signed_out_frees_a_broken_seat(cinema: Cinema, broken: Any) -> None:
    assert refuse(cinema, None, FREE, cinema.seats["A1"]) == "BX409"


@pytest.mark.parametrize("until", [None, "2100-01-01"])
def test_the_hold_of_a_broken_seat_keeps_no_other_seat(cinema: Cinema, broken: Any, until: str | None) -> None:
    assert refuse(cinema, cinema.till(), KEEP, broken, until, cinema.seats["B1"]) == "BX409"


def test_a_manager_who_frees_a_broken_seat_finds_it_kept_again(cinema: Cinema, broken: Any) -> None:
    """It stays broken until somebody says that it is mended."""
    with attack_as(cinema, cinema.till("Counter 2", "mona"), "Counter 2") as manager:
        assert manager.run(FREE, cinema.seats["A1"]) == 1
        assert state_of(manager, cinema.seats["A1"]) == ("held", broken)
        # The control: a mended one is free.
        manager.run("UPDATE boxoffice.broken_seat SET mended_at = now()")
        assert state_of(manager, cinema.seats["A1"]) == ("available", None)


@pytest.mark.parametrize(
    "change",
    [
        "ends_at = ends_at + interval '1 day'",
        "mended_at = NULL",
        "ends_at = ends_at - interval '1 day'",
    ],
)
def test_a_mended_seat_is_not_broken_again_by_changing_what_was(cinema: Cinema, broken: Any, change: str) -> None:
    manager = cinema.till("Counter 2", "mona")
    if change.endswith("+ interval '1 day'"):
        assert refuse(cinema, manager, f"UPDATE boxoffice.broken_seat SET {change}", terminal="Counter 2") == "BX409"
    cinema.execute("UPDATE boxoffice.broken_seat SET mended_at = now()")
    assert refuse(cinema, manager, f"UPDATE boxoffice.broken_seat SET {change}", terminal="Counter 2") == "BX409"


@pytest.mark.parametrize("column", ["seat_id = 2", "hold_id = hold_id", "starts_at = starts_at"])
def test_a_broken_seat_stays_what_it_is(cinema: Cinema, broken: Any, column: str) -> None:
    manager = cinema.till("Counter 2", "mona")
    assert refuse(cinema, manager, f"UPDATE boxoffice.broken_seat SET {column}", terminal="Counter 2") == "42501"


def test_a_seat_is_broken_only_by_a_hold_of_that_kind_of_ones_own_counter(cinema: Cinema, broken: Any) -> None:
    manager = cinema.till("Counter 2", "mona")
    seat = cinema.seats["B1"]
    # Counter 3 made that one.
    assert refuse(cinema, manager, BREAK, seat, broken, terminal="Counter 2") == "BX409"
    with attack_as(cinema, manager, "Counter 2") as attacker:
        for kind, works in (("basket", False), ("out_of_order", True)):
            hold_id = attacker.ask(NEW_HOLD, kind)
            if works:
                assert attacker.run(BREAK, seat, hold_id) == 1
                continue
            with pytest.raises(psycopg.Error) as refused, attacker.connection.transaction():
                attacker.run(BREAK, seat, hold_id)
            assert refused.value.sqlstate == "BX409"


def test_a_basket_on_a_seat_that_breaks_is_sold_or_kept_and_never_anothers(cinema: Cinema) -> None:
    cashier = cinema.till()
    held = hold(cinema, cashier, "A1")
    with attack_as(cinema, cinema.till("Counter 3", "mona"), "Counter 3") as manager:
        broken = manager.ask(NEW_HOLD, "out_of_order")
        manager.run(BREAK, cinema.seats["A1"], broken)
        assert state_of(manager, cinema.seats["A1"]) == ("held", held.hold_id)
        manager.connection.commit()
    with attack_as(cinema, cashier) as attacker:
        assert attacker.run(FREE, cinema.seats["A1"]) == 1
        assert state_of(attacker, cinema.seats["A1"]) == ("held", broken)


def state_of(attacker: Attacker, seat_id: int) -> Any:
    return attacker.connection.execute(
        "SELECT state, hold_id FROM boxoffice.show_seat WHERE seat_id = %s", (seat_id,)
    ).fetchone()
