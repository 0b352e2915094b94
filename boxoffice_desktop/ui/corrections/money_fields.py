"""How the money of a correction goes, and why it is made."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_LONGEST_REFERENCE, _LONGEST_REASON = 40, 500


class MoneyFields(QWidget):
    """One line: paid how, the card terminal's reference, the reason.

    Signals:
        changed: it is paid another way.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pay_by = QComboBox()
        self.pay_by.addItem(self.tr("Paid as it was"), None)
        self.pay_by.addItem(self.tr("Paid in cash"), PaymentKind.CASH)
        self.pay_by.addItem(self.tr("Paid by card"), PaymentKind.CARD)
        self.pay_by.setAccessibleName(self.tr("Payment"))
        self.reference = self._make_field(self.tr("Reference of the card terminal"), _LONGEST_REFERENCE)
        self.reason = self._make_field(self.tr("Reason"), _LONGEST_REASON)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_INSIDE)
        for widget in (self.pay_by, self.reference, self.reason):
            widget.setProperty("tall", True)
            row.addWidget(widget, 1)
        self.pay_by.currentIndexChanged.connect(lambda _: self.changed.emit())

    @property
    def is_repaid(self) -> bool:
        """Whether the payment itself is corrected: all goes back and is paid anew."""
        return self.pay_by.currentData() is not None

    def list_payments(self, due: int) -> tuple[PaymentGiven, ...]:
        """What the customer pays: `due` minor units."""
        if not due:
            return ()
        kind = PaymentKind(self.pay_by.currentData() or PaymentKind.CASH)
        reference = self.reference_text() if kind is PaymentKind.CARD else ""
        return (PaymentGiven(kind=kind, amount=due, given=due, reference=reference),)

    def reference_text(self) -> str:
        """What the card terminal printed."""
        return self.reference.text().strip()

    def _make_field(self, name: str, longest: int) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.setMaxLength(longest)
        return field
