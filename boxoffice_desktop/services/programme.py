"""What is on: days, shows with their free seats, posters; and putting a show on sale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, case, func, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of
from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import make_span
from boxoffice_desktop.models import Hall, Movie, MoviePoster, Seat, Show, ShowSeat, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.pricing import resolve_show_prices

_DAYS_AHEAD = 400


@dataclass(frozen=True, kw_only=True)
class DayTile:
    """A business day and how many shows it has."""

    day: date
    shows: int


@dataclass(frozen=True, kw_only=True)
class ShowTile:
    """A show as a cashier picks it. Times are in the venue's zone; `started` by the database's clock."""

    show_id: int
    movie_id: int
    title: str
    certificate: str
    running_minutes: int | None
    format: str
    language: str
    hall_id: int
    hall_name: str
    starts_at: datetime
    ends_at: datetime
    status: str
    free: int
    held: int
    sold: int
    capacity: int
    started: bool
    colour: int
    has_poster: bool


@dataclass(frozen=True, kw_only=True)
class _VenueClock:
    zone: ZoneInfo
    day_ends_at: time
    now: datetime


def list_days(session: Session, context: Context) -> tuple[DayTile, ...]:
    """Business days from today on that have shows; today first, even without any."""
    clock = _read_clock(session, context)
    today = business_day_of(clock.now, clock.zone, clock.day_ends_at)
    start, _ = business_day_bounds(today, clock.zone, clock.day_ends_at)
    starts = session.execute(
        select(Show.starts_at)
        .join(Hall, Hall.hall_id == Show.hall_id)
        .where(
            Hall.venue_id == context.venue_id,
            Show.starts_at >= start,
            Show.starts_at < start + timedelta(days=_DAYS_AHEAD),
            _is_public(),
        )
    ).scalars()
    counts: dict[date, int] = {today: 0}
    for at in starts:
        day = business_day_of(at, clock.zone, clock.day_ends_at)
        counts[day] = counts.get(day, 0) + 1
    return tuple(DayTile(day=day, shows=shows) for day, shows in sorted(counts.items()))


def list_shows(session: Session, context: Context, *, day: date) -> tuple[ShowTile, ...]:
    """The shows of a business day, by movie title, then time; drafts left out."""
    clock = _read_clock(session, context)
    start, end = business_day_bounds(day, clock.zone, clock.day_ends_at)
    rows = session.execute(
        _tiles_query().where(
            Hall.venue_id == context.venue_id,
            Show.starts_at >= start,
            Show.starts_at < end,
            _is_public(),
        )
    ).all()
    tiles = (_as_tile(row, clock.zone) for row in rows)
    return tuple(sorted(tiles, key=lambda tile: (tile.title.casefold(), tile.starts_at, tile.show_id)))


def get_show(session: Session, context: Context, *, show_id: int) -> ShowTile:
    """One show with its counts.

    Raises:
        NotFoundError: no such show.
    """
    clock = _read_clock(session, context)
    row = session.execute(_tiles_query().where(Show.show_id == show_id)).one_or_none()
    if row is None:
        raise NotFoundError("show", show_id)
    return _as_tile(row, clock.zone)


def list_shows_by_id(session: Session, context: Context, *, show_ids: tuple[int, ...]) -> tuple[ShowTile, ...]:
    """These shows with their counts, in no order; those that do not exist are left out."""
    clock = _read_clock(session, context)
    rows = session.execute(_tiles_query().where(Show.show_id.in_(show_ids))).all()
    return tuple(_as_tile(row, clock.zone) for row in rows)


def get_poster(session: Session, context: Context, *, movie_id: int) -> bytes | None:  # noqa: ARG001  a service's shape
    """The film's poster as PNG or JPEG, or None."""
    return session.execute(select(MoviePoster.image).where(MoviePoster.movie_id == movie_id)).scalar()


