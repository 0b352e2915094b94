"""Corrections in a currency whose smallest coin is five: what changes hands in cash is rounded, once, like a sale's."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.cash_rounding import cash_rounding
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine
from boxoffice_desktop.services import cancellations, refunds
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.seats import hold, sell

PRICES = {ADULT: 1203, CHILD: 801}


@pytest.fixture
def till(cinema: Cinema) -> Till:
    cinema.execute("UPDATE boxoffice.venue SET currency = 'CHF'")
    for old, new in ((1200, 1203), (800, 801)):
        cinema.execute("UPDATE boxoffice.show_price SET amount = %s WHERE amount = %s", new, old)
    return cinema.till("Counter 1", "sid")


def line(cinema: Cinema, name: str, kind: int) -> SaleLine:
    return SaleLine(key=cinema.keys(name)[0], ticket_type_id=kind, amount=PRICES[kind])


def bought(
    cinema: Cinema, till: Till, *names: str, ticket_type: int = ADULT, way: PaymentKind = PaymentKind.CASH
) -> SaleDetails:
    total = PRICES[ticket_type] * len(names)
    rounding = cash_rounding(total, "CHF") if way is PaymentKind.CASH else 0
    paid = PaymentGiven(kind=way, amount=total, given=total + rounding, rounding=rounding, reference="T")
    lines = tuple(line(cinema, name, ticket_type) for name in names)
    sale = sell(cinema, till, *names, lines=lines, payments=(paid,))
    return till.call(get_sale_details, sale_id=sale.sale_id)


def drawer(cinema: Cinema) -> int:
    ((expected,),) = cinema.query(
        "SELECT (boxoffice.shift_cash(shift_id)).expected FROM boxoffice.terminal_chain WHERE terminal_id = 1"
    )
    return int(expected)


def ids(sale: SaleDetails) -> Sequence[int]:
    return [ticket.ticket_id for ticket in sale.tickets]


@pytest.mark.parametrize("kind", [RefundKind.REFUND, RefundKind.VOID])
def test_what_was_rounded_goes_back_as_it_came(cinema: Cinema, till: Till, kind: RefundKind) -> None:
    sale = bought(cinema, till, "A1")
    order = refunds.plan_refund(sale, ids(sale), kind=kind)
    assert [(part.amount, part.rounding) for part in order.money] == [(1203, 2)]
    assert till.call(refunds.refund_tickets, order=order).money == order.money
    assert drawer(cinema) == 0
    assert find_wrong(cinema) == {}


def test_a_difference_that_goes_back_is_rounded(cinema: Cinema, till: Till) -> None:
    sale = bought(cinema, till, "A1")
    order = refunds.plan_exchange(sale, ids(sale), hold_id=uuid4(), lines=[line(cinema, "A1", CHILD)])
    done = till.call(refunds.exchange_tickets, order=order)
    assert sorted((part.kind, part.amount, part.rounding) for part in done.refund.money) == [
        ("cash", 402, -2),
        ("exchange", 801, 0),
    ]
    assert done.refund.money == order.refund.money
    assert drawer(cinema) == 1205 - 400
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize(("given", "change"), [(402, 0), (500, 100)], ids=["exact", "a note"])
def test_a_difference_that_is_paid_is_rounded(cinema: Cinema, till: Till, given: int, change: int) -> None:
    sale = bought(cinema, till, "A1", ticket_type=CHILD)
    order = refunds.plan_exchange(
        sale,
        ids(sale),
        hold_id=hold(cinema, till, "A2").hold_id,
        lines=[line(cinema, "A2", ADULT)],
        payments=[PaymentGiven(kind=PaymentKind.CASH, amount=402, given=given)],
    )
    done = till.call(refunds.exchange_tickets, order=order)
    assert (done.sale.total, done.sale.change) == (1203, change)
    assert drawer(cinema) == 800 + 400
    assert find_wrong(cinema) == {}


def test_a_difference_on_a_card_is_not_rounded(cinema: Cinema, till: Till) -> None:
    sale = bought(cinema, till, "A1", way=PaymentKind.CARD)
    order = refunds.plan_exchange(sale, ids(sale), hold_id=uuid4(), lines=[line(cinema, "A1", CHILD)], reference="R")
    done = till.call(refunds.exchange_tickets, order=order)
    assert [(part.amount, part.rounding) for part in done.refund.money if part.kind == "card"] == [(402, 0)]
    assert drawer(cinema) == 0
    assert find_wrong(cinema) == {}


def test_cash_of_two_payments_is_one_sum_and_rounded_once(cinema: Cinema, till: Till) -> None:
    # 801 came over and 402 were paid: 8.00 and 4.00 each for itself, 12.05 together.
    sale = bought(cinema, till, "A1", ticket_type=CHILD)
    order = refunds.plan_exchange(
        sale,
        ids(sale),
        hold_id=uuid4(),
        lines=[line(cinema, "A1", ADULT)],
        payments=[PaymentGiven(kind=PaymentKind.CASH, amount=402, given=402)],
    )
    exchanged = till.call(refunds.exchange_tickets, order=order)
    new = till.call(get_sale_details, sale_id=exchanged.sale.sale_id)
    back = refunds.plan_refund(new, ids(new))
    assert sorted((part.amount, part.rounding) for part in back.money) == [(402, 0), (801, 2)]
    assert till.call(refunds.refund_tickets, order=back).money == back.money
    assert find_wrong(cinema) == {}


def test_an_unrounded_payment_of_a_difference_is_refused(cinema: Cinema, till: Till) -> None:
    sale = bought(cinema, till, "A1", ticket_type=CHILD)
    order = refunds.plan_exchange(
        sale,
        ids(sale),
        hold_id=uuid4(),
        lines=[line(cinema, "A1", ADULT)],
        payments=[PaymentGiven(kind=PaymentKind.CASH, amount=402, given=402)],
    )
    *carried, cash = order.sale.payments
    unrounded = replace(order.sale, payments=(*carried, replace(cash, given=402, rounding=0)))
    with pytest.raises(ConflictError, match="not rounded"):
        till.call(refunds.exchange_tickets, order=replace(order, sale=unrounded))


def test_owed_cash_is_rounded_when_it_is_paid_out(cinema: Cinema, till: Till) -> None:
    sale = bought(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    done = till.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale.sale_id)
    assert done is not None
    assert [(part.kind, part.amount, part.rounding) for part in done.money] == [("owed", 1203, 0)]
    paid = till.call(cancellations.pay_out, payout_id=uuid4(), refund_id=done.refund_id, line=1)
    assert (paid.amount, paid.rounding) == (1203, 2)
    assert drawer(cinema) == 0
    assert find_wrong(cinema) == {}
