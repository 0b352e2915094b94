"""Forms: a label above each editor, and below it what is wrong with its value."""

from collections.abc import Mapping
from datetime import date, time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.widgets.date_field import DateField
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, restyle

_SHORTEST_CHOICE = 6


class Form(QWidget):
    """Named editors in columns.

    Signals:
        edited: somebody changed a value by hand.
        submitted: Enter was pressed in a line.
    """

    edited = Signal()
    submitted = Signal()

    def __init__(self, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._place = 0
        self._editors: dict[str, QWidget] = {}
        self._problems: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_INSIDE)
        self._grid.setVerticalSpacing(SPACE_INSIDE)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(self, name: str, label: str, editor: QWidget, *, span: int = 1) -> None:
        """Add an editor in the next free place; `span` columns wide."""
        cell = QVBoxLayout()
        cell.setSpacing(2)
        if not isinstance(editor, QCheckBox):
            caption = QLabel(label)
            caption.setProperty("role", "small")
            caption.setBuddy(editor)
            cell.addWidget(caption)
        problem = QLabel()
        problem.setTextFormat(Qt.TextFormat.PlainText)
        problem.setProperty("role", "error")
        problem.setWordWrap(True)
        problem.hide()
        editor.setAccessibleName(label)
        if isinstance(editor, QComboBox):
            # As wide as the form allows: the longest choice must not set the width of the window.
            editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            editor.setMinimumContentsLength(_SHORTEST_CHOICE)
        cell.addWidget(editor)
        cell.addWidget(problem)
        row, column = divmod(self._place, self._columns)
        if column + span > self._columns:
            row, column = row + 1, 0
        self._grid.addLayout(cell, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._place = row * self._columns + column + span
        self._editors[name], self._problems[name] = editor, problem
        self._listen(editor)

    def add_line(self, name: str, label: str, *, span: int = 1, hint: str = "", is_secret: bool = False) -> QLineEdit:
        """Add a line of text."""
        line = QLineEdit()
        line.setPlaceholderText(hint)
        if is_secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.add(name, label, line, span=span)
        return line

    def add_day(self, name: str, label: str, locale: str, *, span: int = 1) -> DateField:
        """Add a day, which may be left empty."""
        field = DateField(locale)
        self.add(name, label, field, span=span)
        return field

    def set_day(self, name: str, day: date | None) -> None:
        """Fill a day; not an edit."""
        editor = self._editors[name]
        if isinstance(editor, DateField):
            editor.show_day(day)

    def day_field(self, name: str) -> DateField | None:
        """The editor of a day; None when the editor is another."""
        editor = self._editors[name]
        return editor if isinstance(editor, DateField) else None

    def text(self, name: str) -> str:
        """What stands in a line, as it was typed."""
        editor = self._editors[name]
        return editor.text() if isinstance(editor, QLineEdit) else ""

    def set_text(self, name: str, text: str) -> None:
        """Fill a line; not an edit."""
        editor = self._editors[name]
        if isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.setCursorPosition(0)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong at the fields, everything else is right; the first wrong one gets the focus."""
        for name, label in self._problems.items():
            label.setText(problems.get(name, ""))
            label.setVisible(name in problems)
            editor = self._editors[name]
            editor.setProperty("error", name in problems)
            editor.setAccessibleDescription(problems.get(name, ""))
            restyle(editor)
        first = next((name for name in self._editors if name in problems), None)
        if first is not None:
            self._editors[first].setFocus()

    def problems(self) -> dict[str, str]:
        """What the form says is wrong now, by field."""
        return {name: label.text() for name, label in self._problems.items() if label.text()}

    def focus_field(self, name: str) -> None:
        """Put the keyboard into a field, its text selected."""
        editor = self._editors[name]
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    def _listen(self, editor: QWidget) -> None:
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(lambda _text: self.edited.emit())
            editor.returnPressed.connect(self.submitted)
        elif isinstance(editor, QCheckBox):
            editor.clicked.connect(lambda _checked: self.edited.emit())
        elif isinstance(editor, QComboBox):
            editor.activated.connect(lambda _place: self.edited.emit())


class Reading:
    """Turns typed texts into values and collects what could not be read, by field."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.problems: dict[str, str] = {}

    def number(self, name: str) -> int | None:
        """A whole number; None when empty or unreadable."""
        text = self._form.text(name).strip()
        try:
            return int(text) if text else None
        except ValueError:
            self.problems[name] = self._form.tr("A whole number.")
            return None

    def day(self, name: str) -> date | None:
        """A day, as the locale of its field writes it or as 2026-12-03; None when empty or unreadable."""
        field = self._form.day_field(name)
        if field is not None:
            return self._read_field(name, field)
        text = self._form.text(name).strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.problems[name] = self._form.tr("Year-month-day, like 2026-12-03.")
            return None

    def _read_field(self, name: str, field: DateField) -> date | None:
        try:
            return field.read_day()
        except InvalidInputError:
            self.problems[name] = self._form.tr("A day like {example}.").format(example=field.say_example())
            return None

    def clock(self, name: str) -> time | None:
        """A time of day as 18:30 or 18; 24:00 is midnight. None when empty or unreadable."""
        text = self._form.text(name).strip()
        if text in {"24", "24:00"}:
            return time(0)
        try:
            return time.fromisoformat(text if ":" in text else f"{int(text):02}:00") if text else None
        except ValueError:
            self.problems[name] = self._form.tr("A time like 18:30.")
            return None
