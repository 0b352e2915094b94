import csv
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError, ShowNotOnSaleError
from boxoffice_desktop.domain.schedule import ShowHasSalesError, ShowStatus, WrongStatusError
from boxoffice_desktop.services import programme, reservations, sales
from boxoffice_desktop.services.schedule.affected import ContactForm, export_affected, list_affected_sales
from boxoffice_desktop.services.schedule.discarding import discard_drafts
from boxoffice_desktop.services.schedule.locking import ShowStamp, StaleShowError
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.status import (
    StatusReport,
    change_status,
    list_due_refunds,
)
from tests.services.schedule.conftest import Office, stamp
from tests.support.seats import hold, sell


def set_status(office: Office, status: ShowStatus, *blocks: ShowBlock) -> StatusReport:
    return office.till.call(change_status, stamps=[stamp(block) for block in blocks], status=status)


def status_at_till(office: Office) -> list[str]:
    return [tile.status for tile in office.cashier.call(programme.list_shows, day=office.day)]


def test_drafts_go_on_sale_together_and_the_tills_have_them(office: Office) -> None:
    blocks = [office.create(office.at(20)), office.create(office.at(20), hall_id=office.other_hall_id)]
    report = set_status(office, ShowStatus.ON_SALE, *blocks)
    assert [block.status for block in report.changed] == [ShowStatus.ON_SALE] * 2
    assert status_at_till(office) == ["on_sale", "on_sale"]


def test_one_show_without_prices_does_not_keep_the_others_off_sale(office: Office) -> None:
    good, bad = office.create(office.at(20)), office.create(office.at(20), hall_id=office.other_hall_id)
    office.cinema.execute(
        "INSERT INTO boxoffice.price_list (venue_id, name, priority) SELECT 1, 'Empty ' || %s, -5", bad.show_id
    )
    office.cinema.execute(
        "UPDATE boxoffice.show SET price_list_id = (SELECT max(price_list_id) FROM boxoffice.price_list)"
        " WHERE show_id = %s",
        bad.show_id,
    )
    report = set_status(office, ShowStatus.ON_SALE, good, office.read(bad.show_id))
    office.cinema.execute("UPDATE boxoffice.price_list SET is_active = false WHERE name LIKE 'Empty%'")
    assert [block.show_id for block in report.changed] == [good.show_id]
    assert [(each.show_id, str(each.problem)) for each in report.refused] == [
        (bad.show_id, "The price list has no prices.")
    ]


