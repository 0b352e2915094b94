import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.domain.halls import Area, PlanShape
from boxoffice_desktop.domain.layout.document import (
    HallDocument,
    LayoutSeat,
    add_shape,
    empty_document,
    fit_size,
    with_shapes,
)
from boxoffice_desktop.domain.layout.drawing import Block, draw_block
from boxoffice_desktop.domain.layout.exchange import import_plan, keep_seats
from boxoffice_desktop.domain.layout.export import export_plan
from boxoffice_desktop.domain.layout.marking import set_area, set_labels
from boxoffice_desktop.domain.layout.moving import copy_hall, move, turn
from boxoffice_desktop.domain.layout.picking import everything
from boxoffice_desktop.domain.layout.storage import restore_drawing, store_drawing
from boxoffice_desktop.domain.seating_plan_shapes import make_polygon, shape_corners
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.files import resources_folder

DEMO = sorted((resources_folder() / "demo").glob("*.json"))
AREAS = tuple(
    Area(area_id=i, name=n, letter=n[0], colour=i) for i, n in enumerate(("Standard", "Premium", "Ärea 3"), 1)
)


def stored_and_read(document: HallDocument) -> HallDocument:
    """What is left of a document after it went through the database's columns and its JSON."""
    plan = json.loads(json.dumps(store_drawing(document)))
    seats = tuple(replace(seat, block=-1, raw={}) for seat in document.seats)
    return restore_drawing(replace(document, seats=seats, shapes=()), plan)


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_demo_hall_goes_out_as_it_came_in(path: Path) -> None:
    data = path.read_bytes()
    assert json.loads(export_plan(import_plan(data, AREAS).document)) == json.loads(data)


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_demo_hall_goes_out_as_it_came_in_after_a_stay_in_the_database(path: Path) -> None:
    data = path.read_bytes()
    assert json.loads(export_plan(stored_and_read(import_plan(data, AREAS).document))) == json.loads(data)


@pytest.mark.parametrize("with_news", [False, True])
@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_turned_demo_hall_comes_back_from_its_file_turned(path: Path, *, with_news: bool) -> None:
    said = json.loads(path.read_bytes())
    if with_news:
        # What an editor of tomorrow may say of everything.
        said |= {"x-plan": {"a": 1}}
        for zone in said["zones"]:
            zone["x-zone"] = [1, None]
            zone["rows"][0]["x-row"] = "ä"
            zone["rows"][0]["seats"][0]["x-seat"] = 0.125
    document = import_plan(json.dumps(said).encode(), AREAS).document
    turned = fit_size(turn(document, everything(document), 7.5))
    out = export_plan(turned)
    again = import_plan(out, AREAS).document
    places = {(s.zone, s.row_label, s.number): (s.x, s.y) for s in turned.seats}
    assert len(places) == len(turned.seats) > 40
    for seat in again.seats:
        assert (seat.x, seat.y) == pytest.approx(places[seat.zone, seat.row_label, seat.number], abs=0.02)
    assert [s.shape.rotation for s in again.shapes] == [s.shape.rotation for s in turned.shapes]
    assert json.loads(export_plan(again)) == json.loads(out)
    assert out.count(b'"x-') == (1 + 3 * len(said["zones"]) if with_news else 0)


def rich_plan() -> dict[str, object]:
    """A plan with keys of a newer editor, a circle, numbers where texts are usual, a row in two parts."""
    seat = {"seat_guid": "g1", "seat_number": 1, "position": {"x": -60, "y": 0.5}, "category": "VIP", "uuid": "u"}
    other = {"seat_guid": "g2", "seat_number": "2", "position": {"x": 0, "y": 0, "z": 1}, "category": "Rest"}
    third = {"seat_guid": "g3", "seat_number": "3", "position": {"x": 30, "y": 0}, "category": "Rest"}
    rows = [
        {"row_number": "A", "row_number_position": "both", "position": {"x": 5, "y": 9}, "seats": [seat, other]},
        {"row_number": "A", "position": {"x": 5, "y": 20}, "seats": [third]},
        {"row_number": "Z", "position": {"x": 0, "y": 0}, "seats": []},
    ]
    shapes = [
        {"shape": "circle", "circle": {"radius": 3}, "position": {"x": 1, "y": 1}},
        {
            "shape": "rectangle",
            "rectangle": {"width": 10, "height": 5, "corner": 2},
            "position": {"x": 50, "y": 60},
            "rotation": 370,
            "color": "#ABCDEF",
            "text": {"text": "Bar", "size": 9},
        },
    ]
    return {
        "name": "Rich",
        "uuid": "top",
        "categories": [
            {"name": "VIP", "color": "red", "note": 1},
            {"name": "Rest", "color": "#000000"},
            {"name": "Idle", "color": ""},
        ],
        "zones": [
            {"name": "Main", "zone_id": 7, "position": {"x": 3, "y": 4}, "rows": rows, "areas": shapes},
            {"name": "Empty", "position": {"x": 0, "y": 0}, "rows": [], "areas": []},
        ],
        "size": {"width": 100, "height": 100, "unit": "px"},
    }


