from typing import Any
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import (
    BasketFullError,
    ConflictError,
    HoldExpiredError,
    InvalidInputError,
    NotFoundError,
    SeatsUnavailableError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.reservations import CODE_ALPHABET, Reservation, ReservedSeatState
from boxoffice_desktop.services import holds, reservations, sales
from boxoffice_desktop.services.reservations import ServedReservation
from tests.support.cinema import Cinema, Till
from tests.support.seats import end_show, expire, hold, sell

KEPT, SERVED, COLLECTED, GONE = ReservedSeatState


def reserve(cinema: Cinema, till: Till, *names: str, **changes: Any) -> Reservation:
    values: dict[str, Any] = {
        "hold_id": uuid4(),
        "show_id": cinema.show_id,
        "seat_ids": cinema.ids(*names),
        "name": "Müller",
        "phone": "+43 660 / 123-456",
    }
    return till.call(reservations.reserve_seats, **{**values, **changes})


def serve(till: Till, reservation: Reservation, basket_id: UUID | None = None, **changes: Any) -> ServedReservation:
    return till.call(
        reservations.serve_reservation, hold_id=reservation.hold_id, basket_id=basket_id or uuid4(), **changes
    )


def states(till: Till, reservation: Reservation) -> dict[str, ReservedSeatState]:
    read = till.call(reservations.get_reservation, hold_id=reservation.hold_id)
    return {seat.seat_name: seat.state for seat in read.seats}


def let_deadline_pass(cinema: Cinema) -> None:
    """As the owner: time is moved, not waited for."""
    cinema.execute("UPDATE boxoffice.reservation SET collect_by = clock_timestamp() - interval '1 second'")
    cinema.execute(
        "UPDATE boxoffice.show_seat ss SET held_until = clock_timestamp() - interval '1 second'"
        " FROM boxoffice.hold h WHERE h.hold_id = ss.hold_id AND h.kind = 'reservation'"
    )


def test_a_reservation_keeps_its_seats_until_the_venues_minutes_before_the_show(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1", "A2")
    assert (made.starts_at - made.collect_by).total_seconds() == 30 * 60
    assert made.starts_at == cinema.starts_at
    assert [(seat.seat_name, seat.state) for seat in made.seats] == [("A1", KEPT), ("A2", KEPT)]
    [(same,)] = cinema.query(
        "SELECT bool_and(held_until = %s) FROM boxoffice.show_seat WHERE hold_id = %s", made.collect_by, made.hold_id
    )
    assert same


def test_the_code_is_six_signs_that_nobody_confuses(cinema: Cinema) -> None:
    till = cinema.till()
    codes = {reserve(cinema, till, name).code for name in ("A1", "A2", "A3")}
    assert len(codes) == 3
    assert all(len(code) == 6 and set(code) <= set(CODE_ALPHABET) for code in codes)


def test_seats_of_the_own_basket_can_be_reserved(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1", "A2")
    assert states(till, reserve(cinema, till, "A1", "A2")) == {"A1": KEPT, "A2": KEPT}


def test_seats_of_another_basket_cannot(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A2")
    with pytest.raises(SeatsUnavailableError) as refused:
        reserve(cinema, cinema.till(), "A1", "A2")
    assert [(seat.seat_name, seat.holder) for seat in refused.value.seats] == [("A2", "Counter 2")]
    assert cinema.query("SELECT count(*) FROM boxoffice.hold WHERE kind = 'reservation'") == [(0,)]


def test_reserved_seats_are_nobody_elses(cinema: Cinema) -> None:
    reserve(cinema, cinema.till(), "A1")
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till("Counter 2"), "A1")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "  ", "phone": ""}),
        ("name", {"name": "x" * 201}),
        ("phone", {"phone": "call me"}),
        ("phone", {"phone": "12"}),
        ("phone", {"phone": "1" * 21}),
        ("seats", {"seat_ids": ()}),
    ],
)
def test_bad_input_is_refused_at_its_field(cinema: Cinema, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        reserve(cinema, cinema.till(), "A1", **changes)
    assert refused.value.field == field


def test_a_phone_number_alone_is_enough(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1", name="", phone="0660 123456")
    assert (made.name, made.phone) == ("", "0660123456")


def test_after_the_deadline_nothing_is_reserved(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET reservation_minutes = 600")
    with pytest.raises(ConflictError, match="too late"):
        reserve(cinema, cinema.till(), "A1")


def test_a_reservation_is_no_larger_than_the_venue_allows(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET reservation_limit = 2")
    with pytest.raises(ConflictError):
        reserve(cinema, cinema.till(), "A1", "A2", "A3")


def test_a_show_that_is_not_on_sale_takes_no_reservation(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'closed'")
    with pytest.raises(ShowNotOnSaleError):
        reserve(cinema, cinema.till(), "A1")
    cinema.execute("UPDATE boxoffice.show SET status = 'on_sale'")
    end_show(cinema)
    with pytest.raises(ShowNotOnSaleError):
        reserve(cinema, cinema.till(), "A1")


def test_any_counter_serves_and_sells_it(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till("Counter 1"), "A1", "A2")
    other = cinema.till("Counter 2")
    basket = uuid4()
    served = serve(other, made, basket)
    assert [seat.name for seat in served.held.seats] == ["A1", "A2"]
    assert served.missing == ()
    assert 0 < served.held.seconds_left <= 300
    assert states(other, made) == {"A1": SERVED, "A2": SERVED}
    other.call(sales.complete_sale, order=cinema.order(basket, "A1", "A2"))
    assert states(other, made) == {"A1": COLLECTED, "A2": COLLECTED}


def test_a_part_is_collected_and_the_rest_stays(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1", "A2", "A3")
    basket = uuid4()
    serve(till, made, basket, seat_ids=cinema.ids("A2"))
    till.call(sales.complete_sale, order=cinema.order(basket, "A2"))
    assert states(till, made) == {"A1": KEPT, "A2": COLLECTED, "A3": KEPT}
    assert [seat.name for seat in serve(till, made).held.seats] == ["A1", "A3"]


def test_what_is_not_sold_goes_back_to_its_reservation(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1", "A2")
    basket = uuid4()
    serve(till, made, basket)
    till.call(reservations.put_back, hold_id=made.hold_id, basket_id=basket, seat_ids=cinema.ids("A1", "A2"))
    assert states(till, made) == {"A1": KEPT, "A2": KEPT}


def test_after_the_deadline_it_goes_back_to_everybody(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    basket = uuid4()
    serve(till, made, basket)
    let_deadline_pass(cinema)
    till.call(reservations.put_back, hold_id=made.hold_id, basket_id=basket, seat_ids=cinema.ids("A1"))
    assert cinema.query("SELECT state FROM boxoffice.show_seat WHERE seat_id = %s", cinema.seats["A1"]) == [
        ("available",)
    ]


def test_who_came_before_the_deadline_keeps_the_seats_while_being_served(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    basket = uuid4()
    serve(till, made, basket)
    let_deadline_pass(cinema)
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till("Counter 2"), "A1")
    till.call(sales.complete_sale, order=cinema.order(basket, "A1"))
    assert states(till, made) == {"A1": COLLECTED}


def test_without_serving_the_deadline_frees_them(cinema: Cinema) -> None:
    # The control of the test above.
    made = reserve(cinema, cinema.till(), "A1")
    let_deadline_pass(cinema)
    other = cinema.till("Counter 2")
    hold(cinema, other, "A1")
    assert states(other, made) == {"A1": GONE}


def test_who_comes_late_gets_what_is_still_free(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1", "A2")
    let_deadline_pass(cinema)
    sell(cinema, cinema.till("Counter 2"), "A1")
    served = serve(till, made)
    assert [seat.name for seat in served.held.seats] == ["A2"]
    assert served.missing == ("A1",)


def test_when_all_are_gone_they_are_named(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1")
    let_deadline_pass(cinema)
    sell(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(HoldExpiredError) as refused:
        serve(cinema.till(), made)
    assert refused.value.seat_names == ("A1",)


def test_a_till_that_died_while_serving_loses_nothing(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1")
    serve(cinema.till(), made)
    expire(cinema, "A1")
    other = cinema.till("Counter 2")
    assert [seat.name for seat in serve(other, made).held.seats] == ["A1"]


def test_two_counters_do_not_serve_one_customer(cinema: Cinema) -> None:
    made = reserve(cinema, cinema.till(), "A1")
    serve(cinema.till(), made)
    with pytest.raises(HoldExpiredError):
        serve(cinema.till("Counter 2"), made)


def test_asking_again_gives_the_same_basket(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    basket = uuid4()
    serve(till, made, basket)
    assert [seat.name for seat in serve(till, made, basket).held.seats] == ["A1"]


def test_more_seats_than_a_sale_takes_are_served_in_parts(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, *(f"A{n}" for n in range(1, 9)), *(f"B{n}" for n in range(1, 5)))
    with pytest.raises(BasketFullError):
        serve(till, made)
    assert len(serve(till, made, seat_ids=cinema.ids("A1", "A2")).held.seats) == 2


def test_a_collected_reservation_is_not_collected_again(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    basket = uuid4()
    serve(till, made, basket)
    till.call(sales.complete_sale, order=cinema.order(basket, "A1"))
    with pytest.raises(ConflictError, match="collected"):
        serve(till, made)


def test_giving_up_frees_what_is_kept_and_nothing_else(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1", "A2")
    serve(till, made, seat_ids=cinema.ids("A1"))
    assert cinema.till("Counter 2").call(reservations.give_up_reservation, hold_id=made.hold_id) == 1
    assert states(till, made) == {"A1": SERVED, "A2": GONE}


def test_a_basket_is_extended_and_let_go_like_any_other(cinema: Cinema) -> None:
    till = cinema.till()
    made = reserve(cinema, till, "A1")
    basket = uuid4()
    serve(till, made, basket)
    till.call(holds.extend_hold, hold_id=basket, seats=cinema.keys("A1"))
    till.call(holds.release_seats, hold_id=basket, seats=cinema.keys("A1"))
    assert [seat.name for seat in serve(till, made).held.seats] == ["A1"]


def test_the_reservations_of_a_show_are_listed(cinema: Cinema) -> None:
    till = cinema.till()
    made = [reserve(cinema, till, name).hold_id for name in ("A1", "A2")]
    listed = till.call(reservations.list_reservations, show_id=cinema.show_id)
    assert {each.hold_id for each in listed} == set(made)


def test_an_unknown_reservation_is_said_so(cinema: Cinema) -> None:
    with pytest.raises(NotFoundError):
        cinema.till().call(reservations.get_reservation, hold_id=uuid4())
