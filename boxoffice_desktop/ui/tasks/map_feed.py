"""Keeps the picture of the open show up to date."""

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.services import seat_maps
from boxoffice_desktop.services.seat_maps import MapState, OpenedShow
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_POLL_MS = 5000


class MapFeed(QObject):
    """Opens a show and reads its map again whenever somebody says that it changed, and slowly by itself.

    Signals:
        opened: the `OpenedShow` that was asked for last.
        redrawn: the `OpenedShow` of the open show again, since somebody changed its hall.
        state_read: a `MapState` of the open show that knows of all our own changes.
        failed: an exception of opening; reading again fails in silence, the next read comes soon.
    """

    opened = Signal(object)
    redrawn = Signal(object)
    state_read = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._show_id: int | None = None
        self._layout_version = 0
        self._own_changes = 0
        self._is_reading = False
        self._read_again = False
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self.read)

    def open_show(self, show_id: int) -> None:
        """Ask for a show with its picture, prices and state."""
        self._tasks.read(
            self,
            seat_maps.open_show,
            {"show_id": show_id},
            done=self._on_opened,
            failed=self.failed.emit,
            key="open",
        )

    def set_active(self, *, active: bool) -> None:
        """Poll, or rest while nobody looks."""
        if active and self._show_id is not None:
            self._poll.start()
            self.read()
        elif not active:
            self._poll.stop()

    def hint(self, show_id: int | None) -> None:
        """Somebody changed a show, or with None any show; if it may be the open one, read it now."""
        if show_id is None or show_id == self._show_id:
            self.read()

    def note_own_change(self) -> None:
        """We are changing seats ourselves: an answer that is still under way may not know of it and is left out."""
        self._own_changes += 1

    def read_own_change(self) -> None:
        """The database has our changes now: read the map that shows them."""
        self.note_own_change()
        self.read()

    def read(self) -> None:
        """Read the map; while one read is under way, once more after it."""
        if self._show_id is None:
            return
        if self._is_reading:
            self._read_again = True
            return
        self._is_reading = True
        self._read_again = False
        show_id, changes = self._show_id, self._own_changes
        self._tasks.read(
            self,
            seat_maps.read_map,
            {"show_id": show_id},
            done=lambda state: self._on_read(state, changes),
            failed=self._on_read_failed,
        )

    def _on_opened(self, opened: OpenedShow) -> None:
        self._show_id = opened.show.show_id
        self._layout_version = opened.picture.layout_version
        self._poll.start()
        self.opened.emit(opened)

    def _on_read(self, state: MapState, changes: int) -> None:
        self._is_reading = False
        if changes == self._own_changes and state.show_id == self._show_id:
            if state.layout_version != self._layout_version:
                self._redraw(state.show_id)
            self.state_read.emit(state)
        else:
            self._read_again = True
        if self._read_again:
            self.read()

    def _redraw(self, show_id: int) -> None:
        """Read the show with its new hall; until then the old picture stays. A failure is mended by the next read."""
        self._tasks.read(
            self,
            seat_maps.open_show,
            {"show_id": show_id},
            done=self._on_redrawn,
            failed=self._on_read_failed,
            key="redraw",
        )

    def _on_redrawn(self, opened: OpenedShow) -> None:
        if opened.show.show_id == self._show_id:
            self._layout_version = opened.picture.layout_version
            self.redrawn.emit(opened)
            # Its state may be older than what we have done meanwhile.
            self.read()

    def _on_read_failed(self, _error: Exception) -> None:
        # The shell shows whether the till is connected; the next tick of the poll tries again.
        self._is_reading = False
