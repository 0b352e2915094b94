"""After money went back or came in at the correction of a sale: how much, large, and its receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.refunding import CompletedRefund
from boxoffice_desktop.domain.selling import PaymentGiven
from boxoffice_desktop.services.cancellations import PaidOut
from boxoffice_desktop.ui.corrections.words import list_handed, name_refund, word_of_handing
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

translate = QCoreApplication.translate
_WIDTH = 420


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Something that is stored for good and has a receipt.

    Attributes:
        subject: what the receipt's print job names: the refund or the payout.
        title: e.g. `Refund 3`.
        lines: what to do with which money, e.g. `("Back in cash", "€8.00")`.
        gives_cash: whether some of it comes out of the drawer. What is paid on top opens it with the new tickets.
    """

    subject: UUID
    title: str
    lines: tuple[tuple[str, str], ...]
    gives_cash: bool


def settle_refund(
    refund: CompletedRefund, paid: Sequence[PaymentGiven], write: Callable[[int], str]
) -> Settlement | None:
    """What a refund gives back and what the customer pays on top; None where no money moves. `write` writes amounts."""
    lines = list_handed(refund, write)
    if due := sum(each.amount + each.rounding for each in paid):
        lines = (*lines, (translate("DoneDialog", "The customer pays"), write(due)))
    if not lines:
        return None
    return Settlement(subject=refund.refund_id, title=name_refund(refund), lines=lines, gives_cash=refund.gives_cash)


def settle_payout(paid: PaidOut, write: Callable[[int], str]) -> Settlement:
    """Owed cash that goes over the counter now."""
    lines = ((word_of_handing("cash"), write(paid.amount + paid.rounding)),)
    title = translate("DoneDialog", "Paid out")
    return Settlement(subject=paid.payout_id, title=title, lines=lines, gives_cash=True)


class DoneDialog(QDialog):
    """R prints the receipt, Enter goes on. It deletes itself when it is closed.

    Signals:
        receipt_requested: the subject of a receipt that shall be printed; one for each settlement.
    """

    receipt_requested = Signal(object)

    def __init__(self, settled: Sequence[Settlement], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._settled = tuple(settled)
        self.receipt_button, self.next_button = QPushButton(), QPushButton(self.tr("Done  Enter"))
        self._build()
        self.offer_receipt()
        self.receipt_button.clicked.connect(self.print_receipt)
        self.next_button.clicked.connect(self.accept)

    def offer_receipt(self) -> None:
        """The receipt can be asked for."""
        self.receipt_button.setText(self.tr("Print the receipt  R"))
        self.receipt_button.setEnabled(True)

    def print_receipt(self) -> None:
        """Ask for the receipt; one is enough."""
        if not self.receipt_button.isEnabled():
            return
        self.receipt_button.setText(self.tr("Receipt is being printed"))
        self.receipt_button.setEnabled(False)
        self.next_button.setFocus()
        for each in self._settled:
            self.receipt_requested.emit(each.subject)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        column.setSpacing(SPACE_INSIDE)
        self.setWindowTitle(self._settled[0].title)
        for each in self._settled:
            column.addWidget(make_label(each.title, "title"))
            for what, amount in each.lines:
                column.addWidget(make_label(what))
                column.addWidget(make_label(amount, "figure"))
            column.addSpacing(SPACE_INSIDE)
        row = QHBoxLayout()
        row.setSpacing(SPACE_INSIDE)
        self.next_button.setProperty("kind", "primary")
        for button in (self.receipt_button, self.next_button):
            button.setProperty("tall", True)
            button.setAutoDefault(False)
            row.addWidget(button, 1)
        column.addLayout(row)
        self.next_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_R:
            self.print_receipt()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.accept()
        else:
            super().keyPressEvent(event)
