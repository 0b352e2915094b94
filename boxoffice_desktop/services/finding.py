"""One search box: a name, a code, a phone number, a seat, a sale's number or a film, and whatever it may mean.

Looks at every meaning that the text can have. Codes and numbers find whatever was ever sold; names, phones, seats and
films look at shows that are not over, whose few rows need no index of their own.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.reservations import Reservation, fold_name, read_code
from boxoffice_desktop.domain.ticket_codes import read_scan
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.house_seats import HouseHold, list_house_holds, read_house_holds
from boxoffice_desktop.services.reservations import list_reservations, read_reservations

_Row: TypeAlias = Any
MOST_RESULTS: Final = 40
_FEWEST_LETTERS: Final = 2
_FEWEST_DIGITS: Final = 3
_NUMBER: Final = re.compile(r"#?\s*([0-9]{1,15})")
_SEAT: Final = re.compile(r"([^\W\d_]{1,3})\s?([0-9]{1,3}[a-z]?)\b\s*(.*)", re.IGNORECASE)
_PHONE: Final = re.compile(r"[+0-9][0-9\s()./\-]*")

_SALES: Final = """
    SELECT s.sale_id, s.number, s.sold_at, s.total, t.name AS terminal_name, p.display_name AS staff_name,
           m.title, l.name AS hall_name, w.show_id, w.starts_at, v.time_zone,
           array_agg(e.name ORDER BY k.line) AS seat_names,
           count(*) FILTER (WHERE k.voided_by IS NOT NULL) AS ended
      FROM found f
      JOIN boxoffice.sale s ON s.sale_id = f.sale_id
      JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
      JOIN boxoffice.staff p ON p.staff_id = s.staff_id
      JOIN boxoffice.ticket k ON k.sale_id = s.sale_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.show w ON w.show_id = k.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall l ON l.hall_id = w.hall_id
     GROUP BY s.sale_id, t.name, p.display_name, m.title, l.name, w.show_id, v.time_zone
     ORDER BY s.sold_at DESC, w.starts_at LIMIT :most
"""
_BY_NUMBER: Final = """
    SELECT s.sale_id FROM boxoffice.terminal t
      JOIN LATERAL (SELECT x.sale_id FROM boxoffice.sale x
                     WHERE x.terminal_id = t.terminal_id AND x.number = :number) s ON true
     WHERE t.venue_id = :venue
     UNION
    SELECT k.sale_id FROM boxoffice.terminal t
      JOIN LATERAL (SELECT x.sale_id FROM boxoffice.ticket x
                     WHERE x.terminal_id = t.terminal_id AND x.serial = :number) k ON true
     WHERE t.venue_id = :venue
"""
# The text that users type is only ever a value.
_LATER: Final = "w.ends_at > clock_timestamp()"
_RESERVED: Final = f"""
    SELECT r.hold_id FROM boxoffice.reservation r JOIN boxoffice.show w ON w.show_id = r.show_id
     WHERE r.venue_id = :venue AND {_LATER} AND
