from dataclasses import replace
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import refunds
from boxoffice_desktop.services.corrections import OpenedSale, TicketChange, open_sale, price_changes
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.seats import sell


def opened(till: Till) -> OpenedSale:
    found = till.call(open_sale)
    assert found is not None
    return found


def change(cinema: Cinema, found: OpenedSale, seat_name: str, ticket_type: int = ADULT) -> TicketChange:
    return TicketChange(
        ticket_id=found.sale.tickets[0].ticket_id,
        ticket_type_id=ticket_type,
        key=cinema.keys(seat_name)[0],
        seat_name=seat_name,
    )


def test_without_a_sale_there_is_nothing_to_correct(cinema: Cinema) -> None:
    assert cinema.till().call(open_sale) is None


def test_the_last_sale_comes_with_its_types_shows_and_history(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    sell(cinema, till, "A2")
    found = opened(till)
    assert (found.sale.number, found.may_refund) == (2, False)
    assert [show.show_id for show in found.shows] == [cinema.show_id]
    assert [kind.name for kind in found.types] == ["Adult", "Child"]
    assert [line.what for line in found.history] == ["sold"]


def test_a_sale_that_was_taken_back_is_not_the_last_any_more(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "sid")
    sell(cinema, till, "A1")
    sell(cinema, till, "A2")
    found = opened(till)
    till.call(refunds.refund_tickets, order=refunds.plan_refund(found.sale, [found.sale.tickets[0].ticket_id]))
    assert opened(till).sale.number == 1


def test_changes_have_the_price_of_seat_and_type(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    changes = (change(cinema, found, "E2"), change(cinema, found, "A1", CHILD))
    assert till.call(price_changes, changes=changes) == (
        SaleLine(key=cinema.keys("E2")[0], ticket_type_id=ADULT, amount=1500),
        SaleLine(key=cinema.keys("A1")[0], ticket_type_id=CHILD, amount=800),
    )


def test_a_seat_that_the_show_does_not_have_is_told_at_the_field(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    elsewhere = replace(change(cinema, opened(till), "A2"), key=SeatKey(cinema.show_id, 999_999), seat_name="Z9")
    with pytest.raises(InvalidInputError) as refused:
        till.call(price_changes, changes=(elsewhere,))
    assert refused.value.field == "seat"
    assert "Z9" in str(refused.value)


def test_a_seat_that_left_the_hall_is_kept_by_who_has_it_and_by_nobody_else(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    cinema.execute("UPDATE boxoffice.seat SET retired_at = now() WHERE name IN ('A1', 'A2')")
    (line,) = till.call(price_changes, changes=(change(cinema, found, "A1", CHILD),))
    assert line.amount == 800
    with pytest.raises(InvalidInputError):
        till.call(price_changes, changes=(change(cinema, found, "A2"),))


def test_what_was_priced_is_sold(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    found = opened(till)
    lines = till.call(price_changes, changes=(change(cinema, found, "B5", CHILD),))
    order = refunds.plan_exchange(found.sale, [found.sale.tickets[0].ticket_id], hold_id=uuid4(), lines=lines)
    assert till.call(refunds.exchange_tickets, order=order).sale.total == 800
    assert find_wrong(cinema) == {}
