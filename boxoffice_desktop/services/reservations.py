"""Seats that are kept for people until they come: reserving, serving, putting back, giving up.

While a customer is served, the seats are in the counter's basket: whoever gave code or name at any counter before the
deadline keeps them as long as the basket lives, and nobody else can take them. What is not sold goes back to the
reservation while its time lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.errors import (
    ConflictError,
    HoldExpiredError,
    InvalidInputError,
    NotFoundError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.reservations import (
    Reservation,
    ReservedSeat,
    ReservedSeatState,
    fold_name,
    make_code,
    read_name,
    read_phone,
)
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.domain.selling import HeldSeat
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.holds import HeldSeats, let_go, lock_show_seats, refuse_seats

_Row: TypeAlias = Any

_MAKE: Final = text(
    """
    INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id, name)
    VALUES (:hold, 'reservation', :terminal, :staff, :name)
    """
)
_NAME_SEATS: Final = text(
    "INSERT INTO boxoffice.reservation_seat (hold_id, seat_id) SELECT :hold, unnest(CAST(:seats AS int[]))"
)
# Free, in this till's own basket, or held by someone whose time is over: judged after the locks are had.
_KEEP: Final = text(
    """
    UPDATE boxoffice.show_seat ss
       SET state = 'held', hold_id = :hold, held_by = :terminal, held_until = r.collect_by
      FROM boxoffice.reservation r
     WHERE r.hold_id = :hold AND ss.show_id = r.show_id AND ss.seat_id = ANY (CAST(:seats AS int[]))
       AND (ss.state = 'available' OR ss.held_until <= clock_timestamp()
            OR (ss.state = 'held' AND ss.held_by = :terminal
                AND (SELECT o.kind FROM boxoffice.hold o WHERE o.hold_id = ss.hold_id) = 'basket'))
 RETURNING ss.seat_id
    """
)
# A reservation's own seats, and those of them that nobody has: the basket of a till that died gives them back too.
_SERVE: Final = text(
    """
    WITH made AS (
      INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id)
      VALUES (:basket, 'basket', :terminal, :staff) ON CONFLICT (hold_id) DO NOTHING
    ), taken AS (
      UPDATE boxoffice.show_seat ss
         SET state = 'held', hold_id = :basket, held_by = :terminal,
             held_until = clock_timestamp() + make_interval(secs => v.hold_seconds)
        FROM boxoffice.venue v
       WHERE v.venue_id = :venue AND ss.show_id = :show AND ss.seat_id = ANY (CAST(:seats AS int[]))
         AND (ss.hold_id IN (:hold, :basket) OR ss.state = 'available' OR ss.held_until <= clock_timestamp())
   RETURNING ss.seat_id, extract(epoch FROM ss.held_until - clock_timestamp())::float8 AS seconds_left
    )
    SELECT t.seat_id, t.seconds_left FROM taken t
    """
)
_SAY_SERVED: Final = text(
    "UPDATE boxoffice.reservation_seat SET served_by = :terminal WHERE hold_id = :hold AND seat_id = ANY (:seats)"
)
_SAY_KEPT: Final = text(
    "UPDATE boxoffice.reservation_seat SET served_by = NULL WHERE hold_id = :hold AND seat_id = ANY (:seats)"
)
_PUT_BACK: Final = text(
    """
    UPDATE boxoffice.show_seat ss
       SET state = 'held', hold_id = :hold, held_by = h.terminal_id, held_until = r.collect_by
      FROM boxoffice.reservation r JOIN boxoffice.hold h ON h.hold_id = r.hold_id
     WHERE r.hold_id = :hold AND r.collect_by > clock_timestamp()
       AND ss.show_id = r.show_id AND ss.seat_id = ANY (CAST(:seats AS int[]))
       AND ss.state = 'held' AND ss.hold_id = :basket
 RETURNING ss.seat_id
    """
)
READ_RESERVATIONS: Final = """
    SELECT r.hold_id, r.code, h.name, r.phone, r.show_id, m.title, l.name AS hall_name, w.starts_at, r.collect_by,
           coalesce(t.name, '') AS made_by, v.time_zone, e.seat_id, s.name AS seat_name,
           CASE WHEN ss.state = 'held' AND ss.hold_id = r.hold_id AND ss.held_until > clock_timestamp() THEN 'kept'
                WHEN ss.state = 'held' AND ss.held_by = e.served_by AND ss.held_until > clock_timestamp()
                     AND b.kind = 'basket' THEN 'served'
                WHEN ss.state = 'sold' AND o.terminal_id = e.served_by AND o.sold_at >= e.served_at THEN 'collected'
                ELSE 'gone' END AS state
      FROM found f
      JOIN boxoffice.reservation r ON r.hold_id = f.hold_id
      JOIN boxoffice.hold h ON h.hold_id = r.hold_id
      JOIN boxoffice.venue v ON v.venue_id = r.venue_id
      JOIN boxoffice.show w ON w.show_id = r.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall l ON l.hall_id = w.hall_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = h.terminal_id
      JOIN boxoffice.reservation_seat e ON e.hold_id = r.hold_id
      JOIN boxoffice.seat s ON s.seat_id = e.seat_id
      JOIN boxoffice.show_seat ss ON ss.show_id = r.show_id AND ss.seat_id = e.seat_id
      LEFT JOIN boxoffice.hold b ON b.hold_id = ss.hold_id
      LEFT JOIN boxoffice.ticket k ON k.ticket_id = ss.ticket_id
      LEFT JOIN boxoffice.sale o ON o.sale_id = k.sale_id
     ORDER BY w.starts_at, r.code, s.row_label, s.x
