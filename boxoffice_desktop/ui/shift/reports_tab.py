"""The Z reports of this till."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.services.shift_reports import ZLine, list_z_reports
from boxoffice_desktop.ui.shift.words import say_difference
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class ReportsTab(QWidget):
    """The last ones, newest first.

    Signals:
        report_requested: the shift's id.
        failed: an exception.
    """

    report_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, formats: Formats) -> None:
        super().__init__()
        self._tasks = tasks
        columns: list[Column[ZLine]] = [
            Column(title=self.tr("Z report"), text=lambda line: str(line.number), width=8, is_number=True),
            Column(title=self.tr("Opened"), text=lambda line: formats.moment(line.opened_at), width=20),
            Column(title=self.tr("Closed"), text=lambda line: formats.moment(line.closed_at), width=20),
            Column(title=self.tr("Sold"), text=lambda line: formats.amount(line.sold), width=14, is_number=True),
            Column(
                title=self.tr("Drawer"),
                text=lambda line: say_difference(line.difference, formats),
                width=20,
                role=lambda line: "warn" if line.difference else "ok",
            ),
            Column(title=self.tr("Closed by"), text=lambda line: line.closed_by, width=0),
        ]
        self.model: RowsModel[ZLine] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Z reports of this till"))
        self.table.activated.connect(lambda _index: self.show_chosen())
        self._empty = make_label(self.tr("There is no Z report yet. Closing a shift writes one."), "muted")
        buttons = QHBoxLayout()
        buttons.addWidget(make_button(self.tr("Show the report"), self.show_chosen, tip="Enter"))
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def reload(self) -> None:
        """Look again."""
        self._tasks.read(self, list_z_reports, {}, done=self._on_read, failed=self.failed.emit, key="reports")

    def show_chosen(self) -> None:
        """Ask for the chosen report."""
        line = self.model.row_at(self.table.currentIndex())
        if line is not None:
            self.report_requested.emit(line.shift_id)

    def _on_read(self, found: tuple[ZLine, ...]) -> None:
        self.model.show_rows(found)
        self._empty.setVisible(not found)
        if found:
            self.table.select_row(0)
