"""Documents to look at a design with: an ordinary one, and one where everything is long.

`inspect_design` prints them and says in words what does not fit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from boxoffice_desktop.documents.design import Design, DesignKind
from boxoffice_desktop.documents.pages import (
    CashMovement,
    GiftCardSlip,
    ReceiptDiscount,
    ReceiptKind,
    ReceiptLine,
    ReceiptPage,
    ReceiptPayment,
    RenderedDocument,
    ReportRow,
    ReservationSlip,
    ShiftReport,
    TaxTotal,
    TicketPage,
)
from boxoffice_desktop.documents.receipt import draw_receipt
from boxoffice_desktop.documents.reservation import draw_reservation
from boxoffice_desktop.documents.shift_report import draw_shift_report
from boxoffice_desktop.documents.ticket import list_cut_fields, render_tickets
from boxoffice_desktop.documents.words import words_for
from boxoffice_desktop.domain.seats import SeatKind

LONG_TITLE: Final = "The Assassination of Jesse James by the Coward Robert Ford"

_AT: Final = datetime(2026, 11, 20, 20, 15, tzinfo=ZoneInfo("Europe/London"))
_HASH: Final = "a1b2c3d4e5f60718" * 4
_VENUE: Final = "Rio Cinema"
_ADDRESS: Final = ("107 Kingsland High Street, London E8 2PB", "VAT no. GB 123 4567 89")
_FILMS: Final = (
    (LONG_TITLE, 200, 214_000),
    ("Nosferatu", 150, 160_000),
    ("Metropolis", 120, 128_000),
    ("千と千尋の神隠し", 63, 67_350),
    ("Сталкер", 40, 43_000),
)


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """How a design comes out. `problems` are sentences about what does not fit; empty for a design that is good."""

    document: RenderedDocument
    problems: tuple[str, ...]


def inspect_design(design: Design, *, locale: str = "en_GB", currency: str = "GBP") -> Inspection:
    """The design with sample data, as the venue's locale and currency write it. Safe from any thread.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    if design.kind is DesignKind.TICKET:
        return _inspect_tickets(design, locale, currency)
    draw: dict[DesignKind, Callable[[], tuple[RenderedDocument, tuple[str, ...]]]] = {
        DesignKind.RECEIPT: lambda: draw_receipt(sample_receipt(locale, currency), design),
        DesignKind.RESERVATION: lambda: draw_reservation(sample_reservation(locale, currency), design),
        DesignKind.REPORT: lambda: draw_shift_report(sample_report(locale, currency), design),
    }
    document, cut = draw[design.kind]()
    problems = tuple(f"There is no room for all of “{text}”." for text in cut)
    return Inspection(document=document, problems=problems + document.warnings)


def _inspect_tickets(design: Design, locale: str, currency: str) -> Inspection:
    pages = sample_tickets(locale, currency)
    document = render_tickets(pages, design)
    problems: dict[str, None] = {}
    for page in pages:
        for show in list_cut_fields(page, design):
            if show == "title":
                problems[f"A title of {len(page.movie_title)} letters (“{page.movie_title}”) is cut in 'title'."] = None
            else:
                problems[f"There is not enough room in '{show}': its text is cut on the sample ticket."] = None
    return Inspection(document=document, problems=(*problems, *document.warnings))


def sample_tickets(locale: str = "en_GB", currency: str = "GBP") -> tuple[TicketPage, ...]:
    """Four tickets: an ordinary one, a long one that was printed twice, one without certificate, one in Japanese."""
    ordinary = TicketPage(
        venue_name=_VENUE,
        movie_title="Nosferatu",
        latin_title=None,
        certificate="12A",
        format="3D",
        language="German, English subtitles",
        starts_at=_AT,
        hall_name="Hall 2",
        zone="",
        row_label="E",
        seat_number="7",
        seat_kind=SeatKind.STANDARD,
        area_name="Premium",
        ticket_type="Adult",
        amount=1200,
        tax=89,
        tax_label="VAT 8 %",
        currency=currency,
        locale=locale,
        serial=40123,
        sale_number=9876,
        terminal_name="Counter 3",
        sold_at=_AT - timedelta(days=1, hours=2, minutes=13),
        journal_hash=_HASH,
        code=bytes(range(16)),
    )
    return (
        ordinary,
        replace(
            ordinary,
            movie_title=LONG_TITLE,
            hall_name="Grand Auditorium",
            zone="Upper Circle",
            row_label="AA",
            seat_number="112",
            seat_kind=SeatKind.WHEELCHAIR,
            ticket_type="Senior citizen",
            amount=1_234_500,
            serial=1_040_124,
            copy=2,
            code=bytes(range(1, 17)),
        ),
        replace(ordinary, movie_title="Metropolis", certificate="", format="", serial=40125, code=bytes(range(2, 18))),
        replace(ordinary, movie_title="千と千尋の神隠し", seat_number="8", serial=40126, code=bytes(range(3, 19))),
    )


