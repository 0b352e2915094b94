"""The receipt of a sale: every line of it, to the cent, and which print of it is a copy."""

from contextlib import closing
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.documents.pages import ReceiptPage
from boxoffice_desktop.domain.basket_lines import Granted
from boxoffice_desktop.domain.errors import NotAllowedError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentGiven, PaymentKind
from boxoffice_desktop.services import print_queue, receipts, sales
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till as Desk
from boxoffice_desktop.services.venue_paper import VenuePaper, save_venue_paper
from tests.services.printing.test_print_queue import begin, end
from tests.support.cinema import ADULT, CHILD, Cinema, Till, grant
from tests.support.desktop import read_clock
from tests.support.folders import make_open_folder
from tests.support.promotions import approve, basket, save


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till()


def receipt(till: Till, sale_id: UUID, job_id: UUID | None = None) -> ReceiptPage:
    return till.call(receipts.get_receipt, sale_id=sale_id, job_id=job_id or uuid4())


def test_tickets_discounts_fees_payments_and_taxes_add_up(cinema: Cinema, till: Till) -> None:
    save(cinema.till("Counter 3", "mona"), "Autumn", kind=PromotionKind.AMOUNT, value=200)
    cinema.execute("INSERT INTO boxoffice.booking_fee VALUES (1, 50, 4, 1)")
    order = basket(cinema, till, "A1", "A2", "A3", types=[ADULT, ADULT, CHILD])
    # Two adults and a child, each two off and half a euro on top: 32.00 - 6.00 + 1.50.
    assert order.total == 2750
    cash = PaymentGiven(kind=PaymentKind.CASH, amount=2000, given=5000)
    card = PaymentGiven(kind=PaymentKind.CARD, amount=750, given=750, reference="A-1")
    till.call(sales.complete_sale, order=replace(order, payments=(card, cash)))
    page = receipt(till, order.sale_id)
    assert [(line.text, line.count, line.amount) for line in page.lines] == [
        ("Adult", 2, 2400),
        ("Child", 1, 800),
        ("Fees", 3, 150),
    ]
    assert page.lines[0].detail.startswith("Nosferatu, ")
    assert page.lines[0].detail.endswith("Hall 1: A1, A2")
    assert [(each.text, each.amount) for each in page.discounts] == [("Autumn", -600)]
    assert [(each.label, each.amount, each.detail) for each in page.payments] == [
        ("Card", 750, "A-1"),
        ("Cash", 5000, ""),
    ]
    assert (page.total, page.change, page.rounding) == (2750, 3000, 0)
    assert sum(line.amount for line in (*page.lines, *page.discounts)) + page.rounding == page.total
    assert sum(each.amount for each in page.payments) - page.change == page.total
    (tax,) = page.taxes
    assert (tax.label, tax.gross, tax.net + tax.tax) == ("VAT 8 %", 2750, 2750)
    assert tax.tax == sum(
        row[0]
        for row in cinema.query("SELECT tax FROM boxoffice.ticket UNION ALL SELECT tax FROM boxoffice.adjustment")
    )
    assert (page.number, page.terminal_name, page.staff_name, page.locale) == (1, "Counter 1", "Carla", "en_GB")
    assert page.at.utcoffset() == cinema.starts_at.astimezone(page.at.tzinfo).utcoffset()


def test_a_supervisors_reason_is_not_on_the_customers_paper(cinema: Cinema, till: Till) -> None:
    sale_id = uuid4()
    key = cinema.keys("A1")[0]
    yes = approve(till, sale_id, AdjustmentKind.COMPLIMENTARY, 1200)
    granted = (Granted(key=key, kind=AdjustmentKind.COMPLIMENTARY, reason="Spilt beer", approval_id=yes),)
    till.call(sales.complete_sale, order=basket(cinema, till, "A1", granted=granted, sale_id=sale_id))
    page = receipt(till, sale_id)
    assert ([each.text for each in page.discounts], page.total) == (["Complimentary"], 0)
    assert "Spilt" not in repr(page)


def test_cash_that_was_rounded_says_so(cinema: Cinema, till: Till) -> None:
    cinema.execute("UPDATE boxoffice.venue SET currency = 'CHF'")
    cinema.execute("UPDATE boxoffice.show_price SET amount = 1203, tax = 89 WHERE area_id = 1 AND ticket_type_id = 1")
    order = basket(cinema, till, "A1")
    order = replace(
        order,
        lines=(replace(order.lines[0], amount=1203),),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=1203, given=2000, rounding=2),),
    )
    till.call(sales.complete_sale, order=order)
    page = receipt(till, order.sale_id)
    assert (page.rounding, page.total, page.change, page.currency) == (2, 1205, 795, "CHF")


def test_the_paper_of_the_venue_is_on_it(cinema: Cinema, till: Till) -> None:
    order = basket(cinema, till, "A1")
    till.call(sales.complete_sale, order=order)
    assert receipt(till, order.sale_id).venue_lines == ("Bern",)
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    paper = VenuePaper(address="Cinema Road 1\n\n VAT CHE-123 ", note="Thank you.")
    cinema.till("Counter 3", "mona").call(save_venue_paper, paper=paper, read=VenuePaper())
    page = receipt(till, order.sale_id)
    assert (page.venue_lines, page.note) == (("Cinema Road 1", "VAT CHE-123"), "Thank you.")


def test_the_second_print_is_a_copy_and_a_try_that_failed_is_none(cinema: Cinema, till: Till) -> None:
    order = basket(cinema, till, "A1")
    till.call(sales.complete_sale, order=order)
    first, second = uuid4(), uuid4()
    for job_id in (first, second):
        values = {"job_id": job_id, "kind": DocumentKind.RECEIPT, "subject": str(order.sale_id)}
        till.call(print_queue.request_print, **values)
    assert receipt(till, order.sale_id, first).copy == 1
    begin(till, first)
    assert receipt(till, order.sale_id, first).copy == 1
    end(till, first, PrintState.DONE)
    assert receipt(till, order.sale_id, second).copy == 2


def test_it_goes_through_the_queue_to_a_document(cinema: Cinema, till: Till) -> None:
    order, job_id = basket(cinema, till, "A1"), uuid4()
    till.call(sales.complete_sale, order=order)
    with closing(till.database):
        desk = Desk(
            till.database,
            login=cinema.logins["Counter 1"][1],
            attempts=AttemptFile(make_open_folder() / "attempts"),
            clock=read_clock,
        )
        desk.sign_in("carla", "1234")
        values = {"job_id": job_id, "kind": DocumentKind.RECEIPT, "subject": str(order.sale_id)}
        desk.call(print_queue.request_print, values)
        job = desk.call(print_queue.begin_print, {"job_id": job_id, "printer": ""})
        assert job is not None
        small, large = (desk.render_job(job, design).pdf for design in ("", "receipt-a4"))
        assert small.startswith(b"%PDF")
        assert small != large


def test_a_receipt_is_for_who_sells_and_of_a_sale(cinema: Cinema, till: Till) -> None:
    with pytest.raises(NotFoundError):
        receipt(till, uuid4())
    with pytest.raises(NotAllowedError):
        cinema.till("Counter 2", None).call(receipts.get_receipt, sale_id=uuid4(), job_id=uuid4())
