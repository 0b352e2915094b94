"""The timeline with its hours above and its halls beside it, which stay in sight while it scrolls."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.ui.manage.schedule.geometry import Geometry
from boxoffice_desktop.ui.manage.schedule.view import TimelineView
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import mix, theme, theme_notifier

_RULER = 26
_HALL_WIDTH = 104
_DAY_WIDTH = 58
_DAY_NAME = 40
_ROW_DAY, _ROW_DAY_MOST, _ROW_WEEK = 66, 92, 32
_SHOWN_MINUTES = 17 * 60
_FIRST_SHOWN = 4 * 60
_ZOOMS = (0.6, 0.8, 1.0, 1.3, 1.7, 2.2, 3.0)


class _Ruler(QWidget):
    """The hours of an ordinary day in sight, by the venue's clock; other days have rulers of their own."""

    def __init__(self, view: TimelineView, words: Words) -> None:
        super().__init__()
        self._view = view
        self._words = words
        self.setFixedHeight(_RULER)

    def paintEvent(self, _event: QPaintEvent) -> None:
        geometry = self._view.geometry_now
        if geometry is None or not geometry.rows:
            return
        painter = QPainter(self)
        font = QApplication.font()
        font.setPixelSize(theme().font_px("small"))
        painter.setFont(font)
        painter.setPen(theme().colour("muted"))
        offset = self._view.horizontalScrollBar().value()
        for hour in geometry.hours(geometry.ruler_day):
            painter.drawText(round(hour.x) - offset + 4, _RULER - 8, self._words.time(hour.moment))
        painter.end()


class _Halls(QWidget):
    """The halls of every day in sight; in a week the days stand before them."""

    def __init__(self, view: TimelineView, words: Words) -> None:
        super().__init__()
        self._view = view
        self._words = words

    def paintEvent(self, _event: QPaintEvent) -> None:
        geometry = self._view.geometry_now
        if geometry is None:
            return
        painter = QPainter(self)
        offset = self._view.verticalScrollBar().value()
        is_week = len(geometry.schedule.days) > 1
        left = _DAY_WIDTH if is_week else 0
        for row in geometry.rows:
            rect = QRectF(left, row.top - offset, self.width() - left - 8, geometry.row_height)
            if rect.bottom() >= 0 and rect.top() <= self.height():
                self._paint_hall(painter, geometry, rect, row.hall.name, row.hall.capacity)
        if is_week:
            self._paint_days(painter, geometry, offset)
        painter.end()

    def _paint_hall(self, painter: QPainter, geometry: Geometry, rect: QRectF, name: str, capacity: int) -> None:
        font = QApplication.font()
        painter.setFont(font)
        painter.setPen(theme().colour("text"))
        is_tall = geometry.row_height > _ROW_WEEK
        line = rect.adjusted(0, 0, 0, -rect.height() / 2) if is_tall else rect
        bottom = Qt.AlignmentFlag.AlignBottom if is_tall else Qt.AlignmentFlag.AlignVCenter
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, bottom | Qt.AlignmentFlag.AlignRight, text)
        if is_tall:
            font.setPixelSize(theme().font_px("small"))
            painter.setFont(font)
            painter.setPen(theme().colour("muted"))
            below = rect.adjusted(0, rect.height() / 2 + 2, 0, 0)
            seats = self.tr("{count} seats").format(count=capacity)
            painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, seats)

    def _paint_days(self, painter: QPainter, geometry: Geometry, offset: int) -> None:
        halls = max(1, len(geometry.schedule.halls))
        font = QApplication.font()
        font.setBold(True)
        painter.setFont(font)
        for first in geometry.rows[::halls]:
            is_today = first.day.day == geometry.schedule.today
            height = halls * geometry.row_height
            # The day's name stays in sight as long as one of its halls is.
            top = min(max(first.top - offset, 0), first.top - offset + height - min(height, _DAY_NAME) - 4)
            rect = QRect(0, round(first.top - offset), _DAY_WIDTH - 6, height)
            painter.fillRect(rect, mix(theme().colour("muted"), theme().colour("background"), 0.10))
            painter.setPen(QPen(theme().colour("accent" if is_today else "text")))
            name, _, number = self._words.day(first.day.day).partition(" ")
            box = QRectF(0, top + 2, _DAY_WIDTH - 6, min(height, _DAY_NAME))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{name}\n{number}".strip())


