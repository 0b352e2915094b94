"""What goes on the receipt of a stored sale."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.documents.pages import ReceiptDiscount, ReceiptLine, ReceiptPage, ReceiptPayment, TaxTotal
from boxoffice_desktop.documents.words import ReportWords, words_for
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.venue_paper import read_paper

_SALE: Final = text(
    """
    SELECT s.number, s.sold_at, s.total, s.currency, v.name AS venue_name, v.city, v.locale, v.time_zone,
           l.name AS terminal_name, p.display_name AS staff_name, j.hash
      FROM boxoffice.sale s
      JOIN boxoffice.terminal l ON l.terminal_id = s.terminal_id AND l.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id
      JOIN boxoffice.staff p ON p.staff_id = s.staff_id
      JOIN boxoffice.journal j ON j.sale_id = s.sale_id AND j.kind = 'sale'
     WHERE s.sale_id = :sale
    """
)
# With those that ended later: a receipt says what was sold then.
_TICKETS: Final = text(
    """
    SELECT y.name AS ticket_type, m.title, w.starts_at, h.name AS hall_name, count(*) AS pieces,
           sum(k.amount)::bigint AS amount, array_agg(e.name ORDER BY k.line) AS seats
      FROM boxoffice.ticket k
      JOIN boxoffice.show w ON w.show_id = k.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = k.ticket_type_id
     WHERE k.sale_id = :sale
     GROUP BY k.show_id, k.ticket_type_id, k.amount, y.name, m.title, w.starts_at, h.name ORDER BY min(k.line)
    """
)
_ADJUSTMENTS: Final = text(
    """
    SELECT a.kind, coalesce(n.name, '') AS name, count(*) AS pieces, sum(a.amount)::bigint AS amount
      FROM boxoffice.adjustment a LEFT JOIN boxoffice.promotion n ON n.promotion_id = a.promotion_id
     WHERE a.sale_id = :sale
     GROUP BY a.kind, a.promotion_id, n.name, CASE WHEN a.kind = 'gift_card' THEN a.line END ORDER BY min(a.line)
    """
)
_PAYMENTS: Final = text(
    """
    SELECT kind, amount, given, rounding, reference FROM boxoffice.payment WHERE sale_id = :sale ORDER BY line
    """
)
_TAXES: Final = text(
    """
    SELECT x.name, sum(a.amount)::bigint AS gross, sum(a.tax)::bigint AS tax
      FROM (SELECT tax_rate_id, amount, tax FROM boxoffice.ticket WHERE sale_id = :sale
            UNION ALL SELECT tax_rate_id, amount, tax FROM boxoffice.adjustment WHERE sale_id = :sale) a
      JOIN boxoffice.tax_rate x ON x.tax_rate_id = a.tax_rate_id
     GROUP BY x.tax_rate_id, x.name ORDER BY x.tax_rate_id
    """
)
# Those that came out or may have come out; the job itself does not count.
_EARLIER: Final = text(
    """
    SELECT count(*) FROM boxoffice.print_job
     WHERE kind = 'receipt' AND subject = :subject AND job_id <> :job AND state IN ('done', 'doubt')
    """
)
_ADDED: Final = frozenset({AdjustmentKind.FEE, AdjustmentKind.GIFT_CARD})


@dataclass(frozen=True, kw_only=True)
class SoldParts:
    """What a sale has sold and how it was paid, as it stands on paper.

    Attributes:
        payments: rows with `kind`, `amount`, `given`, `rounding` and `reference`.
        taxes: rows with `name`, `gross` and `tax`.
    """

    lines: tuple[ReceiptLine, ...]
    discounts: tuple[ReceiptDiscount, ...]
    payments: Sequence[Row[Any]]
    taxes: Sequence[Row[Any]]


def get_receipt(session: Session, context: Context, *, sale_id: UUID, job_id: UUID) -> ReceiptPage:
    """The receipt of a sale of this venue, for the print job `job_id`: from the second on it says that it is a copy.

    It tells what was sold then, whatever was taken back later; the codes of gift cards are not on it.

    Raises:
        NotFoundError: no such sale in this venue.
        NotAllowedError: the signed-in person does not sell.
    """
    context.permit(Permission.SELL)
    connection = session.connection()
    sale = connection.execute(_SALE, {"sale": sale_id, "venue": context.venue_id}).one_or_none()
    if sale is None:
        raise NotFoundError("sale", sale_id)
    zone, words = ZoneInfo(sale.time_zone), words_for(sale.locale).report
    parts = read_sold(connection, sale_id, zone, sale.locale)
    paper = read_paper(session, context.venue_id)
    rounding = sum(row.rounding for row in parts.payments)
    return ReceiptPage(
        venue_name=sale.venue_name,
        venue_lines=paper.lines or tuple(line for line in (sale.city,) if line),
        note=paper.note,
        logo=paper.logo,
        currency=sale.currency,
        locale=sale.locale,
        number=sale.number,
        terminal_name=sale.terminal_name,
        staff_name=sale.staff_name,
        at=sale.sold_at.astimezone(zone),
        lines=parts.lines,
        discounts=parts.discounts,
        rounding=rounding,
        total=sale.total + rounding,
        payments=tuple(
            ReceiptPayment(label=name_way(words, row.kind), amount=row.given, detail=row.reference)
            for row in parts.payments
        ),
        change=sum(row.given - row.amount - row.rounding for row in parts.payments),
        taxes=add_taxes(parts.taxes),
        journal_hash=sale.hash.hex(),
        copy=count_earlier(connection, sale_id, job_id) + 1,
    )


def read_sold(connection: Connection, sale_id: UUID, zone: ZoneInfo, locale: str) -> SoldParts:
    """What a sale has sold; times in `zone`, words in the language of `locale`."""
    words = words_for(locale).report
    tickets, adjustments, payments, taxes = (
        connection.execute(part, {"sale": sale_id}).all() for part in (_TICKETS, _ADJUSTMENTS, _PAYMENTS, _TAXES)
    )
    return SoldParts(
        lines=(*(as_line(row, zone, locale) for row in tickets), *_list_added(adjustments, words)),
        discounts=tuple(
            ReceiptDiscount(text=row.name or name_way(words, row.kind), amount=row.amount)
            for row in adjustments
            if row.kind not in _ADDED
        ),
        payments=payments,
        taxes=taxes,
    )


def count_earlier(connection: Connection, subject: UUID, job_id: UUID) -> int:
    """How many receipts of `subject` came out before the one of this job, or may have."""
    return int(connection.execute(_EARLIER, {"subject": str(subject), "job": job_id}).scalar_one())


def add_taxes(sold: Iterable[Row[Any]], back: Iterable[Row[Any]] = ()) -> tuple[TaxTotal, ...]:
    """What each tax rate adds up to, less what went back of it; a rate of which nothing is left is not named."""
    sums: dict[str, tuple[int, int]] = {}
    for rows, sign in ((sold, 1), (back, -1)):
        for row in rows:
            gross, tax = sums.get(row.name, (0, 0))
            sums[row.name] = (gross + sign * row.gross, tax + sign * row.tax)
    return tuple(
        TaxTotal(label=name, net=gross - tax, tax=tax, gross=gross) for name, (gross, tax) in sums.items() if gross
    )


def as_line(row: Row[Any], zone: ZoneInfo, locale: str, *, sign: int = 1) -> ReceiptLine:
    """Tickets of one type and price with their show and seats; `sign` -1 for such as the customer gives back."""
    starts = format_date_time(row.starts_at.astimezone(zone), locale)
    detail = f"{row.title}, {starts}, {row.hall_name}: {', '.join(row.seats)}"
    return ReceiptLine(text=row.ticket_type, amount=sign * row.amount, detail=detail, count=row.pieces)


def name_way(words: ReportWords, kind: str) -> str:
    """A kind of payment or adjustment in the venue's language."""
    return str(getattr(words, kind))


def _list_added(rows: Sequence[Row[Any]], words: ReportWords) -> Iterable[ReceiptLine]:
    return (
        ReceiptLine(text=name_way(words, row.kind), amount=row.amount, count=row.pieces)
        for row in rows
        if row.kind in _ADDED
    )
