"""A receipt printer on a socket: it understands what the till says, and can be slow, out of paper, mute or dead."""

import socket
import threading
from dataclasses import dataclass, field
from time import monotonic

from boxoffice_desktop.documents.receipt_printer import Bitmap
from boxoffice_desktop.domain.printing import PrinterChoice, PrinterKind

_READY, _PAPER_END, _STOPPED, _COVER = b"\x12", b"\x72", b"\x32", b"\x16"
_ENDED = b"\x00"


@dataclass
class Faults:
    """What is wrong with the printer. Read for every byte, so a test may change it in mid-print.

    Attributes:
        out_of_paper, cover_open, mute: as they say; a mute one prints and never answers.
        dies_after: it loses its line once it has taken this many bytes; what it has printed until then stays printed.
        dies_before_answer: it prints everything and loses its line instead of saying so.
        seconds_a_chunk: how long it takes for what it reads at once.
    """

    out_of_paper: bool = False
    cover_open: bool = False
    mute: bool = False
    dies_after: int | None = None
    dies_before_answer: bool = False
    seconds_a_chunk: float = 0.0


@dataclass
class FakePrinter:
    """Listens on a port of the loopback. `pages` are the pages that came out, cut off, in their order.

    `events` are `drawer`, `page` and `asked` in the order in which they happened; `began_at` when each document began,
    by `time.monotonic`.
    """

    faults: Faults = field(default_factory=Faults)
    pages: list[Bitmap] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    began_at: list[float] = field(default_factory=list)
    _listening: socket.socket | None = None
    _thread: threading.Thread | None = None  # noqa: TID251  a printer works beside the test
    _happened: threading.Condition = field(default_factory=threading.Condition)
    _closed: threading.Event = field(default_factory=threading.Event)
    _port: int = 0
    _taken: int = 0
    _rows: bytes = b""
    _width: int = 0

    def start(self) -> "FakePrinter":
        """Switch it on; on the same port when it was on before."""
        self._closed.clear()
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        # One after the other, as a printer does it.
        self._thread = threading.Thread(target=self._serve, args=(self._listening,), daemon=True)  # noqa: TID251  as above
        self._thread.start()
        return self

    def stop(self) -> None:
        """Switch it off; whoever calls is refused."""
        self._closed.set()
        if self._listening is not None and self._thread is not None:
            # What it was sent before is still printed.
            self._listening.shutdown(socket.SHUT_RDWR)
            self._thread.join(10)
            assert not self._thread.is_alive()
            self._listening.close()
            self._listening = None

    def choice(self, **changes: object) -> PrinterChoice:
        """How a till reaches it."""
        values: dict[str, object] = {
            "kind": PrinterKind.NETWORK,
            "address": f"127.0.0.1:{self._port}",
            "has_drawer": True,
        }
        return PrinterChoice(**{**values, **changes})  # type: ignore[arg-type]  # the test's own values

    def _serve(self, listening: socket.socket) -> None:
        while not self._closed.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                line.settimeout(0.05)
                try:
                    self._take_line(line)
                except OSError:
                    continue

    def _take_line(self, line: socket.socket) -> None:
        buffer = b""
        self._rows, self._width = b"", 0
        while True:
            try:
                got = line.recv(4096)
            except TimeoutError:
                if self._closed.is_set():
                    return
                continue
            if not got:
                return
            self._closed.wait(self.faults.seconds_a_chunk)
            self._taken += len(got)
            buffer += got
            while size := self._command_size(buffer):
                self._obey(line, buffer[:size])
                buffer = buffer[size:]
            if self.faults.dies_after is not None and self._taken >= self.faults.dies_after:
                return

    @staticmethod
    def _command_size(data: bytes) -> int:
        """How many bytes the first command of `data` has; 0 while it is not whole."""
        if data[:4] == b"\x1dv0\x00" and len(data) >= 8:
            size = 8 + int.from_bytes(data[4:6], "little") * int.from_bytes(data[6:8], "little")
        else:
            size = {b"\x1b@": 2, b"\x1bp": 5, b"\x10\x04": 3, b"\x1dr": 3, b"\x1dV": 4}.get(data[:2], 0)
        return size if len(data) >= size else 0

    def _obey(self, line: socket.socket, command: bytes) -> None:
        match command[:2]:
            case b"\x1b@":
                self.began_at.append(monotonic())
            case b"\x1bp":
                self._note("drawer")
            case b"\x10\x04":
                self._note("asked")
                self._answer(line, self._status(command[2]))
            case b"\x1dr":
                if self.faults.dies_before_answer:
                    raise ConnectionResetError
                self._answer(line, _ENDED)
            case b"\x1dv":
                self._width = 8 * int.from_bytes(command[4:6], "little")
                self._rows += command[8:]
            case b"\x1dV":
                height = 8 * len(self._rows) // self._width
                self.pages.append(Bitmap(width=self._width, height=height, rows=self._rows))
                self._rows = b""
                self._note("page")

    def wait_for(self, what: str, count: int = 1) -> None:
        """Until something has happened so often."""
        with self._happened:
            assert self._happened.wait_for(lambda: self.events.count(what) >= count, 10), self.events

    def _note(self, what: str) -> None:
        with self._happened:
            self.events.append(what)
            self._happened.notify_all()

    def _status(self, question: int) -> bytes:
        if question == 4:
            return _PAPER_END if self.faults.out_of_paper else _READY
        if self.faults.cover_open:
            return _COVER
        return _STOPPED if self.faults.out_of_paper else _READY

    def _answer(self, line: socket.socket, answer: bytes) -> None:
        if not self.faults.mute:
            line.sendall(answer)
