"""A layout is saved while other counters sell and plan."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from boxoffice_desktop.domain.errors import AlreadyRefundedError, SeatsUnavailableError
from boxoffice_desktop.domain.layout.document import HallDocument
from boxoffice_desktop.domain.layout.drawing import Block, draw_block
from boxoffice_desktop.domain.layout.moving import remove
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services import programme, refunds
from boxoffice_desktop.services.layouts.planning import Effect
from boxoffice_desktop.services.layouts.reading import load_layout
from boxoffice_desktop.services.layouts.saving import SavedLayout, SeatDecision, UndecidedSeatsError, save_layout
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, sell
from tests.support.threads import held_open, wait_for_lock_waiter


def save(cinema: Cinema, till: Till, document: HallDocument) -> SavedLayout:
    return till.call(save_layout, **_arguments(cinema, document))


def _arguments(cinema: Cinema, document: HallDocument) -> dict[str, object]:
    return {"hall_id": cinema.hall_id, "document": document, "expected_version": document.layout_version}


def test_a_save_waits_for_a_sale_before_it_locks_the_shows(cinema: Cinema) -> None:
    manager, counter = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "sid")
    sale = counter.call(get_sale_details, sale_id=sell(cinema, cinema.till(), "A1").sale_id)
    arguments = pay_back(cinema, manager, sale)
    with ThreadPoolExecutor(1) as pool:
        with held_open(counter, lambda session: refunds.lock_sales(session, [sale.sale_id])):
            saving = pool.submit(manager.call, save_layout, **arguments)
            wait_for_lock_waiter(cinema)
            with cinema.admin() as admin:
                # Else a refund at the counter, which has the sale and wants the show, would stand against it.
                admin.execute("SELECT FROM boxoffice.show WHERE show_id = %s FOR UPDATE NOWAIT", [cinema.show_id])
        assert saving.result(10).paid_back


def test_a_till_that_waits_for_a_seat_finds_it_gone(cinema: Cinema) -> None:
    manager, cashier = cinema.till("Counter 3", "mona"), cinema.till()
    document = remove(manager.call(load_layout, hall_id=cinema.hall_id), frozenset(cinema.ids("A1")))
    arguments = _arguments(cinema, document)
    with ThreadPoolExecutor(1) as pool:
        with held_open(manager, lambda session: save_layout(session, manager.context, **arguments)):  # type: ignore[arg-type]
            waiting = pool.submit(hold, cinema, cashier, "A1", "B1")
            wait_for_lock_waiter(cinema)
        with pytest.raises(SeatsUnavailableError) as refusal:
            waiting.result(10)
    assert [(seat.seat_name, seat.state) for seat in refusal.value.seats] == [("A1", "gone")]


def test_a_sale_while_the_layout_waits_is_seen_before_it_is_saved(cinema: Cinema) -> None:
    manager, cashier = cinema.till("Counter 3", "mona"), cinema.till()
    document = remove(manager.call(load_layout, hall_id=cinema.hall_id), frozenset(cinema.ids("A1")))
    sell(cinema, cashier, "A1")
    with pytest.raises(UndecidedSeatsError) as refusal:
        save(cinema, manager, document)
    assert [seat.seat_name for seat in refusal.value.seats] == ["A1"]


def pay_back(cinema: Cinema, manager: Till, sale: SaleDetails) -> dict[str, object]:
    """What saves the hall without A1 and pays its ticket back."""
    document = remove(manager.call(load_layout, hall_id=cinema.hall_id), frozenset(cinema.ids("A1")))
    key = SeatKey(cinema.show_id, cinema.seats["A1"])
    decision = SeatDecision(key=key, effect=Effect.RETIRED, pay_back=sale.sale_id)
    return {**_arguments(cinema, document), "decisions": (decision,)}


def test_a_refund_at_a_counter_waits_for_the_layout_and_pays_nothing_again(cinema: Cinema) -> None:
    manager, counter = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "sid")
    sale = counter.call(get_sale_details, sale_id=sell(cinema, cinema.till(), "A1").sale_id)
    arguments = pay_back(cinema, manager, sale)
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    with ThreadPoolExecutor(1) as pool:
        with held_open(manager, lambda session: save_layout(session, manager.context, **arguments)):  # type: ignore[arg-type]
            waiting = pool.submit(counter.call, refunds.refund_tickets, order=order)
            wait_for_lock_waiter(cinema)
        with pytest.raises(AlreadyRefundedError) as refusal:
            waiting.result(10)
    assert (refusal.value.why, refusal.value.person) == ("cancellation", "Mona")
    assert cinema.query("SELECT kind, total FROM boxoffice.refund") == [("cancellation", 1200)]
    assert find_wrong(cinema) == {}


def test_the_layout_waits_for_a_refund_at_a_counter_and_pays_nothing_again(cinema: Cinema) -> None:
    manager, counter = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "sid")
    sale = counter.call(get_sale_details, sale_id=sell(cinema, cinema.till(), "A1").sale_id)
    arguments = pay_back(cinema, manager, sale)
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    with ThreadPoolExecutor(1) as pool:
        with held_open(counter, lambda session: refunds.refund_tickets(session, counter.context, order=order)):
            saving = pool.submit(manager.call, save_layout, **arguments)
            wait_for_lock_waiter(cinema)
        assert saving.result(10).paid_back == ()
    assert cinema.query("SELECT kind, total FROM boxoffice.refund") == [("refund", 1200)]
    assert find_wrong(cinema) == {}


def test_a_show_that_is_planned_meanwhile_gets_the_new_seats(cinema: Cinema) -> None:
    manager, planner = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "mona")
    document, _ = draw_block(manager.call(load_layout, hall_id=cinema.hall_id), Block(x=130, y=300, seats=2, area_id=1))
    arguments = _arguments(cinema, document)
    later = {
        "movie_id": cinema.movie_id,
        "hall_id": cinema.hall_id,
        "starts_at": cinema.starts_at + timedelta(days=1),
    }
    with ThreadPoolExecutor(1) as pool:
        with held_open(manager, lambda session: save_layout(session, manager.context, **arguments)):  # type: ignore[arg-type]
            planned = pool.submit(planner.call, programme.create_show, **later)
            wait_for_lock_waiter(cinema)
        show_id = planned.result(10)
    assert planner.call(programme.get_show, show_id=show_id).capacity == 42


def test_the_layout_waits_for_a_show_that_is_being_planned(cinema: Cinema) -> None:
    manager, planner = cinema.till("Counter 3", "mona"), cinema.till("Counter 2", "mona")
    document, _ = draw_block(manager.call(load_layout, hall_id=cinema.hall_id), Block(x=130, y=300, seats=2, area_id=1))
    starts_at = cinema.starts_at + timedelta(days=1)
    with ThreadPoolExecutor(1) as pool:
        with held_open(
            planner,
            lambda session: programme.create_show(
                session, planner.context, movie_id=cinema.movie_id, hall_id=cinema.hall_id, starts_at=starts_at
            ),
        ) as planned:
            saving = pool.submit(save, cinema, manager, document)
            wait_for_lock_waiter(cinema)
        saving.result(10)
    assert planner.call(programme.get_show, show_id=planned.result(10)).capacity == 42
