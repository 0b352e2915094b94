"""A layout that sets widgets in lines, like words, and breaks the line where the width ends."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines of widgets from left to right; its height follows from its width."""

    def __init__(self, parent: QWidget | None = None, *, across: int = 12, along: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._across = across
        self._along = along
        self.setContentsMargins(0, 0, 0, 0)

    def _arrange(self, width: int, place: QRect | None) -> int:
        """Set the items into `place`, or only measure when it is None. Returns the height of all lines."""
        x, y, line = 0, 0, 0
        for item in self._items:
            size = item.sizeHint()
            if x and x + size.width() > width:
                x, y, line = 0, y + line + self._along, 0
            if place is not None:
                item.setGeometry(QRect(place.left() + x, place.top() + y, size.width(), size.height()))
            x += size.width() + self._across
            line = max(line, size.height())
        return y + line

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, None)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect.width(), rect)

    def sizeHint(self) -> QSize:
        return QSize(sum(item.sizeHint().width() + self._across for item in self._items), self._widest().height())

    def minimumSize(self) -> QSize:
        return self._widest()

    def _widest(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size
