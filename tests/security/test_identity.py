"""Who works on a connection is the server's own knowledge: what a client sets, names or knows proves nothing."""

import hashlib
from typing import Any

import psycopg
import pytest

from boxoffice_desktop.services import staff
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import PINS, Cinema, Till, derive_key

WHO = "SELECT staff_id FROM boxoffice.session_identity()"


def test_a_till_that_is_attached_is_somebody(house: Cinema, cashier: Till) -> None:
    # The control of this file.
    with attack_as(house, cashier) as attacker:
        assert attacker.ask(WHO) == cashier.context.staff_id


def test_a_fresh_connection_is_nobody(house: Cinema, cashier: Till) -> None:
    with attack_as(house) as attacker:
        assert attacker.ask(WHO) is None


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE boxoffice_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION boxoffice_owner",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "GRANT boxoffice_owner TO CURRENT_USER",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "COPY boxoffice.venue TO PROGRAM 'true'",
        "COPY boxoffice.venue FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_reload_conf()",
        "SELECT lo_import('/etc/passwd')",
    ],
)
def test_a_till_becomes_nobody_else(house: Cinema, cashier: Till, statement: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement)
    assert refused.value.sqlstate in {"42501", "0LP01"}


def test_a_till_does_not_change_another_tills_password(house: Cinema, cashier: Till) -> None:
    other = house.logins["Counter 2"][1]
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(f"ALTER ROLE {other} PASSWORD 'mine'")


def test_a_till_does_not_end_another_tills_connection(house: Cinema, cashier: Till) -> None:
    with psycopg.connect(house.conninfo("Counter 2")) as victim:
        pid = victim.info.backend_pid
        with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.ask("SELECT pg_terminate_backend(%s)", pid)


def test_set_role_to_the_group_of_tills_keeps_the_terminal(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        attacker.connection.execute("SET ROLE boxoffice_till")
        assert attacker.ask("SELECT terminal_id FROM boxoffice.session_identity()") == 1


@pytest.mark.parametrize(
    "call",
    [
        "boxoffice.bind_backend(1)",
        "boxoffice.require('sell')",
        "boxoffice.may_keep('house', '{approve}')",
        "boxoffice.require_basket_limit(1, '{1}', now())",
        "boxoffice.may_hold(1, '{}', 1, 1, 1, now(), NULL, now())",
    ],
)
def test_inner_functions_are_not_for_tills(house: Cinema, cashier: Till, call: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.ask(f"SELECT {call}")


@pytest.mark.parametrize(
    "name", ["guard_sale", "guard_show_seat", "guard_hold", "guard_permission", "guard_sale_sealed"]
)
def test_trigger_functions_are_not_called_by_tills(house: Cinema, cashier: Till, name: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error):
        attacker.ask(f"SELECT boxoffice.{name}()")


def test_variables_prove_nothing(house: Cinema) -> None:
    with attack_as(house) as attacker:
        for name in ("boxoffice.staff_id", "boxoffice.terminal_id", "boxoffice.permissions", "app.staff_id"):
            attacker.ask("SELECT set_config(%s, '1', false)", name)
        attacker.connection.execute("SET application_name = 'carla'")
        assert attacker.ask(WHO) is None


def test_shadows_on_the_search_path_change_nothing(cinema: Cinema) -> None:
    # A server that somebody set up with more rights than ours gives: temporary objects and a schema of one's own.
    database = psycopg.conninfo.conninfo_to_dict(cinema.admin_conninfo)["dbname"]
    login = cinema.logins["Counter 1"][1]
    cinema.execute(f'GRANT TEMP, CREATE ON DATABASE "{database}" TO {login}')
    with attack_as(cinema) as attacker:
        for statement in (
            "CREATE TEMP TABLE terminal (terminal_id, login, revoked_at) AS SELECT 1, session_user, NULL::timestamptz",
            "CREATE TEMP TABLE backend_session AS SELECT pg_backend_pid() AS pid, now() AS backend_start",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION mine.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
            "SET search_path = mine, pg_temp, pg_catalog",
        ):
            attacker.connection.execute(statement)
        assert attacker.ask(WHO) is None
        assert attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32)) == "refused"


