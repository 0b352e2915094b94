"""Another price for tickets, and the amount of a gift card: small questions before the payment."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.ui.sell.controls import TARGET, make_label, make_wide_button
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_INSIDE

_WIDTH = 380
_LONGEST_REASON = 200
_MOST_ON_A_CARD = 10_000_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("PriceDialogs", text)


class _AskDialog(QDialog):
    """A title, fields, what is wrong, and two buttons. Deletes itself when it is closed."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        self.column.setSpacing(SPACE_INSIDE)
        self.column.addWidget(make_label("title", title))

    def add_field(self, words: str) -> QLineEdit:
        label, field = QLabel(words), QLineEdit()
        field.setMinimumHeight(TARGET)
        field.setAccessibleName(words)
        label.setBuddy(field)
        self.column.addWidget(label)
        self.column.addWidget(field)
        return field

    def add_end(self, yes: str) -> None:
        self._problem = make_label("error")
        self._problem.setWordWrap(True)
        self.column.addWidget(self._problem)
        row = QHBoxLayout()
        done = make_wide_button(yes, kind="primary")
        done.setDefault(True)
        done.clicked.connect(self.submit)
        back = make_wide_button(self.tr("Cancel"))
        back.setAutoDefault(False)
        back.clicked.connect(self.reject)
        row.addWidget(done, 3)
        row.addWidget(back, 2)
        self.column.addLayout(row)

    def refuse(self, words: str, field: QLineEdit) -> None:
        """Say what is wrong; what was typed stays."""
        self._problem.setText(words)
        field.setFocus()
        field.selectAll()

    def problem(self) -> str:
        return self._problem.text()

    def submit(self) -> None:
        raise NotImplementedError


class PriceDialog(_AskDialog):
    """Complimentary, or a price for each of these tickets, and why. A supervisor approves it when it is paid.

    Signals:
        chosen: an `AdjustmentKind`, the price in minor units and the reason, as a tuple.
        list_price_chosen: the price of the list again.
    """

    chosen = Signal(object)
    list_price_chosen = Signal()

    def __init__(self, formats: Formats, seats: str, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Another price"), parent)
        self._formats = formats
        where = make_label("muted", seats)
        where.setWordWrap(True)
        self.column.addWidget(where)
        self.free = QRadioButton(self.tr("&Complimentary"))
        self.other = QRadioButton(self.tr("&Price of each"))
        self.listed = QRadioButton(self.tr("Price of the &list again"))
        self._kinds = QButtonGroup(self)
        for button in (self.free, self.other, self.listed):
            button.setMinimumHeight(TARGET)
            self._kinds.addButton(button)
            self.column.addWidget(button)
        self.free.setChecked(True)
        self.amount = self.add_field(self.tr("Price of each ticket"))
        self.reason = self.add_field(self.tr("Reason"))
        self.reason.setMaxLength(_LONGEST_REASON)
        self.add_end(self.tr("Set the price"))
        self.amount.textEdited.connect(lambda _: self.other.setChecked(True))
        self.reason.setFocus()

    def submit(self) -> None:
        """Answer, or say at the field what is wrong."""
        if self.listed.isChecked():
            self.list_price_chosen.emit()
            self.accept()
            return
        price = 0
        if self.other.isChecked():
            try:
                price = self._formats.parse(self.amount.text())
            except InvalidInputError as error:
                self.refuse(str(error), self.amount)
                return
        if not self.reason.text().strip():
            self.refuse(self.tr("Say why; it stands in the journal."), self.reason)
            return
        kind = AdjustmentKind.MANUAL if self.other.isChecked() else AdjustmentKind.COMPLIMENTARY
        self.chosen.emit((kind, price, self.reason.text().strip()))
        self.accept()


class GiftCardDialog(_AskDialog):
    """How much is put on a gift card.

    Signals:
        chosen: minor units.
    """

    chosen = Signal(int)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Sell a gift card"), parent)
        self._formats = formats
        self.amount = self.add_field(self.tr("Amount"))
        hint = make_label("small", self.tr("Its code is made now and shown when it is paid."))
        hint.setWordWrap(True)
        self.column.addWidget(hint)
        self.add_end(self.tr("Into the basket"))
        self.amount.setFocus()

    def submit(self) -> None:
        """Answer, or say at the field what is wrong."""
        try:
            amount = self._formats.parse(self.amount.text())
        except InvalidInputError as error:
            self.refuse(str(error), self.amount)
            return
        if not 0 < amount <= _MOST_ON_A_CARD:
            most = self._formats.money(_MOST_ON_A_CARD)
            self.refuse(self.tr("More than zero and at most {most}.").format(most=most), self.amount)
            return
        self.chosen.emit(amount)
        self.accept()
