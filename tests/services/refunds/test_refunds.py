from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import (
    AlreadyRefundedError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    SeatsUnavailableError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.refunding import MoneyBack, RefundKind
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine
from boxoffice_desktop.services import journal, refunds
from boxoffice_desktop.services.sale_details import SaleDetails, find_last_sale, find_sale, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.seats import hold, sell

CARD = PaymentKind.CARD


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


def details(cinema: Cinema, till: Till, *names: str, kind: PaymentKind = PaymentKind.CASH) -> SaleDetails:
    payment = PaymentGiven(kind=kind, amount=1200 * len(names), given=1200 * len(names), reference="T1")
    sale = sell(cinema, till, *names, payments=(payment,))
    return till.call(get_sale_details, sale_id=sale.sale_id)


def take(till: Till, sale: SaleDetails, count: int | None = None, **changes: Any) -> Any:
    tickets = [ticket.ticket_id for ticket in sale.tickets][:count]
    return till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, tickets, **changes))


def states(cinema: Cinema, *names: str) -> list[str]:
    rows = cinema.query(
        "SELECT state FROM boxoffice.show_seat WHERE show_id = %s AND seat_id = ANY(%s) ORDER BY seat_id",
        cinema.show_id,
        list(cinema.ids(*names)),
    )
    return [row[0] for row in rows]


def assert_journal_holds(cinema: Cinema, till: Till) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine("postgresql+psycopg://", creator=cinema.admin)
    try:
        with Session(engine) as session:
            session.connection(execution_options={"isolation_level": "READ COMMITTED"})
            assert journal.verify_journal(session, till.context).faults == ()
    finally:
        engine.dispose()


