"""A shift with refunds, voids and an exchange, all made as a cashier makes them: its Z report balances to the cent."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine
from boxoffice_desktop.services import promotions, refunds, sales, shift_reports, shifts
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.services.shifts.test_shifts import verify
from tests.services.shifts.test_totals import by_kind
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, Cinema, Till
from tests.support.promotions import basket
from tests.support.seats import hold, sell

Begin = Callable[..., UUID]


def sold(cinema: Cinema, till: Till, *names: str, kind: PaymentKind = PaymentKind.CASH) -> SaleDetails:
    amount = sum(1500 if name.startswith("E") else 1200 for name in names)
    sale = sell(cinema, till, *names, payments=(PaymentGiven(kind=kind, amount=amount, given=amount),))
    return till.call(get_sale_details, sale_id=sale.sale_id)


def test_a_shift_with_every_correction_balances(bare: Cinema, begin: Begin) -> None:
    till = bare.till("Counter 1", "sid")
    shift_id = begin(till)
    back = sold(bare, till, "A1", "A2")
    card = sold(bare, till, "A3", kind=PaymentKind.CARD)
    void = sold(bare, till, "A4")
    exchanged = sold(bare, till, "A5")
    till.call(refunds.refund_tickets, order=refunds.plan_refund(back, [back.tickets[0].ticket_id]))
    till.call(refunds.refund_tickets, order=refunds.plan_refund(card, [card.tickets[0].ticket_id], reference="T9"))
    till.call(
        refunds.refund_tickets, order=refunds.plan_refund(void, [void.tickets[0].ticket_id], kind=RefundKind.VOID)
    )
    held = hold(bare, till, "E1")
    till.call(
        refunds.exchange_tickets,
        order=refunds.plan_exchange(
            exchanged,
            [exchanged.tickets[0].ticket_id],
            hold_id=held.hold_id,
            lines=[SaleLine(key=bare.keys("E1")[0], ticket_type_id=ADULT, amount=1500)],
            payments=[PaymentGiven(kind=PaymentKind.CASH, amount=300, given=300)],
        ),
    )
    # Float 50, cash of four sales (24 + 12 + 12 + 3) less two refunds in cash; the card went back to the card.
    cash = 5000 + 2400 + 1200 + 1200 + 300 - 1200 - 1200
    closing = ShiftClosing(shift_id=shift_id, count_id=uuid4(), pieces=((100, cash // 100),))
    assert till.call(shifts.close_shift, closing=closing).difference == 0
    ((written,),) = bare.query("SELECT body FROM boxoffice.z_report")
    body = json.loads(written)
    assert by_kind(body["refunds"]) == {"refund": 2400, "void": 1200, "exchange": 1200}
    assert by_kind(body["refund_payments"]) == {"cash": 2400, "card": 1200, "exchange": 1200}
    assert by_kind(body["payments"]) == {"cash": 5100, "card": 1200, "exchange": 1200}
    left = sum(by_kind(body["payments"]).values()) - sum(by_kind(body["refund_payments"]).values())
    tickets = sum(line["amount"] for line in body["types"])
    assert left == tickets - sum(by_kind(body["refunds"]).values()) == 1200 + 1500
    report = till.call(shift_reports.get_z_report, shift_id=shift_id)
    assert [(row.label, row.amount) for row in report.voids] == [("Voids", -1200)]
    assert sum(row.amount for row in report.by_payment) == left
    day = till.call(shift_reports.list_shifts)
    assert (day.total("sold"), day.total("refunded")) == (tickets, 4800)
    assert verify(bare) == []
    assert find_wrong(bare) == {}


def test_a_fee_that_went_back_is_under_its_own_tax_rate(bare: Cinema, begin: Begin) -> None:
    till, manager = bare.till("Counter 1", "sid"), bare.till("Counter 3", "mona")
    begin(till)
    ((services,),) = bare.query(
        "INSERT INTO boxoffice.tax_rate (venue_id, name, basis_points)"
        " SELECT venue_id, 'Services', 2000 FROM boxoffice.venue RETURNING tax_rate_id"
    )
    manager.call(promotions.save_fee, amount=600, tax_rate_id=services)
    for name, kind in (("A1", RefundKind.VOID), ("A2", RefundKind.REFUND)):
        made = till.call(sales.complete_sale, order=basket(bare, till, name))
        sale = till.call(get_sale_details, sale_id=made.sale_id)
        till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, [sale.tickets[0].ticket_id], kind=kind))
    shift = till.call(shifts.get_shift_view).shift
    assert shift is not None
    report = till.call(shift_reports.read_x_report, shift_id=shift.shift_id)
    # The void takes all back; the refund keeps its fee.
    assert [(tax.label, tax.gross, tax.tax) for tax in report.by_tax] == [("VAT 8 %", 0, 0), ("Services", 600, 100)]
