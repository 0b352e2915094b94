from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import (
    BasketFullError,
    ConflictError,
    HoldExpiredError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    SeatsUnavailableError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services import holds
from tests.support.cinema import Cinema, Till, grant
from tests.support.seats import end_show, expire, hold, keep, seat_rows, sell


def test_held_seats_come_back_with_what_the_basket_needs(cinema: Cinema) -> None:
    held = hold(cinema, cinema.till(), "A1", "E2")
    assert [(seat.key, seat.name, seat.area_id, seat.kind.value) for seat in held.seats] == [
        (SeatKey(cinema.show_id, cinema.seats["A1"]), "A1", 1, "standard"),
        (SeatKey(cinema.show_id, cinema.seats["E2"]), "E2", 2, "standard"),
    ]


def test_a_hold_lasts_as_long_as_the_venue_says(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET hold_seconds = 120")
    held = hold(cinema, cinema.till(), "A1")
    assert 115 < held.seconds_left <= 120


def test_when_one_seat_is_taken_none_is_held(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A2")
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till(), "A1", "A2", "A3")
    assert [row[:2] for row in seat_rows(cinema, "A1", "A3")] == [("A1", "available"), ("A3", "available")]


def test_a_refused_hold_leaves_no_hold_behind(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A2")
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till(), "A2")
    assert cinema.query("SELECT count(*) FROM boxoffice.hold") == [(1,)]


def test_a_refusal_names_each_seat_with_its_state_and_holder(cinema: Cinema) -> None:
    other = cinema.till("Counter 2")
    hold(cinema, other, "A1")
    sell(cinema, other, "A2")
    keep(cinema, "house", "Counter 3", "A3")
    keep(cinema, "reservation", "Counter 3", "A4")
    keep(cinema, "out_of_order", "Counter 3", "A5")
    with pytest.raises(SeatsUnavailableError) as refused:
        hold(cinema, cinema.till(), "A1", "A2", "A3", "A4", "A5", "A6")
    assert [(seat.seat_name, seat.state, seat.holder) for seat in refused.value.seats] == [
        ("A1", "held", "Counter 2"),
        ("A2", "sold", "Counter 2"),
        ("A3", "house", "Counter 3"),
        ("A4", "reservation", "Counter 3"),
        ("A5", "out_of_order", "Counter 3"),
    ]


@pytest.mark.parametrize("kind", ["house", "reservation", "out_of_order"])
def test_a_basket_does_not_take_what_its_own_counter_keeps(cinema: Cinema, kind: str) -> None:
    keep(cinema, kind, "Counter 1", "A1")
    with pytest.raises(SeatsUnavailableError) as refused:
        hold(cinema, cinema.till(), "A1")
    assert [(seat.state, seat.holder) for seat in refused.value.seats] == [(kind, "Counter 1")]


def test_a_house_seat_whose_time_is_over_is_free(cinema: Cinema) -> None:
    keep(cinema, "house", "Counter 2", "A1")
    expire(cinema, "A1")
    assert len(hold(cinema, cinema.till(), "A1").seats) == 1


def test_an_expired_hold_of_another_till_is_taken(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A1")
    expire(cinema, "A1")
    held = hold(cinema, cinema.till(), "A1")
    assert seat_rows(cinema, "A1") == [("A1", "held", held.hold_id, "Counter 1")]


def test_a_live_hold_of_another_till_is_not_taken(cinema: Cinema) -> None:
    theirs = hold(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(SeatsUnavailableError):
        hold(cinema, cinema.till(), "A1")
    assert seat_rows(cinema, "A1") == [("A1", "held", theirs.hold_id, "Counter 2")]


def test_a_till_moves_seats_of_its_own_older_basket(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    newer = hold(cinema, till, "A1")
    assert seat_rows(cinema, "A1") == [("A1", "held", newer.hold_id, "Counter 1")]


def test_one_more_seat_gives_the_whole_basket_new_time(cinema: Cinema) -> None:
    till = cinema.till()
    first = hold(cinema, till, "A1")
    _age(cinema, timedelta(seconds=200))
    hold(cinema, till, "A2", hold_id=first.hold_id, basket=("A1",))
    left = cinema.query(
        "SELECT extract(epoch FROM held_until - clock_timestamp()) FROM boxoffice.show_seat WHERE state = 'held'"
    )
    assert all(295 < seconds <= 300 for (seconds,) in left)


def test_a_basket_is_not_extended_beyond_the_cap(cinema: Cinema) -> None:
    till = cinema.till()
    first = hold(cinema, till, "A1")
    _age(cinema, timedelta(seconds=850))
    second = hold(cinema, till, "A2", hold_id=first.hold_id)
    assert 45 < second.seconds_left <= 50


def test_a_hold_at_its_cap_takes_no_more_seats(cinema: Cinema) -> None:
    till = cinema.till()
    first = hold(cinema, till, "A1")
    _age(cinema, timedelta(seconds=901))
    with pytest.raises(HoldExpiredError):
        hold(cinema, till, "A2", hold_id=first.hold_id)
    assert [row[1] for row in seat_rows(cinema, "A2")] == ["available"]


def test_a_basket_takes_no_more_seats_than_the_venue_allows(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 3")
    till = cinema.till()
    first = hold(cinema, till, "A1", "A2", "A3")
    with pytest.raises(BasketFullError) as full:
        hold(cinema, till, "A4", hold_id=first.hold_id, basket=("A1", "A2", "A3"))
    assert full.value.limit == 3


def test_what_the_caller_does_not_name_fills_the_basket_too(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 3")
    till = cinema.till()
    hold(cinema, till, "A1", "A2", "A3")
    with pytest.raises(BasketFullError) as full:
        hold(cinema, till, "A4")
    assert full.value.limit == 3


def test_a_show_that_is_over_gives_no_seats(cinema: Cinema) -> None:
    end_show(cinema)
    with pytest.raises(ShowNotOnSaleError) as refused:
        hold(cinema, cinema.till(), "A1")
    assert refused.value.status == "over"


def test_a_seat_asked_for_twice_counts_once(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 1")
    assert len(hold(cinema, cinema.till(), "A1", "A1").seats) == 1


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled"])
def test_a_show_that_is_not_on_sale_gives_no_seats(cinema: Cinema, status: str) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = %s", status)
    with pytest.raises(ShowNotOnSaleError) as refused:
        hold(cinema, cinema.till(), "A1")
    assert refused.value.status == status


def test_an_unknown_seat_is_not_found(cinema: Cinema) -> None:
    till = cinema.till()
    with pytest.raises(NotFoundError):
        till.call(holds.hold_seats, hold_id=uuid4(), show_id=cinema.show_id, seat_ids=(cinema.seats["A1"], 10**6))


def test_an_unknown_show_is_not_found(cinema: Cinema) -> None:
    till = cinema.till()
    with pytest.raises(NotFoundError):
        till.call(holds.hold_seats, hold_id=uuid4(), show_id=10**6, seat_ids=cinema.ids("A1"))


def test_no_seats_are_no_hold(cinema: Cinema) -> None:
    with pytest.raises(InvalidInputError):
        hold(cinema, cinema.till())


def test_the_id_of_another_tills_hold_is_refused(cinema: Cinema) -> None:
    theirs = hold(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(ConflictError):
        hold(cinema, cinema.till(), "A2", hold_id=theirs.hold_id)


def test_nobody_holds_seats_before_sign_in(cinema: Cinema) -> None:
    with pytest.raises(NotSignedInError):
        hold(cinema, cinema.till(user_name=None), "A1")


def test_nobody_holds_seats_without_the_permission_to_sell(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    with pytest.raises(NotAllowedError) as refused:
        hold(cinema, cinema.till(), "A1")
    assert refused.value.permission == "sell"


def test_holding_is_written_into_the_activity_of_the_show(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A1", "A2")
    rows = cinema.query(
        "SELECT a.what, t.name, p.user_name, a.seat_ids FROM boxoffice.seat_activity a"
        " JOIN boxoffice.terminal t USING (terminal_id) JOIN boxoffice.staff p USING (staff_id)"
    )
    assert rows == [("held", "Counter 2", "carla", sorted(cinema.ids("A1", "A2")))]


def test_extending_is_no_activity(cinema: Cinema) -> None:
    till = cinema.till()
    first = hold(cinema, till, "A1")
    _extend(cinema, till, first.hold_id, "A1")
    assert cinema.query("SELECT count(*) FROM boxoffice.seat_activity") == [(1,)]


def test_releasing_frees_the_seats(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A1"))
    assert [row[1] for row in seat_rows(cinema, "A1", "A2")] == ["available", "held"]


def test_releasing_twice_is_harmless(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    for _ in range(2):
        till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A1"))
    assert cinema.query("SELECT count(*) FROM boxoffice.seat_activity WHERE what = 'released'") == [(1,)]


def test_releasing_leaves_seats_of_other_holds_alone(cinema: Cinema) -> None:
    theirs = hold(cinema, cinema.till("Counter 2"), "A1")
    till = cinema.till()
    till.call(holds.release_seats, hold_id=uuid4(), seats=cinema.keys("A1"))
    assert seat_rows(cinema, "A1") == [("A1", "held", theirs.hold_id, "Counter 2")]


def test_a_till_cannot_release_another_tills_hold_by_its_id(cinema: Cinema) -> None:
    theirs = hold(cinema, cinema.till("Counter 2"), "A1")
    till = cinema.till()
    with pytest.raises(ConflictError):
        till.call(holds.release_seats, hold_id=theirs.hold_id, seats=cinema.keys("A1"))


def test_seats_can_be_let_go_after_sign_out(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.staff_session SET ended_at = clock_timestamp()")
    till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A1"))
    assert [row[1] for row in seat_rows(cinema, "A1")] == ["available"]


def test_extending_gives_new_time(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    _age(cinema, timedelta(seconds=100))
    assert 295 < _extend(cinema, till, held.hold_id, "A1", "A2").seconds_left <= 300


def test_extending_an_expired_hold_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    expire(cinema, "A2")
    with pytest.raises(HoldExpiredError):
        _extend(cinema, till, held.hold_id, "A1", "A2")


def test_extending_a_seat_that_somebody_else_took_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    hold(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(HoldExpiredError):
        _extend(cinema, till, held.hold_id, "A1")


def test_extending_nothing_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    with pytest.raises(HoldExpiredError):
        _extend(cinema, till, held.hold_id)


def test_the_leftovers_of_an_earlier_run_go_back(cinema: Cinema) -> None:
    hold(cinema, cinema.till(), "A1", "A2")
    hold(cinema, cinema.till(), "B1")
    assert cinema.till().call(holds.release_leftovers) == 3
    assert [row[1] for row in seat_rows(cinema, "A1", "A2", "B1")] == ["available"] * 3


def test_leftovers_are_only_baskets_of_this_terminal(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "A1")
    keep(cinema, "house", "Counter 1", "A2")
    assert cinema.till().call(holds.release_leftovers) == 0
    assert [row[1] for row in seat_rows(cinema, "A1", "A2")] == ["held", "held"]


def test_a_supervisor_frees_a_house_seat_of_the_counter(cinema: Cinema) -> None:
    hold_id = keep(cinema, "house", "Counter 1", "A1")
    cinema.till(user_name="sid").call(holds.release_seats, hold_id=hold_id, seats=cinema.keys("A1"))
    assert [row[1] for row in seat_rows(cinema, "A1")] == ["available"]


def test_a_cashier_does_not_free_a_house_seat(cinema: Cinema) -> None:
    hold_id = keep(cinema, "house", "Counter 1", "A1")
    till = cinema.till()
    with pytest.raises(ConflictError):
        till.call(holds.release_seats, hold_id=hold_id, seats=cinema.keys("A1"))


def test_a_permission_given_later_counts(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    grant(cinema, "carla", Permission.SELL)
    assert len(hold(cinema, cinema.till(), "A1").seats) == 1


def _age(cinema: Cinema, by: timedelta) -> None:
    cinema.execute("UPDATE boxoffice.hold SET created_at = created_at - %s", by)
    cinema.execute(
        "UPDATE boxoffice.show_seat SET held_until = held_until - %s"
        " WHERE state = 'held' AND held_until - %s > clock_timestamp()",
        by,
        by,
    )


def _extend(cinema: Cinema, till: Till, hold_id: UUID, *names: str) -> holds.HeldSeats:
    return till.call(holds.extend_hold, hold_id=hold_id, seats=cinema.keys(*names))


def test_leftovers_of_a_sale_whose_outcome_is_open_are_spared(cinema: Cinema) -> None:
    till = cinema.till()
    open_sale, forgotten = uuid4(), uuid4()
    till.call(holds.hold_seats, hold_id=open_sale, show_id=cinema.show_id, seat_ids=cinema.ids("A1"))
    till.call(holds.hold_seats, hold_id=forgotten, show_id=cinema.show_id, seat_ids=cinema.ids("A2"))
    assert till.call(holds.release_leftovers, spare=frozenset({open_sale})) == 1
    left = cinema.query("SELECT seat_id FROM boxoffice.show_seat WHERE state = 'held'")
    assert left == [(cinema.seats["A1"],)]


def test_the_hold_of_another_terminal_cannot_be_extended(cinema: Cinema) -> None:
    hold_id = uuid4()
    cinema.till("Counter 2").call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1"))
    with pytest.raises(HoldExpiredError):
        cinema.till().call(holds.extend_hold, hold_id=hold_id, seats=cinema.keys("A1"))
