"""A show with sales moves: what would become of every ticket, before anything is decided (`moving` does it then)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import Clash, Span, find_clash, make_span
from boxoffice_desktop.domain.seat_moves import MovedSeat, SeatMatch, SoldSeat, match_seats
from boxoffice_desktop.models import Hall, Movie
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.reading import ShowBlock, list_occupied, read_block
from boxoffice_desktop.services.seat_maps import get_hall_picture


@dataclass(frozen=True, kw_only=True)
class MovedTicket:
    """A ticket and its new seat. `sale` is `terminal · number`, as printed on it; `to_seat` None: no seat is left."""

    ticket_id: int
    sale_id: UUID
    sale: str
    from_seat: str
    to_seat: str | None
    to_seat_id: int | None
    match: SeatMatch


@dataclass(frozen=True, kw_only=True)
class MovePreview:
    """What a move would do. `clash` is what is in the hall then; the tickets are by sale and line."""

    block: ShowBlock
    hall_name: str
    starts_at: datetime
    clash: Clash | None
    tickets: tuple[MovedTicket, ...]

    def count(self, match: SeatMatch) -> int:
        """How many tickets were matched like this."""
        return sum(ticket.match is match for ticket in self.tickets)


_SOLD: Final = text(
    """
    SELECT k.ticket_id, k.sale_id, CAST(k.sale_id AS text) AS party, k.seat_id, t.name || ' · ' || a.number AS sale
      FROM boxoffice.ticket k
      JOIN boxoffice.sale a ON a.sale_id = k.sale_id
      JOIN boxoffice.terminal t ON t.terminal_id = a.terminal_id
     WHERE k.show_id = :show AND k.voided_by IS NULL
     ORDER BY a.sold_at, a.sale_id, k.line
    """
)


def preview_move(
    session: Session,
    context: Context,
    *,
    show_id: int,
    hall_id: int | None = None,
    starts_at: datetime | None = None,
    movie_id: int | None = None,
) -> MovePreview:
    """Match the sold seats of a show with those of another hall, time or film. Writes nothing.

    Raises:
        NotFoundError: no such show, hall or film.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    block = read_block(session, context, show_id=show_id)
    target = _read_hall(session, context, hall_id or block.hall_id)
    span = plan_span(session, context, block, hall_id=target.hall_id, starts_at=starts_at, movie_id=movie_id)
    taken = list_occupied(session, [target.hall_id], span.starts_at, span.free_at, span.starts_at.tzinfo)
    return MovePreview(
        block=block,
        hall_name=target.name,
        starts_at=span.starts_at,
        clash=find_clash(target.hall_id, span, taken, ignoring=show_id),
        tickets=_match(session, context, block, target.hall_id),
    )


def plan_span(
    session: Session,
    context: Context,
    block: ShowBlock,
    *,
    hall_id: int,
    starts_at: datetime | None = None,
    movie_id: int | None = None,
) -> Span:
    """When the show would take a hall, from the advertising to the end of the cleaning.

    Raises:
        NotFoundError: no such hall or film.
    """
    running = block.running_minutes
    if movie_id is not None:
        found = session.execute(select(Movie.running_minutes).where(Movie.movie_id == movie_id)).one_or_none()
        if found is None:
            raise NotFoundError("movie", movie_id)
        running = found[0] or 0
    return make_span(
        starts_at or block.span.starts_at,
        advertising=block.advertising_minutes,
        running=max(1, running),
        pause=max(block.pause_minutes, _read_hall(session, context, hall_id).cleaning_minutes),
    )


def _read_hall(session: Session, context: Context, hall_id: int) -> Row[int, str, int]:
    hall = session.execute(
        select(Hall.hall_id, Hall.name, Hall.cleaning_minutes).where(
            Hall.hall_id == hall_id, Hall.venue_id == context.venue_id
        )
    ).one_or_none()
    if hall is None:
        raise NotFoundError("hall", hall_id)
    return hall


def _match(session: Session, context: Context, block: ShowBlock, hall_id: int) -> tuple[MovedTicket, ...]:
    rows = session.connection().execute(_SOLD, {"show": block.show_id}).all()
    old = get_hall_picture(session, context, hall_id=block.hall_id)
    new = old if hall_id == block.hall_id else get_hall_picture(session, context, hall_id=hall_id)
    seats = {seat.seat_id: seat for seat in old.seats}
    sold = [SoldSeat(ticket_id=row.ticket_id, party=row.party, seat=seats[row.seat_id]) for row in rows]
    sales = {row.ticket_id: (row.sale_id, row.sale) for row in rows}
    return _as_tickets(match_seats(sold, old, new), sales)


def _as_tickets(moved: Sequence[MovedSeat], sales: dict[int, tuple[UUID, str]]) -> tuple[MovedTicket, ...]:
    return tuple(
        MovedTicket(
            ticket_id=each.sold.ticket_id,
            sale_id=sales[each.sold.ticket_id][0],
            sale=sales[each.sold.ticket_id][1],
            from_seat=each.sold.seat.name,
            to_seat=each.to.name if each.to else None,
            to_seat_id=each.to.seat_id if each.to else None,
            match=each.match,
        )
        for each in moved
    )
