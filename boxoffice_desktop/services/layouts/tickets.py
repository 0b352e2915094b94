"""Sold seats that a new layout moves: their tickets are exchanged for others, in the transaction of the save."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.refunds import exchange_tickets, plan_exchange
from boxoffice_desktop.services.sale_details import TicketDetails, get_sale_details

_REASON: Final = "The seat was moved."
_PRICE: Final = text(
    """
    SELECT p.amount FROM boxoffice.show_seat ss
      JOIN boxoffice.show_price p ON p.show_id = ss.show_id AND p.area_id = ss.area_id
     WHERE ss.show_id = :show AND ss.seat_id = :seat AND p.ticket_type_id = :type
    """
)


def move_tickets(
    session: Session,
    context: Context,
    targets: Mapping[SeatKey, int | None],
    sales: Mapping[SeatKey, UUID],
    living: set[int],
) -> None:
    """Give the customers of these sold seats others: new tickets of this till, the old codes dead.

    `targets` says to which seat of the same show, None for a ticket that stays as it is; `living` are the seats that
    the hall will have.

    Raises:
        ConflictError: the new seat is not free, is no seat of the hall any more, or costs something else.
        ShiftClosedError: no shift is open at this till.
    """
    moving: dict[UUID, dict[SeatKey, int]] = {}
    for key, target in targets.items():
        if target is not None:
            moving.setdefault(sales[key], {})[key] = target
    for sale_id in sorted(moving):
        details = get_sale_details(session, context, sale_id=sale_id)
        tickets = [ticket for ticket in details.tickets if ticket.key in moving[sale_id] and ticket.ended is None]
        lines = [_make_line(session, ticket, moving[sale_id][ticket.key], living) for ticket in tickets]
        order = plan_exchange(
            details, [ticket.ticket_id for ticket in tickets], hold_id=uuid4(), lines=lines, reason=_REASON
        )
        exchange_tickets(session, context, order=order)


def _make_line(session: Session, ticket: TicketDetails, seat_id: int, living: set[int]) -> SaleLine:
    values = {"show": ticket.key.show_id, "seat": seat_id, "type": ticket.ticket_type_id}
    price = session.connection().execute(_PRICE, values).scalar()
    if seat_id not in living or price != ticket.value or ticket.fee:
        raise ConflictError(
            f"{ticket.seat_name}: a ticket moves to a seat of the same price only. Keep it, or take it back first."
        )
    return SaleLine(key=SeatKey(ticket.key.show_id, seat_id), ticket_type_id=ticket.ticket_type_id, amount=ticket.value)
