"""Receipt printers: how they are, and how bytes get to them. Blocks as long as the printer does, within limits."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Protocol, cast

from usb.core import NoBackendError, USBTimeoutError

from boxoffice_desktop.documents.receipt_printer import KICK_DRAWER
from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import PrintDoubtError, PrinterChoice, PrinterKind

_log = logging.getLogger(__name__)
_CHUNK: Final = 4096
# DLE EOT n: answered at once, whatever is in the printer's buffer. n: 2 why it is offline, 4 the paper.
_ASK_OFFLINE: Final = b"\x10\x04\x02"
_ASK_PAPER: Final = b"\x10\x04\x04"
# GS r 1: answered in its turn, so the answer says that everything before it was printed.
_ASK_WHEN_DONE: Final = b"\x1dr\x01"
_AT_ONCE_MASK, _AT_ONCE = 0x93, 0x12
_IN_TURN_MASK, _IN_TURN = 0x90, 0x00
_COVER_OPEN, _PAPER_STOP, _ERROR = 0x04, 0x20, 0x40
_PAPER_END, _ROLL_END = 0x60, 0x0C


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a printer may take, in seconds: to be reached, to say how it is, to take 4 kB, to end a document."""

    reach: float = 3.0
    status: float = 2.0
    take: float = 10.0
    end: float = 20.0


class _Device(Protocol):
    """What python-escpos has for every way to a printer."""

    def _raw(self, msg: bytes) -> None: ...
    def _read(self) -> bytes: ...
    def close(self) -> None: ...


def deliver(choice: PrinterChoice, document: bytes, *, kick: bool, patience: Patience | None = None) -> None:
    """Print a document; afterwards all of it is on paper, as far as this printer can tell.

    With `kick` the drawer is opened before anything else: money does not wait for paper.

    Raises:
        PrinterError: nothing of the document went out; it may be tried again.
        PrintDoubtError: some or all of it did, and the printer did not say that it ended.
    """
    limits = patience or Patience()
    with _open(choice, limits) as device:
        try:
            if kick and choice.has_drawer:
                device._raw(KICK_DRAWER)  # noqa: SLF001  python-escpos' own way for bytes
            if choice.answers:
                _require_ready(device, limits)
        except OSError as error:
            raise PrinterError(_word(choice, error)) from error
        _send(device, choice, document, limits)


def kick_drawer(choice: PrinterChoice, *, patience: Patience | None = None) -> None:
    """Open the drawer and print nothing.

    Raises:
        PrinterError: the printer that the drawer hangs on cannot be reached.
    """
    with _open(choice, patience or Patience()) as device:
        try:
            device._raw(KICK_DRAWER)  # noqa: SLF001  python-escpos' own way for bytes
        except OSError as error:
            raise PrinterError(_word(choice, error)) from error


@contextmanager
def _open(choice: PrinterChoice, limits: Patience) -> Iterator[_Device]:
    # A quarter of a second to load; a till that prints elsewhere never does.
    from escpos.exceptions import Error as EscposError

    try:
        device = _connect(choice, limits)
    except (OSError, NoBackendError, EscposError) as error:
        raise PrinterError(_word(choice, error)) from error
    try:
        yield device
    finally:
        try:
            device.close()
        except OSError as error:
            _log.info("the printer went before it was let go: %s", type(error).__name__)


def _connect(choice: PrinterChoice, limits: Patience) -> _Device:
    from escpos.printer import File, Network, Usb

    match choice.kind:
        case PrinterKind.NETWORK:
            host, port = choice.host
            network: Any = Network(host, port)
            # Its own `open` knows no IPv6, and leaves a socket behind when nobody answers.
            network.device = socket.create_connection((host, port), limits.reach)
            return cast("_Device", network)
        case PrinterKind.USB:
            vendor, product = choice.usb_ids
            usb: Any = Usb(vendor, product, timeout=round(limits.take * 1000))
            usb.open()
            return cast("_Device", usb)
        case PrinterKind.FILE:
            file: Any = File(choice.address)
            file.open()
            return cast("_Device", file)
        case _:
            raise PrinterError(f"{choice.kind} is no receipt printer.")


def _require_ready(device: _Device, limits: Patience) -> None:
    """Raises PrinterError with what a person has to do."""
    why = _ask(device, _ASK_OFFLINE, _AT_ONCE_MASK, _AT_ONCE, limits.status)
    paper = _ask(device, _ASK_PAPER, _AT_ONCE_MASK, _AT_ONCE, limits.status)
    if why is None or paper is None:
        raise PrinterError("The printer does not answer. Is it switched on?")
    if why & _COVER_OPEN:
        raise PrinterError("The printer's cover is open.")
    if paper & _PAPER_END or why & _PAPER_STOP:
        raise PrinterError("The printer is out of paper.")
    if why & _ERROR:
        raise PrinterError("The printer reports an error.")


def _send(device: _Device, choice: PrinterChoice, document: bytes, limits: Patience) -> None:
    _set_time(device, limits.take)
    try:
        for start in range(0, len(document), _CHUNK):
            device._raw(document[start : start + _CHUNK])  # noqa: SLF001  python-escpos' own way for bytes
        answer = _ask(device, _ASK_WHEN_DONE, _IN_TURN_MASK, _IN_TURN, limits.end) if choice.answers else 0
    except OSError as error:
        raise PrintDoubtError(_word(choice, error)) from error
    if answer is None:
        raise PrintDoubtError("The printer did not say that it ended.")
    if answer & _ROLL_END == _ROLL_END:
        raise PrintDoubtError("The paper ran out while it printed.")


def _ask(device: _Device, question: bytes, mask: int, pattern: int, seconds: float) -> int | None:
    """The answering byte; other bytes, as a printer may send by itself, are passed over. None when none comes."""
    device._raw(question)  # noqa: SLF001  python-escpos' own way for bytes
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        _set_time(device, left)
        try:
            got = device._read()  # noqa: SLF001  python-escpos' own way for bytes
        except TimeoutError:
            return None
        except USBTimeoutError:
            continue
        if not got:
            raise ConnectionResetError("it hung up")
        for byte in got:
            if byte & mask == pattern:
                return byte
    return None


def _set_time(device: _Device, seconds: float) -> None:
    inner = getattr(device, "device", None)
    if isinstance(inner, socket.socket):
        inner.settimeout(seconds)


def _word(choice: PrinterChoice, error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error):
        return f"{choice.address} refuses: is the printer switched on?"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return f"{choice.address} does not answer in time."
    if isinstance(error, NoBackendError):
        return "This machine lacks the system's library for USB devices (libusb)."
    return f"{choice.address} cannot be reached ({type(error).__name__})."
