"""The show as it would stand where it is being dragged: blue where it may, red with the reason where it may not."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
)

from boxoffice_desktop.ui.widgets.theme import theme

_PAD = 6.0


class Ghost:
    """One rectangle and one label that move over the timeline."""

    def __init__(self) -> None:
        self._body = QGraphicsRectItem()
        self._body.setZValue(20)
        self._plate = QGraphicsRectItem()
        self._plate.setZValue(21)
        self._plate.setPen(QPen(Qt.PenStyle.NoPen))
        self._label = QGraphicsSimpleTextItem(self._plate)
        self.text = ""
        self.hide()

    @property
    def is_visible(self) -> bool:
        """Whether something is being dragged."""
        return self._body.isVisible()

    def enter(self, scene: QGraphicsScene) -> None:
        """Belong to a scene."""
        scene.addItem(self._body)
        scene.addItem(self._plate)
        self.hide()

    def leave(self) -> None:
        """Leave the scene before it is emptied."""
        for item in (self._body, self._plate):
            if item.scene() is not None:
                item.scene().removeItem(item)

    def show_at(self, rect: QRectF, text: str, bounds: QRectF, *, is_refused: bool) -> None:
        """Draw at `rect`, the label kept within `bounds`."""
        ink = theme().colour("bad" if is_refused else "accent")
        fill = theme().colour("bad" if is_refused else "accent")
        fill.setAlphaF(0.22)
        self.text = text
        self._body.setRect(rect)
        self._body.setPen(QPen(ink, 2, Qt.PenStyle.DashLine if is_refused else Qt.PenStyle.SolidLine))
        self._body.setBrush(QBrush(fill))
        font = QApplication.font()
        font.setPixelSize(theme().font_px("body"))
        self._label.setFont(font)
        self._label.setText(text)
        self._label.setBrush(theme().colour("surface"))
        self._plate.setBrush(ink)
        size = self._label.boundingRect()
        self._plate.setRect(0, 0, size.width() + 2 * _PAD, size.height() + _PAD)
        self._label.setPos(_PAD, _PAD / 2)
        self._plate.setPos(self._place(rect, bounds))
        self._body.show()
        self._plate.show()

    def hide(self) -> None:
        """Draw nothing."""
        self._body.hide()
        self._plate.hide()
        self.text = ""

    def _place(self, rect: QRectF, bounds: QRectF) -> QPointF:
        plate = self._plate.rect()
        x = min(max(rect.left(), bounds.left()), max(bounds.left(), bounds.right() - plate.width()))
        y = rect.bottom() + 2
        if y + plate.height() > bounds.bottom():
            y = rect.top() - plate.height() - 2
        return QPointF(x, y)
