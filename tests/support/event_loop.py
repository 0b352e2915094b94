"""The event loop of the GUI thread: how long it was away, and when it has come round."""

import threading
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from pytestqt.qtbot import QtBot


class LoopWatch(QObject):
    """Measures how long the event loop of the thread that makes it was away, with a timer of 5 ms.

    The time in which this very thread was ready but others had the processor is left out where the system tells it:
    it is the machine's, not the window's. What other threads wait for is none of its business.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._waits = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last = perf_counter()
        self._queued = 0.0
        self._timer = QTimer(self, interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.longest = 0.0
        self._last, self._queued = perf_counter(), self._read_queued_seconds()
        self._timer.start()

    def stop(self) -> float:
        """The longest gap in milliseconds, the one until now included."""
        self._timer.stop()
        self._tick()
        return self.longest

    def _tick(self) -> None:
        # The clock last: a wait between the two readings makes a gap longer, it never hides one.
        queued, now = self._read_queued_seconds(), perf_counter()
        self.longest = max(self.longest, 1000 * (now - self._last - (queued - self._queued)))
        self._last, self._queued = now, queued

    def _read_queued_seconds(self) -> float:
        """How long this thread has waited for a processor so far (Linux; elsewhere always 0)."""
        try:
            return int(self._waits.read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0


class _Round(QObject):
    passed = Signal()


def go_round(qtbot: QtBot) -> None:
    """Return when everything has been delivered that was posted to this thread before the call."""
    last = _Round()
    passed: list[bool] = []
    last.passed.connect(lambda: passed.append(True), Qt.ConnectionType.QueuedConnection)
    last.passed.emit()
    qtbot.waitUntil(lambda: bool(passed))
