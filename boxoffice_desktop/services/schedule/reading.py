"""The schedule of some days: every hall, every show with what it takes of the hall and what is sold of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import Occupied, ShowStatus, Span, minutes_between
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.venue import VenueTime, read_venue_time

_MOST_DAYS: Final = 31
_SEARCH_LENGTH: Final = 200
_FILMS_SHOWN: Final = 60


@dataclass(frozen=True, kw_only=True)
class HallRow:
    """A hall as a row of the schedule; `capacity` leaves retired seats out."""

    hall_id: int
    name: str
    capacity: int
    cleaning_minutes: int


@dataclass(frozen=True, kw_only=True)
class DayBounds:
    """A business day from start (included) to end (excluded), in the venue's zone."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShowBlock:
    """A show on the timeline; moments in the venue's zone.

    Attributes:
        version: what a change must be made from; a change by anybody else makes another.
        running_minutes: the film's; 0 when the catalogue has lost it.
    """

    show_id: int
    version: int
    movie_id: int
    title: str
    certificate: str
    colour: int
    running_minutes: int
    format: str
    language: str
    hall_id: int
    hall_name: str
    status: ShowStatus
    day: date
    span: Span
    sold: int
    held: int
    capacity: int

    @property
    def advertising_minutes(self) -> int:
        """What comes before the film."""
        return max(0, minutes_between(self.span.starts_at, self.span.ends_at) - self.running_minutes)

    @property
    def pause_minutes(self) -> int:
        """From the film's end until the hall is free: cleaning and whatever break comes on top."""
        return minutes_between(self.span.ends_at, self.span.free_at)

    def as_occupied(self) -> Occupied:
        """The show as something that stands in a hall."""
        return Occupied(key=self.show_id, title=self.title, hall_id=self.hall_id, span=self.span)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Some days of all halls. `blocks` are sorted by hall and time; shows that begin before the days are left out."""

    zone: ZoneInfo
    today: date
    now: datetime
    days: tuple[DayBounds, ...]
    halls: tuple[HallRow, ...]
    blocks: tuple[ShowBlock, ...]


@dataclass(frozen=True, kw_only=True)
class CatalogueFilm:
    """A film that can be put on the schedule. Without `running_minutes` it cannot yet."""

    movie_id: int
    title: str
    certificate: str
    colour: int
    running_minutes: int | None
    release_date: date | None
    shows_ahead: int


_HALLS: Final = text(
    """
    SELECT h.hall_id, h.name, count(s.seat_id) AS capacity, h.cleaning_minutes
      FROM boxoffice.hall h
      LEFT JOIN boxoffice.seat s ON s.hall_id = h.hall_id AND s.retired_at IS NULL
     WHERE h.venue_id = :venue
     GROUP BY h.hall_id
     ORDER BY h.hall_id
    """
)

# The row's xmin changes with every change of the row and with nothing else: a version without a column for it.
_BLOCKS: Final = """
    SELECT s.show_id, CAST(CAST(s.xmin AS text) AS bigint) AS version, s.movie_id, m.title, m.certificate, m.colour,
           coalesce(m.running_minutes, 0) AS running_minutes, s.format, s.language, s.hall_id, h.name AS hall_name,
           s.status, s.starts_at, s.ends_at, upper(s.occupies) AS free_at, c.sold, c.held, c.capacity
      FROM boxoffice.show s
      JOIN boxoffice.hall h ON h.hall_id = s.hall_id
      JOIN boxoffice.movie m ON m.movie_id = s.movie_id
      CROSS JOIN LATERAL (
        SELECT count(*) AS capacity,
               count(*) FILTER (WHERE x.state = 'sold') AS sold,
               count(*) FILTER (WHERE x.state = 'held'
                                  AND (x.held_until IS NULL OR x.held_until > clock_timestamp())) AS held
          FROM boxoffice.show_seat x WHERE x.show_id = s.show_id) c
     WHERE h.venue_id = :venue
