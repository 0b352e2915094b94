"""A use that was given back goes to one of two tills; two tills that take back its last tickets give it back."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

from boxoffice_desktop.domain.errors import BoxOfficeError, ConflictError
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import CompletedSale, SaleLine
from boxoffice_desktop.services import promotion_codes, refunds, sales
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, Cinema, Till
from tests.support.promotions import basket, open_code, save
from tests.support.threads import held_open, wait_for_lock_waiter


def coded(cinema: Cinema, till: Till, *seats: str) -> tuple[SaleDetails, str]:
    """A sale that has used the only use of a code."""
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True)
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1)
    order = basket(cinema, till, *seats, codes=[open_code(till, code)])
    return details(till, till.call(sales.complete_sale, order=order).sale_id), code


def details(till: Till, sale_id: Any) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


def attempt(till: Till, service: Any, order: Any) -> Any:
    try:
        return till.call(service, order=order)
    except BoxOfficeError as refusal:
        return refusal


def used(cinema: Cinema) -> list[tuple[Any, ...]]:
    return cinema.query("SELECT used FROM boxoffice.promotion_code")


def test_the_use_that_was_given_back_goes_to_one_till(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    sale, code = coded(cinema, one, "A1")
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    one.call(refunds.refund_tickets, order=refunds.plan_refund(sale, tickets, kind=RefundKind.VOID))
    orders = [basket(cinema, till, seat, codes=[open_code(till, code)]) for till, seat in ((one, "A1"), (two, "B1"))]
    with ThreadPoolExecutor(1) as pool:
        with held_open(one, partial(sales.complete_sale, context=one.context, order=orders[0])) as first:
            second = pool.submit(attempt, two, sales.complete_sale, orders[1])
            wait_for_lock_waiter(cinema)
        answers = [first.result(), second.result(10)]
    assert [type(each) for each in answers] == [CompletedSale, ConflictError]
    assert str(answers[1]) == "This code was used already."
    assert used(cinema) == [(1,)]
    assert find_wrong(cinema) == {}


def test_a_till_that_redeems_waits_for_the_one_that_gives_back(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    sale, code = coded(cinema, one, "A1")
    cinema.execute("UPDATE boxoffice.promotion_code SET uses_limit = 2")
    order = basket(cinema, two, "B1", codes=[open_code(two, code)])
    cinema.execute("UPDATE boxoffice.promotion_code SET uses_limit = 1")
    back = refunds.plan_refund(sale, [sale.tickets[0].ticket_id], kind=RefundKind.VOID)
    with ThreadPoolExecutor(1) as pool:
        with held_open(one, partial(refunds.refund_tickets, context=one.context, order=back)):
            second = pool.submit(attempt, two, sales.complete_sale, order)
            wait_for_lock_waiter(cinema)
        assert isinstance(second.result(10), CompletedSale)
    assert used(cinema) == [(1,)]
    assert find_wrong(cinema) == {}


def two_last_tickets(cinema: Cinema, one: Till) -> list[Any]:
    """The refunds of two tickets that one use is for. Of two sales: their rows are no lock that both need."""
    old, _ = coded(cinema, one, "A1", "A2")
    line = SaleLine(key=cinema.keys("B1")[0], ticket_type_id=ADULT, amount=1200)
    moving = refunds.plan_exchange(old, [old.tickets[0].ticket_id], hold_id=uuid4(), lines=[line])
    new = details(one, one.call(refunds.exchange_tickets, order=moving).sale.sale_id)
    return [
        refunds.plan_refund(sale, [ticket.ticket_id for ticket in sale.tickets if ticket.ended is None])
        for sale in (details(one, old.sale_id), new)
    ]


def test_the_last_two_tickets_of_a_use_go_back_at_two_tills_and_one_sees_it(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1", "sid"), cinema.till("Counter 2", "mona")
    orders = two_last_tickets(cinema, one)
    with ThreadPoolExecutor(1) as pool:
        with held_open(one, partial(refunds.refund_tickets, context=one.context, order=orders[0])):
            second = pool.submit(attempt, two, refunds.refund_tickets, orders[1])
            wait_for_lock_waiter(cinema)
        second.result(10)
    assert used(cinema) == [(0,)]
    assert find_wrong(cinema) == {}


def test_without_the_lock_neither_till_sees_that_it_is_the_last(cinema: Cinema) -> None:
    # The control: each still sees the other's ticket.
    ((source,),) = cinema.query("SELECT pg_get_functiondef('boxoffice.lock_uses(bigint[])'::regprocedure)")
    assert "FOR UPDATE" in source
    cinema.execute(source.replace("FOR UPDATE", ""))
    one, two = cinema.till("Counter 1", "sid"), cinema.till("Counter 2", "mona")
    orders = two_last_tickets(cinema, one)
    with held_open(one, partial(refunds.refund_tickets, context=one.context, order=orders[0])):
        two.call(refunds.refund_tickets, order=orders[1])
    assert used(cinema) == [(1,)]
    assert list(find_wrong(cinema)) == ["uses of promotions that count and do not stand, or the other way round"]
