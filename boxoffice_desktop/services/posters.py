"""Posters: pictures from anywhere made into small JPEGs of ours. What comes in is hostile until it is drawn anew."""

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from boxoffice_desktop.domain.errors import InvalidInputError

MAX_FILE_BYTES: Final = 20_000_000
# A scan of a poster has 30 million pixels; more is a mistake or an attack.
MAX_PIXELS: Final = 60_000_000
MAX_SIDE: Final = 20_000
# Twice what the screen shows, so that it is crisp at 200 %.
POSTER_SIZE: Final = (600, 900)
_SMALLEST_SIDE: Final = 16
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_QUALITY: Final = 85


def reencode_poster(data: bytes) -> bytes:
    """The picture as a JPEG of at most 600 x 900 pixels, upright, without anything that was written into the file.

    Raises:
        InvalidInputError: field `poster`; the file is empty, too large, no picture of a known kind, broken, or has too
            many pixels. Nothing that a file contains raises anything else.
    """
    if not data:
        raise InvalidInputError("poster", "The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise InvalidInputError("poster", f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
    try:
        return _draw_anew(data)
    except InvalidInputError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInputError("poster", "The picture is too large.") from error
    except UnidentifiedImageError as error:
        raise InvalidInputError("poster", "That is no picture: use JPEG, PNG, WebP, GIF, BMP or TIFF.") from error
    except Exception as error:
        # Decoders fail in every way there is: OSError, ValueError, struct.error, MemoryError and more.
        raise InvalidInputError("poster", "The picture is broken.") from error


def _draw_anew(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        # Before anything is decoded: the header alone says how large it would become.
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise InvalidInputError("poster", f"The picture is too large ({width:,} x {height:,} pixels).")
        if min(width, height) < _SMALLEST_SIDE:
            raise InvalidInputError("poster", f"The picture is too small ({width:,} x {height:,} pixels).")
        image.draft("RGB", (POSTER_SIZE[0] * 2, POSTER_SIZE[1] * 2))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(POSTER_SIZE)
        out = io.BytesIO()
        _flatten(upright).save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _flatten(image: Image.Image) -> Image.Image:
    """On white: JPEG knows no transparency."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