def test_a_closed_show_is_not_sold_and_may_be_opened_again(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    closed = set_status(office, ShowStatus.CLOSED, block).changed[0]
    with pytest.raises(ShowNotOnSaleError):
        hold(office.cinema, office.cashier, "A1")
    set_status(office, ShowStatus.ON_SALE, closed)
    assert len(hold(office.cinema, office.cashier, "A1").seats) == 1


def test_a_cancelled_show_is_not_sold_at_any_till_not_even_what_lies_in_a_basket(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    held = hold(office.cinema, office.cashier, "A1")
    set_status(office, ShowStatus.CANCELLED, block)
    with pytest.raises(ConflictError):
        sell(office.cinema, office.cashier, "B1")
    with pytest.raises(ConflictError):
        office.cashier.call(sales.complete_sale, order=office.cinema.order(held.hold_id, "A1"))
    assert status_at_till(office) == ["cancelled"]


def test_a_cancelled_show_says_how_much_of_it_waits_to_be_paid_back(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1", "A2")
    (cancelled,) = set_status(office, ShowStatus.CANCELLED, office.read(block.show_id)).changed
    assert (cancelled.status, cancelled.sold) == (ShowStatus.CANCELLED, 2)


def test_a_cancelled_show_stays_cancelled(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    cancelled = set_status(office, ShowStatus.CANCELLED, block).changed[0]
    report = set_status(office, ShowStatus.ON_SALE, cancelled)
    assert [type(each.problem) for each in report.refused] == [WrongStatusError]


def test_the_hall_of_a_cancelled_show_is_free(office: Office) -> None:
    set_status(office, ShowStatus.CANCELLED, office.put_on_sale(office.at(20)))
    assert office.create(office.at(20)).status is ShowStatus.DRAFT


def test_asking_for_what_is_so_already_changes_nothing(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    assert set_status(office, ShowStatus.ON_SALE, block).changed == (block,)


def test_a_stale_view_changes_no_status(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    set_status(office, ShowStatus.CLOSED, block)
    report = set_status(office, ShowStatus.CANCELLED, block)
    assert isinstance(report.refused[0].problem, StaleShowError)
    assert report.refused[0].block is not None
    assert report.refused[0].block.status is ShowStatus.CLOSED


def test_an_unsold_show_comes_off_sale_and_is_a_draft_again(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    draft = set_status(office, ShowStatus.DRAFT, block).changed[0]
    assert (draft.status, status_at_till(office)) == (ShowStatus.DRAFT, [])
    assert set_status(office, ShowStatus.ON_SALE, draft).changed[0].status is ShowStatus.ON_SALE


def test_a_sold_show_does_not_become_a_draft(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sell(office.cinema, office.cashier, "A1")
    assert isinstance(set_status(office, ShowStatus.DRAFT, block).refused[0].problem, ShowHasSalesError)


def test_an_unknown_show_is_refused_for_itself(office: Office) -> None:
    report = office.till.call(change_status, stamps=[ShowStamp(show_id=9999, version=1)], status=ShowStatus.CANCELLED)
    assert [each.block for each in report.refused] == [None]


def test_a_cancelled_show_lists_whom_it_concerns_and_what_is_due(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    first = sell(office.cinema, office.cashier, "A1", "A2")
    sell(office.cinema, office.cashier, "E1")
    set_status(office, ShowStatus.CANCELLED, block)
    affected = office.till.call(list_affected_sales, show_id=block.show_id)
    assert [(each.seat_names, each.amount) for each in affected] == [(("A1", "A2"), 2400), (("E1",), 1500)]
    assert (affected[0].sale_id, affected[0].terminal_name) == (first.sale_id, "Counter 1")
    assert (affected[0].cashier, affected[0].payment_kinds) == ("Carla", ("cash",))
    due = [each for each in office.till.call(list_due_refunds) if each.block.show_id == block.show_id]
    assert [(each.sales, each.tickets, each.amount) for each in due] == [(2, 3, 3900)]


def test_reservations_are_among_those_concerned_with_name_and_phone(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    office.cashier.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=block.show_id,
        seat_ids=office.cinema.ids("C1", "C2"),
        name="Orlok",
        phone="+43 660 123 456",
    )
    affected = office.till.call(list_affected_sales, show_id=block.show_id)
    assert [(each.name, each.phone, each.seat_names, each.sale_id) for each in affected] == [
        ("Orlok", "+43660123456", ("C1", "C2"), None)
    ]
    assert (affected[0].cashier, affected[0].payment_kinds) == ("Carla", ())


def test_a_show_that_was_reserved_once_stays_and_can_still_change_its_hall(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    kept = office.cashier.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=block.show_id,
        seat_ids=office.cinema.ids("C1"),
        name="Orlok",
        phone="",
    )
    office.cashier.call(reservations.give_up_reservation, hold_id=kept.hold_id)
    draft = set_status(office, ShowStatus.DRAFT, office.read(block.show_id)).changed[0]
    with pytest.raises(ConflictError, match="put it on sale and cancel it"):
        office.till.call(discard_drafts, stamps=[stamp(draft)])
    moved = office.change(draft, hall_id=office.other_hall_id).after
    assert (office.read(block.show_id).status, moved.status) == (ShowStatus.CANCELLED, ShowStatus.DRAFT)


def test_the_list_of_those_concerned_is_written_for_paper_and_spreadsheet(office: Office) -> None:
    block = office.put_on_sale(office.at(20))
    sold = sell(office.cinema, office.cashier, "A1", "A2")
    written = office.till.call(export_affected, show_id=block.show_id, form=ContactForm.CSV).decode("utf-8-sig")
    heading, row = csv.reader(written.splitlines())
    assert heading[0] == "When"
    assert row[1:] == ["Counter 1", str(sold.number), "Carla", "", "", "A1, A2", "cash", "24.00"]
    assert office.till.call(export_affected, show_id=block.show_id, form=ContactForm.PDF).startswith(b"%PDF-")
    with pytest.raises(NotAllowedError):
        office.cashier.call(export_affected, show_id=block.show_id, form=ContactForm.CSV)


def test_a_cashier_changes_no_status(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        office.cashier.call(change_status, stamps=[], status=ShowStatus.CANCELLED)
