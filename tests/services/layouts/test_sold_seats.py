"""Tickets whose seats a new layout drops: the save itself pays them back, or moves them with their discounts."""

from collections.abc import Callable
from uuid import UUID

import pytest

from boxoffice_desktop.domain.errors import AlreadyRefundedError, NotAllowedError
from boxoffice_desktop.domain.layout.moving import remove
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services import cancellations, promotions, refunds, sales, seat_maps
from boxoffice_desktop.services.layouts.planning import AffectedSeat, Effect, plan_layout_change
from boxoffice_desktop.services.layouts.reading import load_layout
from boxoffice_desktop.services.layouts.saving import SavedLayout, SeatDecision, UndecidedSeatsError, save_layout
from boxoffice_desktop.services.sale_details import get_sale_details
from tests.support import promotions as offers
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

CARD = PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference="T 4711")
Drop = Callable[..., SavedLayout]


@pytest.fixture
def mona(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


def pay_back(cinema: Cinema, name: str, sale_id: UUID) -> SeatDecision:
    return SeatDecision(key=SeatKey(cinema.show_id, cinema.seats[name]), effect=Effect.RETIRED, pay_back=sale_id)


@pytest.fixture
def drop(cinema: Cinema, mona: Till) -> Drop:
    """Mona takes seats out of the hall, with decisions about who has them."""

    def run(*names: str, decisions: tuple[SeatDecision, ...]) -> SavedLayout:
        document = mona.call(load_layout, hall_id=cinema.hall_id)
        return mona.call(
            save_layout,
            hall_id=cinema.hall_id,
            document=remove(document, frozenset(cinema.ids(*names))),
            expected_version=document.layout_version,
            decisions=decisions,
        )

    return run


def list_affected(cinema: Cinema, till: Till, *names: str) -> tuple[AffectedSeat, ...]:
    document = till.call(load_layout, hall_id=cinema.hall_id)
    changed = remove(document, frozenset(cinema.ids(*names)))
    return till.call(plan_layout_change, hall_id=cinema.hall_id, document=changed).affected


def test_the_list_says_what_a_ticket_is_worth_to_who_may_pay_back(cinema: Cinema, mona: Till) -> None:
    sell(cinema, cinema.till(), "A1")
    (seat,) = list_affected(cinema, mona, "A1")
    assert (seat.value, seat.may_pay_back) == (1200, True)
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'refund'")
    (seat,) = list_affected(cinema, cinema.till("Counter 3", "mona"), "A1")
    assert (seat.value, seat.may_pay_back) == (1200, False)


def test_cash_waits_for_the_customer_at_any_till(cinema: Cinema, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1", "A2", "A3")
    saved = drop("A1", "A2", decisions=(pay_back(cinema, "A1", sale.sale_id), pay_back(cinema, "A2", sale.sale_id)))
    (paid,) = saved.paid_back
    assert (paid.sale_number, paid.seat_names) == (sale.number, ("A1", "A2"))
    assert [(part.kind, part.amount) for part in paid.money] == [("owed", 2400)]
    (waiting,) = cinema.till("Counter 2").call(cancellations.list_owed)
    assert (waiting.amount, waiting.seat_names) == (2400, ("A1", "A2"))
    details = cinema.till().call(get_sale_details, sale_id=sale.sale_id)
    assert [ticket.ended for ticket in details.tickets] == ["cancellation", "cancellation", None]
    opened = cinema.till("Counter 2").call(seat_maps.open_show, show_id=cinema.show_id)
    assert {"A1", "A2", "A3"} & {seat.name for seat in opened.picture.seats} == {"A3"}
    assert find_wrong(cinema) == {}


def test_a_card_gets_its_money_back_under_its_own_reference(cinema: Cinema, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1", payments=(CARD,))
    (paid,) = drop("A1", decisions=(pay_back(cinema, "A1", sale.sale_id),)).paid_back
    assert [(part.kind, part.amount, part.reference) for part in paid.money] == [("card", 1200, "T 4711")]
    assert find_wrong(cinema) == {}


def test_no_open_shift_is_needed_since_no_drawer_is(cinema: Cinema, mona: Till, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    cinema.execute(
        "UPDATE boxoffice.terminal_chain SET shift_id = NULL WHERE terminal_id = %s", cinema.logins["Counter 3"][0]
    )
    assert len(drop("A1", decisions=(pay_back(cinema, "A1", sale.sale_id),)).paid_back) == 1


def test_one_of_a_sale_is_moved_and_another_paid_back(cinema: Cinema, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1", "A2")
    key = SeatKey(cinema.show_id, cinema.seats["A1"])
    moved = SeatDecision(key=key, effect=Effect.RETIRED, move_to=cinema.seats["B1"])
    (paid,) = drop("A1", "A2", decisions=(moved, pay_back(cinema, "A2", sale.sale_id))).paid_back
    assert (paid.seat_names, [part.amount for part in paid.money]) == (("A2",), [1200])
    assert cinema.query(
        "SELECT e.name FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id) WHERE k.voided_by IS NULL"
    ) == [("B1",)]
    assert find_wrong(cinema) == {}


def test_who_bought_the_seat_since_is_asked_about_anew(cinema: Cinema, drop: Drop) -> None:
    till = cinema.till()
    first = till.call(get_sale_details, sale_id=sell(cinema, till, "A1").sale_id)
    order = refunds.plan_refund(first, [first.tickets[0].ticket_id], kind=RefundKind.VOID)
    till.call(refunds.refund_tickets, order=order)
    second = sell(cinema, cinema.till("Counter 2"), "A1")
    with pytest.raises(UndecidedSeatsError) as refusal:
        drop("A1", decisions=(pay_back(cinema, "A1", first.sale_id),))
    assert [seat.sale_id for seat in refusal.value.seats] == [second.sale_id]
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(1,)]


def test_who_may_not_refund_saves_nothing(cinema: Cinema, mona: Till, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'refund'")
    with pytest.raises(NotAllowedError):
        drop("A1", decisions=(pay_back(cinema, "A1", sale.sale_id),))
    assert cinema.query("SELECT count(*) FROM boxoffice.seat WHERE retired_at IS NOT NULL") == [(0,)]


def test_who_is_inside_is_not_paid_back(cinema: Cinema, mona: Till, drop: Drop) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    cinema.execute(
        "INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)"
        " SELECT k.ticket_id, k.show_id, gen_random_uuid(), 'Door', k.terminal_id, s.staff_id, clock_timestamp()"
        "   FROM boxoffice.ticket k JOIN boxoffice.sale s USING (sale_id)"
    )
    (seat,) = list_affected(cinema, mona, "A1")
    assert not seat.may_pay_back
    with pytest.raises(AlreadyRefundedError):
        drop("A1", decisions=(pay_back(cinema, "A1", sale.sale_id),))
    assert cinema.query("SELECT count(*) FROM boxoffice.seat WHERE retired_at IS NOT NULL") == [(0,)]


def test_a_ticket_takes_its_discount_and_its_fee_to_another_seat(cinema: Cinema, mona: Till, drop: Drop) -> None:
    offers.save(mona)
    mona.call(promotions.save_fee, amount=150, tax_rate_id=1)
    till = cinema.till()
    till.call(sales.complete_sale, order=offers.basket(cinema, till, "A1"))
    key = SeatKey(cinema.show_id, cinema.seats["A1"])
    drop("A1", decisions=(SeatDecision(key=key, effect=Effect.RETIRED, move_to=cinema.seats["B1"]),))
    assert cinema.query(
        "SELECT e.name, v.amount FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id)"
        " JOIN LATERAL boxoffice.ticket_values(k.sale_id, true) v ON v.ticket_id = k.ticket_id"
        " WHERE k.voided_by IS NULL"
    ) == [("B1", 750)]
    assert find_wrong(cinema) == {}


def test_a_discount_and_the_fee_are_paid_back_as_they_were_paid(cinema: Cinema, mona: Till, drop: Drop) -> None:
    offers.save(mona)
    mona.call(promotions.save_fee, amount=150, tax_rate_id=1)
    till = cinema.till()
    sale = till.call(sales.complete_sale, order=offers.basket(cinema, till, "A1", "A2"))
    (paid,) = drop("A1", decisions=(pay_back(cinema, "A1", sale.sale_id),)).paid_back
    assert [(part.kind, part.amount) for part in paid.money] == [("owed", 750)]
    assert find_wrong(cinema) == {}
