"""The best seats side by side: what one digit at the counter takes.

Adjacency is physical. Numbers are never read for it, since halls are numbered from the left, from the right, and with
odd and even sides: two seats are neighbours when they stand in the same row of the same zone about one pitch apart.
An aisle is a wider gap and ends a *run*.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import dist

from boxoffice_desktop.domain.errors import InvalidInputError, NotEnoughSeatsError
from boxoffice_desktop.domain.seats import Seat, SeatKind

# Seats of a row vary a little in pitch (curves, rounding, a wide arm rest); the narrowest aisle is a seat wide, which
# makes a gap of two pitches. Halfway between both tells them apart.
_NEIGHBOUR_PITCHES = 1.5

# Love seats and recliners are wider than the zone's other seats, yet never quite two of them: from there on it is an
# aisle between the only two seats of a row.
_WIDEST_SEAT = 1.9

DEFAULT_KINDS = frozenset({SeatKind.STANDARD, SeatKind.RECLINER})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Neighbouring seats of the asked kinds, left to right.

    Sums give a group's centre without adding up again; `box` is (left, top, right, bottom) of the seats' centres.
    """

    box: tuple[float, float, float, float]
    ids: tuple[int, ...]
    areas: tuple[int, ...]
    x_sums: tuple[float, ...]
    y_sums: tuple[float, ...]
    joined_to_left: tuple[bool, ...]

    def square_distance(self, x: float, y: float) -> float:
        """The square of the least distance that any group of this stretch can have from a point."""
        left, top, right, bottom = self.box
        return max(left - x, 0.0, x - right) ** 2 + max(top - y, 0.0, y - bottom) ** 2


@dataclass(frozen=True, slots=True)
class _Group:
    """One possible choice. The order of groups is the order of `rank`."""

    rank: tuple[int, float, float, float]
    seat_ids: tuple[int, ...]


class RowIndex:
    """The rows of one hall layout, prepared for quick searches; build it once for a layout and keep it.

    It never changes what it answers, so threads may share it: the only thing it remembers is the split by kinds.
    """

    def __init__(self, seats: Iterable[Seat]) -> None:
        self._runs = tuple(_split_into_runs(seats))
        self._partners = {seat_id: other for run in self._runs for seat_id, other in _love_pairs(run)}
        self._stretches: dict[frozenset[SeatKind], tuple[_Stretch, ...]] = {}

    @property
    def runs(self) -> tuple[tuple[Seat, ...], ...]:
        """Every run of neighbouring seats, left to right."""
        return self._runs

    def find_partner(self, seat_id: int) -> int | None:
        """The other half of a love seat, None for a seat that is no half of a pair."""
        return self._partners.get(seat_id)

    def stretches(self, kinds: frozenset[SeatKind]) -> tuple[_Stretch, ...]:
        """The runs cut down to seats of `kinds`; a seat of another kind between them ends a stretch."""
        found = self._stretches.get(kinds)
        if found is None:
            found = self._stretches[kinds] = tuple(self._cut(kinds))
        return found

    def _cut(self, kinds: frozenset[SeatKind]) -> Iterator[_Stretch]:
        for run in self._runs:
            for start, end in _true_ranges([seat.kind in kinds for seat in run]):
                yield self._describe(run[start:end])

    def _describe(self, seats: tuple[Seat, ...]) -> _Stretch:
        ids = tuple(seat.seat_id for seat in seats)
        xs, ys = [seat.x for seat in seats], [seat.y for seat in seats]
        return _Stretch(
            box=(min(xs), min(ys), max(xs), max(ys)),
            ids=ids,
            areas=tuple(seat.area_id for seat in seats),
            x_sums=tuple(accumulate(xs, initial=0.0)),
            y_sums=tuple(accumulate(ys, initial=0.0)),
            joined_to_left=(
                False,
                *(self._partners.get(right) == left for left, right in pairwise(ids)),
                False,
            ),
        )


def prepare_rows(seats: Iterable[Seat]) -> RowIndex:
    """Find rows, aisles and love-seat pairs of a hall layout; keep the answer by the layout's version."""
    return RowIndex(seats)


def find_best_seats(
    seats: Sequence[Seat] | RowIndex,
    free: Container[int],
    count: int,
    *,
    best_x: float,
    best_y: float,
    kinds: frozenset[SeatKind] = DEFAULT_KINDS,
    area_id: int | None = None,
) -> tuple[int, ...]:
    """The ids of the best `count` free seats side by side, left to right.

    Groups compare by, in this order:

    1. how many single free seats they newly leave alone (a seat of the asked kinds whose free neighbours all went);
    2. the distance of the group's centre from the best point, in plan units;
    3. further left, then nearer the screen, so that the answer is always the same.

    Half a love seat is never taken while its other half stays free: such groups do not count at all.

    Args:
        seats: the hall's seats, or better what `prepare_rows` made of them.
        free: ids of the seats that may be taken.
        count: seats wanted, at least 1.
        best_x: the best point of the hall, plan units.
        best_y: the same.
        kinds: the kinds of seats asked for; wheelchair places and love seats come only when named.
        area_id: only seats of this price area, or None for any.

    Raises:
        InvalidInputError: `count` is below 1.
        NotEnoughSeatsError: no such group; `longest` is the largest number for which there is one.
    """
    if count < 1:
        raise InvalidInputError("count", "Ask for at least one seat.")
    index = seats if isinstance(seats, RowIndex) else RowIndex(seats)
    stretches = index.stretches(kinds)
    best = _choose(stretches, free, count, best_x, best_y, area_id)
    if best is None:
        raise NotEnoughSeatsError(count, _longest(stretches, free, count - 1, area_id))
    return best.seat_ids


