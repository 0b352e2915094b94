"""Seating plans: the real ones come out whole, and everything doubtful is refused with its place."""

import copy
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.domain.seating_plan import (
    MARGIN,
    MAX_SEATS,
    ParsedPlan,
    default_best_point,
    parse_plan,
    plan_to_areas_and_kinds,
)
from boxoffice_desktop.files import resources_folder

Plan = dict[str, Any]


def make_seat(number: object, x: float = 100.0, y: float = 0.0, category: str = "Standard") -> Plan:
    return {"seat_guid": f"A-{number}", "seat_number": number, "position": {"x": x, "y": y}, "category": category}


@pytest.fixture
def plan() -> Plan:
    return {
        "name": "Hall 7",
        "size": {"width": 400, "height": 300},
        "categories": [{"name": "Standard", "color": "#4F81BD"}],
        "zones": [
            {
                "name": "Stalls",
                "position": {"x": 10, "y": 100},
                "rows": [
                    {
                        "row_number": "A",
                        "position": {"x": 5, "y": 30},
                        "seats": [make_seat("1", 100), make_seat("2", 128)],
                    }
                ],
                "areas": [
                    {
                        "text": "SCREEN",
                        "width": 200,
                        "height": 14,
                        "position": {"x": 90, "y": -60},
                        "rotation": 0,
                        "color": "#dddddd",
                        "border_color": "#999999",
                    }
                ],
            }
        ],
    }


def parse(plan: object) -> ParsedPlan:
    return parse_plan(json.dumps(plan).encode())


def first_row(plan: Plan) -> Plan:
    row: Plan = plan["zones"][0]["rows"][0]
    return row


def refusal_of(plan: object) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as refusal:
        parse(plan)
    return refusal.value


def test_positions_become_absolute(plan: Plan) -> None:
    parsed = parse(plan)
    assert [(s.zone, s.row_label, s.number, s.x, s.y) for s in parsed.seats] == [
        ("Stalls", "A", "1", 115, 130),
        ("Stalls", "A", "2", 143, 130),
    ]
    assert (parsed.name, parsed.width, parsed.height, parsed.warnings) == ("Hall 7", 400, 300, ())


def test_the_screen_is_known_by_its_text(plan: Plan) -> None:
    (screen,) = parse(plan).shapes
    assert (screen.is_screen, screen.text, screen.x, screen.y) == (True, "SCREEN", 100, 40)
    assert (screen.width, screen.height, screen.colour, screen.border_colour) == (200, 14, "#dddddd", "#999999")


@pytest.mark.parametrize(
    ("name", "seats", "kinds"),
    [
        ("grand-hall", 447, {"standard": 443, "wheelchair": 2, "companion": 2}),
        ("hall-2", 187, {"standard": 175, "wheelchair": 1, "companion": 1, "love_seat": 10}),
        ("lounge", 48, {"recliner": 48}),
        ("palace", 2787, None),
    ],
)
def test_the_demo_halls_come_out_whole(name: str, seats: int, kinds: dict[str, int] | None) -> None:
    parsed = parse_plan((resources_folder() / "demo" / f"{name}.json").read_bytes())
    assert len(parsed.seats) == seats
    assert parsed.warnings == ()
    assert [s.is_screen for s in parsed.shapes] == [True]
    assert all(0 <= s.x <= parsed.width and 0 <= s.y <= parsed.height for s in parsed.seats)
    if kinds:
        use = plan_to_areas_and_kinds(parsed).by_category
        assert Counter(use[s.category].kind.value for s in parsed.seats) == kinds


def test_seats_left_of_the_plan_shift_it_inside_with_a_margin(plan: Plan) -> None:
    first_row(plan)["seats"].append(make_seat("3", -75, -200))
    parsed = parse(plan)
    moved = parsed.seats[2]
    assert (moved.x, moved.y) == (MARGIN, MARGIN)
    # Everything moves together: the distances stay.
    assert parsed.seats[0].x - moved.x == 175
    assert parsed.shapes[0].y - moved.y == 40 - -70
    assert (parsed.width, parsed.height) == (400 + 60 + MARGIN, 300 + 70 + MARGIN)


