"""A graphics view that fits, zooms about a point and pans without scroll bars."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QWidget

_ZOOM_STEP = 1.25
_LARGEST_SEAT = 96.0
_LARGEST_FITTED_SEAT = 56.0
_LEAST_ZOOM = 0.02


class ZoomableView(QGraphicsView):
    """Zoom and pan over a content whose labels keep their size on the screen.

    Whoever derives from it says what the content is and draws it for a zoom in `dress`.

    Attributes:
        zoom: screen units per plan unit.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self._fitted = True
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(never)
        self.setVerticalScrollBarPolicy(never)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def content(self) -> QRectF:
        """What must be in sight when everything is fitted, in plan units."""
        return QRectF(0, 0, 1, 1)

    def margins(self) -> tuple[int, int]:
        """Free space left and right, above and below the content, in screen units."""
        return 0, 0

    def widest_seat(self) -> float:
        """What limits the zoom, in plan units."""
        return 1.0

    def dress(self) -> None:
        """Draw the content for `zoom`."""

    def zoom_anchor(self) -> QPointF:
        """The point of the viewport that stays where it is when keys or buttons zoom."""
        return QPointF(self.viewport().rect().center())

    @property
    def is_fitted(self) -> bool:
        """Whether everything is in sight and stays so when the window changes its size."""
        return self._fitted

    def fit(self) -> None:
        """Show everything, as large as it can be."""
        self._fitted = True
        if self.scene() is not None:
            self._set_zoom(self._fitting_zoom())
            self.centerOn(self.sceneRect().center())

    def zoom_in(self) -> None:
        """One step closer, about the focused seat or the middle."""
        self.zoom_about(_ZOOM_STEP, self.zoom_anchor())

    def zoom_out(self) -> None:
        """One step back, at most until everything is in sight."""
        self.zoom_about(1 / _ZOOM_STEP, self.zoom_anchor())

    def zoom_about(self, factor: float, at: QPointF) -> None:
        """Zoom by a factor; what lies under `at` (viewport) stays there, within the content's edges."""
        if self.scene() is None:
            return
        least = self._fitting_zoom()
        zoom = min(self.zoom * factor, max(least, _LARGEST_SEAT / self.widest_seat()))
        if zoom <= least * 1.001:
            self.fit()
            return
        before = self.mapToScene(at.toPoint())
        self._fitted = False
        self._set_zoom(zoom)
        self.pan_by(at.toPoint() - self.mapFromScene(before))

    def pan_by(self, by: QPoint) -> None:
        """Move the content by screen units, within its edges."""
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - by.y())

    def _fitting_zoom(self) -> float:
        content, room, (beside, above) = self.content(), self.viewport().size(), self.margins()
        across = (room.width() - 2 * beside) / content.width()
        along = (room.height() - 2 * above) / content.height()
        return max(_LEAST_ZOOM, min(across, along, _LARGEST_FITTED_SEAT / self.widest_seat()))

    def _set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        beside, above = (margin / zoom for margin in self.margins())
        self.setSceneRect(self.content().adjusted(-beside, -above, beside, above))
        self.resetTransform()
        self.scale(zoom, zoom)
        self.dress()

    def _pinch(self, event: QGestureEvent) -> None:
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(gesture, QPinchGesture) and gesture.scaleFactor() > 0:
            centre = self.viewport().mapFromGlobal(gesture.centerPoint().toPoint())
            self.zoom_about(gesture.scaleFactor(), QPointF(centre))
            event.accept(gesture)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom_about(_ZOOM_STEP**steps, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            self._pinch(event)
            return True
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.dress()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._fitted:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