def test_a_connection_is_bound_by_the_tills_token(house: Cinema, cashier: Till) -> None:
    with attack_as(house) as attacker:
        assert attacker.ask("SELECT boxoffice.attach(%s)", cashier.token)
        assert attacker.ask(WHO) == cashier.context.staff_id


def test_another_terminals_token_binds_nothing(house: Cinema, cashier: Till) -> None:
    with attack_as(house, terminal="Counter 2") as attacker:
        assert not attacker.ask("SELECT boxoffice.attach(%s)", cashier.token)
        assert attacker.ask(WHO) is None


@pytest.mark.parametrize("token", [b"", bytes(32), None])
def test_a_guessed_token_binds_nothing(house: Cinema, cashier: Till, token: bytes | None) -> None:
    with attack_as(house) as attacker:
        assert not attacker.ask("SELECT boxoffice.attach(%s)", token)


def test_the_stored_hash_of_a_token_is_no_token(house: Cinema, cashier: Till) -> None:
    with attack_as(house) as attacker:
        assert not attacker.ask("SELECT boxoffice.attach(%s)", hashlib.sha256(cashier.token).digest())


def test_a_token_opens_nothing_after_sign_out(cinema: Cinema) -> None:
    till = cinema.till()
    till.call(staff.sign_out)
    with attack_as(cinema) as attacker:
        assert not attacker.ask("SELECT boxoffice.attach(%s)", till.token)


@pytest.mark.parametrize("token_hash", [b"", b"short", bytes(33), None])
def test_signing_in_needs_the_hash_of_a_token(house: Cinema, token_hash: bytes | None) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask("SELECT boxoffice.sign_in(%s)", token_hash)
    assert refused.value.sqlstate == "BX401"


@pytest.mark.parametrize("call", ["offer_key('carla', 'x')", "sign_in(decode(repeat('00', 32), 'hex'))"])
def test_only_a_terminal_signs_somebody_in(house: Cinema, call: str) -> None:
    with house.admin() as admin, pytest.raises(psycopg.Error) as refused:
        admin.execute(f"SELECT boxoffice.{call}")
    assert refused.value.sqlstate == "BX401"


def test_a_missing_key_is_a_wrong_key(cinema: Cinema) -> None:
    with attack_as(cinema) as attacker:
        attacker.ask("SELECT boxoffice.offer_key('carla', NULL)")
        attacker.connection.commit()
        assert attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32)) == "refused"


def test_a_committed_try_with_the_right_key_is_answered(cinema: Cinema) -> None:
    # The control of the two tests below.
    with attack_as(cinema) as attacker:
        attacker.ask("SELECT boxoffice.offer_key('carla', %s)", _right_key(attacker))
        attacker.connection.commit()
        assert attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32)) == "ok"


@pytest.mark.parametrize("savepoint", [False, True])
def test_a_try_that_could_still_be_rolled_back_gets_no_answer(cinema: Cinema, savepoint: bool) -> None:  # noqa: FBT001
    # Or a till's own login would be enough to guess PINs without ever being counted.
    with attack_as(cinema) as attacker:
        key = _right_key(attacker)
        if savepoint:
            attacker.connection.execute("SAVEPOINT guess")
        attacker.ask("SELECT boxoffice.offer_key('carla', %s)", key)
        if savepoint:
            attacker.connection.execute("RELEASE SAVEPOINT guess")
        assert attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32)) == "refused"


def test_an_answer_that_is_rolled_back_does_not_take_the_count_back(cinema: Cinema) -> None:
    with attack_as(cinema) as attacker:
        attacker.ask("SELECT boxoffice.offer_key('carla', 'wrong')")
        attacker.connection.commit()
        for _ in range(3):
            attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32))
            attacker.connection.rollback()
    assert cinema.query("SELECT failures FROM boxoffice.staff_secret WHERE staff_id = 1") == [(1,)]


