"""One sale as somebody sees it who may have to take it back: its tickets and what became of them, its payments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.carrying import TicketLine
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.domain.refunding import PaidPart
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class TicketDetails:
    """A ticket of a sale.

    Attributes:
        value: what it cost with its discounts; `fee` comes on top and goes back with a void or an exchange only.
        lines: its discounts, approved price and fee, in their order.
        ended: `refund`, `void`, `exchange` or `cancellation` when it is not valid any more, `admitted` when its holder
            is inside, else None; then `ended_at`, `ended_by` and `ended_where` tell when, who and where.
    """

    ticket_id: int
    key: SeatKey
    seat_name: str
    title: str
    hall_name: str
    starts_at: datetime
    ticket_type_id: int
    ticket_type: str
    value: int
    fee: int
    ended: str | None
    ended_at: datetime | None
    ended_by: str
    ended_where: str
    lines: tuple[TicketLine, ...] = ()

    @property
    def price(self) -> int:
        """What the price list asked for it."""
        return self.value - sum(line.amount for line in self.lines if line.kind is not AdjustmentKind.FEE)


@dataclass(frozen=True, kw_only=True)
class SaleDetails:
    """A sale. `is_mine` when it was made at this till in the shift that is open there, and so was every sale that it
    came from by exchange: it can be voided here.

    `gift_cards` is what was sold on gift cards with it; a void takes them back.
    """

    sale_id: UUID
    number: int
    terminal_name: str
    staff_name: str
    sold_at: datetime
    total: int
    currency: str
    is_mine: bool
    tickets: tuple[TicketDetails, ...]
    payments: tuple[PaidPart, ...]
    gift_cards: int = 0

    @property
    def void_worth(self) -> int:
        """What goes back when the whole sale is voided."""
        return self.gift_cards + self.worth(frozenset(ticket.ticket_id for ticket in self.tickets), with_fees=True)

    def worth(self, ticket_ids: frozenset[int], *, with_fees: bool) -> int:
        """What these tickets of it are worth when they are taken back."""
        return sum(
            ticket.value + (ticket.fee if with_fees else 0) for ticket in self.tickets if ticket.ticket_id in ticket_ids
        )


_SALE: Final = text(
    """
    SELECT s.sale_id, s.number, t.name AS terminal_name, p.display_name AS staff_name, s.sold_at, s.total, s.currency,
           v.time_zone, boxoffice.is_sale_of(s.sale_id, :terminal, c.shift_id) AS is_mine,
           (SELECT coalesce(sum(a.amount), 0)::bigint FROM boxoffice.adjustment a
             WHERE a.sale_id = s.sale_id AND a.kind = 'gift_card') AS gift_cards
      FROM boxoffice.sale s
      JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
      JOIN boxoffice.staff p ON p.staff_id = s.staff_id
      LEFT JOIN boxoffice.terminal_chain c ON c.terminal_id = s.terminal_id
     WHERE s.sale_id = :sale
    """
)
_TICKETS: Final = text(
    """
    SELECT k.ticket_id, k.show_id, k.seat_id, e.name AS seat_name, m.title, h.name AS hall_name, w.starts_at,
           k.ticket_type_id, y.name AS ticket_type, n.amount AS value, f.amount - n.amount AS fee,
           coalesce(r.kind, CASE WHEN a.ticket_id IS NOT NULL THEN 'admitted' END) AS ended,
           coalesce(r.refunded_at, a.admitted_at) AS ended_at, coalesce(p.display_name, '') AS ended_by,
           coalesce(t.name, a.door, '') AS ended_where
      FROM boxoffice.ticket k
      JOIN boxoffice.ticket_values(:sale, false) n ON n.ticket_id = k.ticket_id
      JOIN boxoffice.ticket_values(:sale, true) f ON f.ticket_id = k.ticket_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.show w ON w.show_id = k.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = k.ticket_type_id
      LEFT JOIN boxoffice.refund r ON r.refund_id = k.voided_by
      LEFT JOIN boxoffice.admission a ON a.ticket_id = k.ticket_id AND a.undone_at IS NULL
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = coalesce(r.staff_id, a.staff_id)
     WHERE k.sale_id = :sale ORDER BY k.line
    """
)
_LINES: Final = text(
    """
    SELECT k.ticket_id, a.kind, a.amount, a.tax, a.tax_rate_id, a.promotion_id, a.promotion_code_id, a.approval_id,
           a.reason, p.promotion_id AS known_id, p.name, p.kind AS rule, p.value, p.take, p.pay, p.ticket_type_ids
      FROM boxoffice.adjustment a
      JOIN boxoffice.ticket k ON k.sale_id = a.sale_id AND k.line = a.ticket_line
      LEFT JOIN boxoffice.promotion p ON p.promotion_id = a.promotion_id
     WHERE a.sale_id = :sale ORDER BY a.line
    """
)
_PAYMENTS: Final = text(
    """
    SELECT y.payment_id, coalesce(y.origin, y.kind) AS way, y.amount,
           y.amount - coalesce(sum(b.amount), 0)::bigint AS rest
      FROM boxoffice.payment y LEFT JOIN boxoffice.refund_payment b ON b.payment_id = y.payment_id
     WHERE y.sale_id = :sale GROUP BY y.payment_id ORDER BY y.line
    """
)
_BY_NUMBER: Final = text(
    """
    SELECT s.sale_id FROM boxoffice.sale s
      JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id AND t.venue_id = :venue
     WHERE s.number = :number AND CASE WHEN :name = '' THEN s.terminal_id = :terminal ELSE t.name = :name END
    """
)
_LAST: Final = text(
    """
    SELECT s.sale_id FROM boxoffice.sale s JOIN boxoffice.terminal_chain c
        ON c.terminal_id = s.terminal_id AND c.shift_id = s.shift_id
     WHERE s.terminal_id = :terminal AND (EXISTS (
       SELECT FROM boxoffice.ticket k WHERE k.sale_id = s.sale_id AND k.voided_by IS NULL)
        OR (s.ticket_count = 0 AND NOT EXISTS (SELECT FROM boxoffice.refund r WHERE r.sale_id = s.sale_id)))
     ORDER BY s.number DESC LIMIT 1
    """
)


def get_sale_details(session: Session, context: Context, *, sale_id: UUID) -> SaleDetails:
    """A sale of the venue, from any till.

    Raises:
        NotFoundError: no such sale.
    """
    context.permit(Permission.SELL)
    connection = session.connection()
    values = {"sale": sale_id, "terminal": context.terminal_id, "venue": context.venue_id}
    sale = connection.execute(_SALE, values).one_or_none()
    if sale is None:
        raise NotFoundError("sale", sale_id)
    zone = ZoneInfo(sale.time_zone)
    # The money before the tickets: whoever pays back between the two statements is seen as tickets that have ended, and
    # never as tickets without their money.
    payments = tuple(
        PaidPart(payment_id=row.payment_id, way=row.way, amount=row.amount, left=row.rest)
        for row in connection.execute(_PAYMENTS, {"sale": sale_id})
    )
    return SaleDetails(
        sale_id=sale.sale_id,
        number=sale.number,
        terminal_name=sale.terminal_name,
        staff_name=sale.staff_name,
        sold_at=sale.sold_at.astimezone(zone),
        total=sale.total,
        currency=sale.currency,
        is_mine=sale.is_mine,
        tickets=_list_tickets(connection, sale_id, zone),
        payments=payments,
        gift_cards=sale.gift_cards,
    )


def find_sale(
    session: Session,
    context: Context,
    *,
    sale_id: UUID | None = None,
    number: int | None = None,
    terminal_name: str = "",
    code: bytes | None = None,
) -> SaleDetails | None:
    """The sale with this id, with this number (at this till unless another is named), or with a ticket of this code."""
    context.permit(Permission.SELL)
    found: UUID | None = sale_id
    if number is not None:
        values = {
            "number": number, "name": terminal_name, "terminal": context.terminal_id, "venue": context.venue_id,
        }  # fmt: skip
        found = session.connection().execute(_BY_NUMBER, values).scalar_one_or_none()
    elif code is not None:
        statement = text("SELECT boxoffice.find_sale_of(:code)")
        found = session.connection().execute(statement, {"code": code}).scalar_one_or_none()
    if found is None:
        return None
    try:
        return get_sale_details(session, context, sale_id=found)
    except NotFoundError:
        return None


def find_last_sale(session: Session, context: Context) -> SaleDetails | None:
    """The newest sale of this till's open shift that still has valid tickets, or that sold gift cards alone."""
    context.permit(Permission.SELL)
    found = session.connection().execute(_LAST, {"terminal": context.terminal_id}).scalar_one_or_none()
    return None if found is None else get_sale_details(session, context, sale_id=found)