"""  # noqa: S608  ours
_SEATS: Final = text(
    f"""
    SELECT w.show_id, e.seat_id, e.name AS seat_name, m.title, l.name AS hall_name, w.starts_at, v.time_zone, k.sale_id,
           CASE WHEN ss.state = 'held' AND ss.held_until <= clock_timestamp() THEN 'available'
                WHEN ss.state = 'held' THEN h.kind ELSE ss.state END AS state
      FROM boxoffice.seat e
      JOIN boxoffice.hall l ON l.hall_id = e.hall_id AND l.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id
      JOIN boxoffice.show w ON w.hall_id = l.hall_id AND w.status = 'on_sale' AND {_LATER}
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.show_seat ss ON ss.show_id = w.show_id AND ss.seat_id = e.seat_id
      LEFT JOIN boxoffice.hold h ON h.hold_id = ss.hold_id
      LEFT JOIN boxoffice.ticket k ON k.ticket_id = ss.ticket_id
     WHERE upper(e.row_label) = upper(:row) AND lower(e.number) = lower(:number)
       AND (:rest = '' OR m.title_key LIKE :like OR lower(l.name) LIKE :like)
     ORDER BY w.starts_at, l.name, w.show_id LIMIT :most
    """  # noqa: S608  ours
)
_SHOWS: Final = text(
    f"""
    SELECT w.show_id, m.title, l.name AS hall_name, w.starts_at, v.time_zone
      FROM boxoffice.show w
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall l ON l.hall_id = w.hall_id AND l.venue_id = :venue
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id
     WHERE w.status = 'on_sale' AND {_LATER}
       AND (m.title_key LIKE :like OR lower(coalesce(m.latin_title, '')) LIKE :like OR lower(l.name) LIKE :like)
     ORDER BY w.starts_at, l.name LIMIT :most
    """  # noqa: S608  ours
)


class FoundKind(StrEnum):
    """What a result is."""

    RESERVATION = "reservation"
    HOUSE = "house"
    SALE = "sale"
    SEAT = "seat"
    SHOW = "show"


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundSale:
    """A sale, by its number, a ticket's number or a ticket's code; `ended` of its tickets are not valid any more.

    A sale over several shows is found once for each. `total` is in minor units.
    """

    sale_id: UUID
    number: int
    terminal_name: str
    staff_name: str
    sold_at: datetime
    total: int
    ended: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One result; times are in the venue's zone. The fields of its kind are set, the others are None.

    Attributes:
        show_id, title, hall_name, starts_at: the show that it belongs to.
        seat_names: what cashiers call its seats; empty for a show.
        seat_id, state: of a seat; `state` as in `SeatHolder`, or `available`.
        sale_id: the sale of a sale, or of a sold seat.
    """

    kind: FoundKind
    show_id: int
    title: str
    hall_name: str
    starts_at: datetime
    seat_names: tuple[str, ...] = ()
    reservation: Reservation | None = None
    house: HouseHold | None = None
    sale: FoundSale | None = None
    seat_id: int | None = None
    state: str = ""
    sale_id: UUID | None = None


def find_anything(session: Session, context: Context, *, query: str) -> tuple[Found, ...]:
    """Everything that `query` may mean: what names one thing exactly stands first; at most `MOST_RESULTS` of a kind.

    An empty query, or one of a single letter, finds nothing.
    """
    context.permit(Permission.SELL)
    typed = " ".join(query.split())
    if not typed:
        return ()
    return (
        *_find_by_code(session, context, typed),
        *_find_sales_by_number(session, context, typed),
        *_find_by_phone(session, context, typed),
        *_find_seats(session, context, typed),
        *_find_by_name(session, context, typed),
    )


def list_kept(session: Session, context: Context, *, show_id: int) -> tuple[Found, ...]:
    """Every reservation of a show, also those that have ended, and what the house keeps in it: as results."""
    kept = [_as_found(each) for each in list_reservations(session, context, show_id=show_id)]
    return (*kept, *(_as_kept(hold) for hold in list_house_holds(session, context, show_id=show_id)))


def _find_by_code(session: Session, context: Context, typed: str) -> list[Found]:
    found: list[Found] = []
    code = read_code(typed)
    if code is not None:
        found += _reservations(
            session,
            "SELECT r.hold_id FROM boxoffice.reservation r WHERE r.venue_id = :venue AND r.code = :code",
            {"venue": context.venue_id, "code": code},
        )
    for reading in read_scan(typed):
        ticket = (
            session.connection()
            .execute(text("SELECT boxoffice.ticket_of_code(:code)"), {"code": reading.code})
            .scalar_one_or_none()
        )
        if ticket is not None:
            return found + _sales(
                session,
                context,
                "SELECT k.sale_id FROM boxoffice.ticket k WHERE k.ticket_id = :ticket",
                {"ticket": ticket},
            )
    return found


def _find_sales_by_number(session: Session, context: Context, typed: str) -> list[Found]:
    number = _NUMBER.fullmatch(typed)
    return [] if number is None else _sales(session, context, _BY_NUMBER, {"number": int(number[1])})


def _find_by_phone(session: Session, context: Context, typed: str) -> list[Found]:
    digits = re.sub(r"[^0-9]", "", typed)
    if not _PHONE.fullmatch(typed) or len(digits) < _FEWEST_DIGITS:
        return []
    # With or without the country's prefix: the last digits are what both have.
    like = f"%{digits.lstrip('0')}" if digits.lstrip("0") else f"%{digits}"
    return _reservations(session, f"{_RESERVED} r.phone LIKE :like", {"venue": context.venue_id, "like": like})


