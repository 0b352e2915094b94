"""One card of settings that all tills share: read from the database, typed over, saved with a button of its own."""

from typing import Generic, TypeVar, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, restyle

Value = TypeVar("Value")


class SavedPanel(QFrame, Generic[Value]):
    """Reads and saves its value by itself; what is typed stays until it is saved or discarded.

    A subclass says how the value is read, shown, typed and written. Somebody else's newer value is told, and saving
    again replaces it.

    Signals:
        failed: an exception for the window.
    """

    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, form: Form, save_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.form = form
        self.is_dirty = False
        """Whether something was typed that is not saved."""
        self.button = QPushButton(save_words)
        self.discard_button = QPushButton(self.tr("&Discard"))
        self._read: Value | None = None
        self._verdict = QLabel()
        form.edited.connect(lambda: self.set_dirty(dirty=True))
        form.submitted.connect(self._save)
        self.button.clicked.connect(lambda _checked=False: self._save())
        self.discard_button.clicked.connect(lambda _checked=False: self._discard())
        self.set_dirty(dirty=False)

    def reload(self) -> None:
        """Read the value, unless something was typed."""
        if not self.is_dirty:
            self.ask()

    def show_value(self, value: Value) -> None:
        """Show the value as it stands in the database."""
        self._read = value
        self.fill(value)
        self.form.show_problems({})
        self.set_dirty(dirty=False)

    @property
    def words(self) -> str:
        """What the panel says of the last save, for tests and screen readers."""
        return self._verdict.text()

    def ask(self) -> None:
        """Read the value off the window's thread; `show_value` and `on_failed` take the answer."""
        raise NotImplementedError

    def fill(self, value: Value) -> None:
        """Put a value into the fields."""
        raise NotImplementedError

    def typed(self) -> Value | None:
        """What the fields say now; None when they say something impossible, which is told at the fields."""
        raise NotImplementedError

    def write(self, value: Value, read: Value) -> None:
        """Save `value` in the place of `read`; `on_saved` and `on_failed` take the answer."""
        raise NotImplementedError

    def word_stale(self, who: str, current: Value) -> str:
        """What to say when somebody else has changed the value meanwhile."""
        raise NotImplementedError

    def arrange(self, title: str, *rows: QWidget | QLayout) -> None:
        """Lay the card out: its title, what belongs to it, and the buttons with their verdict."""
        self.setProperty("card", True)
        self._verdict.setWordWrap(True)
        self._verdict.setAccessibleName(self.tr("Result of saving"))
        below = QHBoxLayout()
        below.setSpacing(SPACE_BETWEEN)
        below.addWidget(self.button)
        below.addWidget(self.discard_button)
        below.addWidget(self._verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        for row in (make_label(title, "title"), *rows, below):
            if isinstance(row, QLayout):
                column.addLayout(row)
            else:
                column.addWidget(row)

    def set_dirty(self, *, dirty: bool) -> None:
        """Something was typed, or nothing is any more."""
        self.is_dirty = dirty
        self.button.setEnabled(dirty and self._read is not None)
        self.discard_button.setEnabled(dirty)
        self.say("muted", "")

    def say(self, role: str, words: str) -> None:
        """The verdict beside the buttons."""
        self._verdict.setText(words)
        self._verdict.setProperty("role", role)
        restyle(self._verdict)

    def on_saved(self, value: Value) -> None:
        """It stands in the database as `value`."""
        self.show_value(value)
        self.say("ok", self.tr("Saved."))

    def on_failed(self, error: Exception) -> None:
        """Reading or saving did not work; what was typed stays."""
        self.button.setEnabled(self.is_dirty and self._read is not None)
        if isinstance(error, InvalidFieldsError):
            self.say("muted", "")
            self.form.show_problems(error.problems)
        elif isinstance(error, StaleEditError):
            current = self._read = cast("Value", error.current)
            self.say("warn", self.word_stale(error.changed_by, current))
        else:
            self.say("error", self.tr("Not saved.") if self._read is not None else self.tr("This could not be read."))
            self.failed.emit(error)

    def _save(self) -> None:
        read = self._read
        if read is None or not self.button.isEnabled():
            return
        value = self.typed()
        if value is None:
            return
        self.form.show_problems({})
        self.button.setEnabled(False)
        self.say("muted", self.tr("Saving…"))
        self.write(value, read)

    def _discard(self) -> None:
        if self._read is not None:
            self.show_value(self._read)
