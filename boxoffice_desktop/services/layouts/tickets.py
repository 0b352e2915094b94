"""Sold seats that a new layout moves or drops: in the transaction of the save, their tickets are exchanged for others,
or end and are paid back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4, uuid5

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.refunding import MoneyBack
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services.cancellations import cancel_tickets
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.refunds import exchange_tickets, plan_exchange
from boxoffice_desktop.services.sale_details import TicketDetails, get_sale_details

_REASON: Final = "The seat was moved."
_GONE: Final = "The seat was taken out of the hall."
_NO_REFERENCE: Final = "seat taken out"
_KEYS: Final = UUID("0d1b4cc2-7a55-4f0e-8e0b-6a3f3f1f6c27")
_PRICE: Final = text(
    """
    SELECT p.amount FROM boxoffice.show_seat ss
      JOIN boxoffice.show_price p ON p.show_id = ss.show_id AND p.area_id = ss.area_id
     WHERE ss.show_id = :show AND ss.seat_id = :seat AND p.ticket_type_id = :type
    """
)


@dataclass(frozen=True, kw_only=True)
class PaidBack:
    """What the customer of one sale gets back; `money` of kind `owed` waits in cash at any till."""

    sale_number: int
    terminal_name: str
    seat_names: tuple[str, ...]
    money: tuple[MoneyBack, ...]


def move_tickets(
    session: Session,
    context: Context,
    targets: Mapping[SeatKey, int | None],
    sales: Mapping[SeatKey, UUID],
    living: set[int],
) -> None:
    """Give the customers of these sold seats others: new tickets of this till at what was paid, the old codes dead.

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


def pay_back_tickets(
    session: Session, context: Context, sales: Mapping[SeatKey, UUID], *, version: str
) -> tuple[PaidBack, ...]:
    """End the tickets of these seats, which the hall has no more, and give their money back as for a cancelled show.

    `version` names the save: the same one again pays nobody twice.

    Raises:
        NotAllowedError: this needs the permission `refund`.
        AlreadyRefundedError: the holder of a ticket is inside.
    """
    if not sales:
        return ()
    context.permit(Permission.REFUND)
    returned = []
    for sale_id in sorted(set(sales.values())):
        details = get_sale_details(session, context, sale_id=sale_id)
        tickets = [
            ticket
            for ticket in details.tickets
            if sales.get(ticket.key) == sale_id and ticket.ended in {None, "admitted"}
        ]
        refund = cancel_tickets(
            session,
            context,
            sale=details,
            ticket_ids=[ticket.ticket_id for ticket in tickets],
            refund_id=uuid5(_KEYS, f"{version} {sale_id}"),
            reason=_GONE,
            no_reference=_NO_REFERENCE,
        )
        returned.append(
            PaidBack(
                sale_number=details.number,
                terminal_name=details.terminal_name,
                seat_names=tuple(ticket.seat_name for ticket in tickets),
                money=refund.money,
            )
        )
    return tuple(returned)


def _make_line(session: Session, ticket: TicketDetails, seat_id: int, living: set[int]) -> SaleLine:
    values = {"show": ticket.key.show_id, "seat": seat_id, "type": ticket.ticket_type_id}
    price = session.connection().execute(_PRICE, values).scalar()
    if seat_id not in living or price != ticket.price:
        raise ConflictError(
            f"{ticket.seat_name}: a ticket moves to a seat of the same price only. Keep it, or take it back first."
        )
    return SaleLine(key=SeatKey(ticket.key.show_id, seat_id), ticket_type_id=ticket.ticket_type_id, amount=ticket.price)
