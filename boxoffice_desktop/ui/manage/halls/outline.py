"""A polygon while it is being drawn: the corners so far, and the line to the pointer."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from boxoffice_desktop.ui.widgets.theme import theme

_MARK = 3.0
# A second click on a corner is the first half of a double click, not a corner of its own.
_SAME = 2.0


class Outline:
    """Corners above the hall, in plan units.

    Attributes:
        item: what the scene shows.
        corners: the places that were chosen, in their order.
    """

    def __init__(self) -> None:
        self.item = QGraphicsPathItem()
        self.item.setZValue(20)
        self.corners: list[QPointF] = []

    def add(self, at: QPointF) -> None:
        """One more corner."""
        if not self.corners or (at - self.corners[-1]).manhattanLength() >= _SAME:
            self.corners.append(at)
        self.follow(at)

    def take_back(self, at: QPointF) -> None:
        """One corner less; the pointer is at `at`."""
        self.corners = self.corners[:-1]
        self.follow(at)

    def clear(self) -> None:
        """Begin anew."""
        self.corners = []
        self.item.setPath(QPainterPath())

    def follow(self, at: QPointF) -> None:
        """Draw the corners, and the line that a corner at `at` would add."""
        path = QPainterPath()
        for place in self.corners:
            path.addRect(QRectF(place.x() - _MARK, place.y() - _MARK, 2 * _MARK, 2 * _MARK))
        for before, after in zip(self.corners, [*self.corners[1:], at], strict=True):
            path.moveTo(before)
            path.lineTo(after)
        self.item.setPath(path)
        pen = QPen(theme().colour("accent"), 1.5)
        pen.setCosmetic(True)
        self.item.setPen(pen)