def _find_seats(session: Session, context: Context, typed: str) -> list[Found]:
    seat = _SEAT.fullmatch(typed)
    if seat is None:
        return []
    rest = fold_name(seat[3])
    rows = session.connection().execute(
        _SEATS,
        {
            "venue": context.venue_id,
            "row": seat[1],
            "number": seat[2],
            "rest": rest,
            "like": _contains(rest),
            "most": MOST_RESULTS,
        },
    )
    return [
        Found(
            kind=FoundKind.SEAT,
            show_id=row.show_id,
            title=row.title,
            hall_name=row.hall_name,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
            seat_names=(row.seat_name,),
            seat_id=row.seat_id,
            state=row.state,
            sale_id=row.sale_id,
        )
        for row in rows
    ]


def _find_by_name(session: Session, context: Context, typed: str) -> list[Found]:
    key = fold_name(typed)
    if len(key) < _FEWEST_LETTERS or key.isdecimal():
        return []
    values: dict[str, object] = {"venue": context.venue_id, "like": _contains(key), "most": MOST_RESULTS}
    found = _reservations(session, f"{_RESERVED} r.name_key LIKE :like LIMIT :most", values)
    found += _house_holds(session, context, key)
    rows = session.connection().execute(_SHOWS, values)
    return found + [
        Found(
            kind=FoundKind.SHOW,
            show_id=row.show_id,
            title=row.title,
            hall_name=row.hall_name,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
        )
        for row in rows
    ]


def _house_holds(session: Session, context: Context, key: str) -> list[Found]:
    # By hand, with the accents folded as names are: the house keeps few seats, and for months at most.
    rows = session.connection().execute(
        text(
            "SELECT h.hold_id, h.name, h.reason FROM boxoffice.hold h"
            " WHERE h.kind = 'house' AND h.created_at > clock_timestamp() - interval '1 year'"
        )
    )
    holds = [row.hold_id for row in rows if key in fold_name(f"{row.name} {row.reason}")]
    if not holds:
        return []
    kept = read_house_holds(
        session, f"WHERE {_LATER} AND h.hold_id = ANY (:holds)", {"holds": holds, "venue": context.venue_id}
    )
    return [_as_kept(hold) for hold in kept[:MOST_RESULTS]]


def _reservations(session: Session, found: str, values: dict[str, object]) -> list[Found]:
    return [_as_found(each) for each in read_reservations(session, found, values)[:MOST_RESULTS]]


def _as_kept(hold: HouseHold) -> Found:
    return Found(
        kind=FoundKind.HOUSE,
        show_id=hold.show_id,
        title=hold.title,
        hall_name=hold.hall_name,
        starts_at=hold.starts_at,
        seat_names=hold.seat_names,
        house=hold,
    )


def _as_found(each: Reservation) -> Found:
    return Found(
        kind=FoundKind.RESERVATION,
        show_id=each.show_id,
        title=each.title,
        hall_name=each.hall_name,
        starts_at=each.starts_at,
        seat_names=tuple(seat.seat_name for seat in each.seats),
        reservation=each,
    )


def _sales(session: Session, context: Context, found: str, values: dict[str, object]) -> list[Found]:
    rows = session.connection().execute(
        text(f"WITH found AS ({found}) {_SALES}"),
        {**values, "venue": context.venue_id, "most": MOST_RESULTS},
    )
    return [_as_sale(row) for row in rows]


def _as_sale(row: _Row) -> Found:
    zone = ZoneInfo(row.time_zone)
    return Found(
        kind=FoundKind.SALE,
        show_id=row.show_id,
        title=row.title,
        hall_name=row.hall_name,
        starts_at=row.starts_at.astimezone(zone),
        seat_names=tuple(row.seat_names),
        sale_id=row.sale_id,
        sale=FoundSale(
            sale_id=row.sale_id,
            number=row.number,
            terminal_name=row.terminal_name,
            staff_name=row.staff_name,
            sold_at=row.sold_at.astimezone(zone),
            total=row.total,
            ended=row.ended,
        ),
    )


def _contains(key: str) -> str:
    # What LIKE takes for patterns is meant as it stands.
    plain = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
