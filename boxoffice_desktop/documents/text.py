"""A line of any text made ready for a page: cleaned, in visual order, in fonts that have its letters, shaped.

What no font here has is written in Latin letters instead of boxes, and the page's maker is told. Data is never markup.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import uharfbuzz
from anyascii import anyascii
from bidi import algorithm
from reportlab.pdfbase import ttfonts
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fonts import FontFile, find_font, get_font

MAX_TEXT = 400
"""Longer texts are cut before anything is measured: no field of a page has room for more."""

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_SYMBOLS = frozenset({"So", "Sk", "Sm"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Kerning and the ligatures that a script needs; fancy ones (dlig) change what people know as a word's picture.
_FEATURES = {"kern": True, "liga": True, "dlig": False}
# Thickness of the outline that stands in for a bold face, in parts of the type size.
_BOLD_OUTLINE = 0.028

# ReportLab's type stubs do not know what these two take.
_shape_data: Any = ttfonts.ShapeData
_shaped_str: Any = ttfonts.ShapedStr


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """Text in one font and one direction.

    Attributes:
        text: what is painted, from left to right.
        spoken: what searching, copying and reading aloud find, where the painted glyphs do not say it themselves.
        font: its font.
        width: how far it moves on, in points at a type size of 1 point.
        ink_left, ink_right: the outermost ink, in the same measure from where it starts.
    """

    text: str
    spoken: str
    font: FontFile
    width: float
    ink_left: float
    ink_right: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text, ready to be painted at any size.

    Attributes:
        text: as it is read aloud, left out nothing.
        width: in points at a type size of 1 point, letters included that reach out of their own place, as j does.
        lead: how far the first letter starts from the left end because of such ink.
        is_right_to_left: the line starts at the right.
    """

    text: str
    width: float
    lead: float
    is_right_to_left: bool
    runs: tuple[_Run, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Readable:
    """A text that the fonts can write, and whether it had to be changed for that (blanks and controls aside)."""

    text: str
    is_changed: bool


def clean(text: str) -> str:
    """One line without control characters, direction overrides, private-use characters or doubled spaces."""
    kept = []
    for character in unicodedata.normalize("NFC", text[:MAX_TEXT]):
        category = unicodedata.category(character)
        if category.startswith("Z") or character in "\t\n\r\v\f":
            kept.append(" ")
        elif character in _JOINERS or (category not in _DROPPED and ord(character) not in _VARIATION_SELECTORS):
            kept.append(character)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def make_readable(text: str, latin: str | None = None) -> Readable:
    """The cleaned text if the fonts have all of it; else without the symbols they lack; else its Latin stand-in.

    `latin` is the stand-in; without one the letters that no font has are transliterated. Hold `FONT_LOCK`.
    """
    cleaned = clean(text)
    missing = _list_missing(cleaned)
    if not missing:
        return Readable(text=cleaned, is_changed=False)
    if all(unicodedata.category(character) in _SYMBOLS for character in missing):
        rest = clean("".join(character for character in cleaned if character not in missing))
        if rest:
            return Readable(text=rest, is_changed=True)
    if latin is not None and clean(latin):
        return Readable(text=make_readable(latin).text, is_changed=True)
    letters = "".join(anyascii(character) if character in missing else character for character in cleaned)
    return Readable(text=clean(letters) or "?", is_changed=True)


def _list_missing(text: str) -> frozenset[str]:
    return frozenset(c for c in text if c not in _JOINERS and find_font(c, bold=True) is None)


@lru_cache(maxsize=4096)
def make_line(text: str, *, bold: bool = False) -> Line:
    """A line of a text that `make_readable` gave. Hold `FONT_LOCK`."""
    levels, base = _resolve_levels(text)
    pieces = []
    fonts = _choose_fonts(text, bold=bold)
    for (level, font), places in groupby(range(len(text)), key=lambda i: (levels[i], fonts[i])):
        pieces.append((level, font, "".join(text[i] for i in places)))
    runs = tuple(_shape(piece, font, is_right_to_left=level % 2 == 1) for level, font, piece in _reorder(pieces))
    place, left, right = 0.0, 0.0, 0.0
    for run in runs:
        left, right = min(left, place + run.ink_left), max(right, place + run.ink_right)
        place += run.width
    return Line(text=text, width=max(place, right) - left, lead=-left, is_right_to_left=base == 1, runs=runs)


def draw_line(canvas: Canvas, line: Line, x: float, y: float, size: float) -> None:
    """Paint the line with its left end at `x` on the baseline `y`, at `size` points. Hold `FONT_LOCK`."""
    x += line.lead * size
    for run in line.runs:
        if run.spoken:
            letters = f"\N{ZERO WIDTH NO-BREAK SPACE}{run.spoken}".encode("utf-16-be").hex().upper()
            canvas.addLiteral(f"/Span <</ActualText <{letters}>>> BDC")
        text = canvas.beginText(x, y)
        text.setFont(run.font.name, size)
        if run.font.is_emboldened:
            canvas.setLineWidth(size * _BOLD_OUTLINE)
            text.setTextRenderMode(2)
        text.textOut(run.text)
        if run.font.is_emboldened:
            text.setTextRenderMode(0)
        canvas.drawText(text)
        if run.spoken:
            canvas.addLiteral("EMC")
        x += run.width * size


def _choose_fonts(text: str, *, bold: bool) -> list[FontFile]:
    """A font for each character; marks, joiners, digits and punctuation stay with the letter before where they can."""
    chosen: list[FontFile] = []
    main = find_font(" ", bold=bold)
    for character in text:
        found = find_font(character, bold=bold)
        before = chosen[-1] if chosen else None
        belongs = character in _JOINERS or unicodedata.combining(character) or not character.isalnum()
        if before is not None and belongs and (found is None or _has(before, character)):
            found = before
        font = found or main
        if font is None:
            raise LookupError("the text face has no space")
        chosen.append(font)
    return chosen


def _has(font: FontFile, character: str) -> bool:
    return character in _JOINERS or ord(character) in get_font(font.name).face.charToGlyph


def _resolve_levels(text: str) -> tuple[list[int], int]:
    """The embedding level of each character by the Unicode bidirectional algorithm, and the paragraph's own."""
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return [0] * len(text), 0
    base = algorithm.get_base_level(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = ("L", "R")[base]
    # The algorithm takes joiners out; they go with the letter before them.
    visible = [place for place, character in enumerate(text) if character not in _JOINERS]
    algorithm.get_embedding_levels("".join(text[place] for place in visible), storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    found = dict(zip(visible, (character["level"] for character in storage["chars"]), strict=True))
    levels = [base] * len(text)
    for place in range(len(text)):
        levels[place] = found.get(place, levels[place - 1] if place else base)
    return levels, base


def _reorder(pieces: list[tuple[int, FontFile, str]]) -> list[tuple[int, FontFile, str]]:
    """The pieces from left to right: rule L2, from the highest level down each stretch is turned around."""
    ordered = list(pieces)
    for level in range(max((piece[0] for piece in pieces), default=0), 0, -1):
        turned: list[tuple[int, FontFile, str]] = []
        for is_deep, group in groupby(ordered, key=lambda piece: piece[0] >= level):
            stretch = list(group)
            turned.extend(reversed(stretch) if is_deep else stretch)
        ordered = turned
    return ordered


def _shape(text: str, font: FontFile, *, is_right_to_left: bool) -> _Run:
    """Glyphs in painting order. ReportLab's own shaping guesses the direction; brackets and dashes need ours."""
    # ReportLab's type stubs end where its shaping begins.
    loaded: Any = get_font(font.name)
    face = loaded.face
    shaper = loaded.hbFont(1)
    glyphs: list[str] = []
    data: list[Any] = []
    pen, ink_left, ink_right = 0, 0, 0
    for info, position in _list_glyphs(text, shaper, is_right_to_left=is_right_to_left):
        codes = face.glyphToChar.get(info.codepoint)
        name = shaper.glyph_to_string(info.codepoint)
        code = codes[0] if codes else loaded.hbAddPrivate(name, info.codepoint, loaded.pdfScale(position.x_advance))
        glyphs.append(chr(code))
        ink = shaper.get_glyph_extents(info.codepoint)
        if ink is not None and ink.width:
            start = pen + position.x_offset + ink.x_bearing
            ink_left, ink_right = min(ink_left, start), max(ink_right, start + ink.width)
        pen += position.x_advance
        measures = (position.x_advance, position.y_advance, position.x_offset, position.y_offset)
        data.append(_shape_data(info.cluster, *map(loaded.pdfScale, measures), face.charWidths[code]))
    painted = "".join(glyphs)
    is_plain = all(item == (item[0], item.width, 0, 0, 0, item.width) for item in data)
    outline = _BOLD_OUTLINE / 2 if font.is_emboldened else 0.0
    return _Run(
        text=painted if is_plain else _shaped_str(painted, data),
        # Readers turn Arabic and Hebrew around themselves, and would do it to words told here too; their glyphs are
        # letters of Unicode in every form. The half letters of Hindi are not.
        spoken="" if is_right_to_left or painted == text else text,
        font=font,
        width=sum(item.x_advance for item in data) / 1000,
        ink_left=loaded.pdfScale(ink_left) / 1000 - outline,
        ink_right=loaded.pdfScale(ink_right) / 1000 + outline,
    )


def _list_glyphs(text: str, shaper: Any, *, is_right_to_left: bool) -> list[tuple[Any, Any]]:
    """What HarfBuzz makes of the text: pairs of a glyph's number and its place, in font units."""
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_right_to_left else "ltr"
    uharfbuzz.shape(shaper, buffer, _FEATURES)
    return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
