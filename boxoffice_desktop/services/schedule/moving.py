"""A show with sales moves to another time, film or hall: every ticket is exchanged for a new one, its old code dead.

All in one transaction, so that no customer has a ticket for a show that is not there. Prices stay what was paid: the
show keeps its prices, and in another hall the moved show takes them along; discounts and fees go over with their
tickets. What nobody can decide by rule stays with its old ticket and is named: a seat without a match or of another
price, somebody who is inside already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import ShowStatus, Span, WrongStatusError, as_utc
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.models import Show
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.programme import put_on_sale
from boxoffice_desktop.services.refunds import exchange_tickets, lock_sales, plan_exchange
from boxoffice_desktop.services.sale_details import TicketDetails, get_sale_details
from boxoffice_desktop.services.schedule.drafts import NewShow, create_drafts
from boxoffice_desktop.services.schedule.locking import lock_show
from boxoffice_desktop.services.schedule.moves import MovedTicket, plan_span, preview_move
from boxoffice_desktop.services.schedule.placing import columns_of_span, read_taken, require_room
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.venue import read_venue_time

_REASON: Final = "The show was moved."

# Whoever buys between this and the show's lock is exchanged too; only then a refund of that very sale may have to wait.
_SALES: Final = text(
    "SELECT DISTINCT k.sale_id FROM boxoffice.ticket k WHERE k.show_id = :show AND k.voided_by IS NULL"
)
_LIVING_HOLDS: Final = text(
    """
    SELECT count(*) FROM boxoffice.show_seat x JOIN boxoffice.hold h ON h.hold_id = x.hold_id
     WHERE x.show_id = :show AND x.state = 'held' AND (x.held_until IS NULL OR x.held_until > clock_timestamp())
       AND h.kind <> 'out_of_order'
    """
)
_PRICES: Final = text(
    """
    SELECT ss.seat_id, p.ticket_type_id, p.amount
      FROM boxoffice.show_seat ss
      JOIN boxoffice.show_price p ON p.show_id = ss.show_id AND p.area_id = ss.area_id
     WHERE ss.show_id = :show
    """
)
# What was sold as it was: the moved show asks the old prices, and those of its own list only where it has more areas.
_TAKE_PRICES_ALONG: Final = text(
    """
    INSERT INTO boxoffice.show_price (show_id, area_id, ticket_type_id, amount, tax, tax_rate_id)
    SELECT :new, p.area_id, p.ticket_type_id, p.amount, p.tax, p.tax_rate_id
      FROM boxoffice.show_price p WHERE p.show_id = :old
        ON CONFLICT (show_id, area_id, ticket_type_id)
        DO UPDATE SET amount = excluded.amount, tax = excluded.tax, tax_rate_id = excluded.tax_rate_id
    """
)


@dataclass(frozen=True, kw_only=True)
class LeftTicket:
    """A ticket that was not exchanged, and why: `no_seat`, `other_price` or `inside`."""

    sale: str
    seat_name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MovedShow:
    """The show that the tickets are for now, how many were exchanged, and which were not.

    In another hall it is another show, and the old one is cancelled: tickets that were left are paid back with it.
    """

    show_id: int
    exchanged: int
    left: tuple[LeftTicket, ...]


def move_sold_show(
    session: Session,
    context: Context,
    *,
    show_id: int,
    version: int,
    hall_id: int | None = None,
    starts_at: datetime | None = None,
    movie_id: int | None = None,
) -> MovedShow:
    """Move a show that has sales; afterwards its tickets are new ones of this till, and its old codes open no door.

    Raises:
        StaleShowError: somebody changed the show since `version`.
        WrongStatusError: it is not on sale.
        HallTakenError: the hall is taken then.
        InvalidInputError: the new start is over, or nothing would change.
        ConflictError: seats are in baskets, or kept for somebody who would not find them in another hall.
        ShiftClosedError: no shift is open at this till; the exchange is written into one.
        NotFoundError: no such show, hall or film.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    context.permit(Permission.SELL)
    lock_sales(session, session.connection().execute(_SALES, {"show": show_id}).scalars())
    block = lock_show(session, context, show_id=show_id, version=version)
    if block.status is not ShowStatus.ON_SALE:
        raise WrongStatusError(block.status)
    preview = preview_move(session, context, show_id=show_id, hall_id=hall_id, starts_at=starts_at, movie_id=movie_id)
    target_hall = hall_id or block.hall_id
    span = plan_span(session, context, block, hall_id=target_hall, starts_at=starts_at, movie_id=movie_id)
    _check(session, context, block, target_hall, span, movie_id)
    if target_hall == block.hall_id:
        values = {"movie_id": movie_id or block.movie_id, **columns_of_span(span)}
        session.execute(update(Show).where(Show.show_id == show_id).values(**values))
        target = show_id
    else:
        target = _open_elsewhere(session, context, block, target_hall, span, movie_id)
    exchanged, left = _exchange(session, context, preview.tickets, show_id, target)
    if target != show_id:
        session.execute(update(Show).where(Show.show_id == show_id).values(status=ShowStatus.CANCELLED.value))
    add_hint(session, show_id, ())
    add_hint(session, target, ())
    return MovedShow(show_id=target, exchanged=exchanged, left=left)


