"""Nobody makes himself or a friend more than he is, locks the others out, or reads and rewrites the audit."""

import hashlib
import secrets

import psycopg
import pytest

from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError
from boxoffice_desktop.domain.permissions import Permission
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import PINS, Cinema, Till, derive_key, grant
from tests.support.threads import run_together

CARLA, SID, MONA = 1, 2, 3
SET_SECRET = "SELECT outcome FROM boxoffice.set_staff_secret(%s, %s, %s)"
SALT, KEY = secrets.token_bytes(16), secrets.token_bytes(32)
HASH = hashlib.sha256(KEY).digest()
GIVE = "INSERT INTO boxoffice.staff_permission (staff_id, permission) VALUES (%s, %s)"
TAKE = "DELETE FROM boxoffice.staff_permission WHERE staff_id = %s AND permission = %s"


@pytest.fixture(scope="module")
def manager(house: Cinema) -> Till:
    """Mona, signed in at Counter 3; she manages staff but not terminals."""
    return house.till("Counter 3", "mona")


@pytest.fixture(scope="module")
def administrator(house: Cinema) -> int:
    """Somebody who may everything, and has a PIN."""
    ((staff_id,),) = house.query(
        "INSERT INTO boxoffice.staff (venue_id, user_name, display_name) VALUES (%s, 'ada', 'Ada') RETURNING staff_id",
        house.venue_id,
    )
    house.execute(
        "INSERT INTO boxoffice.staff_secret (staff_id, salt, key_hash) VALUES (%s, %s, %s)", staff_id, SALT, HASH
    )
    grant(house, "ada", *Permission)
    return int(staff_id)


def refused_state(attacker: Attacker, statement: str, *values: object) -> str | None:
    with pytest.raises(psycopg.Error) as refused:
        attacker.run(statement, *values)
    return refused.value.sqlstate


def test_a_manager_manages_people(house: Cinema, manager: Till) -> None:
    # The control of this file: all that is refused below is possible within limits.
    with attack_as(house, manager, "Counter 3") as attacker:
        staff_id = attacker.ask(
            "INSERT INTO boxoffice.staff (venue_id, user_name, display_name) VALUES (1, 'n', 'N') RETURNING staff_id"
        )
        assert attacker.run(GIVE, staff_id, "sell") == 1
        assert attacker.ask(SET_SECRET, staff_id, SALT, HASH) == "ok"
        assert attacker.run("UPDATE boxoffice.staff SET is_active = false WHERE staff_id = %s", staff_id) == 1
        assert attacker.run(TAKE, staff_id, "sell") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO boxoffice.staff (venue_id, user_name, display_name) VALUES (1, 'x', 'X')",
        "UPDATE boxoffice.staff SET display_name = 'X'",
        "INSERT INTO boxoffice.staff_permission VALUES (1, 'refund')",
        "DELETE FROM boxoffice.staff_permission WHERE permission = 'manage_staff'",
        f"SELECT boxoffice.set_staff_secret({SID}, sha256('x'), sha256('y'))",
        f"SELECT boxoffice.unlock_staff({SID})",
        f"SELECT boxoffice.end_stays({SID})",
        "SELECT boxoffice.staff_locks()",
        "SELECT boxoffice.staff_presence()",
        "SELECT boxoffice.terminal_presence()",
        "UPDATE boxoffice.terminal SET name = 'X'",
    ],
)
def test_a_cashier_manages_nobody(house: Cinema, cashier: Till, statement: str) -> None:
    with attack_as(house, cashier) as attacker:
        assert refused_state(attacker, statement.replace("sha256('x')", "substring(sha256('x') FOR 16)")) == "BX403"


def test_a_till_that_nobody_is_signed_in_at_manages_nobody(house: Cinema) -> None:
    with attack_as(house) as attacker:
        assert refused_state(attacker, GIVE, CARLA, "refund") == "BX401"


@pytest.mark.parametrize("statement", ["DELETE FROM boxoffice.staff", "UPDATE boxoffice.staff SET venue_id = 1"])
def test_people_are_never_deleted_or_moved(house: Cinema, manager: Till, statement: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, statement) == "42501"


@pytest.mark.parametrize("staff_id", [CARLA, MONA])
def test_nobody_gives_what_he_lacks(house: Cinema, manager: Till, staff_id: int) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, GIVE, staff_id, "manage_terminals") == "BX403"


@pytest.mark.parametrize("table", ["staff_secret", "staff_session", "backend_session"])
def test_secrets_and_stays_are_not_even_seen(house: Cinema, manager: Till, table: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, f"SELECT * FROM boxoffice.{table}") == "42501"


