"""What the window needs to correct a sale: the sale, what its tickets could become, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine, TicketType
from boxoffice_desktop.services.cancellations import OwedCash, list_owed
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.history import HistoryLine, list_sale_history
from boxoffice_desktop.services.pricing import list_ticket_types
from boxoffice_desktop.services.sale_details import SaleDetails, find_last_sale, get_sale_details


@dataclass(frozen=True, kw_only=True)
class ShowChoice:
    """A show that tickets can be exchanged for; `starts_at` in the venue's zone."""

    show_id: int
    title: str
    hall_name: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class TicketChange:
    """What one ticket shall become: its type, and its seat in which show; `seat_name` is for what has to be told."""

    ticket_id: int
    ticket_type_id: int
    key: SeatKey
    seat_name: str


@dataclass(frozen=True, kw_only=True)
class OpenedSale:
    """A sale on the screen. `may_refund` tells whether who is signed in needs no approval."""

    sale: SaleDetails
    types: tuple[TicketType, ...]
    shows: tuple[ShowChoice, ...]
    owed: tuple[OwedCash, ...]
    history: tuple[HistoryLine, ...]
    may_refund: bool


_SHOWS: Final = text(
    """
    SELECT w.show_id, m.title, h.name AS hall_name, w.starts_at, v.time_zone
      FROM boxoffice.show w
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id AND h.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = h.venue_id
     WHERE w.status = 'on_sale' AND w.ends_at > clock_timestamp()
       AND (w.starts_at < clock_timestamp() + interval '8 days' OR w.show_id = ANY (:mine))
     ORDER BY w.starts_at, w.show_id LIMIT 300
    """
)
_PRICE: Final = text(
    """
    SELECT p.amount
      FROM boxoffice.show_seat x
      JOIN boxoffice.seat e ON e.seat_id = x.seat_id
      LEFT JOIN boxoffice.show_price p
        ON p.show_id = x.show_id AND p.area_id = x.area_id AND p.ticket_type_id = :type
     WHERE x.show_id = :show AND x.seat_id = :seat
       AND (e.retired_at IS NULL OR EXISTS (
            SELECT FROM boxoffice.ticket k
             WHERE k.ticket_id = :ticket AND k.show_id = x.show_id AND k.seat_id = x.seat_id))
    """
)


def open_sale(session: Session, context: Context, *, sale_id: UUID | None = None) -> OpenedSale | None:
    """A sale to be corrected; without `sale_id` the last of this till's shift, None when there is none.

    Raises:
        NotFoundError: no such sale.
    """
    sale = find_last_sale(session, context) if sale_id is None else get_sale_details(session, context, sale_id=sale_id)
    if sale is None:
        return None
    mine = list({ticket.key.show_id for ticket in sale.tickets})
    shows = session.connection().execute(_SHOWS, {"venue": context.venue_id, "mine": mine})
    return OpenedSale(
        sale=sale,
        types=list_ticket_types(session, context),
        shows=tuple(
            ShowChoice(
                show_id=row.show_id,
                title=row.title,
                hall_name=row.hall_name,
                starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
            )
            for row in shows
        ),
        owed=list_owed(session, context, sale_id=sale.sale_id),
        history=list_sale_history(session, context, sale_id=sale.sale_id),
        may_refund=Permission.REFUND in context.permissions,
    )


def price_changes(session: Session, context: Context, *, changes: Sequence[TicketChange]) -> tuple[SaleLine, ...]:
    """The lines of the new sale, at the prices of their shows. Whether a seat is free shows when they are sold.

    What the tickets take along of their discounts and fees, `plan_exchange` adds.

    Raises:
        InvalidInputError: a show has no such seat, or no price for it.
    """
    context.permit(Permission.SELL)
    lines = []
    for change in changes:
        values = {
            "show": change.key.show_id, "seat": change.key.seat_id,
            "type": change.ticket_type_id, "ticket": change.ticket_id,
        }  # fmt: skip
        row = session.connection().execute(_PRICE, values).one_or_none()
        if row is None:
            raise InvalidInputError("seat", f"That show has no seat {change.seat_name}.")
        if row.amount is None:
            raise InvalidInputError("seat", f"{change.seat_name} has no price of this kind.")
        lines.append(SaleLine(key=change.key, ticket_type_id=change.ticket_type_id, amount=row.amount))
    return tuple(lines)
