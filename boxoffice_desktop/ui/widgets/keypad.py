"""Digits for fingers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, set_icon


class Keypad(QWidget):
    """Ten digits, one key to take the last one back and one to take all back. It never takes the keyboard away.

    Signals:
        digit_pressed: one character, `0` to `9`.
        back_pressed: take back the last digit.
        clear_pressed: begin again.
    """

    digit_pressed = Signal(str)
    back_pressed = Signal()
    clear_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE_INSIDE)
        for number in range(1, 10):
            grid.addWidget(self._make_digit(str(number)), (number - 1) // 3, (number - 1) % 3)
        back = self._make_key(self.tr("Delete the last digit"))
        set_icon(back, "chevron-left", "text", 24)
        back.clicked.connect(self.back_pressed)
        clear = self._make_key(self.tr("Delete all digits"))
        set_icon(clear, "cross", "text", 24)
        clear.clicked.connect(self.clear_pressed)
        grid.addWidget(clear, 3, 0)
        grid.addWidget(self._make_digit("0"), 3, 1)
        grid.addWidget(back, 3, 2)

    def _make_digit(self, digit: str) -> QPushButton:
        key = self._make_key(digit)
        key.setText(digit)
        key.clicked.connect(lambda: self.digit_pressed.emit(digit))
        return key

    def _make_key(self, name: str) -> QPushButton:
        key = QPushButton()
        key.setProperty("key", True)
        key.setAccessibleName(name)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return key
