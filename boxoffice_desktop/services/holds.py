"""Keeping seats for the basket of a till: taking, letting go, extending. All or nothing for several seats.

Locks once, first, in the order of DESIGN.md; judges afterwards, by the database's clock. The database's own guard
(`guard_show_seat`) refuses whatever this module would get wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint, get_try
from boxoffice_desktop.domain.errors import (
    BasketFullError,
    HoldExpiredError,
    InvalidInputError,
    NotFoundError,
    SeatHolder,
    SeatsUnavailableError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.domain.selling import HeldSeat
from boxoffice_desktop.services.context import Context

_TRIES_AT_ONCE: Final = 3

# SQLAlchemy types rows by position; these are read by name.
LockedRow: TypeAlias = Any

# `is_taken` is sure however long the locks took: no statement lives 10 s. Hundreds who wait for the same seat get their
# answer from it with one question less under the lock, and without an update that changes nothing.
# No state in the predicate: a seat that changed while we waited must come back to be judged, not vanish.
LOCK_SEATS: Final = text(
    """
    SELECT ss.show_id, ss.seat_id, ss.state, ss.area_id, ss.hold_id, v.basket_limit, e.name, e.kind,
           CASE WHEN s.status = 'on_sale' AND s.ends_at < clock_timestamp() THEN 'over' ELSE s.status END AS status,
           ss.state = 'sold' OR (ss.state = 'held' AND ss.held_by <> :terminal
             AND coalesce(ss.held_until > statement_timestamp() + interval '10 s', true)) AS is_taken
      FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id)
      JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
      JOIN boxoffice.show s ON s.show_id = ss.show_id
      JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
      JOIN boxoffice.venue v ON v.venue_id = :venue
     ORDER BY ss.show_id, ss.seat_id
       FOR UPDATE OF ss
    """
)

# Nobody queues at first: of a thousand who want one seat, each would wait for all before it only to hear "taken". Who
# finds a row locked comes back after a moment and looks first (a refusal needs no lock, it was true when it was read),
# and queues only when the seats still seem free after a few times.
_LOCK_AT_ONCE: Final = text(LOCK_SEATS.text.replace("FOR UPDATE OF ss", "FOR UPDATE OF ss NOWAIT"))
_LOOK_AT_SEATS: Final = text(LOCK_SEATS.text.replace("FOR UPDATE OF ss", ""))

# Free, in a basket of this till, or held by someone whose time is over: by the database's clock, read after the locks
# are had. What this till itself keeps for the house or for a reservation is not free for its baskets.
_TAKE_SEATS: Final = text(
    """
    WITH made AS (
      INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id)
      VALUES (:hold, 'basket', :terminal, :staff) ON CONFLICT (hold_id) DO NOTHING
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'held', hold_id = :hold, held_by = :terminal,
           held_until = least(
             clock_timestamp() + make_interval(secs => v.hold_seconds),
             (SELECT h.created_at FROM boxoffice.hold h WHERE h.hold_id = :hold)
               + make_interval(secs => v.hold_cap_seconds))
      FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id), boxoffice.venue v
     WHERE ss.show_id = k.show_id AND ss.seat_id = k.seat_id AND v.venue_id = :venue
       AND (((ss.state = 'available' OR (ss.state = 'held' AND ss.held_until <= clock_timestamp()))
             -- Read after the locks are had: a layout that was saved while we waited counts.
             AND NOT EXISTS (SELECT FROM boxoffice.seat e WHERE e.seat_id = ss.seat_id AND e.retired_at IS NOT NULL))
            OR (ss.state = 'held' AND ss.held_by = :terminal
                AND (SELECT o.kind FROM boxoffice.hold o WHERE o.hold_id = ss.hold_id) = 'basket'))
 RETURNING ss.show_id, ss.seat_id, extract(epoch FROM ss.held_until - clock_timestamp())::float8 AS seconds_left
    """
)

_LET_GO: Final = text(
    """
    WITH locked AS (
      SELECT ss.show_id, ss.seat_id
        FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id)
        JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
       ORDER BY ss.show_id, ss.seat_id FOR UPDATE OF ss
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL
      FROM locked l
     WHERE ss.show_id = l.show_id AND ss.seat_id = l.seat_id AND ss.state = 'held' AND ss.hold_id = :hold
 RETURNING ss.show_id, ss.seat_id
    """
)


_LET_GO_LEFTOVERS: Final = text(
    """
    WITH locked AS (
      SELECT ss.show_id, ss.seat_id
        FROM boxoffice.show s
        JOIN boxoffice.show_seat ss ON ss.show_id = s.show_id
        JOIN boxoffice.hold h ON h.hold_id = ss.hold_id AND h.kind = 'basket'
       WHERE s.ends_at > clock_timestamp() - interval '1 day'
         AND ss.state = 'held' AND ss.held_by = :terminal AND ss.hold_id <> ALL (CAST(:spare AS uuid[]))
       ORDER BY ss.show_id, ss.seat_id FOR UPDATE OF ss
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL
      FROM locked l
     WHERE ss.show_id = l.show_id AND ss.seat_id = l.seat_id AND ss.state = 'held' AND ss.held_by = :terminal
 RETURNING ss.show_id, ss.seat_id
    """
)


@dataclass(frozen=True, kw_only=True)
class HeldSeats:
    """Seats that were just taken, and how many seconds the whole basket has left by the database's clock."""

    hold_id: UUID
    seats: tuple[HeldSeat, ...]
    seconds_left: float


def hold_seats(
    session: Session,
    context: Context,
    *,
    hold_id: UUID,
    show_id: int,
    seat_ids: tuple[int, ...],
    basket: tuple[SeatKey, ...] = (),
) -> HeldSeats:
    """Hold all of `seat_ids` or none, and give the rest of the `basket` the same new time.

    Raises:
        SeatsUnavailableError: some seats are someone else's; names each with its holder. Nothing was taken.
        BasketFullError: the terminal would hold more than the venue's limit, also outside the caller's `basket`.
        ShowNotOnSaleError: the show is not on sale, or is over.
        HoldExpiredError: the hold has reached the venue's cap; start a new one.
        NotFoundError: no such show or seat in it.
    """
    context.permit(Permission.SELL)
    wanted = {SeatKey(show_id, seat_id) for seat_id in seat_ids}
    if not wanted:
        raise InvalidInputError("seats", "Choose at least one seat.")
    keys = sorted(wanted.union(basket))
    tries = get_try(session)
    if tries > 1 and (seen := _find_refusal(session, _read(session, context, keys, _LOOK_AT_SEATS))):
        raise seen
    locked = _read(session, context, keys, LOCK_SEATS if tries > _TRIES_AT_ONCE else _LOCK_AT_ONCE)
    _judge_basket(keys, locked)
    if refusal := _find_refusal(session, locked):
        raise refusal
    taken = _take(session, context, hold_id, keys)
    if len(taken) != len(keys):
        got = {(row.show_id, row.seat_id) for row in taken}
        raise refuse_seats(session, [row for row in locked if (row.show_id, row.seat_id) not in got])
    seconds_left = min(row.seconds_left for row in taken)
    if seconds_left <= 0:
        raise HoldExpiredError
    add_hint(session, show_id, seat_ids)
    return HeldSeats(
        hold_id=hold_id,
        seats=tuple(_as_held(row) for row in locked if SeatKey(row.show_id, row.seat_id) in wanted),
        seconds_left=seconds_left,
    )


def release_seats(session: Session, context: Context, *, hold_id: UUID, seats: tuple[SeatKey, ...]) -> None:
    """Let go of seats of this hold. Seats that the hold has no more are left alone; asking twice is harmless."""
    del context  # a till may always let go of its own seats, also after its cashier has signed out
    let_go(session, hold_id, seats)


def extend_hold(session: Session, context: Context, *, hold_id: UUID, seats: tuple[SeatKey, ...]) -> HeldSeats:
    """Give the whole basket new time, up to the venue's cap.

    Raises:
        HoldExpiredError: a seat of the basket is no longer this hold's, or its time is over.
    """
    context.permit(Permission.SELL)
    keys = sorted(set(seats))
    locked = _lock(session, context, keys)
    alive = session.connection().execute(
        text(
            """
            SELECT count(*)
              FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id)
              JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
             WHERE ss.state = 'held' AND ss.hold_id = :hold AND ss.held_until > clock_timestamp()
            """
        ),
        {**_arrays(keys), "hold": hold_id},
    )
    if not keys or alive.scalar_one() != len(keys) or len(locked) != len(keys):
        raise HoldExpiredError
    taken = _take(session, context, hold_id, keys)
    if len(taken) != len(keys):
        # Another terminal's hold: alive, but not ours to extend.
        raise HoldExpiredError
    for key in keys:
        add_hint(session, key.show_id, (key.seat_id,))
    return HeldSeats(hold_id=hold_id, seats=(), seconds_left=min(row.seconds_left for row in taken))


def release_leftovers(session: Session, context: Context, *, spare: frozenset[UUID] = frozenset()) -> int:
    """Free the baskets that an earlier run of this terminal left behind; returns how many seats.

    Only one window works as a terminal, so at its start every basket hold of the terminal is a left-over, but for
    the holds to `spare`: those of sales whose outcome is still open, which may have been paid.
    """
    rows = session.connection().execute(
        _LET_GO_LEFTOVERS, {"terminal": context.terminal_id, "spare": sorted(spare, key=str)}
    )
    freed = rows.all()
    for show_id, seat_id in freed:
        add_hint(session, show_id, (seat_id,))
    return len(freed)


def let_go(session: Session, hold_id: UUID, seats: Iterable[SeatKey]) -> int:
    """Free those of the seats that this hold still has, whatever its kind; returns how many. Every map hears of it."""
    freed = session.connection().execute(_LET_GO, {**_arrays(sorted(set(seats))), "hold": hold_id}).all()
    for show_id, seat_id in freed:
        add_hint(session, show_id, (seat_id,))
    return len(freed)


def lock_show_seats(session: Session, context: Context, show_id: int, seat_ids: Iterable[int]) -> list[LockedRow]:
    """Lock these seats of one show in the order in which everybody does, and read them."""
    return _lock(session, context, sorted(SeatKey(show_id, seat_id) for seat_id in seat_ids))


def _lock(session: Session, context: Context, keys: list[SeatKey]) -> list[LockedRow]:
    return _read(session, context, keys, LOCK_SEATS)


def _read(session: Session, context: Context, keys: list[SeatKey], statement: TextClause) -> list[LockedRow]:
    values = {**_arrays(keys), "venue": context.venue_id, "terminal": context.terminal_id}
    return list(session.connection().execute(statement, values))


def _find_refusal(session: Session, rows: list[LockedRow]) -> SeatsUnavailableError | None:
    if not any(row.is_taken for row in rows) or not all(row.is_taken or row.state == "available" for row in rows):
        return None
    refusal = refuse_seats(session, [row for row in rows if row.is_taken])
    # Without a lock a seat may be let go between the look and the question who has it: then nobody has.
    return refusal if all(seat.holder for seat in refusal.seats) else None


def _judge_basket(keys: list[SeatKey], locked: list[LockedRow]) -> None:
    if len(locked) != len(keys):
        raise NotFoundError("seat in this show")
    if len(keys) > locked[0].basket_limit:
        raise BasketFullError(locked[0].basket_limit)
    for row in locked:
        if row.status != "on_sale":
            raise ShowNotOnSaleError(row.status)


def _take(session: Session, context: Context, hold_id: UUID, keys: list[SeatKey]) -> list[LockedRow]:
    values = {
        **_arrays(keys),
        "hold": hold_id,
        "terminal": context.terminal_id,
        "staff": context.staff_id,
        "venue": context.venue_id,
    }
    return list(session.connection().execute(_TAKE_SEATS, values))


def _arrays(keys: Iterable[SeatKey]) -> dict[str, list[int]]:
    pairs = list(keys)
    return {"shows": [key.show_id for key in pairs], "seats": [key.seat_id for key in pairs]}


def _as_held(row: LockedRow) -> HeldSeat:
    return HeldSeat(key=SeatKey(row.show_id, row.seat_id), name=row.name, area_id=row.area_id, kind=SeatKind(row.kind))


def refuse_seats(session: Session, rows: list[LockedRow]) -> SeatsUnavailableError:
    """The refusal that names each of these locked rows with who has it."""
    holders = session.connection().execute(
        text(
            """
            SELECT ss.show_id, ss.seat_id, t.name, CASE WHEN e.retired_at IS NOT NULL THEN 'gone' ELSE h.kind END
              FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id)
              JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
              JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
              LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
              LEFT JOIN boxoffice.ticket k2 ON k2.ticket_id = ss.ticket_id
              LEFT JOIN boxoffice.terminal t ON t.terminal_id = coalesce(ss.held_by, k2.terminal_id)
            """
        ),
        _arrays(SeatKey(row.show_id, row.seat_id) for row in rows),
    )
    who = {(row[0], row[1]): (row[2], row[3]) for row in holders}
    return SeatsUnavailableError(
        tuple(
            SeatHolder(
                seat_id=row.seat_id,
                seat_name=row.name,
                state="sold" if row.state == "sold" else _state_word(who[row.show_id, row.seat_id][1]),
                holder=who[row.show_id, row.seat_id][0],
            )
            for row in rows
        )
    )


def _state_word(kind: str | None) -> str:
    return "held" if kind in (None, "basket") else str(kind)
