"""The lines that a dragged selection has snapped to."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsScene

from boxoffice_desktop.domain.layout.picking import Snapped
from boxoffice_desktop.ui.widgets.theme import theme


class Guides:
    """Two dashed lines across what is in sight."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._across, self._along = QGraphicsLineItem(), QGraphicsLineItem()
        for guide in (self._across, self._along):
            guide.setZValue(21)
            guide.hide()
            scene.addItem(guide)

    def show(self, moved: Snapped, rect: QRectF) -> None:
        """Show the lines of a movement, as long as `rect`."""
        pen = QPen(theme().colour("warn"), 1.0, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        for guide, value in ((self._across, moved.guide_x), (self._along, moved.guide_y)):
            guide.setPen(pen)
            guide.setVisible(value is not None)
        if moved.guide_x is not None:
            self._across.setLine(moved.guide_x, rect.top(), moved.guide_x, rect.bottom())
        if moved.guide_y is not None:
            self._along.setLine(rect.left(), moved.guide_y, rect.right(), moved.guide_y)

    def hide(self) -> None:
        """Show nothing."""
        self._across.hide()
        self._along.hide()
