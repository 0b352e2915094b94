"""One person: name, permissions, PIN, lock."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.people import Person, PersonDraft
from boxoffice_desktop.ui.manage.staff.words import permission_groups, permission_name, ready_made_sets
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE


class PersonForm(QWidget):
    """Shows a person, takes changes.

    Signals:
        save_requested: a `PersonDraft` and the PIN of a new person, or None.
        revert_requested: the changes shall go.
        pin_requested, unlock_requested, sign_out_requested: the button of that name.
    """

    save_requested = Signal(object, object)
    revert_requested = Signal()
    pin_requested = Signal()
    unlock_requested = Signal()
    sign_out_requested = Signal()

    def __init__(self, mine: frozenset[Permission], describe: Callable[[Person], str]) -> None:
        """`mine` are the permissions that the signed-in person has and so may give; `describe` tells of the lock."""
        super().__init__()
        self._mine, self._describe = mine, describe
        self.person: Person | None = None
        self.is_dirty = False
        self.form = Form(2)
        self._boxes: dict[Permission, QCheckBox] = {}
        self._active = QCheckBox(self.tr("Works here (may sign in)"))
        self._heading, self._state = QLabel(), make_label("", "muted")
        self._build()
        self.form.edited.connect(lambda: self.set_dirty(dirty=True))
        self.form.submitted.connect(self.save)

    def show_person(self, person: Person | None) -> None:
        """Show a stored person, or with None empty fields for a new one."""
        self.person = person
        draft = person.draft if person else PersonDraft(user_name="", display_name="")
        may_change = person is None or person.may_change
        self._heading.setText(draft.display_name if person else self.tr("New person"))
        self._state.setText(self._describe(person) if person else self.tr("Choose a set of permissions and a PIN."))
        self._state.setVisible(bool(self._state.text()))
        self.form.set_text("display_name", draft.display_name)
        self.form.set_text("user_name", draft.user_name)
        self.form.set_text("pin", "")
        self._pin.setEnabled(person is None)
        self._pin.setPlaceholderText("" if person is None else self.tr("use “New PIN…” below"))
        self._active.setChecked(draft.is_active)
        for permission, box in self._boxes.items():
            box.setChecked(permission in draft.permissions)
            box.setEnabled(may_change and permission in self._mine)
        self.form.setEnabled(may_change)
        self._active.setEnabled(may_change)
        for button in self._sets:
            button.setEnabled(may_change)
        self._new_pin.setEnabled(person is not None and may_change)
        self._unlock.setEnabled(bool(person and may_change and (person.locked_until or person.failures)))
        self._out.setEnabled(bool(person and may_change and person.presences))
        self.form.show_problems({})
        self.set_dirty(dirty=False)

    def save(self) -> None:
        """Ask for the person to be saved; the service says what is wrong."""
        draft = PersonDraft(
            user_name=self.form.text("user_name"),
            display_name=self.form.text("display_name"),
            is_active=self._active.isChecked(),
            permissions=frozenset(permission for permission, box in self._boxes.items() if box.isChecked()),
        )
        self.save_requested.emit(draft, self.form.text("pin") or None if self.person is None else None)

    def set_dirty(self, *, dirty: bool) -> None:
        """Say whether something is not saved."""
        self.is_dirty = dirty
        self._save.setEnabled(dirty)
        self._revert.setEnabled(dirty)

    def _build(self) -> None:
        self._heading.setProperty("role", "title")
        self.form.add_line("display_name", self.tr("Name, as tickets and reports show it"), span=2)
        self.form.add_line("user_name", self.tr("User name"))
        self._pin = self.form.add_line("pin", self.tr("PIN"), is_secret=True)
        self._active.clicked.connect(lambda _checked: self.set_dirty(dirty=True))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_INSIDE, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.form)
        column.addWidget(self._active)
        column.addLayout(self._build_sets())
        column.addLayout(self._build_permissions())
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self._save = make_button(self.tr("Save"), self.save, "primary", tip="Ctrl+S")
        self._revert = make_button(self.tr("Discard"), self.revert_requested.emit)
        self._new_pin = make_button(self.tr("New PIN…"), self.pin_requested.emit)
        self._unlock = make_button(self.tr("Unlock"), self.unlock_requested.emit)
        self._out = make_button(self.tr("Sign out"), self.sign_out_requested.emit)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in ((first, (self._save, self._revert)), (second, (self._new_pin, self._unlock, self._out))):
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self._heading)
        layout.addWidget(self._state)
        layout.addWidget(area, 1)
        layout.addLayout(second)
        layout.addLayout(first)

    def _build_sets(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        self._sets = []
        for place, (name, ready_made) in enumerate(ready_made_sets()):
            button = make_button(name, lambda ready_made=ready_made: self._choose(ready_made))  # type: ignore[misc]  # mypy does not know defaults of lambdas
            button.setToolTip(self.tr("Exactly these permissions, as far as you may give them"))
            self._sets.append(button)
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _build_permissions(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_BETWEEN)
        grid.setVerticalSpacing(0)
        row = 0
        for heading, permissions in permission_groups():
            grid.addWidget(make_label(heading, "small"), row, 0, 1, 2)
            for place, permission in enumerate(permissions):
                box = QCheckBox(permission_name(permission))
                box.clicked.connect(lambda _checked: self.set_dirty(dirty=True))
                if permission not in self._mine:
                    box.setToolTip(self.tr("Only somebody who has it can give or take it."))
                self._boxes[permission] = box
                grid.addWidget(box, row + 1 + place // 2, place % 2)
            row += 2 + (len(permissions) - 1) // 2
        return grid

    def _choose(self, ready_made: frozenset[Permission]) -> None:
        for permission, box in self._boxes.items():
            if box.isEnabled():
                box.setChecked(permission in ready_made)
        self.set_dirty(dirty=True)
