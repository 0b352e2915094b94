"""Every table against every kind of writing, with a till's own login: as a cashier, and with nobody signed in."""

import json

import psycopg
import pytest

from boxoffice_desktop.models import Base
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till

TABLES = [*sorted(table.name for table in Base.metadata.sorted_tables), "alembic_version"]
# What the application itself does at a till; the guards of these two have tests of their own.
CASHIERS_OWN = {("hold", "INSERT"), ("show_seat", "UPDATE")}
# Letting go of a seat of its own is what a till may do also after its cashier has left.
ANYBODYS_OWN = {("show_seat", "UPDATE")}
ATTACKS = [(table, command) for table in TABLES for command in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")]


@pytest.mark.parametrize(("table", "command"), [each for each in ATTACKS if each not in ANYBODYS_OWN])
def test_with_nobody_signed_in_a_till_writes_no_table(house: Cinema, table: str, command: str) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(_statement(house, table, command))
    assert refused.value.sqlstate in {"42501", "BX401", "BX409"}


@pytest.mark.parametrize(("table", "command"), [each for each in ATTACKS if each not in CASHIERS_OWN])
def test_a_cashier_writes_no_table_by_hand(house: Cinema, cashier: Till, table: str, command: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(_statement(house, table, command))
    # BX409: the guard of a sale that is closed.
    assert refused.value.sqlstate in {"42501", "BX403", "BX409"}


@pytest.mark.parametrize(("table", "command"), [each for each in ATTACKS if each[1] != "TRUNCATE"])
def test_the_same_statements_work_for_the_owner(house: Cinema, table: str, command: str) -> None:
    # The control: what is refused above is refused for who asks, not for how.
    statement = _statement(house, table, command)
    with house.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        if command == "INSERT":
            admin.execute(f"DELETE FROM boxoffice.{table}")
        assert admin.execute(statement).rowcount > 0


@pytest.mark.parametrize(
    "command",
    [
        "CREATE TABLE boxoffice.x ()",
        "CREATE TABLE public.x ()",
        "CREATE TEMP TABLE x ()",
        "CREATE SCHEMA x",
        "DROP TABLE boxoffice.sale",
        "COMMENT ON TABLE boxoffice.sale IS ''",
        "ALTER TABLE boxoffice.sale DISABLE TRIGGER ALL",
        "ALTER FUNCTION boxoffice.require(text) RESET ALL",
        "CREATE FUNCTION boxoffice.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "LOCK TABLE boxoffice.sale IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_a_till_makes_and_changes_no_object(house: Cinema, cashier: Till, command: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(command)


# LOCK TABLE asks for UPDATE, DELETE or TRUNCATE of the whole table; rows of these four are deleted by managers.
DELETABLE = {"movie", "movie_poster", "price", "show_price", "staff_permission"}


@pytest.mark.parametrize("table", [name for name in TABLES if name not in DELETABLE])
def test_a_till_locks_no_table_for_all_others(house: Cinema, cashier: Till, table: str) -> None:
    statement = f"LOCK TABLE boxoffice.{table} IN ACCESS EXCLUSIVE MODE NOWAIT"
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(statement)
    # The control: the same statement from the owner.
    with house.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute(statement)


@pytest.mark.parametrize("table", ["area", "movie", "show", "seat", "ticket_type"])
def test_nobody_chooses_the_keys_that_the_server_gives(house: Cinema, table: str) -> None:
    till = house.till("Counter 3", "mona")
    insert = "INSERT INTO boxoffice.{} ({}) OVERRIDING SYSTEM VALUE SELECT {} WHERE false"
    with attack_as(house, till, "Counter 3") as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(insert.format(table, f"{table}_id", "1"))
    with attack_as(house, till, "Counter 3") as attacker:
        column = {"show": "status", "movie": "title"}.get(table, "name")
        assert attacker.run(insert.format(table, column, "'x'")) == 0


@pytest.mark.parametrize("call", ["lo_create(0)", "lo_creat(-1)", "lo_from_bytea(0, 'x')", "lo_unlink(1)"])
def test_a_till_keeps_no_large_objects(house: Cinema, cashier: Till, call: str) -> None:
    # They belong to no table: a till could fill the disk with what nobody sees.
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.ask(f"SELECT {call}")
    if not call.startswith("lo_unlink"):
        with house.admin() as admin, admin.transaction(force_rollback=True):
            assert admin.execute(f"SELECT {call}").fetchone() is not None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("staff_secret", "key_hash"),
        ("staff_secret", "salt"),
        ("staff_session", "token_hash"),
        ("backend_session", "pid"),
        ("ticket", "code"),
        ("ticket", "*"),
    ],
)
def test_a_till_does_not_read_secrets(house: Cinema, cashier: Till, table: str, column: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.ask(f"SELECT {column} FROM boxoffice.{table}")


def test_no_function_of_the_schema_is_for_everybody(house: Cinema) -> None:
    found = house.query(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'boxoffice'::regnamespace"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )
    assert found == []


def test_every_function_of_the_owners_has_its_search_path_set(house: Cinema) -> None:
    found = house.query(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'boxoffice'::regnamespace"
        " AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))"
    )
    assert found == []


def test_a_tills_login_is_nothing_but_a_till(house: Cinema) -> None:
    login = house.logins["Counter 1"][1]
    assert house.query(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = %s",
        login,
    ) == [(False,) * 5]
    assert house.query(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        " JOIN pg_roles l ON l.oid = m.member WHERE l.rolname = %s",
        login,
    ) == [("boxoffice_till",)]


def _statement(house: Cinema, table: str, command: str) -> str:
    name = f"boxoffice.{table}"
    columns = [
        row[0]
        for row in house.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''"
            " AND attidentity = '' ORDER BY attnum",
            name,
        )
    ]
    if command == "INSERT":
        # A copy of a row that is there; a further payment of its sale, so that its line alone does not refuse it.
        row = json.dumps({**house.query(f"SELECT to_jsonb(t) FROM {name} t LIMIT 1")[0][0], "line": 99})
        listed = ", ".join(columns)
        return f"INSERT INTO {name} ({listed}) SELECT {listed} FROM jsonb_populate_record(NULL::{name}, '{row}')"
    if command == "UPDATE":
        return f"UPDATE {name} SET {columns[-1]} = {columns[-1]}"
    return f"{'DELETE FROM' if command == 'DELETE' else 'TRUNCATE'} {name}"