def _list_tickets(connection: Connection, sale_id: UUID, zone: ZoneInfo) -> tuple[TicketDetails, ...]:
    lines: dict[int, list[TicketLine]] = {}
    for row in connection.execute(_LINES, {"sale": sale_id}):
        lines.setdefault(row.ticket_id, []).append(_as_line(row))
    rows = connection.execute(_TICKETS, {"sale": sale_id})
    return tuple(_as_ticket(row, zone, tuple(lines.get(row.ticket_id, ()))) for row in rows)


def _as_line(row: Any) -> TicketLine:
    return TicketLine(
        kind=AdjustmentKind(row.kind),
        amount=row.amount,
        tax=row.tax,
        tax_rate_id=row.tax_rate_id,
        promotion=None
        if row.known_id is None
        else Promotion(
            promotion_id=row.known_id,
            name=row.name,
            kind=PromotionKind(row.rule),
            value=row.value,
            take=row.take,
            pay=row.pay,
            ticket_type_ids=frozenset(row.ticket_type_ids) if row.ticket_type_ids else None,
        ),
        promotion_code_id=row.promotion_code_id,
        approval_id=row.approval_id,
        reason=row.reason,
    )


def _as_ticket(row: Any, zone: ZoneInfo, lines: tuple[TicketLine, ...]) -> TicketDetails:
    return TicketDetails(
        ticket_id=row.ticket_id,
        key=SeatKey(row.show_id, row.seat_id),
        seat_name=row.seat_name,
        title=row.title,
        hall_name=row.hall_name,
        starts_at=row.starts_at.astimezone(zone),
        ticket_type_id=row.ticket_type_id,
        ticket_type=row.ticket_type,
        value=row.value,
        fee=row.fee,
        ended=row.ended,
        ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
        ended_by=row.ended_by,
        ended_where=row.ended_where,
        lines=lines,
    )