def _check(
    session: Session, context: Context, block: ShowBlock, hall_id: int, span: Span, movie_id: int | None
) -> None:
    is_elsewhere = hall_id != block.hall_id
    is_later = as_utc(span.starts_at) != as_utc(block.span.starts_at)
    if not is_elsewhere and not is_later and movie_id in (None, block.movie_id):
        raise InvalidInputError("starts_at", "Nothing would change.")
    venue = read_venue_time(session, context)
    if is_later and as_utc(span.starts_at) < venue.now:
        raise InvalidInputError("starts_at", "That time is over.")
    require_room(hall_id, span, read_taken(session, {hall_id}, [span], venue.zone), ignoring=block.show_id)
    # In the same hall everybody's seat stays what it is, also in a basket; elsewhere it would be nobody's.
    held = session.connection().execute(_LIVING_HOLDS, {"show": block.show_id}).scalar_one()
    if is_elsewhere and held:
        raise ConflictError(
            f"{held} seats are in baskets or kept for somebody. Give them up, or wait, before the show moves to another"
            " hall."
        )


def _open_elsewhere(
    session: Session, context: Context, block: ShowBlock, hall_id: int, span: Span, movie_id: int | None
) -> int:
    [stamp] = create_drafts(
        session,
        context,
        shows=[
            NewShow(
                movie_id=movie_id or block.movie_id,
                hall_id=hall_id,
                starts_at=span.starts_at,
                advertising_minutes=block.advertising_minutes,
                format=block.format,
                language=block.language,
            )
        ],
    )
    put_on_sale(session, context, show_ids=(stamp.show_id,))
    session.connection().execute(_TAKE_PRICES_ALONG, {"old": block.show_id, "new": stamp.show_id})
    return stamp.show_id


def _exchange(
    session: Session, context: Context, tickets: Sequence[MovedTicket], old: int, new: int
) -> tuple[int, tuple[LeftTicket, ...]]:
    by_sale: dict[UUID, list[MovedTicket]] = {}
    for ticket in tickets:
        by_sale.setdefault(ticket.sale_id, []).append(ticket)
    prices = _read_prices(session, new)
    left: list[LeftTicket] = []
    exchanged = 0
    # Sales in one order, whoever moves what: two moves never wait for each other crosswise.
    for sale_id in sorted(by_sale):
        details = get_sale_details(session, context, sale_id=sale_id)
        stand = {ticket.ticket_id: ticket for ticket in details.tickets if ticket.key.show_id == old}
        going = []
        for ticket in by_sale[sale_id]:
            why = _find_obstacle(ticket, stand[ticket.ticket_id], prices)
            if why is None:
                going.append(ticket)
            else:
                left.append(LeftTicket(sale=ticket.sale, seat_name=ticket.from_seat, why=why))
        if going:
            lines = [
                SaleLine(
                    key=SeatKey(new, ticket.to_seat_id or 0),
                    ticket_type_id=stand[ticket.ticket_id].ticket_type_id,
                    amount=stand[ticket.ticket_id].price,
                )
                for ticket in going
            ]
            order = plan_exchange(
                details, [ticket.ticket_id for ticket in going], hold_id=uuid4(), lines=lines, reason=_REASON
            )
            exchange_tickets(session, context, order=order)
            exchanged += len(going)
    return exchanged, tuple(left)


def _find_obstacle(ticket: MovedTicket, details: TicketDetails, prices: dict[tuple[int, int], int]) -> str | None:
    if details.ended is not None:
        return "inside"
    if ticket.to_seat_id is None:
        return "no_seat"
    price = prices.get((ticket.to_seat_id, details.ticket_type_id))
    return None if price == details.price else "other_price"


def _read_prices(session: Session, show_id: int) -> dict[tuple[int, int], int]:
    """The price of every seat and type of a show."""
    rows = session.connection().execute(_PRICES, {"show": show_id})
    return {(row.seat_id, row.ticket_type_id): row.amount for row in rows}
