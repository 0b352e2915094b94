"""The paper of the last stored sale: asks for tickets and receipt, and knows how the tickets' print went."""

from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.ui.tasks.printing import PrintReport
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class TicketsFlow(QObject):
    """The tickets of the last sale. Their print job was stored with the sale; the print queue works it.

    Signals:
        print_requested: a job of this sale waits in the queue.
        reported: a `PrintReport` of the sale that was made last.
        preview_requested: the `CompletedSale` whose tickets somebody wants to see.
        failed: an exception for the shell's presenter.
    """

    print_requested = Signal()
    reported = Signal(object)
    preview_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._receipt_id = uuid4()
        self._sale: CompletedSale | None = None
        self._report: PrintReport | None = None

    def make(self, sale: CompletedSale) -> None:
        """Have the tickets of a sale printed, and the gift cards that it has sold."""
        self._sale, self._report, self._receipt_id = sale, None, uuid4()
        self.print_requested.emit()

    def print_receipt(self) -> None:
        """Have the receipt of the sale printed; asked twice, it is one."""
        if self._sale is None:
            return
        self._tasks.write(
            self,
            print_queue.request_print,
            {"job_id": self._receipt_id, "kind": DocumentKind.RECEIPT, "subject": str(self._sale.sale_id)},
            done=lambda _: self.print_requested.emit(),
            failed=self.failed.emit,
        )

    def take_report(self, report: PrintReport) -> None:
        """Something was printed, or not; of other sales nothing is shown here."""
        if self._sale is not None and report.job_id == self._sale.sale_id:
            self._report = report
            self.reported.emit(report)

    def show(self) -> None:
        """Ask for the preview, printed or not."""
        if self._sale is not None and self._sale.tickets:
            self.preview_requested.emit(self._sale)

    def print_again(self) -> None:
        """Try once more when nothing of them is on paper; nothing when they are, or may be."""
        if self._report is not None and self._report.state is PrintState.WAITING:
            self.print_requested.emit()

    def forget(self) -> None:
        """The customer has left; what is still printed is not shown any more."""
        self._sale = self._report = None
