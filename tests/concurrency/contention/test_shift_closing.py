"""A sale against the closing of its shift: which is first decides, and none slips into a closed shift."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.cash import ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import ShiftClosedError
from boxoffice_desktop.services import shifts
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from tests.security.conftest import Attacker
from tests.security.test_sale_guard import write_ticket
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell
from tests.support.threads import run_together

CLOSE = "SELECT boxoffice.close_shift(%s, %s, '{}', '{}', 'the race')"


@contextmanager
def line(cinema: Cinema, till: Till) -> Iterator[psycopg.Connection[Any]]:
    """A connection of Counter 1 with the till's person."""
    with psycopg.connect(cinema.conninfo("Counter 1")) as connection:
        connection.execute("SELECT boxoffice.attach(%s)", (till.token,))
        connection.commit()
        yield connection


def begin_sale(cinema: Cinema, connection: psycopg.Connection[Any], seat: str) -> None:
    """A sale of one adult in cash, written and not committed."""
    attacker = Attacker(connection)
    values: dict[str, Any] = {
        "sale_id": uuid4(), "line": 1, "terminal": 1, "show": cinema.show_id, "seat": seat, "area": 1, "type": 1,
        "amount": 1200, "tax": 89, "rate": 1,
    }  # fmt: skip
    serial = attacker.ask(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 1, 'EUR', 1200)"
        " RETURNING first_serial",
        values["sale_id"],
    )
    ticket = write_ticket(attacker, cinema, values, serial)
    connection.execute(
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES (%s, 1, 'cash', 1200, 1200)",
        (values["sale_id"],),
    )
    connection.execute(
        "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE show_id = %s AND seat_id = %s",
        (ticket, cinema.show_id, cinema.seats[seat]),
    )


def open_shift_of(cinema: Cinema) -> UUID:
    found: UUID = cinema.query("SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = 1")[0][0]
    return found


def wait_for_lock(cinema: Cinema, waiting: psycopg.Connection[Any], work: "Future[Any]") -> bool:
    """Whether the connection came to wait for a lock before its work ended."""
    pid = waiting.info.backend_pid
    with cinema.admin() as admin:
        while not work.done():
            row = admin.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
            if row == ("Lock",):
                return True
    return False


def close_while_a_sale_is_under_way(cinema: Cinema, till: Till) -> tuple[bool, UUID]:
    """Begin a sale, let the closing run, commit the sale, let both end. Whether the closing waited; the shift."""
    shift_id = open_shift_of(cinema)
    with line(cinema, till) as selling, line(cinema, till) as closing, ThreadPoolExecutor(1) as pool:
        begin_sale(cinema, selling, "A1")

        def close() -> None:
            closing.execute(CLOSE, (shift_id, uuid4()))
            closing.commit()

        work = pool.submit(close)
        waited = wait_for_lock(cinema, closing, work)
        if not waited:
            work.result()
        selling.commit()
        work.result()
    return waited, shift_id


def z_sold(cinema: Cinema, shift_id: UUID) -> int:
    statement = "SELECT (body::jsonb #>> '{sales,amount}')::int FROM boxoffice.z_report WHERE shift_id = %s"
    return int(cinema.query(statement, shift_id)[0][0])


def verify(cinema: Cinema) -> list[str]:
    return [fault.what for fault in work_as_owner(cinema.admin_conninfo, cinema.starts_at, verify_journal).faults]


def take_out(cinema: Cinema, function: str, what: str, instead: str = "") -> None:
    """Rewrite a guard without a part of it, as the owner."""
    ((source,),) = cinema.query(f"SELECT pg_get_functiondef('boxoffice.{function}'::regprocedure)")
    assert what in source
    cinema.execute(source.replace(what, instead).replace("%", "%%"))


