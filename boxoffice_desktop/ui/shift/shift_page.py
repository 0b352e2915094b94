"""The shift: of this till, its Z reports, and all tills' shifts of a day."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from boxoffice_desktop.documents.pages import ShiftReport
from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn, TicketsDocument
from boxoffice_desktop.services.report_copies import note_report
from boxoffice_desktop.services.shift_reports import ShiftLine, get_z_report, read_x_report, render_report
from boxoffice_desktop.ui.shift.day_tab import DayTab
from boxoffice_desktop.ui.shift.report_window import ReportWindow
from boxoffice_desktop.ui.shift.reports_tab import ReportsTab
from boxoffice_desktop.ui.shift.till_tab import TillTab
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.printers import list_printers
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE


class ShiftPage(QWidget):
    """A page of the window.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
        told: a sentence of good news.
        drawer_requested: the drawer shall open.
        approval_requested: a `CashDialog` whose pay-out needs somebody's yes.
        shift_changed: a shift was opened or closed.
        outcome_unknown: see `TillTab`.
        print_requested: the id of a shift whose report shall go through the print queue.
    """

    message_posted = Signal(object)
    told = Signal(str)
    drawer_requested = Signal()
    approval_requested = Signal(object)
    shift_changed = Signal()
    outcome_unknown = Signal()
    print_requested = Signal(object)

    def __init__(self, tasks: TaskRunner, me: SignedIn, parent: QWidget | None = None) -> None:
        """`me` is who is signed in."""
        super().__init__(parent)
        self._tasks = tasks
        formats = Formats.of(tasks.desk.describe())
        self.till = TillTab(tasks, formats)
        self.reports = ReportsTab(tasks, formats)
        self.day = DayTab(tasks, formats, may_close=Permission.MANAGE_SHIFTS in me.permissions)
        self.tabs = QTabWidget()
        self.window_of_report: ReportWindow | None = None
        self.prints_by_itself: Callable[[], bool] = lambda: False
        """Whether this till has a printer for reports now; without one, somebody is asked where to print."""
        self._build(sees_all=Permission.VIEW_REPORTS in me.permissions)
        self._connect()

    def may_leave(self) -> bool:
        """Whether nobody is counting a drawer."""
        return not self.till.is_counting()

    def leave(self) -> None:
        """Nothing is held."""

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        return self.tr("the drawer is being counted and the shift is not closed")

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page, for the help."""
        return (
            *self.till.running.list_keys(),
            ("Enter", self.tr("Next field of the count")),
            ("Ctrl+Enter", self.tr("Take the count")),
            ("Ctrl+1 … Ctrl+3", self.tr("This till, its Z reports, all tills")),
            ("F5", self.tr("Look again")),
        )

    def show_x_report(self, shift_id: UUID) -> None:
        """Show the X report of an open shift."""
        self._tasks.read(
            self,
            read_x_report,
            {"shift_id": shift_id},
            done=partial(self._render, shift_id),
            failed=self.message_posted.emit,
            key="report",
        )

    def show_z_report(self, shift_id: UUID) -> None:
        """Show the Z report of a closed shift."""
        self._tasks.read(
            self,
            get_z_report,
            {"shift_id": shift_id},
            done=partial(self._render, shift_id),
            failed=self.message_posted.emit,
            key="report",
        )

    def _build(self, *, sees_all: bool) -> None:
        title = QLabel(self.tr("Shift"))
        title.setProperty("role", "title")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.till, self.tr("This till"))
        self.tabs.addTab(self.reports, self.tr("Z reports"))
        if sees_all:
            self.tabs.addTab(self.day, self.tr("All tills"))
        else:
            self.day.setParent(self)
            self.day.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(title)
        layout.addWidget(self.tabs, 1)
        self.setFocusProxy(self.till)

    def _connect(self) -> None:
        for tab in (self.till, self.reports, self.day):
            tab.failed.connect(self.message_posted)
        self.till.told.connect(self.told)
        self.till.changed.connect(self.shift_changed)
        self.till.outcome_unknown.connect(self.outcome_unknown)
        self.till.drawer_requested.connect(self.drawer_requested)
        self.till.approval_requested.connect(self.approval_requested)
        self.till.report_requested.connect(self.show_x_report)
        self.till.z_report_requested.connect(self.show_z_report)
        self.reports.report_requested.connect(self.show_z_report)
        self.day.report_requested.connect(self._on_day_report_requested)
        self.day.close_requested.connect(self._on_day_close_requested)
        self.tabs.currentChanged.connect(self.reload)
        keys: list[tuple[str, Callable[[], object]]] = [
            (f"Ctrl+{place + 1}", partial(self.tabs.setCurrentIndex, place)) for place in range(self.tabs.count())
        ]
        for key, act in [*keys, ("F5", self.reload)]:
            shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def reload(self) -> None:
        """Look again at what the tab in sight shows."""
        tab = self.tabs.currentWidget()
        if isinstance(tab, TillTab | ReportsTab | DayTab):
            tab.reload()

    def _on_day_report_requested(self, line: ShiftLine) -> None:
        if line.closed_at is None:
            self.show_x_report(line.shift_id)
        else:
            self.show_z_report(line.shift_id)

    def _on_day_close_requested(self, line: ShiftLine) -> None:
        self.tabs.setCurrentWidget(self.till)
        self.till.begin_closing(line.shift_id, line.number, line.terminal_name)

    def _render(self, shift_id: UUID, report: ShiftReport) -> None:
        number = report.shift_number
        if report.z_number is None:
            title, name = self.tr("X report of shift {number}").format(number=number), f"x-report-{number}.pdf"
        else:
            title, name = self.tr("Z report {number}").format(number=number), f"z-report-{number}.pdf"
        self._tasks.read_call(
            self,
            render_report,
            report,
            done=lambda document: self._show_report(shift_id, document, title, name),
            failed=self.message_posted.emit,
            key="pdf",
        )

    def _show_report(self, shift_id: UUID, document: TicketsDocument, title: str, name: str) -> None:
        if self.window_of_report is not None:
            self.window_of_report.close()
        opened = self.window_of_report = ReportWindow(document, title, name, self.window())
        opened.finished.connect(lambda: self._forget(opened))
        opened.preview.print_wanted.connect(lambda: self._begin_print(opened, shift_id))
        opened.preview.printed.connect(lambda _pages: self._on_printed(opened, shift_id))
        opened.preview.print_failed.connect(self.message_posted)
        opened.preview.saved.connect(lambda file: self.told.emit(self.tr("Saved as {file}.").format(file=file)))
        opened.preview.save_failed.connect(self._on_save_failed)
        opened.show()

    def _begin_print(self, opened: ReportWindow, shift_id: UUID) -> None:
        if self.prints_by_itself():
            self.print_requested.emit(shift_id)
            opened.close()
            return
        self._tasks.read_call(
            opened,
            list_printers,
            done=opened.preview.ask_where_to_print,
            failed=self.message_posted.emit,
            key="printers",
        )

    def _on_printed(self, opened: ReportWindow, shift_id: UUID) -> None:
        self.told.emit(self.tr("Sent to the printer."))
        values = {"job_id": uuid4(), "shift_id": shift_id}
        self._tasks.write(self, note_report, values, failed=self.message_posted.emit)
        # What is on the screen would come out a second time without saying so.
        opened.close()

    def _on_save_failed(self, file: str, reason: str) -> None:
        self.message_posted.emit(PrinterError(f"{file}: {reason}"))

    def _forget(self, closed: ReportWindow) -> None:
        if self.window_of_report is closed:
            self.window_of_report = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
