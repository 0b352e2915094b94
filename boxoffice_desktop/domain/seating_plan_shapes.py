"""What a seating plan draws besides its seats: the screen, bars, columns and labels."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.seating_plan_checks import Node

MAX_TEXT = 200
LEAST_POINTS, MAX_POINTS = 3, 1_000

Point = tuple[float, float]

_BOX: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_KEYS = (
    *("width", "height", "position", "rotation", "text", "color", "border_color"),
    *("shape", "rectangle", "circle", "ellipse", "polygon"),
)
# What plans in the wild write on the screen.
_SCREEN_WORDS = frozenset({"screen", "leinwand", "écran", "ekran", "pantalla", "schermo", "tela", "scherm", "duk"})


def read_shape(node: Node, origin: tuple[float, float]) -> PlanShape | None:
    """One entry of a zone's `areas`, its top left corner in absolute plan units; None when it cannot be drawn here.

    Size and text stand beside the position, or in `rectangle`, `circle`, `ellipse`, `polygon` and `text` objects as the
    format's editor writes them; the position of a round shape is its middle, that of a polygon where its points are
    counted from. A shape with neither size nor text (or a polygon of two points) is left out and noted like an unknown
    key.
    """
    node.allow(*_KEYS)
    text = _read_text(node)
    points = _read_points(node)
    radii = None if points else _read_radii(node)
    corner, size = _measure(points, radii) if points or radii else ((0.0, 0.0), _read_box(node))
    if size is None and not text:
        node.unknown.note("areas without width, height and text", node.place)
        return None
    x, y = node.position()
    shape = PlanShape(
        text=text,
        x=origin[0] + x,
        y=origin[1] + y,
        width=size[0] if size else 0.0,
        height=size[1] if size else 0.0,
        rotation=node.coordinate("rotation") % 360 if node.fields.get("rotation") is not None else 0.0,
        colour=node.colour("color"),
        border_colour=node.colour("border_color"),
        is_screen=text.strip().casefold() in _SCREEN_WORDS,
        is_round=radii is not None,
        points=_share(points),
    )
    left, top = place_in(shape, *corner)
    return replace(shape, x=left, y=top)


def make_polygon(points: Sequence[Point]) -> PlanShape:
    """A shape with its corners at these places, in plan units."""
    (left, top), (width, height) = _measure(points, None)
    return PlanShape(text="", x=left, y=top, width=width, height=height, points=_share(points))


def first_corner(raw: Mapping[str, Any]) -> Point:
    """Where the points of an entry with a polygon have the top left corner of its box."""
    return _measure([(point["x"], point["y"]) for point in raw["polygon"]["points"]], None)[0]


def shape_anchor(shape: PlanShape, corner: Point = (0.0, 0.0)) -> Point:
    """What a file calls the position of a shape: the middle of a round one, the top left corner of any other.

    `corner` is where a polygon's points have that top left corner, when they are not counted from it.
    """
    if shape.is_round:
        return place_in(shape, shape.width / 2, shape.height / 2)
    return place_in(shape, -corner[0], -corner[1])


def place_in(shape: PlanShape, across: float, down: float) -> Point:
    """Where a point of a shape lies in the plan; it is given in plan units from the top left corner, before turning."""
    angle = math.radians(shape.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    return shape.x + across * cos - down * sin, shape.y + across * sin + down * cos


def text_place(shape: PlanShape) -> Point:
    """Where the middle of its text stands, for `place_in`: a polygon's centre of gravity, which its box's need not be
    inside, else the middle of the box.
    """
    corners = [(u * shape.width, v * shape.height) for u, v in shape.points]
    edges = list(zip(corners, [*corners[1:], *corners[:1]], strict=True))
    crosses = [ax * by - bx * ay for (ax, ay), (bx, by) in edges]
    area = sum(crosses)
    if not area:
        return shape.width / 2, shape.height / 2
    across, down = (
        sum((a[axis] + b[axis]) * cross for (a, b), cross in zip(edges, crosses, strict=True)) for axis in (0, 1)
    )
    return across / 3 / area, down / 3 / area


def shape_corners(shape: PlanShape) -> Iterator[Point]:
    """The corners as drawn, a polygon's in their order: `rotation` turns clockwise around the top left one of the box,
    `y` grows downwards.
    """
    for u, v in shape.points or _BOX:
        yield place_in(shape, u * shape.width, v * shape.height)


def store_shape(shape: PlanShape) -> dict[str, Any]:
    """The shape as JSON keeps it."""
    return asdict(shape) | {"points": [list(point) for point in shape.points]}


def restore_shape(stored: Mapping[str, Any]) -> PlanShape:
    """The shape that `store_shape` wrote, also in an earlier release."""
    points = tuple((float(u), float(v)) for u, v in stored.get("points", ()))
    return PlanShape(**{**stored, "points": points})


def _measure(points: Sequence[Point], radii: Point | None) -> tuple[Point, Point]:
    """Top left corner from the shape's position, and size, of a round shape or of what has these points."""
    if radii:
        return (-radii[0], -radii[1]), (2 * radii[0], 2 * radii[1])
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs) - min(xs), max(ys) - min(ys))


def _share(points: Sequence[Point]) -> tuple[Point, ...]:
    if not points:
        return ()
    (left, top), (width, height) = _measure(points, None)
    # A flat one has no size to share.
    return tuple(((x - left) / (width or 1.0), (y - top) / (height or 1.0)) for x, y in points)


def _read_points(node: Node) -> list[Point]:
    polygon = node.find_child("polygon")
    if polygon is None:
        return []
    polygon.allow("points")
    points: list[Point] = []
    for point in polygon.children("points", required=False):
        if len(points) == MAX_POINTS:
            raise polygon.refuse(f"A polygon has {MAX_POINTS:,} points at most.", "points")
        point.allow("x", "y")
        points.append((point.coordinate("x"), point.coordinate("y")))
    return points if len(points) >= LEAST_POINTS else []


def _read_radii(node: Node) -> tuple[float, float] | None:
    circle, ellipse = node.find_child("circle"), node.find_child("ellipse")
    if circle is not None:
        circle.allow("radius")
        return circle.size("radius"), circle.size("radius")
    if ellipse is not None:
        ellipse.allow("radius")
        radius = ellipse.child("radius")
        radius.allow("x", "y")
        return radius.size("x"), radius.size("y")
    return None


def _read_box(node: Node) -> tuple[float, float] | None:
    box = node.find_child("rectangle") or node
    if box is not node:
        box.allow("width", "height")
    if box.fields.get("width") is None and box.fields.get("height") is None:
        return None
    return box.size("width"), box.size("height")


def _read_text(node: Node) -> str:
    if isinstance(node.fields.get("text"), dict):
        inner = node.child("text")
        inner.allow("text")
        return _read_text(inner)
    if not node.fields.get("text"):
        return ""
    return node.label("text", MAX_TEXT)
