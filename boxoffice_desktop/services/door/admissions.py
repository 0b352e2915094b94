"""Letting people in: one ticket, one person, and why not otherwise. The database's function `admit` decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.admission import DoorPlace, Judgement, LateScan, Outcome
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.ticket_codes import Reading
from boxoffice_desktop.services.context import Context

_ADMIT: Final = text(
    "SELECT a.*, v.time_zone FROM boxoffice.admit(:code, :scan, :door, :hall, :show, :at) a, boxoffice.venue v"
    " WHERE v.venue_id = :venue"
)
_ZONE: Final = text("SELECT time_zone FROM boxoffice.venue WHERE venue_id = :venue")
# The cinema's day, as `admit` counts it, and what is still running from the one before.
_SHOWS: Final = text(
    """
    SELECT w.show_id, m.title, w.hall_id, h.name AS hall_name, w.starts_at, w.ends_at, m.colour, v.time_zone,
           w.ends_at < clock_timestamp() AS is_over,
           (SELECT count(*) FROM boxoffice.show_seat s WHERE s.show_id = w.show_id AND s.state = 'sold') AS sold,
           (SELECT count(*) FROM boxoffice.admission a WHERE a.show_id = w.show_id AND a.undone_at IS NULL) AS admitted
      FROM boxoffice.show w
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.venue v ON v.venue_id = h.venue_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
     WHERE v.venue_id = :venue AND w.status IN ('on_sale', 'closed')
       AND w.starts_at BETWEEN clock_timestamp() - interval '30 hours' AND clock_timestamp() + interval '30 hours'
       AND (w.starts_at AT TIME ZONE v.time_zone - v.day_ends_at::interval)::date
         = (clock_timestamp() AT TIME ZONE v.time_zone - v.day_ends_at::interval)::date
     ORDER BY w.starts_at, h.name
    """
)
_LATEST: Final = text(
    """
    SELECT a.admission_id, a.scan_id, a.show_id, a.door, a.admitted_at, a.undone_at, p.display_name, m.title,
           h.name AS hall_name, w.starts_at, e.name AS seat_name, e.kind AS seat_kind, y.name AS ticket_type
      FROM boxoffice.admission a
      JOIN boxoffice.ticket k ON k.ticket_id = a.ticket_id
      JOIN boxoffice.show w ON w.show_id = a.show_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = k.ticket_type_id
      JOIN boxoffice.staff p ON p.staff_id = a.staff_id
     WHERE a.terminal_id = :terminal AND a.undone_at IS NULL
       AND a.admission_id > (SELECT coalesce(max(n.admission_id), 0) - :depth FROM boxoffice.admission n)
     ORDER BY a.admission_id DESC LIMIT :lines
    """
)
_CONFLICTS: Final = text(
    """
    SELECT l.scan_id, l.outcome, l.door, l.scanned_at, p.display_name, w.show_id, m.title, h.name AS hall_name,
           w.starts_at, e.name AS seat_name
      FROM boxoffice.late_scan l
      JOIN boxoffice.terminal t ON t.terminal_id = l.terminal_id AND t.venue_id = :venue
      JOIN boxoffice.staff p ON p.staff_id = l.staff_id
      LEFT JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
      LEFT JOIN boxoffice.show w ON w.show_id = k.show_id
      LEFT JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      LEFT JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      LEFT JOIN boxoffice.seat e ON e.seat_id = k.seat_id
     WHERE l.outcome <> 'admitted' AND l.received_at > clock_timestamp() - interval '24 hours'
     ORDER BY l.received_at DESC LIMIT 100
    """
)
_LINES: Final = 30
# Admissions of all doors among which those of this one are looked for: more than any evening has.
_DEPTH: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class DoorShow:
    """A show of the day with its valid tickets and how many of them are in. Times are in the venue's zone."""

    show_id: int
    title: str
    hall_id: int
    hall_name: str
    starts_at: datetime
    ends_at: datetime
    colour: int
    is_over: bool
    sold: int
    admitted: int


def admit(
    session: Session, context: Context, *, readings: Sequence[Reading], place: DoorPlace, scan_id: UUID
) -> Judgement:
    """Judge a scan and let in whom it may; committed, the ticket is used. `readings` are tried in their order.

    The same `scan_id` asked twice has the same answer, so that an answer that was lost may be asked for again.

    Raises:
        NotAllowedError: the signed-in person does not let people in.
    """
    context.permit(Permission.ADMIT)
    answer = Judgement(scan_id=scan_id, outcome=Outcome.UNKNOWN)
    for reading in readings:
        row = session.connection().execute(_ADMIT, _arguments(context, reading.code, place, scan_id)).one()
        answer = _as_judgement(row, scan_id)
        if answer.outcome is not Outcome.UNKNOWN:
            break
    if answer.outcome is Outcome.ADMITTED and answer.show_id is not None:
        add_hint(session, answer.show_id, ())
    return answer


