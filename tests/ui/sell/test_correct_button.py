"""The way from a sale that was just made to its correction."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.ui.sell.conftest import Counter

Key = Qt.Key


def test_the_button_after_a_sale_asks_for_its_correction(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    button = open_counter.page.done_panel._correct
    assert button.isVisible()
    assert button.text().endswith("F12")
    with open_counter.qtbot.waitSignal(open_counter.page.correct_requested):
        button.click()


def test_the_column_after_a_sale_fits_a_small_screen(open_counter: Counter) -> None:
    # 1024 x 600 leave the column 340 pixels and, below and above the bars, 540.
    open_counter.press("2", Key.Key_Return, Key.Key_Return)
    panel = open_counter.page.done_panel
    wanted = panel.minimumSizeHint()
    assert (wanted.width() <= 340, wanted.height() <= 540) == (True, True)
    assert min(button.height() for button in panel.findChildren(QPushButton) if button.isVisible()) >= 44
