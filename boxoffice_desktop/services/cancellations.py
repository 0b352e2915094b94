"""A cancelled show: all its sales go back, one refund and one transaction each, and what is owed is paid out later.

Cash becomes `owed`: nobody stands at the counter. It waits in a queue until the customer comes to any till, which pays
it out of its shift. What was paid by card goes back on the card at once in the books, under the reference of the
payment; `list_card_refunds` is the list for the card terminal, or for its operator. Gift cards get theirs back at once.
A refund's key is made of show and sale, so running it again, also at another till, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from boxoffice_desktop.db.failures import translate
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.refunding import CompletedRefund, RefundKind
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.refunds import plan_refund, refund_tickets
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details

_KEYS: Final = UUID("6f0b7d4e-4f0c-4f7e-9b51-0d3c7a0f5a11")
_NO_REFERENCE: Final = "cancelled show"


@dataclass(frozen=True, kw_only=True)
class OwedCash:
    """Cash that waits for a customer; `amount` in minor units, `starts_at` of the show, in the venue's zone."""

    refund_id: UUID
    line: int
    sale_number: int
    terminal_name: str
    title: str
    starts_at: datetime
    seat_names: tuple[str, ...]
    amount: int


@dataclass(frozen=True, kw_only=True)
class CardRefund:
    """What goes back on a card for a cancelled show, with the reference that its payment had."""

    sale_number: int
    terminal_name: str
    reference: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class PaidOut:
    """Owed cash that was handed over: the drawer gave `amount + rounding`."""

    payout_id: UUID
    amount: int
    rounding: int
    paid_at: datetime


_SALES: Final = text(
    """
    SELECT DISTINCT k.sale_id FROM boxoffice.ticket k JOIN boxoffice.show w ON w.show_id = k.show_id
     WHERE k.show_id = :show AND k.voided_by IS NULL AND w.status = 'cancelled' ORDER BY k.sale_id
    """
)
_REFERENCES: Final = text("SELECT payment_id, reference FROM boxoffice.payment WHERE sale_id = :sale")
_OWED: Final = text(
    """
    SELECT r.refund_id, b.line, s.number, t.name AS terminal_name, min(m.title) AS title, min(w.starts_at) AS starts_at,
           array_agg(e.name ORDER BY l.line) AS seat_names, b.amount, v.time_zone
      FROM boxoffice.refund_payment b
      JOIN boxoffice.refund r ON r.refund_id = b.refund_id
      JOIN boxoffice.sale s ON s.sale_id = r.sale_id
      JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
      JOIN boxoffice.refund_line l ON l.refund_id = r.refund_id
      JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.show w ON w.show_id = k.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      LEFT JOIN boxoffice.payout p ON p.refund_id = b.refund_id AND p.line = b.line
     WHERE b.kind = 'owed' AND p.payout_id IS NULL AND (CAST(:sale AS uuid) IS NULL OR s.sale_id = :sale)
     GROUP BY r.refund_id, b.line, b.amount, s.sale_id, t.name, v.time_zone
     ORDER BY min(w.starts_at), t.name, s.number, b.line
    """
)
_CARDS: Final = text(
    """
    SELECT s.number, t.name AS terminal_name, b.reference, b.amount
      FROM boxoffice.refund_payment b
      JOIN boxoffice.refund r ON r.refund_id = b.refund_id AND r.kind = 'cancellation'
      JOIN boxoffice.sale s ON s.sale_id = r.sale_id
      JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id AND t.venue_id = :venue
     WHERE b.kind = 'card' AND EXISTS (
       SELECT FROM boxoffice.refund_line l JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
        WHERE l.refund_id = r.refund_id AND k.show_id = :show)
     ORDER BY t.name, s.number, b.line
    """
)


def list_sales_to_refund(session: Session, context: Context, *, show_id: int) -> tuple[UUID, ...]:
    """The sales of a cancelled show that still have valid tickets of it; none of a show that is not cancelled."""
    context.permit(Permission.REFUND)
    return tuple(session.connection().execute(_SALES, {"show": show_id}).scalars())


