"""Brings what happens on other threads to the GUI thread: hints of other tills, and the progress of a start."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal


class LiveHints(QObject):
    """The window's end of the database listener; its methods may be called from any thread.

    They only note what came and wake the window once, however many hints come until it looks: a storm of them costs
    the listener no time, and the window no memory.

    Signals:
        hinted: the id of a show whose seats changed; None when everything may have changed.
        connection_changed: whether the connection stands.
        terminal_taken: another window works as this terminal; `connection_changed` tells when it is ours again.
    """

    hinted = Signal(object)
    connection_changed = Signal(bool)
    terminal_taken = Signal()
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._noted: dict[int | None, None] = {}
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def hint(self, show_id: int | None) -> None:
        """Seats of a show changed, or with None of any."""
        with self._lock:
            is_first = not self._noted
            self._noted[show_id] = None
        if is_first:
            self._woken.emit()

    def change_connection(self, connected: bool) -> None:  # noqa: FBT001  the listener's callback
        """The connection went or came back."""
        self.connection_changed.emit(connected)

    def lose_terminal(self) -> None:
        """Another window works as this terminal."""
        self.terminal_taken.emit()

    def _on_woken(self) -> None:
        with self._lock:
            noted, self._noted = self._noted, {}
        for show_id in (None,) if None in noted else noted:
            self.hinted.emit(show_id)


class BackgroundStart(QObject):
    """Runs the start of a till beside the event loop, so that the start screen can tell how it goes.

    Signals:
        progressed: a sentence that says what is being done.
        succeeded: what the start returned.
        failed: the exception that ended it.
    """

    progressed = Signal(str)
    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[Callable[[str], None]], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._thread = threading.Thread(target=self._run, name="boxoffice-start")  # noqa: TID251  this is ui/tasks

    def start(self) -> None:
        """Begin; the answer comes as a signal."""
        self._thread.start()

    def wait(self) -> None:
        """Return when the work has ended; its answer may still be on the way."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            result = self._work(self.progressed.emit)
        except Exception as error:  # noqa: BLE001  the start screen shows it, whatever it is
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)
