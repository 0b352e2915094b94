"""Small inputs that the editor's panels share."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from boxoffice_desktop.domain.halls import Area
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.ui.widgets.seat_map.words import kind_word
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

PANEL_WIDTH = 308


def make_label(text: str, role: str = "") -> QLabel:
    """A plain label of one of the theme's roles."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


class FieldGrid(QWidget):
    """Inputs in two columns, each below its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_INSIDE)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._at = 0

    def add(self, name: str, widget: QWidget, *, wide: bool = False) -> None:
        """Add an input in the next place, or across both columns."""
        label = make_label(name, "small")
        label.setBuddy(widget)
        widget.setAccessibleName(name)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(widget)
        if wide and self._at % 2:
            self._at += 1
        self._grid.addWidget(cell, self._at // 2, self._at % 2, 1, 2 if wide else 1)
        self._at += 2 if wide else 1


def make_spin(value: int, least: int, most: int, changed: Callable[[], None] | None = None) -> QSpinBox:
    """A whole number."""
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setValue(value)
    if changed is not None:
        spin.valueChanged.connect(lambda _value: changed())
    return spin


def make_number(value: float, least: float, most: float, changed: Callable[[], None] | None = None) -> QDoubleSpinBox:
    """A number of plan units."""
    spin = QDoubleSpinBox()
    spin.setDecimals(1)
    spin.setRange(least, most)
    spin.setValue(value)
    if changed is not None:
        spin.valueChanged.connect(lambda _value: changed())
    return spin


def make_text(value: str, longest: int, changed: Callable[[], None] | None = None) -> QLineEdit:
    """A short text."""
    edit = QLineEdit(value)
    edit.setMaxLength(longest)
    if changed is not None:
        edit.textChanged.connect(lambda _text: changed())
    return edit


def make_choice(choices: Sequence[tuple[str, object]], changed: Callable[[], None] | None = None) -> QComboBox:
    """One of several; each with the value behind its text."""
    box = QComboBox()
    for text, value in choices:
        box.addItem(text, value)
    # A long name must not make the panel wider than it is.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    if changed is not None:
        box.currentIndexChanged.connect(lambda _index: changed())
    return box


def list_kinds() -> list[tuple[str, object]]:
    """The kinds of seats for a choice."""
    return [(kind_word(kind), kind.value) for kind in SeatKind]


def fill_areas(box: QComboBox, areas: Sequence[Area], chosen: int | None) -> None:
    """Offer the areas and choose one; None chooses nothing."""
    box.blockSignals(True)
    box.clear()
    for area in areas:
        box.addItem(f"{area.letter} · {area.name}", area.area_id)
    box.setCurrentIndex(-1 if chosen is None else box.findData(chosen))
    box.blockSignals(False)
