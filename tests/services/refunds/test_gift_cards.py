"""Gift cards in corrections: a void takes back what it sold, and what cards have paid goes back onto the right one."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import AlreadyRefundedError, ConflictError
from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentGiven, PaymentKind, SaleAdjustment, SaleLine
from boxoffice_desktop.services import refunds, sales
from boxoffice_desktop.services.sale_details import SaleDetails, find_last_sale, get_sale_details
from tests.services.promotions.test_gift_cards import card_order, pay_by_card, sell_card
from tests.services.refunds.test_refunds import assert_journal_holds
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, Cinema, Till
from tests.support.promotions import open_code
from tests.support.seats import hold


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


def details(till: Till, sale_id: UUID) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


def void(till: Till, sale: SaleDetails) -> list[tuple[str, int]]:
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    order = refunds.plan_refund(sale, tickets, kind=RefundKind.VOID, reference="R")
    return [(part.kind, part.amount) for part in till.call(refunds.refund_tickets, order=order).money]


def balances(cinema: Cinema) -> list[int]:
    return [row[0] for row in cinema.query("SELECT balance FROM boxoffice.gift_card ORDER BY gift_card_id")]


def open_card(till: Till, amount: int) -> int:
    return open_code(till, sell_card(till, amount)).gift_card_id or 0


def test_a_card_that_was_sold_alone_is_voided(cinema: Cinema) -> None:
    till = cinema.till()
    sell_card(till, 5000)
    sale = till.call(find_last_sale)
    assert sale is not None
    assert (sale.tickets, sale.gift_cards, sale.void_worth) == ((), 5000, 5000)
    assert void(till, sale) == [("cash", 5000)]
    assert balances(cinema) == [0]
    assert till.call(find_last_sale) is None
    assert find_wrong(cinema) == {}
    assert_journal_holds(cinema, till)


def test_a_card_that_was_sold_with_tickets_goes_back_with_them(cinema: Cinema, till: Till) -> None:
    order = cinema.order(hold(cinema, till, "A1").hold_id, "A1")
    card = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=3000, gift_card_code=make_code())
    paid = PaymentGiven(kind=PaymentKind.CARD, amount=4200, given=4200, reference="T")
    sold = till.call(sales.complete_sale, order=replace(order, adjustments=(card,), payments=(paid,)))
    assert void(till, details(till, sold.sale_id)) == [("card", 4200)]
    assert balances(cinema) == [0]
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NULL") == [(0,)]
    assert find_wrong(cinema) == {}
    assert_journal_holds(cinema, till)


def test_a_refund_of_the_tickets_leaves_the_card_alone(cinema: Cinema, till: Till) -> None:
    order = cinema.order(hold(cinema, till, "A1").hold_id, "A1")
    card = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=3000, gift_card_code=make_code())
    paid = PaymentGiven(kind=PaymentKind.CASH, amount=4200, given=4200)
    sold = till.call(sales.complete_sale, order=replace(order, adjustments=(card,), payments=(paid,)))
    sale = details(till, sold.sale_id)
    back = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    assert till.call(refunds.refund_tickets, order=back).total == 1200
    assert balances(cinema) == [3000]
    assert find_wrong(cinema) == {}


def test_a_card_that_has_paid_is_not_voided_and_it_is_told_what_it_paid(cinema: Cinema) -> None:
    till, other = cinema.till(), cinema.till("Counter 2", "mona")
    order = card_order(make_code())
    sold = till.call(sales.complete_sale, order=order)
    card = open_code(other, order.adjustments[0].gift_card_code).gift_card_id or 0
    used = other.call(sales.complete_sale, order=pay_by_card(cinema, other, card, 1200, "A1"))
    with pytest.raises(ConflictError, match=r"paid for sale 1 of Counter 2 \(Mona\)"):
        void(till, details(till, sold.sale_id))
    assert balances(cinema) == [3800]
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(0,)]
    # All of it is on the card again: it is as it was sold.
    void(other, details(other, used.sale_id))
    assert void(till, details(till, sold.sale_id)) == [("cash", 5000)]
    assert balances(cinema) == [0]
    assert find_wrong(cinema) == {}


def test_a_card_goes_back_once_and_the_second_hears_who(cinema: Cinema) -> None:
    till = cinema.till()
    sold = till.call(sales.complete_sale, order=card_order(make_code()))
    sale = details(till, sold.sale_id)
    void(till, sale)
    with pytest.raises(AlreadyRefundedError) as refused:
        void(till, sale)
    assert (refused.value.why, refused.value.place, refused.value.person) == ("void", "Counter 1", "Carla")
    assert balances(cinema) == [0]
    assert find_wrong(cinema) == {}


def test_a_voided_card_pays_nothing_any_more(cinema: Cinema, till: Till) -> None:
    order = card_order(make_code())
    sold = till.call(sales.complete_sale, order=order)
    card = open_code(till, order.adjustments[0].gift_card_code).gift_card_id or 0
    void(till, details(till, sold.sale_id))
    with pytest.raises(ConflictError, match="not enough"):
        till.call(sales.complete_sale, order=pay_by_card(cinema, till, card, 1200, "A1"))


def buy_with_two(cinema: Cinema, till: Till, one: int, two: int) -> SaleDetails:
    """Two adults: 9.00 from the first card, the rest from the second."""
    payments = tuple(
        PaymentGiven(kind=PaymentKind.GIFT_CARD, amount=amount, given=amount, gift_card_id=card)
        for card, amount in ((one, 900), (two, 1500))
    )
    order = cinema.order(hold(cinema, till, "A1", "A2").hold_id, "A1", "A2", payments=payments)
    return details(till, till.call(sales.complete_sale, order=order).sale_id)


def move(cinema: Cinema, till: Till, sale: SaleDetails, *seats: str) -> SaleDetails:
    lines = [SaleLine(key=key, ticket_type_id=ADULT, amount=1200) for key in cinema.keys(*seats)]
    tickets = [ticket.ticket_id for ticket in sale.tickets if ticket.ended is None][: len(seats)]
    order = refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=lines)
    return details(till, till.call(refunds.exchange_tickets, order=order).sale.sale_id)


def test_each_card_gets_back_what_it_paid(cinema: Cinema, till: Till) -> None:
    sale = buy_with_two(cinema, till, open_card(till, 1000), open_card(till, 2000))
    void(till, sale)
    assert balances(cinema) == [1000, 2000]
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize("times", [1, 2])
def test_each_card_gets_back_what_it_paid_after_exchanges(cinema: Cinema, till: Till, times: int) -> None:
    sale = buy_with_two(cinema, till, open_card(till, 1000), open_card(till, 2000))
    for seats in (("B1", "B2"), ("C1", "C2"))[:times]:
        sale = move(cinema, till, sale, *seats)
    assert [(part.way, part.left) for part in sale.payments] == [("gift_card", 2400)]
    void(till, sale)
    assert balances(cinema) == [1000, 2000]
    assert find_wrong(cinema) == {}


def test_no_card_gets_more_than_it_paid_when_tickets_go_back_one_by_one(cinema: Cinema, till: Till) -> None:
    sale = move(cinema, till, buy_with_two(cinema, till, open_card(till, 1000), open_card(till, 2000)), "B1", "B2")
    for ticket in sale.tickets:
        order = refunds.plan_refund(details(till, sale.sale_id), [ticket.ticket_id])
        till.call(refunds.refund_tickets, order=order)
        assert all(left <= full for left, full in zip(balances(cinema), (1000, 2000), strict=True))
    assert balances(cinema) == [1000, 2000]
    assert find_wrong(cinema) == {}


def test_half_of_a_sale_that_moved_and_half_that_did_not_find_their_cards(cinema: Cinema, till: Till) -> None:
    old = buy_with_two(cinema, till, open_card(till, 1000), open_card(till, 2000))
    new = move(cinema, till, old, "B1")
    void_order = refunds.plan_refund(new, [new.tickets[0].ticket_id])
    till.call(refunds.refund_tickets, order=void_order)
    left = details(till, old.sale_id)
    rest = refunds.plan_refund(left, [ticket.ticket_id for ticket in left.tickets if ticket.ended is None])
    till.call(refunds.refund_tickets, order=rest)
    assert balances(cinema) == [1000, 2000]
    assert find_wrong(cinema) == {}
