"""Seats that the house keeps: for whom and why, without an end, until somebody gives them back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.cards import refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError, ShowNotOnSaleError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.reservations import read_name
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.holds import let_go, lock_show_seats, refuse_seats

_Row: TypeAlias = Any
_LONGEST_REASON: Final = 500

_KEEP: Final = text(
    """
    WITH made AS (
      INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id, name, reason)
      VALUES (:hold, 'house', :terminal, :staff, :name, :reason) ON CONFLICT (hold_id) DO NOTHING
    )
    UPDATE boxoffice.show_seat ss
       SET state = 'held', hold_id = :hold, held_by = :terminal, held_until = NULL
     WHERE ss.show_id = :show AND ss.seat_id = ANY (CAST(:seats AS int[]))
       AND (ss.state = 'available' OR ss.held_until <= clock_timestamp() OR ss.hold_id = :hold
            OR (ss.state = 'held' AND ss.held_by = :terminal
                AND (SELECT o.kind FROM boxoffice.hold o WHERE o.hold_id = ss.hold_id) = 'basket'))
 RETURNING ss.seat_id
    """
)
# By show: the holds of one show are found through its seats, whose key begins with it.
READ_HOUSE_HOLDS: Final = """
    SELECT h.hold_id, h.name, h.reason, w.show_id, m.title, l.name AS hall_name, w.starts_at, v.time_zone,
           coalesce(p.display_name, '') AS kept_by, h.created_at, s.seat_id, s.name AS seat_name
      FROM boxoffice.show w
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall l ON l.hall_id = w.hall_id
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id AND v.venue_id = :venue
      JOIN boxoffice.show_seat ss ON ss.show_id = w.show_id AND ss.state = 'held'
      JOIN boxoffice.hold h ON h.hold_id = ss.hold_id AND h.kind = 'house'
      JOIN boxoffice.seat s ON s.seat_id = ss.seat_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = h.staff_id
"""


@dataclass(frozen=True, kw_only=True)
class HouseHold:
    """Seats of one show that the house keeps: for `name`, because of `reason`; times are in the venue's zone."""

    hold_id: UUID
    name: str
    reason: str
    show_id: int
    title: str
    hall_name: str
    starts_at: datetime
    kept_by: str
    kept_at: datetime
    seat_ids: tuple[int, ...]
    seat_names: tuple[str, ...]


def keep_for_house(
    session: Session,
    context: Context,
    *,
    hold_id: UUID,
    show_id: int,
    seat_ids: tuple[int, ...],
    name: str,
    reason: str,
) -> HouseHold:
    """Keep free seats, or seats of this till's basket, until they are given back; all or none.

    Raises:
        InvalidInputError: no reason, a text that is too long or holds a card number, or no seats.
        SeatsUnavailableError: seats are someone else's; names each.
        NotAllowedError: the signed-in person may not `approve`.
        ShowNotOnSaleError, NotFoundError: as their names say.
    """
    context.permit(Permission.APPROVE)
    person, why = read_name(name), " ".join(reason.split())
    refuse_card_number("reason", why)
    if not why or len(why) > _LONGEST_REASON:
        raise InvalidInputError("reason", f"Why are the seats kept? Up to {_LONGEST_REASON} characters.")
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
        "terminal": context.terminal_id,
        "staff": context.staff_id,
        "name": person,
        "reason": why,
        "show": show_id,
        "seats": wanted,
    }
    kept = {row.seat_id for row in session.connection().execute(_KEEP, values)}
    if len(kept) != len(wanted):
        raise refuse_seats(session, [row for row in locked if row.seat_id not in kept])
    add_hint(session, show_id, wanted)
    return next(hold for hold in list_house_holds(session, context, show_id=show_id) if hold.hold_id == hold_id)


def list_house_holds(session: Session, context: Context, *, show_id: int) -> tuple[HouseHold, ...]:
    """What the house keeps in a show, oldest first."""
    context.permit(Permission.SELL)
    return read_house_holds(session, "WHERE w.show_id = :show", {"show": show_id, "venue": context.venue_id})


def give_house_seats_back(
    session: Session, context: Context, *, hold_id: UUID, show_id: int, seat_ids: tuple[int, ...]
) -> int:
    """These seats are free for all again; returns how many the hold still had.

    Raises:
        NotAllowedError: the signed-in person may not `approve`.
    """
    context.permit(Permission.APPROVE)
    return let_go(session, hold_id, [SeatKey(show_id, seat_id) for seat_id in seat_ids])


def read_house_holds(session: Session, where: str, values: dict[str, object]) -> tuple[HouseHold, ...]:
    """The house's holds that the condition `where` (a text of ours, never of a user's) chooses."""
    rows = session.connection().execute(
        text(f"{READ_HOUSE_HOLDS} {where} ORDER BY w.starts_at, h.created_at, h.hold_id, s.row_label, s.x"), values
    )
    grouped: dict[tuple[UUID, int], list[_Row]] = {}
    for row in rows:
        grouped.setdefault((row.hold_id, row.show_id), []).append(row)
    return tuple(_as_house_hold(lines) for lines in grouped.values())


def _as_house_hold(rows: Iterable[_Row]) -> HouseHold:
    lines = list(rows)
    first = lines[0]
    zone = ZoneInfo(first.time_zone)
    return HouseHold(
        hold_id=first.hold_id,
        name=first.name,
        reason=first.reason,
        show_id=first.show_id,
        title=first.title,
        hall_name=first.hall_name,
        starts_at=first.starts_at.astimezone(zone),
        kept_by=first.kept_by,
        kept_at=first.created_at.astimezone(zone),
        seat_ids=tuple(row.seat_id for row in lines),
        seat_names=tuple(row.seat_name for row in lines),
    )
