"""The receipt of money that went back: what came back, how, the difference, and the sale it was of."""

from contextlib import closing
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.documents.pages import ReceiptKind, ReceiptPage
from boxoffice_desktop.domain.errors import NotAllowedError, NotFoundError
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine
from boxoffice_desktop.services import cancellations, holds, print_queue, refunds, sales
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.services.refund_receipts import get_refund_receipt, list_receipts
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from boxoffice_desktop.services.till import Till as Desk
from tests.services.printing.test_print_queue import begin, end
from tests.services.promotions.test_gift_cards import card_order
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.desktop import read_clock
from tests.support.folders import make_open_folder
from tests.support.promotions import basket, save
from tests.support.seats import sell

CARD = PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference="T1")


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


def details(till: Till, sale_id: UUID) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


def take(till: Till, sale: SaleDetails, count: int | None = None, **changes: object) -> UUID:
    order = refunds.plan_refund(sale, [each.ticket_id for each in sale.tickets][:count], **changes)  # type: ignore[arg-type]  # the test names them
    return till.call(refunds.refund_tickets, order=order).refund_id


def receipt(till: Till, subject: UUID, job_id: UUID | None = None) -> ReceiptPage:
    return till.call(get_refund_receipt, subject=subject, job_id=job_id or uuid4())


def ask(till: Till, subject: UUID) -> QueuedPrint:
    job_id = uuid4()
    values = {"job_id": job_id, "kind": DocumentKind.RECEIPT, "subject": str(subject)}
    till.call(print_queue.request_print, **values)
    return next(job for job in till.call(print_queue.list_open_jobs) if job.job_id == job_id)


def assert_adds_up(page: ReceiptPage) -> None:
    assert sum(line.amount for line in (*page.lines, *page.discounts)) + page.rounding == page.total
    assert sum(each.amount for each in page.payments) - page.change == page.total


def test_a_refund_says_what_came_back_how_when_and_of_which_sale(cinema: Cinema, till: Till) -> None:
    sale = details(till, sell(cinema, till, "A1", "A2").sale_id)
    page = receipt(till, take(till, sale, 1, reason="Ill"))
    assert (page.kind, page.number, page.refers_to, page.reason) == (ReceiptKind.REFUND, 1, "1, Counter 1", "Ill")
    assert [(line.text, line.amount) for line in page.lines] == [("Adult", -1200)]
    assert page.lines[0].detail.startswith("Nosferatu, ")
    assert page.lines[0].detail.endswith("Hall 1: A1")
    assert [(each.label, each.amount) for each in page.payments] == [("Cash", -1200)]
    assert [(tax.label, tax.gross, tax.net + tax.tax) for tax in page.taxes] == [("VAT 8 %", -1200, -1200)]
    assert (page.terminal_name, page.staff_name, page.locale, page.copy) == ("Counter 1", "Sid", "en_GB", 1)
    assert len(page.journal_hash) == 64
    assert_adds_up(page)


def test_a_void_names_the_gift_cards_that_went_back(cinema: Cinema, till: Till) -> None:
    sale = details(till, till.call(sales.complete_sale, order=card_order(make_code())).sale_id)
    page = receipt(till, take(till, sale, kind=RefundKind.VOID))
    assert [(line.text, line.amount) for line in page.lines] == [("Gift card", -5000)]
    assert (page.total, page.taxes) == (-5000, ())
    assert_adds_up(page)


def test_a_discount_that_went_along_stands_on_the_receipt_of_the_exchange(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"))
    sale = details(till, till.call(sales.complete_sale, order=basket(cinema, till, "A1")).sale_id)
    line = SaleLine(key=cinema.keys("E1")[0], ticket_type_id=ADULT, amount=1500)
    cash = PaymentGiven(kind=PaymentKind.CASH, amount=150, given=150)
    order = refunds.plan_exchange(sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=[line], payments=[cash])
    page = receipt(till, till.call(refunds.exchange_tickets, order=order).refund.refund_id)
    assert [(each.text, each.amount) for each in page.discounts] == [("Half price", -750)]
    assert page.total == 150
    assert_adds_up(page)


def test_it_speaks_the_venues_language(cinema: Cinema, till: Till) -> None:
    cinema.execute("UPDATE boxoffice.venue SET locale = 'de_CH'")
    sale = details(till, sell(cinema, till, "A1").sale_id)
    assert receipt(till, take(till, sale)).payments[0].label == "Bar"


def test_money_on_a_card_names_the_card_terminals_reference(cinema: Cinema, till: Till) -> None:
    sale = details(till, sell(cinema, till, "A1", payments=(CARD,)).sale_id)
    page = receipt(till, take(till, sale, kind=RefundKind.VOID, reference="R7"))
    assert (page.kind, [(each.label, each.amount, each.detail) for each in page.payments]) == (
        ReceiptKind.VOID,
        [("Card", -1200, "R7")],
    )
    assert_adds_up(page)


def test_cash_that_was_rounded_says_so(cinema: Cinema, till: Till) -> None:
    cinema.execute("UPDATE boxoffice.venue SET currency = 'CHF'")
    cinema.execute("UPDATE boxoffice.show_price SET amount = 1203, tax = 89 WHERE area_id = 1 AND ticket_type_id = 1")
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1"))
    order = cinema.order(hold_id, "A1")
    order = replace(
        order,
        lines=(replace(order.lines[0], amount=1203),),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=1203, given=1205, rounding=2),),
    )
    till.call(sales.complete_sale, order=order)
    page = receipt(till, take(till, details(till, order.sale_id)))
    assert (page.total, page.rounding, page.payments[0].amount) == (-1205, -2, -1205)
    assert_adds_up(page)