def _choose(
    stretches: Sequence[_Stretch],
    free: Container[int],
    count: int,
    best_x: float,
    best_y: float,
    area_id: int | None,
) -> _Group | None:
    best: _Group | None = None
    nearest_first = sorted(
        ((stretch.square_distance(best_x, best_y), at) for at, stretch in enumerate(stretches)),
    )
    for least, which in nearest_first:
        if best is not None and best.rank < (0, least):
            break  # not even a group that leaves nothing alone could win from here on
        for group in _groups(stretches[which], free, count, best_x, best_y, area_id):
            if best is None or group.rank < best.rank:
                best = group
    return best


def _groups(
    stretch: _Stretch, free: Container[int], count: int, best_x: float, best_y: float, area_id: int | None
) -> Iterator[_Group]:
    for start, end in _open_ranges(stretch, free):
        for at in _places(stretch, start, end, count, area_id):
            after = at + count
            x = (stretch.x_sums[after] - stretch.x_sums[at]) / count
            y = (stretch.y_sums[after] - stretch.y_sums[at]) / count
            singles = (at - start == 1) + (end - after == 1)
            rank = (singles, (x - best_x) ** 2 + (y - best_y) ** 2, x, y)
            yield _Group(rank, stretch.ids[at:after])


def _open_ranges(stretch: _Stretch, free: Container[int]) -> Iterator[tuple[int, int]]:
    return _true_ranges([seat_id in free for seat_id in stretch.ids])


def _places(stretch: _Stretch, start: int, end: int, count: int, area_id: int | None) -> Iterator[int]:
    """Where a group of `count` may begin inside the free seats `start`..`end` without tearing a love seat apart."""
    joined = stretch.joined_to_left
    for at in range(start, end - count + 1):
        after = at + count
        torn = (at > start and joined[at]) or (after < end and joined[after])
        if not torn and (area_id is None or stretch.areas[at:after].count(area_id) == count):
            yield at


def _longest(stretches: Sequence[_Stretch], free: Container[int], at_most: int, area_id: int | None) -> int:
    ranges = [(stretch, *open_range) for stretch in stretches for open_range in _open_ranges(stretch, free)]
    roomiest = max((end - start for _, start, end in ranges), default=0)
    for count in range(min(at_most, roomiest), 0, -1):
        for stretch, start, end in ranges:
            if next(_places(stretch, start, end, count, area_id), None) is not None:
                return count
    return 0


def _true_ranges(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of neighbouring true flags."""
    end = len(flags)
    at = 0
    while at < end:
        if flags[at]:
            start = at
            while at < end and flags[at]:
                at += 1
            yield start, at
        at += 1


def _split_into_runs(seats: Iterable[Seat]) -> Iterator[tuple[Seat, ...]]:
    rows: defaultdict[tuple[str, str], list[Seat]] = defaultdict(list)
    for seat in seats:
        rows[seat.zone, seat.row_label].append(seat)
    ordered = {key: _left_to_right(row) for key, row in rows.items()}
    gaps_by_zone: defaultdict[str, list[float]] = defaultdict(list)
    for (zone, _), row in ordered.items():
        gaps_by_zone[zone].extend(_gaps(row))
    for (zone, _), row in ordered.items():
        yield from _split_row(row, _usual_pitch(_gaps(row), _usual_gap(gaps_by_zone[zone])))


def _left_to_right(row: Iterable[Seat]) -> list[Seat]:
    row = list(row)
    wide = max(s.x for s in row) - min(s.x for s in row)
    deep = max(s.y for s in row) - min(s.y for s in row)
    # A box along a side wall is a row that runs away from the screen.
    return sorted(row, key=(lambda s: (s.x, s.y, s.seat_id)) if wide >= deep else (lambda s: (s.y, s.x, s.seat_id)))


def _gaps(row: Sequence[Seat]) -> list[float]:
    return [dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(row)]


def _usual_gap(gaps: Sequence[float]) -> float:
    """The lower quartile: aisles and the space between love seats are wider, hardly anything is narrower."""
    return sorted(gaps)[(len(gaps) - 1) // 4] if gaps else 0.0


def _usual_pitch(gaps: Sequence[float], zone_gap: float) -> float:
    """The pitch of one row. A row of two seats with an aisle between them has only the zone to learn from."""
    own = _usual_gap(gaps)
    return zone_gap if own > _WIDEST_SEAT * zone_gap else own


def _split_row(row: Sequence[Seat], pitch: float) -> Iterator[tuple[Seat, ...]]:
    run = [row[0]]
    for seat, gap in zip(row[1:], _gaps(row), strict=True):
        if gap > _NEIGHBOUR_PITCHES * pitch:
            yield tuple(run)
            run = []
        run.append(seat)
    yield tuple(run)


def _love_pairs(run: tuple[Seat, ...]) -> Iterator[tuple[int, int]]:
    """Both directions of every love-seat pair of a run.

    A pair is two neighbours numbered 2k-1 and 2k. Where the numbers pair nobody (odd and even sides, letters) and the
    stretch is even, neighbours pair from its first seat.
    """
    for start, end in _true_ranges([seat.kind is SeatKind.LOVE_SEAT for seat in run]):
        stretch = run[start:end]
        pairs = [(a, b) for a, b in pairwise(stretch) if _are_halves(a.number, b.number)]
        if not pairs and len(stretch) % 2 == 0:
            pairs = list(zip(stretch[::2], stretch[1::2], strict=True))
        for a, b in pairs:
            yield a.seat_id, b.seat_id
            yield b.seat_id, a.seat_id


def _are_halves(one: str, other: str) -> bool:
    if not (one.isascii() and one.isdecimal() and other.isascii() and other.isdecimal()):
        return False
    low, high = sorted((int(one), int(other)))
    return high == low + 1 and low % 2 == 1
