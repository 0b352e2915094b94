"""Pictures for tests, honest and hostile."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(size: tuple[int, int] = (300, 450), mode: str = "RGB", kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode in {"1", "L", "P", "I", "F"} else None).save(out, kind, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has no more than its beginning."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
