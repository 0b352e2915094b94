"""A voucher, another price, a fee, a gift card and a split payment on the real window, checked by a real PostgreSQL."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.services import promotion_codes, promotions
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.price_dialogs import GiftCardDialog
from tests.support.books import find_wrong
from tests.support.cinema import PINS, Cinema
from tests.support.desktop import Counter, Counters
from tests.support.promotions import save


def _type_code(qtbot: QtBot, counter: Counter, code: str) -> None:
    row = counter.page.basket_panel.code_row
    row.code_button.click()
    qtbot.keyClicks(row.field, code)
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)


def _pay(qtbot: QtBot, counter: Counter) -> None:
    controller = counter.page.controller
    qtbot.waitUntil(lambda: controller.phase is Phase.PAYING)
    counter.page.payment_panel.submit()
    qtbot.waitUntil(lambda: controller.phase is Phase.DONE, timeout=10_000)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)


def test_all_that_changes_a_price_is_sold_and_adds_up(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    manager = cinema.till("Counter 3", "mona")
    save(manager, "Ten off", value=1000)
    voucher = save(manager, "Voucher", value=10_000, needs_code=True, most_tickets=1)
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=voucher.promotion_id, count=1)
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1)
    counter = counters.open()
    counter.sign_in(qtbot, "carla")
    counter.open_show(qtbot, cinema.show_id)
    controller = counter.page.controller

    # A gift card first.
    counter.page.basket_panel.code_row.card_button.click()
    (ask,) = counter.page.findChildren(GiftCardDialog)
    ask.amount.setText("10")
    ask.submit()
    gift = controller.pricing.lines[0].gift_card_code
    controller.pay()
    _pay(qtbot, counter)
    controller.serve_next()

    # Three seats: one by the voucher, one at another price, one as the promotion has it; the gift card pays first.
    counter.press("3")
    qtbot.waitUntil(lambda: len(counter.basket()) == 3)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    _type_code(qtbot, counter, code.lower())
    _type_code(qtbot, counter, gift)
    keys = controller.basket.basket.keys
    free = next(line.key for line in controller.pricing.lines if line.promotion_code_id is not None)
    wanted = next(key for key in keys if key != free)
    controller.pricing.grant([wanted], AdjustmentKind.MANUAL, 500, "Broken armrest")
    controller.pay()
    (approval,) = counter.page.findChildren(ApprovalDialog)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    approval._names.setCurrentIndex(approval._names.findData("sid"))
    approval._pin.setText(PINS["sid"])
    approval.try_pin()
    qtbot.waitUntil(lambda: controller.phase is Phase.PAYING, timeout=10_000)
    total = controller.pricing.total
    _pay(qtbot, counter)

    sales = cinema.query("SELECT total, ticket_count FROM boxoffice.sale ORDER BY number")
    assert sales == [(1000, 0), (total, 3)]
    kinds = cinema.query("SELECT kind, amount FROM boxoffice.payment ORDER BY payment_id")
    assert kinds == [("cash", 1000), ("gift_card", 1000), ("cash", total - 1000)]
    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(0,)]
    assert {kind for (kind,) in cinema.query("SELECT DISTINCT kind FROM boxoffice.adjustment")} == {
        "promotion",
        "manual",
        "fee",
        "gift_card",
    }
    assert find_wrong(cinema) == {}
    assert QApplication.activeModalWidget() is None
