"""A document written as seating-plan JSON: what came from a file goes out as it came in, except where it changed."""

import json
from collections.abc import Mapping
from typing import Any

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.document import (
    CategoryNote,
    HallDocument,
    LayoutSeat,
    LayoutShape,
    RowNote,
    ZoneNote,
    fit_size,
)
from boxoffice_desktop.domain.seating_plan import AREA_KEY, BEST_KEY, KIND_KEY, default_best_point
from boxoffice_desktop.domain.seating_plan_checks import Node, UnknownKeys
from boxoffice_desktop.domain.seating_plan_shapes import first_corner, read_shape, shape_anchor
from boxoffice_desktop.domain.seats import SeatKind

# The series of areas, as the format wants a colour of its own for each category.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b4fb3", "#8a6d3b")
_NEAR = 0.006
_DEFAULT_ZONE = "Main area"


def export_plan(document: HallDocument) -> bytes:
    """The document as UTF-8 JSON. Everything that lies outside is moved inside first."""
    return (json.dumps(_Writer(fit_size(document)).write(), indent=1, ensure_ascii=False) + "\n").encode()


class _Writer:
    """Builds the plan as plain values."""

    def __init__(self, document: HallDocument) -> None:
        self._document = document
        self._notes = document.notes
        self._areas = {area.area_id: area for area in document.areas}
        self._categories = list(self._notes.categories)
        self._zones = list(self._notes.zones)
        self._rows = list(self._notes.rows)
        self._guids = {seat.guid for seat in document.seats if seat.guid}
        self._seen: set[str] = set()

    def write(self) -> dict[str, Any]:
        seats: dict[int, list[LayoutSeat]] = {}
        for seat in self._document.seats:
            seats.setdefault(self._find_row(seat), []).append(seat)
        shapes: dict[int, list[LayoutShape]] = {}
        for shape in self._document.shapes:
            shapes.setdefault(self._find_zone_of(shape), []).append(shape)
        zones = [
            zone
            for at, note in enumerate(list(self._zones))
            if (zone := self._write_zone(at, note, seats, shapes.get(at, []))) is not None
        ]
        plan = dict(self._notes.top_raw)
        if str(plan.get("name", "")).strip() != self._document.name:
            plan["name"] = self._document.name
        plan["size"] = self._write_size()
        plan["zones"] = zones
        plan["categories"] = [dict(note.raw) for note in self._categories]
        self._write_best(plan)
        return plan

    def _find_row(self, seat: LayoutSeat) -> int:
        zone = seat.zone or _DEFAULT_ZONE
        if 0 <= seat.block < len(self._rows):
            note = self._rows[seat.block]
            if note.label == seat.row_label and self._zones[note.zone].name == zone:
                return seat.block
        for at, note in enumerate(self._rows):
            if note.label == seat.row_label and self._zones[note.zone].name == zone:
                return at
        at_zone = self._find_zone(zone)
        origin = self._zones[at_zone]
        self._rows.append(RowNote(zone=at_zone, label=seat.row_label, x=origin.x, y=seat.y, raw={}))
        return len(self._rows) - 1

    def _find_zone(self, name: str) -> int:
        for at, note in enumerate(self._zones):
            if note.name == name:
                return at
        self._zones.append(ZoneNote(name=name, x=self._notes.left, y=self._notes.top, raw={}))
        return len(self._zones) - 1

    def _find_zone_of(self, shape: LayoutShape) -> int:
        if 0 <= shape.zone < len(self._zones):
            return shape.zone
        return 0 if self._zones else self._find_zone(_DEFAULT_ZONE)

    def _write_zone(
        self, at: int, note: ZoneNote, seats: Mapping[int, list[LayoutSeat]], shapes: list[LayoutShape]
    ) -> dict[str, Any] | None:
        rows = [
            self._write_row(row, seats.get(i, []))
            for i, row in enumerate(self._rows)
            if row.zone == at and (i in seats or row.was_empty)
        ]
        if not rows and not shapes and not note.was_empty:
            return None
        zone = dict(note.raw)
        zone.setdefault("name", note.name)
        # Where a zone lies in the file is where it lies here without the shift that brought the plan inside.
        zone["position"] = _place(zone.get("position"), note.x - self._notes.left, note.y - self._notes.top)
        zone["rows"] = rows
        if shapes:
            zone["areas"] = [self._write_shape(shape, note) for shape in shapes]
        return zone

    def _write_row(self, note: RowNote, seats: list[LayoutSeat]) -> dict[str, Any]:
        origin = self._zones[note.zone]
        row = dict(note.raw)
        row.setdefault("row_number", note.label)
        row["position"] = _place(row.get("position"), note.x - origin.x, note.y - origin.y)
        row["seats"] = [self._write_seat(seat, note) for seat in seats]
        return row

    def _write_seat(self, seat: LayoutSeat, row: RowNote) -> dict[str, Any]:
        out = dict(seat.raw)
        if str(out.get("seat_guid", "")).strip() != seat.guid or not seat.guid or seat.guid in self._seen:
            out["seat_guid"] = self._name_guid(seat)
        self._seen.add(str(out["seat_guid"]))
        if str(out.get("seat_number", "")).strip() != seat.number:
            out["seat_number"] = seat.number
        out["position"] = _place(out.get("position"), seat.x - row.x, seat.y - row.y)
        out["category"] = self._choose_category(seat, str(out.get("category", "")).strip())
        return out

    def _name_guid(self, seat: LayoutSeat) -> str:
        if seat.guid and seat.guid not in self._seen:
            return seat.guid
        base = "-".join(part for part in (seat.zone, seat.row_label, seat.number) if part)
        names = (base if at == 1 else f"{base}-{at}" for at in range(1, len(self._document.seats) + 2))
        return next(name for name in names if name not in self._guids and name not in self._seen)

    def _choose_category(self, seat: LayoutSeat, own: str) -> str:
        area = self._areas[seat.area_id]
        fitting = [n for n in self._categories if n.area.casefold() == area.name.casefold() and n.kind is seat.kind]
        if any(note.name == own for note in fitting):
            return own
        if fitting:
            return fitting[0].name
        words = area.name if seat.kind is SeatKind.STANDARD else f"{area.name} {seat.kind.value.replace('_', ' ')}"
        taken = {note.name for note in self._categories}
        name = next(n for n in (words, *(f"{words} {i}" for i in range(2, 99))) if n not in taken)
        raw = {"name": name, "color": SERIES[area.colour % len(SERIES)], AREA_KEY: area.name, KIND_KEY: seat.kind.value}
        self._categories.append(CategoryNote(name=name, area=area.name, kind=seat.kind, raw=raw))
        return name

    def _write_shape(self, shape: LayoutShape, zone: ZoneNote) -> dict[str, Any]:
        out = dict(shape.raw)
        if shape.hidden:
            return out
        was = read_shape(Node(out, "", UnknownKeys()), (zone.x, zone.y)) if out else None
        now = shape.shape
        same = was is not None and _outline(was) == _outline(now)
        at_x, at_y = shape_anchor(now, first_corner(out) if same and now.points else (0.0, 0.0))
        out["position"] = _place(out.get("position"), at_x - zone.x, at_y - zone.y)
        if not same:
            _write_outline(out, now)
        if was is None or was.text != now.text:
            text = out.get("text")
            out["text"] = {**text, "text": now.text} if isinstance(text, dict) else now.text
        if was is None or was.rotation != now.rotation:
            out["rotation"] = _number(now.rotation)
        if was is None or was.colour != now.colour:
            out["color"] = now.colour
        if was is None or was.border_colour != now.border_colour:
            out["border_color"] = now.border_colour
        return out

    def _write_size(self) -> dict[str, Any]:
        notes, document = self._notes, self._document
        if notes.size and (notes.width, notes.height) == (document.width, document.height):
            return dict(notes.size)
        # In the file's own frame, which the plan was moved out of to lie inside.
        width, height = document.width - notes.left, document.height - notes.top
        return {**notes.size, "width": _number(max(width, 1.0)), "height": _number(max(height, 1.0))}

    def _write_best(self, plan: dict[str, Any]) -> None:
        document, notes = self._document, self._notes
        usual = default_best_point(document.seats) if document.seats else (document.best_x, document.best_y)
        if BEST_KEY in plan or abs(usual[0] - document.best_x) > _NEAR or abs(usual[1] - document.best_y) > _NEAR:
            plan[BEST_KEY] = _place(plan.get(BEST_KEY), document.best_x - notes.left, document.best_y - notes.top)


