"""Finding what is meant by a point or a rectangle, and snapping what is moved to what stands still."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from boxoffice_desktop.domain.layout.document import HallDocument, Keys
from boxoffice_desktop.domain.layout.moving import bounds
from boxoffice_desktop.domain.seating_plan_shapes import Point, shape_corners

# How near to a shape counts as on it, in plan units.
_SLACK = 4.0


def pick_at(document: HallDocument, x: float, y: float, reach: float = 13.0) -> int | None:
    """The key of what lies at a point: the nearest seat within `reach`, else the topmost shape; None for nothing."""
    best, best_distance = None, reach * reach
    for seat in document.seats:
        distance = (seat.x - x) ** 2 + (seat.y - y) ** 2
        if distance <= best_distance:
            best, best_distance = seat.key, distance
    if best is not None:
        return best
    for shape in reversed(document.shapes):
        if shape.hidden:
            continue
        corners = list(shape_corners(shape.shape))
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        in_box = min(xs) - _SLACK <= x <= max(xs) + _SLACK and min(ys) - _SLACK <= y <= max(ys) + _SLACK
        if in_box and (not shape.shape.points or _is_on(corners, x, y)):
            return shape.key
    return None


def _is_on(corners: list[Point], x: float, y: float) -> bool:
    """Whether a point lies inside a polygon or at one of its edges."""
    inside = False
    for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
        length = hypot(bx - ax, by - ay)
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length**2 if length else 0.0
        share = min(1.0, max(0.0, along))
        if hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y) <= _SLACK:
            return True
    return inside


def pick_in(document: HallDocument, left: float, top: float, right: float, bottom: float) -> Keys:
    """Everything inside a rectangle: seats by their centre, shapes as a whole."""
    found = {s.key for s in document.seats if left <= s.x <= right and top <= s.y <= bottom}
    for shape in document.shapes:
        if not shape.hidden and all(left <= x <= right and top <= y <= bottom for x, y in shape_corners(shape.shape)):
            found.add(shape.key)
    return frozenset(found)


def same_rows(document: HallDocument, keys: Keys) -> Keys:
    """The selection grown to whole rows."""
    rows = {seat.row for seat in document.seats if seat.key in keys}
    return keys | frozenset(seat.key for seat in document.seats if seat.row in rows)


def same_areas(document: HallDocument, keys: Keys) -> Keys:
    """The selection grown to all seats of its price areas."""
    areas = {seat.area_id for seat in document.seats if seat.key in keys}
    return keys | frozenset(seat.key for seat in document.seats if seat.area_id in areas)


def everything(document: HallDocument) -> Keys:
    """All seats and drawn shapes."""
    shapes = frozenset(shape.key for shape in document.shapes if not shape.hidden)
    return frozenset(seat.key for seat in document.seats) | shapes


def neighbour(document: HallDocument, key: int, dx: int, dy: int) -> int:
    """The nearest seat in a direction (one of dx, dy is ±1, the other 0); the seat itself at the end."""
    here = next((s for s in document.seats if s.key == key), None)
    if here is None:
        return document.seats[0].key if document.seats else key
    best, best_cost = key, float("inf")
    for seat in document.seats:
        along = (seat.x - here.x) * dx + (seat.y - here.y) * dy
        across = abs((seat.x - here.x) * dy) + abs((seat.y - here.y) * dx)
        if along > 1 and across <= along * 2:
            cost = along + 2 * across
            if cost < best_cost:
                best, best_cost = seat.key, cost
    return best


@dataclass(frozen=True, slots=True)
class Snapped:
    """A movement after snapping; `guide_x` and `guide_y` are the lines it snapped to, in plan units."""

    dx: float
    dy: float
    guide_x: float | None = None
    guide_y: float | None = None


class SnapLines:
    """The lines that a movement snaps to; built when a drag begins, asked with every move of the mouse."""

    def __init__(self, document: HallDocument, keys: Keys, grabbed: int | None) -> None:
        """`grabbed` is what the pointer holds: its own centre snaps besides the selection's edges and middle."""
        still = [(s.x, s.y) for s in document.seats if s.key not in keys]
        box = bounds(document, keys)
        self._xs = sorted({x for x, _ in still} | {document.width / 2})
        self._ys = sorted({y for _, y in still})
        own = next(((s.x, s.y) for s in document.seats if s.key == grabbed), None)
        self._own_xs = [box[0], (box[0] + box[2]) / 2, box[2]] if box else []
        self._own_ys = [box[1], box[3]] if box else []
        if own is not None:
            self._own_xs.insert(0, own[0])
            self._own_ys.insert(0, own[1])

    def snap(self, dx: float, dy: float, tolerance: float) -> Snapped:
        """The movement, drawn to the nearest line within `tolerance` plan units on each axis."""
        x, guide_x = _nearest(self._xs, self._own_xs, dx, tolerance)
        y, guide_y = _nearest(self._ys, self._own_ys, dy, tolerance)
        return Snapped(x, y, guide_x, guide_y)


def _nearest(lines: list[float], own: Iterable[float], by: float, tolerance: float) -> tuple[float, float | None]:
    best, guide, best_distance = by, None, tolerance
    for at in own:
        place = bisect_left(lines, at + by)
        for line in lines[max(0, place - 1) : place + 1]:
            distance = abs(line - at - by)
            if distance < best_distance:
                best, guide, best_distance = line - at, line, distance
    return best, guide
