"""The window of the print queue: what is open, and a button for each thing that can be done about it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_time
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.printing import DocumentKind, PrinterChoice, PrinterKind, PrintState
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.print_queue import Decision, QueuedPrint, StrandedQueue
from boxoffice_desktop.ui.printing.queue import PrintQueue
from boxoffice_desktop.ui.printing.words import name_job, name_state
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, set_icon

_SIZE = (820, 480)


class QueueWindow(QDialog):
    """Beside the till's window; it does not stop the next sale. Escape closes it."""

    def __init__(self, tasks: TaskRunner, queue: PrintQueue, person: SignedIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._queue = queue
        self._zone = ZoneInfo(tasks.desk.describe().time_zone)
        self._locale = tasks.desk.describe().locale
        self._may_help = Permission.REPRINT in person.permissions
        self._may_ask = self._may_help or Permission.SELL in person.permissions
        self.model: RowsModel[QueuedPrint] = RowsModel(self._columns())
        self.table = RowsTable(self.model, self.tr("Print queue"))
        self.question = make_label("", "strong")
        self.empty = make_label(self.tr("Nothing waits. Everything that was sold has come out."), "muted")
        self.came_out = QPushButton(self.tr("&Yes, it came out"))
        self.again = QPushButton()
        self.printer = QComboBox()
        self.skip = QPushButton(self.tr("&Skip"))
        self._printer_row = QWidget()
        self.reprint = QPushButton(self.tr("&Reprint a ticket…"))
        self.stranded = QVBoxLayout()
        self._build()
        self._connect()
        self._on_queue_changed()
        if self._may_help:
            tasks.read(self, print_queue.list_stranded, {}, done=self.show_stranded, failed=queue.failed.emit)

    def _columns(self) -> tuple[Column[QueuedPrint], ...]:
        return (
            Column(title=self.tr("Time"), text=lambda job: self._say_time(job.made_at), width=6),
            Column(title=self.tr("What"), text=name_job, width=0),
            Column(title=self.tr("State"), text=name_state, width=16, role=self._colour),
            Column(title=self.tr("Why"), text=lambda job: job.error, width=34),
        )

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Print queue"))
        self.resize(*_SIZE)
        self.printer.setAccessibleName(self.tr("Printer for the next try"))
        set_icon(self.again, "printer", "on_accent")
        self.again.setProperty("kind", "primary")
        self.reprint.setVisible(self._may_ask)
        for button in (self.came_out, self.again, self.skip, self.reprint):
            # Enter is what a cashier's fingers are pressing all day: a doubt is answered by a deliberate key.
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_INSIDE)
        for widget in (self.skip, self.came_out):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self.reprint)
        buttons.addWidget(self.printer)
        buttons.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.question)
        layout.addLayout(buttons)
        layout.addLayout(self.stranded)
        layout.addStretch(0)

    def _connect(self) -> None:
        self._queue.changed.connect(self._on_queue_changed)
        self.table.selectionModel().currentRowChanged.connect(self._show_choices)
        self.came_out.clicked.connect(lambda: self._decide(Decision.CAME_OUT))
        self.skip.clicked.connect(lambda: self._decide(Decision.SKIP))
        self.again.clicked.connect(self._print)
        self.reprint.clicked.connect(self._ask_reprint)

    def job(self) -> QueuedPrint | None:
        """The job that the buttons are about."""
        return self.model.row_at(self.table.currentIndex())

    def show_stranded(self, queues: tuple[StrandedQueue, ...]) -> None:
        """Offer to print what tills that are dead have left."""
        for each in queues:
            card = QFrame()
            card.setProperty("card", True)
            row = QHBoxLayout(card)
            words = self.tr("{name} is not running and has not printed: {count}")
            row.addWidget(make_label(words.format(name=each.terminal_name, count=each.jobs)), 1)
            take = QPushButton(self.tr("Print it here"))
            take.setAutoDefault(False)
            take.clicked.connect(lambda _=False, each=each, card=card: self._take_over(each, card))
            row.addWidget(take)
            self.stranded.addWidget(card)

    def _ask_reprint(self) -> None:
        from boxoffice_desktop.ui.printing.reprint_dialog import ReprintDialog

        dialog = ReprintDialog(self._tasks, needs_approval=not self._may_help, parent=self)
        dialog.requested.connect(lambda _count: self._queue.wake())
        dialog.failed.connect(self._queue.failed)
        dialog.open()

    def _take_over(self, stranded: StrandedQueue, card: QFrame) -> None:
        self._queue.take_over(stranded.terminal_id, lambda _count: card.hide())

    def _on_queue_changed(self) -> None:
        before = self.job()
        self.model.show_rows(self._queue.jobs)
        ids = [job.job_id for job in self._queue.jobs]
        doubts = [row for row, job in enumerate(self._queue.jobs) if job.state is PrintState.DOUBT]
        if before is not None and before.job_id in ids:
            self.table.select_row(ids.index(before.job_id))
        elif ids:
            self.table.select_row(doubts[0] if doubts else 0)
        self.empty.setVisible(not ids)
        self.table.setVisible(bool(ids))
        self._show_choices()

    def _show_choices(self) -> None:
        job = self.job()
        state = job.state if job is not None else None
        is_doubt = state is PrintState.DOUBT
        waits = state is PrintState.WAITING
        self.question.setVisible(is_doubt)
        self.came_out.setVisible(is_doubt)
        self.skip.setVisible(is_doubt or waits)
        self.again.setVisible(is_doubt or waits)
        self.printer.setVisible(is_doubt or waits)
        if job is None:
            return
        words = self.tr("Did it come out? Look at the printer: {what}.")
        self.question.setText(words.format(what=name_job(job)))
        self.again.setText(self.tr("&No, print it") if is_doubt else self.tr("&Print now"))
        self._list_printers(job.kind)

    def _list_printers(self, kind: DocumentKind) -> None:
        usual = self._queue.choices.find(kind)
        chosen = self.printer.currentIndex()
        self.printer.clear()
        for choice in (usual, *self._queue.choices.list_others(usual)):
            self.printer.addItem(self._name(choice), choice)
        self.printer.setCurrentIndex(chosen if 0 <= chosen < self.printer.count() else 0)

    def _name(self, choice: PrinterChoice) -> str:
        return self.tr("Folder of PDF files") if choice.kind is PrinterKind.FOLDER else choice.address

    def _decide(self, decision: Decision) -> None:
        job = self.job()
        if job is not None:
            self._queue.decide(job, decision)

    def _print(self) -> None:
        job = self.job()
        if job is None:
            return
        choice = self.printer.currentData()
        if job.state is PrintState.DOUBT:
            self._queue.decide(job, Decision.PRINT_AGAIN, choice)
        else:
            self._queue.print_now(job, choice)

    def _say_time(self, moment: datetime) -> str:
        return format_time(moment.astimezone(self._zone), self._locale)

    @staticmethod
    def _colour(job: QueuedPrint) -> str:
        if job.state is PrintState.DOUBT:
            return "bad"
        return "warn" if job.error or not job.is_fresh else "text"