class Timeline(QWidget):
    """A schedule on the screen: `view` is where shows are moved."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TimelineView(words)
        self._ruler = _Ruler(self.view, words)
        self._halls = _Halls(self.view, words)
        self._schedule: Schedule | None = None
        self._zoom = _ZOOMS.index(1.0)
        # What is in sight, in minutes and pixels: it outlives layouts that are too narrow for a moment.
        self._left, self._top = float(_FIRST_SHOWN), 0.0
        self._is_drawing = False
        layout = self._grid = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._ruler, 0, 1)
        layout.addWidget(self._halls, 1, 0)
        layout.addWidget(self.view, 1, 1)
        self.view.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self.view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme_notifier().changed.connect(self._draw)

    def show_schedule(self, schedule: Schedule) -> None:
        """Draw a schedule; the first one, and one of more or fewer days, from the late morning and from today on."""
        is_other = self._schedule is None or len(schedule.days) != len(self._schedule.days)
        self._schedule = schedule
        if is_other:
            self._left, self._top = float(_FIRST_SHOWN), 0.0
        self._draw()
        geometry = self.view.geometry_now
        if is_other and geometry is not None:
            today = [row.top for row in geometry.rows if row.day.day == schedule.today]
            self._top = min(today, default=0.0)
            self._restore(geometry)

    def zoom(self, by: int) -> None:
        """Wider or narrower hours; the moment in the middle stays there."""
        old = self.view.geometry_now
        chosen = min(max(self._zoom + by, 0), len(_ZOOMS) - 1)
        if old is None or chosen == self._zoom:
            return
        half = self.view.viewport().width() / 2
        middle = self._left + half / old.per_minute
        self._left = max(0.0, middle - half / (old.per_minute * _ZOOMS[chosen] / _ZOOMS[self._zoom]))
        self._zoom = chosen
        self._draw()

    def _draw(self) -> None:
        if self._schedule is None:
            return
        is_week = len(self._schedule.days) > 1
        scale = max(1.0, theme().scale)
        self._halls.setFixedWidth(round((_HALL_WIDTH + (_DAY_WIDTH if is_week else 0)) * scale))
        # At once: what can be scrolled to depends on the width that is left.
        self._grid.activate()
        room = max(400, self.width() - self._halls.width())
        geometry = Geometry(
            self._schedule, per_minute=room / _SHOWN_MINUTES * _ZOOMS[self._zoom], row_height=self._row_height(scale)
        )
        self._is_drawing = True
        self.view.show_schedule(geometry)
        self._is_drawing = False
        self._restore(geometry)

    def _restore(self, geometry: Geometry) -> None:
        self._is_drawing = True
        self.view.horizontalScrollBar().setValue(round(self._left * geometry.per_minute))
        self.view.verticalScrollBar().setValue(round(self._top))
        self._is_drawing = False
        self._ruler.update()
        self._halls.update()

    def _on_scrolled(self) -> None:
        geometry = self.view.geometry_now
        if geometry is not None and not self._is_drawing and not self.view.is_resizing:
            self._left = self.view.horizontalScrollBar().value() / geometry.per_minute
            self._top = float(self.view.verticalScrollBar().value())
        self._ruler.update()
        self._halls.update()

    def _row_height(self, scale: float) -> int:
        if self._schedule is None or len(self._schedule.days) > 1:
            return round(_ROW_WEEK * scale)
        room = (self.height() - _RULER) // max(1, len(self._schedule.halls))
        return min(max(room, round(_ROW_DAY * scale)), round(_ROW_DAY_MOST * scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)