def test_a_refund_frees_the_seats_and_gives_cash_back(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1", "A2")
    done = take(till, sale)
    assert (done.number, done.total, [(m.kind, m.amount) for m in done.money]) == (1, 2400, [("cash", 2400)])
    assert states(cinema, "A1", "A2") == ["available", "available"]
    assert find_wrong(cinema) == {}
    assert_journal_holds(cinema, till)


def test_some_tickets_go_back_and_the_others_stay(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1", "A2")
    take(till, sale, 1)
    assert states(cinema, "A1", "A2") == ["available", "sold"]
    again = till.call(get_sale_details, sale_id=sale.sale_id)
    assert [ticket.ended for ticket in again.tickets] == ["refund", None]
    assert [(part.amount, part.left) for part in again.payments] == [(2400, 1200)]


def test_a_freed_seat_is_sold_again(cinema: Cinema, till: Till) -> None:
    take(till, details(cinema, till, "A1"))
    details(cinema, till, "A1")
    assert find_wrong(cinema) == {}


def test_the_same_order_twice_is_one_refund(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    first = till.call(refunds.refund_tickets, order=order)
    assert till.call(refunds.refund_tickets, order=order) == first
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(1,)]


def test_a_ticket_goes_back_once_and_the_second_hears_who_and_where(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    take(till, sale)
    with pytest.raises(AlreadyRefundedError) as refused:
        take(cinema.till("Counter 2", "mona"), sale)
    error = refused.value
    assert (error.why, error.seat, error.place, error.person) == ("refund", "A1", "Counter 1", "Sid")


def test_somebody_inside_gets_nothing_back(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    admit(cinema, sale.tickets[0].ticket_id)
    with pytest.raises(AlreadyRefundedError) as refused:
        take(till, sale)
    assert (refused.value.why, refused.value.person) == ("admitted", "Carla")


def admit(cinema: Cinema, ticket_id: int) -> None:
    with cinema.admin() as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(
            "INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)"
            " VALUES (%s, %s, gen_random_uuid(), 'Door', 1, 1, now())",
            (ticket_id, cinema.show_id),
        )


def test_a_card_refund_carries_the_terminals_reference(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1", kind=CARD)
    with pytest.raises(InvalidInputError) as refused:
        take(till, sale)
    assert refused.value.field == "reference"
    done = take(till, sale, reference="R 77")
    assert [(m.kind, m.reference) for m in done.money] == [("card", "R 77")]


def test_a_card_number_is_never_a_reference(cinema: Cinema, till: Till) -> None:
    with pytest.raises(InvalidInputError, match="card number"):
        take(till, details(cinema, till, "A1", kind=CARD), reference="4111 1111 1111 1111")


def test_a_cashier_refunds_with_an_approval_only(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    sale = details(cinema, till, "A1")
    with pytest.raises(NotAllowedError) as refused:
        take(till, sale)
    assert refused.value.permission == "refund"


def test_a_cashier_voids_the_own_sale_whole(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    sale = details(cinema, till, "A1", "A2")
    assert sale.is_mine
    with pytest.raises(ConflictError, match="whole"):
        take(till, sale, 1, kind=RefundKind.VOID)
    assert take(till, sale, kind=RefundKind.VOID).total == 2400
    assert_journal_holds(cinema, till)


def test_no_other_tills_sale_is_voided(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(ConflictError, match="open shift"):
        take(till, sale, kind=RefundKind.VOID)
    assert take(till, sale).total == 1200


def test_without_a_shift_no_money_goes_back(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.terminal_chain SET shift_id = NULL WHERE terminal_id = 1")
    with pytest.raises(ShiftClosedError):
        take(till, sale)


@pytest.mark.parametrize(
    "money",
    [
        (),
        ((1199, "cash"),),
        ((1201, "cash"),),
        ((1200, "card"),),
        ((1200, "owed"),),
        ((1200, "exchange"),),
        ((1200, "gift_card"),),
        ((600, "cash"), (601, "cash")),
    ],
    ids=str,
)
def test_money_goes_back_as_it_came_and_no_more(cinema: Cinema, till: Till, money: Sequence[tuple[int, str]]) -> None:
    sale = details(cinema, till, "A1")
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    parts = tuple(
        MoneyBack(payment_id=sale.payments[0].payment_id, kind=kind, amount=amount, reference="R")
        for amount, kind in money
    )
    with pytest.raises(ConflictError):
        till.call(refunds.refund_tickets, order=type(order)(**{**fields(order), "money": parts}))
    assert states(cinema, "A1") == ["sold"]


def fields(order: Any) -> dict[str, Any]:
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


def test_the_money_of_another_sale_does_not_go_back(cinema: Cinema, till: Till) -> None:
    sale, other = details(cinema, till, "A1"), details(cinema, till, "A2")
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    parts = (MoneyBack(payment_id=other.payments[0].payment_id, kind="cash", amount=1200),)
    with pytest.raises(ConflictError, match="the way it came"):
        till.call(refunds.refund_tickets, order=type(order)(**{**fields(order), "money": parts}))


def test_tickets_of_another_sale_are_refused(cinema: Cinema, till: Till) -> None:
    sale, other = details(cinema, till, "A1"), details(cinema, till, "A2")
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    wrong = type(order)(**{**fields(order), "ticket_ids": (other.tickets[0].ticket_id,)})
    with pytest.raises(ConflictError, match="not tickets of this sale"):
        till.call(refunds.refund_tickets, order=wrong)


def line(cinema: Cinema, name: str, ticket_type: int = ADULT, amount: int = 1200) -> SaleLine:
    return SaleLine(key=cinema.keys(name)[0], ticket_type_id=ticket_type, amount=amount)


def test_an_exchange_to_another_seat_costs_nothing_and_kills_the_old_code(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    basket = hold(cinema, till, "B1")
    order = refunds.plan_exchange(
        sale, [sale.tickets[0].ticket_id], hold_id=basket.hold_id, lines=(line(cinema, "B1"),)
    )
    done = till.call(refunds.exchange_tickets, order=order)
    assert (done.refund.total, done.sale.total, done.sale.change) == (1200, 1200, 0)
    assert states(cinema, "A1", "B1") == ["available", "sold"]
    assert till.call(refunds.exchange_tickets, order=order).sale.number == done.sale.number
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(2,)]
    assert find_wrong(cinema) == {}
    assert_journal_holds(cinema, till)


def test_the_type_of_the_last_sale_is_corrected_and_the_difference_returned(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    details(cinema, till, "A1", "A2")
    sale = till.call(find_last_sale)
    assert sale is not None
    order = refunds.plan_exchange(
        sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=(line(cinema, "A1", CHILD, 800),)
    )
    done = till.call(refunds.exchange_tickets, order=order)
    assert sorted((m.kind, m.amount) for m in done.refund.money) == [("cash", 400), ("exchange", 800)]
    assert states(cinema, "A1", "A2") == ["sold", "sold"]
    assert find_wrong(cinema) == {}
    assert_journal_holds(cinema, till)


def test_the_difference_is_paid_on_top(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    basket = hold(cinema, till, "E1")
    order = refunds.plan_exchange(
        sale,
        [sale.tickets[0].ticket_id],
        hold_id=basket.hold_id,
        lines=(line(cinema, "E1", ADULT, 1500),),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=300, given=500),),
    )
    assert till.call(refunds.exchange_tickets, order=order).sale.change == 200
    assert cinema.query("SELECT kind, amount, origin FROM boxoffice.payment ORDER BY payment_id DESC LIMIT 2") == [
        ("cash", 300, None),
        ("exchange", 1200, "cash"),
    ]


def test_the_payment_of_the_last_sale_is_corrected(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    sale = details(cinema, till, "A1")
    order = refunds.plan_exchange(
        sale,
        [sale.tickets[0].ticket_id],
        hold_id=uuid4(),
        lines=(line(cinema, "A1"),),
        carried=0,
        payments=(PaymentGiven(kind=CARD, amount=1200, given=1200, reference="T2"),),
    )
    done = till.call(refunds.exchange_tickets, order=order)
    assert [(m.kind, m.amount) for m in done.refund.money] == [("cash", 1200)]
    assert find_wrong(cinema) == {}


def test_what_was_exchanged_goes_back_by_its_first_way(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1", kind=CARD)
    order = refunds.plan_exchange(
        sale, [sale.tickets[0].ticket_id], hold_id=hold(cinema, till, "B1").hold_id, lines=(line(cinema, "B1"),)
    )
    new = till.call(get_sale_details, sale_id=till.call(refunds.exchange_tickets, order=order).sale.sale_id)
    assert [part.way for part in new.payments] == ["card"]
    assert take(till, new, reference="R1").money[0].kind == "card"


def test_an_exchange_into_a_seat_of_somebody_else_changes_nothing(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    hold(cinema, cinema.till("Counter 2"), "B1")
    order = refunds.plan_exchange(sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=(line(cinema, "B1"),))
    with pytest.raises(SeatsUnavailableError):
        till.call(refunds.exchange_tickets, order=order)
    assert states(cinema, "A1") == ["sold"]
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(0,)]


def test_value_does_not_vanish_between_old_and_new(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    order = refunds.plan_exchange(sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=(line(cinema, "A1"),))
    cash = PaymentGiven(kind=PaymentKind.CASH, amount=1200, given=1200)
    paid_again = type(order)(refund=order.refund, sale=type(order.sale)(**{**fields(order.sale), "payments": (cash,)}))
    with pytest.raises(ConflictError, match="take over"):
        till.call(refunds.exchange_tickets, order=paid_again)


def test_a_sale_is_found_by_number_and_till(cinema: Cinema, till: Till) -> None:
    sale = details(cinema, till, "A1")
    assert till.call(find_sale, number=1) == sale
    assert till.call(find_sale, number=2) is None
    other = cinema.till("Counter 2")
    assert other.call(find_sale, number=1) is None
    found = other.call(find_sale, number=1, terminal_name="Counter 1")
    assert found is not None
    assert (found.sale_id, found.is_mine) == (sale.sale_id, False)
    assert till.call(find_sale, sale_id=uuid4()) is None


def test_a_sale_is_found_by_the_code_of_a_ticket(cinema: Cinema, till: Till) -> None:
    sold = sell(cinema, till, "A1")
    found = cinema.till("Counter 2").call(find_sale, code=sold.tickets[0].code)
    assert found is not None
    assert found.sale_id == sold.sale_id
    assert till.call(find_sale, code=bytes(16)) is None
