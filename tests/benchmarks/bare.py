"""The same tables without guards, journal and activity, and `pgbench` writing the rows of a hold and a sale in them.

The bare tables keep their keys, checks and foreign keys; the statements are what somebody would write by hand.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from boxoffice_desktop.db.embedded.account import choose_account
from boxoffice_desktop.db.embedded.binaries import find_binaries
from tests.benchmarks.house import House
from tests.support.cinema import ADULT

_TABLES = ("hold", "show_seat", "sale", "ticket", "payment", "terminal_chain")
_TILLS = 8
_SEATS_A_TILL = 4000
_AMOUNT = 1200

# Each client sells pairs of its own seats, one after the other.
_SCRIPT = """
\\set a :client_id * {seats_a_till} + :done * 2 + :first
\\set b :a + 1
\\set till :client_id % 3 + 1
\\set chain :first_chain + :client_id
\\set done :done + 1
BEGIN;
SELECT seat_id, state, hold_id FROM bare.show_seat WHERE show_id = {show} AND seat_id IN (:a, :b)
 ORDER BY show_id, seat_id FOR UPDATE;
INSERT INTO bare.hold (hold_id, kind, terminal_id, staff_id) VALUES (gen_random_uuid(), 'basket', :till, 1)
RETURNING hold_id AS hold \\gset
UPDATE bare.show_seat SET state = 'held', hold_id = :hold::uuid, held_by = :till,
       held_until = clock_timestamp() + interval '300 s'
 WHERE show_id = {show} AND seat_id IN (:a, :b) RETURNING seat_id;
COMMIT;
SELECT pg_notify('bare_hint', '{show}:' || :a || ',' || :b);
BEGIN;
SELECT seat_id, state, hold_id FROM bare.show_seat WHERE show_id = {show} AND seat_id IN (:a, :b)
 ORDER BY show_id, seat_id FOR UPDATE;
UPDATE bare.terminal_chain SET sale_number = sale_number + 1, ticket_serial = ticket_serial + 2
 WHERE terminal_id = :chain RETURNING sale_number AS number, ticket_serial AS serial, shift_id AS shift \\gset
\\set number :number * 8 + :client_id
\\set serial_a :serial * 8 - 8 + :client_id
\\set serial_b :serial * 8 + :client_id
INSERT INTO bare.sale (sale_id, terminal_id, staff_id, shift_id, number, first_serial, ticket_count, sold_at, currency,
                       total)
VALUES (gen_random_uuid(), :till, 1, :shift::uuid, :number, :serial_a, 2, clock_timestamp(), 'EUR', {total})
RETURNING sale_id AS sale \\gset
INSERT INTO bare.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount, tax,
                         tax_rate_id, code)
VALUES (:sale::uuid, 1, :till, :serial_a, {show}, :a, 1, {adult}, {amount}, 89, 1,
        uuid_send(gen_random_uuid()))
RETURNING ticket_id AS ticket \\gset
UPDATE bare.show_seat SET state = 'sold', ticket_id = :ticket, hold_id = NULL, held_by = NULL, held_until = NULL
 WHERE show_id = {show} AND seat_id = :a;
INSERT INTO bare.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount, tax,
                         tax_rate_id, code)
VALUES (:sale::uuid, 2, :till, :serial_b, {show}, :b, 1, {adult}, {amount}, 89, 1,
        uuid_send(gen_random_uuid()))
RETURNING ticket_id AS ticket \\gset
UPDATE bare.show_seat SET state = 'sold', ticket_id = :ticket, hold_id = NULL, held_by = NULL, held_until = NULL
 WHERE show_id = {show} AND seat_id = :b;
