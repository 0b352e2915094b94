from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import NotEnoughSeatsError, NotFoundError, NotSignedInError, SeatsUnavailableError
from boxoffice_desktop.services import best_seats, holds
from tests.support.cinema import Cinema, Till
from tests.support.seats import expire, hold
from tests.support.threads import held_open, wait_for_lock_waiter


def test_the_best_seats_are_side_by_side_nearest_the_best_point(cinema: Cinema) -> None:
    assert _names(_hold_best(cinema, cinema.till(), 2)) == ["D4", "D5"]


def test_taken_seats_are_passed_over(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "D4")
    assert "D4" not in _names(_hold_best(cinema, cinema.till(), 2))


def test_expired_seats_count_as_free(cinema: Cinema) -> None:
    hold(cinema, cinema.till("Counter 2"), "D4", "D5")
    expire(cinema, "D4", "D5")
    assert _names(_hold_best(cinema, cinema.till(), 2)) == ["D4", "D5"]


def test_only_seats_of_the_asked_area_are_chosen(cinema: Cinema) -> None:
    assert {name[0] for name in _names(_hold_best(cinema, cinema.till(), 3, area_id=2))} == {"E"}


def test_too_many_seats_side_by_side_are_refused_with_the_longest_row(cinema: Cinema) -> None:
    with pytest.raises(NotEnoughSeatsError) as refused:
        _hold_best(cinema, cinema.till(), 9)
    assert (refused.value.wanted, refused.value.longest) == (9, 8)


def test_best_seats_join_the_basket(cinema: Cinema) -> None:
    till = cinema.till()
    first = hold(cinema, till, "A1")
    held = _hold_best(cinema, till, 2, hold_id=first.hold_id, basket=cinema.keys("A1"))
    assert cinema.query("SELECT count(*) FROM boxoffice.show_seat WHERE hold_id = %s", held.hold_id) == [(3,)]


def test_when_another_till_was_quicker_other_seats_are_chosen(cinema: Cinema) -> None:
    quick, till = cinema.till("Counter 2"), cinema.till()
    with ThreadPoolExecutor(1) as pool:
        with held_open(quick, lambda session: _take_best(cinema, quick, session)):
            answer = pool.submit(_hold_best, cinema, till, 2)
            wait_for_lock_waiter(cinema)
        held = answer.result()
    assert set(_names(held)).isdisjoint({"D4", "D5"})


def test_when_others_are_quicker_every_time_the_last_refusal_is_told(cinema: Cinema) -> None:
    # Four tries, four quicker hands: a trigger of the owner's turns every try away as a lost race would.
    cinema.execute(
        "CREATE FUNCTION quicker() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        " CREATE TRIGGER quicker BEFORE UPDATE ON boxoffice.show_seat FOR EACH ROW EXECUTE FUNCTION quicker();"
    )
    with pytest.raises(SeatsUnavailableError) as refused:
        _hold_best(cinema, cinema.till(), 2)
    assert [seat.seat_name for seat in refused.value.seats] == ["D4", "D5"]


def test_a_changed_layout_is_read_anew(cinema: Cinema) -> None:
    till = cinema.till()
    _hold_best(cinema, till, 1)
    cinema.execute("UPDATE boxoffice.seat SET retired_at = now() WHERE name LIKE 'D%%'")
    cinema.execute("UPDATE boxoffice.hall SET layout_version = layout_version + 1")
    assert _names(_hold_best(cinema, till, 1))[0][0] != "D"


def test_best_seats_of_an_unknown_show_are_not_found(cinema: Cinema) -> None:
    till = cinema.till()
    with pytest.raises(NotFoundError):
        till.call(best_seats.hold_best_seats, hold_id=uuid4(), show_id=10**6, count=1)


def test_nobody_takes_best_seats_before_sign_in(cinema: Cinema) -> None:
    with pytest.raises(NotSignedInError):
        _hold_best(cinema, cinema.till(user_name=None), 1)


def _hold_best(cinema: Cinema, till: Till, count: int, **arguments: Any) -> holds.HeldSeats:
    values = {"hold_id": uuid4(), "show_id": cinema.show_id, "count": count}
    return till.call(best_seats.hold_best_seats, **{**values, **arguments})


def _take_best(cinema: Cinema, till: Till, session: Any) -> holds.HeldSeats:
    return best_seats.hold_best_seats(session, till.context, hold_id=uuid4(), show_id=cinema.show_id, count=2)


def _names(held: holds.HeldSeats) -> list[str]:
    return sorted(seat.name for seat in held.seats)
