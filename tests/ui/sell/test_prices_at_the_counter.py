from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from boxoffice_desktop.domain.basket_lines import BookingFee
from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.domain.selling import AdjustmentKind, PaymentKind
from boxoffice_desktop.services.promotions import CodeRefusedError, OpenedCode
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.price_dialogs import GiftCardDialog, PriceDialog
from tests.ui.sell.conftest import Counter
from tests.ui.sell.shows import ADULT, CHILD

Key = Qt.Key
HALF = Promotion(promotion_id=1, name="Half price", kind=PromotionKind.PERCENT, value=5000)
VOUCHER = replace(HALF, promotion_id=2, name="Voucher", value=10_000, needs_code=True, most_tickets=1)


def offer(counter: Counter, **changes: object) -> None:
    counter.desk.offers = replace(counter.desk.offers, **changes)  # type: ignore[arg-type]  # a test's own words
    counter.page.controller.pricing.refresh()
    counter.settle()


def total(counter: Counter) -> str:
    return counter.page.basket_panel._total.text()


def type_code(counter: Counter, code: str) -> None:
    counter.press(Key.Key_V)
    counter.qtbot.keyClicks(counter.page.basket_panel.code_row.field, code)
    counter.press(Key.Key_Return)


def dialog_of(counter: Counter, kind: type[QDialog]) -> QDialog:
    found = counter.page.findChild(kind)
    assert found is not None
    return found


def test_a_promotion_stands_under_its_ticket_and_is_sold(open_counter: Counter) -> None:
    offer(open_counter, promotions=(HALF,), fee=BookingFee(amount=100, tax=7, tax_rate_id=1))
    open_counter.press("2")

    assert open_counter.basket()[:3] == [
        ("F8", "Adult", "12.00"),
        ("", "Half price", "-6.00"),
        ("", "Booking fee", "1.00"),
    ]
    assert total(open_counter) == "€14.00"
    open_counter.press(Key.Key_Return, Key.Key_Return)

    (order,) = open_counter.desk.orders
    assert order.total == 1400
    assert [line.kind for line in order.adjustments] == [AdjustmentKind.PROMOTION, AdjustmentKind.FEE] * 2


def test_a_plain_sale_still_takes_six_keys(counter: Counter) -> None:
    counter.page.picker.tiles.focus_show(33)
    counter.keys_pressed = 0
    counter.press(Key.Key_Return, "2", Key.Key_Return, Key.Key_Return, Key.Key_Return)

    assert counter.phase is Phase.CHOOSING
    assert counter.keys_pressed <= 6


def test_a_code_is_typed_and_taken_off(open_counter: Counter) -> None:
    open_counter.desk.codes["FREE2345"] = OpenedCode(promotion=VOUCHER, promotion_code_id=7)
    open_counter.press("2")

    type_code(open_counter, "free-2345")

    assert (
        open_counter.page.basket_panel.code_row.field.isHidden()
        or not open_counter.page.basket_panel.code_row.field.isVisible()
    )
    assert total(open_counter) == "€12.00"
    assert "Voucher" in open_counter.message


@pytest.mark.parametrize(
    ("typed", "answer", "words"),
    [
        ("NOSUCH", CodeRefusedError("unknown"), "no such code"),
        ("OLDONE", CodeRefusedError("expired"), "expired"),
        ("USEDUP", CodeRefusedError("used"), "used already"),
        ("x", None, "4 to 40"),
    ],
)
def test_a_wrong_code_is_told_at_the_field_and_nothing_is_lost(
    open_counter: Counter, typed: str, answer: CodeRefusedError | None, words: str
) -> None:
    if answer is not None:
        open_counter.desk.codes[typed] = answer  # type: ignore[assignment]  # what the service returns
    open_counter.press("2")

    type_code(open_counter, typed)

    row = open_counter.page.basket_panel.code_row
    assert words in row.problem()
    assert row.field.text() == typed
    assert len(open_counter.page.controller.basket.basket.lines) == 2


def test_a_gift_card_pays_first_and_cash_the_rest(open_counter: Counter) -> None:
    open_counter.desk.codes["GIFT2345"] = OpenedCode(gift_card_id=5, balance=1000)
    open_counter.press("2")
    type_code(open_counter, "GIFT2345")
    open_counter.press(Key.Key_Return, Key.Key_Return)

    (order,) = open_counter.desk.orders
    assert [(each.kind, each.amount) for each in order.payments] == [
        (PaymentKind.GIFT_CARD, 1000),
        (PaymentKind.CASH, 1400),
    ]


