"""The ring around the seat that has the keyboard's focus: two screen pixels in the text's colour, on every state."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from boxoffice_desktop.domain.seats import Seat
from boxoffice_desktop.ui.widgets.theme import theme

_WIDTH = 2.0
_GAP = 2.0


class FocusRing:
    """One item that moves from scene to scene; a halo in the background's colour sets it off from every seat."""

    def __init__(self) -> None:
        self._halo = QGraphicsPathItem()
        self._ring = QGraphicsPathItem()
        self._halo.setZValue(10)
        self._ring.setZValue(11)
        self.recolour()
        self.hide()

    @property
    def is_visible(self) -> bool:
        """Whether the ring is drawn."""
        return self._ring.isVisible()

    def recolour(self) -> None:
        """Take the colours of the active theme."""
        halo, ring = QPen(theme().colour("background"), 2 * _WIDTH + 1), QPen(theme().colour("text"), _WIDTH)
        for item, pen in ((self._halo, halo), (self._ring, ring)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            item.setPen(pen)

    def enter(self, scene: QGraphicsScene) -> None:
        """Belong to a scene from now on, hidden."""
        self.hide()
        scene.addItem(self._halo)
        scene.addItem(self._ring)

    def leave(self) -> None:
        """Leave the scene, if any."""
        for item in (self._halo, self._ring):
            if item.scene() is not None:
                item.scene().removeItem(item)

    def show_at(self, seat: Seat, body: QRectF, scale: float) -> None:
        """Draw around a seat whose rectangle is `body`, in units of which `scale` make a plan unit."""
        around = body.adjusted(-_GAP, -_GAP, _GAP, _GAP)
        radius = around.height() * 0.3
        path = QPainterPath()
        path.addRoundedRect(around, radius, radius)
        for item in (self._halo, self._ring):
            item.setPath(path)
            item.setScale(1 / scale)
            item.setPos(seat.x, seat.y)
            item.show()

    def hide(self) -> None:
        """Draw nothing."""
        self._halo.hide()
        self._ring.hide()
