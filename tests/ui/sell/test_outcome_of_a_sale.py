"""What the till says and does when a sale does not simply succeed."""

from time import monotonic

import pytest
from PySide6.QtCore import Qt

from boxoffice_desktop.domain.errors import (
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    SeatHolder,
    SeatsUnavailableError,
)
from boxoffice_desktop.services.context import ResumedAttempt
from boxoffice_desktop.ui.sell import sale_flow
from boxoffice_desktop.ui.sell.phase import Phase
from tests.ui.sell.conftest import Counter

Key = Qt.Key


@pytest.fixture(autouse=True)
def _asks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sale_flow, "_ASK_AGAIN_MS", 30)


def pay(counter: Counter) -> None:
    counter.press("2", Key.Key_Return)
    counter.hit(Key.Key_Return)


def test_a_stored_sale_with_a_lost_answer_ends_as_one_sale(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [OutcomeUnknownError()]
    open_counter.desk.stores_before_fault = True
    pay(open_counter)
    open_counter.wait(lambda: open_counter.phase is Phase.DONE)
    assert len(open_counter.desk.sales) == 1
    assert open_counter.basket() == []


def test_while_the_outcome_is_unknown_everything_is_locked(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [OutcomeUnknownError()]
    open_counter.desk.resumed = [DatabaseUnavailableError("gone")] * 100_000
    pay(open_counter)
    panel = open_counter.page.payment_panel
    open_counter.wait(lambda: "Do not take the money again" in panel.status_text())
    assert not open_counter.page.may_leave()
    for key in (Key.Key_Return, Key.Key_Escape, Key.Key_C):
        open_counter.hit(key)
    open_counter.page.leave()
    assert open_counter.phase is Phase.PAYING
    assert len(open_counter.desk.orders) == 1
    open_counter.desk.resumed = []
    open_counter.wait(open_counter.page.may_leave)


def test_a_sale_that_was_not_stored_gives_the_money_back(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [OutcomeUnknownError()]
    pay(open_counter)
    open_counter.wait(lambda: open_counter.phase is Phase.CHOOSING)
    open_counter.settle()
    assert "Nothing was sold. If you took money, give it back." in open_counter.message
    assert open_counter.desk.sales == {}
    assert open_counter.basket() == []


def test_an_attempt_that_nobody_remembers_is_sent_again_as_the_same_sale(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [OutcomeUnknownError()]
    open_counter.desk.resumed = [()]
    pay(open_counter)
    open_counter.wait(lambda: open_counter.phase is Phase.DONE)
    first, second = open_counter.desk.orders
    assert first == second


def test_a_bug_while_selling_counts_as_an_unknown_outcome(open_counter: Counter) -> None:
    bug = KeyError("surprise")
    open_counter.desk.sell_faults = [bug]
    open_counter.desk.stores_before_fault = True
    pay(open_counter)
    open_counter.wait(lambda: open_counter.phase is Phase.DONE)
    assert open_counter.posted == [bug]
    assert len(open_counter.desk.sales) == 1


def test_a_busy_database_lets_the_cashier_try_the_same_sale_again(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [BusyError()]
    pay(open_counter)
    open_counter.settle()
    assert open_counter.phase is Phase.PAYING
    assert "Try again before you take the money" in open_counter.page.payment_panel.status_text()
    open_counter.press(Key.Key_Return)
    assert open_counter.phase is Phase.DONE
    assert open_counter.desk.orders[0].sale_id == open_counter.desk.orders[1].sale_id


def test_another_payment_after_a_refusal_is_another_sale(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [BusyError()]
    pay(open_counter)
    open_counter.settle()
    open_counter.press("5", "0", Key.Key_Return)
    first, second = open_counter.desk.orders
    assert first.sale_id != second.sale_id


def test_a_hold_that_ended_on_the_server_sells_nothing(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    open_counter.desk.clock += 1000
    open_counter.press(Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING
    assert open_counter.message.startswith("Hold ended, seats are free again. Nothing was sold.")


def test_a_seat_lost_to_another_counter_is_named_and_the_others_can_be_taken_again(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    lost, kept = sorted(open_counter.desk.held_by_me())
    seat = next(seat for seat in open_counter.desk.hall.seats if seat.name == lost)
    holder = SeatHolder(seat_id=seat.seat_id, seat_name=lost, state="sold", holder="Counter 2")
    open_counter.desk.sell_faults = [SeatsUnavailableError((holder,))]
    open_counter.press(Key.Key_Return)
    assert open_counter.message.startswith(f"{lost} is sold")
    open_counter.page.messages.act()
    open_counter.settle()
    assert open_counter.desk.held_by_me() == {kept}


def test_a_refusal_of_another_kind_stays_in_payment(open_counter: Counter) -> None:
    open_counter.desk.sell_faults = [ConflictError("The shift is closed.")]
    pay(open_counter)
    open_counter.settle()
    assert open_counter.phase is Phase.PAYING
    assert "The shift is closed." in open_counter.page.payment_panel.status_text()


def test_the_hold_does_not_end_under_a_sale_that_is_being_sent(open_counter: Counter) -> None:
    open_counter.desk.hold_seconds = 0.4
    open_counter.desk.faults["extend_hold"] = BusyError()
    open_counter.press("1", Key.Key_Return)
    basket, ended = open_counter.page.controller.basket, []
    basket._deadline.timeout.connect(lambda: ended.append(basket.ends_at))
    open_counter.desk.gate.clear()
    open_counter.hit(Key.Key_Return)
    # Qt's timers may come some milliseconds early; the hold is over when the clock says so.
    open_counter.wait(lambda: bool(ended) and basket.ends_at < monotonic())
    assert open_counter.phase is Phase.PAYING
    open_counter.desk.gate.set()
    open_counter.wait(lambda: open_counter.phase is Phase.DONE)


def test_other_attempts_that_turn_up_are_passed_on(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    old = open_counter.desk.orders[0]
    resumed: list[object] = []
    open_counter.page.attempts_resumed.connect(resumed.append)
    other = ResumedAttempt(order=old, sale=open_counter.desk.sales[old.sale_id], problem=None)
    open_counter.press(Key.Key_Return)
    open_counter.desk.sell_faults = [OutcomeUnknownError()]
    open_counter.desk.resumed = [(other,)]
    pay(open_counter)
    open_counter.wait(lambda: open_counter.phase is Phase.DONE)
    assert resumed == [(other,)]
