"""Who changed what, when, before and after."""

from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.services import audit
from boxoffice_desktop.services.audit import AuditChange, AuditEntry, AuditPage, AuditQuery
from boxoffice_desktop.ui.manage.staff.words import AUDITED, operation_name, table_name
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_PAUSE_MS = 200
_CHANGES_WIDTH = 360


class AuditTab(QWidget):
    """Filters on top, the entries below, what changed beside them.

    Signals:
        failed: an exception.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner) -> None:
        super().__init__()
        self._tasks = tasks
        facts = tasks.desk.describe()
        self._locale, self._zone = facts.locale, ZoneInfo(facts.time_zone)
        self._next_before: int | None = None
        self._query = AuditQuery()
        self.filter = Form(5)
        self._person, self._table_box = QComboBox(), QComboBox()
        self.model: RowsModel[AuditEntry] = RowsModel(self._list_columns(), self)
        self.table = RowsTable(self.model, self.tr("Changes"))
        self.changes: RowsModel[AuditChange] = RowsModel(self._list_change_columns(), self)
        self._changes_table = RowsTable(self.changes, self.tr("What changed"))
        self._subject = make_label("", "strong")
        self._more = make_button(self.tr("Show earlier ones"), self._read_more)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._timer.timeout.connect(self.search)
        self.filter.edited.connect(self._timer.start)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def reload(self) -> None:
        """Read the newest entries that match, and who there is for the filter."""
        self._tasks.read(
            self, audit.list_audit_people, {}, done=self._on_people_read, failed=self.failed.emit, key="people"
        )
        self.search()

    def search(self) -> None:
        """Read the newest entries that match the filters."""
        reading = Reading(self.filter)
        query = AuditQuery(
            staff_id=self._person.currentData(),
            table=self._table_box.currentData() or "",
            first_day=reading.day("first_day"),
            last_day=reading.day("last_day"),
            text=self.filter.text("text"),
        )
        self.filter.show_problems(reading.problems)
        if not reading.problems:
            self._query = query
            self._tasks.read(
                self, audit.list_audit, {"query": query}, done=self._show, failed=self.failed.emit, key="audit"
            )

    def _read_more(self) -> None:
        arguments = {"query": self._query, "before": self._next_before}
        self._tasks.read(self, audit.list_audit, arguments, done=self._append, failed=self.failed.emit, key="audit")

    def _show(self, page: AuditPage) -> None:
        self.model.show_rows(page.entries)
        self._next_before = page.next_before
        self._more.setVisible(page.next_before is not None)
        self.changes.show_rows(())
        self._subject.setText("" if page.entries else self.tr("No change matches."))
        if page.entries:
            self.table.select_row(0)

    def _append(self, page: AuditPage) -> None:
        row = len(self.model.rows)
        self.model.show_rows((*self.model.rows, *page.entries))
        self._next_before = page.next_before
        self._more.setVisible(page.next_before is not None)
        self.table.select_row(min(row, len(self.model.rows) - 1))

    def _on_people_read(self, people: tuple[tuple[int, str], ...]) -> None:
        chosen = self._person.currentData()
        self._person.clear()
        self._person.addItem(self.tr("Everybody"), None)
        for staff_id, name in people:
            self._person.addItem(name, staff_id)
        self._person.setCurrentIndex(max(0, self._person.findData(chosen)))

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        entry = self.model.row_at(current)
        if entry is not None:
            self.changes.show_rows(entry.changes)
            self._subject.setText(f"{table_name(entry.table)} {entry.subject}")

    def _build(self) -> None:
        self._person.addItem(self.tr("Everybody"), None)
        self._table_box.addItem(self.tr("Everything"), "")
        for table in AUDITED:
            self._table_box.addItem(table_name(table), table)
        self.filter.add("person", self.tr("Who"), self._person)
        self.filter.add("table", self.tr("What"), self._table_box)
        self.filter.add_day("first_day", self.tr("From day"), self._locale)
        self.filter.add_day("last_day", self.tr("To day"), self._locale)
        self.filter.add_line("text", self.tr("Text, before or after"))
        side = QVBoxLayout()
        side.setSpacing(SPACE_INSIDE)
        side.addWidget(self._subject)
        side.addWidget(self._changes_table, 1)
        self._changes_table.setFixedWidth(_CHANGES_WIDTH)
        left = QVBoxLayout()
        left.setSpacing(SPACE_INSIDE)
        left.addWidget(self.table, 1)
        left.addWidget(self._more)
        self._more.hide()
        row = QHBoxLayout()
        row.setSpacing(SPACE_BETWEEN)
        row.addLayout(left, 1)
        row.addLayout(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self.filter)
        layout.addLayout(row, 1)

    def _list_columns(self) -> list[Column[AuditEntry]]:
        return [
            Column(title=self.tr("When"), text=lambda entry: format_date_time(entry.at, self._locale), width=18),
            Column(title=self.tr("Who"), text=lambda entry: entry.person or self.tr("set-up"), width=13),
            Column(title=self.tr("Where"), text=lambda entry: entry.terminal, width=11),
            Column(title=self.tr("What"), text=lambda entry: table_name(entry.table), width=12),
            Column(title=self.tr("Which"), text=lambda entry: entry.subject, width=0),
            Column(title=self.tr("Done"), text=lambda entry: operation_name(entry.operation), width=9),
        ]

    def _list_change_columns(self) -> list[Column[AuditChange]]:
        return [
            Column(title=self.tr("Field"), text=lambda change: change.column.replace("_", " "), width=12),
            Column(title=self.tr("Before"), text=lambda change: change.before or "", width=12),
            Column(title=self.tr("After"), text=lambda change: change.after or "", width=0),
        ]
