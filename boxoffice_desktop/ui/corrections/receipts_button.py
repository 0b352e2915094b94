"""Receipts of a sale and of what became of it, printed once more when a customer asks."""

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.documents.pages import ReceiptKind
from boxoffice_desktop.services.refund_receipts import ReceiptSubject, list_receipts
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class ReceiptsButton(QPushButton):
    """Shows what there is to print; a sale of which nothing went back has one receipt, which is asked for at once.

    Signals:
        requested: the subject of the receipt to be printed.
        failed: an exception.
    """

    requested = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, sale_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("&Receipt"))
        self.setToolTip(self.tr("Print a receipt of this sale or of a refund"))
        self._tasks, self._sale_id = tasks, sale_id
        self._locale = tasks.desk.describe().locale
        self.menu_of_receipts = QMenu(self)
        self.clicked.connect(self._on_clicked)

    def show_receipts(self, found: tuple[ReceiptSubject, ...]) -> None:
        """Offer these, or ask for the only one."""
        if len(found) == 1:
            self.requested.emit(found[0].subject)
            return
        self.menu_of_receipts.clear()
        for each in found:
            words = f"{self._name(each)}  ·  {format_date_time(each.at, self._locale)}"
            action = self.menu_of_receipts.addAction(words)
            action.triggered.connect(lambda _checked=False, subject=each.subject: self.requested.emit(subject))
        self.menu_of_receipts.popup(self.mapToGlobal(self.rect().topLeft()))

    def _on_clicked(self) -> None:
        values = {"sale_id": self._sale_id}
        self._tasks.read(self, list_receipts, values, done=self.show_receipts, failed=self.failed.emit, key="receipts")

    def _name(self, each: ReceiptSubject) -> str:
        words = {
            ReceiptKind.SALE: self.tr("Sale {number}"),
            ReceiptKind.REFUND: self.tr("Refund {number}"),
            ReceiptKind.VOID: self.tr("Void {number}"),
            ReceiptKind.EXCHANGE: self.tr("Exchange {number}"),
            ReceiptKind.CANCELLATION: self.tr("Refund {number} of a cancelled show"),
            ReceiptKind.PAYOUT: self.tr("Cash paid out"),
        }
        return words[each.kind].format(number=each.number)
