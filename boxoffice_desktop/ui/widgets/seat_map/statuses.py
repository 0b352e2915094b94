"""What is known of the seats of a show, and the clock that ends holds without asking anybody."""

from collections.abc import Callable, Iterable
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from boxoffice_desktop.domain.seats import SeatLook, SeatStatus

_LONGEST_WAIT_MS = 3_600_000


class StatusBook(QObject):
    """The seats that are not available, and until when.

    Signals:
        expired: tuple of seat ids whose holds ended by the clock; they are available already.
    """

    expired = Signal(object)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._statuses: dict[int, SeatStatus] = {}
        self._ends: dict[int, float] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timer_timeout)

    def find(self, seat_id: int) -> SeatStatus | None:
        """The status of a seat; None when it is available."""
        return self._statuses.get(seat_id)

    def replace(self, statuses: Iterable[SeatStatus]) -> set[int]:
        """Only these seats are taken from now on. Returns the seats that look different."""
        new = {status.seat_id: status for status in statuses}
        gone = [SeatStatus(seat_id=seat_id, look=SeatLook.AVAILABLE) for seat_id in self._statuses.keys() - new.keys()]
        return self.update([*gone, *new.values()])

    def update(self, statuses: Iterable[SeatStatus]) -> set[int]:
        """Take over the status of some seats. Returns the seats that look different."""
        changed = {status.seat_id for status in statuses if self._take(status)}
        self._start_timer()
        return changed

    def _take(self, status: SeatStatus) -> bool:
        before = self._statuses.pop(status.seat_id, None)
        self._ends.pop(status.seat_id, None)
        over = status.expires_in is not None and status.expires_in <= 0
        if status.look is SeatLook.AVAILABLE or over:
            return before is not None
        self._statuses[status.seat_id] = status
        if status.expires_in is not None:
            self._ends[status.seat_id] = self._clock() + status.expires_in
        return before is None or (before.look, before.mark) != (status.look, status.mark)

    def _start_timer(self) -> None:
        if not self._ends:
            self._timer.stop()
            return
        wait = (min(self._ends.values()) - self._clock()) * 1000
        # One millisecond more than needed: a timer that fires early would only have to be started again.
        self._timer.start(max(0, min(_LONGEST_WAIT_MS, int(wait) + 1)))

    def _on_timer_timeout(self) -> None:
        now = self._clock()
        over = tuple(seat_id for seat_id, end in self._ends.items() if end <= now)
        for seat_id in over:
            del self._ends[seat_id]
            del self._statuses[seat_id]
        self._start_timer()
        if over:
            self.expired.emit(over)
