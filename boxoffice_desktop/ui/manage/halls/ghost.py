"""What would be drawn next: seats, a box or a point, at the pointer or where the arrow keys have brought it."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from boxoffice_desktop.ui.widgets.theme import theme

_LEAST_SIDE = 6.0
_CORNER = 4.0
_CROSS = 12.0


class Ghost:
    """An outline above the hall.

    Attributes:
        item: what the scene shows; its position is the ghost's, in plan units.
    """

    def __init__(self) -> None:
        self.item = QGraphicsPathItem()
        self.item.setZValue(20)
        self._size = QSizeF()

    def show_seats(self, points: list[tuple[float, float]], side: float) -> None:
        """Outline seats; `points` are relative to the ghost's position."""
        path = QPainterPath()
        for x, y in points:
            path.addRoundedRect(QRectF(x - side / 2, y - side / 2, side, side), _CORNER, _CORNER)
        self._draw(path)

    def show_box(self, size: QSizeF) -> None:
        """Outline a box around the ghost's position."""
        self._size = QSizeF(max(size.width(), _LEAST_SIDE), max(size.height(), _LEAST_SIDE))
        path = QPainterPath()
        path.addRect(QRectF(-self._size.width() / 2, -self._size.height() / 2, self._size.width(), self._size.height()))
        self._draw(path)

    def show_point(self) -> None:
        """Outline a cross."""
        path = QPainterPath()
        for x, y in ((_CROSS, 0.0), (0.0, _CROSS)):
            path.moveTo(-x, -y)
            path.lineTo(x, y)
        self._draw(path)

    def hide(self) -> None:
        """Show nothing."""
        self._draw(QPainterPath())

    def grow(self, width: float, height: float) -> None:
        """Make the box larger by so many plan units, or smaller."""
        self.show_box(QSizeF(self._size.width() + width, self._size.height() + height))

    def box(self) -> QRectF:
        """The box in plan units."""
        at = self.item.pos() - QPointF(self._size.width() / 2, self._size.height() / 2)
        return QRectF(at, self._size)

    def _draw(self, path: QPainterPath) -> None:
        self.item.setPath(path)
        pen = QPen(theme().colour("accent"), 1.5)
        pen.setCosmetic(True)
        self.item.setPen(pen)
