"""What stands on paper: plain frozen values, filled by the services and drawn by the modules beside this one.

This module loads nothing but the standard library, so that a service may name these types without loading ReportLab.
Amounts are minor units of `currency`; moments are aware and in the venue's zone; texts of data are never markup.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from boxoffice_desktop.domain.seats import SeatKind


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketPage:
    """One ticket.

    Attributes:
        latin_title: stands in when no font here can write `movie_title`; None to have it transliterated.
        certificate, format, language: may be empty.
        starts_at, sold_at: aware, in the venue's zone.
        zone: the part of the hall; empty when the hall has one.
        amount, tax: minor units of `currency`; the tax is inside the amount.
        tax_label: e.g. `VAT 8 %`; empty where tickets show no tax.
        journal_hash: 64 hexadecimal digits, of which 8 are shown.
        code: the ticket's 16 random bytes; a person can type their beginning at a door.
        payload: the 96 bytes that a till has signed for the QR code; empty for a QR code with the bare code.
        copy: 1 for the first print; from 2 on the ticket says which copy it is.
        logo: the venue's picture as it was uploaded; None for none. One that cannot be read is left out with a warning.
    """

    venue_name: str
    movie_title: str
    latin_title: str | None
    certificate: str
    format: str
    language: str
    starts_at: datetime
    hall_name: str
    zone: str
    row_label: str
    seat_number: str
    seat_kind: SeatKind
    area_name: str
    ticket_type: str
    amount: int
    tax: int
    tax_label: str
    currency: str
    locale: str
    serial: int
    sale_number: int
    terminal_name: str
    sold_at: datetime
    journal_hash: str
    code: bytes
    copy: int = 1
    logo: bytes | None = field(default=None, repr=False)
    payload: bytes = field(default=b"", repr=False)

    @property
    def qr_data(self) -> bytes:
        """What the QR code carries."""
        return self.payload or self.code


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxTotal:
    """What one tax rate adds up to; `net` plus `tax` is `gross`. `label` is e.g. `VAT 8 %`."""

    label: str
    net: int
    tax: int
    gross: int


class ReceiptKind(StrEnum):
    """What a receipt is for."""

    SALE = "sale"
    REFUND = "refund"
    EXCHANGE = "exchange"
    VOID = "void"
    CANCELLATION = "cancellation"
    PAYOUT = "payout"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLine:
    """Something sold, or taken back.

    Attributes:
        text: what it is, e.g. `Adult` or `Booking fee`.
        detail: more of it, e.g. `Nosferatu, 20 Nov 2026, 20:15, Hall 2: E7, E8`; may be empty.
        count: how many; 1 is not written.
        amount: of all of them together; negative when the customer gets it back.
    """

    text: str
    amount: int
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptDiscount:
    """A promotion, a voucher or an approved price; `amount` is negative when it makes the sale cheaper."""

    text: str
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptPayment:
    """Money that changed hands; `amount` as it was handed over, negative when it was paid back.

    `label` is the kind in the venue's language, `detail` a reference such as the last digits of a card; may be empty.
    """

    label: str
    amount: int
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptPage:
    """The receipt of one sale, refund, exchange or void, or of owed cash that was paid out.

    Amounts have the customer's sign: positive is paid, negative is got back. Lines, discounts and rounding add up to
    `total`; payments less `change` do too.

    Attributes:
        number: of the sale, or of the refund, at its terminal; 0 where there is none.
        refers_to: the sale that is refunded, exchanged or voided, e.g. `9876, Counter 1`; empty for a sale.
        new_sale: the number of the sale that an exchange has made; 0 for none.
        reason: why money went back; may be empty.
        rounding: what the rounding of cash added (positive) or took off; 0 where there is none.
        change: handed back of cash, never negative.
        venue_lines: address and tax number as they stand under the venue's name; may be empty.
        note: a last line, e.g. thanks; may be empty.
        journal_hash: 64 hexadecimal digits, of which 8 are shown; empty for none.
        copy: 1 for the first print; from 2 on the receipt says which copy it is.
    """

    venue_name: str
    currency: str
    locale: str
    number: int
    terminal_name: str
    staff_name: str
    at: datetime
    lines: tuple[ReceiptLine, ...]
    total: int
    payments: tuple[ReceiptPayment, ...]
    kind: ReceiptKind = ReceiptKind.SALE
    refers_to: str = ""
    new_sale: int = 0
    reason: str = ""
    discounts: tuple[ReceiptDiscount, ...] = ()
    taxes: tuple[TaxTotal, ...] = ()
    rounding: int = 0
    change: int = 0
    venue_lines: tuple[str, ...] = ()
    note: str = ""
    journal_hash: str = ""
    copy: int = 1
    logo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationSlip:
    """What a customer gets for seats that wait at the counter.

    Attributes:
        name: whose seats they are.
        code: short, to be said and typed, e.g. `K7F2QX`.
        seats: as a cashier calls them, e.g. `E7`, in the order in which they stand on the slip.
        collect_by: from then on the seats are sold to others.
        amount: what will be asked for at the counter; None when it is not known yet.
        note: a last line; may be empty.
    """

    venue_name: str
    locale: str
    currency: str
    name: str
    code: str
    movie_title: str
    starts_at: datetime
    hall_name: str
    seats: tuple[str, ...]
    collect_by: datetime
    terminal_name: str
    made_at: datetime
    latin_title: str | None = None
    certificate: str = ""
    format: str = ""
    language: str = ""
    amount: int | None = None
    venue_lines: tuple[str, ...] = ()
    staff_name: str = ""
    note: str = ""
    copy: int = 1
    logo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftCardSlip:
    """A gift card as its buyer gets it. Whoever has the code can pay with it.

    Attributes:
        code: as it is spelt for people, e.g. `K7F2-QX3M-9TRW`; never in a log.
        amount: what is on it.
        sale_number: of the sale that sold it, at its terminal.
        venue_lines: address and tax number; may be empty.
        note: a last line; may be empty.
    """

    venue_name: str
    locale: str
    currency: str
    code: str = field(repr=False)
    amount: int
    sale_number: int
    terminal_name: str
    sold_at: datetime
    venue_lines: tuple[str, ...] = ()
    note: str = ""
    logo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportRow:
    """A line of a report; `count` is None where nothing is counted."""

    label: str
    amount: int
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CashMovement:
    """Cash that went in (positive) or out (negative) beside sales: pay-in, pay-out, drop to the safe.

    `label` is its kind in the venue's language, `reason` and `staff_name` may be empty.
    """

    at: datetime
    label: str
    amount: int
    reason: str = ""
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftReport:
    """The X report of a running shift, or the Z report of a closed one.

    Attributes:
        z_number: without gaps at its terminal; None makes it an X report.
        closed_at, closed_by: None and empty while the shift runs.
        sales: the sum of all sales, as a row with their number.
        by_type, by_film, by_payment: totals of what was sold or taken, in the order of printing.
        by_tax: what each tax rate adds up to.
        discounts, refunds, voids: rows of what was taken off or paid back; amounts negative.
        reprints: how many tickets were printed again.
        no_sales: how often the drawer was opened without a sale.
        movements: pay-ins, pay-outs and drops, oldest first.
        float_amount: cash in the drawer at the start.
        expected: cash that should be in the drawer; None hides it (a blind count is still to come).
        counted: cash that was found; None while nobody has counted.
        denominations: what was counted of which coin or note; may be empty.
        difference_reason: why `counted` is not `expected`; may be empty.
        sale_numbers, ticket_serials: first and last of the shift; None when there was none.
        journal_number, journal_hash: of the terminal's last entry; 0 and empty when there is none.
    """

    venue_name: str
    locale: str
    currency: str
    terminal_name: str
    shift_number: int
    z_number: int | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    printed_at: datetime
    float_amount: int
    sales: ReportRow
    by_type: tuple[ReportRow, ...] = ()
    by_film: tuple[ReportRow, ...] = ()
    by_payment: tuple[ReportRow, ...] = ()
    by_tax: tuple[TaxTotal, ...] = ()
    discounts: tuple[ReportRow, ...] = ()
    refunds: tuple[ReportRow, ...] = ()
    voids: tuple[ReportRow, ...] = ()
    reprints: int = 0
    no_sales: int = 0
    movements: tuple[CashMovement, ...] = ()
    expected: int | None = None
    counted: int | None = None
    denominations: tuple[ReportRow, ...] = ()
    difference_reason: str = ""
    sale_numbers: tuple[int, int] | None = None
    ticket_serials: tuple[int, int] | None = None
    journal_number: int = 0
    journal_hash: str = ""
    venue_lines: tuple[str, ...] = ()
    copy: int = 1
    logo: bytes | None = field(default=None, repr=False)

    @property
    def difference(self) -> int | None:
        """What is missing (negative) or too much; None until both sides are known."""
        return None if self.counted is None or self.expected is None else self.counted - self.expected


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedDocument:
    """A finished document. `warnings` are sentences for the cashier about what could not be written as it is spelt."""

    pdf: bytes
    warnings: tuple[str, ...]
