"""The schedule for visitors: a poster and a calendar file, of what is on sale or closed; drafts stay in the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice_desktop.documents import schedule_poster
from boxoffice_desktop.documents.icalendar import CalendarShow, write_calendar
from boxoffice_desktop.documents.schedule_poster import PosterFilm, PosterShow, PosterWeek
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import ShowStatus, as_utc
from boxoffice_desktop.models import Movie, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.reading import Schedule, ShowBlock, read_schedule

_MOST_WEEKS: Final = 4
_PUBLIC: Final = frozenset({ShowStatus.ON_SALE, ShowStatus.CLOSED})


@dataclass(frozen=True, kw_only=True)
class _VenueFacts:
    venue_id: int
    name: str
    city: str
    locale: str


def render_poster(session: Session, context: Context, *, first_day: date, weeks: int = 1) -> bytes:
    """The poster of `weeks` weeks from `first_day` on, one page a week or more, as PDF.

    Raises:
        InvalidInputError: no week, or more than four.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    if not 1 <= weeks <= _MOST_WEEKS:
        raise InvalidInputError("weeks", f"1 to {_MOST_WEEKS} weeks fit on a poster.")
    schedule = read_schedule(session, context, first_day=first_day, days=7 * weeks)
    shows = [block for block in schedule.blocks if block.status in _PUBLIC]
    latin = _read_latin_titles(session, shows)
    pages = [
        _make_week(first_day + timedelta(days=7 * ahead), shows, latin, many_halls=len(schedule.halls) > 1)
        for ahead in range(weeks)
    ]
    venue = _read_venue(session, context)
    return schedule_poster.render_poster(venue.name, venue.city, pages, locale=venue.locale)


def render_calendar(session: Session, context: Context, *, first_day: date, days: int = 7) -> bytes:
    """The shows of some days as iCalendar; cancelled ones are in it as cancelled."""
    context.permit(Permission.MANAGE_SCHEDULE)
    schedule = read_schedule(session, context, first_day=first_day, days=days)
    venue = _read_venue(session, context)
    place = ", ".join(part for part in (venue.name, venue.city) if part)
    shows = [
        CalendarShow(
            uid=f"show-{block.show_id}-venue-{venue.venue_id}@boxoffice",
            title=block.title,
            location=f"{block.hall_name}, {place}",
            description=_describe(block),
            starts_at=block.span.starts_at,
            ends_at=block.span.ends_at,
            is_cancelled=block.status is ShowStatus.CANCELLED,
        )
        for block in _in_order(schedule)
        if block.status is not ShowStatus.DRAFT
    ]
    return write_calendar(venue.name, shows, made_at=schedule.now)


def _in_order(schedule: Schedule) -> list[ShowBlock]:
    return sorted(schedule.blocks, key=lambda block: (as_utc(block.span.starts_at), block.hall_id))


def _make_week(
    first: date, shows: Iterable[ShowBlock], latin: dict[int, str | None], *, many_halls: bool
) -> PosterWeek:
    films: dict[int, list[ShowBlock]] = {}
    for block in shows:
        if first <= block.day < first + timedelta(days=7):
            films.setdefault(block.movie_id, []).append(block)
    # The most shown first, as on every poster.
    ranked = sorted(films.values(), key=lambda blocks: (-len(blocks), blocks[0].title.casefold(), blocks[0].movie_id))
    return PosterWeek(
        first_day=first,
        films=tuple(
            PosterFilm(
                title=blocks[0].title,
                latin_title=latin.get(blocks[0].movie_id),
                facts=" · ".join(
                    part
                    for part in (blocks[0].certificate, f"{blocks[0].running_minutes} min")
                    if part and part != "0 min"
                ),
                shows=tuple(
                    PosterShow(day=block.day, starts_at=block.span.starts_at, note=_note(block, many_halls=many_halls))
                    for block in blocks
                ),
            )
            for blocks in ranked
        ),
    )


def _note(block: ShowBlock, *, many_halls: bool) -> str:
    parts = [block.hall_name] if many_halls else []
    parts += [part for part in (block.format if block.format != "2D" else "", block.language) if part]
    return " · ".join(parts)


def _describe(block: ShowBlock) -> str:
    return " · ".join(part for part in (block.certificate, block.format, block.language) if part)


def _read_latin_titles(session: Session, shows: Iterable[ShowBlock]) -> dict[int, str | None]:
    rows = session.execute(
        select(Movie.movie_id, Movie.latin_title).where(Movie.movie_id.in_({block.movie_id for block in shows}))
    )
    return {row.movie_id: row.latin_title for row in rows}


def _read_venue(session: Session, context: Context) -> _VenueFacts:
    row = session.execute(
        select(Venue.venue_id, Venue.name, Venue.city, Venue.locale).where(Venue.venue_id == context.venue_id)
    ).one()
    return _VenueFacts(venue_id=row.venue_id, name=row.name, city=row.city, locale=row.locale)