def refund_cancelled_sale(
    session: Session, context: Context, *, show_id: int, sale_id: UUID, reason: str = ""
) -> CompletedRefund | None:
    """Take one sale's tickets of a cancelled show back; None when nothing was left to take back.

    Raises:
        ConflictError: the show is not cancelled.
        NotAllowedError: this needs the permission `refund`.
    """
    context.permit(Permission.REFUND)
    sale = get_sale_details(session, context, sale_id=sale_id)
    tickets = [
        ticket.ticket_id
        for ticket in sale.tickets
        if ticket.key.show_id == show_id and ticket.ended in {None, "admitted"}
    ]
    if not tickets:
        return None
    refund_id = uuid5(_KEYS, f"{show_id} {sale_id}")
    try:
        with session.begin_nested():
            return cancel_tickets(session, context, sale=sale, ticket_ids=tickets, refund_id=refund_id, reason=reason)
    except DBAPIError as error:
        if not isinstance(translate(error), ConflictError):
            raise
        # Another till may have been quicker with this very sale.
        after = get_sale_details(session, context, sale_id=sale_id)
        if any(ticket.ticket_id in tickets and ticket.ended in {None, "admitted"} for ticket in after.tickets):
            raise
        return None


def cancel_tickets(
    session: Session,
    context: Context,
    *,
    sale: SaleDetails,
    ticket_ids: Sequence[int],
    refund_id: UUID,
    reason: str,
    no_reference: str = _NO_REFERENCE,
) -> CompletedRefund:
    """End tickets that the cinema itself has made worthless: cash waits, the rest goes back the way it came.

    `no_reference` stands for the reference of a card payment that has none.

    Raises:
        ConflictError: the show is not cancelled and the seat is still in the hall.
        AlreadyRefundedError: a ticket was taken back before, or its holder is inside.
    """
    order = plan_refund(sale, ticket_ids, kind=RefundKind.CANCELLATION, reason=reason, refund_id=refund_id)
    references = {
        row.payment_id: row.reference.strip() or no_reference
        for row in session.connection().execute(_REFERENCES, {"sale": sale.sale_id})
    }
    money = tuple(
        replace(each, reference=references[each.payment_id]) if each.kind == "card" else each for each in order.money
    )
    return refund_tickets(session, context, order=replace(order, money=money))


def list_owed(session: Session, context: Context, *, sale_id: UUID | None = None) -> tuple[OwedCash, ...]:
    """The cash that waits for customers, of all sales or of one; the oldest show first."""
    context.permit(Permission.SELL)
    rows = session.connection().execute(_OWED, {"venue": context.venue_id, "sale": sale_id})
    return tuple(
        OwedCash(
            refund_id=row.refund_id,
            line=row.line,
            sale_number=row.number,
            terminal_name=row.terminal_name,
            title=row.title,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
            seat_names=tuple(row.seat_names),
            amount=row.amount,
        )
        for row in rows
    )


def list_card_refunds(session: Session, context: Context, *, show_id: int) -> tuple[CardRefund, ...]:
    """What a cancelled show gave back on cards, for the card terminal or its operator."""
    context.permit(Permission.REFUND)
    rows = session.connection().execute(_CARDS, {"venue": context.venue_id, "show": show_id})
    return tuple(
        CardRefund(sale_number=row.number, terminal_name=row.terminal_name, reference=row.reference, amount=row.amount)
        for row in rows
    )


def pay_out(session: Session, context: Context, *, payout_id: UUID, refund_id: UUID, line: int) -> PaidOut:
    """Hand owed cash over, out of this till's shift; the same `payout_id` again gives the same answer.

    Raises:
        AlreadyRefundedError: somebody has paid it out; says who and when.
        ShiftClosedError: no shift is open at this till.
    """
    context.permit(Permission.SELL)
    row = (
        session.connection()
        .execute(
            text("SELECT * FROM boxoffice.pay_out_owed(:payout, :refund, CAST(:line AS smallint))"),
            {"payout": payout_id, "refund": refund_id, "line": line},
        )
        .one()
    )
    return PaidOut(payout_id=row.payout_id, amount=row.amount, rounding=row.rounding, paid_at=row.paid_at)