def test_a_plan_grows_to_hold_what_sticks_out_on_the_right(plan: Plan) -> None:
    first_row(plan)["seats"].append(make_seat("3", 1000, 900))
    parsed = parse(plan)
    assert (parsed.width, parsed.height) == (1015 + MARGIN, 1030 + MARGIN)
    assert parsed.seats[0].x == 115


def test_a_turned_shape_is_kept_inside(plan: Plan) -> None:
    # A quarter turn clockwise puts the height to the left of the corner.
    plan["zones"][0]["areas"].append(
        {"text": "BAR", "width": 50, "height": 120, "position": {"x": 0, "y": 0}, "rotation": 90}
    )
    parsed = parse(plan)
    assert parsed.shapes[1].x == pytest.approx(120)
    assert parsed.width == pytest.approx(400 + 110)


def test_unknown_keys_are_warned_about_once_with_count_and_first_place(plan: Plan) -> None:
    plan["uuid"] = "x"
    for seat in first_row(plan)["seats"]:
        seat["radius"] = 10
    assert parse(plan).warnings == (
        "Unknown key 'uuid' was left out once, first at the top.",
        "Unknown key 'radius' was left out 2 times, first at zones[0].rows[0].seats[0].",
    )


def test_a_category_without_seats_is_named(plan: Plan) -> None:
    plan["categories"].append({"name": "Box", "color": "#000000"})
    parsed = parse(plan)
    assert parsed.warnings == ("Category 'Box' has no seats.",)
    assert [a.name for a in plan_to_areas_and_kinds(parsed).areas] == ["Standard"]


def test_a_colour_that_cannot_be_read_is_left_out(plan: Plan) -> None:
    plan["categories"][0]["color"] = "blueish"
    plan["zones"][0]["areas"][0]["color"] = None
    parsed = parse(plan)
    assert (parsed.categories[0].colour, parsed.shapes[0].colour) == ("", "")
    assert "color" in parsed.warnings[0]
    assert len(parsed.warnings) == 1


def test_shapes_of_the_editor_are_understood(plan: Plan) -> None:
    plan["zones"][0]["areas"] = [
        {
            "shape": "rectangle",
            "rectangle": {"width": 80, "height": 20},
            "text": {"text": "Leinwand", "color": "#000000"},
            "position": {"x": 0, "y": 0},
        },
        {"shape": "text", "text": {"text": "Exit"}, "position": {"x": 5, "y": 5}},
        {"shape": "circle", "circle": {"radius": 8}, "position": {"x": 5, "y": 5}},
        {"shape": "polygon", "polygon": {"points": [{"x": 0, "y": 0}]}, "position": {"x": 5, "y": 5}},
    ]
    parsed = parse(plan)
    assert [(s.text, s.width, s.is_screen, s.is_round) for s in parsed.shapes] == [
        ("Leinwand", 80, True, False),
        ("Exit", 0, False, False),
        ("", 16, False, True),
    ]
    assert any("areas without width" in w for w in parsed.warnings)


def test_numbers_as_labels_are_their_digits(plan: Plan) -> None:
    first_row(plan)["row_number"] = 7
    first_row(plan)["seats"][0]["seat_number"] = 12
    seat = parse(plan).seats[0]
    assert (seat.row_label, seat.number) == ("7", "12")


def test_a_zone_without_shapes_is_fine(plan: Plan) -> None:
    del plan["zones"][0]["areas"]
    assert parse(plan).shapes == ()


def test_a_byte_order_mark_is_fine(plan: Plan) -> None:
    assert len(parse_plan(b"\xef\xbb\xbf" + json.dumps(plan).encode()).seats) == 2


