"""Stands between a till and the server, and breaks the line between them at will.

It knows PostgreSQL's messages, so that it can cut exactly before or after the n-th of them, and it can go silent: it
keeps the line open, takes what is sent and passes nothing on.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_PATIENCE_SECONDS = 10
_POLL_SECONDS = 0.05


class Direction(Enum):
    """Whose messages are counted."""

    TO_SERVER = "to the server"
    TO_TILL = "to the till"


class When(Enum):
    """On which side of a message the line is cut: before it is passed on, or as soon as it has been."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Cut:
    """Where to cut: at the `number`-th message of one direction, counted from 1 over all lines."""

    direction: Direction
    number: int
    when: When


@dataclass(eq=False)
class _Line:
    """One connection: the socket of the till and the socket to the server."""

    till: socket.socket
    server: socket.socket
    closed: threading.Event = field(default_factory=threading.Event)
    forgotten: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        self.closed.set()
        for end in (self.till, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def ends(self, direction: Direction) -> tuple[socket.socket, socket.socket]:
        return (self.till, self.server) if direction is Direction.TO_SERVER else (self.server, self.till)


class Proxy:
    """Listens on a free port of this machine and passes every connection on to the server of `conninfo`.

    Attributes:
        cuts: how many lines `cut_at` has cut so far.
        messages: how many messages were passed on since `cut_at` or `count` was called, by direction.
    """

    def __init__(self, conninfo: str) -> None:
        """Nothing happens before `start`."""
        target = conninfo_to_dict(conninfo)
        self._host, self._port = str(target["host"]), int(str(target.get("port", 5432)))
        self._lock = threading.Lock()
        self._cut: Cut | None = None
        self._stays_down = False
        self._silent_at_commit: When | None = None
        self._open = threading.Event()
        self._open.set()
        self._flowing = threading.Event()
        self._flowing.set()
        self._lines: set[_Line] = set()
        self._threads: list[threading.Thread] = []  # noqa: TID251  a test's own
        self._stopping = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(_POLL_SECONDS)
        self.cuts = 0
        self.messages = dict.fromkeys(Direction, 0)

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._flowing.set()
        self.break_lines()
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)
            assert not thread.is_alive()
        self._server.close()

    def through(self, conninfo: str) -> str:
        """`conninfo` by way of this proxy; in the clear, so that the messages can be read."""
        port = str(self._server.getsockname()[1])
        return make_conninfo(conninfo, host="127.0.0.1", port=port, sslmode="disable", gssencmode="disable")

    def cut_at(self, cut: Cut, *, stays_down: bool = False) -> None:
        """Count from now on and cut once. With `stays_down` nobody gets through afterwards until `heal`."""
        with self._lock:
            self._cut = cut
            self._stays_down = stays_down
            self.messages = dict.fromkeys(Direction, 0)

    def swallow(self) -> None:
        """Keep all lines open, take new ones, and pass nothing on until `heal`."""
        self._flowing.clear()

    def forget_lines(self) -> None:
        """Pass nothing on any more on the lines that stand, as a firewall that has forgotten them; new ones work."""
        with self._lock:
            for line in self._lines:
                line.forgotten.set()

    def swallow_at_commit(self, when: When) -> None:
        """Go silent at the next COMMIT: before it is passed on, or with the answer to it."""
        self._silent_at_commit = when

    def heal(self, *, keeps_what_was_sent: bool = True) -> None:
        """Pass on again, also what was sent meanwhile, as TCP does; else the silent lines end without it."""
        with self._lock:
            self._cut = None
            self._open.set()
        if not keeps_what_was_sent and not self._flowing.is_set():
            self.break_lines()
        self._flowing.set()

    def break_lines(self) -> None:
        """Close every connection that goes through here."""
        with self._lock:
            lines = tuple(self._lines)
        for line in lines:
            line.close()

    def _spawn(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="proxy", daemon=True)  # type: ignore[arg-type]  # noqa: TID251  a test's own
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                till, _ = self._server.accept()
            except TimeoutError:
                continue
            if not self._open.is_set():
                till.close()
                continue
            self._spawn(self._serve, till)

    def _serve(self, till: socket.socket) -> None:
        # A till that connects into a silent network waits here for its answer.
        while not self._flowing.wait(_POLL_SECONDS):
            if self._stopping.is_set():
                till.close()
                return
        try:
            server = self._dial()
        except OSError:
            till.close()
            return
        for end in (till, server):
            if end.family != socket.AF_UNIX:
                # Message by message each would wait a 25th of a second for the one before it.
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(till, server)
        with self._lock:
            self._lines.add(line)
        for direction in Direction:
            self._spawn(self._pump, line, direction)

    def _dial(self) -> socket.socket:
        if self._host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(Path(self._host) / f".s.PGSQL.{self._port}"))
            return server
        return socket.create_connection((self._host, self._port))

    def _pump(self, line: _Line, direction: Direction) -> None:
        source, target = line.ends(direction)
        try:
            for message in _read_messages(source, starts_untyped=direction is Direction.TO_SERVER):
                self._watch_for_commit(message, When.BEFORE)
                if not self._wait_until_flowing(line):
                    return
                if not self._pass_on(direction, message, target):
                    break
                self._watch_for_commit(message, When.AFTER)
        except OSError:
            pass
        finally:
            # The end of one side reaches the other no sooner than what was sent before it.
            self._wait_until_flowing(line)
            line.close()
            with self._lock:
                self._lines.discard(line)

    def _wait_until_flowing(self, line: _Line) -> bool:
        """Wait while nothing is passed on; False when the line was closed meanwhile."""
        while not line.closed.is_set():
            if line.forgotten.is_set():
                line.closed.wait(_POLL_SECONDS)
            elif self._flowing.wait(_POLL_SECONDS):
                return True
        return False

    def _watch_for_commit(self, message: bytes, when: When) -> None:
        if self._silent_at_commit is when and message[5:] == b"COMMIT\0":
            self._silent_at_commit = None
            self.swallow()

    def _pass_on(self, direction: Direction, message: bytes, target: socket.socket) -> bool:
        """Send a message on; False when the line is to be cut now."""
        with self._lock:
            self.messages[direction] += 1
            cut = self._cut
            is_cut = cut is not None and cut.direction is direction and cut.number == self.messages[direction]
            if is_cut:
                self._cut = None
                self.cuts += 1
                if self._stays_down:
                    self._open.clear()
        if cut is None or not is_cut or cut.when is When.AFTER:
            target.sendall(message)
        return not is_cut


def _read_messages(source: socket.socket, *, starts_untyped: bool) -> Iterator[bytes]:
    """One message after another: a type (but for the very first of a till), the length, and what follows."""
    with source.makefile("rb") as stream:
        untyped = starts_untyped
        while True:
            kind = b"" if untyped else stream.read(1)
            size = stream.read(4)
            if len(size) < 4:
                return
            (length,) = struct.unpack("!I", size)
            rest = stream.read(length - 4)
            if len(rest) < length - 4:
                return
            untyped = False
            yield kind + size + rest