"""


@dataclass(frozen=True, kw_only=True)
class ServedReservation:
    """Seats of a reservation that are in the till's basket now; `missing` names those that were not to be had."""

    show_id: int
    held: HeldSeats
    missing: tuple[str, ...]


def reserve_seats(
    session: Session,
    context: Context,
    *,
    hold_id: UUID,
    show_id: int,
    seat_ids: tuple[int, ...],
    name: str,
    phone: str = "",
) -> Reservation:
    """Keep free seats, or seats of this till's basket, for somebody until the venue's deadline; all or none.

    Raises:
        InvalidInputError: neither name nor phone, or one that cannot be; field `name`, `phone` or `seats`.
        SeatsUnavailableError: seats are someone else's; names each.
        ShowNotOnSaleError: the show is not on sale, or is over.
        ConflictError: the deadline is over, or the reservation is larger than the venue allows.
        NotFoundError: no such show or seat in it.
    """
    context.permit(Permission.SELL)
    person, digits = read_name(name), read_phone(phone)
    if not person and not digits:
        raise InvalidInputError("name", "Whom are the seats for? A name or a phone number.")
    wanted = sorted(set(seat_ids))
    if not wanted:
        raise InvalidInputError("seats", "Choose at least one seat.")
    locked = lock_show_seats(session, context, show_id, wanted)
    if len(locked) != len(wanted):
        raise NotFoundError("seat in this show")
    if locked[0].status != "on_sale":
        raise ShowNotOnSaleError(locked[0].status)
    values = {
        "hold": hold_id,
        "seats": wanted,
        "terminal": context.terminal_id,
        "staff": context.staff_id,
        "name": person,
    }
    session.connection().execute(_MAKE, values)
    note_reservation(session, hold_id=hold_id, show_id=show_id, seat_ids=wanted, name=person, phone=digits)
    kept = {row.seat_id for row in session.connection().execute(_KEEP, values)}
    if len(kept) != len(wanted):
        raise refuse_seats(session, [row for row in locked if row.seat_id not in kept])
    add_hint(session, show_id, wanted)
    return get_reservation(session, context, hold_id=hold_id)


def get_reservation(session: Session, context: Context, *, hold_id: UUID) -> Reservation:
    """A reservation with what became of each seat.

    Raises:
        NotFoundError: no such reservation in this venue.
    """
    found = read_reservations(
        session,
        "SELECT r.hold_id FROM boxoffice.reservation r WHERE r.hold_id = :hold AND r.venue_id = :venue",
        {"hold": hold_id, "venue": context.venue_id},
    )
    if not found:
        raise NotFoundError("reservation")
    return found[0]


def list_reservations(session: Session, context: Context, *, show_id: int) -> tuple[Reservation, ...]:
    """Every reservation of a show, also those that were collected or have ended."""
    context.permit(Permission.SELL)
    return read_reservations(
        session, "SELECT r.hold_id FROM boxoffice.reservation r WHERE r.show_id = :show", {"show": show_id}
    )


def serve_reservation(
    session: Session,
    context: Context,
    *,
    hold_id: UUID,
    basket_id: UUID,
    seat_ids: tuple[int, ...] | None = None,
) -> ServedReservation:
    """Take the reservation's seats, or some of them, into this till's basket. Who asks again gets the same answer.

    After the deadline those are taken that nobody else has.

    Raises:
        HoldExpiredError: none of the seats is to be had any more; names them.
        BasketFullError: that many seats do not fit into one sale.
        ShowNotOnSaleError, NotFoundError: as their names say.
    """
    context.permit(Permission.SELL)
    reservation = get_reservation(session, context, hold_id=hold_id)
    wanted = [
        seat
        for seat in reservation.seats
        if seat.state is not ReservedSeatState.COLLECTED and (seat_ids is None or seat.seat_id in seat_ids)
    ]
    if not wanted:
        raise ConflictError("All seats of this reservation have been collected.")
    locked = lock_show_seats(session, context, reservation.show_id, sorted(seat.seat_id for seat in wanted))
    if locked and locked[0].status != "on_sale":
        raise ShowNotOnSaleError(locked[0].status)
    seconds = _take(session, context, reservation, basket_id, [row.seat_id for row in locked])
    missing = tuple(seat.seat_name for seat in wanted if seat.seat_id not in seconds)
    if not seconds:
        raise HoldExpiredError(missing)
    add_hint(session, reservation.show_id, seconds)
    held = HeldSeats(
        hold_id=basket_id,
        seats=tuple(_as_held(row) for row in locked if row.seat_id in seconds),
        seconds_left=min(seconds.values()),
    )
    return ServedReservation(show_id=reservation.show_id, held=held, missing=missing)


