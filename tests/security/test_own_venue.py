"""A manager with psql: the rows of another venue in the same database are not his, whatever he may do at his own."""

from collections.abc import Iterator

import psycopg
import pytest

from boxoffice_desktop.domain.permissions import Permission
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till, grant

TABLES = (
    "area",
    "hall",
    "seat",
    "show",
    "show_price",
    "tax_rate",
    "ticket_type",
    "price_list",
    "price",
    "staff",
    "terminal",
    "promotion",
    "booking_fee",
)
OTHERS = {
    "a permission": "DELETE FROM boxoffice.staff_permission WHERE permission = 'admit' AND staff_id <> 3",
    "a price": "DELETE FROM boxoffice.price",
    "a code": (
        "INSERT INTO boxoffice.promotion_code (promotion_id, code)"
        " SELECT promotion_id, 'STOLEN' FROM boxoffice.promotion"
    ),
    "a list": (
        "INSERT INTO boxoffice.price_list (venue_id, name) SELECT venue_id, 'Half' FROM boxoffice.price_list LIMIT 1"
    ),
    "a seat of a show": (
        "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id)"
        " SELECT s.show_id, e.seat_id, e.area_id FROM boxoffice.show s JOIN boxoffice.seat e ON e.hall_id = s.hall_id"
        " ON CONFLICT DO NOTHING"
    ),
}
MOVED = (
    "UPDATE boxoffice.terminal SET venue_id = %(to)s WHERE name = 'Counter 3'",
    "UPDATE boxoffice.staff SET venue_id = %(to)s WHERE user_name = 'mona'",
)


@pytest.fixture(scope="module")
def manager(house: Cinema) -> Till:
    """Mona, who may do everything, at Counter 3."""
    had = {
        row[0]
        for row in house.query(
            "SELECT p.permission FROM boxoffice.staff_permission p JOIN boxoffice.staff s USING (staff_id)"
            " WHERE s.user_name = 'mona'"
        )
    }
    grant(house, "mona", *(permission for permission in Permission if permission.value not in had))
    with house.admin() as admin:
        # A seat that a show has not got, for who wants to give it one.
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM boxoffice.show_seat WHERE seat_id = (SELECT max(seat_id) FROM boxoffice.seat)")
    return house.till("Counter 3", "mona")


@pytest.fixture
def stranger(house: Cinema, manager: Till) -> Iterator[Till]:
    """The same Mona, while she and Counter 3 belong to a new venue: everything in the database is another venue's."""

    def move(to: int) -> None:
        with house.admin() as admin:
            admin.execute("SET session_replication_role = replica")
            for statement in MOVED:
                admin.execute(statement, {"to": to})

    house.execute(
        "INSERT INTO boxoffice.venue (venue_id, name, city, currency, locale, time_zone) OVERRIDING SYSTEM VALUE"
        " SELECT 99, 'Elsewhere', city, currency, locale, time_zone FROM boxoffice.venue WHERE venue_id = 1"
    )
    move(99)
    yield manager
    move(1)
    house.execute("DELETE FROM boxoffice.venue WHERE venue_id = 99")


def change(house: Cinema, table: str) -> str:
    """An update of rows that are not Mona's own, of a column that tills may write."""
    ((column,),) = house.query(
        "SELECT column_name FROM information_schema.column_privileges"
        " WHERE table_schema = 'boxoffice' AND table_name = %s"
        " AND grantee = 'boxoffice_till' AND privilege_type = 'UPDATE'"
        " ORDER BY column_name LIMIT 1",
        table,
    )
    where = {"staff": " WHERE user_name = 'carla'", "terminal": " WHERE name <> 'Counter 3'"}.get(table, "")
    return f"UPDATE boxoffice.{table} SET {column} = {column}{where}"


@pytest.mark.parametrize("table", TABLES)
def test_a_manager_changes_no_row_of_another_venue(house: Cinema, stranger: Till, table: str) -> None:
    with (
        attack_as(house, stranger, "Counter 3") as attacker,
        pytest.raises(psycopg.Error, match="This is another venue") as refusal,
    ):
        attacker.run(change(house, table))
    assert refusal.value.sqlstate == "BX409"


@pytest.mark.parametrize("table", TABLES)
def test_at_home_the_same_is_done(house: Cinema, manager: Till, table: str) -> None:
    # The control.
    with attack_as(house, manager, "Counter 3") as attacker:
        assert attacker.run(change(house, table)) > 0


@pytest.mark.parametrize("what", OTHERS)
def test_a_manager_adds_and_deletes_nothing_there(house: Cinema, stranger: Till, what: str) -> None:
    with (
        attack_as(house, stranger, "Counter 3") as attacker,
        pytest.raises(psycopg.Error, match="This is another venue"),
    ):
        attacker.run(OTHERS[what])


def test_no_hall_is_given_to_another_venue(house: Cinema, manager: Till) -> None:
    house.execute(
        "INSERT INTO boxoffice.venue (venue_id, name, city, currency, locale, time_zone) OVERRIDING SYSTEM VALUE"
        " SELECT 98, 'Far', city, currency, locale, time_zone FROM boxoffice.venue WHERE venue_id = 1"
    )
    with (
        attack_as(house, manager, "Counter 3") as attacker,
        pytest.raises(psycopg.Error, match="This is another venue"),
    ):
        attacker.run("UPDATE boxoffice.hall SET venue_id = 98")
    house.execute("DELETE FROM boxoffice.venue WHERE venue_id = 98")