INSERT INTO bare.payment (sale_id, line, kind, amount, given) VALUES (:sale::uuid, 1, 'cash', {total}, {total});
COMMIT;
SELECT pg_notify('bare_hint', '{show}:' || :a || ',' || :b);
"""


@dataclass
class BareTables:
    """The bare copy in the house's database. `run` sells and says how many sales a second."""

    house: House
    first_seat: int
    done: int = 0

    def run(self, *, clients: int, sales: int) -> float:
        """Sell two seats `sales` times at each of `clients`; sales a second over all of them."""
        answer = subprocess.run(
            [*self._command(clients, sales)],
            env={**os.environ, "PGPASSWORD": str(conninfo_to_dict(self.house.cinema.conninfo())["password"])},
            capture_output=True,
            text=True,
            check=False,
        )
        self.done += sales
        found = re.search(r"tps = ([0-9.]+)", answer.stdout)
        if found is None or "number of failed transactions: 0" not in answer.stdout:
            raise RuntimeError(answer.stdout + answer.stderr)
        return float(found[1])

    def _command(self, clients: int, sales: int) -> list[str]:
        path = Path(tempfile.gettempdir(), f"boxoffice-bare-{os.getpid()}.sql")
        path.write_text(
            _SCRIPT.format(
                show=self.house.show_id, adult=ADULT, amount=_AMOUNT, total=2 * _AMOUNT, seats_a_till=_SEATS_A_TILL
            ),
            encoding="utf-8",
        )
        to = conninfo_to_dict(self.house.cinema.conninfo())
        values = {"first": self.first_seat, "done": self.done, "first_chain": 1000}
        return [
            str(find_binaries(choose_account()).program("pgbench")),
            *("--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(clients, 2)}"),
            *(f"--transactions={sales}", f"--file={path}"),
            *(f"--define={name}={value}" for name, value in values.items()),
            *(f"--host={to['host']}", f"--port={to['port']}", f"--username={to['user']}", str(to["dbname"])),
        ]


def make_bare(house: House) -> BareTables:
    """Copy the tables that a sale writes, their rows too, with free seats enough for eight tills."""
    with house.cinema.admin() as admin:
        admin.execute("CREATE SCHEMA bare")
        for table in _TABLES:
            admin.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier("bare", table), sql.Identifier("boxoffice", table)
                )
            )
            admin.execute(sql.SQL("ALTER TABLE {} SET (fillfactor = 70)").format(sql.Identifier("bare", table)))
        first = _fill(admin, house)
        for table in ("hold", "sale", "ticket", "payment"):
            admin.execute(f"INSERT INTO bare.{table} OVERRIDING SYSTEM VALUE SELECT * FROM boxoffice.{table}")
        _skip_copied_keys(admin)
        _copy_foreign_keys(admin)
        admin.execute("GRANT USAGE ON SCHEMA bare TO boxoffice_till")
        admin.execute("GRANT ALL ON ALL TABLES IN SCHEMA bare TO boxoffice_till")
        admin.execute("VACUUM ANALYZE")
    return BareTables(house, first)


def _fill(admin: psycopg.Connection, house: House) -> int:
    rows = admin.execute(
        "INSERT INTO boxoffice.seat (hall_id, row_label, number, name, x, y, area_id)"
        " SELECT %s, 'Y' || n / 100, (n %% 100)::text, 'Y' || n, 0, 0, 1 FROM generate_series(1, %s) n"
        " RETURNING seat_id",
        (house.cinema.hall_id, _TILLS * _SEATS_A_TILL),
    ).fetchall()
    first = min(int(row[0]) for row in rows)
    admin.execute(
        "INSERT INTO bare.show_seat (show_id, seat_id, area_id) SELECT %s, seat_id, area_id FROM boxoffice.seat"
        " WHERE seat_id >= %s",
        (house.show_id, first),
    )
    # One chain row and shift a client, as the guarded side has one a terminal; pgbench's clients share the terminals.
    admin.execute(
        "INSERT INTO bare.terminal_chain (terminal_id, shift_id) SELECT 1000 + n, gen_random_uuid()"
        " FROM generate_series(0, %s) n",
        (_TILLS,),
    )
    return first


def _skip_copied_keys(admin: psycopg.Connection) -> None:
    for table in ("ticket", "payment"):
        admin.execute(
            f"SELECT setval(pg_get_serial_sequence('bare.{table}', '{table}_id'), coalesce(max({table}_id), 1))"
            f" FROM bare.{table}"
        )


def _copy_foreign_keys(admin: psycopg.Connection) -> None:
    rows = admin.execute(
        "SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE k.contype = 'f' AND c.relnamespace = 'boxoffice'::regnamespace AND c.relname = ANY(%s)"
        " AND c.relname <> 'terminal_chain'",
        (list(_TABLES),),
    ).fetchall()
    for table, definition in rows:
        for copied in _TABLES:
            definition = definition.replace(f"boxoffice.{copied}(", f"bare.{copied}(")  # noqa: PLW2901  one after the other
        admin.execute(f"ALTER TABLE bare.{table} ADD {definition} NOT VALID")
