"""What is printed where: kinds of documents and printers, the states of a print job, and what a till has chosen."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from boxoffice_desktop.domain.errors import PrinterError

STANDARD_PORT: Final = 9100
"""Where receipt printers listen."""

_USB: Final = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
_HOST: Final = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_HIGHEST_PORT: Final = 65535


class DocumentKind(StrEnum):
    """What a print job is; the values stand in the database."""

    TICKETS = "tickets"
    RECEIPT = "receipt"
    SLIP = "slip"
    REPORT = "report"


class PrintState(StrEnum):
    """Where a print job stands; the values stand in the database."""

    WAITING = "waiting"  # nothing of it is on paper
    PRINTING = "printing"
    DOUBT = "doubt"  # some or all of it may be on paper: a person looks
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in {PrintState.DONE, PrintState.SKIPPED}


class PrinterKind(StrEnum):
    """How a printer is reached; the values stand in a till's settings."""

    FOLDER = "folder"  # a PDF in the till's folder of tickets
    SYSTEM = "system"
    NETWORK = "network"
    USB = "usb"
    FILE = "file"

    @property
    def is_receipt_printer(self) -> bool:
        """Whether it is spoken to in ESC/POS."""
        return self in {PrinterKind.NETWORK, PrinterKind.USB, PrinterKind.FILE}


class PrintDoubtError(PrinterError):
    """Something went to the printer, and nobody knows whether it is on paper."""


@dataclass(frozen=True, kw_only=True)
class PrinterChoice:
    """The printer of one kind of document at one till.

    Attributes:
        address: the system's name of the printer; host or host:port; vendor:product in hexadecimal; a device's path.
        tray: what the system's printer calls its paper source, e.g. `Lower`; empty for the printer's own choice.
        dots: how many a receipt printer sets across the paper; 576 on 80 mm.
        has_drawer: a cash drawer hangs on this receipt printer.
        answers: the receipt printer tells how it is; without that a print counts as done when all of it was taken.
        design: the design of the document; empty for the venue's own.
    """

    kind: PrinterKind = PrinterKind.FOLDER
    address: str = ""
    tray: str = ""
    dots: int = 576
    has_drawer: bool = False
    answers: bool = True
    design: str = ""

    @property
    def shown(self) -> str:
        """What the printer is called in the queue; empty for the folder."""
        return self.address if self.kind is not PrinterKind.FOLDER else ""

    @property
    def host(self) -> tuple[str, int]:
        """Host and port of a network printer.

        Raises:
            PrinterError: the address names none.
        """
        match = _HOST.fullmatch(self.address.strip())
        port = int(match["port"] or STANDARD_PORT) if match else 0
        if match is None or not 0 < port <= _HIGHEST_PORT:
            raise PrinterError(f"“{self.address}” is no address of a printer.")
        return match["host"].strip("[]"), port

    @property
    def usb_ids(self) -> tuple[int, int]:
        """Vendor and product of a USB printer.

        Raises:
            PrinterError: the address names none.
        """
        if _USB.fullmatch(self.address.strip()) is None:
            raise PrinterError(f"“{self.address}” is no USB device.")
        vendor, product = self.address.strip().split(":")
        return int(vendor, 16), int(product, 16)

    def find_problem(self) -> str:
        """What is wrong with the address, `host`, `usb`, `path` or `name`; empty when it can be used."""
        text = self.address.strip()
        match self.kind:
            case PrinterKind.NETWORK:
                found = _HOST.fullmatch(text)
                is_right = found is not None and 0 < int(found["port"] or STANDARD_PORT) <= _HIGHEST_PORT
                return "" if is_right else "host"
            case PrinterKind.USB:
                return "" if _USB.fullmatch(text) else "usb"
            case PrinterKind.FILE:
                return "" if text else "path"
            case PrinterKind.SYSTEM:
                return "" if text else "name"
            case PrinterKind.FOLDER:
                return ""

    def to_text(self) -> str:
        """The choice as it stands in a till's settings."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> "PrinterChoice":
        """Read what `to_text` wrote; whatever cannot be read is the folder, which always works."""
        try:
            values = json.loads(text)
            return PrinterChoice(
                kind=PrinterKind(values["kind"]),
                address=str(values["address"]),
                tray=str(values["tray"]),
                dots=min(max(int(values["dots"]), 64), 2048),
                has_drawer=bool(values["has_drawer"]),
                answers=bool(values["answers"]),
                design=str(values["design"]),
            )
        except (ValueError, KeyError, TypeError):
            return PrinterChoice()