def test_keys_that_nobody_understands_go_out_again() -> None:
    plan = rich_plan()
    document = import_plan(json.dumps(plan).encode(), AREAS).document
    assert json.loads(export_plan(document)) == plan
    assert json.loads(export_plan(stored_and_read(document))) == plan


def test_unknown_keys_are_named_and_not_called_left_out() -> None:
    warnings = import_plan(json.dumps(rich_plan()).encode(), AREAS).warnings
    assert any("'uuid' was kept as it is" in warning for warning in warnings)


def test_what_changed_goes_out_changed_and_the_rest_as_it_was() -> None:
    data = json.dumps(rich_plan()).encode()
    document = import_plan(data, AREAS).document
    bar = next(shape for shape in document.shapes if shape.shape.text == "Bar")
    changed = move(document, frozenset({document.seats[0].key, bar.key}), 10, 0)
    changed = set_labels(changed, frozenset({document.seats[1].key}), number="2a")
    changed = set_area(changed, frozenset({document.seats[2].key}), 2)
    out = json.loads(export_plan(changed))
    rows, shapes = out["zones"][0]["rows"], out["zones"][0]["areas"]
    assert rows[0]["seats"][0]["position"] == {"x": -50, "y": 0.5}
    assert rows[0]["seats"][0]["uuid"] == "u"
    assert rows[0]["seats"][1]["seat_number"] == "2a"
    assert rows[0]["seats"][1]["position"]["z"] == 1
    assert shapes[1]["position"] == {"x": 60, "y": 60}
    assert shapes[1]["rectangle"]["corner"] == 2
    again = import_plan(export_plan(changed), AREAS).document
    assert [seat.area_id for seat in again.seats] == [-1, -2, 2]


def test_a_file_that_is_no_plan_is_refused_with_its_place() -> None:
    plan = rich_plan()
    del plan["size"]
    with pytest.raises(ImportRefusedError, match="size"):
        import_plan(json.dumps(plan).encode(), AREAS)


def test_a_hall_drawn_here_needs_no_notes_of_a_file() -> None:
    document, keys = draw_block(empty_document("New", AREAS), Block(x=400, y=100, rows=2, seats=3, area_id=1))
    again = import_plan(export_plan(document), AREAS).document
    assert [(s.zone, s.row_label, s.number) for s in again.seats[:2]] == [
        ("Main area", "A", "1"),
        ("Main area", "A", "2"),
    ]
    assert len(again.seats) == len(keys)


def test_a_copied_hall_goes_out_like_its_model() -> None:
    document = import_plan(json.dumps(rich_plan()).encode(), AREAS).document
    copy = copy_hall(document, "Rich")
    assert json.loads(export_plan(copy)) == rich_plan()
    assert {seat.key for seat in copy.seats}.isdisjoint({shape.key for shape in copy.shapes})


labels = st.text(st.characters(categories=["Lu", "Nd"]), min_size=1, max_size=4)
places = st.integers(-5000, 5000).map(lambda n: n / 4)


