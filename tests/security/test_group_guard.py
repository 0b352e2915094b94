"""The least size of a group, attacked with a till's own login; beside a sale that goes through."""

from collections.abc import Sequence
from uuid import uuid4

import psycopg
import pytest

from tests.security.conftest import attack_as
from tests.support.cinema import CHILD, Cinema

TICKET = (
    "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
    " amount, tax, tax_rate_id, code)"
    " SELECT %s, n, 1, n, %s, seat, 1, 2, 800, 59, 1, substring(sha256(n::text::bytea) FOR 16)"
    " FROM unnest(%s::int[]) WITH ORDINALITY x (seat, n)"
)


@pytest.mark.parametrize("names", [("B1", "B2"), ("B1",)], ids=["two", "one"])
def test_a_group_comes_together(cinema: Cinema, names: Sequence[str]) -> None:
    cinema.execute("UPDATE boxoffice.ticket_type SET group_from = 2 WHERE ticket_type_id = %s", CHILD)
    sale_id = uuid4()
    with attack_as(cinema, cinema.till()) as attacker:
        attacker.ask(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 2, 'EUR', 1600)"
            " RETURNING number",
            sale_id,
        )
        tickets = (TICKET, (sale_id, cinema.show_id, list(cinema.ids(*names))))
        if len(names) > 1:
            attacker.connection.execute(*tickets)
            return
        with pytest.raises(psycopg.Error, match="2 people or more") as refused:
            attacker.connection.execute(*tickets)
    assert refused.value.sqlstate == "BX409"
