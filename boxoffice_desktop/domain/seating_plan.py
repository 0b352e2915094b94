"""Seating plans in the open JSON format of web ticket shops: read, checked, and turned into what a hall needs.

What is understood is kept; a key that is not is warned about once. A plan with an error is refused as a whole, and the
refusal names the place. Positions are kept in the plan's own units (about 28 to a seat's pitch), made absolute: a
seat stands relative to its row, a row relative to its zone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.seating_plan_checks import Node, read_document
from boxoffice_desktop.domain.seating_plan_shapes import read_shape, shape_corners
from boxoffice_desktop.domain.seats import SeatKind

MAX_SEATS = 20_000
MAX_SHAPES = 2_000
# Keys of our own, for what the format has no place for: a category's price area and kind, the hall's best point.
AREA_KEY, KIND_KEY, BEST_KEY = "price_area", "seat_kind", "best_point"
# Longest labels, as the database has them.
MAX_LABEL = 10
MAX_ZONE = 60
MAX_NAME = 100
# Free room around the outermost seats after a shift: half a seat's pitch for the seat itself, and as much again.
MARGIN = 28.0
AREA_COLOURS = 8

_Key = TypeVar("_Key")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanCategory:
    """A category of the file; `colour` is `#rrggbb`, or empty when the file has none that can be read.

    `area` and `kind` are what our own exports say of it besides the name; empty and None in other files.
    """

    name: str
    colour: str
    area: str = ""
    kind: SeatKind | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSeat:
    """A seat of the file. `x`, `y` is its centre in absolute plan units."""

    guid: str
    zone: str
    row_label: str
    number: str
    x: float
    y: float
    category: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedPlan:
    """A plan that can be imported. Everything lies within `width` by `height` plan units.

    `raw` is the file's own object.
    """

    name: str
    width: float
    height: float
    categories: tuple[PlanCategory, ...]
    seats: tuple[PlanSeat, ...]
    shapes: tuple[PlanShape, ...]
    warnings: tuple[str, ...]
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanArea:
    """A price area that a plan asks for; `letter` is one or two characters, `colour` an index into the series."""

    name: str
    letter: str
    colour: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryUse:
    """What a category of the file means here: the price area by name, and the kind of its seats."""

    area: str
    kind: SeatKind


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanAreas:
    """The areas of a plan in the file's order, and what each category became."""

    areas: tuple[PlanArea, ...]
    by_category: dict[str, CategoryUse]


def parse_plan(data: bytes) -> ParsedPlan:
    """Read a seating plan.

    Seats may have negative positions: the plan is shifted right and down until everything is inside with a margin of
    28 units, and its size grows when something would stick out at the far sides.

    Raises:
        ImportRefusedError: the file is no seating plan, or one that cannot be trusted: wrong types, missing keys,
            empty or overlong labels, a seat twice (same zone, row and number, or same `seat_guid`), an unknown
            category, positions that are no finite numbers or beyond 100,000 units, more than 20,000 seats.
            `place` says where, e.g. `zones[0].rows[3].seats[7]`.
    """
    plan = read_document(data)
    plan.allow("name", "categories", "zones", "size", BEST_KEY)
    name = plan.label("name", MAX_NAME)
    size = plan.child("size")
    size.allow("width", "height")
    width, height = size.size("width"), size.size("height")
    categories = tuple(_read_categories(plan))
    _refuse_too_many(plan)
    seats = tuple(_read_seats(plan, {category.name for category in categories}))
    if not seats:
        raise ImportRefusedError("The plan has no seats.", "zones")
    if plan.fields.get(BEST_KEY) is not None:
        plan.position(BEST_KEY)
    shapes = tuple(_read_shapes(plan))
    used = {seat.category for seat in seats}
    idle = tuple(f"Category '{c.name}' has no seats." for c in categories if c.name not in used)
    parsed = ParsedPlan(
        name=name,
        width=width,
        height=height,
        categories=categories,
        seats=seats,
        shapes=shapes,
        warnings=plan.unknown.warnings() + idle,
        raw=plan.fields,
    )
    return _move_inside(parsed)


