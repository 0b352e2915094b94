"""The fixed words of paper, in English and in the languages of `resources/words`, chosen by the venue's locale."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.files import resources_folder

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketWords:
    """The words on a ticket, in English unless the caller has others.

    Attributes:
        kinds: what is said of a seat that is not a standard one.
    """

    row: str = "Row"
    seat: str = "Seat"
    hall: str = "Hall"
    time: str = "Time"
    including: str = "incl."
    ticket: str = "Ticket"
    sale: str = "Sale"
    terminal: str = "Till"
    sold: str = "Sold"
    journal: str = "Journal"
    code: str = "Code"
    copy: str = "Copy"
    kinds: Mapping[SeatKind, str] = field(
        default_factory=lambda: MappingProxyType(
            {
                SeatKind.WHEELCHAIR: "Wheelchair place",
                SeatKind.COMPANION: "Companion seat",
                SeatKind.LOVE_SEAT: "Love seat",
                SeatKind.RECLINER: "Recliner",
            }
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptWords:
    """The words on a receipt."""

    sale: str = "Receipt"
    refund: str = "Refund"
    exchange: str = "Exchange"
    void: str = "Void"
    cancellation: str = "Cancelled show"
    payout: str = "Paid out"
    owed: str = "To be paid out"
    refers_to: str = "For sale"
    new_sale: str = "New sale"
    reason: str = "Reason"
    number: str = "No."
    terminal: str = "Till"
    staff: str = "Served by"
    subtotal: str = "Subtotal"
    rounding: str = "Rounding"
    total: str = "Total"
    paid_back: str = "Paid back"
    change: str = "Change"
    tax: str = "Tax"
    net: str = "Net"
    gross: str = "Gross"
    journal: str = "Journal"
    copy: str = "Copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class SlipWords:
    """The words on a reservation slip."""

    heading: str = "Reservation"
    name: str = "Name"
    code: str = "Code"
    seats: str = "Seats"
    collect_by: str = "Collect by"
    to_pay: str = "To pay"
    terminal: str = "Till"
    staff: str = "Served by"
    no_ticket: str = "This is not a ticket."
    copy: str = "Copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftCardWords:
    """The words on a gift card."""

    heading: str = "Gift card"
    code: str = "Code"
    valid: str = "Valid at {venue} until it is used up."
    keep: str = "Keep it like cash: whoever has the code can pay with it."
    sale: str = "Sale"
    sold: str = "Sold"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportWords:
    """The words on a shift's report."""

    x_report: str = "X report"
    z_report: str = "Z report"
    shift: str = "Shift"
    terminal: str = "Till"
    opened: str = "Opened"
    closed: str = "Closed"
    printed: str = "Printed"
    running: str = "still open"
    sales: str = "Sales"
    by_type: str = "Ticket types"
    by_film: str = "Films"
    by_payment: str = "Payments"
    by_tax: str = "Tax"
    net: str = "Net"
    gross: str = "Gross"
    discounts: str = "Discounts"
    refunds: str = "Refunds"
    voids: str = "Voids"
    reprints: str = "Tickets printed again"
    no_sales: str = "Drawer opened without sale"
    movements: str = "Cash in and out"
    drawer: str = "Drawer"
    float_amount: str = "Float"
    expected: str = "Expected"
    counted: str = "Counted"
    difference: str = "Difference"
    reason: str = "Reason"
    sale_numbers: str = "Sales no."
    ticket_serials: str = "Tickets no."
    journal_number: str = "Journal no."
    journal: str = "Journal hash"
    signature: str = "Signature"
    page: str = "Page"
    copy: str = "Copy"
    cash: str = "Cash"
    card: str = "Card"
    gift_card: str = "Gift card"
    exchange: str = "Exchange"
    owed: str = "Owed to customers"
    given_back: str = "{kind}, given back"
    paid_out: str = "Owed cash, paid out"
    cash_rounding: str = "Rounding of cash"
    promotion: str = "Promotions"
    complimentary: str = "Complimentary"
    manual: str = "Manual prices"
    fee: str = "Fees"
    refund: str = "Refunds"
    void: str = "Voids"
    cancellation: str = "Cancelled shows"
    pay_in: str = "Pay-in"
    pay_out: str = "Pay-out"
    drop: str = "Drop to safe"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperWords:
    """The words of every kind of document in one language."""

    ticket: TicketWords = field(default_factory=TicketWords)
    receipt: ReceiptWords = field(default_factory=ReceiptWords)
    reservation: SlipWords = field(default_factory=SlipWords)
    gift_card: GiftCardWords = field(default_factory=GiftCardWords)
    report: ReportWords = field(default_factory=ReportWords)


ENGLISH: Final = PaperWords()


@lru_cache(maxsize=64)
def words_for(locale: str) -> PaperWords:
    """The words in the language of a locale such as `de_AT`; in English where there is no file of that language."""
    language = locale.replace("-", "_").partition("_")[0].lower()
    files = {file.stem: file for file in words_folder().glob("*.toml")}
    return read_words(files[language]) if language in files else ENGLISH


def words_folder() -> Path:
    """Where the files of languages lie; each is named by the language's code."""
    return resources_folder() / "words"


def read_words(file: Path) -> PaperWords:
    """The words of one file; those that it leaves out are English.

    Raises:
        ValueError: a key or a section that nobody asks for, or a word that is no text.
    """
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    ticket = told.pop("ticket", {})
    kinds = {SeatKind(key): str(word) for key, word in ticket.pop("kinds", {}).items()}
    if kinds:
        ticket["kinds"] = MappingProxyType(dict(TicketWords().kinds) | kinds)
    words = PaperWords(
        ticket=_make(TicketWords, ticket),
        receipt=_make(ReceiptWords, told.pop("receipt", {})),
        reservation=_make(SlipWords, told.pop("reservation", {})),
        gift_card=_make(GiftCardWords, told.pop("gift_card", {})),
        report=_make(ReportWords, told.pop("report", {})),
    )
    if told:
        raise ValueError(f"{file.name}: nobody asks for {', '.join(told)}")
    return words


def _make(kind: type[T], told: Mapping[str, Any]) -> T:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # dataclasses, all of them
    wrong = sorted(key for key, word in told.items() if key not in known or not word)
    if wrong:
        raise ValueError(f"{kind.__name__}: nobody asks for {', '.join(wrong)}")
    return kind(**told)
