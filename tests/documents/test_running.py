from dataclasses import replace

import pytest

from boxoffice_desktop.documents.designs import load_design
from boxoffice_desktop.documents.pages import ReceiptKind, ReceiptLine, ReceiptPayment, ReportRow
from boxoffice_desktop.documents.receipt import render_receipt
from boxoffice_desktop.documents.reservation import render_reservation
from boxoffice_desktop.documents.samples import sample_receipt, sample_report, sample_reservation
from boxoffice_desktop.documents.shift_report import render_shift_report
from boxoffice_desktop.domain.errors import InvalidInputError
from tests.documents.tickets import open_pdf


@pytest.mark.parametrize(
    "shown",
    [
        "Rio Cinema", "VAT no. GB 123 4567 89", "Receipt 9876", "20 Nov 2026, 20:15", "2 × Adult", "24.00",  # noqa: RUF001
        "Hall 2: E7, E8", "Subtotal", "33.50", "Autumn offer", "-8.00", "£25.50", "Visa …4242", "Change", "10.00",
        "VAT 20 %", "1.25", "Counter 3", "A. Kowalska", "a1b2c3d4", "Enjoy the film",
    ],
)  # fmt: skip
def test_a_receipt_tells_what_was_bought_and_how_it_was_paid(shown: str) -> None:
    assert shown in open_pdf(render_receipt(sample_receipt()).pdf).text()


def test_a_refund_says_what_for_and_why_and_how_much_goes_back() -> None:
    page = replace(
        sample_receipt(),
        kind=ReceiptKind.REFUND,
        refers_to="9876, Counter 3",
        reason="Projector broken",
        lines=(ReceiptLine(text="Adult", count=2, amount=-2400),),
        discounts=(),
        total=-2400,
        payments=(ReceiptPayment(label="Cash", amount=-2400),),
        change=0,
        rounding=0,
        copy=2,
    )
    text = open_pdf(render_receipt(page).pdf).text()
    for shown in ("Refund 9876", "For sale 9876, Counter 3", "Projector broken", "Paid back £24.00", "Copy 2"):
        assert shown in text
    assert "Subtotal" not in text
    assert "Change" not in text


def test_rounding_of_cash_stands_before_the_total() -> None:
    text = open_pdf(render_receipt(replace(sample_receipt(), rounding=-2, total=2548)).pdf).text()
    assert "Rounding -0.02 Total £25.48" in text


@pytest.mark.parametrize(
    "shown",
    ["Papadopoulou", "K7F2QX", "Jesse James", "Hall 2", "20:15", "E12", "19:45", "£72.00", "is not a ticket."],
)
def test_a_reservation_slip_tells_what_is_kept_for_whom_until_when(shown: str) -> None:
    assert shown in open_pdf(render_reservation(sample_reservation()).pdf).text()


@pytest.mark.parametrize(
    "shown",
    [
        "Z report 208", "Counter 3", "Shift 212", "A. Kowalska", "J. Okafor", "20 Nov 2026, 14:15", "Adult 371 4,452",
        "Nosferatu 150 1,600.00", "Gift card 6 120.00", "573 6,123.50", "VAT 20 % 201.25 40.25 241.50",
        "Tickets printed again 3", "Drop to safe -1,500.00", "Window cleaner", "Float 200.00", "Expected 1,057.50",
        "Counted 1,052.50", "Difference -£5.00", "handed back", "9663 – 9876", "30211", "a1b2c3d4e5f60718",  # noqa: RUF001
        "Signature",
    ],
)  # fmt: skip
def test_a_z_report_accounts_for_the_whole_shift(shown: str) -> None:
    assert shown in open_pdf(render_shift_report(sample_report()).pdf).text()


def test_an_x_report_has_no_number_no_end_and_hides_what_a_blind_count_must_not_know() -> None:
    report = replace(sample_report(), z_number=None, closed_at=None, closed_by="", expected=None, counted=None)
    text = open_pdf(render_shift_report(report).pdf).text()
    assert "X report" in text
    assert "still open" in text
    assert report.difference is None
    for hidden in ("Z report", "Expected", "Difference", "Counted"):
        assert hidden not in text


def test_a_long_report_goes_over_pages_and_loses_no_row() -> None:
    rows = tuple(ReportRow(label=f"Film {number:03}", count=1, amount=100) for number in range(150))
    opened = open_pdf(render_shift_report(replace(sample_report(), by_film=rows), load_design("report-a4")).pdf)
    pages = opened.document.pageCount()
    assert pages > 3
    whole = " ".join(opened.text(page) for page in range(pages))
    assert all(row.label in whole for row in rows)
    assert all(f"Page {page + 1} / {pages}" in opened.text(page) for page in range(pages))


def test_a_headline_goes_over_with_its_first_row() -> None:
    for count in range(10, 40):
        rows = tuple(ReportRow(label=f"Type {number}", amount=1) for number in range(count))
        opened = open_pdf(render_shift_report(replace(sample_report(), by_type=rows), load_design("report-a4")).pdf)
        for page in range(opened.document.pageCount()):
            last = opened.text(page).partition(" Page ")[0]
            assert not last.endswith(("Films", "Payments", "Discounts", "Refunds", "Voids", "Drawer"))


@pytest.mark.parametrize("text", ["W" * 300, "word " * 80, "\x00\u202e", "", "كفرناحوم " * 20, "क्" * 150, "ᏣᎳᎩ"])
def test_any_text_makes_every_document(text: str) -> None:
    receipt = replace(
        sample_receipt(), venue_name=text, staff_name=text, note=text, lines=(ReceiptLine(text=text, amount=1),)
    )
    slip = replace(sample_reservation(), name=text, code=text, movie_title=text, hall_name=text, seats=(text,) * 40)
    report = replace(sample_report(), terminal_name=text, by_film=(ReportRow(label=text, count=1, amount=10**12),))
    for pdf in (render_receipt(receipt).pdf, render_reservation(slip).pdf, render_shift_report(report).pdf):
        picture = open_pdf(pdf).picture()
        left, _, right, _ = picture.ink_bounds()
        assert left >= 4 * 8 - 1
        assert right <= 76 * 8 + 1


def test_a_hostile_logo_stops_no_document() -> None:
    logo = b"\x89PNG\r\n\x1a\n" + b"\xff" * 99
    for rendered in (
        render_receipt(replace(sample_receipt(), logo=logo)),
        render_reservation(replace(sample_reservation(), logo=logo)),
        render_shift_report(replace(sample_report(), logo=logo)),
    ):
        assert len(rendered.warnings) == 1


def test_a_design_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        render_receipt(sample_receipt(), load_design("report-80mm"))
