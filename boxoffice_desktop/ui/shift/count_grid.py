"""Counting a drawer: a field for each note and coin, and what they come to."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from boxoffice_desktop.domain.cash import Pieces, count_cash, list_coins, list_notes, parse_pieces
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, restyle

_FIELD_WIDTH = 96


class PiecesField(QLineEdit):
    """A number of pieces: figures only; Enter and the arrows move on.

    Signals:
        stepped: 1 for the next field, -1 for the one before.
    """

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,7}"), self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("0")
        self.setFixedWidth(_FIELD_WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.stepped.emit(1)
        elif plain and event.key() == Qt.Key.Key_Up:
            self.stepped.emit(-1)
        else:
            super().keyPressEvent(event)


class CountGrid(QWidget):
    """Notes on the left, coins on the right, largest first. Empty fields count as none.

    Signals:
        changed: a number was typed.
        submitted: Enter in the last field.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self.fields: dict[int, PiecesField] = {}
        self._sums: dict[int, QLabel] = {}
        self.sum_row = QWidget()
        """What they come to; whoever shows the grid places it where it stays in sight."""
        self._total = QLabel()
        self._problem = QLabel()
        self._build()
        self._show_sums()

    def clear(self) -> None:
        """Nothing is counted yet."""
        for field in self.fields.values():
            field.clear()
        self._show_sums()

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        first = next(iter(self.fields.values()))
        first.setFocus()
        first.selectAll()

    def total(self) -> int:
        """What is counted, in minor units.

        Raises:
            InvalidInputError: a number that cannot be; the field says so.
        """
        return count_cash(self.pieces())

    def pieces(self) -> Pieces:
        """Every denomination with its pieces.

        Raises:
            InvalidInputError: a number that cannot be; the field says so.
        """
        found = []
        for denomination, field in self.fields.items():
            try:
                found.append((denomination, parse_pieces(field.text())))
            except InvalidInputError:
                _mark(field, wrong=True)
                field.setFocus()
                raise
            _mark(field, wrong=False)
        return tuple(found)

    def _build(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_AROUND * 2)
        for title, denominations in (
            (self.tr("Notes"), list_notes(self._formats.currency)),
            (self.tr("Coins"), list_coins(self._formats.currency)),
        ):
            columns.addLayout(self._build_column(title, denominations))
        columns.addStretch(1)
        sum_row = QHBoxLayout(self.sum_row)
        sum_row.setContentsMargins(0, 0, 0, 0)
        name = QLabel(self.tr("In the drawer"))
        self._total.setProperty("role", "figure")
        self._total.setAccessibleName(self.tr("Counted together"))
        sum_row.addWidget(name)
        sum_row.addWidget(self._total)
        sum_row.addWidget(self._problem, 1)
        self._problem.setProperty("role", "error")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(columns)
        self.setFocusProxy(next(iter(self.fields.values())))

    def _build_column(self, title: str, denominations: tuple[int, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_BETWEEN)
        grid.setVerticalSpacing(4)
        heading = QLabel(title)
        heading.setProperty("role", "small")
        grid.addWidget(heading, 0, 0, 1, 3)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, denomination in enumerate(denominations, start=1):
            words = self._formats.amount(denomination)
            label, field, amount = QLabel(words), PiecesField(), QLabel()
            label.setBuddy(field)
            label.setAlignment(right)
            amount.setProperty("role", "muted")
            amount.setAlignment(right)
            amount.setMinimumWidth(_FIELD_WIDTH)
            field.setAccessibleName(self.tr("Pieces of {amount}").format(amount=self._formats.money(denomination)))
            field.textChanged.connect(self._on_field_changed)
            field.stepped.connect(lambda step, key=denomination: self._step(key, step))
            for place, widget in enumerate((label, field, amount)):
                grid.addWidget(widget, row, place)
            self.fields[denomination], self._sums[denomination] = field, amount
        grid.setRowStretch(len(denominations) + 1, 1)
        return grid

    def _step(self, denomination: int, step: int) -> None:
        keys = list(self.fields)
        place = keys.index(denomination) + step
        if place >= len(keys):
            self.submitted.emit()
        elif place >= 0:
            self.fields[keys[place]].setFocus()
            self.fields[keys[place]].selectAll()

    def _on_field_changed(self) -> None:
        self._show_sums()
        self.changed.emit()

    def _show_sums(self) -> None:
        total, problem = 0, ""
        for denomination, field in self.fields.items():
            try:
                amount = denomination * parse_pieces(field.text())
            except InvalidInputError as error:
                problem = str(error)
                _mark(field, wrong=True)
                continue
            _mark(field, wrong=False)
            total += amount
            self._sums[denomination].setText(self._formats.amount(amount) if amount else "")
        self._total.setText(self._formats.money(total))
        self._problem.setText(problem)


def _mark(field: QLineEdit, *, wrong: bool) -> None:
    if bool(field.property("error")) != wrong:
        field.setProperty("error", wrong)
        restyle(field)