def put_back(session: Session, context: Context, *, hold_id: UUID, basket_id: UUID, seat_ids: tuple[int, ...]) -> None:
    """Give seats that were not sold back from the basket to their reservation; free for all when its time is over."""
    reservation = get_reservation(session, context, hold_id=hold_id)
    seats = sorted(set(seat_ids))
    lock_show_seats(session, context, reservation.show_id, seats)
    values = {"hold": hold_id, "basket": basket_id, "seats": seats, "terminal": context.terminal_id}
    connection = session.connection()
    kept = [row.seat_id for row in connection.execute(_PUT_BACK, values)]
    rest = [seat_id for seat_id in seats if seat_id not in kept]
    let_go(session, basket_id, [SeatKey(reservation.show_id, seat_id) for seat_id in rest])
    connection.execute(_SAY_KEPT, {"hold": hold_id, "seats": kept})
    add_hint(session, reservation.show_id, seats)


def give_up_reservation(session: Session, context: Context, *, hold_id: UUID) -> int:
    """The customer does not come: whatever is still kept is free for all. Returns how many seats."""
    context.permit(Permission.SELL)
    reservation = get_reservation(session, context, hold_id=hold_id)
    return let_go(session, hold_id, [SeatKey(reservation.show_id, seat.seat_id) for seat in reservation.seats])


def read_reservations(session: Session, found: str, values: dict[str, object]) -> tuple[Reservation, ...]:
    """The reservations whose keys the query `found` (a text of ours, never of a user's) yields."""
    rows = session.connection().execute(text(f"WITH found AS ({found}) {READ_RESERVATIONS}"), values)
    grouped: dict[UUID, list[_Row]] = {}
    for row in rows:
        grouped.setdefault(row.hold_id, []).append(row)
    return tuple(_as_reservation(lines) for lines in grouped.values())


def note_reservation(
    session: Session, *, hold_id: UUID, show_id: int, seat_ids: Iterable[int], name: str, phone: str = ""
) -> None:
    """Write down whom a hold of the kind `reservation` is for, under a new code, and which seats it may keep."""
    connection = session.connection()
    connection.execute(
        text(
            "INSERT INTO boxoffice.reservation (hold_id, show_id, code, name_key, phone)"
            " VALUES (:hold, :show, :code, :key, :phone)"
        ),
        {
            "hold": hold_id,
            "show": show_id,
            # One of a billion; should it be taken, the unique key refuses it and the next try makes another.
            "code": make_code(),
            "key": fold_name(name),
            "phone": phone,
        },
    )
    connection.execute(_NAME_SEATS, {"hold": hold_id, "seats": sorted(seat_ids)})


def _take(
    session: Session, context: Context, reservation: Reservation, basket_id: UUID, seat_ids: list[int]
) -> dict[int, float]:
    rows = session.connection().execute(
        _SERVE,
        {
            "basket": basket_id,
            "hold": reservation.hold_id,
            "terminal": context.terminal_id,
            "staff": context.staff_id,
            "venue": context.venue_id,
            "show": reservation.show_id,
            "seats": seat_ids,
        },
    )
    seconds = {row.seat_id: row.seconds_left for row in rows}
    session.connection().execute(
        _SAY_SERVED, {"hold": reservation.hold_id, "seats": sorted(seconds), "terminal": context.terminal_id}
    )
    return seconds


def _as_held(row: _Row) -> HeldSeat:
    return HeldSeat(key=SeatKey(row.show_id, row.seat_id), name=row.name, area_id=row.area_id, kind=SeatKind(row.kind))


def _as_reservation(rows: Iterable[_Row]) -> Reservation:
    lines = list(rows)
    first = lines[0]
    zone = ZoneInfo(first.time_zone)
    return Reservation(
        hold_id=first.hold_id,
        code=first.code,
        name=first.name,
        phone=first.phone,
        show_id=first.show_id,
        title=first.title,
        hall_name=first.hall_name,
        starts_at=first.starts_at.astimezone(zone),
        collect_by=first.collect_by.astimezone(zone),
        made_by=first.made_by,
        seats=tuple(
            ReservedSeat(seat_id=row.seat_id, seat_name=row.seat_name, state=ReservedSeatState(row.state))
            for row in lines
        ),
    )