def create_show(
    session: Session,
    context: Context,
    *,
    movie_id: int,
    hall_id: int,
    starts_at: datetime,
    format: str = "2D",  # noqa: A002  the cinema's word
    language: str = "",
    advertising_minutes: int = 15,
) -> int:
    """Create a draft show with its show seats and return its id. `starts_at` is aware.

    The hall is taken from `starts_at` until the film, its advertising and the hall's cleaning are over.

    Raises:
        NotFoundError: no such movie or hall.
        InvalidInputError: the movie has no running time.
        ConflictError: the hall is taken then.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    movie = session.get(Movie, movie_id)
    if movie is None:
        raise NotFoundError("movie", movie_id)
    hall = session.get(Hall, hall_id)
    if hall is None:
        raise NotFoundError("hall", hall_id)
    if movie.running_minutes is None:
        raise InvalidInputError("running_minutes", "The film has no running time yet; a show needs one.")
    span = make_span(
        starts_at, advertising=advertising_minutes, running=movie.running_minutes, pause=hall.cleaning_minutes
    )
    show = Show(
        movie_id=movie_id,
        hall_id=hall_id,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        occupies=Range(span.starts_at, span.free_at, bounds="[)"),
        format=format,
        language=language,
        status="draft",
    )
    session.add(show)
    session.flush()
    session.execute(
        insert(ShowSeat).from_select(
            ["show_id", "seat_id", "area_id"],
            select(literal_column(str(show.show_id)), Seat.seat_id, Seat.area_id).where(
                Seat.hall_id == hall_id, Seat.retired_at.is_(None)
            ),
        )
    )
    return show.show_id


def put_on_sale(session: Session, context: Context, *, show_ids: Iterable[int]) -> None:
    """Resolve the prices of draft shows and open them for selling.

    Raises:
        NotFoundError: no such show.
        ConflictError: not a draft, or no price list covers all areas of its hall.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    for show_id in show_ids:
        status = session.execute(select(Show.status).where(Show.show_id == show_id).with_for_update()).scalar()
        if status is None:
            raise NotFoundError("show", show_id)
        if status != "draft":
            raise ConflictError(f"The show is {status.replace('_', ' ')} already.")
        resolve_show_prices(session, context, show_id=show_id)
        session.execute(update(Show).where(Show.show_id == show_id).values(status="on_sale"))


def _read_clock(session: Session, context: Context) -> _VenueClock:
    row = session.execute(
        select(Venue.time_zone, Venue.day_ends_at, func.clock_timestamp()).where(Venue.venue_id == context.venue_id)
    ).one()
    return _VenueClock(zone=ZoneInfo(row[0]), day_ends_at=row[1], now=row[2])


def _is_public() -> ColumnElement[bool]:
    """Drafts stay in the office."""
    return Show.status != "draft"


def _tiles_query() -> Select[tuple[object, ...]]:
    held = (ShowSeat.state == "held") & (ShowSeat.held_until.is_(None) | (ShowSeat.held_until > func.clock_timestamp()))
    counts = (
        select(
            func.count().label("capacity"),
            func.count(case((ShowSeat.state == "sold", 1))).label("sold"),
            func.count(case((held, 1))).label("held"),
        )
        # A seat that was retired stays with who has it, and is nobody's afterwards (see services.seat_maps.IN_SHOW).
        .where(
            ShowSeat.show_id == Show.show_id,
            (ShowSeat.state == "sold")
            | held
            | ShowSeat.seat_id.not_in(select(Seat.seat_id).where(Seat.retired_at.is_not(None))),
        )
        .lateral("counts")
    )
    return (
        select(  # type: ignore[return-value]  # the stubs stop naming columns beyond a dozen
            Show.show_id,
            Show.movie_id,
            Movie.title,
            Movie.certificate,
            Movie.running_minutes,
            Show.format,
            Show.language,
            Show.hall_id,
            Hall.name.label("hall_name"),
            Show.starts_at,
            Show.ends_at,
            Show.status,
            counts.c.capacity,
            counts.c.sold,
            counts.c.held,
            (Show.starts_at <= func.clock_timestamp()).label("started"),
            Movie.colour,
            Movie.has_poster,
        )
        .join(Movie, Movie.movie_id == Show.movie_id)
        .join(Hall, Hall.hall_id == Show.hall_id)
        .join(counts, literal_column("true"))
    )


def _as_tile(row: Row[tuple[object, ...]], zone: ZoneInfo) -> ShowTile:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's documented name
    values["free"] = values["capacity"] - values["sold"] - values["held"]
    values["starts_at"] = values["starts_at"].astimezone(zone)
    values["ends_at"] = values["ends_at"].astimezone(zone)
    return ShowTile(**values)
