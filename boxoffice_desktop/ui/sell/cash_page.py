"""Taking cash."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.basket import change_due, quick_amounts
from boxoffice_desktop.domain.cash_rounding import cash_rounding
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.ui.sell.controls import make_label, make_tabular, make_wide_button
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import restyle


class GivenField(QLineEdit):
    """Figures only; the letter C asks for the card.

    Signals:
        card_requested: C was pressed.
    """

    card_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"[0-9.,' ]{0,12}"), self))
        self.setProperty("role", "figure")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        make_tabular(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.card_requested.emit()
        else:
            super().keyPressEvent(event)


class CashPage(QWidget):
    """What the customer hands over, and the change. An empty field is the exact amount.

    Signals:
        card_requested: somebody wants to pay by card instead.
        edited: the amount has changed.
    """

    card_requested = Signal()
    edited = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._total = self._payable = self._rounding = 0
        self._quick: list[QPushButton] = []
        self._build()
        self._connect()

    def start(self, total: int) -> None:
        """Begin with an empty field for a sale of `total` minor units."""
        self._total = total
        self._rounding = cash_rounding(total, self._formats.currency)
        self._payable = total + self._rounding
        words = self.tr("Rounded to {amount}").format(amount=self._formats.money(self._payable))
        self._rounded.setText(words if self._rounding else "")
        self._rounded.setVisible(bool(self._rounding))
        self.given.clear()
        self._show_quick_amounts()
        self._show_change()

    def get_payment(self) -> PaymentGiven:
        """The payment as it stands.

        Raises:
            InvalidInputError: what was typed is no amount or does not cover the total; the field says so too.
        """
        try:
            given = self._read_given()
            change_due(self._payable, given)
        except InvalidInputError:
            self._mark_refused(refused=True)
            self._show_change()
            raise
        return PaymentGiven(kind=PaymentKind.CASH, amount=self._total, given=given, rounding=self._rounding)

    def press_quick_amount(self, place: int) -> None:
        """Put in the quick amount at `place`, counted from 0; nothing when there is none."""
        if place < len(self._quick) and not self._quick[place].isHidden():
            self._quick[place].click()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        label = QLabel(self.tr("Given"))
        self.given = GivenField()
        self.given.setAccessibleName(self.tr("Given by the customer"))
        label.setBuddy(self.given)
        self._rounded = make_label("muted")
        self._rounded.hide()
        column.addWidget(self._rounded)
        column.addWidget(label)
        column.addWidget(self.given)
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        column.addLayout(self._grid)
        row = QHBoxLayout()
        self._change_name = QLabel(self.tr("Change"))
        self._change = make_label("figure")
        self._change.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._change_name)
        row.addWidget(self._change, 1)
        column.addLayout(row)
        self._problem = make_label("error")
        self._problem.setWordWrap(True)
        self._problem.setMinimumHeight(40)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._problem)
        column.addStretch(1)

    def _connect(self) -> None:
        self.given.textChanged.connect(self._on_given_changed)
        self.given.card_requested.connect(self.card_requested)

    def _show_quick_amounts(self) -> None:
        amounts = quick_amounts(self._payable, self._formats.currency)
        while len(self._quick) < len(amounts):
            self._add_quick_button()
        for place, button in enumerate(self._quick):
            button.setVisible(place < len(amounts))
            if place < len(amounts):
                words = self._formats.amount(amounts[place])
                button.setText(self.tr("Exact {amount}").format(amount=words) if place == 0 else words)
                button.setProperty("amount", amounts[place])
                button.setToolTip(f"Alt+{place + 1}")

    def _add_quick_button(self) -> None:
        place = len(self._quick)
        button = make_wide_button("")
        make_tabular(button)
        button.clicked.connect(lambda: self._on_quick_button_clicked(button))
        self._quick.append(button)
        if place == 0:
            self._grid.addWidget(button, 0, 0, 1, 2)
        else:
            self._grid.addWidget(button, (place + 1) // 2, (place + 1) % 2)

    def _read_given(self) -> int:
        text = self.given.text().strip()
        return self._formats.parse(text) if text else self._payable

    def _show_change(self) -> None:
        problem = ""
        try:
            over = self._read_given() - self._payable
        except InvalidInputError as error:
            over, problem = 0, str(error)
        if over < 0:
            problem = self.tr("{amount} short").format(amount=self._formats.money(-over))
        self._change.setText(self._formats.money(max(0, over)))
        self._problem.setText(problem if self.given.text().strip() else "")
        self._change.setEnabled(not problem)

    def _mark_refused(self, *, refused: bool) -> None:
        if bool(self.given.property("error")) != refused:
            self.given.setProperty("error", refused)
            restyle(self.given)

    def _on_given_changed(self) -> None:
        self._mark_refused(refused=False)
        self._show_change()
        self.edited.emit()

    def _on_quick_button_clicked(self, button: QPushButton) -> None:
        self.given.setText(self._formats.amount(button.property("amount")))
        self.given.setFocus()