def test_a_seat_twice_names_both_places(plan: Plan) -> None:
    first_row(plan)["seats"].append({**make_seat("1", 200), "seat_guid": "other"})
    refusal = refusal_of(plan)
    assert refusal.place == "zones[0].rows[0].seats[2]"
    assert str(refusal).endswith("Seat A1 of Stalls is there twice, first at zones[0].rows[0].seats[0].")


def test_a_guid_twice_names_both_places(plan: Plan) -> None:
    first_row(plan)["seats"].append({**make_seat("9", 200), "seat_guid": "A-2"})
    refusal = refusal_of(plan)
    assert refusal.place == "zones[0].rows[0].seats[2]"
    assert "zones[0].rows[0].seats[1]" in str(refusal)


def test_the_same_label_in_another_zone_is_another_seat(plan: Plan) -> None:
    balcony = copy.deepcopy(plan["zones"][0])
    balcony["name"] = "Balcony"
    for seat in balcony["rows"][0]["seats"]:
        seat["seat_guid"] = "B" + seat["seat_guid"]
    plan["zones"].append(balcony)
    assert len(parse(plan).seats) == 4


def test_an_unknown_category_names_the_seat(plan: Plan) -> None:
    first_row(plan)["seats"][1]["category"] = "Gold"
    refusal = refusal_of(plan)
    assert refusal.place == "zones[0].rows[0].seats[1].category"
    assert "'Gold'" in str(refusal)


SEAT = "zones[0].rows[0].seats[0]"


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("name",), "  ", "name"),
        (("name",), ["Hall"], "name"),
        (("name",), "x" * 101, "name"),
        (("size", "width"), -1, "size.width"),
        (("size", "height"), "300", "size.height"),
        (("size",), [400, 300], "size"),
        (("zones",), {}, "zones"),
        (("zones",), [], "zones"),
        (("zones", 0), "Stalls", "zones[0]"),
        (("zones", 0, "name"), "", "zones[0].name"),
        (("zones", 0, "rows"), None, "zones[0]"),
        (("zones", 0, "position", "x"), float("nan"), "zones[0].position.x"),
        (("zones", 0, "rows", 0, "row_number"), "ABCDEFGHIJK", "zones[0].rows[0].row_number"),
        (("zones", 0, "rows", 0, "row_number"), 10**400, "zones[0].rows[0].row_number"),
        (("zones", 0, "rows", 0, "row_number"), "A\x07", "zones[0].rows[0].row_number"),
        (("zones", 0, "rows", 0, "row_number"), "\ud800", "zones[0].rows[0].row_number"),
        (("zones", 0, "rows", 0, "seats", 0), 7, SEAT),
        (("zones", 0, "rows", 0, "seats", 0, "seat_number"), True, f"{SEAT}.seat_number"),
        (("zones", 0, "rows", 0, "seats", 0, "seat_guid"), None, SEAT),
        (("zones", 0, "rows", 0, "seats", 0, "position", "x"), float("inf"), f"{SEAT}.position.x"),
        (("zones", 0, "rows", 0, "seats", 0, "position", "x"), True, f"{SEAT}.position.x"),
        (("zones", 0, "rows", 0, "seats", 0, "position", "y"), 100_001, f"{SEAT}.position.y"),
        (("zones", 0, "rows", 0, "seats", 0, "position", "y"), -100_001, f"{SEAT}.position.y"),
        (("zones", 0, "rows", 0, "seats", 0, "position", "y"), 10**400, f"{SEAT}.position.y"),
        (("zones", 0, "rows", 0, "seats", 0, "position"), None, SEAT),
        (("zones", 0, "areas", 0, "width"), -5, "zones[0].areas[0].width"),
        (("zones", 0, "areas", 0, "rotation"), "steep", "zones[0].areas[0].rotation"),
        (("zones", 0, "areas", 0, "text"), 3.5, "zones[0].areas[0].text"),
        (("categories",), [], f"{SEAT}.category"),
        (("categories", 0, "name"), "", "categories[0].name"),
    ],
    ids=lambda part: repr(part)[:60],
)
def test_what_is_wrong_is_refused_with_its_place(
    plan: Plan, path: tuple[str | int, ...], value: object, place: str
) -> None:
    parse(plan)
    target: Any = plan
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert refusal_of(plan).place == place


