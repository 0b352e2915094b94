"""Broken seats: kept from sale in the shows of a period, and the sales and holds that they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of
from boxoffice_desktop.domain.cards import refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import HoldKind, SeatKey
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context

MAX_SEATS: Final = 500
MAX_REASON: Final = 200
_MAX_DAYS: Final = 400


@dataclass(frozen=True, kw_only=True)
class TakenSeat:
    """A broken seat that somebody has in a show. `sale_number` is None while it is only held; `starts_at` local."""

    key: SeatKey
    seat_name: str
    title: str
    starts_at: datetime
    state: str
    holder: str
    sale_number: int | None
    note: str


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A seat that is out of order already: from one business day to another, both included, and why."""

    seat_name: str
    first: date
    last: date
    reason: str
    person: str


@dataclass(frozen=True, kw_only=True)
class BrokenPlan:
    """What taking seats out of order meets.

    Attributes:
        free: how many places in shows are free and would be kept from sale.
        shows: in how many shows, drafts included.
        taken: those that somebody has; they stay with them, the manager talks to these people.
        kept: how many places in shows of the period are out of order already.
        outages: the periods that keep them, those that end later than the first day begins.
    """

    free: int
    shows: int
    taken: tuple[TakenSeat, ...]
    kept: int
    outages: tuple[Outage, ...]


_SEATS: Final = text(
    """
    SELECT ss.show_id, ss.seat_id, h.kind,
           ss.state = 'available' OR (ss.state = 'held' AND ss.held_until <= clock_timestamp()) IS TRUE AS is_free
      FROM boxoffice.show s
      JOIN boxoffice.show_seat ss ON ss.show_id = s.show_id
      LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
     WHERE s.hall_id = :hall AND s.starts_at >= :start AND s.starts_at < :end AND s.ends_at > clock_timestamp()
       AND s.status <> 'cancelled' AND ss.seat_id = ANY(CAST(:seats AS int[]))
     ORDER BY ss.show_id, ss.seat_id
    """
)
_TAKEN: Final = text(
    """
    SELECT ss.show_id, ss.seat_id, e.name, m.title, s.starts_at, ss.state, h.kind, t.name AS holder,
           sa.number AS sale_number, concat_ws(' ', nullif(h.name, ''), nullif(h.reason, '')) AS note
      FROM unnest(CAST(:shows AS int[]), CAST(:seats AS int[])) AS k (show_id, seat_id)
      JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
      JOIN boxoffice.show s ON s.show_id = ss.show_id
      JOIN boxoffice.seat e ON e.seat_id = ss.seat_id
      JOIN boxoffice.movie m ON m.movie_id = s.movie_id
      LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
      LEFT JOIN boxoffice.ticket k2 ON k2.ticket_id = ss.ticket_id
      LEFT JOIN boxoffice.sale sa ON sa.sale_id = k2.sale_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = coalesce(ss.held_by, k2.terminal_id)
     ORDER BY s.starts_at, ss.seat_id
    """
)
_OUTAGES: Final = text(
    """
    SELECT e.name, k.starts_at, k.ends_at, h.reason, coalesce(p.display_name, '') AS person
      FROM boxoffice.broken_seat k
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.hold h ON h.hold_id = k.hold_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = h.staff_id
     WHERE k.seat_id = ANY(CAST(:seats AS int[])) AND k.mended_at IS NULL AND k.ends_at > :start
     ORDER BY k.starts_at, e.seat_id
    """
)
_LOCK_SHOWS: Final = text(
    "SELECT show_id FROM boxoffice.show WHERE hall_id = :hall AND ends_at > clock_timestamp()"
    " ORDER BY show_id FOR NO KEY UPDATE"
)
_ADD_HOLD: Final = text(
    "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id, reason)"
    " VALUES (:hold, 'out_of_order', :terminal, :staff, :reason)"
)
# The database keeps the seats in the shows that there are and in those that will come (0011_out_of_order).
_BREAK: Final = text(
    "INSERT INTO boxoffice.broken_seat (seat_id, hold_id, starts_at, ends_at)"
    " SELECT e.seat_id, :hold, :start, :end FROM boxoffice.seat e"
    "  WHERE e.hall_id = :hall AND e.retired_at IS NULL AND e.seat_id = ANY(CAST(:seats AS int[]))"
)
_KEPT_NOW: Final = text("SELECT show_id, seat_id FROM boxoffice.show_seat WHERE hold_id = :hold")
_KEPT_FROM: Final = text(
    """
    SELECT ss.show_id, ss.seat_id
      FROM boxoffice.show s
      JOIN boxoffice.show_seat ss ON ss.show_id = s.show_id AND ss.state = 'held'
      JOIN boxoffice.hold h ON h.hold_id = ss.hold_id AND h.kind = 'out_of_order'
     WHERE s.hall_id = :hall AND s.starts_at >= :start AND s.ends_at > clock_timestamp()
       AND ss.seat_id = ANY(CAST(:seats AS int[]))
     ORDER BY ss.show_id, ss.seat_id FOR UPDATE OF ss
    """
)
_MEND: Final = (
    text(
        "UPDATE boxoffice.broken_seat SET mended_at = clock_timestamp()"
        " WHERE seat_id = ANY(CAST(:seats AS int[])) AND mended_at IS NULL AND starts_at >= :start"
    ),
    text(
        "UPDATE boxoffice.broken_seat SET ends_at = :start"
        " WHERE seat_id = ANY(CAST(:seats AS int[])) AND mended_at IS NULL AND starts_at < :start AND ends_at > :start"
    ),
    # What was kept for a show alone, by no period.
    text(
        """
        UPDATE boxoffice.show_seat ss
           SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL
          FROM boxoffice.hold h, boxoffice.show s
         WHERE h.hold_id = ss.hold_id AND h.kind = 'out_of_order' AND s.show_id = ss.show_id
           AND s.hall_id = :hall AND s.starts_at >= :start AND s.ends_at > clock_timestamp()
           AND ss.state = 'held' AND ss.seat_id = ANY(CAST(:seats AS int[]))
        """
    ),
)


