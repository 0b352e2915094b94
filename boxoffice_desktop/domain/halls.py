"""The picture of a hall: seats, price areas and everything drawn around them."""

from dataclasses import dataclass

from boxoffice_desktop.domain.seats import Seat


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A price category of seats.

    Attributes:
        area_id: the database's key.
        name: e.g. `Premium`.
        letter: one or two characters shown beside the colour, e.g. `P`.
        colour: index into the colour-blind-safe series of the theme.
    """

    area_id: int
    name: str
    letter: str
    colour: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanShape:
    """Something drawn in a hall that is no seat: the screen, a bar, a column, a label.

    `x` and `y` are the top left corner in plan units; `rotation` is in degrees clockwise around it; colours are
    `#rrggbb` or empty for the theme's own. A round one is the ellipse inside that box; a polygon has its corners in
    `points`, as shares of width and height from the top left corner, so that it grows with its box.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    rotation: float = 0.0
    colour: str = ""
    border_colour: str = ""
    is_screen: bool = False
    is_round: bool = False
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HallPicture:
    """A hall as it is drawn. `layout_version` grows with every saved change; pictures may be kept by it.

    `best_x`, `best_y` is the best point of the hall in plan units: best-available seats are nearest to it.
    """

    hall_id: int
    name: str
    layout_version: int
    width: float
    height: float
    best_x: float
    best_y: float
    seats: tuple[Seat, ...]
    areas: tuple[Area, ...]
    shapes: tuple[PlanShape, ...]
