"""Tickets with a discount, an approved price or a fee move along with their show, and keep what was paid."""

from dataclasses import replace
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.basket_lines import Granted
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.domain.selling import AdjustmentKind, CompletedSale, SaleOrder
from boxoffice_desktop.services import promotions, sales
from boxoffice_desktop.services.schedule import moving
from boxoffice_desktop.services.schedule.affected import list_affected_sales
from boxoffice_desktop.services.schedule.moving import MovedShow
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.status import change_status, list_due_refunds
from tests.services.schedule.conftest import House, Office, stamp
from tests.support import promotions as offers
from tests.support.books import find_wrong
from tests.support.promotions import approve, basket


@pytest.fixture(scope="module", autouse=True)
def half_price(house: House) -> None:
    """Every ticket costs half its price, and 1.50 on top."""
    offers.save(house.manager)
    house.manager.call(promotions.save_fee, amount=150, tax_rate_id=1)


def sell(office: Office, order: SaleOrder) -> CompletedSale:
    return office.cashier.call(sales.complete_sale, order=order)


def move(office: Office, block: ShowBlock, **changes: object) -> MovedShow:
    version = office.read(block.show_id).version
    return office.till.call(moving.move_sold_show, show_id=block.show_id, version=version, **changes)


def standing(office: Office, show_id: int) -> list[tuple[str, int, int]]:
    """Seat of every valid ticket of a show, what it cost, and its fee."""
    return office.cinema.query(
        "SELECT e.name, v.amount, f.amount - v.amount FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id)"
        " JOIN LATERAL boxoffice.ticket_values(k.sale_id, false) v ON v.ticket_id = k.ticket_id"
        " JOIN LATERAL boxoffice.ticket_values(k.sale_id, true) f ON f.ticket_id = k.ticket_id"
        " WHERE k.show_id = %s AND k.voided_by IS NULL ORDER BY 1",
        show_id,
    )


@pytest.mark.parametrize("elsewhere", [False, True], ids=["another time", "another hall"])
def test_a_discount_and_a_fee_move_along_and_no_money_does(office: Office, *, elsewhere: bool) -> None:
    block = office.put_on_sale(office.at(18))
    sale = sell(office, basket(office.cinema, office.cashier, "A1", "A2", "E1"))
    # What the venue asks by now is asked of nobody who has paid.
    change = {"hall_id": office.other_hall_id} if elsewhere else {"starts_at": office.at(20)}
    moved = move(office, block, **change)
    assert (moved.exchanged, moved.left) == (3, ())
    assert standing(office, moved.show_id) == [("A1", 600, 150), ("A2", 600, 150), ("E1", 750, 150)]
    back = office.cinema.query(
        "SELECT b.kind, b.amount FROM boxoffice.refund r JOIN boxoffice.refund_payment b USING (refund_id)"
        " WHERE r.sale_id = %s",
        sale.sale_id,
    )
    assert back == [("exchange", 2400)]
    assert find_wrong(office.cinema) == {}


def test_a_free_ticket_stays_free(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sale_id = uuid4()
    yes = approve(office.cashier, sale_id, AdjustmentKind.COMPLIMENTARY, 1200)
    cinema = office.cinema
    granted = Granted(
        key=cinema.keys("A1")[0], kind=AdjustmentKind.COMPLIMENTARY, price=0, reason="asked for", approval_id=yes
    )
    sell(office, basket(cinema, office.cashier, "A1", granted=[granted], sale_id=sale_id))
    before = standing(office, block.show_id)
    moved = move(office, block, starts_at=office.at(21))
    assert (moved.exchanged, standing(office, block.show_id)) == (1, before)
    assert before[0][1] == 0
    assert find_wrong(cinema) == {}


def test_a_show_moves_twice_with_the_same_discount(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office, basket(office.cinema, office.cashier, "A1"))
    move(office, block, starts_at=office.at(20))
    assert move(office, block, starts_at=office.at(21)).exchanged == 1
    assert standing(office, block.show_id) == [("A1", 600, 150)]
    assert find_wrong(office.cinema) == {}


def test_a_ticket_whose_seat_has_another_price_stays_and_is_named(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office, basket(office.cinema, office.cashier, "A1", "E1"))
    # A price that was applied anew since: nobody is asked for more, nobody gets money back.
    office.cinema.execute(
        "UPDATE boxoffice.show_price SET amount = amount + 100 WHERE show_id = %s AND area_id = 1", block.show_id
    )
    moved = move(office, block, starts_at=office.at(20))
    assert [(left.seat_name, left.why) for left in moved.left] == [("A1", "other_price")]
    assert moved.exchanged == 1


def test_lists_say_what_was_paid_and_not_what_the_list_asked(office: Office) -> None:
    block = office.put_on_sale(office.at(18))
    sell(office, basket(office.cinema, office.cashier, "A1", "A2"))
    (affected,) = office.till.call(list_affected_sales, show_id=block.show_id)
    assert affected.amount == 1500
    cancelled = replace(stamp(block), version=office.read(block.show_id).version)
    assert not office.till.call(change_status, stamps=[cancelled], status=ShowStatus.CANCELLED).refused
    due = [each for each in office.till.call(list_due_refunds) if each.block.show_id == block.show_id]
    assert [(each.tickets, each.amount) for each in due] == [(2, 1500)]
