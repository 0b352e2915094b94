"""The ledgers of selling are insert-only for whoever owns them too: only a superuser past the triggers changes them."""

import psycopg
import pytest

from tests.support.cinema import Cinema

CHANGES = [
    *(
        f"{command} boxoffice.{table}"
        for table in ("sale", "ticket", "payment", "adjustment", "journal")
        for command in ("DELETE FROM", "TRUNCATE")
    ),
    "UPDATE boxoffice.sale SET total = total - 100",
    "UPDATE boxoffice.payment SET kind = 'cash'",
    "UPDATE boxoffice.adjustment SET amount = amount - 100",
    "UPDATE boxoffice.journal SET body = 'nothing'",
    *(
        f"UPDATE boxoffice.ticket SET {column} = {column}"
        for column in ("sale_id", "serial", "show_id", "seat_id", "amount", "tax", "code", "line", "terminal_id")
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_changes_nothing_that_was_sold(house: Cinema, change: str) -> None:
    with house.admin() as admin, admin.transaction(force_rollback=True), pytest.raises(psycopg.Error) as refused:
        admin.execute(f"{change} CASCADE" if change.startswith("TRUNCATE") else change)
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize("change", [each for each in CHANGES if not each.startswith("TRUNCATE")])
def test_the_control_changes_it_past_the_triggers(house: Cinema, change: str) -> None:
    with house.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        assert admin.execute(change).rowcount > 0
