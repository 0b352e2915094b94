"""Promotions that managers begin and end while a till sells."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt

from boxoffice_desktop.domain.errors import ConflictError, OutcomeUnknownError
from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.services.context import ResumedAttempt
from boxoffice_desktop.services.promotions import OFFERS_HINT, OpenedCode
from boxoffice_desktop.ui.sell import sale_flow
from boxoffice_desktop.ui.sell.phase import Phase
from tests.ui.sell.conftest import Counter

Key = Qt.Key
HALF = Promotion(promotion_id=1, name="Half price", kind=PromotionKind.PERCENT, value=5000)
VOUCHER = replace(HALF, promotion_id=2, name="Voucher", value=10_000, needs_code=True, most_tickets=1)
ENDED = ConflictError("Half price does not hold for this sale.")


@pytest.fixture(autouse=True)
def _asks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sale_flow, "_ASK_AGAIN_MS", 30)


def set_offers(counter: Counter, *promotions: Promotion) -> None:
    """A manager saves at another till; nothing reaches this one yet."""
    counter.desk.offers = replace(counter.desk.offers, promotions=promotions)


def hint(counter: Counter, *promotions: Promotion) -> None:
    """A manager saves at another till, and its hint comes."""
    set_offers(counter, *promotions)
    counter.page.on_hint(OFFERS_HINT)
    counter.settle()


def total(counter: Counter) -> str:
    return counter.page.basket_panel._total.text()


def test_a_promotion_that_begins_is_in_the_open_basket(open_counter: Counter) -> None:
    open_counter.press("2")
    hint(open_counter, HALF)
    assert total(open_counter) == "€12.00"
    assert ("", "Half price", "-6.00") in open_counter.basket()


def test_a_promotion_that_ends_is_told_and_the_total_is_new(open_counter: Counter) -> None:
    hint(open_counter, HALF)
    open_counter.press("2")
    hint(open_counter)
    assert total(open_counter) == "€24.00"
    assert open_counter.message.startswith("Half price has ended")
    assert open_counter.desk.held_by_me() == {"F8", "F9"}


def test_a_sale_that_took_the_last_use_is_not_told_that_it_ended(open_counter: Counter) -> None:
    hint(open_counter, HALF)
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    assert (open_counter.phase, open_counter.desk.orders[-1].total) == (Phase.DONE, 1200)
    hint(open_counter)
    assert open_counter.message == ""
    open_counter.press(Key.Key_Return, "1")
    assert total(open_counter) == "€12.00"


def test_the_end_of_a_promotion_that_nobody_has_is_not_told(open_counter: Counter) -> None:
    hint(open_counter, HALF)
    hint(open_counter)
    assert open_counter.message == ""


def test_a_hint_about_offers_reads_no_map(open_counter: Counter) -> None:
    open_counter.desk.calls.clear()
    hint(open_counter, HALF)
    assert open_counter.desk.calls == ["list_offers"]


def test_a_reconnect_reads_the_offers_too(open_counter: Counter) -> None:
    set_offers(open_counter, HALF)
    open_counter.page.on_hint(None)
    open_counter.settle()
    open_counter.press("1")
    assert total(open_counter) == "€6.00"


def test_a_lost_hint_is_made_up_for_by_the_slow_reading(open_counter: Counter) -> None:
    set_offers(open_counter, HALF)
    open_counter.page.controller.pricing._timer.timeout.emit()
    open_counter.settle()
    open_counter.press("1")
    assert total(open_counter) == "€6.00"


def test_what_the_customer_was_told_stands_while_it_is_paid(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    hint(open_counter, HALF)
    open_counter.press(Key.Key_Return)
    (order,) = open_counter.desk.orders
    assert (order.total, sum(payment.amount for payment in order.payments)) == (2400, 2400)


def test_back_from_the_payment_the_new_price_holds(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    hint(open_counter, HALF)
    open_counter.press(Key.Key_Escape)
    assert total(open_counter) == "€12.00"


def test_a_refused_discount_leads_back_to_the_basket_with_the_seats_and_a_new_total(open_counter: Counter) -> None:
    hint(open_counter, HALF)
    open_counter.press("2")
    set_offers(open_counter)
    open_counter.desk.sell_faults = [ENDED]
    open_counter.press(Key.Key_Return, Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING
    assert open_counter.desk.held_by_me() == {"F8", "F9"}
    assert total(open_counter) == "€24.00"
    assert open_counter.message.startswith("Not sold: Half price does not hold for this sale. The seats are still")
    open_counter.press(Key.Key_Return, Key.Key_Return)
    assert open_counter.phase is Phase.DONE
    assert open_counter.desk.orders[-1].total == 2400


def test_a_resumed_sale_whose_promotion_ended_is_told_and_keeps_its_seats(open_counter: Counter) -> None:
    desk = open_counter.desk
    hint(open_counter, HALF)
    open_counter.press("2")
    desk.sell_faults = [OutcomeUnknownError()]
    resume: Callable[[], tuple[ResumedAttempt, ...]] = partial(_refuse_last, open_counter)
    desk.resume_attempts = resume  # type: ignore[method-assign]  # the answer needs the order, which is not made yet
    set_offers(open_counter)
    open_counter.press(Key.Key_Return)
    open_counter.hit(Key.Key_Return)
    open_counter.wait(lambda: open_counter.phase is Phase.CHOOSING)
    open_counter.settle()
    assert open_counter.message.startswith("Not sold after all: Half price does not hold for this sale.")
    assert desk.held_by_me() == {"F8", "F9"}
    assert total(open_counter) == "€24.00"


def _refuse_last(counter: Counter) -> tuple[ResumedAttempt, ...]:
    return (ResumedAttempt(order=counter.desk.orders[-1], sale=None, problem=ENDED),)


def test_a_code_whose_promotion_ended_is_asked_for_again(open_counter: Counter) -> None:
    desk = open_counter.desk
    hint(open_counter, VOUCHER)
    desk.codes["FILM2026"] = OpenedCode(promotion=VOUCHER, promotion_code_id=7)
    open_counter.press("1", Key.Key_V)
    open_counter.qtbot.keyClicks(open_counter.page.basket_panel.code_row.field, "FILM2026")
    open_counter.press(Key.Key_Return)
    assert total(open_counter) == "€0.00"
    hint(open_counter)
    assert total(open_counter) == "€12.00"
    assert open_counter.message.startswith("Voucher has ended")
