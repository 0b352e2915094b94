"""The way from a sale that was just made to its correction."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from boxoffice_desktop.ui.sell.price_dialogs import GiftCardDialog
from tests.ui.sell.conftest import Counter

Key = Qt.Key


def test_the_button_after_a_sale_asks_for_its_correction(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    button = open_counter.page.done_panel._correct
    assert button.isVisible()
    assert button.text().endswith("F12")
    with open_counter.qtbot.waitSignal(open_counter.page.correct_requested):
        button.click()


def test_a_gift_card_that_was_sold_alone_can_be_corrected_too(open_counter: Counter) -> None:
    open_counter.press(Key.Key_G)
    dialog = open_counter.page.findChild(GiftCardDialog)
    assert dialog is not None
    dialog.amount.setText("50")
    dialog.submit()
    open_counter.settle()
    open_counter.press(Key.Key_Return, Key.Key_Return)
    panel = open_counter.page.done_panel
    assert (panel._correct.isVisible(), panel._preview.isVisible()) == (True, False)
    with open_counter.qtbot.waitSignal(open_counter.page.correct_requested):
        panel._correct.click()


def test_the_column_after_a_sale_fits_a_small_screen(open_counter: Counter) -> None:
    # 1024 x 600 leave the column 340 pixels and, below and above the bars, 540.
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    panel = open_counter.page.done_panel
    wanted = panel.minimumSizeHint()
    assert (wanted.width() <= 340, wanted.height() <= 540) == (True, True)
    assert min(button.height() for button in panel.findChildren(QPushButton) if button.isVisible()) >= 44
