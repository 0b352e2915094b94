"""Posters of the demo cinema, drawn when it is set up: no picture travels with the program."""

import io
import unicodedata
from functools import cache

from PIL import Image, ImageDraw, ImageFont, features

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services.demo.films import DemoFilm
from boxoffice_desktop.services.demo.poster_canvas import HEIGHT, WIDTH, Canvas
from boxoffice_desktop.services.demo.poster_motifs import MOTIFS

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_MARGIN = 28
_TITLE_TOP = 446
_TITLE_BOTTOM = 556
_TITLE_SIZES = (52, 46, 40, 36, 32, 28, 25, 22, 19)
_JPEG_QUALITY = 88

# Unicode's names of letters begin with their script; everything else is in the text face.
_FONTS = {
    "ARABIC": "NotoSansArabic-Bold",
    "DEVANAGARI": "NotoSansDevanagari-Bold",
    "CJK": "DroidSansFallback",
    "HIRAGANA": "DroidSansFallback",
    "KATAKANA": "DroidSansFallback",
}
# Scripts whose letters change with their neighbours: without a shaping library they would come out as rubble.
_SHAPED = frozenset({"ARABIC", "DEVANAGARI"})


def draw_poster(film: DemoFilm) -> bytes:
    """A JPEG of 400 by 600 pixels: the film's motif, its title in its own script, a Latin title below where needed.

    The same film gives the same picture on every machine that has the same fonts.

    Raises:
        KeyError: the film's motif is unknown.
    """
    motif = MOTIFS[film.motif]
    sheet = Canvas(motif.background)
    motif.draw(sheet)
    image = sheet.finish()
    title, second = _title_lines(film)
    _write(image, title, second, film.credit, motif.title, motif.small)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return stream.getvalue()


def _title_lines(film: DemoFilm) -> tuple[str, str | None]:
    if _script(film.title) in _SHAPED and not features.check("raqm"):
        return film.latin_title or film.title, None
    return film.title, film.latin_title


def _write(image: Image.Image, title: str, second: str | None, credit: str, colour: str, small: str) -> None:
    draw = ImageDraw.Draw(image)
    bottom = _TITLE_BOTTOM - (26 if second else 0)
    lines, font, height = _fit(title, bottom - _TITLE_TOP)
    y = _TITLE_TOP + (bottom - _TITLE_TOP - height * len(lines)) / 2
    for line in lines:
        draw.text((_MARGIN, y + height / 2), line, font=font, fill=colour, anchor="lm" if _can_anchor(font) else None)
        y += height
    if second:
        draw.text((_MARGIN, bottom + 2), second, font=_load("NotoSans-Regular", 17), fill=colour)
    draw.line([(_MARGIN, 566), (WIDTH - _MARGIN, 566)], fill=small, width=1)
    draw.text((_MARGIN, 573), credit, font=_load("NotoSans-Bold", 11), fill=small)
    draw.rectangle([0, 0, WIDTH - 1, HEIGHT - 1], outline=small, width=1)


def _fit(title: str, room: float) -> tuple[list[str], Font, float]:
    """The title in the largest size whose lines fit, with the height of a line."""
    name = _FONTS.get(_script(title), "NotoSans-Bold")
    lines, font, height = [title], _load(name, _TITLE_SIZES[-1]), _TITLE_SIZES[-1] * 1.2
    for size in _TITLE_SIZES:
        font, height = _load(name, size), size * 1.16
        lines = _wrap(title, font)
        widest = max(font.getlength(line) for line in lines)
        if widest <= WIDTH - 2 * _MARGIN and len(lines) * height <= room:
            break
    return lines, font, height


def _wrap(title: str, font: Font) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(joined) <= WIDTH - 2 * _MARGIN:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _script(text: str) -> str:
    letter = next((c for c in text if c.isalpha()), "A")
    return unicodedata.name(letter, "LATIN").split(" ", 1)[0].split("-", 1)[0]


@cache
def _load(name: str, size: int) -> Font:
    path = resources_folder() / "fonts" / f"{name}.ttf"
    return ImageFont.truetype(str(path), size) if path.is_file() else ImageFont.load_default(size)


def _can_anchor(font: Font) -> bool:
    return isinstance(font, ImageFont.FreeTypeFont)
