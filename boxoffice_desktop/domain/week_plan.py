"""Proposes a week: films by halls, times and days, the best hall for the first film in prime time. Writes nothing.

The same wishes always give the same plan. What cannot be placed is said with its reason, never left out silently.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.schedule import (
    Clash,
    Occupied,
    Span,
    as_utc,
    find_clash,
    make_span,
    minutes_between,
    shift_span,
)

STEP_MINUTES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanHall:
    """A hall that films may be put in."""

    hall_id: int
    name: str
    capacity: int
    cleaning_minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmWish:
    """When and where a film should run. The order of wishes is their rank.

    Attributes:
        hall_ids: the halls it may run in.
        times: local starts; those before the business day's end belong to the night after `days`.
        days: business days.
        in_prime: False keeps it out of prime time, e.g. a children's film.
    """

    movie_id: int
    title: str
    running_minutes: int
    hall_ids: tuple[int, ...]
    times: tuple[time, ...]
    days: tuple[date, ...]
    advertising_minutes: int = 15
    format: str = "2D"
    language: str = ""
    in_prime: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRules:
    """The rules of a week.

    Attributes:
        day_ends_at: when the business day ends, local.
        prime_from, prime_until: prime time, until excluded; equal means there is none. In prime time the films are
            placed by rank and the largest hall is taken first; outside, the hall that has played least that day.
        shift_minutes: how far a start may be moved to find room.
        stagger_minutes: how far apart two starts of a day must be, for the queue at the door.
    """

    zone: ZoneInfo
    day_ends_at: time = time(6)
    prime_from: time = time(18)
    prime_until: time = time(21, 30)
    shift_minutes: int = 30
    stagger_minutes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedShow:
    """A show to be made. `shifted_minutes` is how far it is from its wished start."""

    movie_id: int
    title: str
    hall_id: int
    day: date
    span: Span
    format: str
    language: str
    is_prime: bool
    shifted_minutes: int


class PlanTrouble(StrEnum):
    """Why a wish cannot be placed."""

    NO_ROOM = "no_room"
    NO_SUCH_TIME = "no_such_time"
    NOT_IN_PRIME = "not_in_prime"
    TOO_CLOSE = "too_close"
    NO_HALL = "no_hall"
    PAST = "past"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanConflict:
    """A wish that found no place. `clash` is what stood in the way at the wished time, in the hall tried first."""

    title: str
    day: date
    at: time
    trouble: PlanTrouble
    clash: Clash | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekPlan:
    """What would be made, by day, time and hall, and what would not."""

    shows: tuple[ProposedShow, ...]
    conflicts: tuple[PlanConflict, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slot:
    wish: FilmWish
    rank: int
    day: date
    at: time
    is_prime: bool


@dataclass(kw_only=True, slots=True)
class _Board:
    """What stands in the halls while the plan grows; only the plan's own shows have negative keys."""

    occupied: dict[int, list[Occupied]] = field(default_factory=dict)
    starts: list[datetime] = field(default_factory=list)
    played: dict[tuple[int, date], int] = field(default_factory=dict)
    made: list[ProposedShow] = field(default_factory=list)

    def put(self, show: ProposedShow) -> None:
        self.made.append(show)
        taken = Occupied(key=-len(self.made), title=show.title, hall_id=show.hall_id, span=show.span)
        self.occupied.setdefault(show.hall_id, []).append(taken)
        self.starts.append(show.span.starts_at)
        key = show.hall_id, show.day
        self.played[key] = self.played.get(key, 0) + show.span.minutes()


def plan_week(
    wishes: Sequence[FilmWish],
    halls: Sequence[PlanHall],
    rules: PlanRules,
    occupied: Iterable[Occupied] = (),
    *,
    not_before: datetime | None = None,
) -> WeekPlan:
    """Place every wish: prime time first and by rank, then the rest by time; next to what is `occupied` already.

    A start finds its hall at the wished time if any of its halls is free then; otherwise it is shifted by steps of
    five minutes, later before earlier, as far as the rules allow. Nothing is placed before `not_before`.
    """
    board = _Board()
    for taken in occupied:
        board.occupied.setdefault(taken.hall_id, []).append(taken)
        board.starts.append(taken.span.starts_at)
    by_id = {hall.hall_id: hall for hall in halls}
    conflicts: list[PlanConflict] = []
    for slot in _list_slots(wishes, rules):
        placed = _place(slot, by_id, rules, board, not_before)
        if isinstance(placed, PlanConflict):
            conflicts.append(placed)
        else:
            board.put(placed)
    shows = sorted(board.made, key=lambda show: (show.day, as_utc(show.span.starts_at), show.hall_id))
    return WeekPlan(
        shows=tuple(shows), conflicts=tuple(sorted(conflicts, key=lambda each: (each.day, each.at, each.title)))
    )


