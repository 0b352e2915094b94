"""The canvas of the layout editor: mouse, keys, rubber band, guides, the ghost of a block, the traced image."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGraphicsPixmapItem, QRubberBand, QWidget

from boxoffice_desktop.domain.layout import picking
from boxoffice_desktop.domain.layout.moving import bounds, move
from boxoffice_desktop.ui.manage.halls.ghost import Ghost
from boxoffice_desktop.ui.manage.halls.guides import Guides
from boxoffice_desktop.ui.manage.halls.items import HallItems
from boxoffice_desktop.ui.manage.halls.outline import Outline
from boxoffice_desktop.ui.widgets.seat_map.zoom import ZoomableView
from boxoffice_desktop.ui.widgets.theme import theme, theme_notifier

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from boxoffice_desktop.domain.layout.document import Keys
    from boxoffice_desktop.ui.manage.halls.session import EditSession

_SNAP_PIXELS = 7.0
_MARGIN = 46
_LEAST_DRAG = 4


class Mode(Enum):
    """What a press on the canvas does."""

    SELECT = auto()
    PLACE = auto()
    BOX = auto()
    POINT = auto()
    OUTLINE = auto()


class EditorCanvas(ZoomableView):
    """Shows an `EditSession` and turns gestures into steps of it.

    Signals:
        placed: QPointF where the ghost was put down, in plan units.
        boxed: QRectF that was drawn, in plan units.
        pointed: QPointF that was chosen in the mode `POINT`.
        outlined: the corners of a polygon that was closed, as (x, y) in plan units; until another mode is set, drawing
            goes on where they are too few.
        left: Escape in another mode than `SELECT`.
    """

    placed = Signal(object)
    boxed = Signal(object)
    pointed = Signal(object)
    outlined = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: EditSession | None = None
        self._items = HallItems()
        self._mode = Mode.SELECT
        self._pressed: QPoint | None = None
        self._grabbed: int | None = None
        self._dragged: Keys = frozenset()
        self._lines: picking.SnapLines | None = None
        self._moved = picking.Snapped(0.0, 0.0)
        self._pan_from: QPoint | None = None
        self._focus: int | None = None
        self._ghost = Ghost()
        self._outline = Outline()
        self._guides = Guides(self._items.scene)
        self._trace = QGraphicsPixmapItem()
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self._build()
        theme_notifier().changed.connect(self._on_theme_changed)

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Layout of the hall"))
        self._trace.setZValue(-20)
        self._trace.setOpacity(0.45)
        self._trace.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        for item in (self._ghost.item, self._outline.item, self._trace):
            self._items.scene.addItem(item)
        self.setBackgroundBrush(theme().colour("background"))

    def show_session(self, session: EditSession) -> None:
        """Edit this hall from now on."""
        self._session = session
        self._items.measure(session.document)
        self._trace.setPixmap(QPixmap())
        session.changed.connect(self._on_session_changed)
        self.setScene(self._items.scene)
        self.fit()

    def set_mode(self, mode: Mode, box: QSizeF | None = None) -> None:
        """What the next press does. In every mode but `SELECT` a ghost stands in the middle of what is in sight, which
        arrows move and Enter puts down; `box` is its size in the mode `BOX`, in plan units.
        """
        self._mode = mode
        self._outline.clear()
        if mode is not Mode.SELECT:
            self._ghost.item.setPos(self.mapToScene(self.viewport().rect().center()))
        if mode is Mode.BOX:
            self._ghost.show_box(box or QSizeF(self._items.pitch * 4, self._items.pitch * 2))
        elif mode in {Mode.POINT, Mode.OUTLINE}:
            self._ghost.show_point()
        else:
            self._ghost.hide()
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if mode is Mode.SELECT else Qt.CursorShape.CrossCursor)

    def show_ghost(self, points: list[tuple[float, float]]) -> None:
        """Draw seats that would be placed; `points` are relative to the pointer."""
        self._ghost.show_seats(points, self._items.seat_side())

    def ghost_position(self) -> QPointF:
        """Where the ghost stands, in plan units."""
        return self._ghost.item.pos()

    def put_ghost(self, at: QPointF) -> None:
        """Move the ghost."""
        self._ghost.item.setPos(at)

    def show_trace(self, pixmap: QPixmap, width: float, opacity: float) -> None:
        """Lay an image below the hall, `width` plan units wide; an empty one takes it away."""
        self._trace.setPixmap(pixmap)
        self._trace.setOpacity(opacity)
        if not pixmap.isNull():
            self._trace.setScale(width / pixmap.width())

    # What `ZoomableView` asks

    def content(self) -> QRectF:
        if self._session is None:
            return QRectF(0, 0, 1, 1)
        document = self._session.document
        sheet = QRectF(0, 0, document.width, document.height)
        box = bounds(document, picking.everything(document))
        return sheet if box is None else sheet.united(QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3])))

    def margins(self) -> tuple[int, int]:
        return _MARGIN, _MARGIN

    def widest_seat(self) -> float:
        return self._items.pitch

    def dress(self) -> None:
        if self._session is not None:
            ratio = self.devicePixelRatioF()
            self._items.dress(theme(), self.zoom, ratio, self._session.document, self._session.selection)

    def _on_session_changed(self) -> None:
        if self._session is None:
            return
        self._items.show(self._session.document, self._session.selection)
        if self.is_fitted:
            rect = self.content()
            beside, above = (margin / self.zoom for margin in self.margins())
            self.setSceneRect(rect.adjusted(-beside, -above, beside, above))

    def _on_theme_changed(self) -> None:
        self.setBackgroundBrush(theme().colour("background"))
        self.dress()

    # Selecting and dragging

    def _press(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        session = self._session
        if session is None:
            return
        point = self.mapToScene(at)
        key = picking.pick_at(session.document, point.x(), point.y(), self._items.seat_side() * 0.6)
        adding = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        self._pressed, self._grabbed = at, key
        if key is None:
            if not adding:
                session.select(frozenset())
            return
        self._focus = key
        if adding:
            session.select(session.selection ^ {key})
        elif key not in session.selection:
            session.select(frozenset({key}))

    def _drag(self, at: QPoint) -> None:
        session = self._session
        if session is None or self._pressed is None:
            return
        if self._grabbed is None or self._mode is Mode.BOX:
            self._band.setGeometry(QRect(self._pressed, at).normalized())
            self._band.show()
            return
        if self._lines is None:
            if (at - self._pressed).manhattanLength() < _LEAST_DRAG:
                return
            self._dragged = session.selection
            self._lines = picking.SnapLines(session.document, self._dragged, self._grabbed)
            self._items.lift(self._dragged)
        by = self.mapToScene(at) - self.mapToScene(self._pressed)
        self.drag_by(by.x(), by.y())

    def drag_by(self, dx: float, dy: float) -> None:
        """Show the selection moved, snapped to what stands still; `_release` makes it a step."""
        if self._lines is None:
            return
        self._moved = self._lines.snap(dx, dy, _SNAP_PIXELS / self.zoom)
        self._items.drag_to(self._moved.dx, self._moved.dy)
        self._guides.show(self._moved, self.sceneRect())

    def _release(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        session = self._session
        pressed, self._pressed = self._pressed, None
        if session is None or pressed is None:
            return
        adding = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        if self._lines is not None:
            self._finish_drag()
        elif self._band.isVisible():
            self._band.hide()
            area = QRectF(self.mapToScene(pressed), self.mapToScene(at)).normalized()
            if self._mode is Mode.BOX:
                self.boxed.emit(area)
                return
            found = picking.pick_in(session.document, area.left(), area.top(), area.right(), area.bottom())
            session.select(session.selection | found if adding else found)
        elif self._grabbed is not None and not adding:
            # One of many was clicked and not dragged: that one is meant.
            session.select(frozenset({self._grabbed}))

    def _finish_drag(self) -> None:
        if self._session is None:
            return
        moved, keys = self._moved, self._dragged
        self._lines = None
        self._moved = picking.Snapped(0.0, 0.0)
        self._items.drop(keys)
        self._guides.hide()
        self._session.push(move(self._session.document, keys, moved.dx, moved.dy), self.tr("Move"))

    # Keys

    def _walk(self, dx: int, dy: int, *, adding: bool) -> None:
        session = self._session
        if session is None or not session.document.seats:
            return
        alive = {seat.key for seat in session.document.seats}
        start = self._focus if self._focus in alive else next(iter(session.selection & alive), None)
        if start is None:
            self._focus = session.document.seats[0].key
        elif session.selection & alive:
            self._focus = picking.neighbour(session.document, start, dx, dy)
        else:
            self._focus = start
        session.select(session.selection | {self._focus} if adding else frozenset({self._focus}))
        self._show_seat(self._focus)

    def _show_seat(self, key: int) -> None:
        seat = next((s for s in self._session.document.seats if s.key == key), None) if self._session else None
        if seat is not None and not self.is_fitted:
            self.ensureVisible(QRectF(seat.x - 20, seat.y - 20, 40, 40))

    def _nudge(self, dx: float, dy: float) -> None:
        if self._session is not None:
            self._session.apply(lambda document, keys: move(document, keys, dx, dy), self.tr("Move"))

    def _steer(self, by: QPointF, held: Qt.KeyboardModifier) -> None:
        """Arrows move the ghost; with Alt they change the size of a box."""
        if self._mode is Mode.BOX and held & Qt.KeyboardModifier.AltModifier:
            self._ghost.grow(by.x(), by.y())
        else:
            self._point_at(self._ghost.item.pos() + by)

    def _point_at(self, at: QPointF) -> None:
        """The ghost, and the line to it, go where the pointer or an arrow key has brought them."""
        self._ghost.item.setPos(at)
        if self._mode is Mode.OUTLINE:
            self._outline.follow(at)

    def _close_outline(self) -> None:
        self.outlined.emit([(corner.x(), corner.y()) for corner in self._outline.corners])

    def _put_down(self) -> None:
        if self._mode is Mode.PLACE:
            self.placed.emit(self._ghost.item.pos())
        elif self._mode is Mode.BOX:
            self.boxed.emit(self._ghost.box())
        elif self._mode is Mode.OUTLINE:
            self._close_outline()
        else:
            self.pointed.emit(self._ghost.item.pos())

    # Qt's overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key, held = Qt.Key(event.key()), event.modifiers()
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if key in arrows:
            dx, dy = arrows[key]
            step = self._items.pitch / 2 if shift else 1.0
            if self._mode is not Mode.SELECT:
                self._steer(QPointF(dx, dy) * (1.0 if shift else self._items.pitch / 2), held)
            elif held & Qt.KeyboardModifier.AltModifier:
                self._nudge(dx * step, dy * step)
            else:
                self._walk(dx, dy, adding=shift)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._mode is not Mode.SELECT:
            self._put_down()
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Backspace} and self._mode is Mode.OUTLINE:
            at = self._ghost.item.pos()
            (self._outline.add if key is Qt.Key.Key_Space else self._outline.take_back)(at)
        elif key is Qt.Key.Key_Escape:
            self._escape()
        elif event.text() in {"+", "="}:
            self.zoom_in()
        elif event.text() == "-":
            self.zoom_out()
        elif event.text() == "0":
            self.fit()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self._lines is not None:
            self._moved = picking.Snapped(0.0, 0.0)
            self._finish_drag()
            self._pressed = None
        elif self._mode is not Mode.SELECT:
            self.left.emit()
        elif self._session is not None:
            self._session.select(frozenset())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = at
        elif event.button() == Qt.MouseButton.LeftButton:
            if self._mode is Mode.SELECT:
                self._press(at, event.modifiers())
            elif self._mode is Mode.PLACE:
                self.placed.emit(self.mapToScene(at))
            elif self._mode is Mode.POINT:
                self.pointed.emit(self.mapToScene(at))
            elif self._mode is Mode.OUTLINE:
                self._ghost.item.setPos(self.mapToScene(at))
                self._outline.add(self.mapToScene(at))
            else:
                self._pressed, self._grabbed = at, None
                self._ghost.hide()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pan_from is not None:
            self.pan_by(at - self._pan_from)
            self._pan_from = at
        elif self._pressed is not None:
            self._drag(at)
        elif self._mode in {Mode.PLACE, Mode.OUTLINE}:
            self._point_at(self.mapToScene(at))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pan_from = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._release(event.position().toPoint(), event.modifiers())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        session = self._session
        if session is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._mode is Mode.OUTLINE:
            self._close_outline()
            return
        if self._mode is not Mode.SELECT:
            return
        whole_area = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        grow = picking.same_areas if whole_area else picking.same_rows
        session.select(grow(session.document, session.selection))
        event.accept()

    def sizeHint(self) -> QSize:
        return QSize(900, 560)
