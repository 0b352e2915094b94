"""The field for a voucher, a promotion code or a gift card, and the keys to other prices and gift cards."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from boxoffice_desktop.ui.sell.controls import TARGET, make_label, make_wide_button
from boxoffice_desktop.ui.widgets.theme import restyle

_LONGEST = 60


class _CodeField(QLineEdit):
    """Enter tries the code, Esc gives up; neither goes to the page."""

    entered = Signal()
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class CodeRow(QWidget):
    """Three keys, and the field that one of them opens. What was typed stays until it is accepted or given up.

    Signals:
        code_given: the text of the field.
        closed: the field has gone; the focus belongs elsewhere.
        price_requested: another price for the selected lines.
        gift_card_requested: sell a gift card.
    """

    code_given = Signal(str)
    closed = Signal()
    price_requested = Signal()
    gift_card_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def open(self) -> None:
        """Show the empty field and put the cursor into it."""
        self._say("")
        self.field.clear()
        self._box.show()
        self.field.setFocus()

    def close_field(self) -> None:
        """The code was accepted, or given up."""
        if not self._box.isHidden():
            self._box.hide()
            self.closed.emit()

    def refuse(self, words: str) -> None:
        """Say at the field what is wrong with the code."""
        self._box.show()
        self._say(words)
        self.field.setFocus()
        self.field.selectAll()

    def problem(self) -> str:
        """What stands below the field."""
        return self._problem.text()

    def enable(self, *, has_seats: bool, is_offline: bool) -> None:
        """Which keys mean something now."""
        self.code_button.setEnabled(not is_offline)
        self.price_button.setEnabled(has_seats and not is_offline)
        self.card_button.setEnabled(not is_offline)
        self.field.setEnabled(not is_offline)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._box = QWidget()
        box = QVBoxLayout(self._box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        self.field = _CodeField()
        self.field.setMaxLength(_LONGEST)
        self.field.setMinimumHeight(TARGET)
        self.field.setPlaceholderText(self.tr("Voucher, promotion or gift card, then Enter"))
        self.field.setAccessibleName(self.tr("Code"))
        self._problem = make_label("error")
        self._problem.setWordWrap(True)
        box.addWidget(self.field)
        box.addWidget(self._problem)
        self._box.hide()
        column.addWidget(self._box)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.code_button = make_wide_button(self.tr("Code  V"))
        self.code_button.setToolTip(self.tr("Voucher, promotion code or gift card"))
        self.price_button = make_wide_button(self.tr("Price  M"))
        self.price_button.setToolTip(self.tr("Complimentary ticket or another price, with approval"))
        self.card_button = make_wide_button(self.tr("Gift  G"))
        self.card_button.setToolTip(self.tr("Sell a gift card"))
        for button in (self.code_button, self.price_button, self.card_button):
            row.addWidget(button)
        column.addLayout(row)
        self.code_button.clicked.connect(self.open)
        self.price_button.clicked.connect(self.price_requested)
        self.card_button.clicked.connect(self.gift_card_requested)
        self.field.entered.connect(lambda: self.code_given.emit(self.field.text()))
        self.field.given_up.connect(self.close_field)
        self.field.textEdited.connect(lambda _: self._say(""))

    def _say(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.setVisible(bool(words))
        if bool(self.field.property("error")) != bool(words):
            self.field.setProperty("error", bool(words))
            restyle(self.field)
