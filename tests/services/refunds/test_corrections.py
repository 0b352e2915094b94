from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import refunds, shifts
from boxoffice_desktop.services.corrections import OpenedSale, TicketChange, open_sale, price_changes
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.seats import sell
from tests.support.shifts import open_shifts


def opened(till: Till) -> OpenedSale:
    found = till.call(open_sale)
    assert found is not None
    return found


def change(cinema: Cinema, found: OpenedSale, seat_name: str, ticket_type: int = ADULT) -> TicketChange:
    return TicketChange(
        ticket_id=found.sale.tickets[0].ticket_id,
        ticket_type_id=ticket_type,
        key=cinema.keys(seat_name)[0],
        seat_name=seat_name,
    )


def test_without_a_sale_there_is_nothing_to_correct(cinema: Cinema) -> None:
    assert cinema.till().call(open_sale) is None


def test_the_last_sale_comes_with_its_types_shows_and_history(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    sell(cinema, till, "A2")
    found = opened(till)
    assert (found.sale.number, found.may_refund) == (2, False)
    assert [show.show_id for show in found.shows] == [cinema.show_id]
    assert [kind.name for kind in found.types] == ["Adult", "Child"]
    assert [line.what for line in found.history] == ["sold"]


def test_a_sale_that_was_taken_back_is_not_the_last_any_more(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "sid")
    sell(cinema, till, "A1")
    sell(cinema, till, "A2")
    found = opened(till)
    till.call(refunds.refund_tickets, order=refunds.plan_refund(found.sale, [found.sale.tickets[0].ticket_id]))
    assert opened(till).sale.number == 1


def test_changes_have_the_price_of_seat_and_type(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    changes = (change(cinema, found, "E2"), change(cinema, found, "A1", CHILD))
    assert till.call(price_changes, changes=changes) == (
        SaleLine(key=cinema.keys("E2")[0], ticket_type_id=ADULT, amount=1500),
        SaleLine(key=cinema.keys("A1")[0], ticket_type_id=CHILD, amount=800),
    )


def test_a_seat_that_the_show_does_not_have_is_told_at_the_field(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    elsewhere = replace(change(cinema, opened(till), "A2"), key=SeatKey(cinema.show_id, 999_999), seat_name="Z9")
    with pytest.raises(InvalidInputError) as refused:
        till.call(price_changes, changes=(elsewhere,))
    assert refused.value.field == "seat"
    assert "Z9" in str(refused.value)


def test_a_seat_that_left_the_hall_is_kept_by_who_has_it_and_by_nobody_else(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    cinema.execute("UPDATE boxoffice.seat SET retired_at = now() WHERE name IN ('A1', 'A2')")
    (line,) = till.call(price_changes, changes=(change(cinema, found, "A1", CHILD),))
    assert line.amount == 800
    with pytest.raises(InvalidInputError):
        till.call(price_changes, changes=(change(cinema, found, "A2"),))


def test_what_was_priced_is_sold(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    lines = till.call(price_changes, changes=(change(cinema, found, "B5", CHILD),))
    order = refunds.plan_exchange(found.sale, [found.sale.tickets[0].ticket_id], hold_id=uuid4(), lines=lines)
    assert till.call(refunds.exchange_tickets, order=order).sale.total == 800
    assert find_wrong(cinema) == {}


def exchange(cinema: Cinema, till: Till, sale_id: UUID, *names: str) -> SaleDetails:
    """The sale whose ticket went from seat to seat, each time into a new sale."""
    sale = till.call(get_sale_details, sale_id=sale_id)
    for key in cinema.keys(*names):
        line = SaleLine(key=key, ticket_type_id=ADULT, amount=1200)
        order = refunds.plan_exchange(sale, ids(sale), hold_id=uuid4(), lines=[line])
        done = till.call(refunds.exchange_tickets, order=order)
        sale = till.call(get_sale_details, sale_id=done.sale.sale_id)
    return sale


def ids(sale: SaleDetails) -> list[int]:
    return [ticket.ticket_id for ticket in sale.tickets]


@pytest.mark.parametrize("seats", [("B1",), ("B1", "C1")], ids=len)
@pytest.mark.parametrize("seller", ["Counter 2", "Counter 1"])
def test_what_came_from_elsewhere_by_exchange_goes_back_as_a_refund_only(
    cinema: Cinema, seller: str, seats: Sequence[str]
) -> None:
    till = cinema.till("Counter 1", "sid")
    old = sell(cinema, cinema.till(seller, "sid"), "A1")
    # What this till sold itself is of a shift before this one.
    begin_next_shift(cinema, till)
    sale = exchange(cinema, till, old.sale_id, *seats)
    assert not sale.is_mine
    with pytest.raises(ConflictError, match="open shift"):
        till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, ids(sale), kind=RefundKind.VOID))
    assert till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, ids(sale))).total == 1200
    assert find_wrong(cinema) == {}


def begin_next_shift(cinema: Cinema, till: Till) -> None:
    shift = till.call(shifts.get_shift_view).shift
    assert shift is not None
    closing = ShiftClosing(count_id=uuid4(), shift_id=shift.shift_id, pieces=(), reason="not counted")
    till.call(shifts.close_shift, closing=closing)
    with cinema.admin() as admin:
        open_shifts(admin)


def test_what_came_from_here_by_exchanges_is_voided_here(cinema: Cinema) -> None:
    till = cinema.till()
    sale = exchange(cinema, till, sell(cinema, till, "A1").sale_id, "B1", "C1")
    assert sale.is_mine
    assert (
        till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, ids(sale), kind=RefundKind.VOID)).total
        == 1200
    )


def test_a_cashier_needs_an_approval_for_what_came_from_another_till(cinema: Cinema) -> None:
    old = sell(cinema, cinema.till("Counter 2"), "A1")
    sale = exchange(cinema, cinema.till("Counter 1", "sid"), old.sale_id, "B1")
    cashier = cinema.till()
    assert not cashier.call(get_sale_details, sale_id=sale.sale_id).is_mine
    with pytest.raises(NotAllowedError):
        exchange(cinema, cashier, sale.sale_id, "C1")
