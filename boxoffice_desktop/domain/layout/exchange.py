"""The open seating-plan JSON, in and out. What goes in comes out the same, also keys that nobody here understands.

Two keys are ours: a category may carry `price_area` and `seat_kind` where its name alone would not say them, and the
plan `best_point` where the hall has one of its own.
"""

from dataclasses import dataclass, replace
from typing import Any

from boxoffice_desktop.domain.halls import Area, PlanShape
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
from boxoffice_desktop.domain.seating_plan import (
    AREA_COLOURS,
    BEST_KEY,
    CategoryUse,
    ParsedPlan,
    choose_letter,
    default_best_point,
    parse_plan,
    plan_to_areas_and_kinds,
)
from boxoffice_desktop.domain.seating_plan_checks import Node, UnknownKeys
from boxoffice_desktop.domain.seating_plan_shapes import read_shape
from boxoffice_desktop.domain.seats import SeatKind


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedPlan:
    """A document made from a file, and what could not be understood; nothing of that is lost."""

    document: HallDocument
    warnings: tuple[str, ...]


def import_plan(data: bytes, known_areas: tuple[Area, ...]) -> ImportedPlan:
    """Read a seating plan into a document.

    Price areas are found among `known_areas` by name; the others get negative ids and come into being when the hall
    is saved.

    Raises:
        ImportRefusedError: as `parse_plan` does.
    """
    plan = parse_plan(data)
    return ImportedPlan(
        document=read_plan(plan, known_areas),
        warnings=tuple(warning.replace("left out", "kept as it is") for warning in plan.warnings),
    )


def read_plan(plan: ParsedPlan, known_areas: tuple[Area, ...]) -> HallDocument:
    """A plan that was parsed already as a document; areas as in `import_plan`."""
    categories = _read_categories(plan)
    return _Reader(plan, categories, _match_areas(plan, categories, known_areas)).read()


def _read_categories(plan: ParsedPlan) -> tuple[CategoryNote, ...]:
    use = plan_to_areas_and_kinds(plan).by_category
    idle = {c.name: CategoryUse(area=c.area or c.name, kind=c.kind or SeatKind.STANDARD) for c in plan.categories}
    meant = idle | use
    return tuple(
        CategoryNote(name=category.name, area=meant[category.name].area, kind=meant[category.name].kind, raw=raw)
        for category, raw in zip(plan.categories, plan.raw["categories"], strict=True)
    )


def _match_areas(plan: ParsedPlan, categories: tuple[CategoryNote, ...], known: tuple[Area, ...]) -> tuple[Area, ...]:
    used = {seat.category for seat in plan.seats}
    areas = list(known)
    for note in categories:
        if note.name not in used or any(a.name.casefold() == note.area.casefold() for a in areas):
            continue
        colours = [area.colour for area in areas]
        areas.append(
            Area(
                area_id=min([0, *(area.area_id for area in areas)]) - 1,
                name=note.area,
                letter=choose_letter(note.area, {area.letter for area in areas}),
                colour=min(range(AREA_COLOURS), key=colours.count),
            )
        )
    return tuple(areas)


