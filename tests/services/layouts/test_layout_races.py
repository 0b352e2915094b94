"""A layout is saved while other counters sell and plan."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from boxoffice_desktop.domain.errors import SeatsUnavailableError
from boxoffice_desktop.domain.layout.document import HallDocument
from boxoffice_desktop.domain.layout.drawing import Block, draw_block
from boxoffice_desktop.domain.layout.moving import remove
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.layouts.reading import load_layout
from boxoffice_desktop.services.layouts.saving import SavedLayout, UndecidedSeatsError, save_layout
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, sell
from tests.support.threads import held_open, wait_for_lock_waiter


def save(cinema: Cinema, till: Till, document: HallDocument) -> SavedLayout:
    return till.call(save_layout, **_arguments(cinema, document))


def _arguments(cinema: Cinema, document: HallDocument) -> dict[str, object]:
    return {"hall_id": cinema.hall_id, "document": document, "expected_version": document.layout_version}


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
