"""Money out of gift cards by voids, with a till's own login; beside the void that is right."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.services import sales
from boxoffice_desktop.services.sale_details import get_sale_details
from tests.security.conftest import attack_as
from tests.services.promotions.test_gift_cards import card_order, pay_by_card
from tests.support.cinema import Cinema
from tests.support.promotions import open_code

CALL = (
    "SELECT refund_id FROM boxoffice.take_back(%s, %s, %s, %s::bigint[], '', NULL, NULL, '{}', '{}',"
    " %s::bigint[], %s::text[], %s::bigint[], %s::text[])"
)


@pytest.mark.parametrize(
    ("kind", "tickets", "amount", "state"),
    [
        pytest.param("void", [], 5000, None, id="all of it"),
        pytest.param("void", None, 5000, None, id="all of it, no tickets at all"),
        pytest.param("void", [], 0, "BX409", id="no money for the card"),
        pytest.param("void", [], 4000, "BX409", id="less"),
        pytest.param("void", [], 6000, "BX409", id="more"),
        pytest.param("refund", [], 5000, "BX409", id="as a refund"),
        pytest.param("refund", None, 5000, "BX409", id="as a refund of no tickets at all"),
        pytest.param("cancellation", [], 5000, "BX409", id="as a cancelled show"),
        pytest.param("void", [1], 5000, "BX409", id="with somebody's ticket"),
    ],
)
def test_a_sale_of_a_card_goes_back_by_its_void_alone(
    cinema: Cinema, kind: str, tickets: Sequence[int] | None, amount: int, state: str | None
) -> None:
    till = cinema.till("Counter 1", "sid")
    sold = till.call(sales.complete_sale, order=card_order(make_code()))
    sale = till.call(get_sale_details, sale_id=sold.sale_id)
    count = 1 if amount else 0
    values: Any = (
        CALL, uuid4(), kind, sale.sale_id, tickets,
        [sale.payments[0].payment_id] * count, ["cash"] * count, [amount] * count, [""] * count,
    )  # fmt: skip
    with attack_as(cinema, till) as attacker:
        if state is None:
            assert attacker.ask(*values) is not None
            assert attacker.ask("SELECT balance FROM boxoffice.gift_card") == 0
            with pytest.raises(psycopg.Error, match="taken back already"):
                attacker.ask(CALL, uuid4(), *values[2:])
            return
        with pytest.raises(psycopg.Error) as refused:
            attacker.ask(*values)
    assert refused.value.sqlstate == state


def test_a_card_does_not_pay_and_go_back_in_one_transaction(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "sid")
    order = card_order(make_code())
    sale = till.call(get_sale_details, sale_id=till.call(sales.complete_sale, order=order).sale_id)
    card = open_code(till, order.adjustments[0].gift_card_code).gift_card_id or 0
    till.call(sales.complete_sale, order=pay_by_card(cinema, till, card, 1200, "A1"))
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error, match="was used") as refused:
        attacker.ask(CALL, uuid4(), "void", sale.sale_id, [], [sale.payments[0].payment_id], ["cash"], [5000], [""])
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT boxoffice.lock_sold_gift_cards(gen_random_uuid())",
        "SELECT boxoffice.credit_gift_cards(gen_random_uuid())",
        "SELECT boxoffice.give_back_uses(gen_random_uuid())",
        "SELECT boxoffice.lock_uses('{1}')",
        "INSERT INTO boxoffice.promotion_return VALUES (1, gen_random_uuid())",
    ],
)
def test_no_till_gives_back_by_itself(cinema: Cinema, statement: str) -> None:
    with attack_as(cinema, cinema.till()) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement)
    assert refused.value.sqlstate == "42501"