def _move_to_another_venue(cinema: Cinema) -> None:
    cinema.execute(
        "WITH far AS (INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
        " VALUES ('Far', 'Asia/Tokyo', 'JPY', 'ja_JP') RETURNING venue_id)"
        " UPDATE boxoffice.staff SET venue_id = (SELECT venue_id FROM far) WHERE staff_id = 1"
    )


@pytest.mark.parametrize("is_far", [False, True])
def test_people_of_another_venue_do_not_sign_in_here(cinema: Cinema, is_far: bool) -> None:  # noqa: FBT001  parameter
    if is_far:
        _move_to_another_venue(cinema)
    with attack_as(cinema) as attacker:
        attacker.ask("SELECT boxoffice.offer_key('carla', %s)", _right_key(attacker))
        attacker.connection.commit()
        # The control is the same key with Carla at home.
        answer = attacker.ask("SELECT outcome FROM boxoffice.sign_in(%s)", bytes(32))
        assert answer == ("refused" if is_far else "ok")


def test_who_goes_to_another_venue_is_out_at_once(cinema: Cinema) -> None:
    till = cinema.till()
    with attack_as(cinema, till) as attacker:
        before = attacker.ask(WHO)
        _move_to_another_venue(cinema)
        assert (before, attacker.ask(WHO)) == (1, None)


def test_a_process_number_that_came_again_is_nobody(cinema: Cinema) -> None:
    till = cinema.till()
    with attack_as(cinema, till) as attacker:
        pid = attacker.connection.info.backend_pid
        before = attacker.ask(WHO)
        cinema.execute(
            "UPDATE boxoffice.backend_session SET backend_start = backend_start - interval '1 second' WHERE pid = %s",
            pid,
        )
        assert (before, attacker.ask(WHO)) == (1, None)


def test_a_binding_to_another_terminals_stay_is_nobody(cinema: Cinema) -> None:
    cinema.till("Counter 2")
    till = cinema.till("Counter 1")
    with attack_as(cinema, till) as attacker:
        cinema.execute(
            "UPDATE boxoffice.backend_session SET staff_session_id ="
            " (SELECT staff_session_id FROM boxoffice.staff_session WHERE terminal_id = 2) WHERE pid = %s",
            attacker.connection.info.backend_pid,
        )
        assert attacker.ask(WHO) is None


def test_bindings_of_processes_that_have_ended_are_swept(cinema: Cinema) -> None:
    cinema.execute(
        "INSERT INTO boxoffice.backend_session SELECT 999999, now(), min(staff_session_id) FROM boxoffice.staff_session"
    )
    cinema.till()
    assert cinema.query("SELECT count(*) FROM boxoffice.backend_session WHERE pid = 999999") == [(0,)]


def test_a_revoked_terminal_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    with attack_as(cinema, till) as attacker:
        cinema.execute("UPDATE boxoffice.terminal SET revoked_at = now() WHERE terminal_id = 1")
        _expect(attacker, "BX401")


def test_a_login_without_a_terminal_is_refused(cinema: Cinema) -> None:
    with attack_as(cinema) as attacker:
        cinema.execute("UPDATE boxoffice.terminal SET login = 'somebody_else' WHERE terminal_id = 1")
        _expect(attacker, "BX401")


def test_a_wrong_password_does_not_get_in(house: Cinema) -> None:
    wrong = psycopg.conninfo.make_conninfo(house.conninfo(), password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_owner_does_not_log_in(house: Cinema) -> None:
    owner = psycopg.conninfo.make_conninfo(house.admin_conninfo, user="boxoffice_owner", password="")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(owner)


def _right_key(attacker: Attacker) -> bytes:
    return derive_key(PINS["carla"], bytes(attacker.ask("SELECT boxoffice.sign_in_salt('carla')")))


def _expect(attacker: Attacker, state: str) -> Any:
    with pytest.raises(psycopg.Error) as refused:
        attacker.ask(WHO)
    assert refused.value.sqlstate == state
