"""Opens sales that somebody wants to correct: the last one by F12, any other from where it was found."""

from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.domain.errors import OutcomeUnknownError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.domain.seats import Seat
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.corrections import OpenedSale, open_sale
from boxoffice_desktop.services.finding import Found
from boxoffice_desktop.services.history import HistoryLine, list_seat_history
from boxoffice_desktop.ui.corrections.done_dialog import DoneDialog, Settlement
from boxoffice_desktop.ui.corrections.history_dialog import HistoryDialog
from boxoffice_desktop.ui.corrections.sale_dialog import SaleDialog
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter
from boxoffice_desktop.ui.shell.shell import Shell
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class CorrectionsDesk(QObject):
    """Holds the one dialog that may be open.

    Signals:
        tickets_made: the `CompletedSale` of an exchange: its tickets wait in the print queue.
        print_queued: a receipt waits there.
        drawer_requested: cash goes back.
    """

    tickets_made = Signal(object)
    print_queued = Signal()
    drawer_requested = Signal()

    def __init__(self, window: QWidget, tasks: TaskRunner, shell: Shell, presenter: ErrorPresenter) -> None:
        super().__init__(window)
        self._window, self._tasks, self._shell, self._presenter = window, tasks, shell, presenter
        self.dialog: SaleDialog | None = None
        self.history: HistoryDialog | None = None
        self.done: DoneDialog | None = None
        self._settled: list[Settlement] = []
        shortcut = QShortcut(QKeySequence("F12"), window)
        shortcut.activated.connect(self.open_last)

    def open_last(self) -> None:
        """Correct the last sale of this till's shift."""
        self._open(None)

    def open_sale(self, sale_id: UUID) -> None:
        """Show a sale with everything that can be done to it."""
        self._open(sale_id)

    def open_found(self, found: Found) -> None:
        """The same for a sale that the search has found."""
        if found.sale is not None:
            self._open(found.sale.sale_id)

    def on_hint(self, show_id: int | None) -> None:
        """Somebody changed seats of a show (None: of any)."""
        if self.dialog is not None:
            self.dialog.on_hint(show_id)

    def watch(self, page: SellPage) -> None:
        """What happened to a seat is one click away on the map: the right button, or Ctrl+H for the keyboard's seat.

        So is the correction of the sale that was just made. The connections end with the page.
        """
        page.correct_requested.connect(self.open_last)
        seat_map = page.view.map_panel.seat_map

        def ask(seat: Seat | None) -> None:
            opened = page.controller.opened
            if opened is None or seat is None:
                return
            values = {"show_id": opened.show.show_id, "seat_id": seat.seat_id}
            self._tasks.read(
                page,
                list_seat_history,
                values,
                done=lambda lines: self._show_history(seat, lines),
                failed=self._presenter.present,
                key="history",
            )

        seat_map.asked_about.connect(ask)
        shortcut = QShortcut(QKeySequence("Ctrl+H"), page)
        shortcut.activated.connect(lambda: ask(seat_map.focus_seat))

    def _show_history(self, seat: Seat, lines: tuple[HistoryLine, ...]) -> None:
        dialog = HistoryDialog(seat.name, lines, self._tasks.desk.describe().locale, self._window)
        dialog.sale_requested.connect(self._open)
        self.history = dialog
        dialog.open()

    def _open(self, sale_id: UUID | None) -> None:
        person = self._shell.person
        if person is None or Permission.SELL not in person.permissions or self.dialog is not None:
            return
        self._tasks.read(
            self, open_sale, {"sale_id": sale_id}, done=self._show, failed=self._presenter.present, key="sale"
        )

    def _show(self, opened: OpenedSale | None) -> None:
        if opened is None:
            self._presenter.show_notice(self.tr("No sale of this shift has valid tickets."))
            return
        if self.dialog is not None:
            return
        dialog = SaleDialog(self._tasks, opened, self._window)
        dialog.told.connect(self._presenter.show_notice)
        dialog.failed.connect(self._on_failed)
        dialog.tickets_made.connect(self.tickets_made)
        dialog.settled.connect(self._settled.append)
        dialog.receipt_requested.connect(self.print_receipt)
        dialog.finished.connect(self._on_finished)
        self.dialog = dialog
        dialog.open()
        dialog.rows.focus_first()

    def _on_failed(self, error: Exception) -> None:
        self._presenter.present(error)
        if isinstance(error, OutcomeUnknownError):
            self._shell.resume_attempts()

    def _on_finished(self, _result: int) -> None:
        self.dialog = None
        if self._settled:
            if any(each.gives_cash for each in self._settled):
                self.drawer_requested.emit()
            self.done = DoneDialog(self._settled, self._window)
            self._settled.clear()
            self.done.receipt_requested.connect(self.print_receipt)
            self.done.finished.connect(self._on_done_finished)
            self.done.open()

    def _on_done_finished(self, _result: int) -> None:
        self.done = None

    def print_receipt(self, subject: UUID) -> None:
        """Print the receipt of a sale, a refund or a payout."""
        self._tasks.write(
            self,
            print_queue.request_print,
            {"job_id": uuid4(), "kind": DocumentKind.RECEIPT, "subject": str(subject)},
            done=lambda _: self.print_queued.emit(),
            failed=self._on_receipt_failed,
        )

    def _on_receipt_failed(self, error: Exception) -> None:
        if self.done is not None:
            self.done.offer_receipt()
        self._presenter.present(error)
