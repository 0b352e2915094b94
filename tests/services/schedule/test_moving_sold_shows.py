from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.schedule import HallTakenError, ShowStatus, WrongStatusError
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import refunds, reservations
from boxoffice_desktop.services.schedule import moving
from boxoffice_desktop.services.schedule.locking import StaleShowError
from boxoffice_desktop.services.schedule.moving import MovedShow
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.status import change_status, list_due_refunds
from tests.services.schedule.conftest import Office, stamp
from tests.support.books import find_wrong
from tests.support.cinema import CHILD, Till
from tests.support.seats import hold, sell
from tests.support.threads import held_open, wait_for_lock_waiter


def move(office: Office, block: ShowBlock, *, till: Till | None = None, **changes: Any) -> MovedShow:
    # Selling has moved the show's version on.
    now = office.read(block.show_id)
    return (till or office.till).call(
        moving.move_sold_show, show_id=block.show_id, version=changes.pop("version", now.version), **changes
    )


def standing(office: Office, show_id: int) -> list[tuple[str, int]]:
    """Seat and type of every valid ticket of a show."""
    return office.cinema.query(
        "SELECT e.name, k.ticket_type_id FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id)"
        " WHERE k.show_id = %s AND k.voided_by IS NULL ORDER BY 1",
        show_id,
    )


def is_dead(office: Office, sale: CompletedSale) -> bool:
    [(dead,)] = office.cinema.query(
        "SELECT bool_and(voided_by IS NOT NULL) FROM boxoffice.ticket WHERE sale_id = %s", sale.sale_id
    )
    return bool(dead)


