"""The venue's row, attacked with a till's own login."""

import psycopg
import pytest

from boxoffice_desktop.domain.permissions import Permission
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till, grant

COLUMNS = [
    "hold_seconds",
    "hold_cap_seconds",
    "basket_limit",
    "day_ends_at",
    "pay_out_limit",
    "difference_limit",
]


@pytest.fixture(scope="module")
def manager(house: Cinema) -> Till:
    """Mona, who manages terminals too, signed in at Counter 3."""
    grant(house, "mona", Permission.MANAGE_TERMINALS)
    return house.till("Counter 3", "mona")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cashier_does_not_set_the_rules_of_selling(house: Cinema, cashier: Till, column: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(f"UPDATE boxoffice.venue SET {column} = {column}")
    assert refused.value.sqlstate == "BX403"


@pytest.mark.parametrize("column", COLUMNS)
def test_with_nobody_signed_in_the_rules_are_not_set(house: Cinema, column: str) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(f"UPDATE boxoffice.venue SET {column} = {column}")
    assert refused.value.sqlstate == "BX401"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_manager_and_the_owner_set_them(house: Cinema, manager: Till, column: str) -> None:
    # The control: the statement as such works.
    statement = f"UPDATE boxoffice.venue SET {column} = {column}"
    with attack_as(house, manager, "Counter 3") as attacker:
        assert attacker.run(statement) == 1
    with house.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL ROLE boxoffice_owner")
        assert admin.execute(statement).rowcount == 1


@pytest.mark.parametrize("column", ["name", "currency", "time_zone", "locale", "is_demo"])
def test_not_even_a_manager_changes_what_a_venue_is(house: Cinema, manager: Till, column: str) -> None:
    with (
        attack_as(house, manager, "Counter 3") as attacker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        attacker.run(f"UPDATE boxoffice.venue SET {column} = {column}")


@pytest.mark.parametrize("venue", ["Test Cinema", "Elsewhere"])
def test_a_manager_sets_the_rules_of_the_own_venue_only(cinema: Cinema, venue: str) -> None:
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
        " VALUES ('Elsewhere', 'Asia/Tokyo', 'JPY', 'ja_JP')"
    )
    statement = "UPDATE boxoffice.venue SET pay_out_limit = 100000000 WHERE name = %s"
    with attack_as(cinema, cinema.till("Counter 3", "mona"), "Counter 3") as attacker:
        if venue == "Test Cinema":
            assert attacker.run(statement, venue) == 1
            return
        with pytest.raises(psycopg.Error) as refused:
            attacker.run(statement, venue)
    assert refused.value.sqlstate == "BX409"
