"""The seat map: what a cashier looks at and takes seats from."""

from __future__ import annotations

from collections import OrderedDict
from html import escape
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QToolTip, QWidget

from boxoffice_desktop.ui.widgets.seat_map.backdrop import SCREEN_MARGIN
from boxoffice_desktop.ui.widgets.seat_map.focus import FocusRing
from boxoffice_desktop.ui.widgets.seat_map.keys import KeyMeaning, read_key
from boxoffice_desktop.ui.widgets.seat_map.scene import HallScene
from boxoffice_desktop.ui.widgets.seat_map.statuses import StatusBook
from boxoffice_desktop.ui.widgets.seat_map.words import seat_facts, state_sentence
from boxoffice_desktop.ui.widgets.seat_map.zoom import ZoomableView
from boxoffice_desktop.ui.widgets.theme import theme, theme_notifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from boxoffice_desktop.domain.halls import HallPicture
    from boxoffice_desktop.domain.seats import Seat, SeatStatus

_FLASHES_MS = (350, 150, 400)
_HALLS_KEPT = 4
_FINGER = 10.0


class SeatMap(ZoomableView):
    """A hall with the state of every seat, for mouse, touch, keyboard and screen reader.

    Signals:
        seat_activated: Seat; it was clicked, touched or taken with Space.
        best_requested: int; that many best seats are wanted (digit keys; 0 means 10).
        let_go_requested: Escape.
        focus_moved: Seat that has the keyboard's focus now, or None.
        asked_about: Seat under the right button: what happened to it?
        seats_expired: tuple of seat ids whose holds just ended by the clock.
    """

    seat_activated = Signal(object)
    best_requested = Signal(int)
    let_go_requested = Signal()
    focus_moved = Signal(object)
    asked_about = Signal(object)
    seats_expired = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._book = StatusBook(self, clock)
        self._kept: OrderedDict[tuple[int, int], HallScene] = OrderedDict()
        self._hall: HallScene | None = None
        self._prices: dict[int, str] = {}
        self._areas: dict[int, str] = {}
        self._focus: Seat | None = None
        self._focus_chosen = False
        self._pressed_at: QPoint | None = None
        self._pan_from: QPoint | None = None
        self._ring = FocusRing()
        self._flashing: tuple[int, ...] = ()
        self._flash_phase = 0
        self._flash_timer = QTimer(self)
        self._flash_timer.setSingleShot(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setBackgroundBrush(theme().colour("background"))
        self._announce()

    def _connect(self) -> None:
        self._book.expired.connect(self._on_book_expired)
        self._flash_timer.timeout.connect(self._on_flash_timer_timeout)
        theme_notifier().changed.connect(self._on_theme_changed)

    # What is shown

    def show_hall(self, picture: HallPicture) -> None:
        """Show a hall with every seat available, fitted into the window. Halls shown lately come at once."""
        self._end_flash()
        if self._hall is not None:
            self._hall.repaint_seats(self._book.replace(()), self._book.find)
        key = (picture.hall_id, picture.layout_version)
        hall = self._kept.pop(key, None)
        if hall is None or hall.layout.picture != picture:
            hall = HallScene(picture)
        self._kept[key] = hall
        while len(self._kept) > _HALLS_KEPT:
            self._kept.popitem(last=False)
        self._ring.leave()
        self._hall = hall
        self._areas = {area.area_id: area.name for area in picture.areas}
        self._focus = None
        self.setScene(hall.scene)
        self._ring.enter(hall.scene)
        self.fit()
        self._focus_chosen = False
        if self.hasFocus():
            self._focus_best_seat()
        else:
            self.set_focus_seat(None)

    def show_statuses(self, statuses: Iterable[SeatStatus]) -> None:
        """Exactly these seats are taken, every other is available. Only seats that look different are repainted."""
        self._repaint(self._book.replace(statuses))
        if not self._focus_chosen and self._focus is not None and self._book.find(self._focus.seat_id) is not None:
            self._focus_best_seat()
        self._focus_chosen = True

    def update_statuses(self, changed: Iterable[SeatStatus]) -> None:
        """These seats have changed (`available` frees one); the others stay as they are."""
        self._repaint(self._book.update(changed))

    def set_prices(self, texts: Mapping[int, str]) -> None:
        """The price that tooltips name for each area id, ready to read."""
        self._prices = dict(texts)
        self._announce()

    def flash_refused(self, seat_ids: Iterable[int]) -> None:
        """Let seats flash for about 0.9 s because they could not be had."""
        self._end_flash()
        if self._hall is None:
            return
        self._flashing = tuple(seat_id for seat_id in seat_ids if seat_id in self._hall.seats)
        if self._flashing:
            self._flash_phase = 0
            self._hall.repaint_seats(self._flashing, self._book.find, refused=True)
            self._flash_timer.start(_FLASHES_MS[0])

    def status_of(self, seat_id: int) -> SeatStatus | None:
        """What is shown of a seat; None when it is available."""
        return self._book.find(seat_id)

    @property
    def focus_seat(self) -> Seat | None:
        """The seat with the keyboard's focus."""
        return self._focus

    def set_focus_seat(self, seat: Seat | None) -> None:
        """Move the keyboard's focus to a seat, bring it into sight and tell screen readers."""
        self._focus = seat
        self._place_ring()
        if seat is not None:
            reach = 40 / self.zoom
            self.ensureVisible(QRectF(seat.x - reach, seat.y - reach, 2 * reach, 2 * reach), 0, 0)
        self._announce()
        self.focus_moved.emit(seat)

    def focus_seat_by_id(self, seat_id: int) -> None:
        """Move the keyboard's focus to a seat that somebody looked for, free or not; nothing if it is not here."""
        seat = self._hall.seats.get(seat_id) if self._hall is not None else None
        if seat is not None:
            self._focus_chosen = True
            self.set_focus_seat(seat)

    def seat_position(self, seat: Seat) -> QPoint:
        """The centre of a seat in the viewport's coordinates."""
        return self.mapFromScene(QPointF(seat.x, seat.y))

    def tooltip_for(self, seat: Seat) -> str:
        """What the tooltip says about a seat: state and holder, then kind, area and price; plain text, two lines."""
        lines = (state_sentence(seat, self._book.find(seat.seat_id)), self._facts_of(seat))
        return "\n".join(line for line in lines if line)

    def _facts_of(self, seat: Seat) -> str:
        return seat_facts(seat, self._areas.get(seat.area_id, ""), self._prices.get(seat.area_id, ""))

    # What ZoomableView asks

    def content(self) -> QRectF:
        return self._hall.content() if self._hall else QRectF(0, 0, 1, 1)

    def margins(self) -> tuple[int, int]:
        return (self._hall.backdrop.margin if self._hall else 0), SCREEN_MARGIN

    def widest_seat(self) -> float:
        sizes = self._hall.layout.sizes.values() if self._hall else ()
        return max((size.width for size in sizes), default=28.0)

    def zoom_anchor(self) -> QPointF:
        if self._focus is not None and self.hasFocus():
            return QPointF(self.seat_position(self._focus))
        return super().zoom_anchor()

    def dress(self) -> None:
        if self._hall is not None:
            self._hall.dress(theme(), self.zoom, self.devicePixelRatioF(), self._book.find)
            self._place_ring()

    # Drawing

    def _repaint(self, seat_ids: set[int]) -> None:
        if self._hall is None:
            return
        self._hall.repaint_seats(seat_ids - set(self._flashing), self._book.find)
        if self._focus is not None and self._focus.seat_id in seat_ids:
            self._announce()

    def _place_ring(self) -> None:
        if self._hall is not None and self._focus is not None and self.hasFocus():
            ratio = self.devicePixelRatioF()
            body = self._hall.body_of(self._focus)
            in_screen_units = QRectF(body.x() / ratio, body.y() / ratio, body.width() / ratio, body.height() / ratio)
            self._ring.show_at(self._focus, in_screen_units, self.zoom)
        else:
            self._ring.hide()

    def _end_flash(self) -> None:
        self._flash_timer.stop()
        over, self._flashing = self._flashing, ()
        if self._hall is not None and over:
            self._hall.repaint_seats(over, self._book.find)

    def _announce(self) -> None:
        """Give screen readers the focused seat as this widget's name and description."""
        if self._focus is None:
            name, about = self.tr("Seat map"), self._hall.layout.picture.name if self._hall else ""
        else:
            name = state_sentence(self._focus, self._book.find(self._focus.seat_id))
            about = self._facts_of(self._focus)
        if (self.accessibleName(), self.accessibleDescription()) == (name, about):
            return
        # Both setters tell the accessibility bridge that name and description changed.
        self.setAccessibleName(name)
        self.setAccessibleDescription(about)
        if self._focus is not None and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{name}. {about}"))

    # Input

    def _seat_at(self, position: QPoint) -> Seat | None:
        if self._hall is None:
            return None
        point = self.mapToScene(position)
        return self._hall.layout.seat_at(point.x(), point.y(), slack=min(_FINGER / self.zoom, 4.0))

    def _move_focus(self, meaning: KeyMeaning) -> None:
        if self._hall is None:
            return
        layout = self._hall.layout
        seat = self._focus
        if seat is None:
            self._focus_best_seat()
            return
        if meaning in {KeyMeaning.LEFT, KeyMeaning.RIGHT}:
            seat = layout.beside(seat, 1 if meaning is KeyMeaning.RIGHT else -1)
        elif meaning in {KeyMeaning.UP, KeyMeaning.DOWN}:
            seat = layout.beyond(seat, 1 if meaning is KeyMeaning.DOWN else -1)
        else:
            seat = layout.row_end(seat, last=meaning is KeyMeaning.END)
        if seat is not self._focus:
            self.set_focus_seat(seat)

    def _focus_best_seat(self) -> None:
        """Where the keyboard starts: on a seat that can be sold, so that Space takes it."""
        if self._hall is not None:
            self.set_focus_seat(self._hall.layout.best_seat(lambda seat_id: self._book.find(seat_id) is None))

    def _take_focused(self) -> None:
        if self._focus is not None:
            self.seat_activated.emit(self._focus)

    def _show_tooltip(self, event: QHelpEvent) -> None:
        seat = self._seat_at(event.pos())
        if seat is None:
            QToolTip.hideText()
            return
        text = escape(self.tooltip_for(seat)).replace("\n", "<br>")
        QToolTip.showText(event.globalPos(), f"<qt>{text}</qt>", self.viewport())

    def _on_book_expired(self, seat_ids: tuple[int, ...]) -> None:
        self._repaint(set(seat_ids))
        self.seats_expired.emit(seat_ids)

    def _on_flash_timer_timeout(self) -> None:
        self._flash_phase += 1
        if self._flash_phase >= len(_FLASHES_MS) or self._hall is None:
            self._end_flash()
            return
        self._hall.repaint_seats(self._flashing, self._book.find, refused=self._flash_phase % 2 == 0)
        self._flash_timer.start(_FLASHES_MS[self._flash_phase])

    def _on_theme_changed(self) -> None:
        self.setBackgroundBrush(theme().colour("background"))
        self._ring.recolour()
        self.dress()

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meaning, count = read_key(event)
        acts: dict[KeyMeaning, Callable[[], None]] = {
            KeyMeaning.TAKE: self._take_focused,
            KeyMeaning.LET_GO: self.let_go_requested.emit,
            KeyMeaning.ZOOM_IN: self.zoom_in,
            KeyMeaning.ZOOM_OUT: self.zoom_out,
            KeyMeaning.FIT: self.fit,
        }
        if meaning is KeyMeaning.NONE:
            # Not for the view: its own handling would scroll on page keys and swallow them.
            event.ignore()
            return
        if meaning is KeyMeaning.BEST:
            self.best_requested.emit(count)
        elif meaning in acts:
            acts[meaning]()
        else:
            self._move_focus(meaning)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pan_from = event.position().toPoint()
            left = event.button() is Qt.MouseButton.LeftButton
            self._pressed_at = self._pan_from if left else None
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        if self._pan_from is None:
            over = self._seat_at(here) is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        if self._pressed_at is not None:
            if (here - self._pressed_at).manhattanLength() < QApplication.startDragDistance():
                return
            self._pressed_at = None
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.pan_by(here - self._pan_from)
        self._pan_from = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_at, self._pressed_at, self._pan_from = self._pressed_at, None, None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        if event.button() is Qt.MouseButton.RightButton and (asked := self._seat_at(event.position().toPoint())):
            self.asked_about.emit(asked)
        if pressed_at is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        seat = self._seat_at(pressed_at)
        if seat is not None and seat is self._seat_at(event.position().toPoint()):
            self.set_focus_seat(seat)
            self.seat_activated.emit(seat)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        seat = self._seat_at(event.position().toPoint())
        if seat is None:
            self.fit()
        elif seat is not self._focus:
            # Two quick clicks on neighbours are two; on one seat they are one, or it would be given back at once.
            self.mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tooltip(event)
            return True
        if isinstance(event, QGestureEvent):
            # Two fingers never take a seat.
            self._pressed_at = None
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._focus is None and self._hall is not None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._focus_best_seat()
        self._place_ring()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._place_ring()