def _read_categories(plan: Node) -> Iterator[PlanCategory]:
    places: dict[str, str] = {}
    for node in plan.children("categories"):
        node.allow("name", "color", AREA_KEY, KIND_KEY)
        name = node.label("name", MAX_NAME)
        if name in places:
            raise node.refuse(f"Category '{name}' is there twice, first at {places[name]}.")
        places[name] = node.place
        yield PlanCategory(name=name, colour=node.colour("color"), area=_read_area(node), kind=_read_kind(node))


def _read_area(node: Node) -> str:
    return node.label(AREA_KEY, MAX_NAME) if node.fields.get(AREA_KEY) is not None else ""


def _read_kind(node: Node) -> SeatKind | None:
    value = node.fields.get(KIND_KEY)
    if value is None:
        return None
    if value not in set(SeatKind):
        raise node.refuse("That is no kind of seat.", KIND_KEY)
    return SeatKind(str(value))


def _refuse_too_many(plan: Node) -> None:
    """Count before reading: a plan of a million seats is refused in the time it takes to count them."""
    rows = [row for zone in plan.children("zones") for row in zone.children("rows")]
    count = sum(len(seats) for row in rows if isinstance(seats := row.fields.get("seats"), list))
    if count > MAX_SEATS:
        raise ImportRefusedError(f"The plan has {count:,} seats; {MAX_SEATS:,} is the most.", "zones")


def _read_seats(plan: Node, categories: set[str]) -> Iterator[PlanSeat]:
    by_label: dict[tuple[str, str, str], str] = {}
    by_guid: dict[str, str] = {}
    for zone in plan.children("zones"):
        zone.allow("name", "position", "rows", "areas")
        zone_name, (zone_x, zone_y) = zone.label("name", MAX_ZONE), zone.position()
        for row in zone.children("rows"):
            row.allow("row_number", "position", "seats")
            label, (row_x, row_y) = row.label("row_number", MAX_LABEL), row.position()
            for node in row.children("seats"):
                seat = _read_seat(node, zone_name, label, (zone_x + row_x, zone_y + row_y))
                if seat.category not in categories:
                    raise node.refuse(f"Category '{seat.category}' is not among the plan's categories.", "category")
                place = (seat.zone, seat.row_label, seat.number)
                _refuse_double(node, by_label, place, f"Seat {label}{seat.number} of {zone_name}")
                _refuse_double(node, by_guid, seat.guid, f"The seat_guid '{seat.guid}'")
                yield seat


def _read_seat(node: Node, zone: str, row: str, origin: tuple[float, float]) -> PlanSeat:
    node.allow("seat_guid", "seat_number", "position", "category")
    x, y = node.position()
    return PlanSeat(
        guid=node.label("seat_guid", 200),
        zone=zone,
        row_label=row,
        number=node.label("seat_number", MAX_LABEL),
        x=origin[0] + x,
        y=origin[1] + y,
        category=node.label("category", MAX_NAME),
    )


def _refuse_double(node: Node, seen: dict[_Key, str], key: _Key, what: str) -> None:
    if key in seen:
        raise node.refuse(f"{what} is there twice, first at {seen[key]}.")
    seen[key] = node.place


def _read_shapes(plan: Node) -> Iterator[PlanShape]:
    count = 0
    for zone in plan.children("zones"):
        origin = zone.position()
        for node in zone.children("areas", required=False):
            count += 1
            if count > MAX_SHAPES:
                raise node.refuse(f"The plan has more than {MAX_SHAPES:,} drawn shapes.")
            shape = read_shape(node, origin)
            if shape is not None:
                yield shape