def admit_late(session: Session, context: Context, *, scans: Sequence[LateScan]) -> tuple[Judgement, ...]:
    """Tell the server whom this door let in while it was away; every answer but `admitted` is a conflict.

    Telling it twice changes nothing. The database books them under who is signed in now, which it can prove; when
    somebody else stood at the door, that name goes with the door's.
    """
    context.permit(Permission.ADMIT)
    answers = []
    for scan in scans:
        is_other = scan.person not in {"", context.staff_name}
        door = DoorPlace(name=f"{scan.door} ({scan.person})" if is_other else scan.door)
        arguments = _arguments(context, scan.code, door, scan.scan_id, scan.scanned_at)
        answer = _as_judgement(session.connection().execute(_ADMIT, arguments).one(), scan.scan_id)
        answers.append(replace(answer, seat_name=answer.seat_name or scan.seat_name, offline=True))
        add_hint(session, answer.show_id or scan.show_id, ())
    return tuple(answers)


def undo_admission(session: Session, context: Context, *, admission_id: int, show_id: int) -> None:
    """Take an admission back: the ticket lets somebody in again.

    Raises:
        NotAllowedError: the signed-in person may not approve.
        ConflictError: there is no such admission, or it was taken back already.
    """
    context.permit(Permission.APPROVE)
    done = session.connection().execute(text("SELECT boxoffice.undo_admission(:id)"), {"id": admission_id}).scalar()
    if not done:
        raise ConflictError("This admission was taken back already.")
    add_hint(session, show_id, ())


def list_door_shows(session: Session, context: Context) -> tuple[DoorShow, ...]:
    """The shows of the business day by time, with their counts."""
    context.permit(Permission.ADMIT)
    rows = session.connection().execute(_SHOWS, {"venue": context.venue_id}).mappings()
    shows = []
    for row in rows:
        values = dict(row)
        zone = ZoneInfo(values.pop("time_zone"))
        values["starts_at"] = values["starts_at"].astimezone(zone)
        values["ends_at"] = values["ends_at"].astimezone(zone)
        shows.append(DoorShow(**values))
    return tuple(shows)


def list_latest_admissions(session: Session, context: Context) -> tuple[Judgement, ...]:
    """What this terminal has let in lately and stands, newest first."""
    context.permit(Permission.ADMIT)
    zone = _read_zone(session, context)
    values = {"terminal": context.terminal_id, "lines": _LINES, "depth": _DEPTH}
    return tuple(
        Judgement(
            scan_id=row.scan_id,
            outcome=Outcome.ADMITTED,
            admission_id=row.admission_id,
            show_id=row.show_id,
            title=row.title,
            hall_name=row.hall_name,
            starts_at=row.starts_at.astimezone(zone),
            seat_name=row.seat_name,
            seat_kind=row.seat_kind,
            ticket_type=row.ticket_type,
            since=row.admitted_at.astimezone(zone),
            place=row.door,
            person=row.display_name,
        )
        for row in session.connection().execute(_LATEST, values)
    )


def list_conflicts(session: Session, context: Context) -> tuple[Judgement, ...]:
    """Whom the venue's doors let in by themselves in the last day although the server would not have; newest first.

    `since` is when that was, `place` at which door, `person` who stood there.
    """
    context.permit(Permission.ADMIT)
    zone = _read_zone(session, context)
    return tuple(
        Judgement(
            scan_id=row.scan_id,
            outcome=Outcome(row.outcome),
            show_id=row.show_id,
            title=row.title or "",
            hall_name=row.hall_name or "",
            starts_at=row.starts_at.astimezone(zone) if row.starts_at else None,
            seat_name=row.seat_name or "",
            since=row.scanned_at.astimezone(zone),
            place=row.door,
            person=row.display_name,
            offline=True,
        )
        for row in session.connection().execute(_CONFLICTS, {"venue": context.venue_id})
    )


def _arguments(
    context: Context, code: bytes, place: DoorPlace, scan_id: UUID, at: datetime | None = None
) -> dict[str, Any]:
    return {
        "venue": context.venue_id,
        "code": code,
        "scan": scan_id,
        "door": place.name[:120],
        "hall": place.hall_id,
        "show": place.show_id,
        "at": at,
    }


def _read_zone(session: Session, context: Context) -> ZoneInfo:
    return ZoneInfo(session.connection().execute(_ZONE, {"venue": context.venue_id}).scalar_one())


def _as_judgement(row: Row[Any], scan_id: UUID) -> Judgement:
    zone = ZoneInfo(row.time_zone)
    return Judgement(
        scan_id=scan_id,
        outcome=Outcome(row.outcome),
        admission_id=row.admission_id,
        show_id=row.show_id,
        title=row.title or "",
        hall_name=row.hall_name or "",
        starts_at=row.starts_at.astimezone(zone) if row.starts_at else None,
        seat_name=row.seat_name or "",
        seat_kind=row.seat_kind or "",
        ticket_type=row.ticket_type or "",
        since=row.since.astimezone(zone) if row.since else None,
        place=row.place or "",
        person=row.person or "",
        detail=row.detail or "",
    )
