"""A new PIN: for somebody else typed twice, for oneself with the old one."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services import people
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog
from boxoffice_desktop.ui.widgets.form import Form


class PinDialog(ChoiceDialog):
    """Asks for the PIN and stays open until it is stored.

    Signals:
        changed: the name of the person who has a new PIN.
        failed: an exception that has nothing to do with what was typed.
    """

    changed = Signal(str)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, staff_id: int, name: str, *, is_me: bool, parent: QWidget) -> None:
        """`name` is the person's; `is_me` asks for the old PIN, which the database wants from who changes his own."""
        super().__init__(parent.tr("New PIN for {name}").format(name=name), parent=parent)
        self._tasks, self._staff_id, self._name, self._is_me = tasks, staff_id, name, is_me
        self.form = Form()
        self.form.submitted.connect(self.save)
        if is_me:
            self.form.add_line("old", self.tr("Your PIN until now"), is_secret=True)
        self.form.add_line("pin", self.tr("New PIN (at least 4 characters)"), is_secret=True)
        self.form.add_line("again", self.tr("The same again"), is_secret=True)
        self.body.addWidget(self.form)
        self.add_button(self.tr("Set PIN"), self.save, "primary", closes=False)

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        self.form.focus_field("old" if self._is_me else "pin")

    def save(self) -> None:
        """Store the PIN, if both lines say the same."""
        if self.form.text("pin") != self.form.text("again"):
            self.form.show_problems({"again": self.tr("The two are not the same.")})
            return
        if self._is_me:
            # Two writes, one after the other: what is offered must be committed before it is answered.
            self._ask(people.offer_own_pin, {"old_pin": self.form.text("old")}, self._on_offered)
        else:
            new = {"staff_id": self._staff_id, "pin": self.form.text("pin")}
            self._ask(people.reset_pin, new, self._on_answered)

    def _ask(self, operation: Any, arguments: Mapping[str, object], done: Callable[[int | None], object]) -> None:
        # The dialog owns the question: once it is closed its answer goes nowhere, and the PIN is set all the same.
        self._tasks.write(self, operation, arguments, done=done, failed=self._on_failed)

    def _on_offered(self, wait_seconds: int | None) -> None:
        if wait_seconds is None:
            self._ask(people.change_own_pin, {"new_pin": self.form.text("pin")}, self._on_answered)
        else:
            self._on_answered(wait_seconds)

    def _on_answered(self, wait_seconds: int | None) -> None:
        if wait_seconds is None:
            self.accept()
            self.changed.emit(self._name)
            return
        wrong = self.tr("That is not your PIN.")
        later = self.tr("That is not your PIN. Wait {seconds} s.").format(seconds=wait_seconds)
        self.form.show_problems({"old": later if wait_seconds else wrong})

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self.form.show_problems({error.field: str(error)})
        else:
            self.reject()
            self.failed.emit(error)