@pytest.mark.parametrize(("before", "after", "difference"), [(CHILD, ADULT, 400), (ADULT, CHILD, -400)])
def test_an_exchange_tells_the_old_the_new_and_the_difference(
    cinema: Cinema, till: Till, before: int, after: int, difference: int
) -> None:
    prices = {ADULT: 1200, CHILD: 800}
    (key,) = cinema.keys("A1")
    first = SaleLine(key=key, ticket_type_id=before, amount=prices[before])
    cash = PaymentGiven(kind=PaymentKind.CASH, amount=first.amount, given=first.amount)
    sale = details(till, sell(cinema, till, "A1", lines=(first,), payments=(cash,)).sale_id)
    line = SaleLine(key=sale.tickets[0].key, ticket_type_id=after, amount=prices[after])
    due = max(difference, 0)
    paid = (PaymentGiven(kind=PaymentKind.CASH, amount=due, given=500),) if due else ()
    order = refunds.plan_exchange(sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=(line,), payments=paid)
    done = till.call(refunds.exchange_tickets, order=order)
    page = receipt(till, done.refund.refund_id)
    assert (page.kind, page.new_sale, page.total) == (ReceiptKind.EXCHANGE, done.sale.number, difference)
    assert [line.amount for line in page.lines] == [-prices[before], prices[after]]
    assert (len(page.payments), page.change) == (1, 100 if due else 0)
    assert [(tax.label, tax.gross) for tax in page.taxes] == [("VAT 8 %", difference)]
    assert_adds_up(page)


def test_owed_cash_is_to_be_paid_out_and_then_paid_out(cinema: Cinema, till: Till) -> None:
    sale_id = sell(cinema, till, "A1", "A2").sale_id
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = %s", cinema.show_id)
    back = till.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale_id)
    page = receipt(till, back.refund_id)
    assert (page.kind, page.payments[0].label, page.total) == (ReceiptKind.CANCELLATION, "To be paid out", -2400)
    payout_id = uuid4()
    till.call(cancellations.pay_out, payout_id=payout_id, refund_id=back.refund_id, line=1)
    page = receipt(till, payout_id)
    assert (page.kind, page.number, page.refers_to, page.total) == (ReceiptKind.PAYOUT, 0, "1, Counter 1", -2400)
    assert [(each.label, each.amount) for each in page.payments] == [("Cash", -2400)]
    assert page.lines[0].detail.endswith("Hall 1: A1, A2")
    assert_adds_up(page)
    kinds = [each.kind for each in till.call(list_receipts, sale_id=sale_id)]
    assert kinds == [ReceiptKind.SALE, ReceiptKind.CANCELLATION, ReceiptKind.PAYOUT]


def test_the_second_print_is_a_copy(cinema: Cinema, till: Till) -> None:
    refund_id = take(till, details(till, sell(cinema, till, "A1").sale_id))
    first = ask(till, refund_id)
    assert (first.back, first.number) == ("refund", 1)
    begin(till, first.job_id)
    end(till, first.job_id, PrintState.DONE)
    second = ask(till, refund_id)
    assert receipt(till, refund_id, second.job_id).copy == 2


def test_a_receipt_opens_no_drawer(cinema: Cinema, till: Till) -> None:
    # It opened with the tickets.
    assert not ask(till, sell(cinema, till, "A1").sale_id).takes_cash


def test_the_receipt_of_money_that_went_back_opens_no_drawer(cinema: Cinema, till: Till) -> None:
    # It opened when the money went back, whether anybody wants a receipt or not.
    sale = details(till, sell(cinema, till, "A1").sale_id)
    assert not ask(till, take(till, sale)).takes_cash


def test_it_goes_through_the_queue_to_a_document(cinema: Cinema, till: Till) -> None:
    refund_id = take(till, details(till, sell(cinema, till, "A1").sale_id))
    job = ask(till, refund_id)
    with closing(till.database):
        desk = Desk(
            till.database,
            login=cinema.logins["Counter 1"][1],
            attempts=AttemptFile(make_open_folder() / "attempts"),
            clock=read_clock,
        )
        desk.sign_in("carla", "1234")
        begun = desk.call(print_queue.begin_print, {"job_id": job.job_id, "printer": ""})
        assert begun is not None
        assert desk.render_job(begun).pdf.startswith(b"%PDF")


def test_it_is_for_who_sells_and_of_a_refund(cinema: Cinema, till: Till) -> None:
    with pytest.raises(NotFoundError):
        receipt(till, uuid4())
    with pytest.raises(NotAllowedError):
        cinema.till("Counter 2", None).call(get_refund_receipt, subject=uuid4(), job_id=uuid4())
