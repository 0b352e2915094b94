"""Terminals: what they are called, whether they are connected, who works there."""

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.services import terminals
from boxoffice_desktop.services.terminals import TerminalState
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class TerminalsTab(QWidget):
    """The list of terminals.

    Signals:
        failed: an exception.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, *, may_rename: bool) -> None:
        super().__init__()
        self._tasks = tasks
        facts = tasks.desk.describe()
        self._locale, self._zone = facts.locale, ZoneInfo(facts.time_zone)
        columns: list[Column[TerminalState]] = [
            Column(title=self.tr("Name"), text=self._say_name, width=0),
            Column(title=self.tr("Mark on maps"), text=lambda each: each.mark, width=12),
            Column(title=self.tr("State"), text=self._say_state, width=38, role=self._state_role),
            Column(title=self.tr("Signed in"), text=lambda each: each.person, width=24),
            Column(title=self.tr("Login"), text=lambda each: each.login, width=18),
        ]
        self.model: RowsModel[TerminalState] = RowsModel(columns, self)
        self.table = RowsTable(self.model, self.tr("Terminals"))
        self.dialog: ChoiceDialog | None = None
        rename = make_button(self.tr("Rename…"), self.ask_name)
        rename.setEnabled(may_rename)
        refresh = make_button(self.tr("Look again"), self.reload, tip="F5")
        hint = self.tr("A new counter is paired, and a lost one revoked, on the computer that runs the database.")
        buttons = QHBoxLayout()
        buttons.addWidget(rename)
        buttons.addWidget(refresh)
        buttons.addWidget(make_label(hint, "muted"), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def reload(self) -> None:
        """Look again."""
        self._tasks.read(
            self, terminals.list_terminals, {}, done=self._on_read, failed=self.failed.emit, key="terminals"
        )

    def ask_name(self) -> None:
        """Ask for another name and mark of the chosen terminal."""
        chosen = self.model.row_at(self.table.currentIndex())
        if chosen is None:
            return
        self.dialog = dialog = ChoiceDialog(
            self.tr("Rename {name}").format(name=chosen.name),
            self.tr("Its window shows it from its next start on."),
            self,
        )
        form = Form()
        form.add_line("name", self.tr("Name"))
        form.add_line("mark", self.tr("Mark on maps (one or two characters)"))
        form.set_text("name", chosen.name)
        form.set_text("mark", chosen.mark)
        dialog.body.addWidget(form)

        def done(_nothing: None) -> None:
            dialog.accept()
            self.reload()

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                form.show_problems(error.problems)
            else:
                dialog.reject()
                self.failed.emit(error)

        def save() -> None:
            arguments = {"terminal_id": chosen.terminal_id, "name": form.text("name"), "mark": form.text("mark")}
            self._tasks.write(dialog, terminals.rename_terminal, arguments, done=done, failed=fail)

        dialog.add_button(self.tr("Rename"), save, "primary", closes=False)
        dialog.open()

    def _on_read(self, found: tuple[TerminalState, ...]) -> None:
        row = self.table.currentIndex().row()
        self.model.show_rows(found)
        if found:
            self.table.select_row(min(max(row, 0), len(found) - 1))

    def _say_name(self, each: TerminalState) -> str:
        return self.tr("{name} (this one)").format(name=each.name) if each.is_this else each.name

    def _say_state(self, each: TerminalState) -> str:
        at = each.revoked_at or each.connected_since
        when = format_date_time(at.astimezone(self._zone), self._locale) if at else ""
        if each.revoked_at is not None:
            return self.tr("revoked {when}").format(when=when)
        return self.tr("connected since {when}").format(when=when) if at else self.tr("not connected")

    @staticmethod
    def _state_role(each: TerminalState) -> str:
        if each.revoked_at is not None:
            return "bad"
        return "ok" if each.connected_since is not None else "muted"
