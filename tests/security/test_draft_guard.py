"""Deleting shows with psql's means: only drafts go, only with everything free, only by who manages the schedule."""

import psycopg
import pytest

from boxoffice_desktop.services import programme
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till

DELETE = "SELECT boxoffice.delete_drafts(%s)"


@pytest.fixture(scope="module")
def manager(house: Cinema) -> Till:
    return house.till("Counter 3", "mona")


@pytest.fixture(scope="module")
def draft(house: Cinema, manager: Till) -> int:
    starts_at = house.starts_at.replace(year=house.starts_at.year + 1)
    return manager.call(programme.create_show, movie_id=house.movie_id, hall_id=house.hall_id, starts_at=starts_at)


def test_a_manager_deletes_a_draft_with_its_seats(house: Cinema, manager: Till, draft: int) -> None:
    # The control of all that is refused below.
    with attack_as(house, manager, "Counter 3") as attacker:
        assert attacker.ask(DELETE, [draft]) == 1
        assert attacker.ask("SELECT count(*) FROM boxoffice.show_seat WHERE show_id = %s", draft) == 0
        assert attacker.ask("SELECT count(*) FROM boxoffice.show WHERE show_id = %s", draft) == 0


def test_a_deleted_draft_is_written_down(house: Cinema, manager: Till, draft: int) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        attacker.ask(DELETE, [draft])
        # Tills with view_reports or manage_staff read the audit.
        row = attacker.connection.execute(
            "SELECT staff_id, before->>'status' FROM boxoffice.audit"
            " WHERE table_name = 'show' AND operation = 'delete' AND row_key = %s",
            (str(draft),),
        ).fetchone()
    assert row == (manager.context.staff_id, "draft")


@pytest.mark.parametrize("table", ["show", "show_seat"])
def test_not_even_a_manager_deletes_rows_by_hand(house: Cinema, manager: Till, draft: int, table: str) -> None:
    with attack_as(house, manager, "Counter 3") as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(f"DELETE FROM boxoffice.{table} WHERE show_id = %s", draft)


def test_a_cashier_deletes_no_draft(house: Cinema, cashier: Till, draft: int) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask(DELETE, [draft])
    assert refused.value.sqlstate == "BX403"


def test_nobody_signed_in_deletes_no_draft(house: Cinema, draft: int) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask(DELETE, [draft])
    assert refused.value.sqlstate == "BX401"


@pytest.mark.parametrize("others", ["on sale", "unknown"])
def test_what_is_no_draft_stays_and_so_does_the_draft_beside_it(
    house: Cinema, manager: Till, draft: int, others: str
) -> None:
    show_id = house.show_id if others == "on sale" else 999_999
    with attack_as(house, manager, "Counter 3") as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask(DELETE, [draft, show_id])
    assert refused.value.sqlstate == "BX409"


def test_a_show_with_sales_stays_when_it_is_called_a_draft(house: Cinema, manager: Till) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        # What a manager's login may write by hand.
        attacker.run("DELETE FROM boxoffice.show_price WHERE show_id = %s", house.show_id)
        attacker.run("UPDATE boxoffice.show SET status = 'draft' WHERE show_id = %s", house.show_id)
        with pytest.raises(psycopg.Error) as refused:
            attacker.ask(DELETE, [house.show_id])
    assert refused.value.sqlstate == "BX409"


def test_a_draft_with_prices_stays(house: Cinema, manager: Till, draft: int) -> None:
    with attack_as(house, manager, "Counter 3") as attacker:
        attacker.run("INSERT INTO boxoffice.show_price VALUES (%s, 1, 1, 1200, 89, 1)", draft)
        with pytest.raises(psycopg.Error) as refused:
            attacker.ask(DELETE, [draft])
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize(("until", "goes"), [("NULL", False), ("now() + interval '1 h'", False), ("now()", True)])
def test_a_seat_that_is_held_keeps_a_draft_until_the_hold_is_over(
    house: Cinema,
    manager: Till,
    draft: int,
    until: str,
    goes: bool,  # noqa: FBT001
) -> None:
    hold = "(SELECT hold_id FROM boxoffice.hold LIMIT 1)"
    change = f"state = 'held', hold_id = {hold}, held_by = 1, held_until = {until}"
    with house.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(f"UPDATE boxoffice.show_seat SET {change} WHERE show_id = %s AND seat_id = 1", (draft,))
        admin.execute("SET LOCAL session_replication_role = origin")
        if goes:
            assert admin.execute(DELETE, ([draft],)).fetchone() == (1,)
        else:
            with pytest.raises(psycopg.Error) as refused:
                admin.execute(DELETE, ([draft],))
            assert refused.value.sqlstate == "BX409"


def test_a_draft_of_another_venue_stays(house: Cinema, manager: Till, draft: int) -> None:
    with house.admin() as admin:
        admin.execute(
            "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
            " VALUES ('Elsewhere', 'Europe/Zurich', 'EUR', 'en_GB')"
        )
    of_show = "hall_id = (SELECT hall_id FROM boxoffice.show WHERE show_id = %s)"
    change = f"UPDATE boxoffice.hall SET venue_id = {{}} WHERE {of_show}"
    with house.admin() as admin:
        admin.execute(change.format(2), (draft,))
    try:
        with attack_as(house, manager, "Counter 3") as attacker, pytest.raises(psycopg.Error) as refused:
            attacker.ask(DELETE, [draft])
        assert refused.value.sqlstate == "BX409"
    finally:
        with house.admin() as admin:
            admin.execute(change.format(1), (draft,))


def test_who_plans_without_making_prices_deletes_drafts_too(cinema: Cinema) -> None:
    planner = cinema.till("Counter 3", "mona")
    starts_at = cinema.starts_at.replace(year=cinema.starts_at.year + 1)
    show_id = planner.call(programme.create_show, movie_id=cinema.movie_id, hall_id=cinema.hall_id, starts_at=starts_at)
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'manage_prices'")
    with attack_as(cinema, planner, "Counter 3") as attacker:
        assert attacker.ask(DELETE, [show_id]) == 1
