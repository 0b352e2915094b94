"""Knows how the till stands to its database, from what its listener hears and from how its own questions end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.services.clock import ClockReading, read_clock_difference
from boxoffice_desktop.ui.tasks.runner import TaskRunner

# A server that restarts is back within this; until then nobody needs to be alarmed.
_OFFLINE_AFTER_MS = 5000
_PROBE_EVERY_MS = 1000
_CLOCK_EVERY_MS = 180_000
_TOLERATED = timedelta(minutes=2)


class LinkState(StrEnum):
    """How the till stands to its database."""

    CONNECTED = "connected"
    RECONNECTING = "reconnecting"  # a moment ago it answered; the till still tries whatever it is asked
    OFFLINE = "offline"  # nothing can be sold
    TAKEN = "taken"  # another window works as this terminal: nothing can be sold here

    @property
    def stops_selling(self) -> bool:
        """Whether nothing can be taken, given back or paid."""
        return self in {LinkState.OFFLINE, LinkState.TAKEN}


@dataclass(frozen=True, kw_only=True)
class Link:
    """The state, since when (by the database's clock, in the venue's zone; None when not known), and why."""

    state: LinkState
    since: datetime | None = None
    reason: str = ""


class LinkWatch(QObject):
    """Follows the connection. While it is not well, asks the database once a second whether it is back.

    It is well when the listener hears and the last question was answered. All times are of the database's clock,
    carried on by the monotonic one: the till's own clock may be wrong by a day.

    Signals:
        changed: the new `Link`.
        came_back: it is connected again; everything may have changed meanwhile.
        clock_read: how far the till's clock is ahead, a `timedelta`; zero while it is within two minutes.
    """

    changed = Signal(object)
    came_back = Signal()
    clock_read = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._link = Link(state=LinkState.CONNECTED)
        self._hears = True
        self._is_taken = False
        self._reaches = True
        self._answered_at = monotonic()
        self._read: tuple[ClockReading, float] | None = None
        self._probe = QTimer(self, interval=_PROBE_EVERY_MS, singleShot=True)
        self._probe.timeout.connect(self.read_clock)
        self._patience = QTimer(self, interval=_OFFLINE_AFTER_MS, singleShot=True)
        self._patience.timeout.connect(self._on_patience_timeout)
        self._clock = QTimer(self, interval=_CLOCK_EVERY_MS)
        self._clock.timeout.connect(self.read_clock)
        tasks.link_heard.connect(self._on_link_heard)

    @property
    def link(self) -> Link:
        """How it stands now."""
        return self._link

    def start(self) -> None:
        """Read the clocks now and then from now on."""
        self._clock.start()
        self.read_clock()

    def note_listener(self, hears: bool) -> None:  # noqa: FBT001  a slot of `LiveHints.connection_changed`
        """The listener's connection went or came back; it comes back with the terminal only."""
        self._hears = hears
        if hears:
            self._is_taken = False
        self._judge()

    def note_taken(self) -> None:
        """Another window has this till's terminal; until the listener has it back nothing is sold here."""
        self._hears = False
        self._is_taken = True
        self._judge()

    def read_clock(self) -> None:
        """Compare the clocks, which is also the shortest question that proves the connection."""
        self._probe.stop()
        self._tasks.read(
            self, read_clock_difference, {}, done=self._on_clock_read, failed=self._on_clock_failed, key="clock"
        )

    def venue_now(self) -> datetime | None:
        """Now by the database's clock, in the venue's zone; None before it was read for the first time."""
        if self._read is None:
            return None
        reading, at = self._read
        return reading.database_now + timedelta(seconds=monotonic() - at)

    def _on_link_heard(self, problem: Exception | None) -> None:
        self._reaches = problem is None
        if problem is None:
            self._answered_at = monotonic()
        self._judge("" if problem is None else str(problem))

    def _judge(self, reason: str = "") -> None:
        if self._hears and self._reaches:
            self._settle()
        elif self._is_taken:
            self._show_taken()
        elif self._link.state is LinkState.CONNECTED:
            self._show(Link(state=LinkState.RECONNECTING, since=self.venue_now(), reason=reason))
            self._patience.start()
            self.read_clock()
        elif reason and reason != self._link.reason:
            self._show(Link(state=self._link.state, since=self._link.since, reason=reason))

    def _settle(self) -> None:
        if self._link.state is not LinkState.CONNECTED:
            self._patience.stop()
            self._probe.stop()
            self._show(Link(state=LinkState.CONNECTED))
            self.came_back.emit()

    def _show_taken(self) -> None:
        if self._link.state is not LinkState.TAKEN:
            self._patience.stop()
            self._show(Link(state=LinkState.TAKEN, since=self._link.since or self.venue_now()))
            self.read_clock()

    def _show(self, link: Link) -> None:
        self._link = link
        self.changed.emit(link)

    def _on_patience_timeout(self) -> None:
        if self._link.state is not LinkState.RECONNECTING:
            return
        if monotonic() - self._answered_at < _OFFLINE_AFTER_MS / 1000:
            # Only the hints are missing: the slow poll stands in for them, and selling goes on.
            self._patience.start()
        else:
            self._show(Link(state=LinkState.OFFLINE, since=self._link.since, reason=self._link.reason))

    def _on_clock_read(self, reading: ClockReading) -> None:
        self._read = reading, monotonic()
        is_right = abs(reading.till_ahead) <= _TOLERATED
        self.clock_read.emit(timedelta() if is_right else reading.till_ahead)
        self._probe_again()

    def _on_clock_failed(self, _error: Exception) -> None:
        self._probe_again()

    def _probe_again(self) -> None:
        if self._link.state is not LinkState.CONNECTED:
            self._probe.start()
