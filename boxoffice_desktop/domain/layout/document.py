"""The document that the layout editor changes: every operation takes one and returns another.

Positions are plan units (about 28 to a seat's pitch) with two decimals, x to the right as seen from the seats, y away
from the screen. Seats and shapes share one space of keys, so that a selection is one set of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from boxoffice_desktop.domain.halls import Area, HallPicture, PlanShape
from boxoffice_desktop.domain.seating_plan import MARGIN
from boxoffice_desktop.domain.seating_plan_shapes import shape_corners
from boxoffice_desktop.domain.seats import Seat, SeatKind, seat_name

Keys = frozenset[int]


def tidy(value: float) -> float:
    """A coordinate with the two decimals that a document keeps."""
    return round(value, 2) + 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LayoutSeat:
    """A seat of the document.

    Attributes:
        key: the database's id when positive; a seat that does not exist yet has a negative one.
        area_id: the price area; negative for an area that does not exist yet.
        guid: the seating plan's own name for the seat, empty when it has none.
        block: index into `PlanNotes.rows`, -1 when it came from no file.
        raw: what the file said of it, with keys that nobody here understands.
    """

    key: int
    zone: str
    row_label: str
    number: str
    x: float
    y: float
    area_id: int
    kind: SeatKind = SeatKind.STANDARD
    guid: str = ""
    block: int = -1
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> tuple[str, str]:
        """Zone and label of the row it stands in."""
        return self.zone, self.row_label


@dataclass(frozen=True, kw_only=True, slots=True)
class LayoutShape:
    """Something drawn besides the seats. `hidden` ones cannot be drawn here, but go out again with the file.

    `zone` is an index into `PlanNotes.zones`; `raw` is what the file said.
    """

    key: int
    shape: PlanShape
    hidden: bool = False
    zone: int = -1
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneNote:
    """A zone of the file: where its origin lies in the document, and what else was said of it."""

    name: str
    x: float
    y: float
    raw: Mapping[str, Any]
    was_empty: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RowNote:
    """A row entry of the file; `x`, `y` is its origin in the document."""

    zone: int
    label: str
    x: float
    y: float
    raw: Mapping[str, Any]
    was_empty: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryNote:
    """A category of the file, and the price area (by name) and kind that it means."""

    name: str
    area: str
    kind: SeatKind
    raw: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanNotes:
    """What a file says that neither seats nor shapes can hold; kept so that it goes out as it came in.

    `left`, `top` is how far the file's plan was moved to lie inside the document; `size` is the file's own size, and
    holds while the document has `width` and `height`.
    """

    top_raw: Mapping[str, Any] = field(default_factory=dict)
    left: float = 0.0
    top: float = 0.0
    size: Mapping[str, Any] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0
    categories: tuple[CategoryNote, ...] = ()
    zones: tuple[ZoneNote, ...] = ()
    rows: tuple[RowNote, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HallDocument:
    """A hall that is being edited. `hall_id` is None until it has been saved.

    `layout_version` is the version it was read with; `next_key` the next key of a new seat or shape, going down.
    """

    hall_id: int | None
    name: str
    layout_version: int
    width: float
    height: float
    best_x: float
    best_y: float
    seats: tuple[LayoutSeat, ...]
    shapes: tuple[LayoutShape, ...]
    areas: tuple[Area, ...]
    notes: PlanNotes = field(default_factory=PlanNotes)
    next_key: int = -1


def empty_document(name: str, areas: tuple[Area, ...], *, width: float = 800.0, height: float = 700.0) -> HallDocument:
    """A hall with nothing but a screen."""
    screen = PlanShape(text="SCREEN", x=width * 0.15, y=20.0, width=width * 0.7, height=16.0, is_screen=True)
    return HallDocument(
        hall_id=None,
        name=name,
        layout_version=0,
        width=width,
        height=height,
        best_x=width / 2,
        best_y=height * 0.6,
        seats=(),
        shapes=(LayoutShape(key=-1, shape=screen),),
        areas=areas,
        next_key=-2,
    )


def with_seats(document: HallDocument, change: Callable[[LayoutSeat], LayoutSeat], keys: Keys) -> HallDocument:
    """The document with `change` applied to the seats among `keys`."""
    return replace(document, seats=tuple(change(seat) if seat.key in keys else seat for seat in document.seats))


def replace_seats(document: HallDocument, new: Iterable[LayoutSeat]) -> HallDocument:
    """The document with these seats in place of those with the same keys."""
    by_key = {seat.key: seat for seat in new}
    return replace(document, seats=tuple(by_key.get(seat.key, seat) for seat in document.seats))


def with_shapes(document: HallDocument, change: Callable[[PlanShape], PlanShape], keys: Keys) -> HallDocument:
    """The document with `change` applied to the shapes among `keys`."""
    return replace(
        document,
        shapes=tuple(
            replace(shape, shape=change(shape.shape)) if shape.key in keys and not shape.hidden else shape
            for shape in document.shapes
        ),
    )


def add_shape(document: HallDocument, shape: PlanShape) -> tuple[HallDocument, Keys]:
    """The document with one more shape, and its key."""
    new = LayoutShape(key=document.next_key, shape=shape)
    changed = replace(document, shapes=(*document.shapes, new), next_key=document.next_key - 1)
    return changed, frozenset({new.key})


def add_area(document: HallDocument, name: str, letter: str, colour: int) -> tuple[HallDocument, int]:
    """The document with a price area that does not exist yet, and its (negative) id."""
    area_id = min((area.area_id for area in document.areas), default=0)
    area_id = min(area_id, 0) - 1
    area = Area(area_id=area_id, name=name, letter=letter, colour=colour)
    return replace(document, areas=(*document.areas, area)), area_id


def seats_of(document: HallDocument, keys: Keys) -> tuple[LayoutSeat, ...]:
    """The seats among `keys`, in the document's order."""
    return tuple(seat for seat in document.seats if seat.key in keys)


