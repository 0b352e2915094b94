"""A sold gift card comes out with its code: once, from the sale's print job, and then the code is forgotten."""

import logging
from uuid import UUID

import pytest

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.domain.promotions import fold_code, make_code, spell_code
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentGiven, PaymentKind, SaleAdjustment, SaleOrder
from boxoffice_desktop.services import print_queue, refunds, sales
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.gift_card_slips import list_gift_card_slips
from boxoffice_desktop.services.print_queue import Decision, QueuedPrint
from boxoffice_desktop.services.sale_details import get_sale_details
from boxoffice_desktop.services.till import Till as Desk
from tests.documents.tickets import open_pdf
from tests.services.printing.test_print_queue import begin, end
from tests.services.promotions.test_gift_cards import card_order
from tests.support.cinema import Cinema, Till
from tests.support.desktop import read_clock
from tests.support.folders import make_open_folder
from tests.support.seats import hold

KEPT = "SELECT count(*) FROM boxoffice.gift_card_code"


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till()


def sell_card(till: Till, code: str) -> UUID:
    return till.call(sales.complete_sale, order=card_order(code)).sale_id


def sell_with_seat(cinema: Cinema, till: Till, code: str) -> SaleOrder:
    plain = cinema.order(hold(cinema, till, "A1").hold_id, "A1")
    card = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=5000, gift_card_code=code)
    paid = PaymentGiven(kind=PaymentKind.CASH, amount=6200, given=6200)
    order = SaleOrder(
        sale_id=plain.sale_id, hold_id=plain.hold_id, lines=plain.lines, adjustments=(card,), payments=(paid,)
    )
    till.call(sales.complete_sale, order=order)
    return order


def open_job(till: Till) -> QueuedPrint:
    (job,) = till.call(print_queue.list_open_jobs)
    return job


def test_it_says_code_balance_and_sale_while_its_job_prints(cinema: Cinema, till: Till) -> None:
    code = make_code()
    sale_id = sell_card(till, code)
    job = open_job(till)
    assert (job.job_id, job.tickets, job.gift_cards, job.takes_cash) == (sale_id, 0, 1, True)
    assert till.call(list_gift_card_slips, sale_id=sale_id) == ()
    begin(till, sale_id)
    (slip,) = till.call(list_gift_card_slips, sale_id=sale_id)
    assert (slip.code, slip.amount, slip.currency) == (spell_code(code), 5000, "EUR")
    assert (slip.sale_number, slip.terminal_name, slip.locale) == (1, "Counter 1", "en_GB")
    assert fold_code(slip.code) not in repr(slip).replace("-", "")
    # Not for another till, which does not print it.
    assert cinema.till("Counter 2").call(list_gift_card_slips, sale_id=sale_id) == ()


def test_the_code_is_forgotten_once_it_is_on_paper(cinema: Cinema, till: Till) -> None:
    sale_id = sell_card(till, make_code())
    begin(till, sale_id)
    end(till, sale_id, PrintState.DOUBT)
    assert cinema.query(KEPT) == [(1,)]
    values = {"job_id": sale_id, "before": PrintState.DOUBT, "decision": Decision.PRINT_AGAIN}
    till.call(print_queue.decide, **values)
    begin(till, sale_id)
    assert len(till.call(list_gift_card_slips, sale_id=sale_id)) == 1
    end(till, sale_id, PrintState.DONE)
    assert cinema.query(KEPT) == [(0,)]


def test_a_skipped_card_can_still_be_printed(cinema: Cinema, till: Till) -> None:
    sale_id = sell_card(till, make_code())
    till.call(print_queue.decide, job_id=sale_id, before=PrintState.WAITING, decision=Decision.SKIP)
    assert cinema.query(KEPT) == [(1,)]
    till.call(print_queue.decide, job_id=sale_id, before=PrintState.SKIPPED, decision=Decision.PRINT_AGAIN)
    begin(till, sale_id)
    assert len(till.call(list_gift_card_slips, sale_id=sale_id)) == 1


def test_tickets_and_card_come_out_together(cinema: Cinema, till: Till, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = make_code()
    order = sell_with_seat(cinema, till, code)
    database = Database(cinema.conninfo("Counter 1"))
    desk = Desk(
        database,
        login=cinema.logins["Counter 1"][1],
        attempts=AttemptFile(make_open_folder() / "attempts"),
        clock=read_clock,
    )
    desk.sign_in("carla", "1234")
    job = desk.call(print_queue.begin_print, {"job_id": order.sale_id, "printer": "Printer 1"})
    assert job is not None
    assert (job.tickets, job.gift_cards) == (1, 1)
    for design, pages in (("", 2), ("ticket-8x3", 2), ("ticket-a4-four", 2)):
        opened = open_pdf(desk.render_job(job, design).pdf)
        assert opened.document.pageCount() == pages
        assert spell_code(code) in opened.document.getAllText(pages - 1).text()
    desk.sign_out()
    database.close()
    assert code not in caplog.text
    assert spell_code(code) not in caplog.text


def test_a_card_that_was_taken_back_is_not_printed_any_more(cinema: Cinema, till: Till) -> None:
    order = sell_with_seat(cinema, till, make_code())
    sale = till.call(get_sale_details, sale_id=order.sale_id)
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, tickets, kind=RefundKind.VOID))
    assert open_job(till).has_nothing
    begin(till, order.sale_id)
    assert till.call(list_gift_card_slips, sale_id=order.sale_id) == ()
    assert cinema.query(KEPT) == [(0,)]


def test_a_plain_sale_keeps_no_code(cinema: Cinema, till: Till) -> None:
    till.call(sales.complete_sale, order=cinema.order(hold(cinema, till, "A1").hold_id, "A1"))
    assert open_job(till).gift_cards == 0
    assert cinema.query(KEPT) == [(0,)]