@pytest.mark.parametrize("key", ["name", "size", "categories", "zones"])
def test_a_missing_key_is_named(plan: Plan, key: str) -> None:
    del plan[key]
    assert f"'{key}'" in str(refusal_of(plan))


def test_a_category_twice_is_refused(plan: Plan) -> None:
    plan["categories"].append({"name": "Standard", "color": "#000000"})
    assert refusal_of(plan).place == "categories[1]"


def test_a_plan_without_seats_is_refused(plan: Plan) -> None:
    first_row(plan)["seats"] = []
    assert refusal_of(plan).place == "zones"


def test_100_000_seats_are_refused_with_their_number(plan: Plan) -> None:
    first_row(plan)["seats"] = [make_seat(str(i)) for i in range(100_000)]
    assert f"100,000 seats; {MAX_SEATS:,}" in str(refusal_of(plan))


def test_endless_shapes_are_refused(plan: Plan) -> None:
    plan["zones"][0]["areas"] *= 2001
    assert refusal_of(plan).place == "zones[0].areas[2000]"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "line 1, column 1"),
        (b"Hall 7", "line 1, column 1"),
        (b'{\n  "name": oops\n}', "line 2, column 11"),
        (b"\x89PNG", "byte 1"),
        (b"[]", "the top"),
        (b"7", "the top"),
        (b"[" * 200_000, None),
        (b'{"a":' * 200_000, None),
        (b'{"name": ' + b"9" * 5000 + b"}", None),
        (b'{"name": "a", "name": "b"}', None),
    ],
    ids=lambda part: repr(part)[:20],
)
def test_what_is_no_plan_at_all_is_refused(data: bytes, place: str | None) -> None:
    with pytest.raises(ImportRefusedError) as refusal:
        parse_plan(data)
    assert refusal.value.place == place


def paths_in(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return found + [deeper for key, inner in items for deeper in paths_in(inner, (*path, key))]


hostile_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3)
    | st.dictionaries(st.text(max_size=5), st.none() | st.integers(), max_size=3)
)
LOUNGE = json.loads((resources_folder() / "demo" / "lounge.json").read_text())
LOUNGE_PATHS = paths_in(LOUNGE)


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(LOUNGE_PATHS), value=hostile_values)
def test_whatever_stands_anywhere_in_a_plan_it_is_read_or_refused(path: tuple[str | int, ...], value: object) -> None:
    plan = copy.deepcopy(LOUNGE)
    target: Any = plan
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    try:
        parsed = parse(plan)
    except ImportRefusedError:
        return
    assert all(0 <= s.x <= parsed.width and 0 <= s.y <= parsed.height for s in parsed.seats)
    assert len({(s.zone, s.row_label, s.number) for s in parsed.seats}) == len(parsed.seats)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=100))
def test_any_bytes_are_refused_politely(data: bytes) -> None:
    with pytest.raises(ImportRefusedError):
        parse_plan(data)


def test_the_best_point_is_in_the_middle_two_thirds_back_of_the_stalls() -> None:
    parsed = parse_plan((resources_folder() / "demo" / "palace.json").read_bytes())
    stalls = [s for s in parsed.seats if s.zone == "Stalls"]
    x, y = default_best_point(parsed.seats)
    assert x == pytest.approx((min(s.x for s in stalls) + max(s.x for s in stalls)) / 2)
    depth = max(s.y for s in stalls) - min(s.y for s in stalls)
    assert y == pytest.approx(min(s.y for s in stalls) + depth * 2 / 3)
