"""A wire that can be cut: passes a till's connections on to the server, and breaks one when a test asks for it."""

import select
import socket
import socketserver
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Literal

import psycopg

# Before: the server never sees the message. After: it has answered, and the answer is lost. Answered: the answer has
# arrived, and the connection breaks then.
Moment = Literal["before", "after", "answered"]


class Wire(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine. `cut` arms it once; a closed wire takes no connections at all."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, server_conninfo: str) -> None:
        values = psycopg.conninfo.conninfo_to_dict(server_conninfo)
        self._host, self._port = str(values["host"]), int(values["port"] or 0)
        self.armed: tuple[bytes, Moment] | None = None
        self.is_down = False
        super().__init__(("127.0.0.1", 0), _Connection)

    def conninfo(self, conninfo: str) -> str:
        """The same way in, through this wire."""
        return psycopg.conninfo.make_conninfo(
            conninfo, host="127.0.0.1", port=self.server_address[1], sslmode="disable"
        )

    def cut(self, moment: Moment, *, at: bytes = b"COMMIT\0") -> None:
        """Break the next connection that sends a message with `at` in it."""
        self.armed = (at, moment)

    def reach(self) -> socket.socket:
        if self._host.startswith("/"):
            reached = socket.socket(socket.AF_UNIX)
            reached.connect(f"{self._host}/.s.PGSQL.{self._port}")
            return reached
        return socket.create_connection((self._host, self._port))


class _Connection(socketserver.BaseRequestHandler):
    server: Wire

    def handle(self) -> None:
        if self.server.is_down:
            return
        with self.server.reach() as far:
            near: socket.socket = self.request
            while True:
                for side in select.select([near, far], [], [])[0]:
                    data = side.recv(65536)
                    if not data or not self._pass(side is near, data, near, far):
                        return

    def _pass(self, is_from_till: bool, data: bytes, near: socket.socket, far: socket.socket) -> bool:  # noqa: FBT001
        armed = self.server.armed
        if not is_from_till or armed is None or armed[0] not in data:
            (far if is_from_till else near).sendall(data)
            return True
        self.server.armed = None
        if armed[1] != "before":
            far.sendall(data)
            answer = far.recv(65536)
            if armed[1] == "answered":
                near.sendall(answer)
        return False


@contextmanager
def open_wire(server_conninfo: str) -> Iterator[Wire]:
    """A wire to the server of `server_conninfo`."""
    with Wire(server_conninfo) as wire, ThreadPoolExecutor(1) as pool:
        serving = pool.submit(wire.serve_forever, 0.02)
        try:
            yield wire
        finally:
            wire.shutdown()
            serving.result()
