"""Whole days and weeks at once: copies and generated weeks, each first as a preview, then written as drafts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import Occupied, ShowStatus, Span, as_utc, find_clash, make_span, minutes_between
from boxoffice_desktop.domain.week_plan import (
    FilmWish,
    PlanConflict,
    PlanHall,
    PlanRules,
    PlanTrouble,
    ProposedShow,
    WeekPlan,
    plan_week,
)
from boxoffice_desktop.models import Movie
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.drafts import NewShow, create_drafts
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import (
    ShowBlock,
    list_hall_rows,
    list_occupied,
    read_schedule,
)
from boxoffice_desktop.services.schedule.venue import VenueTime, read_venue_time


def preview_week(
    session: Session,
    context: Context,
    *,
    wishes: Sequence[FilmWish],
    prime_from: time = time(18),
    prime_until: time = time(21, 30),
    shift_minutes: int = 30,
    stagger_minutes: int = 0,
) -> WeekPlan:
    """What generating would make, next to what stands on the schedule already. Writes nothing.

    Raises:
        InvalidInputError: there is no wish, or one is for a film without running time.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    days = sorted({day for wish in wishes for day in wish.days})
    if not days or not any(wish.times and wish.hall_ids for wish in wishes):
        raise InvalidInputError("wishes", "Choose films, halls, times and days first.")
    venue = read_venue_time(session, context)
    rows = list_hall_rows(session, context)
    halls = tuple(
        PlanHall(hall_id=row.hall_id, name=row.name, capacity=row.capacity, cleaning_minutes=row.cleaning_minutes)
        for row in rows
    )
    rules = PlanRules(
        zone=venue.zone,
        day_ends_at=venue.day_ends_at,
        prime_from=prime_from,
        prime_until=prime_until,
        shift_minutes=shift_minutes,
        stagger_minutes=stagger_minutes,
    )
    taken = _read_taken(session, [row.hall_id for row in rows], venue, days[0], days[-1])
    return plan_week(wishes, halls, rules, taken, not_before=venue.now)


def preview_copy(session: Session, context: Context, *, from_day: date, to_day: date, days: int = 1) -> WeekPlan:
    """What copying `days` business days to those from `to_day` on would make: same halls, films and local times.

    Cancelled shows are left out; what does not fit is a conflict. Writes nothing.

    Raises:
        InvalidInputError: the days overlap, or are none.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    if abs((to_day - from_day).days) < days:
        raise InvalidInputError("to_day", "Days cannot be copied onto themselves.")
    source = read_schedule(session, context, first_day=from_day, days=days)
    venue = read_venue_time(session, context)
    halls = {row.hall_id: row for row in source.halls}
    taken = _read_taken(session, sorted(halls), venue, to_day, to_day + timedelta(days=days))
    shows: list[ProposedShow] = []
    conflicts: list[PlanConflict] = []
    for block in sorted(source.blocks, key=lambda each: (as_utc(each.span.starts_at), each.hall_id)):
        if block.status is ShowStatus.CANCELLED:
            continue
        copied = _copy(block, to_day - from_day, venue, taken)
        if isinstance(copied, PlanConflict):
            conflicts.append(copied)
        else:
            shows.append(copied)
            taken.append(Occupied(key=-len(shows), title=copied.title, hall_id=copied.hall_id, span=copied.span))
    return WeekPlan(shows=tuple(shows), conflicts=tuple(conflicts))


def write_plan(session: Session, context: Context, *, shows: Sequence[ProposedShow]) -> tuple[ShowStamp, ...]:
    """Make the previewed shows, as drafts, all or none.

    Raises:
        HallTakenError: somebody put a show in the way since the preview.
        InvalidInputError: a film's running time changed since the preview.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    running = _read_running(session, shows)
    return create_drafts(
        session,
        context,
        shows=[
            NewShow(
                movie_id=show.movie_id,
                hall_id=show.hall_id,
                starts_at=show.span.starts_at,
                advertising_minutes=minutes_between(show.span.starts_at, show.span.ends_at) - running[show.movie_id],
                pause_minutes=minutes_between(show.span.ends_at, show.span.free_at),
                format=show.format,
                language=show.language,
            )
            for show in shows
        ],
    )


def _read_running(session: Session, shows: Sequence[ProposedShow]) -> dict[int, int]:
    rows = session.execute(
        select(Movie.movie_id, Movie.running_minutes).where(Movie.movie_id.in_({show.movie_id for show in shows}))
    )
    found = {row.movie_id: row.running_minutes or 0 for row in rows}
    return {show.movie_id: found.get(show.movie_id, 0) for show in shows}


def _read_taken(session: Session, hall_ids: list[int], venue: VenueTime, first: date, last: date) -> list[Occupied]:
    # A day more on either side: what began the evening before may still be cleaned, and starts are shifted.
    start, _ = venue.bounds(first - timedelta(days=1))
    _, end = venue.bounds(last + timedelta(days=1))
    return list_occupied(session, hall_ids, start, end, venue.zone)


def _copy(block: ShowBlock, by: timedelta, venue: VenueTime, taken: Sequence[Occupied]) -> ProposedShow | PlanConflict:
    local = block.span.starts_at
    day = block.day + by

    def refuse(trouble: PlanTrouble) -> PlanConflict:
        return PlanConflict(title=block.title, day=day, at=local.time(), trouble=trouble)

    span = _span_at(block, local, local.date() + by, venue)
    if span is None:
        return refuse(PlanTrouble.NO_SUCH_TIME)
    if as_utc(span.starts_at) < venue.now:
        return refuse(PlanTrouble.PAST)
    clash = find_clash(block.hall_id, span, taken)
    if clash is not None:
        return PlanConflict(title=block.title, day=day, at=local.time(), trouble=PlanTrouble.NO_ROOM, clash=clash)
    return ProposedShow(
        movie_id=block.movie_id,
        title=block.title,
        hall_id=block.hall_id,
        day=day,
        span=span,
        format=block.format,
        language=block.language,
        is_prime=False,
        shifted_minutes=0,
    )


def _span_at(block: ShowBlock, local: datetime, day: date, venue: VenueTime) -> Span | None:
    try:
        starts_at = local_moment(day, local.time().replace(tzinfo=None, fold=0), venue.zone, later=bool(local.fold))
    except InvalidInputError:
        return None
    return make_span(
        starts_at,
        advertising=block.advertising_minutes,
        running=max(1, block.running_minutes),
        pause=block.pause_minutes,
    )
