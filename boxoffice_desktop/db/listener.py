"""Hears the hints of other tills, and holds the lock that makes a terminal one window.

One thread with one connection of its own, so that a slow window never holds up the server's queue of notifications.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

import psycopg

from boxoffice_desktop.db.engine import HINT_CHANNEL
from boxoffice_desktop.db.failures import is_disconnect
from boxoffice_desktop.db.watched import WatchedConnection
from boxoffice_desktop.domain.errors import DatabaseUnavailableError, TerminalInUseError

_log = logging.getLogger(__name__)

# Any number will do as long as every release uses the same: the first half of the lock's key, the terminal the second.
_TERMINAL_LOCK: Final = 7_342_902
_POLL_SECONDS: Final = 0.5
_LOCK_TRIES: Final = 10
_RETRY_SECONDS: Final = 1.0
# A connection that says nothing is asked this often, and has this long to answer: a silent network shows in 8 s.
_ASK_SECONDS: Final = 4.0
_ANSWER_SECONDS: Final = 3.5

_TAKE_TERMINAL: Final = """
    SELECT pg_try_advisory_lock(%s, %s), pg_backend_pid(),
           (SELECT a.backend_start FROM pg_stat_get_activity(pg_backend_pid()) a)
"""
# The server process behind a connection that this listener gave up, if it still has the terminal: a server behind a
# dead network does not know that nobody is there any more. A login may end its own processes.
_END_PREDECESSOR: Final = """
    SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.pid = %s AND a.backend_start = %s
"""


class Listener:
    """Listens until stopped, reconnecting by itself.

    Callbacks run on the listener's thread: `on_hint(show_id)` for every hint, and with None after a reconnect, when
    everything may have changed; `on_state(connected)` when the connection goes or comes back; `on_taken()` once when
    another window took the terminal while the connection was away. The listener goes on asking for it, and
    `on_state(True)` says that it has it again.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        terminal_id: int,
        terminal_name: str,
        on_hint: Callable[[int | None], None],
        on_state: Callable[[bool], None],
        on_taken: Callable[[], None] = lambda: None,
    ) -> None:
        self._conninfo = conninfo
        self._terminal_id = terminal_id
        self._terminal_name = terminal_name
        self._on_hint = on_hint
        self._on_state = on_state
        self._on_taken = on_taken
        self._is_taken = False
        self._stopping = threading.Event()
        self._connection: WatchedConnection | None = None
        self._predecessor: tuple[int, datetime] | None = None
        # DESIGN.md gives this thread its place: it waits for the server, never for the window.
        self._thread = threading.Thread(target=self._listen, name="boxoffice-listener", daemon=True)  # noqa: TID251

    def start(self) -> None:
        """Take the terminal for this window and begin to listen.

        Raises:
            TerminalInUseError: another window works as this terminal.
            DatabaseUnavailableError: no connection.
        """
        try:
            self._connection = self._connect()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError("The database does not answer.") from error
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and give the terminal free; returns when the thread has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        if self._connection is not None:
            self._connection.close()

    def _connect(self) -> WatchedConnection:
        connection = WatchedConnection.connect(self._conninfo, autocommit=True).answering_within(_ANSWER_SECONDS)
        try:
            self._take_terminal(connection)
            connection.execute(f"LISTEN {HINT_CHANNEL}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_terminal(self, connection: WatchedConnection) -> None:
        if self._predecessor is not None:
            connection.execute(_END_PREDECESSOR, self._predecessor)
        for _ in range(_LOCK_TRIES):
            row = connection.execute(_TAKE_TERMINAL, (_TERMINAL_LOCK, self._terminal_id)).fetchone()
            if row is not None and row[0]:
                self._predecessor = (row[1], row[2])
                return
            # The server process of a till that was killed a moment ago needs one to notice.
            self._stopping.wait(0.2)
        raise TerminalInUseError(self._terminal_name)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._connection is None:
                    self._connection = self._connect()
                    self._is_taken = False
                    self._on_state(True)
                    self._on_hint(None)
                self._hear(self._connection)
            except psycopg.Error as error:
                if not is_disconnect(error):
                    _log.warning("the listener's connection failed", exc_info=True)
                self._drop_connection()
                self._stopping.wait(_RETRY_SECONDS)
            except TerminalInUseError:
                self._note_taken()
                self._stopping.wait(_RETRY_SECONDS)

    def _hear(self, connection: WatchedConnection) -> None:
        ask_at = monotonic() + _ASK_SECONDS
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=_POLL_SECONDS, stop_after=1):
                show = notice.payload.partition(":")[0]
                # Anybody who may connect may notify: what is no number is no hint.
                if show.isdecimal() and len(show) < len(str(2**31)):
                    self._on_hint(int(show))
            if monotonic() > ask_at:
                # Silence may mean that nothing happens, or that nothing comes through any more.
                connection.execute("SELECT 1")
                ask_at = monotonic() + _ASK_SECONDS

    def _note_taken(self) -> None:
        # Looking for it ends early when this listener stops: then nobody took anything.
        if not self._is_taken and not self._stopping.is_set():
            self._is_taken = True
            _log.warning("another window works as %s", self._terminal_name)
            self._on_taken()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._on_state(False)
