"""What a hall's row keeps of a document besides its seats: the drawing, and what its file said.

Of seats only those are written down that the tables alone would not give back: most halls have none.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.document import (
    CategoryNote,
    HallDocument,
    LayoutSeat,
    LayoutShape,
    PlanNotes,
    RowNote,
    ZoneNote,
    tidy,
)
from boxoffice_desktop.domain.seating_plan_shapes import restore_shape, store_shape
from boxoffice_desktop.domain.seats import SeatKind

_SEAT_KEYS = {"seat_guid", "seat_number", "position", "category"}


def store_drawing(document: HallDocument) -> dict[str, Any]:
    """The value of `hall.plan`: `shapes` is what the seat map draws, `notes` what the file said besides."""
    drawn = [shape for shape in document.shapes if not shape.hidden]
    notes = document.notes
    return {
        "shapes": [store_shape(shape.shape) for shape in drawn],
        "notes": {
            "top": dict(notes.top_raw),
            "left": notes.left,
            "up": notes.top,
            "size": dict(notes.size),
            "width": notes.width,
            "height": notes.height,
            "categories": [[n.name, n.area, n.kind.value, n.raw] for n in notes.categories],
            "zones": [[n.name, n.x, n.y, n.raw, n.was_empty] for n in notes.zones],
            "rows": [[n.zone, n.label, n.x, n.y, n.raw, n.was_empty] for n in notes.rows],
            "drawn": [[shape.zone, shape.raw] for shape in drawn],
            "hidden": [[at, shape.zone, shape.raw] for at, shape in enumerate(document.shapes) if shape.hidden],
            "seats": {_path(seat): [seat.block, seat.raw] for seat in document.seats if _says_more(document, seat)},
        },
    }


def restore_drawing(document: HallDocument, stored: Mapping[str, Any]) -> HallDocument:
    """The document with shapes and notes from `hall.plan`, also one that an earlier release wrote."""
    notes: Mapping[str, Any] = stored.get("notes") or {}
    shapes: list[LayoutShape] = []
    key = document.next_key
    drawn = list(stored.get("shapes", ()))
    raws = list(notes.get("drawn", ()))
    raws += [[-1, {}]] * (len(drawn) - len(raws))
    for shape, (zone, raw) in zip(drawn, raws, strict=False):
        shapes.append(LayoutShape(key=key, shape=_tidy_shape(restore_shape(shape)), zone=zone, raw=raw))
        key -= 1
    nowhere = PlanShape(text="", x=0.0, y=0.0, width=0.0, height=0.0)
    for at, zone, raw in notes.get("hidden", ()):
        shapes.insert(at, LayoutShape(key=key, shape=nowhere, hidden=True, zone=zone, raw=raw))
        key -= 1
    return replace(
        document,
        shapes=tuple(shapes),
        seats=_restore_seats(document, notes),
        notes=_restore_notes(notes) if notes else PlanNotes(),
        next_key=key,
    )


def _restore_seats(document: HallDocument, notes: Mapping[str, Any]) -> tuple[LayoutSeat, ...]:
    said: Mapping[str, Any] = notes.get("seats", {})
    if not said:
        return document.seats
    return tuple(
        replace(seat, block=said[path][0], raw=said[path][1]) if (path := _path(seat)) in said else seat
        for seat in document.seats
    )


def _restore_notes(notes: Mapping[str, Any]) -> PlanNotes:
    return PlanNotes(
        top_raw=notes["top"],
        left=notes["left"],
        top=notes["up"],
        size=notes["size"],
        width=notes["width"],
        height=notes["height"],
        categories=tuple(
            CategoryNote(name=name, area=area, kind=SeatKind(kind), raw=raw)
            for name, area, kind, raw in notes["categories"]
        ),
        zones=tuple(
            ZoneNote(name=name, x=x, y=y, raw=raw, was_empty=empty) for name, x, y, raw, empty in notes["zones"]
        ),
        rows=tuple(
            RowNote(zone=zone, label=label, x=x, y=y, raw=raw, was_empty=empty)
            for zone, label, x, y, raw, empty in notes["rows"]
        ),
    )


def _path(seat: LayoutSeat) -> str:
    return f"{seat.zone}\t{seat.row_label}\t{seat.number}"


def _says_more(document: HallDocument, seat: LayoutSeat) -> bool:
    """Whether the file said something of the seat that its columns, its row and its area do not say again."""
    raw, notes = seat.raw, document.notes
    if not raw:
        return False
    areas = {area.area_id: area.name for area in document.areas}
    usual = next((n.name for n in notes.categories if (n.area, n.kind) == (areas[seat.area_id], seat.kind)), None)
    rows = (i for i, n in enumerate(notes.rows) if n.label == seat.row_label and notes.zones[n.zone].name == seat.zone)
    position = raw.get("position", {})
    return bool(
        raw.keys() - _SEAT_KEYS
        or position.keys() - {"x", "y"}
        or raw.get("category") != usual
        or raw.get("seat_number") != seat.number
        or raw.get("seat_guid") != seat.guid
        or next(rows, -1) != seat.block
        or any(value != tidy(value) for value in (position.get("x", 0), position.get("y", 0)))
    )


def _tidy_shape(shape: PlanShape) -> PlanShape:
    return replace(shape, x=tidy(shape.x), y=tidy(shape.y))
