"""Seating plans made into halls of a real database."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.seating_plan import ParsedPlan, default_best_point, parse_plan
from boxoffice_desktop.domain.seating_plan_shapes import make_polygon
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services.imports.halls import HallImportReport, import_hall
from boxoffice_desktop.services.imports.wording import describe_hall_import
from boxoffice_desktop.services.seat_maps import get_hall_picture
from tests.support.cinema import Cinema, Till

TABLES = ("hall", "area", "seat")


def demo_plan(name: str) -> ParsedPlan:
    return parse_plan((resources_folder() / "demo" / f"{name}.json").read_bytes())


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


@pytest.fixture
def run(manager: Till) -> Callable[..., HallImportReport]:
    def call(plan: ParsedPlan, hall_name: str = "Hall 2", **arguments: Any) -> HallImportReport:
        values = {"venue_name": "Test Cinema", "hall_name": hall_name, **arguments}
        return manager.call(import_hall, plan=plan, **values)

    return call


def contents(cinema: Cinema) -> dict[str, list[tuple[Any, ...]]]:
    return {table: cinema.query(f"SELECT * FROM boxoffice.{table} ORDER BY 1") for table in TABLES}


@pytest.mark.parametrize(("name", "seats"), [("grand-hall", 447), ("hall-2", 187), ("lounge", 48), ("palace", 2787)])
def test_a_plan_becomes_a_hall_that_can_be_drawn(
    manager: Till, run: Callable[..., HallImportReport], name: str, seats: int
) -> None:
    plan = demo_plan(name)
    report = run(plan)
    assert (report.status, report.seats, report.hall_id is not None) == ("added", seats, True)
    picture = manager.call(get_hall_picture, hall_id=report.hall_id)
    assert [(s.zone, s.row_label, s.number, s.x, s.y) for s in picture.seats] == [
        (s.zone, s.row_label, s.number, s.x, s.y) for s in plan.seats
    ]
    assert (picture.width, picture.height, picture.shapes) == (plan.width, plan.height, plan.shapes)
    assert (picture.best_x, picture.best_y) == default_best_point(plan.seats)


def test_areas_of_the_venue_are_used_again_and_missing_ones_added(
    cinema: Cinema, run: Callable[..., HallImportReport]
) -> None:
    report = run(demo_plan("hall-2"))
    assert report.new_areas == ("Loveseat",)
    assert cinema.query("SELECT name, letter, colour FROM boxoffice.area ORDER BY area_id") == [
        ("Standard", "S", 0),
        ("Premium", "P", 1),
        ("Loveseat", "L", 2),
    ]
    assert report.seats_by_kind[SeatKind.LOVE_SEAT] == 10
    assert report.seats_by_area == {"Standard": 147, "Premium": 30, "Loveseat": 10}


def test_a_letter_that_the_venue_has_is_not_given_twice(cinema: Cinema, run: Callable[..., HallImportReport]) -> None:
    plan = demo_plan("lounge")
    categories = (replace(plan.categories[0], name="Sofa"),)
    run(replace(plan, categories=categories, seats=tuple(replace(s, category="Sofa") for s in plan.seats)))
    assert cinema.query("SELECT letter, colour FROM boxoffice.area WHERE name = 'Sofa'") == [("O", 2)]


def test_seats_are_named_with_their_zone_only_in_halls_of_several(
    cinema: Cinema, run: Callable[..., HallImportReport]
) -> None:
    names = "SELECT s.name FROM boxoffice.seat s JOIN boxoffice.hall USING (hall_id) WHERE hall.name = %s AND guid = %s"
    run(demo_plan("palace"), "Palace")
    run(demo_plan("lounge"), "Lounge")
    assert cinema.query(names, "Palace", "B-A-1") == [("Balcony A1",)]
    assert cinema.query(names, "Lounge", "F-1") == [("F1",)]


def test_importing_twice_changes_nothing(cinema: Cinema, run: Callable[..., HallImportReport]) -> None:
    first = run(demo_plan("palace"))
    before = contents(cinema)
    second = run(demo_plan("palace"))
    assert (second.status, second.hall_id, second.new_areas) == ("unchanged", first.hall_id, ())
    assert contents(cinema) == before


def test_a_polygon_is_drawn_as_it_was_imported_and_is_the_same_the_second_time(
    manager: Till, run: Callable[..., HallImportReport]
) -> None:
    bar = make_polygon([(10.0, 20.5), (110.0, 20.5), (43.3, 81.7)])
    plan = replace(demo_plan("lounge"), shapes=(bar,))
    report = run(plan)
    assert manager.call(get_hall_picture, hall_id=report.hall_id).shapes == (bar,)
    assert run(plan).status == "unchanged"


def test_a_hall_of_another_layout_is_refused_and_nothing_is_changed(
    cinema: Cinema, run: Callable[..., HallImportReport]
) -> None:
    plan = demo_plan("hall-2")
    run(plan)
    before = contents(cinema)
    moved = replace(plan, seats=(replace(plan.seats[0], x=plan.seats[0].x + 1), *plan.seats[1:]))
    with pytest.raises(ConflictError, match="1 of its seats differ"):
        run(moved)
    # A plan with an area of its own, so that something could stay half imported.
    with pytest.raises(ConflictError, match="another layout"):
        run(demo_plan("lounge"))
    with pytest.raises(ConflictError, match="its drawing differs"):
        run(replace(plan, shapes=()))
    assert contents(cinema) == before


def test_a_dry_run_reports_and_keeps_nothing(cinema: Cinema, run: Callable[..., HallImportReport]) -> None:
    before = contents(cinema)
    report = run(demo_plan("hall-2"), dry_run=True)
    assert (report.status, report.hall_id, report.new_areas) == ("added", None, ("Loveseat",))
    assert contents(cinema) == before
    assert run(demo_plan("hall-2")).hall_id is not None


def test_an_unknown_venue_is_named(run: Callable[..., HallImportReport]) -> None:
    with pytest.raises(NotFoundError, match="'Odeon'"):
        run(demo_plan("lounge"), venue_name="Odeon")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"], ids=repr)
def test_a_hall_needs_a_name(run: Callable[..., HallImportReport], name: str) -> None:
    with pytest.raises(InvalidInputError):
        run(demo_plan("lounge"), name)


def test_a_cashier_may_not_import_halls(cinema: Cinema) -> None:
    before = contents(cinema)
    cashier = cinema.till("Counter 1", "carla")
    with pytest.raises(NotAllowedError):
        cashier.call(import_hall, plan=demo_plan("lounge"), venue_name="Test Cinema", hall_name="Lounge")
    assert contents(cinema) == before


def test_the_report_reads_as_text(run: Callable[..., HallImportReport]) -> None:
    source = json.loads((resources_folder() / "demo" / "lounge.json").read_text())
    source["uuid"] = "x"
    lines = list(describe_hall_import(run(parse_plan(json.dumps(source).encode()), "Lounge")))
    assert lines == [
        "Lounge (Test Cinema) was added: 48 seats",
        "     48 in area Recliner",
        "     48 of kind recliner",
        "New areas, which need prices: Recliner",
        "Warning: Unknown key 'uuid' was left out once, first at the top.",
    ]


def test_the_report_of_a_second_try_says_that_nothing_was_to_do(run: Callable[..., HallImportReport]) -> None:
    run(demo_plan("lounge"), "Lounge")
    lines = list(describe_hall_import(run(demo_plan("lounge"), "Lounge", dry_run=True)))
    assert lines[:2] == [
        "Tried only; nothing was kept.",
        "Lounge (Test Cinema) is there already, with this very layout: 48 seats",
    ]
    assert not any("New areas" in line for line in lines)
