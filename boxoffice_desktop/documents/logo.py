"""A venue's picture on paper. What comes in is hostile until it is drawn anew; a bad one never stops a ticket."""

import io
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from PIL import Image, ImageOps
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

MAX_BYTES: Final = 10_000_000
MAX_PIXELS: Final = 30_000_000
MAX_SIDE: Final = 15_000
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
# At 203 dots an inch the roll's 72 mm are 576 dots; this is enough for 300 dots an inch on A4 as well.
_MOST_DOTS: Final = (800, 400)


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A picture that can be drawn; `name` is the same for the same bytes, `aspect` is width by height."""

    name: str
    image: Image.Image
    aspect: float


@lru_cache(maxsize=8)
def prepare_logo(data: bytes) -> Logo | None:
    """The picture on white, small enough for paper; None when it is no picture of a known kind, broken or too large.

    Never raises, whatever the bytes are.
    """
    if not 0 < len(data) <= MAX_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            # Before anything is decoded: the header alone says how large it would become.
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                return None
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception:  # noqa: BLE001 - decoders fail in every way there is, and a ticket is worth more than its logo
        return None
    upright.thumbnail(_MOST_DOTS)
    paper = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    digest = sha256(data).hexdigest()[:16]
    return Logo(name=f"logo-{digest}", image=paper, aspect=paper.width / paper.height)


def fit_logo(logo: Logo, width: float, height: float) -> tuple[float, float]:
    """The largest size within a box that keeps the picture's shape."""
    drawn = min(width, height * logo.aspect)
    return drawn, drawn / logo.aspect


def draw_logo(canvas: Canvas, logo: Logo, x: float, y: float, width: float, height: float) -> None:
    """Draw the picture with its lower left corner at `x`, `y`. The file has it once."""
    # The stubs lack forms.
    writer: Any = canvas
    if not writer.hasForm(logo.name):
        writer.beginForm(logo.name, 0, 0, 1, 1)
        canvas.drawImage(ImageReader(logo.image), 0, 0, 1, 1)
        writer.endForm()
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(width, height)
    writer.doForm(logo.name)
    canvas.restoreState()