def plan_out_of_order(
    session: Session, context: Context, *, hall_id: int, seat_ids: Sequence[int], first: date, last: date
) -> BrokenPlan:
    """What keeping these seats from sale from one business day to another would meet. Changes nothing.

    Raises:
        InvalidInputError: no seats, too many, or days that make no period.
    """
    context.permit(Permission.MANAGE_HALLS)
    return _plan(session, context, _read_period(session, context, hall_id, seat_ids, first, last))


def take_out_of_order(
    session: Session, context: Context, *, hall_id: int, seat_ids: Sequence[int], first: date, last: date, reason: str
) -> BrokenPlan:
    """Keep the seats from sale in every show of the period, drafts and shows that are made later included.

    Returns what it met: seats that somebody has are left to them, and kept as soon as they let go.

    Raises:
        InvalidInputError: as `plan_out_of_order`, or a reason that is missing or too long.
    """
    context.permit(Permission.MANAGE_HALLS)
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InvalidInputError("reason", f"Say in 1 to {MAX_REASON} characters what is wrong with the seat.")
    refuse_card_number("reason", reason)
    values = _read_period(session, context, hall_id, seat_ids, first, last)
    session.execute(_LOCK_SHOWS, values)
    found = _plan(session, context, values)
    who = {"hold": uuid4(), "terminal": context.terminal_id, "staff": context.staff_id, "reason": reason}
    session.execute(_ADD_HOLD, who)
    session.execute(_BREAK, {**values, "hold": who["hold"]})
    _tell(session, session.execute(_KEPT_NOW, {"hold": who["hold"]}).all())
    return found


def give_back(session: Session, context: Context, *, hall_id: int, seat_ids: Sequence[int], first: date) -> int:
    """Sell the seats again from a business day on, whoever took them out of order; returns how many places in shows.

    Raises:
        InvalidInputError: no seats, or too many.
    """
    context.permit(Permission.MANAGE_HALLS)
    values = _read_period(session, context, hall_id, seat_ids, first, first)
    session.execute(_LOCK_SHOWS, values)
    kept = session.execute(_KEPT_FROM, values).all()
    for statement in _MEND:
        session.execute(statement, values)
    _tell(session, kept)
    return len(kept)


def _read_period(
    session: Session, context: Context, hall_id: int, seat_ids: Sequence[int], first: date, last: date
) -> dict[str, Any]:
    if not seat_ids or len(seat_ids) > MAX_SEATS:
        raise InvalidInputError("seats", f"Choose 1 to {MAX_SEATS} seats.")
    if last < first or (last - first).days > _MAX_DAYS:
        raise InvalidInputError("last", f"The period ends after it begins, within {_MAX_DAYS} days.")
    zone, day_ends_at = _read_days(session, context)
    start, _ = business_day_bounds(first, zone, day_ends_at)
    _, end = business_day_bounds(last, zone, day_ends_at)
    return {"hall": hall_id, "seats": sorted(set(seat_ids)), "start": start, "end": end}


def _read_days(session: Session, context: Context) -> tuple[ZoneInfo, time]:
    row = session.execute(select(Venue.time_zone, Venue.day_ends_at).where(Venue.venue_id == context.venue_id)).one()
    return ZoneInfo(row.time_zone), row.day_ends_at


def _plan(session: Session, context: Context, values: dict[str, Any]) -> BrokenPlan:
    rows = session.execute(_SEATS, values).all()
    free = [row for row in rows if row.is_free]
    taken = [row for row in rows if not row.is_free and row.kind != HoldKind.OUT_OF_ORDER]
    zone, day_ends_at = _read_days(session, context)
    return BrokenPlan(
        free=len(free),
        shows=len({row.show_id for row in free}),
        taken=_describe(session, zone, taken) if taken else (),
        kept=sum(not row.is_free and row.kind == HoldKind.OUT_OF_ORDER for row in rows),
        outages=tuple(
            Outage(
                seat_name=row.name,
                first=business_day_of(row.starts_at, zone, day_ends_at),
                # The end is the beginning of the next day.
                last=business_day_of(row.ends_at - timedelta(minutes=1), zone, day_ends_at),
                reason=row.reason,
                person=row.person,
            )
            for row in session.execute(_OUTAGES, values)
        ),
    )


def _describe(session: Session, zone: ZoneInfo, rows: Sequence[Row[Any]]) -> tuple[TakenSeat, ...]:
    values = {"shows": [row.show_id for row in rows], "seats": [row.seat_id for row in rows]}
    return tuple(
        TakenSeat(
            key=SeatKey(row.show_id, row.seat_id),
            seat_name=row.name,
            title=row.title,
            starts_at=row.starts_at.astimezone(zone),
            state=row.kind or row.state,
            holder=row.holder or "",
            sale_number=row.sale_number,
            note=row.note,
        )
        for row in session.execute(_TAKEN, values)
    )


def _tell(session: Session, keys: Sequence[Row[Any]]) -> None:
    for key in keys:
        add_hint(session, key.show_id, (key.seat_id,))
