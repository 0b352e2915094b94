"""Where the customers of a show sit after it moved: their own seat again, or the nearest of the same area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import Seat, SeatKind

# Nobody is put into a wheelchair place who did not buy one, nor out of one.
_PLACES_OF_THEIR_OWN = frozenset({SeatKind.WHEELCHAIR, SeatKind.COMPANION})


class SeatMatch(StrEnum):
    """How a seat was found."""

    SAME = "same"
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldSeat:
    """A seat that somebody has a ticket for. `party` tells who came together: the sale."""

    ticket_id: int
    party: str
    seat: Seat


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedSeat:
    """A ticket and the seat it would get; `to` is None when its area has no seat left."""

    sold: SoldSeat
    to: Seat | None
    match: SeatMatch


def match_seats(
    sold: Sequence[SoldSeat], old: HallPicture, new: HallPicture, *, taken: Iterable[int] = ()
) -> tuple[MovedSeat, ...]:
    """A seat for every ticket, in the tickets' order.

    First everybody whose zone, row and number exist in the new hall keeps them. The others get the nearest free seat
    of the same area and sort of place, measured from the best point of either hall, and next to their own party where
    one of it has a seat already. `taken` are seats of the new show that are not free.
    """
    free = {seat.seat_id: seat for seat in new.seats if seat.seat_id not in frozenset(taken)}
    found: dict[int, MovedSeat] = {}
    by_name = {(seat.zone, seat.row_label, seat.number): seat for seat in free.values()}
    for each in sold:
        twin = by_name.get((each.seat.zone, each.seat.row_label, each.seat.number))
        if twin is not None and twin.area_id == each.seat.area_id and _is_alike(twin, each.seat):
            found[each.ticket_id] = MovedSeat(sold=each, to=free.pop(twin.seat_id), match=SeatMatch.SAME)
    for each in sorted(sold, key=lambda one: (one.party, one.seat.y, one.seat.x, one.ticket_id)):
        if each.ticket_id not in found:
            found[each.ticket_id] = _find_nearest(each, old, new, free, found)
    return tuple(found[each.ticket_id] for each in sold)


def _find_nearest(
    each: SoldSeat, old: HallPicture, new: HallPicture, free: dict[int, Seat], found: dict[int, MovedSeat]
) -> MovedSeat:
    x = each.seat.x - old.best_x + new.best_x
    y = each.seat.y - old.best_y + new.best_y
    party = [moved.to for moved in found.values() if moved.sold.party == each.party and moved.to is not None]

    def distance(seat: Seat) -> tuple[float, int]:
        away = hypot(seat.x - x, seat.y - y)
        if party:
            away = min(hypot(seat.x - other.x, seat.y - other.y) for other in party) + away / 10
        return away, seat.seat_id

    candidates = [seat for seat in free.values() if seat.area_id == each.seat.area_id and _is_alike(seat, each.seat)]
    if not candidates:
        return MovedSeat(sold=each, to=None, match=SeatMatch.NONE)
    nearest = min(candidates, key=distance)
    return MovedSeat(sold=each, to=free.pop(nearest.seat_id), match=SeatMatch.NEAREST)


def _is_alike(one: Seat, other: Seat) -> bool:
    return (one.kind if one.kind in _PLACES_OF_THEIR_OWN else None) == (
        other.kind if other.kind in _PLACES_OF_THEIR_OWN else None
    )
