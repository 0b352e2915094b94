"""The lines of the basket: one per seat, under their show when there are several."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from boxoffice_desktop.domain.basket import Basket, BasketLine
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleAdjustment
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.sell.controls import make_tabular
from boxoffice_desktop.ui.sell.wording import describe_adjustment
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import set_icon

_KEY = Qt.ItemDataRole.UserRole
_TARGET = 44
_SEAT, _TYPE, _PRICE, _REMOVE = range(4)


class _TallRows(QStyledItemDelegate):
    """Rows that a finger can hit."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        is_line = index.sibling(index.row(), 0).data(_KEY) is not None
        return QSize(hint.width(), max(hint.height(), _TARGET if is_line else 32))


class BasketLines(QTreeWidget):
    """Seat, ticket type and price of every line; one may be selected, or several with Shift or Ctrl.

    Signals:
        remove_requested: the `SeatKey`s to be given back, as a tuple.
    """

    remove_requested = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._build()

    def show_lines(
        self,
        basket: Basket,
        shows: Mapping[int, ShowTile],
        types: Mapping[int, str],
        extras: Sequence[SaleAdjustment] = (),
    ) -> None:
        """Show these lines, each with its discounts and its fee; what was selected stays so. The newest is in sight."""
        selected = set(self.selected_keys())
        self.clear()
        last: QTreeWidgetItem | None = None
        for show_id in basket.show_ids:
            if len(basket.show_ids) > 1:
                self._add_heading(shows[show_id])
            for line in basket.lines:
                if line.key.show_id == show_id:
                    last = self._add_line(line, types)
                    last.setSelected(line.key in selected)
                    for extra in extras:
                        if extra.key == line.key:
                            self._add_extra(extra)
        for extra in extras:
            if extra.key is None:
                self._add_extra(extra)
        if last is not None and not selected:
            self.scrollToItem(last)

    def selected_keys(self) -> tuple[SeatKey, ...]:
        """The selected lines; empty when none is."""
        return tuple(item.data(0, _KEY) for item in self.selectedItems() if item.data(0, _KEY) is not None)

    def _build(self) -> None:
        self.setColumnCount(4)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_TallRows(self))
        self.setAccessibleName(self.tr("Seats in the basket"))
        self.setProperty("plain", True)
        make_tabular(self)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_TARGET)
        header.setSectionResizeMode(_SEAT, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_TYPE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_PRICE, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_REMOVE, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_REMOVE, _TARGET)

    def _add_heading(self, show: ShowTile) -> None:
        text = f"{self._formats.time(show.starts_at)}  {show.title} · {show.hall_name}"
        item = QTreeWidgetItem([text])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(0, font)
        item.setToolTip(0, text)
        self.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)

    def _add_extra(self, extra: SaleAdjustment) -> None:
        """A line that is no seat: it cannot be selected."""
        words = describe_adjustment(extra)
        item = QTreeWidgetItem(["", words, self._formats.amount(extra.amount), ""])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setTextAlignment(_PRICE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = QFont(self.font())
        font.setItalic(True)
        item.setFont(_TYPE, font)
        item.setToolTip(_TYPE, words)
        self.addTopLevelItem(item)

    def _add_line(self, line: BasketLine, types: Mapping[int, str]) -> QTreeWidgetItem:
        type_name = types.get(line.ticket_type_id) if line.ticket_type_id is not None else None
        price = "\N{EN DASH}" if line.amount is None else self._formats.amount(line.amount)
        item = QTreeWidgetItem([line.seat_name, type_name or self.tr("Choose a type"), price, ""])
        item.setData(0, _KEY, line.key)
        item.setTextAlignment(_PRICE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(_SEAT, font)
        item.setToolTip(_TYPE, item.text(_TYPE))
        self.addTopLevelItem(item)
        remove = QToolButton()
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name = self.tr("Give {seat} back (Delete)").format(seat=line.seat_name)
        remove.setToolTip(name)
        remove.setAccessibleName(name)
        set_icon(remove, "cross", "muted", 16)
        remove.clicked.connect(lambda: self.remove_requested.emit((line.key,)))
        self.setItemWidget(item, _REMOVE, remove)
        self.header().resizeSection(_REMOVE, max(_TARGET, remove.sizeHint().width()))
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.selectedItems():
            self.clearSelection()
            self.selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.selectedItems():
            self.remove_requested.emit(self.selected_keys())
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space):
            super().keyPressEvent(event)
        else:
            # Letters, digits and Enter mean something to the page, not to the list.
            event.ignore()
