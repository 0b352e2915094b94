"""Names and phone numbers are read with a till's login only while somebody who may is signed in on that connection."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till

NAMES = "SELECT count(*) FROM boxoffice.reservation"
PHONE = "SELECT count(*) FROM boxoffice.reservation WHERE phone LIKE '+%'"
KEPT = "SELECT count(*) FROM boxoffice.hold WHERE name <> ''"
BASKETS = "SELECT count(*) FROM boxoffice.hold WHERE kind = 'basket'"


@pytest.fixture(scope="module")
def named(house: Cinema) -> Cinema:
    """The house with somebody's name and phone number in it."""
    with house.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE boxoffice.reservation SET name_key = 'ada lovelace', phone = '+4850123'")
        admin.execute("UPDATE boxoffice.hold SET name = 'Ada Lovelace' WHERE kind = 'reservation'")
        admin.execute("UPDATE boxoffice.hold SET name = 'the mayor' WHERE kind = 'house'")
        admin.execute("RESET session_replication_role")
    return house


def read(named: Cinema, till: Till | None = None, terminal: str = "Counter 1") -> list[int]:
    with attack_as(named, till, terminal) as attacker:
        return [attacker.ask(question) for question in (NAMES, PHONE, KEPT)]


def test_a_till_without_a_person_reads_no_names(named: Cinema, cashier: Till) -> None:
    assert read(named) == [0, 0, 0]
    # The control: the same login with a cashier.
    assert read(named, cashier) == [1, 1, 2]


def test_it_goes_on_reading_what_the_map_of_a_hall_needs(named: Cinema, cashier: Till) -> None:
    with attack_as(named) as nobody, attack_as(named, cashier) as somebody:
        assert nobody.ask(BASKETS) == somebody.ask(BASKETS) > 0


def test_names_end_with_the_sign_out_and_with_the_permission(named: Cinema) -> None:
    sid = named.till("Counter 2", "sid")
    with attack_as(named, sid, "Counter 2") as attacker:
        assert attacker.ask(NAMES) == 1
        attacker.connection.execute("SELECT boxoffice.sign_out()")
        assert attacker.ask(NAMES) == 0


@pytest.fixture
def usher(named: Cinema) -> Iterator[Till]:
    """Sid at Counter 3, who may only let people in for a while."""
    sid = named.till("Counter 3", "sid")
    staff = "(SELECT staff_id FROM boxoffice.staff WHERE user_name = 'sid')"
    kept = f"CREATE TABLE kept AS SELECT * FROM boxoffice.staff_permission WHERE staff_id = {staff}"
    named.execute(kept)
    named.execute(f"DELETE FROM boxoffice.staff_permission WHERE staff_id = {staff} AND permission <> 'admit'")
    yield sid
    named.execute("INSERT INTO boxoffice.staff_permission SELECT * FROM kept ON CONFLICT DO NOTHING")
    named.execute("DROP TABLE kept")


def test_who_does_not_sell_reads_no_names(named: Cinema, usher: Till) -> None:
    assert read(named, usher, "Counter 3") == [0, 0, 0]


def test_a_till_of_another_venue_reads_no_names(named: Cinema, cashier: Till) -> None:
    with named.admin() as admin, attack_as(named, cashier) as attacker:
        assert attacker.ask(NAMES) == 1
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE boxoffice.reservation SET venue_id = 99")
        assert attacker.ask(NAMES) == 0
        admin.execute("UPDATE boxoffice.reservation SET venue_id = 1")


def test_an_error_that_quotes_what_it_reads_is_asked_after_the_policy(named: Cinema, cashier: Till) -> None:
    spy = "SELECT count(*) FROM boxoffice.reservation WHERE name_key::integer = 1"
    with attack_as(named) as attacker:
        assert attacker.ask(spy) == 0
    # The control: it is an error where there is something to read.
    with attack_as(named, cashier) as attacker, pytest.raises(psycopg.errors.InvalidTextRepresentation, match="ada"):
        attacker.ask(spy)


def test_the_policies_are_not_for_a_till_to_change(named: Cinema, cashier: Till) -> None:
    for statement in (
        "ALTER TABLE boxoffice.reservation DISABLE ROW LEVEL SECURITY",
        "DROP POLICY reservation_readers ON boxoffice.reservation",
        "SET row_security = off; SELECT * FROM boxoffice.reservation",
    ):
        with attack_as(named, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.connection.execute(statement)
