"""Tables of frozen rows: one model for every list of the manager's pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from boxoffice_desktop.ui.widgets.theme import theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_OURS = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ForegroundRole,
    }
)
# A small window takes the room from the columns of fixed width, down to less than half, before it takes it from the
# one that has the rest.
_LEAST_LETTERS = 18
_MOST_SQUEEZE = 0.4
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, kw_only=True)
class Column(Generic[T]):
    """A column: its heading, the text of a row, and how wide it is in characters (0 takes the rest).

    `colour` is a place in the series, shown as a chip; `role` a role of the theme for the text. A spare column is left
    out where there is no room for all: what it says can also be found elsewhere.
    """

    title: str
    text: Callable[[T], str]
    width: int = 12
    is_number: bool = False
    colour: Callable[[T], int | None] | None = None
    role: Callable[[T], str] | None = None
    is_spare: bool = False


class RowsModel(QAbstractTableModel, Generic[T]):
    """Shows a sequence of rows; the whole sequence is replaced at once."""

    def __init__(self, columns: Sequence[Column[T]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: Sequence[T] = ()

    @property
    def rows(self) -> Sequence[T]:
        """What is shown, from top to bottom."""
        return self._rows

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, index: Index) -> T | None:
        """The row of an index; None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        # A view asks for a dozen roles of every cell it paints; most of them are none of ours.
        if role not in _OURS or not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return _RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column.colour is not None:
            return self._chip(column.colour(row))
        if role == Qt.ItemDataRole.ForegroundRole and column.role is not None:
            return theme().colour(column.role(row))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return _RIGHT if self.columns[section].is_number else left
        return None

    @staticmethod
    def _chip(colour: int | None) -> QColor | None:
        return None if colour is None else theme().series(colour)


class RowsTable(QTableView):
    """A table of whole rows, moved through by keyboard; Tab leaves it."""

    def __init__(self, model: RowsModel[Any], name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader calls the table."""
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        # A fixed height: measuring thousands of rows would take longer than showing them.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme().control_height)
        self.horizontalHeader().setHighlightSections(False)
        self._share_width(model)

    def select_row(self, row: int) -> None:
        """Make a row the current one and bring it into sight."""
        index = self.model().index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _share_width(self, model: RowsModel[Any]) -> None:
        header = self.horizontalHeader()
        letter = self.fontMetrics().averageCharWidth()
        self._wanted: dict[int, int] = {}
        self._spare = {place for place, column in enumerate(model.columns) if column.is_spare}
        for place, column in enumerate(model.columns):
            if column.width == 0:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                self._wanted[place] = letter * (column.width + 3)
        # What says which row it is stays readable in a small window.
        self._least = letter * _LEAST_LETTERS * (len(model.columns) - len(self._wanted))
        self._squeeze = 0.0
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Columns as wide as they want to be, or narrower when there is no room for the one that takes the rest."""
        room = self.viewport().width() - self._least
        spares = sum(self._wanted[place] for place in self._spare)
        wanted = sum(self._wanted.values())
        is_narrow = room < wanted
        for place in self._spare:
            self.setColumnHidden(place, is_narrow)
        wanted -= spares if is_narrow else 0
        squeeze = min(1.0, max(_MOST_SQUEEZE, room / wanted)) if wanted else 1.0
        # Only when it changes: somebody may have drawn a column to another width.
        if squeeze != self._squeeze:
            self._squeeze = squeeze
            for place, width in self._wanted.items():
                # A heading that is cut says nothing; figures are cut before it.
                least = self.horizontalHeader().sectionSizeHint(place)
                self.setColumnWidth(place, max(int(width * squeeze), least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