def _outline(shape: PlanShape) -> tuple[object, ...]:
    return shape.width, shape.height, shape.is_round, shape.points


def _write_outline(out: dict[str, Any], shape: PlanShape) -> None:
    box = out.get("rectangle")
    sizes = {"width": _number(shape.width), "height": _number(shape.height)}
    others = ("circle", "rectangle", "width", "height") if shape.is_round or shape.points else ("circle", "ellipse")
    for key in others:
        out.pop(key, None)
    if shape.points:
        out["shape"] = "polygon"
        points = [{"x": _number(u * shape.width), "y": _number(v * shape.height)} for u, v in shape.points]
        out["polygon"] = {**(out.get("polygon") or {}), "points": points}
    elif shape.is_round:
        out["shape"] = "ellipse"
        out["ellipse"] = {"radius": {"x": _number(shape.width / 2), "y": _number(shape.height / 2)}}
    elif isinstance(box, dict):
        out["rectangle"] = {**box, **sizes}
    else:
        if out.get("shape") in ("circle", "ellipse"):
            del out["shape"]
        out.update(sizes)


def _place(old: Any, x: float, y: float) -> dict[str, Any]:
    """A position as the file had it, or with new numbers where it is another place now."""
    if isinstance(old, dict) and abs(old["x"] - x) < _NEAR and abs(old["y"] - y) < _NEAR:
        return dict(old)
    return {**(old or {}), "x": _number(x), "y": _number(y)}


def _number(value: float) -> int | float:
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
