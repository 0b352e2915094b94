"""Seats and their states: the words that tables, services and the map share."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class SeatState(StrEnum):
    """The state of one seat in one show. There are three; why a seat is held is its hold's kind."""

    AVAILABLE = "available"
    HELD = "held"
    SOLD = "sold"


class HoldKind(StrEnum):
    """Why seats are kept."""

    BASKET = "basket"
    RESERVATION = "reservation"
    HOUSE = "house"
    OUT_OF_ORDER = "out_of_order"


class SeatKind(StrEnum):
    """What kind of place a seat is, apart from its price category."""

    STANDARD = "standard"
    WHEELCHAIR = "wheelchair"
    COMPANION = "companion"
    LOVE_SEAT = "love_seat"
    RECLINER = "recliner"


def seat_name(zone: str | None, row_label: str, number: str) -> str:
    """What a cashier calls a seat: `C4`, or `Balcony C4` in a hall of several zones (pass no zone otherwise)."""
    return f"{zone} {row_label}{number}" if zone else f"{row_label}{number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One seat of a hall, as it stands in the room.

    Attributes:
        seat_id: the database's key, unique over all halls.
        zone: the part of the hall, e.g. `Stalls`.
        row_label: the row's label, e.g. `C` or `AA`.
        number: the number on the seat; a text, since some halls use `12a`.
        x: centre of the seat in plan units (about 1/28 of a seat's pitch), growing to the right as seen from the seats.
        y: the same, growing away from the screen.
        area_id: its price category.
        kind: what kind of place it is.
        name: what a cashier calls it (see `seat_name`).
    """

    seat_id: int
    zone: str
    row_label: str
    number: str
    x: float
    y: float
    area_id: int
    kind: SeatKind
    name: str


class SeatKey(NamedTuple):
    """One seat in one show; the natural order is the order in which locks are taken."""

    show_id: int
    seat_id: int


class SeatLook(StrEnum):
    """How a seat of a show looks to one till. An expired hold looks `available`.

    While tickets are exchanged, `chosen` is where a ticket goes (or stays) and `leaving` the seat that it gives up.
    """

    AVAILABLE = "available"
    MINE = "mine"
    HELD = "held"
    RESERVATION = "reservation"
    HOUSE = "house"
    OUT_OF_ORDER = "out_of_order"
    SOLD = "sold"
    CHOSEN = "chosen"
    LEAVING = "leaving"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatStatus:
    """The state of a seat in a show as one till sees it.

    Attributes:
        seat_id: the seat.
        look: what to draw; `mine` is any live basket hold of the reading terminal.
        holder: the name of the terminal that holds or sold it, None when available.
        mark: the holder's short mark on the map, e.g. `2` for Counter 2.
        expires_in: seconds by the database's clock until the hold ends; None when it has no end or there is none.
        kept_for: of a reservation or the house: for whom, and why; empty when nobody said.
    """

    seat_id: int
    look: SeatLook
    holder: str | None = None
    mark: str | None = None
    expires_in: float | None = None
    kept_for: str = ""