def sample_receipt(locale: str = "en_GB", currency: str = "GBP") -> ReceiptPage:
    """A receipt with a discount, a fee, two taxes, split payment and change."""
    return ReceiptPage(
        venue_name=_VENUE,
        venue_lines=_ADDRESS,
        currency=currency,
        locale=locale,
        number=9876,
        terminal_name="Counter 3",
        staff_name="A. Kowalska",
        at=_AT,
        lines=(
            ReceiptLine(text="Adult", count=2, amount=2400, detail=f"{LONG_TITLE}, 20 Nov 2026, 20:15, Hall 2: E7, E8"),
            ReceiptLine(text="Child", amount=800, detail="Nosferatu, 20 Nov 2026, 20:15, Hall 2: E9"),
            ReceiptLine(text="Booking fee", count=3, amount=150),
        ),
        discounts=(ReceiptDiscount(text="Autumn offer, 3 for 2", amount=-800),),
        total=2550,
        taxes=(
            TaxTotal(label="VAT 8 %", net=2222, tax=178, gross=2400),
            TaxTotal(label="VAT 20 %", net=125, tax=25, gross=150),
        ),
        payments=(
            ReceiptPayment(label="Card", detail="Visa …4242", amount=1550),
            ReceiptPayment(label="Cash", amount=2000),
        ),
        change=1000,
        note="Thank you. Enjoy the film!",
        journal_hash=_HASH,
    )


def sample_refund(locale: str = "en_GB", currency: str = "GBP") -> ReceiptPage:
    """The receipt of two tickets that went back, one part on a card and one in cash."""
    return replace(
        sample_receipt(locale, currency),
        kind=ReceiptKind.REFUND,
        number=31,
        refers_to="9876, Counter 3",
        reason="The customer is ill.",
        lines=(
            ReceiptLine(
                text="Adult", count=2, amount=-2400, detail=f"{LONG_TITLE}, 20 Nov 2026, 20:15, Hall 2: E7, E8"
            ),
        ),
        discounts=(),
        total=-2400,
        taxes=(TaxTotal(label="VAT 8 %", net=-2222, tax=-178, gross=-2400),),
        payments=(
            ReceiptPayment(label="Card", detail="R 4711", amount=-1550),
            ReceiptPayment(label="Cash", amount=-850),
        ),
        change=0,
        note="",
    )


def sample_exchange(locale: str = "en_GB", currency: str = "GBP") -> ReceiptPage:
    """The receipt of a ticket that became a dearer one, the difference paid in cash."""
    return replace(
        sample_refund(locale, currency),
        kind=ReceiptKind.EXCHANGE,
        number=32,
        new_sale=9901,
        reason="",
        lines=(
            ReceiptLine(text="Child", amount=-800, detail="Nosferatu, 20 Nov 2026, 20:15, Hall 2: E9"),
            ReceiptLine(text="Adult", amount=1200, detail="Metropolis, 21 Nov 2026, 18:00, Hall 1: C4"),
        ),
        total=400,
        taxes=(TaxTotal(label="VAT 8 %", net=370, tax=30, gross=400),),
        payments=(ReceiptPayment(label="Cash", amount=500),),
        change=100,
    )


def sample_payout(locale: str = "en_GB", currency: str = "GBP") -> ReceiptPage:
    """The receipt of cash that was owed for a cancelled show, rounded as it was handed over."""
    words = words_for(locale)
    return replace(
        sample_refund(locale, currency),
        kind=ReceiptKind.PAYOUT,
        number=0,
        reason="",
        lines=(
            ReceiptLine(
                text=words.receipt.cancellation, amount=-2403, detail="Nosferatu, 20 Nov 2026, 20:15, Hall 2: E7, E8"
            ),
        ),
        rounding=-2,
        total=-2405,
        taxes=(),
        payments=(ReceiptPayment(label=words.report.cash, amount=-2405),),
    )


