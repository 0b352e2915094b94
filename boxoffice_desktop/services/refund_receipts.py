"""What goes on the receipt of money that went back: of a refund, a void, an exchange, and of owed cash paid out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.pages import ReceiptKind, ReceiptLine, ReceiptPage, ReceiptPayment
from boxoffice_desktop.documents.words import PaperWords, words_for
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.receipts import SoldParts, add_taxes, as_line, count_earlier, name_way, read_sold
from boxoffice_desktop.services.venue_paper import read_paper

# A refund, or the paying out of cash that one owes. Both name the sale that the money had come with.
_ACT: Final = text(
    """
    SELECT b.*, s.number AS sale_number, l.name AS sold_at, n.number AS new_number, t.name AS terminal_name,
           p.display_name AS staff_name, v.name AS venue_name, v.city, v.locale, v.time_zone, j.hash
      FROM (SELECT refund_id AS subject, refund_id, kind, number, refunded_at AS at, terminal_id, staff_id, sale_id,
                   new_sale_id, currency, total, reason, 0 AS rounding
              FROM boxoffice.refund WHERE refund_id = :subject
             UNION ALL
            SELECT o.payout_id, o.refund_id, 'payout', 0, o.paid_at, o.terminal_id, o.staff_id, r.sale_id,
                   NULL, r.currency, o.amount, '', o.rounding
              FROM boxoffice.payout o JOIN boxoffice.refund r ON r.refund_id = o.refund_id
             WHERE o.payout_id = :subject) b
      JOIN boxoffice.terminal t ON t.terminal_id = b.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
      JOIN boxoffice.staff p ON p.staff_id = b.staff_id
      JOIN boxoffice.sale s ON s.sale_id = b.sale_id
      JOIN boxoffice.terminal l ON l.terminal_id = s.terminal_id
      LEFT JOIN boxoffice.sale n ON n.sale_id = b.new_sale_id
      JOIN boxoffice.journal j ON j.subject = b.subject AND j.kind IN ('refund', 'payout')
    """
)
_TICKETS: Final = text(
    """
    SELECT y.name AS ticket_type, m.title, w.starts_at, h.name AS hall_name, count(*) AS pieces,
           sum(l.amount)::bigint AS amount, array_agg(e.name ORDER BY l.line) AS seats
      FROM boxoffice.refund_line l
      JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
      JOIN boxoffice.show w ON w.show_id = k.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = k.ticket_type_id
     WHERE l.refund_id = :refund
     GROUP BY k.show_id, k.ticket_type_id, l.amount, y.name, m.title, w.starts_at, h.name ORDER BY min(l.line)
    """
)
_MONEY: Final = text(
    """
    SELECT kind, amount, rounding, reference FROM boxoffice.refund_payment
     WHERE refund_id = :refund AND kind <> 'exchange' ORDER BY line
    """
)
# With the discounts and fees that went back with the tickets, each under its own rate.
_TAXES: Final = text(
    """
    SELECT x.name, sum(a.amount)::bigint AS gross, sum(a.tax)::bigint AS tax
      FROM (SELECT k.tax_rate_id, k.amount, k.tax
              FROM boxoffice.refund_line l JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
             WHERE l.refund_id = :refund
             UNION ALL
            SELECT a.tax_rate_id, a.amount, a.tax
              FROM boxoffice.refund_line l
              JOIN boxoffice.refund r ON r.refund_id = l.refund_id
              JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
              JOIN boxoffice.adjustment a ON a.sale_id = k.sale_id AND a.ticket_line = k.line
               AND (r.kind <> 'refund' OR a.kind <> 'fee')
             WHERE l.refund_id = :refund) a
      JOIN boxoffice.tax_rate x ON x.tax_rate_id = a.tax_rate_id
     GROUP BY x.tax_rate_id, x.name ORDER BY x.tax_rate_id
    """
)
# A void takes back the gift cards that the sale had sold.
_CARDS: Final = text(
    """
    SELECT a.amount FROM boxoffice.refund r
      JOIN boxoffice.adjustment a ON a.sale_id = r.sale_id AND a.kind = 'gift_card'
     WHERE r.refund_id = :refund AND r.kind = 'void' ORDER BY a.line
    """
)
_OF_SALE: Final = text(
    """
    SELECT b.subject, b.kind, b.number, b.at, v.time_zone
      FROM (SELECT sale_id AS subject, 'sale' AS kind, number, sold_at AS at, terminal_id
              FROM boxoffice.sale WHERE sale_id = :sale
             UNION ALL
            SELECT refund_id, kind, number, refunded_at, terminal_id FROM boxoffice.refund WHERE sale_id = :sale
             UNION ALL
            SELECT o.payout_id, 'payout', 0, o.paid_at, o.terminal_id
              FROM boxoffice.payout o JOIN boxoffice.refund r ON r.refund_id = o.refund_id
             WHERE r.sale_id = :sale) b
      JOIN boxoffice.terminal t ON t.terminal_id = b.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
     ORDER BY b.at, b.number
    """
)
_NOTHING: Final = SoldParts(lines=(), discounts=(), payments=(), taxes=())


@dataclass(frozen=True, kw_only=True)
class ReceiptSubject:
    """Something of a sale that has a receipt: `subject` is what its print job names.

    Attributes:
        number: of the sale or refund; 0 for cash that was paid out.
        at: in the venue's zone.
    """

    subject: UUID
    kind: ReceiptKind
    number: int
    at: datetime


def list_receipts(session: Session, context: Context, *, sale_id: UUID) -> tuple[ReceiptSubject, ...]:
    """What of a sale can be printed as a receipt, oldest first: the sale, its refunds, its paid-out cash."""
    context.permit(Permission.SELL)
    rows = session.connection().execute(_OF_SALE, {"sale": sale_id, "venue": context.venue_id})
    return tuple(
        ReceiptSubject(
            subject=row.subject,
            kind=ReceiptKind(row.kind),
            number=row.number,
            at=row.at.astimezone(ZoneInfo(row.time_zone)),
        )
        for row in rows
    )


def get_refund_receipt(session: Session, context: Context, *, subject: UUID, job_id: UUID) -> ReceiptPage:
    """The receipt of a refund or of paid-out cash of this venue, for the print job `job_id`.

    An exchange tells what came back and what was sold for it; its total is the difference.

    Raises:
        NotFoundError: neither a refund nor a payout of this venue.
        NotAllowedError: the signed-in person does not sell.
    """
    context.permit(Permission.SELL)
    connection = session.connection()
    act = connection.execute(_ACT, {"subject": subject, "venue": context.venue_id}).one_or_none()
    if act is None:
        raise NotFoundError("refund", subject)
    zone, words = ZoneInfo(act.time_zone), words_for(act.locale)
    tickets = connection.execute(_TICKETS, {"refund": act.refund_id}).all()
    paper = read_paper(session, context.venue_id)
    page = ReceiptPage(
        venue_name=act.venue_name,
        venue_lines=paper.lines or tuple(line for line in (act.city,) if line),
        note=paper.note,
        logo=paper.logo,
        currency=act.currency,
        locale=act.locale,
        kind=ReceiptKind(act.kind),
        number=act.number,
        refers_to=f"{act.sale_number}, {act.sold_at}",
        new_sale=act.new_number or 0,
        reason=act.reason,
        terminal_name=act.terminal_name,
        staff_name=act.staff_name,
        at=act.at.astimezone(zone),
        lines=tuple(as_line(row, zone, act.locale, sign=-1) for row in tickets),
        total=-act.total,
        payments=(),
        journal_hash=act.hash.hex(),
        copy=count_earlier(connection, subject, job_id) + 1,
    )
    if page.kind is ReceiptKind.PAYOUT:
        return _fill_payout(page, act, words)
    return _fill_refund(connection, page, act, words)


def _fill_payout(page: ReceiptPage, act: Row[Any], words: PaperWords) -> ReceiptPage:
    handed = -(act.total + act.rounding)
    about = "; ".join(line.detail for line in page.lines)
    return replace(
        page,
        lines=(ReceiptLine(text=words.receipt.cancellation, amount=-act.total, detail=about),),
        rounding=-act.rounding,
        total=handed,
        payments=(ReceiptPayment(label=words.report.cash, amount=handed),),
    )


def _fill_refund(connection: Connection, page: ReceiptPage, act: Row[Any], words: PaperWords) -> ReceiptPage:
    back = connection.execute(_MONEY, {"refund": act.refund_id}).all()
    taxes = connection.execute(_TAXES, {"refund": act.refund_id}).all()
    cards = connection.execute(_CARDS, {"refund": act.refund_id}).scalars()
    sold = _NOTHING
    if act.new_sale_id is not None:
        sold = read_sold(connection, act.new_sale_id, ZoneInfo(act.time_zone), act.locale)
    # What went over from the old sale to the new one is no money that changed hands.
    paid = [row for row in sold.payments if row.kind != "exchange"]
    rounding = sum(row.rounding for row in paid) - sum(row.rounding for row in back)
    total = sum(row.amount for row in sold.payments) - act.total + rounding
    return replace(
        page,
        lines=(
            *page.lines,
            *(ReceiptLine(text=name_way(words.report, "gift_card"), amount=-amount) for amount in cards),
            *sold.lines,
        ),
        discounts=sold.discounts,
        rounding=rounding,
        total=total,
        payments=(*_list_back(back, words), *_list_paid(paid, words)),
        change=sum(row.given - row.amount - row.rounding for row in paid),
        taxes=add_taxes(sold.taxes, taxes),
    )


def _list_back(rows: Sequence[Row[Any]], words: PaperWords) -> tuple[ReceiptPayment, ...]:
    return tuple(
        ReceiptPayment(
            label=words.receipt.owed if row.kind == "owed" else name_way(words.report, row.kind),
            amount=-(row.amount + row.rounding),
            detail=row.reference,
        )
        for row in rows
    )


def _list_paid(rows: Sequence[Row[Any]], words: PaperWords) -> tuple[ReceiptPayment, ...]:
    return tuple(
        ReceiptPayment(label=name_way(words.report, row.kind), amount=row.given, detail=row.reference) for row in rows
    )
