"""The audit is written by the database alone: true to who and what, unchangeable, and not for everybody's eyes."""

from typing import Any

import psycopg
import pytest

from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till

LAST = "SELECT operation, before, after, staff_id, terminal_id FROM boxoffice.audit ORDER BY audit_id DESC LIMIT 1"
CHANGES = {
    "movie": "UPDATE boxoffice.movie SET genre = genre || 'x'",
    "movie_poster": "UPDATE boxoffice.movie_poster SET image = image || 'yy'",
    "broken_seat": "UPDATE boxoffice.broken_seat SET mended_at = now()",
    "area": "UPDATE boxoffice.area SET name = name || 'x' WHERE area_id = 1",
    "hall": "UPDATE boxoffice.hall SET name = name || 'x'",
    "seat": "UPDATE boxoffice.seat SET x = x + 1 WHERE seat_id = 1",
    "show": "UPDATE boxoffice.show SET language = language || 'x'",
    "show_price": "UPDATE boxoffice.show_price SET amount = amount + 1 WHERE area_id = 1 AND ticket_type_id = 1",
    "tax_rate": "UPDATE boxoffice.tax_rate SET basis_points = basis_points + 1",
    "ticket_type": "UPDATE boxoffice.ticket_type SET name = name || 'x' WHERE ticket_type_id = 1",
    "price_list": "UPDATE boxoffice.price_list SET priority = priority + 1",
    "price": "UPDATE boxoffice.price SET amount = amount + 1 WHERE area_id = 1 AND ticket_type_id = 1",
    "promotion": "UPDATE boxoffice.promotion SET name = name || 'x' WHERE promotion_id = 1",
    "promotion_code": "UPDATE boxoffice.promotion_code SET is_active = false WHERE promotion_code_id = 1",
    "booking_fee": "UPDATE boxoffice.booking_fee SET amount = amount + 1",
    "staff": "UPDATE boxoffice.staff SET display_name = display_name || 'x' WHERE staff_id = 1",
    "staff_permission": "INSERT INTO boxoffice.staff_permission VALUES (1, 'refund')",
}
OWNERS_CHANGES = {
    "venue": "UPDATE boxoffice.venue SET city = city || 'x'",
    "venue_paper": "INSERT INTO boxoffice.venue_paper (venue_id, address) VALUES (1, 'Bern')",
    "ticket_key": "INSERT INTO boxoffice.ticket_key (terminal_id, public_key) VALUES (2, sha256('key'))",
    "terminal": "UPDATE boxoffice.terminal SET mark = '9' WHERE terminal_id = 2",
    "staff_secret": "UPDATE boxoffice.staff_secret SET salt = salt || 'x' WHERE staff_id = 2",
}


@pytest.fixture(scope="module")
def manager(house: Cinema) -> Till:
    return house.till("Counter 3", "mona")


def last_entry(house: Cinema, table: str) -> tuple[Any, ...]:
    return house.query(
        "SELECT operation, before, after, staff_id, terminal_id FROM boxoffice.audit WHERE table_name = %s"
        " ORDER BY audit_id DESC LIMIT 1",
        table,
    )[0]


@pytest.mark.parametrize("table", CHANGES)
def test_every_change_is_written_down_with_its_person_and_place(house: Cinema, manager: Till, table: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        attacker.run(CHANGES[table])
        row = attacker.connection.execute(LAST).fetchone()
    assert row is not None
    assert row[3:] == (manager.context.staff_id, manager.context.terminal_id)
    assert row[1] != row[2]


@pytest.mark.parametrize("table", OWNERS_CHANGES)
def test_the_owners_changes_are_written_down_as_nobodys(cinema: Cinema, table: str) -> None:
    cinema.execute(OWNERS_CHANGES[table])
    assert last_entry(cinema, table)[3:] == (None, None)


def test_all_management_tables_are_watched(house: Cinema) -> None:
    rows = house.query(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname ~ '_audit_'"
    )
    assert {row[0] for row in rows} == CHANGES.keys() | OWNERS_CHANGES.keys()


def test_only_what_changed_is_written(house: Cinema, manager: Till) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        attacker.run("UPDATE boxoffice.price_list SET priority = 7")
        row = attacker.connection.execute(LAST).fetchone()
    assert row is not None
    assert row[:3] == ("update", {"priority": 0}, {"priority": 7})


def test_a_statement_that_changes_nothing_writes_nothing(house: Cinema, manager: Till) -> None:
    count = "SELECT count(*) FROM boxoffice.audit"
    with attack_as(house, manager, "Counter 3") as attacker:
        before = attacker.ask(count)
        attacker.run("UPDATE boxoffice.movie SET title = title")
        assert attacker.ask(count) == before


def test_many_rows_of_one_statement_are_many_entries(house: Cinema, manager: Till) -> None:
    count = "SELECT count(*) FROM boxoffice.audit"
    with attack_as(house, manager, "Counter 3") as attacker:
        before = attacker.ask(count)
        attacker.run("UPDATE boxoffice.seat SET y = y + 1")
        assert attacker.ask(count) - before == len(house.seats)


def test_no_secret_and_no_picture_gets_into_the_audit(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.staff_secret SET key_hash = sha256('z') WHERE staff_id = 1")
    assert last_entry(cinema, "staff_secret")[:3] == ("update", {}, {"pin": "changed"})
    cinema.execute("INSERT INTO boxoffice.movie_poster VALUES (1, 'abc')")
    cinema.execute("UPDATE boxoffice.movie_poster SET image = 'abcd'")
    assert last_entry(cinema, "movie_poster")[:3] == ("update", {"bytes": 3}, {"bytes": 4})


def test_signing_in_is_no_change_of_a_secret(cinema: Cinema) -> None:
    count = "SELECT count(*) FROM boxoffice.audit WHERE table_name = 'staff_secret'"
    before = cinema.query(count)
    cinema.till("Counter 1", "carla")
    assert cinema.query(count) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO boxoffice.audit (table_name, row_key, operation) VALUES ('movie', '1', 'insert')",
        "UPDATE boxoffice.audit SET staff_id = 1",
        "DELETE FROM boxoffice.audit",
        "TRUNCATE boxoffice.audit",
        "ALTER TABLE boxoffice.audit DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE boxoffice.movie DISABLE TRIGGER ALL",
        "SELECT boxoffice.write_audit()",
    ],
)
def test_nobody_writes_the_audit(house: Cinema, manager: Till, statement: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement)
    assert refused.value.sqlstate == "42501"


@pytest.mark.parametrize("statement", ["UPDATE boxoffice.audit SET at = now()", "DELETE FROM boxoffice.audit"])
def test_not_even_the_owner_rewrites_the_audit_by_mistake(cinema: Cinema, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        cinema.execute(statement)
    assert refused.value.sqlstate == "BX409"


def test_a_cashier_does_not_see_the_audit(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        assert attacker.ask("SELECT count(*) FROM boxoffice.audit") == 0


def test_a_till_without_a_person_does_not_see_the_audit(house: Cinema) -> None:
    with attack_as(house) as attacker:
        assert attacker.ask("SELECT count(*) FROM boxoffice.audit") == 0


def test_a_supervisor_sees_the_audit(house: Cinema) -> None:
    # The control of the two tests above.
    with attack_as(house, house.till("Counter 2", "sid"), "Counter 2") as attacker:
        assert attacker.ask("SELECT count(*) FROM boxoffice.audit") > 0
