"""People: the list, the form, PINs and locks."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_time, format_time
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.services import people
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.people import Person, PersonDraft
from boxoffice_desktop.ui.manage.staff.person_form import PersonForm
from boxoffice_desktop.ui.manage.staff.pin_dialog import PinDialog
from boxoffice_desktop.ui.manage.staff.words import describe_permissions, permission_name
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog, ask_unsaved, make_button
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_FORM_WIDTH = 430


class PeopleTab(QWidget):
    """The list on the left, the chosen person on the right.

    Signals:
        failed: an exception.
        told: a sentence of good news.
    """

    failed = Signal(object)
    told = Signal(str)

    def __init__(self, tasks: TaskRunner, me: SignedIn) -> None:
        super().__init__()
        self._tasks, self._me = tasks, me
        facts = tasks.desk.describe()
        self._locale, self._zone = facts.locale, ZoneInfo(facts.time_zone)
        self.model: RowsModel[Person] = RowsModel(self._list_columns(), self)
        self.table = RowsTable(self.model, self.tr("People"))
        self.form = PersonForm(me.permissions, self._describe)
        self.dialog: ChoiceDialog | None = None
        self._build()
        self._connect()

    def reload(self) -> None:
        """Read everybody again; who was chosen stays chosen."""
        self._tasks.read(self, people.list_people, {}, done=self._on_people_read, failed=self.failed.emit, key="people")

    def add_person(self) -> None:
        """Begin a new person."""
        self._guard(self._start_new)

    def _list_columns(self) -> list[Column[Person]]:
        return [
            Column(title=self.tr("Name"), text=lambda person: person.draft.display_name, width=0),
            Column(title=self.tr("User name"), text=lambda person: person.draft.user_name, width=12),
            Column(title=self.tr("May"), text=lambda person: describe_permissions(person.draft.permissions), width=16),
            Column(title=self.tr("Signed in at"), text=self._say_presence, width=18),
            Column(title=self.tr("State"), text=self._say_state, width=16, role=self._state_role),
        ]

    def _build(self) -> None:
        new = make_button(self.tr("New person"), self.add_person, "primary", tip="Ctrl+N")
        left = QVBoxLayout()
        left.setSpacing(SPACE_INSIDE)
        left.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(new)
        buttons.addStretch(1)
        left.addLayout(buttons)
        self.form.setFixedWidth(_FORM_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        row.setSpacing(SPACE_BETWEEN)
        row.addLayout(left, 1)
        row.addWidget(self.form)
        self.form.setEnabled(False)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.form.save_requested.connect(self._save)
        self.form.revert_requested.connect(self._revert)
        self.form.pin_requested.connect(self._ask_pin)
        self.form.unlock_requested.connect(partial(self._do, people.unlock_person, self.tr("Unlocked.")))
        self.form.sign_out_requested.connect(self._ask_sign_out)

    def _on_people_read(self, found: tuple[Person, ...]) -> None:
        shown = self.form.person.staff_id if self.form.person else None
        selection = self.table.selectionModel()
        was_blocked = selection.blockSignals(True)
        self.model.show_rows(found)
        row = next((row for row, each in enumerate(found) if each.staff_id == shown), 0)
        if found and not (self.form.is_dirty and shown is None):
            self.table.select_row(row)
        selection.blockSignals(was_blocked)
        if found and not self.form.is_dirty:
            self._show(found[row])

    def _show(self, person: Person) -> None:
        self.form.setEnabled(True)
        self.form.show_person(person)

    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        person = self.model.row_at(current)
        if person is None or (self.form.person and person.staff_id == self.form.person.staff_id):
            return
        if self.form.is_dirty:
            selection = self.table.selectionModel()
            was_blocked = selection.blockSignals(True)
            self.table.setCurrentIndex(previous)
            selection.blockSignals(was_blocked)
        self._guard(partial(self._show, person))

    def _start_new(self) -> None:
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.form.setEnabled(True)
        self.form.show_person(None)
        self.form.set_dirty(dirty=True)
        self.form.form.focus_field("display_name")

    def _revert(self) -> None:
        self.form.set_dirty(dirty=False)
        if self.form.person is not None:
            self._show(self.form.person)
        elif self.model.rows:
            self.table.select_row(0)
            self._show(self.model.rows[0])

    def _guard(self, go_on: Callable[[], object]) -> None:
        if not self.form.is_dirty:
            go_on()
            return

        def discard() -> None:
            self.form.set_dirty(dirty=False)
            go_on()

        self.dialog = ask_unsaved(self.tr("the person"), save=self.form.save, discard=discard, parent=self)

    def _save(self, draft: PersonDraft, pin: str | None, version: int | None = None) -> None:
        person = self.form.person
        arguments = {
            "draft": draft,
            "staff_id": person.staff_id if person else None,
            "version": version or (person.version if person else None),
            "pin": pin,
        }

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                self.form.form.show_problems(error.problems)
            elif isinstance(error, StaleEditError) and isinstance(error.current, Person):
                self._ask_stale(error, error.current, draft)
            else:
                self.failed.emit(error)

        self._tasks.write(self, people.save_person, arguments, done=self._on_saved, failed=fail)

    def _on_saved(self, person: Person) -> None:
        self._show(person)
        self.told.emit(self.tr("{name} is saved.").format(name=person.draft.display_name))
        self.reload()

    def _ask_stale(self, error: StaleEditError, current: Person, draft: PersonDraft) -> None:
        when = format_date_time(error.changed_at.astimezone(self._zone), self._locale) if error.changed_at else ""
        who = self.tr("{person} saved this person while you worked on it ({when}).").format(
            person=error.changed_by, when=when
        )
        mine, theirs = _describe_draft(draft), _describe_draft(current.draft)
        differences = [(name, mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]]
        self.dialog = StaleDialog(
            who,
            differences,
            keep_mine=partial(self._save, draft, None, current.version),
            take_theirs=partial(self._on_saved, current),
            parent=self,
        )
        self.dialog.open()

    def _ask_pin(self) -> None:
        person = self.form.person
        if person is None:
            return
        is_me = person.staff_id == self._me.staff_id
        name = person.draft.display_name
        self.dialog = dialog = PinDialog(self._tasks, person.staff_id, name, is_me=is_me, parent=self)
        dialog.failed.connect(self.failed)
        dialog.changed.connect(self._on_pin_changed)
        dialog.open()
        dialog.focus_first()

    def _on_pin_changed(self, name: str) -> None:
        self.told.emit(self.tr("{name} has a new PIN.").format(name=name))
        self.reload()

    def _ask_sign_out(self) -> None:
        person = self.form.person
        if person is None:
            return
        text = self.tr("A sale that is being made there is not finished. The seats go back when their time is over.")
        title = self.tr("Sign {name} out everywhere?").format(name=person.draft.display_name)
        self.dialog = ChoiceDialog(title, text, self)
        act = partial(self._do, people.sign_out_person, self.tr("Signed out."))
        self.dialog.add_button(self.tr("Sign out"), act, "danger")
        self.dialog.open()

    def _do(self, operation: Callable[..., Any], news: str) -> None:
        def done(_answer: object) -> None:
            self.told.emit(news)
            self.reload()

        if self.form.person is not None:
            arguments = {"staff_id": self.form.person.staff_id}
            self._tasks.write(self, operation, arguments, done=done, failed=self.failed.emit)

    def _describe(self, person: Person) -> str:
        parts = [self._say_state(person), self._say_presence(person)]
        if not person.may_change:
            parts.append(self.tr("May do more than you: only somebody who may as much can change this."))
        return " · ".join(part for part in parts if part)

    def _say_state(self, person: Person) -> str:
        if not person.draft.is_active:
            return self.tr("locked out")
        if not person.has_pin:
            return self.tr("has no PIN")
        if person.locked_until is not None:
            until = format_time(person.locked_until.astimezone(self._zone), self._locale)
            return self.tr("waits until {time}").format(time=until)
        return self.tr("{count} wrong PINs").format(count=person.failures) if person.failures else ""

    @staticmethod
    def _state_role(person: Person) -> str:
        return "warn" if person.draft.is_active else "muted"

    def _say_presence(self, person: Person) -> str:
        return ", ".join(
            f"{each.terminal_name} ({format_time(each.started_at.astimezone(self._zone), self._locale)})"
            for each in person.presences
        )


def _describe_draft(draft: PersonDraft) -> dict[str, str]:
    names = sorted(permission_name(permission) for permission in draft.permissions)
    return {
        "name": draft.display_name,
        "user name": draft.user_name,
        "works here": str(draft.is_active),
        "permissions": ", ".join(names),
    }
