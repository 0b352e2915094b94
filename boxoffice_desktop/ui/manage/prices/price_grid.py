"""The prices of one list: areas down, ticket types across. Cells are typed in, copied and pasted like a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from boxoffice_desktop.documents.formatting import format_amount, parse_amount
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.price_editing import MAX_AMOUNT, Cell
from boxoffice_desktop.services.price_lists import AreaName, TicketTypeDetails
from boxoffice_desktop.ui.widgets.theme import theme

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PriceGridModel(QAbstractTableModel):
    """Amounts in minor units by area and ticket type; an empty cell is not sold.

    Signals:
        edited: somebody changed a price.
        refused: a sentence that says why a typed price was not taken.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, currency: str, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency, self._locale = currency, locale
        self._areas: Sequence[AreaName] = ()
        self._types: Sequence[TicketTypeDetails] = ()
        self._amounts: dict[Cell, int] = {}

    @property
    def amounts(self) -> dict[Cell, int]:
        """What stands in the grid."""
        return dict(self._amounts)

    def show_prices(
        self, areas: Sequence[AreaName], types: Sequence[TicketTypeDetails], amounts: Mapping[Cell, int]
    ) -> None:
        """Show another list. Ticket types out of use have a column only where the list still has a price."""
        self.beginResetModel()
        priced = {type_id for _, type_id in amounts}
        self._areas = areas
        self._types = [each for each in types if each.draft.is_active or each.ticket_type_id in priced]
        self._amounts = dict(amounts)
        self.endResetModel()

    def text(self, index: Index) -> str:
        """A price as it is written, without the currency."""
        amount = self._amounts.get(self._cell(index))
        return "" if amount is None else self.format(amount)

    def format(self, amount: int) -> str:
        """An amount as it is written, without the currency."""
        return format_amount(amount, self._currency, self._locale)

    def write(self, changes: Sequence[tuple[Index, str]]) -> bool:
        """Put typed prices into cells: all of them, or none and `refused` says why."""
        amounts: dict[Cell, int | None] = {}
        for index, text in changes:
            try:
                amounts[self._cell(index)] = self._read(text)
            except InvalidInputError as error:
                self.refused.emit(f"{text.strip()[:20]}: {error}")
                return False
        for cell, amount in amounts.items():
            if amount is None:
                self._amounts.pop(cell, None)
            else:
                self._amounts[cell] = amount
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        self.edited.emit()
        return True

    def _read(self, text: str) -> int | None:
        if not text.strip():
            return None
        amount = parse_amount(text, self._currency, self._locale)
        if amount > MAX_AMOUNT:
            raise InvalidInputError("amounts", self.tr("That price is too large."))
        return amount

    def _cell(self, index: Index) -> Cell:
        return self._areas[index.row()].area_id, self._types[index.column()].ticket_type_id

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._areas)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._types)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return self.text(index)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            area, kind = self._areas[index.row()].name, self._types[index.column()].draft.name
            return f"{area}, {kind}: {self.text(index) or self.tr('not sold')}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or str(value) == self.text(index):
            return False
        return self.write([(index, str(value))])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            return self._types[section].draft.name if role == Qt.ItemDataRole.DisplayRole else None
        area = self._areas[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{area.letter}  {area.name}"
        return theme().series(area.colour) if role == Qt.ItemDataRole.DecorationRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class PriceGrid(QTableView):
    """The grid on the screen: arrows move, typing edits, Ctrl+C and Ctrl+V copy, Delete empties."""

    def __init__(self, model: PriceGridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Prices by area and ticket type"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.verticalHeader().setDefaultSectionSize(theme().control_height)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setTabKeyNavigation(False)

    def copy(self) -> None:
        """Put the selected prices on the clipboard, as a spreadsheet takes them."""
        chosen = sorted(self.selectedIndexes(), key=lambda index: (index.row(), index.column()))
        lines: dict[int, list[str]] = {}
        for index in chosen:
            lines.setdefault(index.row(), []).append(self._grid.text(index))
        QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines.values()))

    def paste(self) -> None:
        """Write what the clipboard has from the first selected cell on; one price fills the whole selection."""
        chosen = self.selectedIndexes()
        lines = [line.split("\t") for line in QApplication.clipboard().text().rstrip("\r\n").splitlines()]
        if not chosen or not lines:
            return
        if len(lines) == len(lines[0]) == 1:
            self._write([(index, lines[0][0]) for index in chosen])
            return
        top, left = min(i.row() for i in chosen), min(i.column() for i in chosen)
        changes = [
            (self._grid.index(top + row, left + column), text)
            for row, line in enumerate(lines)
            for column, text in enumerate(line)
        ]
        self._write([(index, text) for index, text in changes if index.isValid()])

    def clear_selected(self) -> None:
        """Empty the selected cells."""
        self._write([(index, "") for index in self.selectedIndexes()])

    def _write(self, changes: list[tuple[QModelIndex, str]]) -> None:
        if changes:
            self._grid.write(changes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        for key, act in self._keys():
            if event.matches(key):
                act()
                return
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.clear_selected()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _keys(self) -> tuple[tuple[QKeySequence.StandardKey, Callable[[], None]], ...]:
        return (QKeySequence.StandardKey.Copy, self.copy), (QKeySequence.StandardKey.Paste, self.paste)
