"""A gift card goes back at one till and pays at another at the same moment: one of them wins."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from boxoffice_desktop.domain.errors import BoxOfficeError, ConflictError
from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.services import refunds, sales
from boxoffice_desktop.services.sale_details import get_sale_details
from tests.services.promotions.test_gift_cards import card_order, pay_by_card
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.promotions import open_code
from tests.support.threads import held_open, wait_for_lock_waiter


def attempt(till: Till, service: Any, order: Any) -> Any:
    try:
        return till.call(service, order=order)
    except BoxOfficeError as refusal:
        return refusal


@pytest.mark.parametrize(("first", "balance"), [("void", 0), ("payment", 3800)])
def test_a_card_pays_or_goes_back(cinema: Cinema, first: str, balance: int) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    order = card_order(make_code())
    sale = one.call(get_sale_details, sale_id=one.call(sales.complete_sale, order=order).sale_id)
    card = open_code(two, order.adjustments[0].gift_card_code).gift_card_id or 0
    void = (one, refunds.refund_tickets, refunds.plan_refund(sale, [], kind=RefundKind.VOID))
    payment = (two, sales.complete_sale, pay_by_card(cinema, two, card, 1200, "A1"))
    winner, loser = (void, payment) if first == "void" else (payment, void)
    with ThreadPoolExecutor(1) as pool:
        till, service, what = winner
        with held_open(till, partial(service, context=till.context, order=what)):
            second = pool.submit(attempt, *loser)
            wait_for_lock_waiter(cinema)
        assert isinstance(second.result(10), ConflictError)
    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(balance,)]
    assert find_wrong(cinema) == {}
