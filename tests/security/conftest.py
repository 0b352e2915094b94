"""Attacks with the means of psql: a till's own login, plain SQL, no services in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, keep, sell

# What functions of the door and of the printer write in their own time.
DOOR_ROWS = (
    (
        "INSERT INTO boxoffice.print_step (job_id, state, printer, error)"
        " SELECT job_id, 'waiting', '', '' FROM boxoffice.print_job LIMIT 1"
    ),
    (
        "INSERT INTO boxoffice.ticket_copy (ticket_id, copy, reprint_id, code, reason, staff_id, terminal_id, at)"
        " SELECT ticket_id, 2, gen_random_uuid(), substring(sha256('x') FOR 16), 'torn', 1, 1, now()"
        " FROM boxoffice.ticket LIMIT 1"
    ),
    "INSERT INTO boxoffice.ticket_key (terminal_id, public_key) VALUES (3, decode(repeat('ab', 32), 'hex'))",
    (
        "INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)"
        " SELECT ticket_id, show_id, gen_random_uuid(), 'Door', 3, 1, now() FROM boxoffice.ticket LIMIT 1"
    ),
    (
        "INSERT INTO boxoffice.late_scan (scan_id, terminal_id, staff_id, door, scanned_at, outcome)"
        " VALUES (gen_random_uuid(), 3, 1, 'Door', now(), 'unknown')"
    ),
)


class Attacker:
    """One connection of a till's login in one transaction, which is rolled back at the end."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement and the checks that wait for the commit; how many rows it changed."""
        changed = self.connection.execute(statement, values or None).rowcount
        self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return changed

    def ask(self, statement: str, *values: Any) -> Any:
        row = self.connection.execute(statement, values or None).fetchone()
        return row[0] if row else None


@contextmanager
def attack_as(cinema: Cinema, till: Till | None = None, terminal: str = "Counter 1") -> Iterator[Attacker]:
    """A transaction of the terminal's login; bound to `till`'s signed-in person unless None."""
    with psycopg.connect(cinema.conninfo(terminal)) as connection:
        if till is not None:
            assert connection.execute("SELECT boxoffice.attach(%s)", (till.token,)).fetchone() == (True,)
            connection.commit()
        yield Attacker(connection)
        connection.rollback()


@pytest.fixture(scope="module")
def house(shared_cinema: Cinema) -> Cinema:
    """A cinema with a row in every table; Counter 1 holds A1, Counter 2 holds A2, A3 and A4 are sold, A5 is kept,
    A6 was out of order, A7 is reserved.
    """
    hold(shared_cinema, shared_cinema.till("Counter 1"), "A1")
    hold(shared_cinema, shared_cinema.till("Counter 2"), "A2")
    sell(shared_cinema, shared_cinema.till("Counter 1"), "A3")
    sell(shared_cinema, shared_cinema.till("Counter 2"), "A4")
    keep(shared_cinema, "house", "Counter 1", "A5")
    keep(shared_cinema, "reservation", "Counter 1", "A7")
    shared_cinema.execute("INSERT INTO boxoffice.movie_poster VALUES (1, 'x')")
    shared_cinema.execute("INSERT INTO boxoffice.venue_paper (venue_id, address) VALUES (1, 'Bern')")
    shared_cinema.execute("INSERT INTO boxoffice.sign_in_try (terminal_id, key_hash, xact) VALUES (3, 'x', '0')")
    shared_cinema.execute(
        "INSERT INTO boxoffice.broken_seat (seat_id, hold_id, starts_at, ends_at)"
        " VALUES (%s, %s, now() - interval '2 days', now() - interval '1 day')",
        shared_cinema.seats["A6"],
        keep(shared_cinema, "out_of_order", "Counter 1", "A6"),
    )
    with shared_cinema.admin() as admin:
        _fill_ledgers(admin)
    for statement in DOOR_ROWS:
        shared_cinema.execute(statement)
    return shared_cinema


def _fill_ledgers(admin: psycopg.Connection[Any]) -> None:
    """A row in each table of the money day, past all guards: whoever attacks a table must find something in it."""
    admin.execute("SET session_replication_role = replica")
    sale, shift = (
        "(SELECT min(sale_id::text)::uuid FROM boxoffice.sale)",
        "(SELECT shift_id FROM boxoffice.sale LIMIT 1)",
    )
    key = "gen_random_uuid()"
    for statement in (
        f"cash_movement SELECT {key}, {shift}, 1, 1, now(), 'pay_in', 500, 'change', NULL",
        "cash_count SELECT movement_id, 500, 1 FROM boxoffice.cash_movement",
        f"z_report SELECT {shift}, 1, 1, 1, now(), 0, 0, '', '{{}}', 1, 'x'",
        f"approval SELECT {key}, 1, 'discount', {key}, 100, '', 1, 2, now(), now(), NULL, NULL",
        f"adjustment VALUES ({sale}, 1, 1, 'manual', -100, 0, 1, NULL, NULL, {key}, NULL, '')",
        f"refund SELECT {key}, {sale}, 'refund', 1, 1, {shift}, 1, now(), 'EUR', 1200, '', NULL, NULL",
        "refund_line SELECT refund_id, 1, 1, 1200, 89 FROM boxoffice.refund",
        "refund_payment SELECT refund_id, 1, 1, 'owed', 1200, 0, '' FROM boxoffice.refund",
        "promotion (venue_id, name, kind, value) VALUES (1, 'Ten off', 'amount', 10)",
        "promotion_use VALUES (1, 0)",
        "booking_fee VALUES (1, 0, 0, 1)",
        "promotion_code (promotion_id, code) VALUES (1, 'TENOFF')",
        f"promotion_redemption (sale_id, promotion_id, tickets, amount) VALUES ({sale}, 1, 1, 10)",
        "promotion_return SELECT 1, refund_id FROM boxoffice.refund",
        "gift_card (venue_id, code_hash, terminal_id) VALUES (1, sha256('x'), 1)",
        "gift_card_code VALUES (1, 'GIFT2345')",
        f"gift_card_entry SELECT 1, 1, now(), 'sale', {sale}, NULL, 500, 500",
        "code_try VALUES (2, 1, now(), '0', NULL)",
        "opened_code VALUES (2, 'promotion', 1, now())",
        f"payout SELECT {key}, refund_id, 1, 1, 1, shift_id, now(), 1200, 0 FROM boxoffice.refund",
    ):
        admin.execute(f"INSERT INTO boxoffice.{statement}")
    admin.execute("RESET session_replication_role")


@pytest.fixture(scope="module")
def cashier(house: Cinema) -> Till:
    """Carla, signed in at Counter 1."""
    return house.till("Counter 1", "carla")
