"""Moving, aligning, spreading, mirroring, copying and removing what is selected.

Rows are the units: aligning to the left moves whole rows, straightening levels the seats of each row.
"""

import math
from dataclasses import replace
from enum import StrEnum

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.document import (
    HallDocument,
    Keys,
    LayoutSeat,
    LayoutShape,
    PlanNotes,
    replace_seats,
    rows_of,
    seats_of,
    tidy,
    with_seats,
    with_shapes,
)
from boxoffice_desktop.domain.layout.numbering import RowRule, free_labels
from boxoffice_desktop.domain.seating_plan_shapes import place_in, shape_corners


class Edge(StrEnum):
    """What is brought onto one line."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


Box = tuple[float, float, float, float]


def bounds(document: HallDocument, keys: Keys) -> Box | None:
    """Left, top, right and bottom of the selection: centres of seats, corners of shapes. None when it is empty."""
    points = [(seat.x, seat.y) for seat in document.seats if seat.key in keys]
    for shape in document.shapes:
        if shape.key in keys and not shape.hidden:
            points.extend(shape_corners(shape.shape))
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def move(document: HallDocument, keys: Keys, dx: float, dy: float) -> HallDocument:
    """The selection moved by plan units."""
    if not dx and not dy:
        return document
    moved = with_seats(document, lambda s: replace(s, x=tidy(s.x + dx), y=tidy(s.y + dy)), keys)
    return with_shapes(moved, lambda s: replace(s, x=tidy(s.x + dx), y=tidy(s.y + dy)), keys)


def align(document: HallDocument, keys: Keys, edge: Edge) -> HallDocument:
    """Every selected row and shape moved sideways until its left end, middle or right end is that of the selection."""
    box = bounds(document, keys)
    if box is None:
        return document
    aim = {Edge.LEFT: box[0], Edge.RIGHT: box[2], Edge.CENTRE: (box[0] + box[2]) / 2}[edge]
    units = [frozenset(s.key for s in row) for row in rows_of(seats_of(document, keys)).values()]
    units += [frozenset({shape.key}) for shape in document.shapes if shape.key in keys and not shape.hidden]
    for unit in units:
        own = bounds(document, unit)
        if own is not None:
            at = {Edge.LEFT: own[0], Edge.RIGHT: own[2], Edge.CENTRE: (own[0] + own[2]) / 2}[edge]
            document = move(document, unit, aim - at, 0.0)
    return document


def straighten(document: HallDocument, keys: Keys) -> HallDocument:
    """The selected seats of every row on one level: the middle of where they were."""
    new: list[LayoutSeat] = []
    for row in rows_of(seats_of(document, keys)).values():
        level = tidy((min(s.y for s in row) + max(s.y for s in row)) / 2)
        new.extend(replace(seat, y=level) for seat in row)
    return replace_seats(document, new)


def bend(document: HallDocument, keys: Keys, curve: float) -> HallDocument:
    """The selected seats of every row bent: the ends `curve` plan units nearer to the screen than the middle."""
    document = straighten(document, keys)
    new: list[LayoutSeat] = []
    for row in rows_of(seats_of(document, keys)).values():
        middle = (row[0].x + row[-1].x) / 2
        reach = max(1.0, row[-1].x - middle)
        new.extend(replace(s, y=tidy(s.y - curve * ((s.x - middle) / reach) ** 2)) for s in row)
    return replace_seats(document, new)


def skew(document: HallDocument, keys: Keys, per_row: float) -> HallDocument:
    """Every selected row shifted to the right against the one before it."""
    for at, row in enumerate(rows_of(seats_of(document, keys)).values()):
        document = move(document, frozenset(s.key for s in row), at * per_row, 0.0)
    return document


def spread_seats(document: HallDocument, keys: Keys) -> HallDocument:
    """The selected seats of every row at even distances between its two ends."""
    new: list[LayoutSeat] = []
    for row in rows_of(seats_of(document, keys)).values():
        if len(row) > 1:
            step = (row[-1].x - row[0].x) / (len(row) - 1)
            new.extend(replace(seat, x=tidy(row[0].x + at * step)) for at, seat in enumerate(row))
    return replace_seats(document, new)


def spread_rows(document: HallDocument, keys: Keys) -> HallDocument:
    """The selected rows at even distances between the first and the last."""
    rows = list(rows_of(seats_of(document, keys)).values())
    if len(rows) < 3:  # noqa: PLR2004  two rows have one distance only
        return document
    levels = [sum(seat.y for seat in row) / len(row) for row in rows]
    step = (levels[-1] - levels[0]) / (len(rows) - 1)
    for at, (row, level) in enumerate(zip(rows, levels, strict=True)):
        document = move(document, frozenset(s.key for s in row), 0.0, levels[0] + at * step - level)
    return document


def mirror(document: HallDocument, keys: Keys, *, upside_down: bool = False) -> HallDocument:
    """The selection mirrored about its own middle, left to right or front to back. Numbers stay with their seats."""
    box = bounds(document, keys)
    if box is None:
        return document
    turn = box[1] + box[3] if upside_down else box[0] + box[2]

    def mirror_seat(seat: LayoutSeat) -> LayoutSeat:
        return replace(seat, y=tidy(turn - seat.y)) if upside_down else replace(seat, x=tidy(turn - seat.x))

    def mirror_shape(shape: PlanShape) -> PlanShape:
        # The corner that becomes the top left one; what was turned clockwise is turned the other way.
        x, y = place_in(shape, 0.0, shape.height) if upside_down else place_in(shape, shape.width, 0.0)
        return replace(
            shape,
            x=tidy(x if upside_down else turn - x),
            y=tidy(turn - y if upside_down else y),
            rotation=-shape.rotation % 360,
            points=tuple((u, 1.0 - v) if upside_down else (1.0 - u, v) for u, v in shape.points),
        )

    return with_shapes(with_seats(document, mirror_seat, keys), mirror_shape, keys)


def turn(document: HallDocument, keys: Keys, degrees: float) -> HallDocument:
    """The selection turned clockwise about its own middle; shapes are turned themselves, too."""
    points = [(seat.x, seat.y) for seat in document.seats if seat.key in keys]
    for shape in document.shapes:
        if shape.key in keys and not shape.hidden:
            points.extend(shape_corners(shape.shape))
    if not points or not degrees % 360:
        return document
    # The mean stays where it is when everything turns about it, so that turning back leads back.
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    across, down = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def place(x: float, y: float) -> tuple[float, float]:
        u, v = x - middle_x, y - middle_y
        return tidy(middle_x + u * across - v * down), tidy(middle_y + u * down + v * across)

    def turn_seat(seat: LayoutSeat) -> LayoutSeat:
        x, y = place(seat.x, seat.y)
        return replace(seat, x=x, y=y)

    def turn_shape(shape: PlanShape) -> PlanShape:
        # A shape turns about its top left corner, which is what moves.
        x, y = place(shape.x, shape.y)
        return replace(shape, x=x, y=y, rotation=tidy((shape.rotation + degrees) % 360))

    return with_shapes(with_seats(document, turn_seat, keys), turn_shape, keys)


def copy(document: HallDocument, keys: Keys, dx: float, dy: float) -> tuple[HallDocument, Keys]:
    """Copies of the selection moved by (dx, dy), and their keys. Copied rows get the next free labels of their zone."""
    key = document.next_key
    seats: list[LayoutSeat] = []
    labels = {zone: free_labels(document, zone, RowRule()) for zone in {s.zone for s in seats_of(document, keys)}}
    for (zone, _), row in rows_of(seats_of(document, keys)).items():
        label = next(labels[zone])
        for seat in row:
            at_x, at_y = tidy(seat.x + dx), tidy(seat.y + dy)
            seats.append(replace(seat, key=key, row_label=label, guid="", block=-1, raw={}, x=at_x, y=at_y))
            key -= 1
    shapes: list[LayoutShape] = []
    for shape in document.shapes:
        if shape.key in keys and not shape.hidden:
            at = replace(shape.shape, x=tidy(shape.shape.x + dx), y=tidy(shape.shape.y + dy))
            shapes.append(LayoutShape(key=key, shape=at, zone=shape.zone))
            key -= 1
    changed = replace(document, seats=(*document.seats, *seats), shapes=(*document.shapes, *shapes), next_key=key)
    return changed, frozenset(s.key for s in seats) | frozenset(s.key for s in shapes)


def copy_hall(document: HallDocument, name: str) -> HallDocument:
    """The whole hall as a new one: every seat is a seat of its own."""
    count = len(document.seats)
    return replace(
        document,
        hall_id=None,
        name=name,
        layout_version=0,
        seats=tuple(replace(seat, key=-1 - at) for at, seat in enumerate(document.seats)),
        shapes=tuple(replace(shape, key=-1 - count - at) for at, shape in enumerate(document.shapes)),
        notes=document.notes if document.notes.rows else PlanNotes(),
        next_key=-1 - count - len(document.shapes),
    )


def remove(document: HallDocument, keys: Keys) -> HallDocument:
    """The document without the selection. Seats that exist in the database are retired when it is saved."""
    return replace(
        document,
        seats=tuple(seat for seat in document.seats if seat.key not in keys),
        shapes=tuple(shape for shape in document.shapes if shape.key not in keys or shape.hidden),
    )


def open_aisle(document: HallDocument, keys: Keys, width: float) -> HallDocument:
    """An aisle to the right of the selection: in its rows, every seat beyond the selection's right end moves away."""
    ends = {row: seats[-1].x for row, seats in rows_of(seats_of(document, keys)).items()}
    beyond = frozenset(
        seat.key for seat in document.seats if seat.row in ends and seat.x > ends[seat.row] and seat.key not in keys
    )
    return move(document, beyond, width, 0.0)


def open_cross_aisle(document: HallDocument, keys: Keys, width: float) -> HallDocument:
    """An aisle behind the selection: everything that is farther from the screen moves away."""
    box = bounds(document, keys)
    if box is None:
        return document
    beyond = {seat.key for seat in document.seats if seat.y > box[3] and seat.key not in keys}
    beyond |= {s.key for s in document.shapes if s.shape.y > box[3] and s.key not in keys}
    return move(document, frozenset(beyond), 0.0, width)
