"""Rows of shows: whether a hall has room for one, and writing it with its seats."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.schedule import HallTakenError, Occupied, Span, as_utc, find_clash
from boxoffice_desktop.models import Show
from boxoffice_desktop.services.schedule.locking import ShowStamp, read_stamp
from boxoffice_desktop.services.schedule.reading import list_occupied

# One statement inserts or deletes the seats of so many shows at most: a thousand would meet the statement timeout.
SHOWS_A_STATEMENT: Final = 20
_SEATS: Final = text(
    """
    INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id)
    SELECT w.show_id, e.seat_id, e.area_id
      FROM boxoffice.show w JOIN boxoffice.seat e ON e.hall_id = w.hall_id AND e.retired_at IS NULL
     WHERE w.show_id = ANY(:shows)
    """
)


def read_taken(session: Session, hall_ids: set[int], spans: Sequence[Span], zone: tzinfo) -> list[Occupied]:
    """What stands in these halls while any of these spans lasts."""
    if not spans:
        return []
    start, end = min(as_utc(span.starts_at) for span in spans), max(as_utc(span.free_at) for span in spans)
    return list_occupied(session, sorted(hall_ids), start, end, zone)


def require_room(hall_id: int, span: Span, taken: Sequence[Occupied], *, ignoring: int | None = None) -> None:
    """Raise HallTakenError when a show of the hall is in the way of this span."""
    clash = find_clash(hall_id, span, taken, ignoring=ignoring)
    if clash is not None:
        raise HallTakenError(clash)


def columns_of_span(span: Span) -> dict[str, datetime | Range[datetime]]:
    """A span as columns of a show."""
    return {
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "occupies": Range(span.starts_at, span.free_at, bounds="[)"),
    }


def insert_shows(session: Session, rows: Sequence[Mapping[str, Any]]) -> tuple[ShowStamp, ...]:
    """Write drafts with a free show seat for every seat of their halls; stamps in the order of the rows."""
    statement = insert(Show).returning(Show.show_id)
    # One by one, so that ids come in the order of the shows; the seats, which are many, by the dozen.
    show_ids = [session.execute(statement.values(**row, status="draft")).scalar_one() for row in rows]
    for start in range(0, len(show_ids), SHOWS_A_STATEMENT):
        session.connection().execute(_SEATS, {"shows": show_ids[start : start + SHOWS_A_STATEMENT]})
    return tuple(read_stamp(session, show_id) for show_id in show_ids)
