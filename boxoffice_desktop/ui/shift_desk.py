"""What the shift's page and the selling page have to do with each other, and with the drawer."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.documents.formatting import format_money
from boxoffice_desktop.domain.errors import ShiftClosedError
from boxoffice_desktop.domain.printing import DocumentKind, PrinterKind
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.approvals import ApprovalRequest
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.receipt_printer import kick_drawer
from boxoffice_desktop.services.shifts import PAY_OUT_ACT, get_shift_view
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter
from boxoffice_desktop.ui.shell.shell import Shell
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices

if TYPE_CHECKING:
    from boxoffice_desktop.ui.shift.cash_dialog import CashDialog


class ShiftDesk(QObject):
    """Builds the shift's page, and tells the selling page whether a shift is open.

    Signals:
        print_queued: a report waits in the print queue.
    """

    print_queued = Signal()

    def __init__(self, tasks: TaskRunner, shell: Shell, presenter: ErrorPresenter, choices: PrinterChoices) -> None:
        """`choices` knows which printer the drawer hangs on."""
        super().__init__(shell)
        self._tasks = tasks
        self._shell = shell
        self._presenter = presenter
        self._choices = choices

    def build_page(self, person: SignedIn) -> QWidget:
        """The page for who is signed in."""
        # Loaded when somebody goes there: no till pays for it at its start.
        from boxoffice_desktop.ui.shift.shift_page import ShiftPage

        page = ShiftPage(self._tasks, person)
        page.message_posted.connect(self._presenter.present)
        page.told.connect(self._presenter.show_notice)
        page.drawer_requested.connect(self.open_drawer)
        page.approval_requested.connect(self._ask_approval)
        page.shift_changed.connect(self._on_shift_changed)
        page.outcome_unknown.connect(self._shell.resume_attempts)
        # The connection ends with the page.
        self._shell.attempts_told.connect(page.till.take_outcomes)
        page.prints_by_itself = self._prints_reports
        page.print_requested.connect(self._print_report)
        return page

    def watch(self, page: SellPage) -> None:
        """From now on the selling page knows whether a shift is open, whenever it comes into sight."""
        page.entered.connect(lambda: self._tell(page))
        page.shift_requested.connect(lambda: self._shell.go_to("shift"))
        page.message_posted.connect(lambda error: self._on_sell_message(page, error))

    def open_drawer(self) -> None:
        """Open the drawer, where there is one: cash goes in, or comes out."""
        choice = self._choices.find(DocumentKind.RECEIPT)
        if choice.has_drawer:
            self._tasks.read_call(self, kick_drawer, choice, failed=self._presenter.present)

    def _prints_reports(self) -> bool:
        return self._choices.find(DocumentKind.REPORT).kind is not PrinterKind.FOLDER

    def _tell(self, page: SellPage) -> None:
        self._tasks.read(page, get_shift_view, {}, done=lambda view: page.show_shift(view.shift), key="shift")

    def _on_sell_message(self, page: SellPage, error: object) -> None:
        if isinstance(error, ShiftClosedError):
            # Somebody closed it from another till.
            self._tell(page)

    def _on_shift_changed(self) -> None:
        page = self._shell.page("sell")
        if isinstance(page, SellPage):
            self._tell(page)

    def _ask_approval(self, asking: "CashDialog") -> None:
        order = asking.order
        if order is None:
            return
        facts = self._tasks.desk.describe()
        amount = format_money(order.amount, facts.currency, facts.locale)
        request = ApprovalRequest(act=PAY_OUT_ACT, subject=order.movement_id, amount=order.amount, reason=order.reason)
        words = self.tr("Pay out {amount}: {reason}").format(amount=amount, reason=order.reason)
        dialog = ApprovalDialog(self._tasks, request, words, asking)
        dialog.approved.connect(lambda approval: asking.use_approval(approval.approval_id))
        dialog.failed.connect(self._presenter.present)
        dialog.open()

    def _print_report(self, shift_id: UUID) -> None:
        self._tasks.write(
            self,
            print_queue.request_print,
            {"job_id": uuid4(), "kind": DocumentKind.REPORT, "subject": str(shift_id)},
            done=lambda _: self.print_queued.emit(),
            failed=self._presenter.present,
        )