def sample_gift_card(locale: str = "en_GB", currency: str = "GBP") -> GiftCardSlip:
    """A gift card as its buyer gets it."""
    return GiftCardSlip(
        venue_name=_VENUE,
        venue_lines=_ADDRESS,
        locale=locale,
        currency=currency,
        code="K7F2-QX3M-9TRW",
        amount=5000,
        sale_number=9876,
        terminal_name="Counter 3",
        sold_at=_AT,
        note="Thank you. Enjoy the film!",
    )


def sample_reservation(locale: str = "en_GB", currency: str = "GBP") -> ReservationSlip:
    """A reservation of six seats for a film with a long title."""
    return ReservationSlip(
        venue_name=_VENUE,
        venue_lines=_ADDRESS[:1],
        locale=locale,
        currency=currency,
        name="Maria Papadopoulou-Brzęczyszczykiewicz",
        code="K7F2QX",
        movie_title=LONG_TITLE,
        certificate="12A",
        format="3D",
        language="German, English subtitles",
        starts_at=_AT,
        hall_name="Hall 2",
        seats=tuple(f"E{number}" for number in range(7, 13)),
        collect_by=_AT - timedelta(minutes=30),
        amount=7200,
        terminal_name="Counter 3",
        staff_name="A. Kowalska",
        made_at=_AT - timedelta(days=2),
        note="Seats that are not collected in time are sold.",
    )


def sample_report(locale: str = "en_GB", currency: str = "GBP") -> ShiftReport:
    """The Z report of a busy shift with everything that can be on it."""
    return ShiftReport(
        venue_name=_VENUE,
        venue_lines=_ADDRESS,
        locale=locale,
        currency=currency,
        terminal_name="Counter 3",
        shift_number=212,
        z_number=208,
        opened_at=_AT - timedelta(hours=6),
        opened_by="A. Kowalska",
        closed_at=_AT + timedelta(hours=3),
        closed_by="J. Okafor",
        printed_at=_AT + timedelta(hours=3, minutes=2),
        float_amount=20000,
        sales=ReportRow(label="", count=214, amount=612_350),
        by_type=(
            ReportRow(label="Adult", count=371, amount=445_200),
            ReportRow(label="Child", count=150, amount=120_000),
            ReportRow(label="Senior citizen", count=52, amount=47_150),
        ),
        by_film=tuple(ReportRow(label=title, count=count, amount=amount) for title, count, amount in _FILMS),
        by_payment=(
            ReportRow(label="Cash", count=90, amount=240_000),
            ReportRow(label="Card", count=118, amount=360_350),
            ReportRow(label="Gift card", count=6, amount=12_000),
        ),
        by_tax=(
            TaxTotal(label="VAT 8 %", net=544_630, tax=43_570, gross=588_200),
            TaxTotal(label="VAT 20 %", net=20_125, tax=4025, gross=24_150),
        ),
        discounts=(ReportRow(label="Autumn offer, 3 for 2", count=12, amount=-9600),),
        refunds=(ReportRow(label="Cash", count=2, amount=-2400), ReportRow(label="Card", count=1, amount=-1200)),
        voids=(ReportRow(label="Sales", count=1, amount=-2400),),
        reprints=3,
        no_sales=2,
        movements=(
            CashMovement(at=_AT - timedelta(hours=2), label="Drop to safe", amount=-150_000, staff_name="J. Okafor"),
            CashMovement(at=_AT, label="Pay-out", amount=-1850, reason="Window cleaner", staff_name="A. Kowalska"),
        ),
        expected=105_750,
        counted=105_250,
        denominations=(
            ReportRow(label="50.00", count=12, amount=60_000),
            ReportRow(label="20.00", count=20, amount=40_000),
            ReportRow(label="5.00", count=10, amount=5000),
            ReportRow(label="0.50", count=5, amount=250),
        ),
        difference_reason="A note of 5 was handed back by mistake.",
        sale_numbers=(9663, 9876),
        ticket_serials=(39_551, 40_123),
        journal_number=30_211,
        journal_hash=_HASH,
    )
