"""The link is really cut, around COMMIT; a refund and an exchange are stored once, and the till knows it in the end."""

from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import OutcomeUnknownError
from boxoffice_desktop.domain.refunding import ExchangeOrder, RefundKind, RefundOrder
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import holds, refunds
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.sale_details import find_last_sale
from boxoffice_desktop.services.till import Till
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, Cinema
from tests.support.wire import Moment, Wire

AROUND_COMMIT: tuple[Moment, ...] = ("before", "after")


def make_orders(cinema: Cinema, till: Till) -> tuple[RefundOrder, ExchangeOrder]:
    """A sale of A1, and what takes it back or exchanges it for B1."""
    hold_id = uuid4()
    till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": cinema.show_id, "seat_ids": cinema.ids("A1")})
    till.sell(cinema.order(hold_id, "A1"))
    sale = till.call(find_last_sale, {})
    assert sale is not None
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    line = SaleLine(key=cinema.keys("B1")[0], ticket_type_id=ADULT, amount=1200)
    return (
        refunds.plan_refund(sale, tickets, kind=RefundKind.VOID),
        refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=(line,)),
    )


@pytest.mark.parametrize("moment", AROUND_COMMIT)
def test_a_refund_is_stored_once_whenever_the_link_breaks(
    cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire, moment: Moment
) -> None:
    order, _ = make_orders(cinema, till)
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        till.refund(order)
    assert attempts.list_orders() == (order,)
    (resumed,) = till.resume_attempts()
    assert resumed.refund is not None
    assert (resumed.refund.refund_id, resumed.problem) == (order.refund_id, None)
    assert cinema.query("SELECT count(*), sum(total) FROM boxoffice.refund") == [(1, 1200)]
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize("moment", AROUND_COMMIT)
def test_an_exchange_is_stored_once_whenever_the_link_breaks(
    cinema: Cinema, till: Till, wire: Wire, moment: Moment
) -> None:
    _, order = make_orders(cinema, till)
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        till.exchange(order)
    (resumed,) = till.resume_attempts()
    assert resumed.sale is not None
    assert resumed.refund is not None
    assert resumed.sale.sale_id == order.sale_id
    assert cinema.query("SELECT (SELECT count(*) FROM boxoffice.refund), (SELECT count(*) FROM boxoffice.sale)") == [
        (1, 2)
    ]
    assert find_wrong(cinema) == {}


def test_the_same_error_comes_whether_the_refund_was_stored_or_not(cinema: Cinema, till: Till, wire: Wire) -> None:
    # The control: without asking again the till cannot tell whether money is to be given back.
    stored = []
    order, _ = make_orders(cinema, till)
    for moment in AROUND_COMMIT:
        wire.cut(moment)
        with pytest.raises(OutcomeUnknownError):
            till.refund(order)
        stored.append(cinema.query("SELECT count(*) FROM boxoffice.refund")[0][0])
    assert stored == [0, 1]
