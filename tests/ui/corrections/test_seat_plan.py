"""Where tickets go when they change their show together: never two to one seat."""

from collections.abc import Collection
from dataclasses import replace

from boxoffice_desktop.domain.seats import Seat, SeatKey, SeatKind
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.ui.corrections.seat_plan import SeatPlan
from tests.ui.corrections.test_seat_dialog import LATER, SHOW, ticket

SEATS = tuple(
    Seat(
        seat_id=400 + number, zone="", row_label="E", number=str(number), name=f"E{number}", x=number, y=1, area_id=1,
        kind=SeatKind.STANDARD,
    )
    for number in (1, 2)
)  # fmt: skip
HERE = ticket(1)
"""Has E1 in the first show; the other two have E1 and E2 in the second."""
THERE = replace(ticket(2, LATER), key=SeatKey(LATER, 401), seat_name="E1")
BESIDE = replace(ticket(3, LATER), key=SeatKey(LATER, 402), seat_name="E2")


def plan_of(*tickets: TicketDetails) -> SeatPlan:
    return SeatPlan(tickets, {each.ticket_id: (each.key, each.seat_name) for each in tickets})


def move(plan: SeatPlan, from_show: int, to_show: int, *, free: Collection[int] = ()) -> None:
    plan.move(from_show, to_show, SEATS, lambda seat_id: seat_id in free)


def keys_of(plan: SeatPlan) -> dict[int, SeatKey]:
    return {ticket_id: key for ticket_id, (key, _) in plan.places.items()}


def test_the_seat_that_another_ticket_keeps_is_not_given_to_a_second_one() -> None:
    plan = plan_of(HERE, THERE)
    move(plan, SHOW, LATER)
    assert (keys_of(plan), plan.current, plan.is_complete) == ({2: SeatKey(LATER, 401)}, HERE, False)


def test_a_free_seat_that_another_ticket_was_given_is_not_given_to_a_second_one() -> None:
    plan = plan_of(BESIDE, HERE)
    plan.put(SeatKey(LATER, 401), "E1")
    move(plan, SHOW, LATER, free={401})
    assert keys_of(plan) == {3: SeatKey(LATER, 401)}


def test_who_had_a_seat_in_a_show_has_it_before_the_others_that_come_along() -> None:
    plan = plan_of(HERE, THERE)
    move(plan, LATER, SHOW)
    move(plan, SHOW, LATER)
    assert keys_of(plan) == {2: SeatKey(LATER, 401)}


def test_a_seat_that_was_given_up_is_for_the_ticket_that_comes() -> None:
    plan = plan_of(THERE, HERE)
    plan.put(SeatKey(LATER, 402), "E2")
    move(plan, SHOW, LATER)
    assert keys_of(plan) == {2: SeatKey(LATER, 402), 1: SeatKey(LATER, 401)}