def is_prime_time(at: time, rules: PlanRules) -> bool:
    """Whether a local start lies in prime time, which may run past midnight."""
    if rules.prime_from <= rules.prime_until:
        return rules.prime_from <= at < rules.prime_until
    return at >= rules.prime_from or at < rules.prime_until


def _list_slots(wishes: Sequence[FilmWish], rules: PlanRules) -> list[_Slot]:
    slots = [
        _Slot(wish=wish, rank=rank, day=day, at=at, is_prime=is_prime_time(at, rules))
        for rank, wish in enumerate(wishes)
        for day in dict.fromkeys(wish.days)
        for at in dict.fromkeys(wish.times)
    ]

    def order(slot: _Slot) -> tuple[object, ...]:
        late = slot.at < rules.day_ends_at
        return slot.day, not slot.is_prime, slot.rank if slot.is_prime else 0, late, slot.at, slot.rank

    return sorted(slots, key=order)


def _place(
    slot: _Slot, halls: dict[int, PlanHall], rules: PlanRules, board: _Board, not_before: datetime | None
) -> ProposedShow | PlanConflict:
    def refuse(trouble: PlanTrouble, clash: Clash | None = None) -> PlanConflict:
        return PlanConflict(title=slot.wish.title, day=slot.day, at=slot.at, trouble=trouble, clash=clash)

    if slot.is_prime and not slot.wish.in_prime:
        return refuse(PlanTrouble.NOT_IN_PRIME)
    candidates = _order_halls(slot, halls, board)
    if not candidates:
        return refuse(PlanTrouble.NO_HALL)
    calendar_day = slot.day + timedelta(days=1) if slot.at < rules.day_ends_at else slot.day
    try:
        starts_at = local_moment(calendar_day, slot.at, rules.zone, later=False)
    except InvalidInputError:
        return refuse(PlanTrouble.NO_SUCH_TIME)
    if not_before is not None and as_utc(starts_at) < as_utc(not_before):
        return refuse(PlanTrouble.PAST)
    found = _find_room(slot, starts_at, candidates, rules, board, not_before)
    if found is not None:
        return found
    clashes = [
        find_clash(hall.hall_id, _span(slot, starts_at, hall), board.occupied.get(hall.hall_id, ()))
        for hall in candidates
    ]
    return refuse(PlanTrouble.NO_ROOM, clashes[0]) if all(clashes) else refuse(PlanTrouble.TOO_CLOSE)


def _order_halls(slot: _Slot, halls: dict[int, PlanHall], board: _Board) -> list[PlanHall]:
    allowed = [halls[hall_id] for hall_id in dict.fromkeys(slot.wish.hall_ids) if hall_id in halls]
    if slot.is_prime:
        return sorted(allowed, key=lambda hall: (-hall.capacity, hall.hall_id))
    return sorted(allowed, key=lambda hall: (board.played.get((hall.hall_id, slot.day), 0), hall.hall_id))


def _find_room(
    slot: _Slot,
    starts_at: datetime,
    candidates: Sequence[PlanHall],
    rules: PlanRules,
    board: _Board,
    not_before: datetime | None,
) -> ProposedShow | None:
    for shift in _list_shifts(rules.shift_minutes):
        for hall in candidates:
            span = shift_span(_span(slot, starts_at, hall), shift)
            if not_before is not None and as_utc(span.starts_at) < as_utc(not_before):
                continue
            if _is_too_close(span.starts_at, rules, board):
                continue
            if find_clash(hall.hall_id, span, board.occupied.get(hall.hall_id, ())) is None:
                return _propose(slot, hall, span, shift)
    return None


def _propose(slot: _Slot, hall: PlanHall, span: Span, shift: int) -> ProposedShow:
    wish = slot.wish
    return ProposedShow(
        movie_id=wish.movie_id,
        title=wish.title,
        hall_id=hall.hall_id,
        day=slot.day,
        span=span,
        format=wish.format,
        language=wish.language,
        is_prime=slot.is_prime,
        shifted_minutes=shift,
    )


def _list_shifts(most: int) -> Iterator[int]:
    yield 0
    for minutes in range(STEP_MINUTES, most + 1, STEP_MINUTES):
        yield minutes
        yield -minutes


def _is_too_close(starts_at: datetime, rules: PlanRules, board: _Board) -> bool:
    return any(
        abs(minutes_between(other, starts_at)) < rules.stagger_minutes
        for other in board.starts
        if rules.stagger_minutes > 0
    )


def _span(slot: _Slot, starts_at: datetime, hall: PlanHall) -> Span:
    return make_span(
        starts_at,
        advertising=slot.wish.advertising_minutes,
        running=slot.wish.running_minutes,
        pause=hall.cleaning_minutes,
    )
