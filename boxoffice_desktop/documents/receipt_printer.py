"""Pictures of pages in the language of receipt printers (ESC/POS): bitmaps in, bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_BEGIN: Final = b"\x1b@"  # ESC @: as it is when switched on
_RASTER: Final = b"\x1dv0\x00"  # GS v 0: rows of dots, one bit each
_CUT: Final = b"\x1dVB\x03"  # GS V 66: feed to the knife, then cut
# A printer takes a picture into its memory row by row; more at once than its buffer holds makes it stop and start.
_ROWS_AT_ONCE: Final = 256

KICK_DRAWER: Final = b"\x1bp\x00\x19\xfa"
"""ESC p: opens the drawer, 50 ms on and 500 ms off."""


@dataclass(frozen=True, kw_only=True)
class Bitmap:
    """A page in black and white. `rows` holds `height` rows of `(width + 7) // 8` bytes; a set bit is a black dot."""

    width: int
    height: int
    rows: bytes = b""


def build_commands(pages: Sequence[Bitmap]) -> bytes:
    """What makes a receipt printer print the pages, each cut off."""
    parts = [_BEGIN]
    for page in pages:
        stride = (page.width + 7) // 8
        for top in range(0, page.height, _ROWS_AT_ONCE):
            rows = min(_ROWS_AT_ONCE, page.height - top)
            parts.append(_RASTER + stride.to_bytes(2, "little") + rows.to_bytes(2, "little"))
            parts.append(page.rows[top * stride : (top + rows) * stride])
        parts.append(_CUT)
    return b"".join(parts)
