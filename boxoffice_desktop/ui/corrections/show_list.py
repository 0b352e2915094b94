"""The shows that tickets can be exchanged for."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from boxoffice_desktop.services.corrections import ShowChoice
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_LINE = 52
_SHOW = Qt.ItemDataRole.UserRole


class ShowList(QWidget):
    """A search field and the shows below it; the arrows go through them from either.

    Signals:
        chosen: the id of a show that somebody went to.
        left: the keyboard is wanted somewhere else.
    """

    chosen = Signal(int)
    left = Signal()

    def __init__(self, shows: Sequence[ShowChoice], formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search a show"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setProperty("tall", True)
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Show"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for show in shows:
            when = f"{formats.day(show.starts_at.date())}  {formats.time(show.starts_at)}"
            item = QListWidgetItem(f"{when}\n{show.title} · {show.hall_name}")
            item.setData(_SHOW, show.show_id)
            item.setToolTip(f"{show.title} · {show.hall_name}")
            item.setSizeHint(QSize(0, _LINE))
            self.list.addItem(item)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._on_list_current_item_changed)

    def mark(self, show_id: int) -> None:
        """This show is on the map."""
        before = self.list.blockSignals(True)
        for item in self._items():
            if item.data(_SHOW) == show_id:
                self.list.setCurrentItem(item)
                self.list.scrollToItem(item)
        self.list.blockSignals(before)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            item.setHidden(not all(word in item.text().casefold() for word in words))

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _step(self, by: int) -> None:
        rows = [row for row, item in enumerate(self._items()) if not item.isHidden()]
        at = self.list.currentRow()
        further = [row for row in rows if (row > at if by > 0 else row < at)]
        if further:
            self.list.setCurrentRow(further[0] if by > 0 else further[-1])
        elif rows and at not in rows:
            self.list.setCurrentRow(rows[0])

    def _is_current_hidden(self) -> bool:
        row = self.list.currentRow()
        return row < 0 or self.list.item(row).isHidden()

    def _on_list_current_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_SHOW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.search.hasFocus() and self._is_current_hidden():
                self._step(1)
            self.left.emit()
        elif self.search.hasFocus() and key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)
