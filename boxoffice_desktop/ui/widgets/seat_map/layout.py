"""Where everything of a hall lies: rows, neighbours, seat sizes and pairs. Plain geometry in plan units, no Qt."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import hypot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seating_plan_shapes import shape_corners
from boxoffice_desktop.domain.seats import Seat, SeatKind

_USUAL_PITCH = 28.0
_LEAST_PITCH = 6.0
_FILL = 0.87
"""The share of the distance to the next seat that a seat takes."""


class Join(Enum):
    """On which side a love seat touches its other half."""

    NONE = "none"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class SeatSize:
    """The size of a kind of seat in plan units; `reach` is from a love seat's centre to the joint of the pair."""

    width: float
    height: float
    reach: float


@dataclass(frozen=True, slots=True)
class Row:
    """The seats of one row from left to right, and their x for quick search."""

    zone: str
    label: str
    seats: tuple[Seat, ...]
    xs: tuple[float, ...]
    middle_y: float

    def nearest(self, x: float) -> Seat:
        """The seat whose x is nearest."""
        index = bisect_left(self.xs, x)
        around = self.seats[max(0, index - 1) : index + 1]
        return min(around, key=lambda seat: abs(seat.x - x))


def _group_rows(seats: Sequence[Seat]) -> tuple[Row, ...]:
    groups: dict[tuple[str, str], list[Seat]] = defaultdict(list)
    for seat in seats:
        groups[seat.zone, seat.row_label].append(seat)
    rows = []
    for (zone, label), members in groups.items():
        members.sort(key=lambda seat: (seat.x, seat.y))
        ys = sorted(seat.y for seat in members)
        rows.append(Row(zone, label, tuple(members), tuple(seat.x for seat in members), ys[len(ys) // 2]))
    return tuple(sorted(rows, key=lambda row: row.middle_y))


class HallLayout:
    """A hall's geometry, computed once per picture.

    Attributes:
        picture: the hall.
        rows: from the screen backwards.
        sizes: by kind of seat.
        joins: the love seats that have another half, by seat id.
        row_gap: the usual distance between rows.
    """

    def __init__(self, picture: HallPicture) -> None:
        self.picture = picture
        self.rows = _group_rows(picture.seats)
        self.row_gap = self._measure_row_gap()
        self.sizes = self._measure_sizes()
        self.joins = self._pair_love_seats()
        self._index = {seat.seat_id: (row, i) for row in self.rows for i, seat in enumerate(row.seats)}
        self._cell = max((max(size.width, size.height) for size in self.sizes.values()), default=_USUAL_PITCH) * 1.2
        self._grid: dict[tuple[int, int], list[Seat]] = defaultdict(list)
        for seat in picture.seats:
            self._grid[int(seat.x // self._cell), int(seat.y // self._cell)].append(seat)

    def _measure_row_gap(self) -> float:
        gaps = sorted(
            after.middle_y - before.middle_y
            for before, after in zip(self.rows, self.rows[1:], strict=False)
            if after.middle_y - before.middle_y >= _LEAST_PITCH
        )
        return gaps[len(gaps) // 4] if gaps else _USUAL_PITCH

    def _measure_sizes(self) -> dict[SeatKind, SeatSize]:
        pitches: dict[SeatKind, float] = {}
        for row in self.rows:
            for left, right in zip(row.seats, row.seats[1:], strict=False):
                distance = hypot(right.x - left.x, right.y - left.y)
                if distance >= _LEAST_PITCH:
                    for kind in (left.kind, right.kind):
                        pitches[kind] = min(distance, pitches.get(kind, distance))
        usual = pitches.get(SeatKind.STANDARD, min(pitches.values(), default=_USUAL_PITCH))
        sizes = {}
        for kind in {seat.kind for seat in self.picture.seats}:
            pitch = pitches.get(kind, usual)
            side = pitch * _FILL
            sizes[kind] = SeatSize(side, min(side, max(usual, self.row_gap) * _FILL), pitch / 2)
        return sizes

    def _pair_love_seats(self) -> dict[int, Join]:
        joins: dict[int, Join] = {}
        size = self.sizes.get(SeatKind.LOVE_SEAT)
        if size is None:
            return joins
        for row in self.rows:
            for left, right in zip(row.seats, row.seats[1:], strict=False):
                both = left.kind is right.kind is SeatKind.LOVE_SEAT
                if both and left.seat_id not in joins and right.x - left.x <= size.reach * 2.6:
                    joins[left.seat_id] = Join.RIGHT
                    joins[right.seat_id] = Join.LEFT
        return joins

    def seat_at(self, x: float, y: float, slack: float = 0.0) -> Seat | None:
        """The seat under a point; `slack` (plan units) widens every seat, the nearest one wins."""
        column, line = int(x // self._cell), int(y // self._cell)
        best, best_distance = None, float("inf")
        for i in (column - 1, column, column + 1):
            for j in (line - 1, line, line + 1):
                for seat in self._grid.get((i, j), ()):
                    size = self.sizes[seat.kind]
                    across, along = abs(seat.x - x), abs(seat.y - y)
                    if across > size.reach + slack or along > size.height / 2 + slack:
                        continue
                    if across + along < best_distance:
                        best, best_distance = seat, across + along
        return best

    def best_seat(self, is_free: Callable[[int], bool] = lambda _: True) -> Seat | None:
        """The free seat nearest to the best point of the hall, a taken one when none is free, None without seats."""
        point = self.picture
        return min(
            point.seats,
            key=lambda s: (not is_free(s.seat_id), hypot(s.x - point.best_x, s.y - point.best_y)),
            default=None,
        )

    def row_end(self, seat: Seat, *, last: bool) -> Seat:
        """The first or last seat of the row, from left to right."""
        row, _ = self._index[seat.seat_id]
        return row.seats[-1 if last else 0]

    def beside(self, seat: Seat, step: int) -> Seat:
        """The next seat to the right (`step` 1) or left (-1), across aisles and into the zone beside; else the seat."""
        row, i = self._index[seat.seat_id]
        if 0 <= i + step < len(row.seats):
            return row.seats[i + step]
        ends = [other.seats[0 if step > 0 else -1] for other in self.rows if other is not row]
        level = [s for s in ends if (s.x - seat.x) * step > 0 and abs(s.y - seat.y) < self.row_gap / 2]
        return min(level, key=lambda s: abs(s.x - seat.x), default=seat)

    def beyond(self, seat: Seat, step: int) -> Seat:
        """The nearest seat one row away from the screen (`step` 1) or towards it (-1); the seat itself at the end."""
        own, _ = self._index[seat.seat_id]
        best, best_cost = seat, float("inf")
        for row in self.rows:
            if row is own:
                continue
            other = row.nearest(seat.x)
            away = (other.y - seat.y) * step
            cost = away + 1.5 * abs(other.x - seat.x)
            if away > self.row_gap / 3 and cost < best_cost:
                best, best_cost = other, cost
        return best

    def clear_of_row(self, row: Row, half_height: float) -> tuple[float, float]:
        """How far left and right a label of that half height must stand at the row's ends to touch no seat."""
        left, right = row.seats[0], row.seats[-1]
        low, high = left.x - self._half_width(left), right.x + self._half_width(right)
        at = self.rows.index(row)
        reach = 1 + int(half_height * 2 / max(self.row_gap, 1.0))
        for other in self.rows[max(0, at - reach) : at + reach + 1]:
            if other.zone != row.zone:
                continue
            for seat in other.seats[:8]:
                if abs(seat.y - left.y) < half_height + self.sizes[seat.kind].height / 2:
                    low = min(low, seat.x - self._half_width(seat))
            for seat in other.seats[-8:]:
                if abs(seat.y - right.y) < half_height + self.sizes[seat.kind].height / 2:
                    high = max(high, seat.x + self._half_width(seat))
        return low, high

    def _half_width(self, seat: Seat) -> float:
        return self.sizes[seat.kind].width / 2

    def bounds(self, zone: str | None = None) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a zone's seats with their size; without a zone, of all seats and shapes."""
        seats = [seat for seat in self.picture.seats if zone is None or seat.zone == zone]
        half = max((max(s.width, s.height) for s in self.sizes.values()), default=_USUAL_PITCH) / 2
        xs = [seat.x for seat in seats]
        ys = [seat.y for seat in seats]
        left, right = (min(xs) - half, max(xs) + half) if seats else (0.0, max(self.picture.width, 1.0))
        top, bottom = (min(ys) - half, max(ys) + half) if seats else (0.0, max(self.picture.height, 1.0))
        if zone is None:
            for x, y in (corner for shape in self.picture.shapes for corner in shape_corners(shape)):
                left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
        return left, top, right, bottom
