"""Categories of a plan become price areas and kinds of seats by a stated rule."""

import json

import pytest

from boxoffice_desktop.domain.seating_plan import (
    CategoryUse,
    ParsedPlan,
    PlanArea,
    choose_letter,
    parse_plan,
    plan_to_areas_and_kinds,
)
from boxoffice_desktop.domain.seats import SeatKind


def with_categories(*names: str, without_seats: str | None = None) -> ParsedPlan:
    """A plan with one seat of each category, but for the one that has none."""
    seats = [
        {"seat_guid": name, "seat_number": str(i), "position": {"x": 28 * i, "y": 0}, "category": name}
        for i, name in enumerate(names)
        if name != without_seats
    ]
    row = {"row_number": "A", "position": {"x": 0, "y": 0}, "seats": seats}
    plan = {
        "name": "Hall 7",
        "size": {"width": 400, "height": 300},
        "categories": [{"name": name, "color": "#000000"} for name in names],
        "zones": [{"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": [row]}],
    }
    return parse_plan(json.dumps(plan).encode())


def test_wheelchair_and_companion_places_cost_what_standard_seats_cost() -> None:
    mapping = plan_to_areas_and_kinds(with_categories("Wheelchair", "Companion", "Standard", "Premium"))
    assert mapping.areas == (
        PlanArea(name="Standard", letter="S", colour=0),
        PlanArea(name="Premium", letter="P", colour=1),
    )
    assert mapping.by_category["Wheelchair"] == CategoryUse(area="Standard", kind=SeatKind.WHEELCHAIR)
    assert mapping.by_category["Companion"] == CategoryUse(area="Standard", kind=SeatKind.COMPANION)
    assert mapping.by_category["Premium"] == CategoryUse(area="Premium", kind=SeatKind.STANDARD)


def test_without_a_standard_category_they_have_their_own_price() -> None:
    mapping = plan_to_areas_and_kinds(with_categories("Wheelchair", "Gold"))
    assert [a.name for a in mapping.areas] == ["Wheelchair", "Gold"]


def test_a_standard_area_is_there_for_wheelchairs_even_when_no_seat_is_standard() -> None:
    mapping = plan_to_areas_and_kinds(with_categories("Standard", "Wheelchair", without_seats="Standard"))
    assert [a.name for a in mapping.areas] == ["Standard"]


@pytest.mark.parametrize("name", ["Loveseat", "Love seat", "LOVE SEATS", "love-seat"])
def test_love_seats_are_known_however_they_are_written(name: str) -> None:
    mapping = plan_to_areas_and_kinds(with_categories(name, "Recliners", "Lovely"))
    assert mapping.by_category[name] == CategoryUse(area=name, kind=SeatKind.LOVE_SEAT)
    assert mapping.by_category["Recliners"].kind is SeatKind.RECLINER
    assert mapping.by_category["Lovely"].kind is SeatKind.STANDARD


def test_letters_are_the_first_of_the_name_that_is_free() -> None:
    names = ("Standard", "Superior", "Stalls", "SSS", "Balcony", "---", "Balkon", "Bal")
    mapping = plan_to_areas_and_kinds(with_categories(*names))
    assert [a.letter for a in mapping.areas] == ["S", "U", "T", "A", "B", "C", "L", "D"]
    assert [a.colour for a in mapping.areas] == list(range(8))


def test_when_letters_run_out_numbers_follow() -> None:
    assert choose_letter("Box", {chr(c) for c in range(ord("A"), ord("Z") + 1)}) == "1"
