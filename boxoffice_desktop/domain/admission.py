"""What a door says to a ticket, and how it decides by itself while the server is away."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.ticket_codes import Reading, SignedFacts

HASH_BYTES: Final = 16
"""Of a code's SHA-256, what a door keeps: too many bits to meet by chance, and the code cannot be had from it."""


class Outcome(StrEnum):
    """What becomes of a scan. Only `admitted` opens the door."""

    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    WRONG_SHOW = "wrong_show"
    WRONG_HALL = "wrong_hall"
    WRONG_DAY = "wrong_day"
    SHOW_OVER = "show_over"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    # Without the server: a code that it alone can judge. Nobody knows yet.
    UNCHECKED = "unchecked"


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorPlace:
    """What a door lets in to: one show, or the shows of a hall that are not over, or with neither any of the day.

    `name` is what others are told when they ask which door, e.g. `Hall 2 · Counter 3`.
    """

    name: str
    hall_id: int | None = None
    show_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The answer to one scan. What is not known is empty or None; times are aware, in the venue's zone.

    Attributes:
        scan_id: the door's own number of the scan.
        admission_id: the standing admission; the key for undoing it.
        since, place, person: when, where and by whom it was admitted before, or voided.
        detail: which kind of refund, or the number of the newest copy.
        offline: the door has decided alone.
    """

    scan_id: UUID
    outcome: Outcome
    admission_id: int | None = None
    show_id: int | None = None
    title: str = ""
    hall_name: str = ""
    starts_at: datetime | None = None
    seat_name: str = ""
    seat_kind: str = ""
    ticket_type: str = ""
    since: datetime | None = None
    place: str = ""
    person: str = ""
    detail: str = ""
    offline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class BookShow:
    """A show as a door remembers it. `admitted`, `voided` and `replaced` are hashes of codes (`hash_code`).

    `sold` is how many tickets were good when the book was read.
    """

    show_id: int
    title: str
    hall_id: int
    hall_name: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    admitted: frozenset[bytes] = frozenset()
    voided: frozenset[bytes] = frozenset()
    replaced: frozenset[bytes] = frozenset()
    sold: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorBook:
    """What a door takes with it for the time without a server.

    Attributes:
        read_at: by the database's clock.
        keys: public keys by number; those of revoked tills are left out.
        seats: names of seats by id.
    """

    read_at: datetime
    time_zone: str
    day_ends_at: time
    keys: Mapping[int, bytes]
    shows: Mapping[int, BookShow]
    seats: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LateScan:
    """Somebody whom the door let in by itself; the server hears of it later. `scanned_at` is the door's time, aware.

    `person` was signed in at the door then; empty when nobody was.
    """

    scan_id: UUID
    code: bytes
    door: str
    scanned_at: datetime
    show_id: int
    seat_name: str
    person: str = ""


def hash_code(code: bytes) -> bytes:
    """What a door may keep of a ticket's code."""
    return sha256(code).digest()[:HASH_BYTES]


def judge_signed(
    facts: SignedFacts, book: DoorBook, place: DoorPlace, own: Mapping[bytes, LateScan], *, scan_id: UUID, now: datetime
) -> Judgement:
    """Judge a ticket whose signature is good, by what the door remembers.

    `own` are the scans that this door has decided alone, by the hash of their code. `now` is aware. Rules and their
    order are those of the database's function `admit`.
    """
    show = book.shows.get(facts.show_id)
    if show is None:
        # Neither today nor tomorrow, or planned after the door has last heard of the server.
        return Judgement(scan_id=scan_id, outcome=Outcome.UNCHECKED, offline=True)
    zone = ZoneInfo(book.time_zone)
    answer = Judgement(
        scan_id=scan_id,
        outcome=Outcome.ADMITTED,
        show_id=show.show_id,
        title=show.title,
        hall_name=show.hall_name,
        starts_at=show.starts_at.astimezone(zone),
        seat_name=book.seats.get(facts.seat_id, ""),
        since=now.astimezone(zone),
        offline=True,
    )
    mark = hash_code(facts.code)
    if mark in show.voided:
        objection: Outcome | None = Outcome.VOIDED
    elif mark in show.replaced:
        objection = Outcome.REPLACED
    else:
        objection = _judge_place(show, book, place, now)
    if objection is not None:
        return replace(answer, outcome=objection, since=None)
    earlier = own.get(mark)
    if earlier is not None and earlier.scan_id != scan_id:
        at = earlier.scanned_at.astimezone(zone)
        return replace(answer, outcome=Outcome.ALREADY_IN, since=at, place=earlier.door)
    return replace(answer, outcome=Outcome.ALREADY_IN, since=None) if mark in show.admitted else answer


def _judge_place(show: BookShow, book: DoorBook, place: DoorPlace, now: datetime) -> Outcome | None:
    """What is wrong with the show at this door; None when nothing is."""
    if show.is_cancelled:
        return Outcome.CANCELLED
    if show.show_id == place.show_id:
        return None
    zone = ZoneInfo(book.time_zone)
    if business_day_of(show.starts_at, zone, book.day_ends_at) != business_day_of(now, zone, book.day_ends_at):
        return Outcome.WRONG_DAY
    wanted = book.shows.get(place.show_id) if place.show_id is not None else None
    hall_id = wanted.hall_id if wanted is not None else place.hall_id
    if hall_id is not None and show.hall_id != hall_id:
        return Outcome.WRONG_HALL
    if place.show_id is not None:
        return Outcome.WRONG_SHOW
    return Outcome.SHOW_OVER if show.ends_at < now else None


def is_fresh(book: DoorBook, now: datetime) -> bool:
    """Whether what the door remembers is of this day; an older memory knows too little to let anybody in."""
    return abs(now - book.read_at) < timedelta(hours=24)


def best_reading(readings: tuple[Reading, ...]) -> Reading | None:
    """The likeliest reading that carries a signature; None when there is none."""
    return next((reading for reading in readings if reading.facts is not None), None)