def test_a_payment_is_split_over_cash_and_card(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_F3)
    panel = open_counter.page.payment_panel
    open_counter.qtbot.keyClicks(panel.part, "10")
    open_counter.press(Key.Key_Return)
    assert "14.00" in panel._noted.text()

    open_counter.press(Key.Key_C)
    open_counter.qtbot.keyClicks(panel.card.reference, "T-77")
    open_counter.press(Key.Key_Return)

    (order,) = open_counter.desk.orders
    assert [(each.kind, each.amount) for each in order.payments] == [(PaymentKind.CASH, 1000), (PaymentKind.CARD, 1400)]


@pytest.mark.parametrize("typed", ["0", "-5", "99999", "1,234.567", "ten"])
def test_a_part_that_cannot_be_is_told_at_the_field(open_counter: Counter, typed: str) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_F3)
    panel = open_counter.page.payment_panel
    open_counter.qtbot.keyClicks(panel.part, typed)

    open_counter.press(Key.Key_Return)

    assert panel._part_problem.text()
    assert panel.part.text() == typed
    assert open_counter.desk.orders == []


def test_cash_is_rounded_where_the_currency_asks_for_it(open_counter: Counter) -> None:
    page = open_counter.page.payment_panel.cash
    page._formats = replace(page._formats, currency="CHF")
    page.start(1203)

    assert "12.05" in page._rounded.text()
    assert (page.get_payment().amount, page.get_payment().given, page.get_payment().rounding) == (1203, 1205, 2)


def test_another_price_asks_for_a_reason_and_then_for_a_supervisor(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_M)
    dialog = dialog_of(open_counter, PriceDialog)
    assert isinstance(dialog, PriceDialog)
    dialog.submit()
    assert "why" in dialog.problem()

    dialog.reason.setText("Press")
    dialog.submit()
    open_counter.settle()
    assert total(open_counter) == "€0.00"
    open_counter.press(Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING

    asking = dialog_of(open_counter, ApprovalDialog)
    assert isinstance(asking, ApprovalDialog)
    asking._pin.setText("2345")
    asking.try_pin()
    open_counter.settle()
    assert open_counter.phase is Phase.PAYING
    open_counter.page.payment_panel.submit()
    open_counter.settle()

    ((order,), (request,)) = (open_counter.desk.orders, open_counter.desk.requests)
    assert {line.approval_id for line in order.adjustments} == {UUID(int=1)}
    assert (request.act, request.subject, request.amount) == ("complimentary", order.sale_id, 2400)
    assert order.total == 0


def test_a_gift_card_is_sold_and_its_code_shown(open_counter: Counter) -> None:
    open_counter.press(Key.Key_G)
    dialog = dialog_of(open_counter, GiftCardDialog)
    assert isinstance(dialog, GiftCardDialog)
    for wrong in ("", "0", "-1", "1.234", "100000000000"):
        dialog.amount.setText(wrong)
        dialog.submit()
        assert dialog.problem()
    dialog.amount.setText("50")
    dialog.submit()
    open_counter.settle()
    open_counter.press(Key.Key_Return, Key.Key_Return)

    (order,) = open_counter.desk.orders
    assert (order.lines, order.total) == ((), 5000)
    shown = open_counter.page.done_panel._cards.text()
    assert order.adjustments[0].gift_card_code == shown.split()[0].replace("-", "")
    assert open_counter.page.done_panel.status_text() == "Gift card ready (PDF)"


def test_a_ticket_type_that_asks_for_a_proof_is_confirmed_by_a_key(open_counter: Counter) -> None:
    offer(open_counter, asked={CHILD: ("age",)})
    open_counter.press("2", Key.Key_F2, Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING
    assert "Child: proof of age" in open_counter.message

    open_counter.press(Key.Key_Return)

    assert open_counter.phase is Phase.PAYING


def test_a_group_type_wants_its_group(open_counter: Counter) -> None:
    offer(open_counter, group_from={ADULT: 3})
    open_counter.press("2", Key.Key_Return)
    assert open_counter.phase is Phase.CHOOSING
    assert "3 people or more" in open_counter.message

    open_counter.press("1", Key.Key_Return)

    assert open_counter.phase is Phase.PAYING
