"""Putting shows on the schedule and changing them.

Two managers at once: every change names the version it was made from; a stale one raises `StaleShowError` with what the
show is now. Overlaps are refused with the show in the way; the exclusion constraint `show_hall_is_free` stands behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import (
    Occupied,
    ShowStatus,
    Span,
    WrongStatusError,
    as_utc,
    make_span,
)
from boxoffice_desktop.models import Hall, Movie, Show
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.pricing import resolve_show_prices
from boxoffice_desktop.services.schedule.locking import (
    ShowStamp,
    delete_rows,
    lock_row,
    lock_show,
    require_no_sales,
    withdraw_row,
)
from boxoffice_desktop.services.schedule.placing import columns_of_span, insert_shows, read_taken, require_room
from boxoffice_desktop.services.schedule.reading import ShowBlock, read_block
from boxoffice_desktop.services.schedule.venue import read_venue_time

DEFAULT_ADVERTISING: Final = 15
_MOST_AT_ONCE: Final = 2000
_TEXT_LENGTH: Final = 60


@dataclass(frozen=True, kw_only=True)
class NewShow:
    """A show to be made.

    Attributes:
        starts_at: aware; advertising begins then.
        pause_minutes: from the film's end until the hall is free; None is the hall's own cleaning time.
    """

    movie_id: int
    hall_id: int
    starts_at: datetime
    advertising_minutes: int = DEFAULT_ADVERTISING
    pause_minutes: int | None = None
    format: str = "2D"
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowChange:
    """What to change; None leaves it as it is. Moving into another hall gives a show another id."""

    movie_id: int | None = None
    hall_id: int | None = None
    starts_at: datetime | None = None
    advertising_minutes: int | None = None
    pause_minutes: int | None = None
    format: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChangedShow:
    """A show after a change, and what it was before."""

    before: ShowBlock
    after: ShowBlock


@dataclass(frozen=True, kw_only=True)
class _Room:
    """Film and hall of a show to be."""

    running_minutes: int
    cleaning_minutes: int
    title: str


def create_drafts(session: Session, context: Context, *, shows: Sequence[NewShow]) -> tuple[ShowStamp, ...]:
    """Make draft shows with their show seats, all or none, in the given order.

    Raises:
        NotFoundError: no such film or hall.
        InvalidInputError: a film without running time, a start that is over, a length no show has.
        HallTakenError: a hall is taken then, by a show of the schedule or an earlier one of `shows`.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    if len(shows) > _MOST_AT_ONCE:
        raise InvalidInputError("shows", f"{_MOST_AT_ONCE} shows at once is the most.")
    rooms = _read_rooms(session, context, shows)
    venue = read_venue_time(session, context)
    spans = [_span_of(show, rooms[show.movie_id, show.hall_id]) for show in shows]
    if any(as_utc(span.starts_at) < venue.now for span in spans):
        raise InvalidInputError("starts_at", "That time is over.")
    taken = read_taken(session, {show.hall_id for show in shows}, spans, venue.zone)
    for place, (show, span) in enumerate(zip(shows, spans, strict=True)):
        title = rooms[show.movie_id, show.hall_id].title
        require_room(show.hall_id, span, taken)
        taken.append(Occupied(key=-1 - place, title=title, hall_id=show.hall_id, span=span))
    stamps = insert_shows(session, [_as_row(show, span) for show, span in zip(shows, spans, strict=True)])
    _hint(session, stamps)
    return stamps


