"""Printing a ticket again: which sale, which of its tickets, and why."""

from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.services import reprints
from boxoffice_desktop.services.approvals import ApprovalRequest
from boxoffice_desktop.services.reprints import ReprintableTicket
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, make_label
from boxoffice_desktop.ui.widgets.form import Form, Reading

_LIST_HEIGHT = 160


class ReprintDialog(ChoiceDialog):
    """Asks for till and number of the sale, as both stand on every ticket, shows its tickets and asks for a reason.

    For who may not print again a supervisor approves every ticket with a PIN, one after the other.

    Signals:
        requested: copies wait in the print queue; how many.
        failed: an exception that is no matter of this dialog.
    """

    requested = Signal(int)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, *, needs_approval: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Print a ticket again"), self.tr("The old code opens no door any more."), parent)
        self._tasks = tasks
        self._needs_approval = needs_approval
        self._waiting: list[int] = []
        self._made = 0
        self.form = Form(columns=2)
        self.form.add_line("terminal", self.tr("Till, as on the ticket"))
        self.form.add_line("number", self.tr("Sale number"))
        self.form.set_text("terminal", tasks.desk.describe().terminal_name)
        self.find_button = QPushButton(self.tr("&Find"))
        self.find_button.setAutoDefault(False)
        self.tickets: dict[int, QCheckBox] = {}
        self.show_words = make_label("", "strong")
        list_of_tickets = QWidget()
        self._boxes = QVBoxLayout(list_of_tickets)
        area = QScrollArea()
        area.setAccessibleName(self.tr("Tickets of the sale"))
        area.setWidgetResizable(True)
        area.setMinimumHeight(_LIST_HEIGHT)
        area.setWidget(list_of_tickets)
        self.reason = Form()
        self.reason.add_line("reason", self.tr("Reason"))
        self.words = make_label("", "error")
        for widget in (self.form, self.find_button, self.show_words, area, self.reason, self.words):
            self.body.addWidget(widget)
        self.print_button = self.add_button(self.tr("Print again"), self._print, "primary", closes=False)
        self.print_button.setEnabled(False)
        self.form.submitted.connect(self._find)
        self.find_button.clicked.connect(self._find)
        self.reason.submitted.connect(self._print)
        self.form.focus_field("number")

    def _find(self) -> None:
        reading = Reading(self.form)
        number = reading.number("number")
        if number is None:
            reading.problems.setdefault("number", self.tr("The number of the sale, as on the ticket."))
        self.form.show_problems(reading.problems)
        if number is not None:
            arguments = {"terminal_name": self.form.text("terminal").strip(), "sale_number": number}
            self._tasks.read(
                self, reprints.list_reprintable, arguments, done=self._show, failed=self._on_failed, key="sale"
            )

    def _show(self, tickets: tuple[ReprintableTicket, ...]) -> None:
        self.words.clear()
        for box in self.tickets.values():
            box.deleteLater()
        self.tickets.clear()
        locale = self._tasks.desk.describe().locale
        for ticket in tickets:
            words = f"{ticket.seat_name} · {ticket.ticket_type}"
            if ticket.copies > 1:
                words += " · " + self.tr("printed {count} times").format(count=ticket.copies)
            box = QCheckBox(words if ticket.is_valid else self.tr("{what} · not valid").format(what=words))
            box.setEnabled(ticket.is_valid)
            box.setChecked(len(tickets) == 1 and ticket.is_valid)
            self.tickets[ticket.ticket_id] = box
            self._boxes.addWidget(box)
        first = tickets[0]
        self.show_words.setText(f"{first.title} · {format_date_time(first.starts_at, locale)}")
        self.print_button.setEnabled(any(ticket.is_valid for ticket in tickets))
        (self.reason.focus_field("reason") if len(tickets) == 1 else self.tickets[first.ticket_id].setFocus())

    def _chosen(self) -> list[int]:
        return [ticket_id for ticket_id, box in self.tickets.items() if box.isChecked()]

    def _print(self) -> None:
        chosen, reason = self._chosen(), self.reason.text("reason").strip()
        self.reason.show_problems({} if reason else {"reason": self.tr("Say why: it stands in the journal.")})
        self.words.setText("" if chosen else self.tr("Tick the tickets to print."))
        if not chosen or not reason or not self.print_button.isEnabled():
            return
        self.print_button.setEnabled(False)
        self._waiting, self._made = chosen, 0
        self._print_next()

    def _print_next(self) -> None:
        if not self._waiting:
            self._finish()
            return
        ticket_id, reprint_id = self._waiting.pop(0), uuid4()
        if self._needs_approval:
            self._ask_approval(ticket_id, reprint_id)
        else:
            self._reprint(ticket_id, reprint_id)

    def _ask_approval(self, ticket_id: int, reprint_id: UUID) -> None:
        reason = self.reason.text("reason").strip()
        request = ApprovalRequest(act=reprints.REPRINT_ACT, subject=reprint_id, amount=0, reason=reason)
        words = self.tr("Print again: {ticket}").format(ticket=self.tickets[ticket_id].text())
        dialog = ApprovalDialog(self._tasks, request, words, self)
        dialog.approved.connect(lambda yes: self._reprint(ticket_id, reprint_id, yes.approval_id))
        dialog.rejected.connect(self._stop)
        dialog.failed.connect(self._on_failed)
        dialog.open()

    def _reprint(self, ticket_id: int, reprint_id: UUID, approval_id: UUID | None = None) -> None:
        arguments = {
            "reprint_id": reprint_id,
            "ticket_id": ticket_id,
            "reason": self.reason.text("reason").strip(),
            "approval_id": approval_id,
        }

        def on_done(_copy: int) -> None:
            self._made += 1
            self.tickets[ticket_id].setChecked(False)
            self._print_next()

        def on_failed(error: Exception) -> None:
            self._on_failed(error)
            self._print_next()

        self._tasks.write(self, reprints.reprint_ticket, arguments, done=on_done, failed=on_failed)

    def _stop(self) -> None:
        """Nobody approved: what was approved before comes out, the rest stays ticked."""
        self.words.setText(self.words.text() or self.tr("Nobody approved, so nothing more is printed."))
        self._waiting = []
        self._finish()

    def _finish(self) -> None:
        self.print_button.setEnabled(True)
        if self._made:
            self.requested.emit(self._made)
        if not self.words.text():
            self.accept()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, BoxOfficeError):
            self.words.setText(str(error))
        else:
            self.failed.emit(error)
