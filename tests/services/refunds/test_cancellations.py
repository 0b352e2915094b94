from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import AlreadyRefundedError, ConflictError, NotAllowedError
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services import cancellations, history
from boxoffice_desktop.services.cancellations import OwedCash
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, sell

CARD = PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference="T 4711")


@pytest.fixture
def boss(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


@pytest.fixture
def cancelled(cinema: Cinema) -> Cinema:
    """A cancelled show with a sale by cash at one till and a sale by card at another."""
    sell(cinema, cinema.till("Counter 1"), "A1", "A2")
    sell(cinema, cinema.till("Counter 2"), "A3", payments=(CARD,))
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = %s", cinema.show_id)
    return cinema


def run(cinema: Cinema, boss: Till) -> int:
    done = 0
    for sale_id in boss.call(cancellations.list_sales_to_refund, show_id=cinema.show_id):
        done += boss.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale_id) is not None
    return done


def owed(boss: Till) -> OwedCash:
    (waiting,) = boss.call(cancellations.list_owed)
    return waiting


def test_all_sales_go_back_cash_waits_and_cards_are_listed(cancelled: Cinema, boss: Till) -> None:
    assert run(cancelled, boss) == 2
    waiting = owed(boss)
    assert (waiting.amount, waiting.seat_names, waiting.terminal_name) == (2400, ("A1", "A2"), "Counter 1")
    cards = boss.call(cancellations.list_card_refunds, show_id=cancelled.show_id)
    assert [(card.reference, card.amount, card.terminal_name) for card in cards] == [("T 4711", 1200, "Counter 2")]
    assert find_wrong(cancelled) == {}


def test_running_it_twice_changes_nothing(cancelled: Cinema, boss: Till) -> None:
    sales = boss.call(cancellations.list_sales_to_refund, show_id=cancelled.show_id)
    run(cancelled, boss)
    assert run(cancelled, boss) == 0
    other = cancelled.till("Counter 2", "sid")
    for sale_id in sales:
        assert other.call(cancellations.refund_cancelled_sale, show_id=cancelled.show_id, sale_id=sale_id) is None
    assert cancelled.query("SELECT count(*), sum(total) FROM boxoffice.refund") == [(2, 3600)]


def test_a_run_that_was_interrupted_is_finished_by_the_next(cancelled: Cinema, boss: Till) -> None:
    first = boss.call(cancellations.list_sales_to_refund, show_id=cancelled.show_id)[0]
    boss.call(cancellations.refund_cancelled_sale, show_id=cancelled.show_id, sale_id=first)
    assert run(cancelled, boss) == 1


def test_a_show_that_is_not_cancelled_is_not_paid_back(cinema: Cinema, boss: Till) -> None:
    sale = sell(cinema, cinema.till(), "A1")
    assert boss.call(cancellations.list_sales_to_refund, show_id=cinema.show_id) == ()
    with pytest.raises(ConflictError, match="not cancelled"):
        boss.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale.sale_id)


def test_a_cashier_does_not_pay_a_show_back(cancelled: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cancelled.till("Counter 1").call(cancellations.list_sales_to_refund, show_id=cancelled.show_id)


def test_owed_cash_is_paid_out_at_any_till_once(cancelled: Cinema, boss: Till) -> None:
    run(cancelled, boss)
    waiting, key = owed(boss), uuid4()
    till = cancelled.till("Counter 2")
    paid = till.call(cancellations.pay_out, payout_id=key, refund_id=waiting.refund_id, line=waiting.line)
    assert (paid.amount, paid.rounding) == (2400, 0)
    assert till.call(cancellations.pay_out, payout_id=key, refund_id=waiting.refund_id, line=waiting.line) == paid
    with pytest.raises(AlreadyRefundedError) as refused:
        boss.call(cancellations.pay_out, payout_id=uuid4(), refund_id=waiting.refund_id, line=waiting.line)
    assert (refused.value.why, refused.value.place, refused.value.person) == ("paid_out", "Counter 2", "Carla")
    assert boss.call(cancellations.list_owed) == ()


def test_what_goes_back_on_a_card_is_not_paid_out(cancelled: Cinema, boss: Till) -> None:
    run(cancelled, boss)
    ((refund_id,),) = cancelled.query("SELECT refund_id FROM boxoffice.refund_payment WHERE kind = 'card'")
    with pytest.raises(ConflictError, match="Nothing is owed"):
        boss.call(cancellations.pay_out, payout_id=uuid4(), refund_id=refund_id, line=1)


def test_a_seat_and_a_sale_tell_their_history(cancelled: Cinema, boss: Till) -> None:
    run(cancelled, boss)
    (seat,) = cancelled.ids("A1")
    lines = boss.call(history.list_seat_history, show_id=cancelled.show_id, seat_id=seat)
    assert [(line.what, line.place, line.person) for line in lines] == [
        ("cancellation", "Counter 3", "Mona"),
        ("sold", "Counter 1", "Carla"),
        ("held", "Counter 1", "Carla"),
    ]
    sale_id = lines[0].sale_id
    assert sale_id is not None
    assert [line.what for line in boss.call(history.list_sale_history, sale_id=sale_id)] == ["cancellation", "sold"]


def test_a_seat_nobody_bought_tells_who_held_it(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "B1")
    (line,) = till.call(history.list_seat_history, show_id=cinema.show_id, seat_id=cinema.seats["B1"])
    assert (line.what, line.place) == ("held", "Counter 1")
