"""What a seating plan draws besides its seats: the screen, bars, columns and labels."""

import math
from collections.abc import Iterator
from dataclasses import replace

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.seating_plan_checks import Node

MAX_TEXT = 200

_KEYS = (
    *("width", "height", "position", "rotation", "text", "color", "border_color"),
    *("shape", "rectangle", "circle", "ellipse"),
)
# What plans in the wild write on the screen.
_SCREEN_WORDS = frozenset({"screen", "leinwand", "écran", "ekran", "pantalla", "schermo", "tela", "scherm", "duk"})


def read_shape(node: Node, origin: tuple[float, float]) -> PlanShape | None:
    """One entry of a zone's `areas`, its top left corner in absolute plan units; None when it cannot be drawn here.

    Size and text stand beside the position, or in `rectangle`, `circle`, `ellipse` and `text` objects as the format's
    editor writes them; the position of a round shape is its middle. A shape with neither size nor text (polygons) is
    left out and noted like an unknown key.
    """
    node.allow(*_KEYS)
    text = _read_text(node)
    radii = _read_radii(node)
    size = (2 * radii[0], 2 * radii[1]) if radii else _read_box(node)
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
    )
    if radii is None:
        return shape
    across, down = shape_anchor(shape)
    return replace(shape, x=2 * shape.x - across, y=2 * shape.y - down)


def shape_anchor(shape: PlanShape) -> tuple[float, float]:
    """What a file calls the position of a shape: the middle of a round one, the top left corner of any other."""
    if not shape.is_round:
        return shape.x, shape.y
    angle = math.radians(shape.rotation)
    right, down = shape.width / 2, shape.height / 2
    return (
        shape.x + right * math.cos(angle) - down * math.sin(angle),
        shape.y + right * math.sin(angle) + down * math.cos(angle),
    )


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


def shape_corners(shape: PlanShape) -> Iterator[tuple[float, float]]:
    """The four corners as drawn: `rotation` turns clockwise around the top left one, `y` grows downwards."""
    angle = math.radians(shape.rotation)
    across, down = math.cos(angle), math.sin(angle)
    for u, v in ((0.0, 0.0), (shape.width, 0.0), (0.0, shape.height), (shape.width, shape.height)):
        yield shape.x + u * across - v * down, shape.y + u * down + v * across