def test_a_later_time_exchanges_every_ticket_for_the_same_seat(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sales = [sell(office.cinema, office.cashier, "A1", "A2"), sell(office.cinema, office.cashier, "C1")]
    moved = move(office, block, starts_at=office.at(20))
    assert (moved.show_id, moved.exchanged, moved.left) == (block.show_id, 3, ())
    assert office.read(block.show_id).span.starts_at == office.at(20)
    assert [seat for seat, _ in standing(office, block.show_id)] == ["A1", "A2", "C1"]
    assert all(is_dead(office, sale) for sale in sales)
    assert find_wrong(office.cinema) == {}


def test_a_move_waits_for_a_sale_before_it_locks_the_show(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sale = sell(office.cinema, office.cashier, "A1")
    counter = office.cinema.till("Counter 2", "sid")
    with ThreadPoolExecutor(1) as pool:
        with held_open(counter, lambda session: refunds.lock_sales(session, [sale.sale_id])):
            moved = pool.submit(move, office, block, starts_at=office.at(20))
            wait_for_lock_waiter(office.cinema)
            with office.cinema.admin() as admin:
                admin.execute("SELECT FROM boxoffice.show WHERE show_id = %s FOR UPDATE NOWAIT", [block.show_id])
        assert moved.result(10).exchanged == 1


def test_prices_stay_what_was_paid(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office.cinema, office.cashier, "A1", ticket_type=CHILD)
    office.cinema.execute("UPDATE boxoffice.price SET amount = amount + 100")
    try:
        moved = move(office, block, hall_id=office.other_hall_id)
    finally:
        office.cinema.execute("UPDATE boxoffice.price SET amount = amount - 100")
    assert (moved.exchanged, moved.left) == (1, ())
    [(before, after)] = office.cinema.query(
        "SELECT min(k.amount), max(k.amount) FROM boxoffice.ticket k JOIN boxoffice.refund_line l ON true"
        " WHERE k.show_id IN (%s, %s)",
        block.show_id,
        moved.show_id,
    )
    assert before == after == 800


def test_another_hall_seats_everybody_by_name_or_near_it(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office.cinema, office.cashier, "A1", "C1", "E8")
    moved = move(office, block, hall_id=office.other_hall_id)
    assert moved.show_id != block.show_id
    assert (moved.exchanged, moved.left) == (3, ())
    seats = [seat for seat, _ in standing(office, moved.show_id)]
    assert len(seats) == 3
    assert {"A1", "E8"} < set(seats)
    assert standing(office, block.show_id) == []
    assert office.read(block.show_id).status is ShowStatus.CANCELLED
    assert find_wrong(office.cinema) == {}


def test_who_finds_no_seat_keeps_the_ticket_and_is_due_a_refund(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    rows = [f"{row}{n}" for row in "CD" for n in range(1, 9)]
    for first in (0, 8):
        sell(office.cinema, office.cashier, *rows[first : first + 8])
    sell(office.cinema, office.cashier, "A1", "B1")
    moved = move(office, block, hall_id=office.other_hall_id)
    assert moved.exchanged == 16
    assert [left.why for left in moved.left] == ["no_seat", "no_seat"]
    due = [each for each in office.till.call(list_due_refunds) if each.block.show_id == block.show_id]
    assert [(each.tickets, each.amount) for each in due] == [(2, 2400)]


def test_another_film_at_the_same_time_is_a_move_too(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sale = sell(office.cinema, office.cashier, "A1")
    moved = move(office, block, movie_id=office.short_movie_id)
    assert moved.exchanged == 1
    assert office.read(block.show_id).movie_id == office.short_movie_id
    assert is_dead(office, sale)


def test_money_moves_nowhere(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office.cinema, office.cashier, "A1", "E1")
    move(office, block, starts_at=office.at(20))
    [(kind, paid, back)] = office.cinema.query(
        "SELECT y.kind, y.amount, b.amount FROM boxoffice.refund r"
        " JOIN boxoffice.payment y ON y.sale_id = r.new_sale_id"
        " JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id"
        " JOIN boxoffice.ticket k ON k.sale_id = r.sale_id AND k.show_id = %s GROUP BY 1, 2, 3",
        block.show_id,
    )
    assert (kind, paid, back) == ("exchange", 2700, 2700)


def test_seats_in_a_basket_stay_where_they_are_when_only_the_time_changes(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    held = hold(office.cinema, office.cashier, "A1")
    sell(office.cinema, office.other_till, "A2")
    move(office, block, starts_at=office.at(20))
    assert office.cinema.query("SELECT state FROM boxoffice.show_seat WHERE hold_id = %s", held.hold_id) == [("held",)]


def test_seats_in_a_basket_keep_a_show_in_its_hall(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    hold(office.cinema, office.cashier, "A1")
    with pytest.raises(ConflictError, match="1 seats are in baskets"):
        move(office, block, hall_id=office.other_hall_id)
    assert office.read(block.show_id).status is ShowStatus.ON_SALE


def test_a_taken_hall_refuses_and_nothing_has_changed(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sale = sell(office.cinema, office.cashier, "A1")
    office.create(office.at(18), hall_id=office.other_hall_id)
    with pytest.raises(HallTakenError):
        move(office, block, hall_id=office.other_hall_id)
    assert not is_dead(office, sale)


def test_a_stale_move_a_draft_and_a_move_to_nowhere_are_refused(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    with pytest.raises(StaleShowError):
        move(office, block, version=1, starts_at=office.at(20))
    with pytest.raises(InvalidInputError, match="Nothing"):
        move(office, block)
    with pytest.raises(InvalidInputError, match="over"):
        move(office, block, starts_at=office.at(18) - timedelta(days=1000))
    with pytest.raises(WrongStatusError):
        move(office, office.create(office.at(22)), starts_at=office.at(23))


def test_who_only_sells_moves_nothing(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    with pytest.raises(NotAllowedError):
        move(office, block, till=office.cashier, starts_at=office.at(20))


def test_who_is_inside_keeps_the_ticket(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sale = sell(office.cinema, office.cashier, "A1", "A2")
    office.cinema.execute(
        "INSERT INTO boxoffice.admission (ticket_id, show_id, terminal_id, staff_id, scan_id, door, admitted_at)"
        " SELECT k.ticket_id, k.show_id, 1, 1, gen_random_uuid(), 'Door 1', now() FROM boxoffice.ticket k"
        " WHERE k.sale_id = %s AND k.line = 1",
        sale.sale_id,
    )
    moved = move(office, block, starts_at=office.at(20))
    assert moved.exchanged == 1
    assert [(left.seat_name, left.why) for left in moved.left] == [("A1", "inside")]


def test_a_moved_show_goes_on_selling(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office.cinema, office.cashier, "A1")
    move(office, block, starts_at=office.at(20))
    assert sell(office.cinema, office.cashier, "A2").total == 1200
    report = office.till.call(change_status, stamps=[stamp(office.read(block.show_id))], status=ShowStatus.CLOSED)
    assert not report.refused


def test_reservations_end_before_the_new_time(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1")
    made = office.cashier.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=block.show_id,
        seat_ids=office.cinema.ids("A2"),
        name="Lil Dagover",
    )
    move(office, block, starts_at=office.at(18))
    ends = office.cinema.query("SELECT held_until FROM boxoffice.show_seat WHERE hold_id = %s", made.hold_id)
    assert ends == [(office.at(18) - timedelta(minutes=30),)]
