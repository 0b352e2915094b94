from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
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
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine
from boxoffice_desktop.services import holds, sales
from tests.support.cinema import ADULT, CHILD, Cinema
from tests.support.seats import end_show, expire, hold, keep, seat_rows, sell

CARD_NUMBER = "4111 1111 1111 1111"


def test_a_sale_of_held_seats_is_stored_whole(cinema: Cinema) -> None:
    till = cinema.till()
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1", "A2"))
    order = cinema.order(hold_id, "A1", "A2")
    sale = till.call(sales.complete_sale, order=order)
    assert (sale.number, sale.total, sale.change) == (1, 2400, 0)
    assert [ticket.serial for ticket in sale.tickets] == [1, 2]
    assert cinema.query("SELECT count(*) FROM boxoffice.show_seat WHERE state = 'sold'") == [(2,)]
    sealed = cinema.query("SELECT encode(hash, 'hex') FROM boxoffice.journal WHERE kind = 'sale'")
    assert sealed == [(sale.journal_hash,)]


def test_numbers_and_serials_run_per_terminal(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    sell(cinema, one, "A1", "A2")
    sell(cinema, two, "B1")
    sell(cinema, one, "A3")
    assert _numbers(cinema) == [("Counter 1", 1, 1, 2), ("Counter 1", 2, 3, 1), ("Counter 2", 1, 1, 1)]


def test_a_refused_sale_leaves_no_gap_in_the_numbers(cinema: Cinema) -> None:
    till = cinema.till()
    sell(cinema, till, "A1")
    with pytest.raises(ConflictError):
        _sell_at(cinema, till, 1100, "A2")
    # This one gets as far as its number: the database refuses the payment.
    held = hold(cinema, till, "A3")
    order = cinema.order(held.hold_id, "A3")
    cinema.execute("ALTER TABLE boxoffice.payment ADD CONSTRAINT no_money_now CHECK (amount < 0) NOT VALID")
    with pytest.raises(Exception, match="no_money_now"):
        till.call(sales.complete_sale, order=order)
    cinema.execute("ALTER TABLE boxoffice.payment DROP CONSTRAINT no_money_now")
    sell(cinema, till, "A4")
    assert [row[1:] for row in _numbers(cinema)] == [(1, 1, 1), (2, 2, 1)]


def test_a_rolled_back_sale_leaves_no_gap_in_the_numbers(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")

    def work(session: Any) -> None:
        sales.complete_sale(session, till.context, order=cinema.order(held.hold_id, "A1"))
        raise ConflictError("changed my mind")

    with pytest.raises(ConflictError, match="changed my mind"):
        till.database.run(work)
    assert till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1")).number == 1


def test_the_same_order_twice_is_one_sale(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    order = cinema.order(held.hold_id, "A1", "A2")
    first = till.call(sales.complete_sale, order=order)
    second = till.call(sales.complete_sale, order=order)
    assert second == replace(first, repeated=True)
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(1,)]


def test_another_tills_sale_is_not_answered(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    order = cinema.order(held.hold_id, "A1")
    till.call(sales.complete_sale, order=order)
    with pytest.raises(ConflictError, match="another till"):
        cinema.till("Counter 2").call(sales.complete_sale, order=order)


def test_lines_are_stored_in_the_order_of_their_seats(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "B2", "A1")
    sale = till.call(sales.complete_sale, order=cinema.order(held.hold_id, "B2", "A1"))
    assert [ticket.key for ticket in sale.tickets] == list(cinema.keys("A1", "B2"))


def test_two_shows_are_sold_in_one_sale(cinema: Cinema) -> None:
    till = cinema.till()
    show_id = _second_show(cinema)
    held = hold(cinema, till, "A1")
    till.call(
        holds.hold_seats,
        hold_id=held.hold_id,
        show_id=show_id,
        seat_ids=cinema.ids("A1"),
        basket=cinema.keys("A1"),
    )
    lines = tuple(
        SaleLine(key=SeatKey(show, cinema.seats["A1"]), ticket_type_id=ADULT, amount=1200)
        for show in (cinema.show_id, show_id)
    )
    order = cinema.order(held.hold_id, lines=lines, payments=(_cash(2400),))
    assert [ticket.key.show_id for ticket in till.call(sales.complete_sale, order=order).tickets] == [
        cinema.show_id,
        show_id,
    ]


def test_change_is_what_was_given_beyond_the_price(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1", payments=(_cash(1200, given=2000),))
    assert sale.change == 800


def test_cash_and_card_together_cover_a_sale(cinema: Cinema) -> None:
    card = PaymentGiven(kind=PaymentKind.CARD, amount=700, given=700, reference="T 0815")
    sell(cinema, cinema.till(), "A1", payments=(_cash(500), card))
    assert cinema.query("SELECT kind, amount, reference FROM boxoffice.payment ORDER BY line") == [
        ("cash", 500, ""),
        ("card", 700, "T 0815"),
    ]


def test_a_child_pays_the_childs_price(cinema: Cinema) -> None:
    assert sell(cinema, cinema.till(), "A1", ticket_type=CHILD).total == 800


def test_a_price_that_is_not_the_shows_is_refused(cinema: Cinema) -> None:
    with pytest.raises(ConflictError, match="price of A1 has changed"):
        _sell_at(cinema, cinema.till(), 1100, "A1")


def test_a_ticket_type_without_a_price_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    line = SaleLine(key=cinema.keys("A1")[0], ticket_type_id=99, amount=1200)
    with pytest.raises(ConflictError, match="price of A1"):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", lines=(line,)))


@pytest.mark.parametrize(
    ("payment", "field"),
    [
        (PaymentGiven(kind=PaymentKind.CASH, amount=1100, given=1100), "payments"),
        (PaymentGiven(kind=PaymentKind.CASH, amount=1200, given=1100), "given"),
        (PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1300), "given"),
        (PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference="x" * 41), "reference"),
        (PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference=CARD_NUMBER), "reference"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(cinema: Cinema, payment: PaymentGiven, field: str) -> None:
    till = cinema.till()
    with pytest.raises(InvalidInputError) as refused:
        sell(cinema, till, "A1", payments=(payment,))
    assert refused.value.field == field


def test_a_negative_payment_is_refused(cinema: Cinema) -> None:
    with pytest.raises(InvalidInputError):
        sell(cinema, cinema.till(), "A1", payments=(_cash(1300), _cash(-100)))


def test_the_database_itself_stores_no_card_number(cinema: Cinema) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    with pytest.raises(psycopg.errors.CheckViolation):
        cinema.execute(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, reference)"
            " VALUES (%s, 2, 'card', 1, 1, %s)",
            sale.sale_id,
            CARD_NUMBER,
        )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (CARD_NUMBER, True),
        ("ref 5500-0000-0000-0004.", True),
        ("4111 1111 1111 1112", False),
        # A card number may hide in a longer run of digits: the database's rule is the till's (test_card_numbers).
        ("20261120174500123456789", True),
    ],
)
def test_the_database_knows_card_numbers(shared_cinema: Cinema, text: str, answer: bool) -> None:  # noqa: FBT001
    assert shared_cinema.query("SELECT boxoffice.looks_like_card_number(%s)", text) == [(answer,)]


def test_a_sale_without_seats_is_refused(cinema: Cinema) -> None:
    with pytest.raises(InvalidInputError):
        cinema.till().call(sales.complete_sale, order=cinema.order(uuid4(), payments=()))


def test_a_seat_is_not_sold_twice_in_one_sale(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    with pytest.raises(InvalidInputError):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", "A1"))


def test_an_unknown_seat_is_not_found(cinema: Cinema) -> None:
    till = cinema.till()
    line = SaleLine(key=SeatKey(cinema.show_id, 10**6), ticket_type_id=ADULT, amount=1200)
    with pytest.raises(NotFoundError):
        till.call(sales.complete_sale, order=cinema.order(uuid4(), lines=(line,), payments=(_cash(1200),)))


def test_a_sale_over_the_venues_limit_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 1")
    with pytest.raises(BasketFullError):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", "A2"))


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_a_show_that_left_the_sale_meanwhile_is_refused(cinema: Cinema, status: str) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.show SET status = %s", status)
    with pytest.raises(ShowNotOnSaleError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"))
    assert refused.value.status == status


def test_a_show_that_ended_meanwhile_is_not_sold(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    end_show(cinema)
    with pytest.raises(ShowNotOnSaleError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"))
    assert refused.value.status == "over"


def test_an_expired_hold_is_not_sold(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    with pytest.raises(HoldExpiredError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"))
    assert refused.value.seat_names == ("A1",)


def test_a_hold_that_was_let_go_is_not_sold(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    till.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys("A2"))
    with pytest.raises(HoldExpiredError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", "A2"))
    assert refused.value.seat_names == ("A2",)


def test_seats_that_another_till_took_are_refused_by_name(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1")
    expire(cinema, "A1")
    hold(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(SeatsUnavailableError) as refused:
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1"))
    assert [(seat.seat_name, seat.holder) for seat in refused.value.seats] == [("A1", "Counter 2")]


def test_one_lost_seat_leaves_the_whole_sale_undone(cinema: Cinema) -> None:
    till = cinema.till()
    held = hold(cinema, till, "A1", "A2")
    expire(cinema, "A2")
    with pytest.raises(HoldExpiredError):
        till.call(sales.complete_sale, order=cinema.order(held.hold_id, "A1", "A2"))
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(0,)]
    assert [row[1] for row in seat_rows(cinema, "A1")] == ["held"]


def test_nobody_sells_before_sign_in(cinema: Cinema) -> None:
    with pytest.raises(NotSignedInError):
        cinema.till(user_name=None).call(sales.complete_sale, order=cinema.order(uuid4(), "A1"))


def test_nobody_sells_without_the_permission(cinema: Cinema) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    with pytest.raises(NotAllowedError):
        cinema.till().call(sales.complete_sale, order=cinema.order(uuid4(), "A1"))


def test_a_house_seat_is_not_sold_by_its_holds_id(cinema: Cinema) -> None:
    hold_id = keep(cinema, "house", "Counter 1", "A1")
    with pytest.raises(ConflictError):
        cinema.till().call(sales.complete_sale, order=cinema.order(hold_id, "A1"))


def _cash(amount: int, given: int | None = None) -> PaymentGiven:
    return PaymentGiven(kind=PaymentKind.CASH, amount=amount, given=amount if given is None else given)


def _sell_at(cinema: Cinema, till: Any, amount: int, name: str) -> None:
    line = SaleLine(key=cinema.keys(name)[0], ticket_type_id=ADULT, amount=amount)
    sell(cinema, till, name, lines=(line,), payments=(_cash(amount),))


def _numbers(cinema: Cinema) -> list[tuple[Any, ...]]:
    return cinema.query(
        "SELECT t.name, s.number, s.first_serial, s.ticket_count FROM boxoffice.sale s"
        " JOIN boxoffice.terminal t USING (terminal_id) ORDER BY 1, 2"
    )


def _second_show(cinema: Cinema) -> int:
    from datetime import timedelta

    from boxoffice_desktop.services import programme

    manager = cinema.till("Counter 3", "mona")
    show_id = manager.call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=cinema.hall_id,
        starts_at=cinema.starts_at + timedelta(hours=5),
    )
    manager.call(programme.put_on_sale, show_ids=(show_id,))
    return show_id
