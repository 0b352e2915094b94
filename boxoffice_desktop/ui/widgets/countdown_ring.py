"""The ring that shows how long something still lasts."""

from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.ui.widgets.theme import theme, theme_notifier

WARN_SECONDS = 30.0
_TICK_MS = 200
_FULL_TURN = 360 * 16
_TOP = 90 * 16


class CountdownRing(QWidget):
    """A ring that empties until a moment of the machine's monotonic clock; of the warning colour near its end.

    Signals:
        ticked: several times a second while it runs; the whole seconds left, rounded up.
    """

    ticked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends_at: float | None = None
        self._whole = 1.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        theme_notifier().changed.connect(self.update)
        self.setFixedSize(self.sizeHint())

    def run_until(self, ends_at: float, whole_seconds: float) -> None:
        """Count down to `ends_at` (of `time.monotonic`); the ring is full with `whole_seconds` left."""
        self._ends_at = ends_at
        self._whole = max(1.0, whole_seconds)
        self._timer.start()
        self._on_timer_timeout()

    def stop(self) -> None:
        """Show an empty ring and count no more."""
        self._ends_at = None
        self._timer.stop()
        self.update()

    def seconds_left(self) -> float:
        """Seconds until the end, 0 when it is past or nothing runs."""
        return 0.0 if self._ends_at is None else max(0.0, self._ends_at - monotonic())

    def is_short(self) -> bool:
        """Whether it runs and little time is left."""
        return self._ends_at is not None and self.seconds_left() <= WARN_SECONDS

    def _on_timer_timeout(self) -> None:
        self.ticked.emit(int(-(-self.seconds_left() // 1)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(theme().colour("line"), 4))
        painter.drawEllipse(ring)
        if self._ends_at is not None:
            share = min(1.0, self.seconds_left() / self._whole)
            pen = QPen(theme().colour("warn" if self.is_short() else "accent"), 4)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, _TOP, round(_FULL_TURN * share))
        painter.end()