def change_show(session: Session, context: Context, *, show_id: int, version: int, change: ShowChange) -> ChangedShow:
    """Move, stretch or otherwise change a show; what sells gets the prices of its new time.

    A show that moves into another hall is a new show there with another id, since its seats are others.

    Raises:
        NotFoundError: no such show, film or hall.
        StaleShowError: somebody changed it since `version`.
        WrongStatusError: it is cancelled.
        ShowHasSalesError: film, hall, format or time would change and seats are sold or being sold.
        InvalidInputError: the new start is over, or a length no show has.
        HallTakenError: the hall is taken then.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    before = lock_show(session, context, show_id=show_id, version=version)
    if before.status is ShowStatus.CANCELLED:
        raise WrongStatusError(before.status)
    show = _merge(before, change)
    room = _read_rooms(session, context, [show])[show.movie_id, show.hall_id]
    span = _span_of(show, room)
    moves = as_utc(span.starts_at) != as_utc(before.span.starts_at) or show.hall_id != before.hall_id
    is_other = moves or show.movie_id != before.movie_id or show.format != before.format
    if is_other and before.status is not ShowStatus.DRAFT:
        require_no_sales(session, before)
    venue = read_venue_time(session, context)
    if moves and as_utc(span.starts_at) < venue.now:
        raise InvalidInputError("starts_at", "That time is over.")
    require_room(show.hall_id, span, read_taken(session, {show.hall_id}, [span], venue.zone), ignoring=show_id)
    if show.hall_id != before.hall_id:
        show_id = _change_hall(session, context, before, show, span)
    else:
        session.execute(update(Show).where(Show.show_id == show_id).values(**_as_row(show, span)))
        if is_other and before.status is not ShowStatus.DRAFT:
            _price_anew(session, context, show_id)
    add_hint(session, before.show_id, ())
    add_hint(session, show_id, ())
    return ChangedShow(before=before, after=read_block(session, context, show_id=show_id))


def _read_rooms(session: Session, context: Context, shows: Sequence[NewShow]) -> dict[tuple[int, int], _Room]:
    movies = {
        row.movie_id: row
        for row in session.execute(
            select(Movie.movie_id, Movie.title, Movie.running_minutes).where(
                Movie.movie_id.in_({show.movie_id for show in shows})
            )
        )
    }
    halls = {
        row.hall_id: row
        for row in session.execute(
            select(Hall.hall_id, Hall.cleaning_minutes).where(
                Hall.hall_id.in_({show.hall_id for show in shows}), Hall.venue_id == context.venue_id
            )
        )
    }
    rooms: dict[tuple[int, int], _Room] = {}
    for show in shows:
        if show.movie_id not in movies:
            raise NotFoundError("movie", show.movie_id)
        if show.hall_id not in halls:
            raise NotFoundError("hall", show.hall_id)
        movie = movies[show.movie_id]
        rooms[show.movie_id, show.hall_id] = _Room(
            running_minutes=movie.running_minutes or 0,
            cleaning_minutes=halls[show.hall_id].cleaning_minutes,
            title=movie.title,
        )
    return rooms


def _span_of(show: NewShow, room: _Room) -> Span:
    pause = room.cleaning_minutes if show.pause_minutes is None else show.pause_minutes
    if pause < room.cleaning_minutes:
        raise InvalidInputError("pause", f"Cleaning this hall takes {room.cleaning_minutes} minutes.")
    if len(show.format) > _TEXT_LENGTH or len(show.language) > _TEXT_LENGTH:
        raise InvalidInputError("format", f"Format and language have at most {_TEXT_LENGTH} letters.")
    return make_span(show.starts_at, advertising=show.advertising_minutes, running=room.running_minutes, pause=pause)


def _as_row(show: NewShow, span: Span) -> dict[str, Any]:
    return {
        "movie_id": show.movie_id,
        "hall_id": show.hall_id,
        **columns_of_span(span),
        "format": show.format.strip(),
        "language": show.language.strip(),
    }


def _merge(before: ShowBlock, change: ShowChange) -> NewShow:
    show = NewShow(
        movie_id=before.movie_id,
        hall_id=before.hall_id,
        starts_at=before.span.starts_at,
        advertising_minutes=before.advertising_minutes,
        pause_minutes=before.pause_minutes,
        format=before.format,
        language=before.language,
    )
    changed = {name: value for name, value in vars(change).items() if value is not None}
    if change.hall_id is not None and change.hall_id != before.hall_id and change.pause_minutes is None:
        # Another hall has a cleaning time of its own.
        changed["pause_minutes"] = None
    return replace(show, **changed)


def _change_hall(session: Session, context: Context, before: ShowBlock, show: NewShow, span: Span) -> int:
    """A new show in the new hall, in the same status; the old one goes, or is cancelled where somebody had a seat."""
    old = lock_row(session, before.show_id)
    if old is not None and old.had_customers:
        session.execute(update(Show).where(Show.show_id == before.show_id).values(status="cancelled"))
    else:
        if before.status is not ShowStatus.DRAFT:
            withdraw_row(session, before.show_id)
        delete_rows(session, [before.show_id])
    row = _as_row(show, span)
    if old is not None and old.is_price_list_chosen:
        row |= {"price_list_id": old.price_list_id, "is_price_list_chosen": True}
    (stamp,) = insert_shows(session, [row])
    if before.status is not ShowStatus.DRAFT:
        _price_anew(session, context, stamp.show_id)
        session.execute(update(Show).where(Show.show_id == stamp.show_id).values(status=before.status.value))
    return stamp.show_id


def _price_anew(session: Session, context: Context, show_id: int) -> None:
    kept = case((Show.is_price_list_chosen, Show.price_list_id))
    session.execute(update(Show).where(Show.show_id == show_id).values(price_list_id=kept))
    resolve_show_prices(session, context, show_id=show_id)


def _hint(session: Session, stamps: Sequence[ShowStamp]) -> None:
    """Wake other managers' schedules: one hint is enough, they read whole days again."""
    for stamp in stamps[:1]:
        add_hint(session, stamp.show_id, ())
