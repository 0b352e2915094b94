"""What a show takes of its hall, when two shows get into each other's way, and what may become of a show.

All moments are aware. They are compared and lengths are added in UTC: with local times an hour is lost or comes twice
when clocks change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError

MAX_ADVERTISING_MINUTES = 90
MAX_BREAK_MINUTES = 600


class ShowStatus(StrEnum):
    """Where a show is in its life; the values stand in the database."""

    DRAFT = "draft"
    ON_SALE = "on_sale"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NEXT_STATUSES: dict[ShowStatus, frozenset[ShowStatus]] = {
    ShowStatus.DRAFT: frozenset({ShowStatus.ON_SALE}),
    ShowStatus.ON_SALE: frozenset({ShowStatus.CLOSED, ShowStatus.CANCELLED, ShowStatus.DRAFT}),
    ShowStatus.CLOSED: frozenset({ShowStatus.ON_SALE, ShowStatus.CANCELLED}),
    ShowStatus.CANCELLED: frozenset(),
}
"""What a show may become. Back to a draft only while nothing was ever sold (the services look)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What a show takes of its hall: advertising and film from `starts_at` to `ends_at`, cleaning until `free_at`."""

    starts_at: datetime
    ends_at: datetime
    free_at: datetime

    def minutes(self) -> int:
        """From the first advertisement until the hall is free again."""
        return minutes_between(self.starts_at, self.free_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Occupied:
    """A show that is in a hall already. `key` tells it from others; `hall_id` and `span` say where and when."""

    key: int
    title: str
    hall_id: int
    span: Span


class ClashKind(StrEnum):
    """How a show gets into another's way."""

    OVERLAP = "overlap"
    CLEANING = "cleaning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """The show in the way, and by how many minutes; of several the one that is in the way most.

    Attributes:
        is_before: the other show comes first, so a later start would help.
    """

    kind: ClashKind
    other: Occupied
    minutes: int
    is_before: bool


class HallTakenError(ConflictError):
    """Another show is in the hall then, or cleaning would be too short. `clash` says which and by how much."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(
            f"{clash.other.title} is in the hall then: {clash.minutes} minutes too many."
            if clash.kind is ClashKind.OVERLAP
            else f"Cleaning beside {clash.other.title} would be {clash.minutes} minutes short."
        )
        self.clash = clash


class ShowHasSalesError(ConflictError):
    """Film, hall or time cannot change just so: `sold` tickets stand on the show and `held` seats are being sold."""

    def __init__(self, *, sold: int, held: int) -> None:
        super().__init__(
            f"{sold} tickets of this show are sold; it needs a guided move."
            if sold
            else f"{held} seats of this show are held right now."
        )
        self.sold = sold
        self.held = held


class WrongStatusError(ConflictError):
    """The show cannot become that; `status` is what it is."""

    def __init__(self, status: ShowStatus) -> None:
        super().__init__(f"The show is {status.replace('_', ' ')}.")
        self.status = status


def as_utc(moment: datetime) -> datetime:
    """The moment in UTC: Python compares moments of one zone by their clock faces, and one hour comes twice."""
    return moment.astimezone(UTC)


def add_minutes(moment: datetime, minutes: int) -> datetime:
    """`minutes` of real time later, in the same zone; local time may jump by an hour more or less on the way."""
    return (as_utc(moment) + timedelta(minutes=minutes)).astimezone(moment.tzinfo)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """The minutes of real time between two moments, rounded up."""
    return ceil((as_utc(later) - as_utc(earlier)).total_seconds() / 60)


def make_span(starts_at: datetime, *, advertising: int, running: int, pause: int) -> Span:
    """The span of a show; all lengths in minutes, `pause` is cleaning and whatever break comes on top.

    Raises:
        InvalidInputError: a length that no show has.
    """
    if not 0 <= advertising <= MAX_ADVERTISING_MINUTES:
        raise InvalidInputError("advertising", f"Advertising takes 0 to {MAX_ADVERTISING_MINUTES} minutes.")
    if not 0 <= pause <= MAX_BREAK_MINUTES:
        raise InvalidInputError("pause", f"The break takes 0 to {MAX_BREAK_MINUTES} minutes.")
    if running < 1:
        raise InvalidInputError("running_minutes", "The film has no running time yet; a show needs one.")
    ends_at = add_minutes(starts_at, advertising + running)
    return Span(starts_at=starts_at, ends_at=ends_at, free_at=add_minutes(ends_at, pause))


def shift_span(span: Span, minutes: int) -> Span:
    """The same show so many minutes of real time later."""
    return Span(
        starts_at=add_minutes(span.starts_at, minutes),
        ends_at=add_minutes(span.ends_at, minutes),
        free_at=add_minutes(span.free_at, minutes),
    )


def find_clash(hall_id: int, span: Span, others: Iterable[Occupied], *, ignoring: int | None = None) -> Clash | None:
    """The show of the hall that a show of this span would disturb most, or None. `ignoring` is its own key."""
    worst: Clash | None = None
    for other in others:
        if other.hall_id != hall_id or other.key == ignoring:
            continue
        clash = _judge(span, other)
        if clash is not None and (worst is None or _weight(clash) > _weight(worst)):
            worst = clash
    return worst


def _judge(span: Span, other: Occupied) -> Clash | None:
    ours, theirs = _in_utc(span), _in_utc(other.span)
    if ours.starts_at >= theirs.free_at or theirs.starts_at >= ours.free_at:
        return None
    is_before = theirs.starts_at <= ours.starts_at
    first, second = (theirs, ours) if is_before else (ours, theirs)
    if second.starts_at < first.ends_at:
        until = min(first.ends_at, second.ends_at)
        minutes = minutes_between(second.starts_at, until)
        return Clash(kind=ClashKind.OVERLAP, other=other, minutes=minutes, is_before=is_before)
    minutes = minutes_between(second.starts_at, first.free_at)
    return Clash(kind=ClashKind.CLEANING, other=other, minutes=minutes, is_before=is_before)


def _in_utc(span: Span) -> Span:
    return Span(starts_at=as_utc(span.starts_at), ends_at=as_utc(span.ends_at), free_at=as_utc(span.free_at))


def _weight(clash: Clash) -> tuple[bool, int, int]:
    return clash.kind is ClashKind.OVERLAP, clash.minutes, -clash.other.key


def first_day_of_week(day: date, first_weekday: int) -> date:
    """The day that `day`'s cinema week begins on; `first_weekday` counts from 0 for Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)
