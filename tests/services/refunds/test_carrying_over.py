"""What tickets take along when they are exchanged: as the till plans it and the database stores it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.basket_lines import Granted
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.domain.refunding import CompletedExchange, ExchangeOrder
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import promotion_codes, promotions, refunds, sales
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, PRICES, Cinema, Till
from tests.support.promotions import approve, basket, open_code, save


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


def sold(till: Till, order: SaleOrder) -> SaleDetails:
    return details(till, till.call(sales.complete_sale, order=order).sale_id)


def details(till: Till, sale_id: UUID) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


def plan(cinema: Cinema, sale: SaleDetails, *targets: tuple[str, int]) -> ExchangeOrder:
    """The first tickets of the sale become these seats and types; what is missing is paid in cash."""
    lines = [
        SaleLine(key=cinema.keys(name)[0], ticket_type_id=kind, amount=PRICES[2 if name[0] == "E" else 1, kind])
        for name, kind in targets
    ]
    tickets = [ticket.ticket_id for ticket in sale.tickets][: len(targets)]
    free = refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=lines)
    more = free.sale.total - sum(payment.amount for payment in free.sale.payments)
    cash = (PaymentGiven(kind=PaymentKind.CASH, amount=more, given=more),) if more else ()
    return refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=lines, payments=cash)


def exchange(cinema: Cinema, till: Till, sale: SaleDetails, *targets: tuple[str, int]) -> CompletedExchange:
    return till.call(refunds.exchange_tickets, order=plan(cinema, sale, *targets))


def returned(done: CompletedExchange) -> int:
    return sum(part.amount for part in done.refund.money if part.kind != "exchange")


def values(till: Till, sale_id: UUID) -> Sequence[tuple[int, int]]:
    return [(ticket.value, ticket.fee) for ticket in details(till, sale_id).tickets]


@pytest.mark.parametrize(
    ("target", "value"),
    [(("B1", ADULT), 600), (("E1", ADULT), 750), (("A1", CHILD), 400)],
    ids=["another seat", "a dearer seat", "another type"],
)
def test_a_discount_and_the_fee_go_over(cinema: Cinema, till: Till, target: tuple[str, int], value: int) -> None:
    manager = cinema.till("Counter 3", "mona")
    save(manager)
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1)
    sale = sold(till, basket(cinema, till, "A1"))
    assert [(ticket.value, ticket.fee, ticket.price) for ticket in sale.tickets] == [(600, 150, 1200)]
    done = exchange(cinema, till, sale, target)
    assert (done.sale.total, returned(done)) == (value + 150, max(0, 600 - value))
    assert values(till, done.sale.sale_id) == [(value, 150)]
    assert find_wrong(cinema) == {}


def test_the_day_limit_and_end_of_a_promotion_are_not_asked_again(cinema: Cinema, till: Till) -> None:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, uses_limit=1)
    sale = sold(till, basket(cinema, till, "A1"))
    draft = replace(promotion.draft, is_active=False, valid_to=cinema.starts_at.date().replace(year=2020))
    manager.call(promotions.save_promotion, draft=draft, promotion_id=promotion.promotion_id, version=promotion.version)
    assert exchange(cinema, till, sale, ("B1", ADULT)).sale.total == 600
    assert cinema.query("SELECT used FROM boxoffice.promotion_use") == [(1,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.promotion_redemption") == [(1,)]
    assert find_wrong(cinema) == {}


def test_a_code_goes_over_at_a_till_that_never_saw_it_and_is_used_once(cinema: Cinema, till: Till) -> None:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True)
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1)
    sale = sold(till, basket(cinema, till, "A1", codes=[open_code(till, code)]))
    other = cinema.till("Counter 2", "sid")
    assert exchange(cinema, other, sale, ("B1", ADULT)).sale.total == 600
    assert cinema.query("SELECT used FROM boxoffice.promotion_code") == [(1,)]
    assert find_wrong(cinema) == {}


def test_what_went_over_goes_over_again(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"))
    sale = sold(till, basket(cinema, till, "A1"))
    first = exchange(cinema, till, sale, ("E1", ADULT))
    second = exchange(cinema, till, details(till, first.sale.sale_id), ("A1", CHILD))
    assert (first.sale.total, second.sale.total, returned(second)) == (750, 400, 350)
    assert find_wrong(cinema) == {}


def test_one_ticket_of_an_offer_moves_and_the_free_one_stays_free(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"), kind=PromotionKind.N_FOR_M, value=0, take=2, pay=1)
    sale = sold(till, basket(cinema, till, "A1", "A2"))
    assert sorted(ticket.value for ticket in sale.tickets) == [0, 1200]
    done = exchange(cinema, till, sale, ("B1", ADULT))
    assert (done.sale.total, returned(done)) == (sale.tickets[0].value, 0)
    assert find_wrong(cinema) == {}


def test_a_promotion_that_is_not_for_the_new_type_stays_behind(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"), ticket_type_ids=frozenset({ADULT}))
    sale = sold(till, basket(cinema, till, "A1"))
    assert exchange(cinema, till, sale, ("A1", CHILD)).sale.total == 800
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize(
    ("kind", "price", "target", "total"),
    [
        (AdjustmentKind.MANUAL, 700, ("B1", ADULT), 700),
        (AdjustmentKind.MANUAL, 700, ("E1", ADULT), 1000),
        (AdjustmentKind.MANUAL, 1500, ("B1", ADULT), 1500),
        (AdjustmentKind.COMPLIMENTARY, 0, ("B1", ADULT), 0),
        (AdjustmentKind.COMPLIMENTARY, 0, ("E1", ADULT), 300),
    ],
    ids=["same", "dearer seat", "surcharge", "free", "free and dearer"],
)
def test_an_approved_price_goes_over_without_another_yes(
    cinema: Cinema, till: Till, kind: AdjustmentKind, price: int, target: tuple[str, int], total: int
) -> None:
    sale_id = uuid4()
    yes = approve(till, sale_id, kind, abs(1200 - price))
    granted = Granted(key=cinema.keys("A1")[0], kind=kind, price=price, reason="asked for", approval_id=yes)
    sale = sold(till, basket(cinema, till, "A1", granted=[granted], sale_id=sale_id))
    assert exchange(cinema, till, sale, target).sale.total == total
    assert find_wrong(cinema) == {}


def test_a_group_keeps_its_price_and_nobody_else_comes_in_at_it(cinema: Cinema, till: Till) -> None:
    sale = sold(till, basket(cinema, till, "A1", "A2", types=[CHILD, CHILD]))
    single = sold(till, basket(cinema, till, "A3"))
    cinema.execute("UPDATE boxoffice.ticket_type SET group_from = 2 WHERE ticket_type_id = %s", CHILD)
    assert exchange(cinema, till, sale, ("B1", CHILD)).sale.total == 800
    with pytest.raises(ConflictError, match="2 people or more"):
        exchange(cinema, till, single, ("A3", CHILD))
    assert find_wrong(cinema) == {}


def test_a_fee_that_the_venue_raised_since_is_not_asked_for(cinema: Cinema, till: Till) -> None:
    manager = cinema.till("Counter 3", "mona")
    fee = manager.call(promotions.save_fee, amount=150, tax_rate_id=1)
    sale = sold(till, basket(cinema, till, "A1"))
    manager.call(promotions.save_fee, amount=900, tax_rate_id=1, version=fee.version)
    done = exchange(cinema, till, sale, ("B1", ADULT))
    assert (done.sale.total, returned(done)) == (1350, 0)
    assert find_wrong(cinema) == {}


def test_a_corrected_payment_leaves_the_discount_as_it_was(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"))
    sale = sold(till, basket(cinema, till, "A1"))
    line = SaleLine(key=cinema.keys("A1")[0], ticket_type_id=ADULT, amount=1200)
    card = PaymentGiven(kind=PaymentKind.CARD, amount=600, given=600, reference="T")
    order = refunds.plan_exchange(
        sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=[line], payments=[card], carried=0
    )
    done = till.call(refunds.exchange_tickets, order=order)
    assert (done.sale.total, returned(done)) == (600, 600)
    assert find_wrong(cinema) == {}


def test_two_tickets_for_one_give_one_fee_and_its_ticket_back(cinema: Cinema, till: Till) -> None:
    cinema.till("Counter 3", "mona").call(promotions.save_fee, amount=150, tax_rate_id=1)
    sale = sold(till, basket(cinema, till, "A1", "A2"))
    line = SaleLine(key=cinema.keys("B1")[0], ticket_type_id=ADULT, amount=1200)
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    order = refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=[line])
    done = till.call(refunds.exchange_tickets, order=order)
    assert (done.sale.total, returned(done)) == (1350, 1350)
    assert find_wrong(cinema) == {}
