"""What a door takes with it for the time without a server: shows, dead codes, keys of tills. No code, no person."""

import json
from base64 import b64decode, b64encode
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.admission import HASH_BYTES, BookShow, DoorBook
from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.door.admissions import DoorShow

_VENUE: Final = text("SELECT time_zone, day_ends_at, clock_timestamp() FROM boxoffice.venue WHERE venue_id = :venue")
_KEYS: Final = text(
    """
    SELECT k.ticket_key_id, k.public_key
      FROM boxoffice.ticket_key k JOIN boxoffice.terminal t ON t.terminal_id = k.terminal_id
     WHERE k.revoked_at IS NULL AND t.revoked_at IS NULL
    """
)
_SHOWS: Final = text(
    """
    SELECT b.show_id, m.title, w.hall_id, h.name, w.starts_at, w.ends_at, w.status, b.admitted, b.voided, b.replaced,
           (SELECT count(*) FROM boxoffice.show_seat x WHERE x.show_id = b.show_id AND x.state = 'sold') AS sold
      FROM boxoffice.door_book() b
      JOIN boxoffice.show w ON w.show_id = b.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
    """
)
_SEATS: Final = text(
    "SELECT e.seat_id, e.name FROM boxoffice.seat e JOIN boxoffice.hall h ON h.hall_id = e.hall_id"
    " WHERE h.venue_id = :venue"
)


def read_book(session: Session, context: Context) -> DoorBook:
    """Everything that this door needs to decide alone, as of now.

    Raises:
        NotAllowedError: the signed-in person does not let people in.
    """
    context.permit(Permission.ADMIT)
    connection = session.connection()
    zone, day_ends_at, now = connection.execute(_VENUE, {"venue": context.venue_id}).one()
    shows = (
        BookShow(
            show_id=row[0],
            title=row[1],
            hall_id=row[2],
            hall_name=row[3],
            starts_at=row[4],
            ends_at=row[5],
            is_cancelled=row[6] == "cancelled",
            admitted=_split(row[7]),
            voided=_split(row[8]),
            replaced=_split(row[9]),
            sold=row[10],
        )
        for row in connection.execute(_SHOWS)
    )
    return DoorBook(
        read_at=now,
        time_zone=zone,
        day_ends_at=day_ends_at,
        keys={row[0]: bytes(row[1]) for row in connection.execute(_KEYS)},
        shows={show.show_id: show for show in shows},
        seats={row[0]: row[1] for row in connection.execute(_SEATS, {"venue": context.venue_id})},
    )


def list_book_shows(book: DoorBook, now: datetime) -> tuple[DoorShow, ...]:
    """The shows of the business day that a door remembers, by time, with their counts as of `book.read_at`."""
    zone = ZoneInfo(book.time_zone)
    today = business_day_of(now, zone, book.day_ends_at)
    return tuple(
        DoorShow(
            show_id=show.show_id,
            title=show.title,
            hall_id=show.hall_id,
            hall_name=show.hall_name,
            starts_at=show.starts_at.astimezone(zone),
            ends_at=show.ends_at.astimezone(zone),
            colour=0,
            is_over=show.ends_at < now,
            sold=show.sold,
            admitted=len(show.admitted),
        )
        for show in sorted(book.shows.values(), key=lambda show: (show.starts_at, show.hall_name))
        if not show.is_cancelled and business_day_of(show.starts_at, zone, book.day_ends_at) == today
    )


def write_book(book: DoorBook) -> str:
    """The book as text for a file."""
    return json.dumps(
        {
            "read_at": book.read_at.isoformat(),
            "time_zone": book.time_zone,
            "day_ends_at": book.day_ends_at.isoformat(),
            "keys": {str(number): _pack(key) for number, key in book.keys.items()},
            "shows": [_show_values(show) for show in book.shows.values()],
            "seats": {str(seat_id): name for seat_id, name in book.seats.items()},
        }
    )


def parse_book(written: str) -> DoorBook:
    """The book from its text.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    values = json.loads(written)
    shows = (_parse_show(show) for show in values["shows"])
    return DoorBook(
        read_at=datetime.fromisoformat(values["read_at"]),
        time_zone=values["time_zone"],
        day_ends_at=time.fromisoformat(values["day_ends_at"]),
        keys={int(number): b64decode(key) for number, key in values["keys"].items()},
        shows={show.show_id: show for show in shows},
        seats={int(seat_id): name for seat_id, name in values["seats"].items()},
    )


def _show_values(show: BookShow) -> dict[str, Any]:
    return {
        "show_id": show.show_id,
        "title": show.title,
        "hall_id": show.hall_id,
        "hall_name": show.hall_name,
        "starts_at": show.starts_at.isoformat(),
        "ends_at": show.ends_at.isoformat(),
        "is_cancelled": show.is_cancelled,
        "sold": show.sold,
        **{name: _pack(b"".join(sorted(getattr(show, name)))) for name in ("admitted", "voided", "replaced")},
    }


def _parse_show(values: dict[str, Any]) -> BookShow:
    return BookShow(
        show_id=values["show_id"],
        title=values["title"],
        hall_id=values["hall_id"],
        hall_name=values["hall_name"],
        starts_at=datetime.fromisoformat(values["starts_at"]),
        ends_at=datetime.fromisoformat(values["ends_at"]),
        is_cancelled=values["is_cancelled"],
        admitted=_split(b64decode(values["admitted"])),
        voided=_split(b64decode(values["voided"])),
        replaced=_split(b64decode(values["replaced"])),
        sold=values["sold"],
    )


def _pack(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _split(hashes: bytes) -> frozenset[bytes]:
    data = bytes(hashes)
    return frozenset(data[place : place + HASH_BYTES] for place in range(0, len(data), HASH_BYTES))