@st.composite
def documents(draw: st.DrawFn) -> HallDocument:
    spots = draw(
        st.lists(
            st.tuples(st.sampled_from(["Stalls", "Balcony"]), labels, labels, places, places),
            min_size=1,
            max_size=12,
            unique_by=lambda spot: spot[:3],
        )
    )
    document = empty_document("Hall", AREAS)
    seats = tuple(
        LayoutSeat(
            key=document.next_key - at,
            zone=zone,
            row_label=row,
            number=number,
            x=x,
            y=y,
            area_id=draw(st.sampled_from([1, 2, 3])),
            kind=draw(st.sampled_from(list(SeatKind))),
            guid=draw(st.sampled_from(["", f"guid {at}", "same"])),
        )
        for at, (zone, row, number, x, y) in enumerate(spots)
    )
    document = replace(document, seats=seats, next_key=document.next_key - len(seats))
    document, _ = add_shape(document, PlanShape(text="Bar", x=draw(places), y=draw(places), width=30, height=10))
    left, top = draw(places), draw(places)
    document, _ = add_shape(document, make_polygon([(left, top + 8), (left + 16, top), (left + 8, top + 32)]))
    return fit_size(replace(document, best_x=draw(places), best_y=draw(places)))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_hall_comes_back_from_its_file(document: HallDocument) -> None:
    again = import_plan(export_plan(document), AREAS).document
    seats = {(s.zone, s.row_label, s.number, s.x, s.y, s.area_id, s.kind) for s in document.seats}
    assert {(s.zone, s.row_label, s.number, s.x, s.y, s.area_id, s.kind) for s in again.seats} == seats
    assert [shape.shape for shape in again.shapes] == [shape.shape for shape in document.shapes]
    assert (again.best_x, again.best_y) == (document.best_x, document.best_y)
    assert (again.width, again.height) == (document.width, document.height)
    assert json.loads(export_plan(again)) == json.loads(export_plan(document))


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [("seat_kind", "throne", "categories[0].seat_kind"), ("price_area", "", "categories[0].price_area")],
)
def test_a_category_that_says_nonsense_is_refused(key: str, value: str, place: str) -> None:
    plan = rich_plan()
    plan["categories"][0][key] = value  # type: ignore[index]
    with pytest.raises(ImportRefusedError) as refusal:
        import_plan(json.dumps(plan).encode(), AREAS)
    assert refusal.value.place == place


def test_a_best_point_that_is_no_place_is_refused() -> None:
    plan = rich_plan() | {"best_point": {"x": "far", "y": 1}}
    with pytest.raises(ImportRefusedError, match=r"best_point\.x"):
        import_plan(json.dumps(plan).encode(), AREAS)


def test_a_file_put_in_the_place_of_a_hall_keeps_the_seats_it_names_again() -> None:
    old = import_plan(json.dumps(rich_plan()).encode(), AREAS).document
    old = replace(
        old,
        hall_id=4,
        name="Hall",
        layout_version=7,
        seats=tuple(replace(s, key=i) for i, s in enumerate(old.seats, 1)),
    )
    plan = rich_plan()
    plan["zones"][0]["rows"][0]["seats"][0]["seat_number"] = "99"  # type: ignore[index]
    new = keep_seats(old, import_plan(json.dumps(plan).encode(), AREAS).document)
    assert (new.hall_id, new.name, new.layout_version) == (4, "Hall", 7)
    assert [seat.key for seat in new.seats[1:]] == [2, 3]
    keys = [seat.key for seat in new.seats] + [shape.key for shape in new.shapes]
    assert new.seats[0].key < 0
    assert len(set(keys)) == len(keys)
    assert new.next_key < min(keys)


@pytest.mark.parametrize("rotation", [0, 30, 90])
def test_round_shapes_lie_about_their_middle_and_go_out_as_they_came(rotation: int) -> None:
    plan = rich_plan()
    column = {
        "shape": "ellipse",
        "ellipse": {"radius": {"x": 20, "y": 10}},
        "position": {"x": 40, "y": 50},
        "rotation": rotation,
    }
    plan["zones"][0]["areas"] = [column]  # type: ignore[index]
    document = import_plan(json.dumps(plan).encode(), AREAS).document
    [drawn] = [shape.shape for shape in document.shapes]
    assert (drawn.width, drawn.height, drawn.is_round) == (40, 20, True)
    corners = list(shape_corners(drawn))
    middle = [sum(corner[axis] for corner in corners) / 4 for axis in (0, 1)]
    first = document.seats[0]
    # The file's first seat stands at (3 + 5 - 60, 4 + 9 + 0.5), the middle of the column at (3 + 40, 4 + 50).
    assert (middle[0] - first.x, middle[1] - first.y) == pytest.approx((43 + 52, 54 - 13.5), abs=0.02)
    assert json.loads(export_plan(stored_and_read(document))) == plan


def test_a_box_that_becomes_round_goes_out_as_an_ellipse_and_back() -> None:
    document = import_plan(json.dumps(rich_plan()).encode(), AREAS).document
    bar = next(shape for shape in document.shapes if shape.shape.text == "Bar")
    turned = with_shapes(document, lambda shape: replace(shape, is_round=True), frozenset({bar.key}))
    out = json.loads(export_plan(turned))["zones"][0]["areas"][1]
    assert (out["ellipse"], "rectangle" in out) == ({"radius": {"x": 5, "y": 2.5}}, False)
    again = import_plan(export_plan(turned), AREAS).document
    shapes = {shape.shape.text: shape.shape for shape in again.shapes}
    was = {shape.shape.text: shape.shape for shape in turned.shapes}
    assert (shapes["Bar"].x, shapes["Bar"].y) == pytest.approx((was["Bar"].x, was["Bar"].y), abs=0.02)
    assert shapes["Bar"].is_round