def _move_inside(plan: ParsedPlan) -> ParsedPlan:
    """Shift and grow a plan so that all of it lies inside; seats keep a margin, shapes may touch the edge."""
    corners = [corner for shape in plan.shapes for corner in shape_corners(shape)]
    left = min(min(s.x for s in plan.seats) - MARGIN, *(x for x, _ in corners), 0.0)
    top = min(min(s.y for s in plan.seats) - MARGIN, *(y for _, y in corners), 0.0)
    right = max(max(s.x for s in plan.seats) + MARGIN, *(x for x, _ in corners), plan.width)
    bottom = max(max(s.y for s in plan.seats) + MARGIN, *(y for _, y in corners), plan.height)
    return replace(
        plan,
        width=right - left,
        height=bottom - top,
        seats=tuple(replace(s, x=s.x - left, y=s.y - top) for s in plan.seats),
        shapes=tuple(replace(s, x=s.x - left, y=s.y - top) for s in plan.shapes),
    )


_KINDS = {
    "wheelchair": SeatKind.WHEELCHAIR,
    "companion": SeatKind.COMPANION,
    "loveseat": SeatKind.LOVE_SEAT,
    "recliner": SeatKind.RECLINER,
}
# Places whose price is that of an ordinary seat.
_STANDARD_PRICE = {SeatKind.WHEELCHAIR, SeatKind.COMPANION}


def plan_to_areas_and_kinds(plan: ParsedPlan) -> PlanAreas:
    """Turn the categories that have seats into price areas and kinds of seats.

    | category, however it is written | kind | price area |
    |---|---|---|
    | Wheelchair, Companion | of that name | Standard when the plan has it, else one of its own |
    | Love seat, Loveseat, Recliner (plural too) | of that name | one of its own |
    | anything else | standard | one of its own |

    A category that names its area and kind itself (our own exports do) is taken at its word. An area's letter is the
    first letter of its name that no other area has, its colour its place in the file.
    """
    used = {seat.category for seat in plan.seats}
    names = [category.name for category in plan.categories]
    standard = next((name for name in names if _fold(name) == "standard"), None)
    by_category: dict[str, CategoryUse] = {}
    for category in (category for category in plan.categories if category.name in used):
        name = category.name
        kind = category.kind or _KINDS.get(_fold(name), SeatKind.STANDARD)
        usual = standard if standard and kind in _STANDARD_PRICE else name
        by_category[name] = CategoryUse(area=category.area or usual, kind=kind)
    wanted = {use.area for use in by_category.values()}
    ordered = dict.fromkeys([*names, *(use.area for use in by_category.values())])
    areas: list[PlanArea] = []
    for name in (name for name in ordered if name in wanted):
        letter = choose_letter(name, {area.letter for area in areas})
        areas.append(PlanArea(name=name, letter=letter, colour=len(areas) % AREA_COLOURS))
    return PlanAreas(areas=tuple(areas), by_category=by_category)


def choose_letter(name: str, taken: set[str]) -> str:
    """One or two characters to stand for an area: a letter of its name, else of the alphabet, else a number."""
    own = [c.upper() for c in name if c.isalnum() and len(c.upper()) == 1]
    alphabet = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    numbers = [str(number) for number in range(1, 100)]
    return next(mark for mark in [*own, *alphabet, *numbers, "?"] if mark not in taken or mark == "?")


def _fold(name: str) -> str:
    letters = "".join(c for c in name.casefold() if c.isalpha())
    return letters if letters in _KINDS else letters.removesuffix("s")


class Placed(Protocol):
    """Anything that stands in a zone of a hall."""

    @property
    def zone(self) -> str: ...

    @property
    def x(self) -> float: ...

    @property
    def y(self) -> float: ...


def default_best_point(seats: Sequence[Placed]) -> tuple[float, float]:
    """Where one sits best: across the hall the middle, from the screen two thirds back in the zone nearest to it.

    Plan units. The zone nearest to the screen is the one that begins with the smallest `y` (the stalls).

    Raises:
        ValueError: there are no seats.
    """
    front = min(seats, key=lambda seat: seat.y).zone
    xs = [seat.x for seat in seats if seat.zone == front]
    ys = [seat.y for seat in seats if seat.zone == front]
    return (min(xs) + max(xs)) / 2, min(ys) + (max(ys) - min(ys)) * 2 / 3