"""
_BLOCKS_OF_DAYS: Final = text(
    _BLOCKS + " AND s.starts_at >= :start AND s.starts_at < :end ORDER BY s.hall_id, s.starts_at"
)
_BLOCK: Final = text(_BLOCKS + " AND s.show_id = :show")

_OCCUPIED: Final = text(
    """
    SELECT s.show_id, m.title, s.hall_id, s.starts_at, s.ends_at, upper(s.occupies) AS free_at
      FROM boxoffice.show s JOIN boxoffice.movie m ON m.movie_id = s.movie_id
     WHERE s.hall_id = ANY(:halls) AND s.occupies && tstzrange(:start, :end) AND s.status <> 'cancelled'
     ORDER BY s.starts_at, s.show_id
    """
)

_FILMS: Final = text(
    """
    SELECT m.movie_id, m.title, m.certificate, m.colour, m.running_minutes, m.release_date,
           coalesce(a.shows, 0) AS shows_ahead
      FROM boxoffice.movie m
      LEFT JOIN (SELECT s.movie_id, count(*) AS shows
                   FROM boxoffice.show s JOIN boxoffice.hall h ON h.hall_id = s.hall_id
                  WHERE h.venue_id = :venue AND s.status <> 'cancelled' AND s.starts_at > now()
                  GROUP BY s.movie_id) a ON a.movie_id = m.movie_id
     WHERE :search = '' OR position(lower(:search) IN lower(m.title)) > 0
        OR position(lower(:search) IN lower(coalesce(m.original_title, ''))) > 0
     ORDER BY a.shows IS NOT NULL DESC, m.release_date DESC NULLS LAST, m.title, m.movie_id
     LIMIT :most
    """
)


def read_schedule(session: Session, context: Context, *, first_day: date | None = None, days: int = 1) -> Schedule:
    """The schedule of `days` business days from `first_day` on; None is today's business day.

    Raises:
        InvalidInputError: no day, or more than a month.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    if not 1 <= days <= _MOST_DAYS:
        raise InvalidInputError("days", f"1 to {_MOST_DAYS} days can be read at once.")
    venue = read_venue_time(session, context)
    today = venue.day_of(venue.now)
    first = first_day or today
    bounds = tuple(_bounds(venue, first + timedelta(days=ahead)) for ahead in range(days))
    rows = session.connection().execute(
        _BLOCKS_OF_DAYS,
        {"venue": context.venue_id, "start": bounds[0].starts_at, "end": bounds[-1].ends_at},
    )
    return Schedule(
        zone=venue.zone,
        today=today,
        now=venue.now.astimezone(venue.zone),
        days=bounds,
        halls=list_hall_rows(session, context),
        blocks=tuple(_as_block(row, venue) for row in rows),
    )


def read_block(session: Session, context: Context, *, show_id: int) -> ShowBlock:
    """One show as the timeline shows it.

    Raises:
        NotFoundError: no such show in this venue.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    venue = read_venue_time(session, context)
    row = session.connection().execute(_BLOCK, {"venue": context.venue_id, "show": show_id}).one_or_none()
    if row is None:
        raise NotFoundError("show", show_id)
    return _as_block(row, venue)


def list_hall_rows(session: Session, context: Context) -> tuple[HallRow, ...]:
    """The venue's halls."""
    rows = session.connection().execute(_HALLS, {"venue": context.venue_id})
    return tuple(HallRow(**row._mapping) for row in rows)  # noqa: SLF001  SQLAlchemy's documented name


def list_films(session: Session, context: Context, *, search: str = "") -> tuple[CatalogueFilm, ...]:
    """Films whose title or original title has `search` in it; those that are running first, then the newest."""
    context.permit(Permission.MANAGE_SCHEDULE)
    rows = session.connection().execute(
        _FILMS, {"venue": context.venue_id, "search": search.strip()[:_SEARCH_LENGTH], "most": _FILMS_SHOWN}
    )
    return tuple(CatalogueFilm(**row._mapping) for row in rows)  # noqa: SLF001  as above


def list_occupied(
    session: Session, hall_ids: list[int], start: datetime, end: datetime, zone: tzinfo | None
) -> list[Occupied]:
    """What stands in these halls between two moments, cleaning included."""
    rows = session.connection().execute(_OCCUPIED, {"halls": hall_ids, "start": start, "end": end})
    return [Occupied(key=row.show_id, title=row.title, hall_id=row.hall_id, span=_as_span(row, zone)) for row in rows]


def _bounds(venue: VenueTime, day: date) -> DayBounds:
    starts_at, ends_at = venue.bounds(day)
    return DayBounds(day=day, starts_at=starts_at, ends_at=ends_at)


def _as_span(row: Row[Any], zone: tzinfo | None) -> Span:
    return Span(
        starts_at=row.starts_at.astimezone(zone),
        ends_at=row.ends_at.astimezone(zone),
        free_at=row.free_at.astimezone(zone),
    )


def _as_block(row: Row[Any], venue: VenueTime) -> ShowBlock:
    return ShowBlock(
        show_id=row.show_id,
        version=row.version,
        movie_id=row.movie_id,
        title=row.title,
        certificate=row.certificate,
        colour=row.colour,
        running_minutes=row.running_minutes,
        format=row.format,
        language=row.language,
        hall_id=row.hall_id,
        hall_name=row.hall_name,
        status=ShowStatus(row.status),
        day=venue.day_of(row.starts_at),
        span=_as_span(row, venue.zone),
        sold=row.sold,
        held=row.held,
        capacity=row.capacity,
    )