class _Reader:
    """Walks the file beside the parsed plan, whose seats stand in the same order."""

    def __init__(
        self,
        plan: ParsedPlan,
        categories: tuple[CategoryNote, ...],
        areas: tuple[Area, ...],
    ) -> None:
        self._plan, self._raw, self._categories, self._areas = plan, plan.raw, categories, areas
        self._key = -1
        self._use = {note.name: note for note in categories}
        self._area_ids = {area.name.casefold(): area.area_id for area in areas}
        self._zones: list[ZoneNote] = []
        self._rows: list[RowNote] = []
        self._seats: list[LayoutSeat] = []
        self._shapes: list[LayoutShape] = []

    def read(self) -> HallDocument:
        left, top = self._find_shift()
        parsed = iter(self._plan.seats)
        for zone in self._raw["zones"]:
            self._read_zone(zone, left, top, parsed)
        best = self._read_best(left, top)
        size = self._raw["size"]
        return HallDocument(
            hall_id=None,
            name=self._plan.name,
            layout_version=0,
            width=tidy(self._plan.width),
            height=tidy(self._plan.height),
            best_x=best[0],
            best_y=best[1],
            seats=tuple(self._seats),
            shapes=tuple(self._shapes),
            areas=self._areas,
            notes=PlanNotes(
                top_raw={k: v for k, v in self._raw.items() if k not in {"categories", "zones", "size"}},
                left=left,
                top=top,
                size=size,
                width=tidy(self._plan.width),
                height=tidy(self._plan.height),
                categories=self._categories,
                zones=tuple(self._zones),
                rows=tuple(self._rows),
            ),
            next_key=self._key,
        )

    def _find_shift(self) -> tuple[float, float]:
        """How far the parser moved the plan to lie inside: its first seat tells."""
        for zone in self._raw["zones"]:
            for row in zone["rows"]:
                for seat in row["seats"]:
                    places = (zone["position"], row["position"], seat["position"])
                    first = self._plan.seats[0]
                    return tidy(first.x - sum(p["x"] for p in places)), tidy(first.y - sum(p["y"] for p in places))
        return 0.0, 0.0

    def _read_zone(self, zone: dict[str, Any], left: float, top: float, parsed: Any) -> None:
        at = len(self._zones)
        x, y = zone["position"]["x"] + left, zone["position"]["y"] + top
        name = zone["name"].strip() if isinstance(zone["name"], str) else str(zone["name"])
        entries = zone.get("areas") or ()
        rest = {k: v for k, v in zone.items() if k != "rows" and (k != "areas" or not entries)}
        empty = not zone["rows"] and not entries
        self._zones.append(ZoneNote(name=name, x=x, y=y, raw=rest, was_empty=empty))
        for row in zone["rows"]:
            label = str(row["row_number"]).strip()
            kept = {k: v for k, v in row.items() if k != "seats"}
            rx, ry = x + row["position"]["x"], y + row["position"]["y"]
            self._rows.append(RowNote(zone=at, label=label, x=rx, y=ry, raw=kept, was_empty=not row["seats"]))
            for seat in row["seats"]:
                found = next(parsed)
                use = self._use[found.category]
                self._seats.append(
                    LayoutSeat(
                        key=self._take_key(),
                        zone=found.zone,
                        row_label=found.row_label,
                        number=found.number,
                        x=tidy(found.x),
                        y=tidy(found.y),
                        area_id=self._area_ids[use.area.casefold()],
                        kind=use.kind,
                        guid=found.guid,
                        block=len(self._rows) - 1,
                        raw=seat,
                    )
                )
        for entry in entries:
            self._shapes.append(self._read_shape(entry, at, x, y))

    def _read_shape(self, entry: dict[str, Any], zone: int, x: float, y: float) -> LayoutShape:
        shape = read_shape(Node(entry, "", UnknownKeys()), (x, y))
        if shape is None:
            nowhere = PlanShape(text="", x=0.0, y=0.0, width=0.0, height=0.0)
            return LayoutShape(key=self._take_key(), shape=nowhere, hidden=True, zone=zone, raw=entry)
        tidied = replace(shape, x=tidy(shape.x), y=tidy(shape.y))
        return LayoutShape(key=self._take_key(), shape=tidied, zone=zone, raw=entry)

    def _read_best(self, left: float, top: float) -> tuple[float, float]:
        own = self._raw.get(BEST_KEY)
        if own is not None:
            return tidy(own["x"] + left), tidy(own["y"] + top)
        x, y = default_best_point(self._seats)
        return tidy(x), tidy(y)

    def _take_key(self) -> int:
        self._key -= 1
        return self._key + 1


def keep_seats(old: HallDocument, new: HallDocument) -> HallDocument:
    """The new layout for the old hall: seats of the same zone, row and number keep their keys."""
    keys = {(seat.zone, seat.row_label, seat.number): seat.key for seat in old.seats}
    next_key = min(old.next_key, new.next_key)
    seats = []
    for seat in new.seats:
        known = keys.get((seat.zone, seat.row_label, seat.number))
        seats.append(replace(seat, key=next_key if known is None else known))
        next_key -= known is None
    shapes = []
    for shape in new.shapes:
        shapes.append(replace(shape, key=next_key))
        next_key -= 1
    return replace(
        new,
        hall_id=old.hall_id,
        name=old.name,
        layout_version=old.layout_version,
        seats=tuple(seats),
        shapes=tuple(shapes),
        next_key=next_key,
    )