def rows_of(seats: Iterable[LayoutSeat]) -> dict[tuple[str, str], list[LayoutSeat]]:
    """Seats by row, each from left to right, the rows from the screen backwards."""
    rows: dict[tuple[str, str], list[LayoutSeat]] = {}
    for seat in seats:
        rows.setdefault(seat.row, []).append(seat)
    for members in rows.values():
        members.sort(key=lambda seat: (seat.x, seat.y))
    return dict(sorted(rows.items(), key=lambda item: sum(seat.y for seat in item[1]) / len(item[1])))


def fit_size(document: HallDocument) -> HallDocument:
    """The document moved and grown so that everything lies inside, seats with a margin; smaller it never gets."""
    xs = [seat.x for seat in document.seats]
    ys = [seat.y for seat in document.seats]
    corners = [c for shape in document.shapes if not shape.hidden for c in shape_corners(shape.shape)]
    left = min([0.0, *(x - MARGIN for x in xs), *(x for x, _ in corners)])
    top = min([0.0, *(y - MARGIN for y in ys), *(y for _, y in corners)])
    right = max([document.width, *(x + MARGIN for x in xs), *(x for x, _ in corners)])
    bottom = max([document.height, *(y + MARGIN for y in ys), *(y for _, y in corners)])
    if (left, top, right, bottom) == (0.0, 0.0, document.width, document.height):
        return document
    return _shift(replace(document, width=tidy(right - left), height=tidy(bottom - top)), tidy(-left), tidy(-top))


def _shift(document: HallDocument, dx: float, dy: float) -> HallDocument:
    if not dx and not dy:
        return document
    notes = document.notes
    return replace(
        document,
        best_x=tidy(document.best_x + dx),
        best_y=tidy(document.best_y + dy),
        seats=tuple(replace(seat, x=tidy(seat.x + dx), y=tidy(seat.y + dy)) for seat in document.seats),
        shapes=tuple(
            replace(s, shape=replace(s.shape, x=tidy(s.shape.x + dx), y=tidy(s.shape.y + dy))) for s in document.shapes
        ),
        # A hall that came from no file has no origin but its own.
        notes=notes
        if not notes.zones
        else replace(
            notes,
            left=notes.left + dx,
            top=notes.top + dy,
            zones=tuple(replace(zone, x=zone.x + dx, y=zone.y + dy) for zone in notes.zones),
            rows=tuple(replace(row, x=row.x + dx, y=row.y + dy) for row in notes.rows),
        ),
    )


def as_picture(document: HallDocument) -> HallPicture:
    """The document as the seat map draws halls; new seats keep their negative keys as ids."""
    several = len({seat.zone for seat in document.seats}) > 1
    used = {seat.area_id for seat in document.seats}
    return HallPicture(
        hall_id=document.hall_id or 0,
        name=document.name,
        layout_version=document.layout_version,
        width=document.width,
        height=document.height,
        best_x=document.best_x,
        best_y=document.best_y,
        seats=tuple(
            Seat(
                seat_id=seat.key,
                zone=seat.zone,
                row_label=seat.row_label,
                number=seat.number,
                x=seat.x,
                y=seat.y,
                area_id=seat.area_id,
                kind=seat.kind,
                name=seat_name(seat.zone if several else None, seat.row_label, seat.number),
            )
            for seat in document.seats
        ),
        areas=tuple(area for area in document.areas if area.area_id in used),
        shapes=tuple(shape.shape for shape in document.shapes if not shape.hidden),
    )
