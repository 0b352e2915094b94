import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.domain.halls import Area, PlanShape
from boxoffice_desktop.domain.layout.changes import compare
from boxoffice_desktop.domain.layout.document import HallDocument, LayoutShape, add_shape, with_shapes
from boxoffice_desktop.domain.layout.exchange import import_plan
from boxoffice_desktop.domain.layout.export import export_plan
from boxoffice_desktop.domain.layout.moving import bounds, mirror, move, turn
from boxoffice_desktop.domain.layout.picking import pick_at, pick_in
from boxoffice_desktop.domain.layout.storage import restore_drawing, store_drawing
from boxoffice_desktop.domain.seating_plan_shapes import (
    MAX_POINTS,
    make_polygon,
    place_in,
    shape_corners,
    text_place,
)

AREAS = (Area(area_id=1, name="Standard", letter="S", colour=0),)
# An L, counted from a point inside it, as other editors write them.
POINTS = [(-10.5, -20.0), (89.5, -20.0), (89.5, 20.0), (29.5, 20.0), (29.5, 120.25), (-10.5, 120.25)]
# Inside the bar, and in the corner that it leaves free.
IN_BAR, IN_NOTCH = (0.0, 100.0), (70.0, 100.0)


def plan_with(*shapes: dict[str, Any]) -> dict[str, Any]:
    seat = {"seat_guid": "A-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Standard"}
    row = {"row_number": "A", "position": {"x": 0, "y": 0}, "seats": [seat]}
    zone = {"name": "Stalls", "position": {"x": 300, "y": 200}, "rows": [row], "areas": list(shapes)}
    return {
        "name": "Hall",
        "categories": [{"name": "Standard", "color": "#0072b2"}],
        "size": {"width": 600, "height": 500},
        "zones": [zone],
    }


def polygon(points: Any = POINTS, **more: Any) -> dict[str, Any]:
    said = [{"x": x, "y": y} for x, y in points]
    return {"shape": "polygon", "polygon": {"points": said}, "position": {"x": -200, "y": 30}, **more}


def read(plan: dict[str, Any]) -> HallDocument:
    return import_plan(json.dumps(plan).encode(), AREAS).document


def stored_and_read(document: HallDocument) -> HallDocument:
    stored = json.loads(json.dumps(store_drawing(document)))
    seats = tuple(replace(seat, block=-1, raw={}) for seat in document.seats)
    return restore_drawing(replace(document, seats=seats, shapes=()), stored)


def flat(points: Iterable[tuple[float, float]]) -> list[float]:
    return [number for point in points for number in point]


def only(document: HallDocument) -> LayoutShape:
    [shape] = document.shapes
    return shape


@pytest.mark.parametrize("rotation", [0, 30, 200.5])
def test_a_polygon_lies_where_the_file_says_and_goes_out_as_it_came(rotation: float) -> None:
    plan = plan_with(polygon(rotation=rotation, color="#cc79a7", text={"text": "Bar", "size": 9}, kept="as it is"))
    document = read(plan)
    shape = only(document).shape
    origin = PlanShape(text="", x=100, y=230, width=0, height=0, rotation=rotation)
    assert flat(shape_corners(shape)) == pytest.approx(flat(place_in(origin, *said) for said in POINTS), abs=0.01)
    assert (shape.width, shape.height, shape.text, shape.colour) == (100, 140.25, "Bar", "#cc79a7")
    assert json.loads(export_plan(document)) == plan
    again = stored_and_read(document)
    assert json.loads(export_plan(again)) == plan
    assert compare(document, again).is_empty


def test_a_polygon_that_was_moved_or_turned_keeps_its_points_in_the_file() -> None:
    plan = plan_with(polygon(text="Bar"))
    document = read(plan)
    keys = frozenset({only(document).key})
    moved = turn(move(document, keys, 30, -10), keys, 25)
    [out] = json.loads(export_plan(moved))["zones"][0]["areas"]
    assert (out["polygon"], out["rotation"]) == (plan["zones"][0]["areas"][0]["polygon"], 25)
    again = only(read(json.loads(export_plan(moved)))).shape
    assert flat(shape_corners(again)) == pytest.approx(flat(shape_corners(only(moved).shape)), abs=0.02)


def test_a_polygon_grows_with_its_box() -> None:
    document = read(plan_with(polygon()))
    keys = frozenset({only(document).key})
    grown = with_shapes(document, lambda shape: replace(shape, width=200, height=shape.height * 2), keys)
    assert bounds(grown, keys) == pytest.approx((89.5, 210, 289.5, 490.5))
    again = only(read(json.loads(export_plan(grown)))).shape
    assert flat(shape_corners(again)) == pytest.approx(flat(shape_corners(only(grown).shape)), abs=0.02)


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("rotation", [0, 40])
def test_a_mirrored_polygon_is_its_mirror_image(rotation: float, *, upside_down: bool) -> None:
    document = read(plan_with(polygon(rotation=rotation)))
    keys = frozenset({only(document).key})
    box = bounds(document, keys)
    assert box is not None
    mirrored = mirror(document, keys, upside_down=upside_down)
    expected = [
        (x, box[1] + box[3] - y) if upside_down else (box[0] + box[2] - x, y)
        for x, y in shape_corners(only(document).shape)
    ]
    assert flat(shape_corners(only(mirrored).shape)) == pytest.approx(flat(expected), abs=0.02)


def test_a_click_means_the_polygon_only_where_it_is() -> None:
    document = read(plan_with(polygon()))
    key = only(document).key
    assert pick_at(document, 100 + IN_BAR[0], 230 + IN_BAR[1]) == key
    assert pick_at(document, 100 + IN_NOTCH[0], 230 + IN_NOTCH[1]) is None
    # A thin line is hard to hit: its edge counts a little beyond.
    assert pick_at(document, 89.5 - 3, 300) == key
    assert pick_in(document, 80, 200, 200, 360) == {key}
    assert pick_in(document, 80, 200, 200, 300) == frozenset()


def test_the_text_of_a_polygon_stands_inside_it() -> None:
    document, keys = add_shape(read(plan_with()), make_polygon([(100 + x, 230 + y) for x, y in POINTS]))
    assert pick_at(document, *place_in(only(document).shape, *text_place(only(document).shape))) in keys
    flat = make_polygon([(0, 5), (10, 5), (20, 5)])
    assert text_place(flat) == (10, 0)


def test_a_polygon_of_two_points_is_kept_in_the_file_and_not_drawn() -> None:
    plan = plan_with(polygon(POINTS[:2]))
    imported = import_plan(json.dumps(plan).encode(), AREAS)
    assert only(imported.document).hidden
    assert any("kept as it is" in warning for warning in imported.warnings)
    assert json.loads(export_plan(imported.document)) == plan


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda said: said["points"][2].update(x="far"), "zones[0].areas[0].polygon.points[2].x"),
        (lambda said: said["points"][2].pop("y"), "zones[0].areas[0].polygon.points[2]"),
        (lambda said: said.update(points="none"), "zones[0].areas[0].polygon.points"),
        (lambda said: said.update(points=[{"x": 0, "y": 0}] * (MAX_POINTS + 1)), "zones[0].areas[0].polygon.points"),
    ],
    ids=["no number", "no y", "no list", "too many"],
)
def test_points_that_are_none_refuse_the_plan_and_name_the_place(
    spoil: Callable[[dict[str, Any]], object], place: str
) -> None:
    plan = plan_with(polygon())
    spoil(plan["zones"][0]["areas"][0]["polygon"])
    with pytest.raises(ImportRefusedError) as refusal:
        read(plan)
    assert refusal.value.place == place
