from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from boxoffice_desktop.domain.errors import SeatsUnavailableError, ShowNotOnSaleError
from boxoffice_desktop.services import holds, sales
from tests.support.cinema import Cinema
from tests.support.seats import expire, hold, keep, sell
from tests.support.threads import held_open, wait_for_lock_waiter


def test_resuming_after_expiry_sells_seats_that_nobody_took(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    sale = till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True)
    assert (sale.number, sale.repeated) == (1, False)


def test_resuming_sells_seats_that_went_back_and_are_free(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A1"))
    assert till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True).number == 1


def test_resuming_sells_seats_whose_next_hold_is_over_too(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    hold(cinema, cinema.till("Counter 2"), "A1")
    expire(cinema, "A1")
    assert till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True).number == 1


def test_resuming_refuses_seats_that_somebody_holds_now(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    expire(cinema, "A1", "A2")
    hold(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(SeatsUnavailableError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", "A2"), resuming=True)
    assert [(seat.seat_name, seat.holder) for seat in refused.value.seats] == [("A1", "Counter 2")]


def test_resuming_refuses_seats_that_somebody_bought(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    sell(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(SeatsUnavailableError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True)
    assert [(seat.seat_name, seat.state) for seat in refused.value.seats] == [("A1", "sold")]


def test_resuming_refuses_seats_that_the_house_keeps_now(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A1"))
    keep(cinema, "house", "Counter 2", "A1")
    with pytest.raises(SeatsUnavailableError):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True)


def test_resuming_answers_with_the_sale_also_when_its_show_is_closed_now(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    order = cinema.order(held.hold_id, "A1")
    first = till.call(sales.complete_sale, order=order)
    cinema.execute("UPDATE boxoffice.show SET status = 'closed'")
    assert till.call(sales.complete_sale, order=order, resuming=True) == replace(first, repeated=True)


def test_resuming_does_not_sell_a_cancelled_show(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    with pytest.raises(ShowNotOnSaleError):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"), resuming=True)


def test_resuming_waits_for_a_first_try_that_is_still_on_its_way(cinema: Cinema) -> None:
    till, again = cinema.till(), cinema.till()
    held = hold(cinema, till, "A1", "A2")
    order = cinema.order(held.hold_id, "A1", "A2")
    with ThreadPoolExecutor(1) as pool:
        with held_open(till, lambda session: sales.complete_sale(session, till.context, order=order)) as first:
            second = pool.submit(again.call, sales.complete_sale, order=order, resuming=True)
            wait_for_lock_waiter(cinema)
        assert second.result() == replace(first.result(), repeated=True)
