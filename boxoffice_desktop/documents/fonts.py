"""The fonts of paper: which there are, and which of them has a character.

A font file is read the first time a character needs it, once per process: a hundredth of a second, a tenth for Chinese.
ReportLab's font objects are shared and grow while text is shaped, so whoever uses one holds `FONT_LOCK`.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from boxoffice_desktop.files import resources_folder

FONT_LOCK = RLock()
"""Held while fonts are loaded, text is shaped and a document is written: ReportLab's registry is one per process."""

_BASIC_PLANE = 0xFFFF
_PRIVATE_USE = range(0xE000, 0xF900)


@dataclass(frozen=True, kw_only=True, slots=True)
class FontFile:
    """A font in `resources/fonts`.

    Attributes:
        name: the file's name without its suffix, and the font's name in ReportLab.
        is_emboldened: stands in for a bold face that does not exist; text gets a thin outline.
    """

    name: str
    is_emboldened: bool = False


def _stack(weight: str, *, emboldened: bool) -> tuple[FontFile, ...]:
    return (
        FontFile(name=f"NotoSans-{weight}"),
        FontFile(name=f"NotoSansArabic-{weight}"),
        FontFile(name=f"NotoSansHebrew-{weight}"),
        FontFile(name=f"NotoSansDevanagari-{weight}"),
        # Before the symbols: a star or a circle in a Japanese title has the width of its neighbours.
        FontFile(name="DroidSansFallback", is_emboldened=emboldened),
        FontFile(name="DroidSansFallbackRare", is_emboldened=emboldened),
        FontFile(name="NotoSansSymbols-Regular", is_emboldened=emboldened),
        FontFile(name="NotoSansSymbols2-Regular", is_emboldened=emboldened),
    )


_REGULAR = _stack("Regular", emboldened=False)
_BOLD = _stack("Bold", emboldened=True)


def list_font_files() -> tuple[Path, ...]:
    """Every font file, so that the screens can show what paper shows; the text face comes first."""
    names = dict.fromkeys(font.name for font in _REGULAR + _BOLD)
    return tuple(resources_folder() / "fonts" / f"{name}.ttf" for name in names)


@cache
def get_font(name: str) -> TTFont:
    """The font, registered with ReportLab under its name. Hold `FONT_LOCK`."""
    # 95 ASCII letters that no page shows would be embedded into every document otherwise.
    font = TTFont(name, str(resources_folder() / "fonts" / f"{name}.ttf"), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=16384)
def find_font(character: str, *, bold: bool) -> FontFile | None:
    """The first font that has the character, or None. Hold `FONT_LOCK`.

    Characters above U+FFFF have none: ReportLab's table for searching and copying text holds 16 bits. Nor have those
    for private use, whose places ReportLab gives to shaped glyphs.
    """
    code = ord(character)
    if code > _BASIC_PLANE or code in _PRIVATE_USE:
        return None
    for font in _BOLD if bold else _REGULAR:
        if get_font(font.name).face.charToGlyph.get(code):
            return font
    return None