def test_nobody_becomes_his_superior_with_a_new_pin(house: Cinema, manager: Till, administrator: int) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, SET_SECRET, administrator, SALT, HASH) == "BX403"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE boxoffice.staff SET is_active = false WHERE staff_id = %s",
        "DELETE FROM boxoffice.staff_permission WHERE staff_id = %s",
        "SELECT boxoffice.end_stays(%s)",
        "SELECT boxoffice.unlock_staff(%s)",
    ],
)
def test_nobody_changes_somebody_who_may_more(house: Cinema, manager: Till, administrator: int, statement: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, statement, administrator) == "BX403"


def test_ones_own_pin_needs_the_old_one(house: Cinema, manager: Till) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert attacker.ask(SET_SECRET, MONA, SALT, HASH) == "refused"


OFFER = "SELECT outcome FROM boxoffice.offer_key('carla', %s)"


@pytest.mark.parametrize("user_name", ["carla", "sid"])
def test_a_cashier_changes_his_own_pin_with_the_old_one(cinema: Cinema, user_name: str) -> None:
    # Somebody else's right key does not count for Carla.
    with attack_as(cinema, cinema.till()) as attacker:
        salt = bytes(attacker.ask("SELECT boxoffice.sign_in_salt(%s)", user_name))
        attacker.ask("SELECT boxoffice.offer_key(%s, %s)", user_name, derive_key(PINS[user_name], salt))
        attacker.connection.commit()
        assert attacker.ask(SET_SECRET, CARLA, SALT, HASH) == ("ok" if user_name == "carla" else "refused")


def test_an_offer_that_could_still_be_rolled_back_changes_no_pin(cinema: Cinema) -> None:
    with attack_as(cinema, cinema.till()) as attacker:
        salt = bytes(attacker.ask("SELECT boxoffice.sign_in_salt('carla')"))
        attacker.ask(OFFER, derive_key(PINS["carla"], salt))
        assert attacker.ask(SET_SECRET, CARLA, SALT, HASH) == "refused"


def test_wrong_tries_at_the_old_pin_cannot_be_taken_back(cinema: Cinema) -> None:
    with attack_as(cinema, cinema.till()) as attacker:
        for _ in range(3):
            assert attacker.ask(OFFER, KEY) == "offered"
            attacker.connection.commit()
            assert attacker.ask(SET_SECRET, CARLA, SALT, HASH) == "refused"
            attacker.connection.rollback()
        assert attacker.ask(OFFER, KEY) == "wait"
    assert cinema.query("SELECT failures FROM boxoffice.staff_secret WHERE staff_id = %s", CARLA) == [(3,)]


def test_nobody_takes_back_his_own_lock(house: Cinema, manager: Till) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        assert refused_state(attacker, "SELECT boxoffice.unlock_staff(%s)", MONA) == "BX403"


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM boxoffice.staff_permission WHERE staff_id = {MONA} AND permission = 'manage_staff'",
        f"DELETE FROM boxoffice.staff_permission WHERE staff_id = {MONA} AND permission = 'manage_prices'",
        f"UPDATE boxoffice.staff SET is_active = false WHERE staff_id = {MONA}",
        "UPDATE boxoffice.staff SET is_active = false",
        "DELETE FROM boxoffice.staff_permission",
    ],
)
def test_the_last_manager_locks_nobody_out(cinema: Cinema, statement: str) -> None:
    with attack_as(cinema, cinema.till("Counter 3", "mona"), "Counter 3") as attacker:
        assert refused_state(attacker, statement) == "BX409"


def test_a_manager_may_go_when_another_stays(house: Cinema, manager: Till, administrator: int) -> None:
    # The control of the test above.
    with attack_as(house, manager, "Counter 3") as attacker:
        assert attacker.run("DELETE FROM boxoffice.staff_permission WHERE staff_id = %s", MONA) > 0


def test_two_managers_cannot_lock_each_other_out_at_the_same_time(cinema: Cinema) -> None:
    # As much as the manager: else the guard against changing somebody who may more would answer.
    cinema.execute(
        "INSERT INTO boxoffice.staff_permission SELECT 2, permission FROM boxoffice.staff_permission WHERE staff_id = 3"
        " ON CONFLICT DO NOTHING"
    )
    tills = [cinema.till("Counter 2", "sid"), cinema.till("Counter 3", "mona")]

    def take(till: Till, staff_id: int) -> int:
        return till.database.run(
            lambda session: session.connection().exec_driver_sql(TAKE, (staff_id, "manage_staff")).rowcount
        )

    answers = run_together([lambda: take(tills[0], MONA), lambda: take(tills[1], SID)])
    # The slower one is the last manager, or, when the quicker one was through already, no manager any more.
    refused = (ConflictError, NotAllowedError)
    assert sorted(isinstance(answer, refused) for answer in answers) == [False, True]