def test_without_lock_and_seal_a_sale_slips_into_a_closed_shift_and_the_journal_finds_it(cinema: Cinema) -> None:
    # The control: the race is there.
    take_out(cinema, "guard_sale()", "FOR UPDATE")
    take_out(cinema, "seal_sale(uuid)", "here.shift_id IS DISTINCT FROM sold.shift_id", "false")
    waited, shift_id = close_while_a_sale_is_under_way(cinema, cinema.till("Counter 1"))
    assert not waited
    assert z_sold(cinema, shift_id) == 0
    assert cinema.query("SELECT shift_id FROM boxoffice.sale") == [(shift_id,)]
    assert verify(cinema) == ["rows"]


def test_without_the_lock_the_seal_refuses_a_sale_of_a_closed_shift(cinema: Cinema) -> None:
    take_out(cinema, "guard_sale()", "FOR UPDATE")
    with pytest.raises(psycopg.Error) as refused:
        close_while_a_sale_is_under_way(cinema, cinema.till("Counter 1"))
    assert refused.value.sqlstate == "BX423"


def test_the_closing_waits_for_a_sale_that_is_under_way_and_counts_it(cinema: Cinema) -> None:
    waited, shift_id = close_while_a_sale_is_under_way(cinema, cinema.till("Counter 1"))
    assert waited
    assert z_sold(cinema, shift_id) == 1200
    assert verify(cinema) == []


def test_a_sale_waits_for_a_closing_that_is_under_way_and_is_refused(cinema: Cinema) -> None:
    till = cinema.till("Counter 1")
    shift_id = open_shift_of(cinema)
    with line(cinema, till) as selling, line(cinema, till) as closing, ThreadPoolExecutor(1) as pool:
        closing.execute(CLOSE, (shift_id, uuid4()))
        work = pool.submit(begin_sale, cinema, selling, "A1")
        assert wait_for_lock(cinema, selling, work)
        closing.commit()
        with pytest.raises(psycopg.Error) as refused:
            work.result()
    assert refused.value.sqlstate == "BX423"
    assert z_sold(cinema, shift_id) == 0


def test_sales_and_closings_at_once_lose_nothing(cinema: Cinema) -> None:
    seller, closer = cinema.till("Counter 1"), cinema.till("Counter 1", "sid")
    seats = [f"{row}{number}" for row in "ABC" for number in range(1, 9)]
    sold: list[str] = []

    def sell_all() -> None:
        for seat in seats:
            try:
                sell(cinema, seller, seat)
            except ShiftClosedError:
                continue
            sold.append(seat)

    def close_again_and_again() -> None:
        for _ in range(8):
            closing = ShiftClosing(shift_id=open_shift_of(cinema), count_id=uuid4(), reason="again")
            closer.call(shifts.close_shift, closing=closing)
            closer.call(shifts.open_shift, opening=ShiftOpening(shift_id=uuid4(), float_id=uuid4()))

    run_together([sell_all, close_again_and_again])
    closer.call(
        shifts.close_shift, closing=ShiftClosing(shift_id=open_shift_of(cinema), count_id=uuid4(), reason="end")
    )
    rows = cinema.query(
        "SELECT (z.body::jsonb #>> '{sales,amount}')::int,"
        " (SELECT coalesce(sum(s.total), 0)::int FROM boxoffice.sale s WHERE s.shift_id = z.shift_id)"
        " FROM boxoffice.z_report z ORDER BY z.number"
    )
    assert len(rows) == 9
    assert all(told == there for told, there in rows)
    assert sum(told for told, _ in rows) == 1200 * len(sold)
    assert verify(cinema) == []
    assert find_wrong(cinema) == {}


def test_two_supervisors_closing_one_shift_write_one_report(cinema: Cinema) -> None:
    shift_id = open_shift_of(cinema)
    tills = [cinema.till("Counter 2", "sid"), cinema.till("Counter 3", "mona")]

    def close(till: Till) -> int:
        return till.call(shifts.close_shift, closing=ShiftClosing(shift_id=shift_id, count_id=uuid4())).number

    run_together([lambda till=till: close(till) for till in tills])  # type: ignore[misc]  # a till each
    assert cinema.query("SELECT number FROM boxoffice.z_report") == [(1,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'count'") == [(1,)]
