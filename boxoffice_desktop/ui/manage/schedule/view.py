"""The timeline itself: draws a schedule and turns mouse and keys into requests."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsScene, QGraphicsView, QWidget

from boxoffice_desktop.domain.schedule import add_minutes, minutes_between
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.ui.manage.schedule.block_art import BlockArtist
from boxoffice_desktop.ui.manage.schedule.carry import Carry, CarryKind, describe, judge
from boxoffice_desktop.ui.manage.schedule.catalogue import FILM_MIME, CatalogueDrag
from boxoffice_desktop.ui.manage.schedule.geometry import STEP_MINUTES, Geometry
from boxoffice_desktop.ui.manage.schedule.ghost import Ghost
from boxoffice_desktop.ui.manage.schedule.grid import draw_grid
from boxoffice_desktop.ui.manage.schedule.keys import press_key, walk
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import theme

_EDGE = 7
# Keys push a show in steps; it is written when they rest, or at once with Enter.
_REST_MS = 900
_SCROLL_MARGIN = 40


class TimelineView(QGraphicsView):
    """Rows of halls, shows as blocks.

    Signals:
        selected: the `ShowBlock` that has the focus, or None.
        carried: a `Carry` was let go where it may stand.
        refused: why something cannot stand where it was put.
        edit_requested, discard_requested, prices_requested, sell_requested: a `ShowBlock`.
        new_requested: a `Row` and a moment where somebody wants a show.
        menu_requested: a `ShowBlock` and where on the screen.
    """

    selected = Signal(object)
    carried = Signal(object)
    refused = Signal(str)
    edit_requested = Signal(object)
    discard_requested = Signal(object)
    prices_requested = Signal(object)
    sell_requested = Signal(object)
    new_requested = Signal(object, object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._geometry: Geometry | None = None
        self._items: dict[int, QGraphicsRectItem] = {}
        self._focus_item: QGraphicsRectItem | None = None
        self._ghost = Ghost()
        self._carry: Carry | None = None
        self._pressed: tuple[QPointF, ShowBlock, bool] | None = None
        self._selected: int | None = None
        # While it is so, scroll bars move because their ranges do, not because somebody scrolls.
        self.is_resizing = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.commit)
        self.setScene(QGraphicsScene(self))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Schedule"))

    @property
    def carry(self) -> Carry | None:
        """What is in the hand."""
        return self._carry

    @property
    def ghost_text(self) -> str:
        """What stands beside what is in the hand: its time, or why it may not stand there."""
        return self._ghost.text

    @property
    def geometry_now(self) -> Geometry | None:
        """The measures of what is shown."""
        return self._geometry

    def show_schedule(self, geometry: Geometry) -> None:
        """Draw a schedule anew; what is selected stays selected, what is in the hand falls."""
        self.drop_carry()
        self._geometry = geometry
        self._ghost.leave()
        scene = QGraphicsScene(self)
        # Nothing is looked up by place: the geometry knows.
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        scene.setSceneRect(QRectF(0, 0, geometry.width, geometry.height))
        old = self.scene()
        draw_grid(scene, geometry, self._words)
        artist = BlockArtist(geometry, self._words)
        self._items = {}
        for block in geometry.schedule.blocks:
            row = geometry.row_of(block)
            if row is not None:
                item = artist.draw(block, row)
                scene.addItem(item)
                self._items[block.show_id] = item
        self._focus_item = None
        self._ghost.enter(scene)
        self.setScene(scene)
        old.deleteLater()
        self._mark()

    def selected_block(self) -> ShowBlock | None:
        """The show that has the focus."""
        if self._geometry is None:
            return None
        found = [block for block in self._geometry.schedule.blocks if block.show_id == self._selected]
        return found[0] if found else None

    def select(self, show_id: int | None, *, scrolls: bool = True) -> None:
        """Give a show the focus."""
        self._selected = show_id
        self._mark()
        block = self.selected_block()
        if block is not None and scrolls:
            self.ensureVisible(self._items[block.show_id].sceneBoundingRect(), _SCROLL_MARGIN, _SCROLL_MARGIN)
        self.setAccessibleDescription(f"{block.title}, {self._words.describe(block)}" if block else "")
        self.selected.emit(block)

    def pick_up(self, carry: Carry) -> None:
        """Take something in the hand and show where it would stand."""
        self._carry = carry
        self._show_ghost()

    def drop_carry(self) -> None:
        """Let what is in the hand fall: nothing happens."""
        self._rest.stop()
        self._carry = None
        self._pressed = None
        self._ghost.hide()

    def commit(self) -> None:
        """Put down what is in the hand, if it may stand there; else it stays in the hand and the reason is told."""
        carry = self._carry
        if carry is None or self._geometry is None:
            return
        reason = judge(carry, self._geometry.schedule, self._words)
        if reason:
            self.refused.emit(reason)
            return
        self.drop_carry()
        if carry.is_changed():
            self.carried.emit(carry)

    def _mark(self) -> None:
        if self._focus_item is not None:
            self.scene().removeItem(self._focus_item)
            self._focus_item = None
        item = self._items.get(self._selected or 0)
        if item is None:
            return
        ring = QGraphicsRectItem(item.sceneBoundingRect().adjusted(-1, -1, 1, 1))
        ring.setPen(QPen(theme().colour("text"), 2))
        ring.setZValue(10)
        self.scene().addItem(ring)
        self._focus_item = ring

    def _show_ghost(self) -> None:
        carry, geometry = self._carry, self._geometry
        if carry is None or geometry is None:
            return
        span = carry.span()
        left = geometry.x_of(carry.row, span.starts_at)
        rect = QRectF(left, carry.row.top + 1, geometry.x_of(carry.row, span.free_at) - left, geometry.row_height - 2)
        reason = judge(carry, geometry.schedule, self._words)
        text = reason or describe(carry, self._words)
        sight = self.mapToScene(self.viewport().rect()).boundingRect()
        self._ghost.show_at(rect, text, sight, is_refused=bool(reason))
        if reason:
            self.setAccessibleDescription(reason)

    def _carry_to(self, at: QPointF, grabbed: float) -> None:
        geometry, carry = self._geometry, self._carry
        row = geometry.row_at(at.y()) if geometry else None
        if geometry is None or carry is None or row is None:
            return
        if carry.kind is CarryKind.STRETCH and carry.block is not None:
            free = geometry.moment_at(carry.row, at.x())
            self._carry = replace(carry, pause=max(0, minutes_between(carry.block.span.ends_at, free)))
        else:
            self._carry = carry.at(row, geometry.moment_at(row, at.x() - grabbed))
        self._show_ghost()

    def _start_drag(self, event: QMouseEvent) -> None:
        if self._pressed is None or self._geometry is None:
            return
        _, block, is_edge = self._pressed
        row = self._geometry.row_of(block)
        if row is None:
            return
        kind = CarryKind.STRETCH if is_edge else CarryKind.MOVE
        self._carry = Carry(kind=kind, row=row, starts_at=block.span.starts_at, block=block)
        self._drag_with(event)

    def _drag_with(self, event: QMouseEvent) -> None:
        if self._pressed is None or self._carry is None or self._carry.block is None or self._geometry is None:
            return
        at, block, is_edge = self._pressed
        if not is_edge:
            copies = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._carry = replace(self._carry, kind=CarryKind.COPY if copies else CarryKind.MOVE)
        row = self._geometry.row_of(block)
        grabbed = at.x() - self._geometry.x_of(row, block.span.starts_at) if row else 0.0
        self._carry_to(self.mapToScene(event.position().toPoint()), grabbed)

    def _is_edge(self, at: QPointF, block: ShowBlock) -> bool:
        item = self._items.get(block.show_id)
        return item is not None and at.x() > item.sceneBoundingRect().right() - _EDGE

    def push(self, *, minutes: int = 0, halls: int = 0) -> None:
        """Move what is in the hand, or else the selected show, by minutes or halls."""
        geometry = self._geometry
        carry = self._carry or self._take_selected(CarryKind.MOVE)
        if geometry is None or carry is None:
            return
        row = geometry.next_row(carry.row, halls) if halls else carry.row
        starts_at = add_minutes(carry.starts_at, minutes)
        last = add_minutes(row.day.ends_at, -STEP_MINUTES)
        if minutes_between(row.day.starts_at, starts_at) < 0 or minutes_between(starts_at, last) < 0:
            return
        self.pick_up(carry.at(row, starts_at))
        self._rest.start()

    def stretch(self, minutes: int) -> None:
        """Make the break after the selected show longer or shorter."""
        carry = self._carry or self._take_selected(CarryKind.STRETCH)
        if carry is None or carry.block is None or carry.kind is not CarryKind.STRETCH:
            return
        before = carry.block.pause_minutes if carry.pause is None else carry.pause
        self.pick_up(replace(carry, pause=max(0, before + minutes)))
        self._rest.start()

    def copy_selected(self) -> None:
        """Take a copy of the selected show in the hand, right after it; Enter puts it down."""
        carry = self._take_selected(CarryKind.COPY)
        if carry is not None and carry.block is not None and self._geometry is not None:
            x = self._geometry.x_of(carry.row, add_minutes(carry.block.span.free_at, STEP_MINUTES - 1))
            self.pick_up(carry.at(carry.row, self._geometry.moment_at(carry.row, x)))

    def _take_selected(self, kind: CarryKind) -> Carry | None:
        block = self.selected_block()
        row = self._geometry.row_of(block) if self._geometry and block else None
        if block is None or row is None:
            return None
        return Carry(kind=kind, row=row, starts_at=block.span.starts_at, block=block)

    def walk_to(self, key: Qt.Key) -> None:
        """Select the next show in a direction."""
        if self._geometry is not None:
            found = walk(self._geometry, self.selected_block(), key)
            if found is not None:
                self.select(found.show_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.is_resizing = True
        super().resizeEvent(event)
        self.is_resizing = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.drop_carry()
        if event.button() is not Qt.MouseButton.LeftButton or self._geometry is None:
            super().mousePressEvent(event)
            return
        at = self.mapToScene(event.position().toPoint())
        block = self._geometry.block_at(at.x(), at.y())
        self.select(block.show_id if block else None, scrolls=False)
        self._pressed = (at, block, self._is_edge(at, block)) if block else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        if self._pressed is None:
            block = self._geometry.block_at(at.x(), at.y()) if self._geometry else None
            edge = block is not None and self._is_edge(at, block)
            shape = Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().setToolTip(f"{block.title}\n{self._words.describe(block)}" if block else "")
        elif self._carry is not None:
            self._drag_with(event)
        elif (at - self._pressed[0]).manhattanLength() >= QApplication.startDragDistance():
            self._start_drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self._carry is not None:
            self._drag_with(event)
            self._pressed = None
            self.commit()
            # The mouse has let go: what may not stand there goes back.
            self.drop_carry()
        self._pressed = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        row = self._geometry.row_at(at.y()) if self._geometry else None
        if self._geometry is None or row is None:
            return
        block = self._geometry.block_at(at.x(), at.y())
        if block is not None:
            self.edit_requested.emit(block)
        else:
            self.new_requested.emit(row, self._geometry.moment_at(row, at.x()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is not QContextMenuEvent.Reason.Keyboard and self._geometry is not None:
            at = self.mapToScene(event.pos())
            block = self._geometry.block_at(at.x(), at.y())
            self.select(block.show_id if block else None, scrolls=False)
        chosen = self.selected_block()
        if chosen is not None:
            item = self._items[chosen.show_id]
            by_key = self.mapFromScene(item.sceneBoundingRect().bottomLeft())
            place = by_key if event.reason() is QContextMenuEvent.Reason.Keyboard else event.pos()
            self.menu_requested.emit(chosen, self.viewport().mapToGlobal(place))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(FILM_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        source, geometry = event.mimeData(), self._geometry
        at = self.mapToScene(event.position().toPoint())
        row = geometry.row_at(at.y()) if geometry else None
        if not isinstance(source, CatalogueDrag) or geometry is None or row is None:
            event.ignore()
            return
        self._carry = Carry(kind=CarryKind.FILM, row=row, starts_at=geometry.moment_at(row, at.x()), film=source.film)
        self._show_ghost()
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.drop_carry()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.commit()
        self.drop_carry()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._pressed is None and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.drop_carry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_key(self, event):
            super().keyPressEvent(event)
