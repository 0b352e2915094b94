"""Ten tills at one seat, with real connections; and the proof that these tests can fail."""

from collections import Counter
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import BoxOfficeError, SeatsUnavailableError
from boxoffice_desktop.services import holds, sales
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold
from tests.support.threads import run_together

TILLS = 10
# What `hold_seats` does, without its lock and without looking at the state again when it writes.
LOOK = "SELECT state FROM boxoffice.show_seat WHERE seat_id = :seat"
TAKE_BLINDLY = (
    "UPDATE boxoffice.show_seat SET state = 'held', hold_id = :hold, held_by = :terminal,"
    " held_until = clock_timestamp() + interval '1 minute' WHERE seat_id = :seat"
)


def test_ten_tills_after_one_seat_have_one_winner(cinema: Cinema) -> None:
    tills = _tills(cinema)
    answers = run_together([partial(hold, cinema, till, "A1") for till in tills])
    won = [answer for answer in answers if isinstance(answer, holds.HeldSeats)]
    lost = [answer for answer in answers if isinstance(answer, SeatsUnavailableError)]
    assert (len(won), len(lost)) == (1, TILLS - 1)
    assert cinema.query("SELECT hold_id FROM boxoffice.show_seat WHERE state = 'held'") == [(won[0].hold_id,)]


def test_every_loser_is_told_who_has_the_seat(cinema: Cinema) -> None:
    tills = [cinema.till(f"Counter {number % 3 + 1}") for number in range(TILLS)]
    run_together([partial(hold, cinema, till, "A1") for till in tills])
    winner = cinema.query(
        "SELECT t.name FROM boxoffice.show_seat s JOIN boxoffice.terminal t ON t.terminal_id = s.held_by"
    )[0][0]
    others = [till for till in tills if till.context.terminal_name != winner]
    answers = run_together([partial(hold, cinema, till, "A1") for till in others])
    named = {(seat.seat_name, seat.holder) for answer in answers for seat in answer.seats}  # type: ignore[union-attr]
    assert named == {("A1", winner)}


def test_one_basket_is_sold_once_by_ten_impatient_clicks(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    order = cinema.order(held.hold_id, "A1", "A2")
    clicks = [cinema.till() for _ in range(TILLS)]
    answers = run_together([partial(each.call, sales.complete_sale, order=order) for each in clicks])
    assert {getattr(answer, "number", answer) for answer in answers} == {1}
    assert Counter(answer.repeated for answer in answers) == {True: TILLS - 1, False: 1}  # type: ignore[union-attr]


def test_requests_in_opposite_order_do_not_deadlock(cinema: Cinema) -> None:
    before = _deadlocks(cinema)
    tills = _tills(cinema)
    names = [f"A{number}" for number in range(1, 9)]
    for _ in range(5):
        works = [
            partial(hold, cinema, till, *(names if place % 2 else reversed(names))) for place, till in enumerate(tills)
        ]
        answers = run_together(works)
        assert sum(isinstance(answer, holds.HeldSeats) for answer in answers) == 1
        cinema.execute(
            "UPDATE boxoffice.show_seat SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL"
        )
    assert _deadlocks(cinema) == before


def test_opposite_orders_without_sorting_do_deadlock(cinema: Cinema) -> None:
    # The control of the test above: the same two seats, locked in the order in which they were asked for.
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    both_have_one = Barrier(2)
    tries: list[str] = []

    def lock(first: str, second: str, session: Session) -> None:
        tries.append(first)
        statement = text("SELECT 1 FROM boxoffice.show_seat WHERE seat_id = :seat FOR UPDATE")
        session.execute(statement, {"seat": cinema.seats[first]})
        if tries.count(first) == 1:
            both_have_one.wait(5)
        session.execute(statement, {"seat": cinema.seats[second]})

    run_together(
        [partial(one.database.run, partial(lock, "A1", "A2")), partial(two.database.run, partial(lock, "A2", "A1"))]
    )
    assert len(tries) == 3


def test_without_the_lock_and_the_guard_two_tills_do_hold_one_seat(cinema: Cinema) -> None:
    # The control of this file: with locking and guard off, the race is lost.
    tills = [cinema.till("Counter 1"), cinema.till("Counter 2")]
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER USER")
    answers = _take_blindly_together(cinema, tills)
    assert answers == ["available", "available"]


def test_with_the_guard_alone_the_same_careless_take_is_refused(cinema: Cinema) -> None:
    tills = [cinema.till("Counter 1"), cinema.till("Counter 2")]
    answers = _take_blindly_together(cinema, tills)
    assert sorted(type(answer).__name__ for answer in answers) == ["ConflictError", "str"]


def test_with_the_guard_off_two_valid_tickets_for_one_seat_need_the_index_gone_too(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"))
    copy = (
        "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
        " amount, tax, tax_rate_id, code) SELECT sale_id, 2, terminal_id, 2, show_id, seat_id, area_id, ticket_type_id,"
        " amount, tax, tax_rate_id, uuid_send(gen_random_uuid()) FROM boxoffice.ticket"
    )
    cinema.execute("ALTER TABLE boxoffice.ticket DISABLE TRIGGER USER")
    with pytest.raises(psycopg.errors.UniqueViolation):
        cinema.execute(copy)
    cinema.execute("DROP INDEX boxoffice.ticket_seat_sold_once")
    cinema.execute(copy)
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket") == [(2,)]


def _tills(cinema: Cinema) -> list[Till]:
    """Tills that are all terminals of their own, so that each can lose to every other."""
    for number in range(len(cinema.logins) + 1, TILLS + 1):
        cinema.add_terminal(number)
    return [cinema.till(f"Counter {number}") for number in range(1, TILLS + 1)]


def _take_blindly_together(cinema: Cinema, tills: list[Till]) -> list[str | BoxOfficeError]:
    both_have_looked = Barrier(len(tills))
    return run_together(
        [partial(till.database.run, partial(_take_blindly, cinema, till, both_have_looked)) for till in tills]
    )


def _take_blindly(cinema: Cinema, till: Till, both_have_looked: Barrier, session: Session) -> str:
    values: dict[str, Any] = {"seat": cinema.seats["A1"], "hold": uuid4(), "terminal": till.context.terminal_id}
    seen: str = session.execute(text(LOOK), values).scalar_one()
    both_have_looked.wait(5)
    session.execute(
        text("INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (:hold, 'basket', :terminal)"), values
    )
    session.execute(text(TAKE_BLINDLY), values)
    return seen


def _deadlocks(cinema: Cinema) -> int:
    deadlocks: int = cinema.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0]
    return deadlocks
