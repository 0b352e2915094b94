"""The QR code of a ticket: its bare code in 25 modules a side, or what a till has signed in 41.

ReportLab's encoder makes the code words and places them. Choosing the mask is ours: the standard scores all eight
patterns, which takes ReportLab 3 ms a ticket on lists of booleans and 0.2 ms here on one integer of all modules.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from reportlab.graphics.barcode.qrencoder import QRAlphaNum, QRCode, QRErrorCorrectLevel

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.ticket_codes import payload_text

CODE_BYTES = 16
"""A ticket's secret is 128 random bits."""

SIGNED_BYTES = 96
"""What a till has signed: 32 bytes of facts and a signature of 64."""

QR_SIDE = 25
"""Modules along a side of a bare code; four more around it must stay blank."""

SIGNED_SIDE = 41
"""Modules along a side of a signed one."""

_TEXT_LENGTH = 26
_MASKS = 8
_FINDER = "10111010000"


def qr_side(data: bytes) -> int:
    """Modules along a side of the QR code of these bytes.

    Raises:
        InvalidInputError: they are neither a code nor something signed.
    """
    return _grid_of(data).side


def code_text(code: bytes) -> str:
    """The text in the QR code: base 32 without padding, 26 capital letters and digits.

    Capitals and digits let a QR code of 25 modules a side carry it with a quarter of them damaged (level Q).

    Raises:
        InvalidInputError: the code is not 16 bytes long.
    """
    if len(code) != CODE_BYTES:
        raise InvalidInputError("code", f"A ticket's code has {CODE_BYTES} bytes.")
    return base64.b32encode(code).decode("ascii").rstrip("=")


def parse_code_text(text: str) -> bytes:
    """The 16 bytes behind a scanned or typed code; spaces around it and small letters are forgiven.

    Raises:
        InvalidInputError: it is not the code of a ticket.
    """
    typed = text.strip().upper()
    try:
        code = base64.b32decode(f"{typed}======") if len(typed) == _TEXT_LENGTH else b""
    except (binascii.Error, ValueError):
        code = b""
    # The last letter has two bits to spare: only one spelling of a code is a code.
    if len(code) != CODE_BYTES or code_text(code) != typed:
        raise InvalidInputError("code", "That is not the code of a ticket.")
    return code


def qr_rows(data: bytes) -> tuple[int, ...]:
    """The modules of a QR code: its rows from the top, bit 0 the leftmost module, 1 is dark.

    `data` is a ticket's code of 16 bytes, or the 96 that a till has signed.

    Raises:
        InvalidInputError: it is neither.
    """
    grid = _grid_of(data)
    unmasked = grid.encode(payload_text(data), 0)
    modules = min((unmasked ^ change for change in grid.mask_changes), key=grid.penalty)
    row = (1 << grid.side) - 1
    return tuple(modules >> (index * grid.pitch) & row for index in range(grid.side))


def qr_path(data: bytes) -> str:
    """PDF operators that fill the dark modules: one unit a module, the origin at the lower left corner.

    Raises:
        InvalidInputError: see `qr_rows`.
    """
    rows = qr_rows(data)
    operators = []
    for index, row in enumerate(rows):
        y = len(rows) - 1 - index
        left = 0
        while row >> left:
            rest = row >> left
            left += (rest & -rest).bit_length() - 1
            rest = row >> left
            length = (~rest & (rest + 1)).bit_length() - 1
            operators.append(f"{left} {y} {length} 1 re")
            left += length
    return f"{' '.join(operators)} f"


@dataclass(frozen=True)
class _Grid:
    """QR codes of one size. All modules are one integer: the one in row r and column c is bit r * pitch + c."""

    version: int
    level: int
    letters: int

    @property
    def side(self) -> int:
        return 17 + 4 * self.version

    @property
    def pitch(self) -> int:
        # A light column after each row keeps a shifted row from touching its neighbour.
        return self.side + 1

    def encode(self, text: str, mask: int) -> int:
        code = QRCode(self.version, self.level)
        code.addData(QRAlphaNum(text))
        code.makeImpl(False, mask)
        bits = b"".join(bytes([False, *reversed(row)]) for row in reversed(code.modules))
        return int(bits.translate(bytes.maketrans(b"\0\1", b"01")), 2)

    @cached_property
    def mask_changes(self) -> tuple[int, ...]:
        """What turns the modules of mask 0 into those of each mask; the text makes no difference to it."""
        text = "A" * self.letters
        return tuple(self.encode(text, 0) ^ self.encode(text, mask) for mask in range(_MASKS))

    @cached_property
    def _areas(self) -> tuple[int, tuple[tuple[int, int, int], tuple[int, int, int]]]:
        """All modules; steps across and down, each with where pairs and where finders may begin."""
        side, starts = self.side, self.side - len(_FINDER) + 1
        across = (1, self._area(side - 1, side), self._area(starts, side))
        down = (self.pitch, self._area(side, side - 1), self._area(side, starts))
        return self._area(side, side), (across, down)

    def _area(self, columns: int, rows: int) -> int:
        """Ones in the first `columns` of the first `rows`."""
        return sum(((1 << columns) - 1) << (row * self.pitch) for row in range(rows))

    def penalty(self, modules: int) -> int:
        """How hard the modules are to scan, by the four rules of ISO/IEC 18004, 7.8.3; less is better."""
        whole, directions = self._areas
        light = modules ^ whole
        score = 0
        for step, pairs, starts in directions:
            same = ~(modules ^ (modules >> step)) & pairs
            fives = same & (same >> step) & (same >> 2 * step) & (same >> 3 * step)
            # A run of n >= 5 has n - 4 starts of five and costs n - 2.
            score += fives.bit_count() + 2 * (fives & ~(fives << step)).bit_count()
            for pattern in (_FINDER, _FINDER[::-1]):
                found = starts
                for place, wanted in enumerate(pattern):
                    found &= (modules if wanted == "1" else light) >> (place * step)
                score += 40 * found.bit_count()
        across = ~(modules ^ (modules >> 1)) & directions[0][1]
        down = ~(modules ^ (modules >> self.pitch)) & directions[1][1]
        score += 3 * (across & (across >> self.pitch) & down).bit_count()
        percent = 100 * modules.bit_count() / self.side**2
        return score + 10 * int(abs(percent - 50) // 5)


# A bare code survives a quarter of damage (level Q), a signed one a seventh (level M).
_BARE: Final = _Grid(version=2, level=QRErrorCorrectLevel.Q, letters=26)
_SIGNED: Final = _Grid(version=6, level=QRErrorCorrectLevel.M, letters=154)


def _grid_of(data: bytes) -> _Grid:
    if len(data) == CODE_BYTES:
        return _BARE
    if len(data) == SIGNED_BYTES:
        return _SIGNED
    raise InvalidInputError("code", f"A QR code carries {CODE_BYTES} or {SIGNED_BYTES} bytes.")
