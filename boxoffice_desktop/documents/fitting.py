"""Texts fitted into the width they have: shrunk, then wrapped, then cut with an ellipsis."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from boxoffice_desktop.documents.text import Line, make_line

_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_VIRAMA = 9
# No letter of any language is put together from more; who stacks more gets them side by side.
_MOST_IN_CLUSTER = 12
# Chinese and Japanese break anywhere but before closing marks and small kana, and not after opening ones.
_NO_START = frozenset("、。，．・：；！？）」』】〕〉》〟’”ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…")  # noqa: RUF001 - meant
_NO_END = frozenset("（「『【〔〈《‘“")  # noqa: RUF001 - meant
_BALANCE_STEPS = 6
# A cut line ends with a whole word unless that leaves too little of it.
_WORTH_KEEPING = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """Lines that fit, and the type size in points at which they do; `is_cut` when words had to be left out."""

    lines: tuple[Line, ...]
    size: float
    is_cut: bool


@lru_cache(maxsize=4096)
def fit(text: str, width: float, steps: tuple[tuple[int, tuple[float, ...]], ...], *, bold: bool = False) -> Fitted:
    """The text within `width` points, by the first step that holds it whole; else cut at the last step's last size.

    `steps` are pairs of the most lines to use and the type sizes to try with so many, best first. Words stay whole
    unless the last size gives no room for one. Hold `FONT_LOCK`.
    """
    pieces = _split_at_breaks(text)
    for most, sizes in steps:
        for size in sizes:
            lines = _wrap(pieces, width / size, most, bold=bold)
            if lines is not None:
                return Fitted(lines=_balance(pieces, width / size, lines, bold=bold), size=size, is_cut=False)
    most, sizes = steps[-1]
    clusters = _split_clusters(text)
    lines = _wrap(clusters, width / sizes[-1], most, bold=bold)
    if lines is not None:
        return Fitted(lines=lines, size=sizes[-1], is_cut=False)
    return Fitted(lines=_cut(pieces, clusters, width / sizes[-1], most, bold=bold), size=sizes[-1], is_cut=True)


def fit_line(text: str, width: float, size: float, smallest: float, *, bold: bool = False) -> Fitted:
    """One line within `width` points, at `size` or smaller in half points down to `smallest`, then cut."""
    sizes = tuple(size - step / 2 for step in range(int((size - smallest) * 2) + 1))
    return fit(text, width, ((1, sizes),), bold=bold)


def stack(first: Fitted, second: Fitted) -> Fitted:
    """The lines of both under each other, at the smaller size of the two."""
    return Fitted(
        lines=first.lines + second.lines, size=min(first.size, second.size), is_cut=first.is_cut or second.is_cut
    )


def _wrap(pieces: Sequence[str], width: float, most: int, *, bold: bool) -> tuple[Line, ...] | None:
    """The pieces on at most so many lines of so many ems; None when they do not fit."""
    lines: list[Line] = []
    start = 0
    while start < len(pieces):
        count = _count_fitting(pieces[start:], width, "", bold=bold)
        if not count or len(lines) == most:
            return None
        lines.append(make_line("".join(pieces[start : start + count]).strip(), bold=bold))
        start += count
    return tuple(lines) or (make_line("", bold=bold),)


def _count_fitting(pieces: Sequence[str], width: float, ending: str, *, bold: bool) -> int:
    """How many of the first pieces fit on a line, with `ending` after them."""
    least, most = 0, len(pieces)
    while least < most:
        middle = (least + most + 1) // 2
        if make_line("".join(pieces[:middle]).strip() + ending, bold=bold).width <= width:
            least = middle
        else:
            most = middle - 1
    return least


def _balance(pieces: Sequence[str], width: float, lines: tuple[Line, ...], *, bold: bool) -> tuple[Line, ...]:
    """As many lines, as even as they can be: nothing looks more like a mistake than one word on a line of its own."""
    narrow, wide = width / 2, width
    for _ in range(_BALANCE_STEPS if len(lines) > 1 else 0):
        middle = (narrow + wide) / 2
        tried = _wrap(pieces, middle, len(lines), bold=bold)
        if tried is None:
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def _cut(pieces: Sequence[str], clusters: Sequence[str], width: float, most: int, *, bold: bool) -> tuple[Line, ...]:
    """All lines full, the last one ending in an ellipsis."""
    lines: list[Line] = []
    rest = list(pieces)
    while len(lines) < most - 1:
        count = _count_fitting(rest, width, "", bold=bold)
        if not count:
            # A word longer than the line: from here on it may break anywhere.
            rest = list(_split_clusters("".join(rest)))
            count = max(1, _count_fitting(rest, width, "", bold=bold))
        lines.append(make_line("".join(rest[:count]).strip(), bold=bold))
        rest = rest[count:]
    left = _split_clusters("".join(rest)) if lines else clusters
    count = _count_fitting(left, width, _ELLIPSIS, bold=bold)
    last = "".join(left[:count]).strip()
    whole_words = last.rpartition(" ")[0].rstrip(" ,.;:-")
    if len(whole_words) > len(last) * _WORTH_KEEPING:
        last = whole_words
    lines.append(make_line(last + _ELLIPSIS, bold=bold))
    return tuple(lines)


def _split_at_breaks(text: str) -> list[str]:
    """The text in pieces after each of which a line may end."""
    pieces: list[str] = []
    for word in re.findall(r"[^ ]+ *|^ +", text):
        start = 0
        for place in range(1, len(word)):
            if _may_break(word[place - 1], word[place]):
                pieces.append(word[start:place])
                start = place
        pieces.append(word[start:])
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NO_START or before in _NO_END:
        return False
    if before in "-\N{EN DASH}\N{EM DASH}/":
        return after.isalpha()
    # Words of katakana are borrowed ones, and read badly in two parts: スクリーン is a screen.
    if _is_katakana(before) and _is_katakana(after):
        return False
    return _is_ideographic(before) or _is_ideographic(after)


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "\u30fc"


def _is_ideographic(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"


def _split_clusters(text: str) -> list[str]:
    """What a reader takes for letters: a letter with its marks and what is joined to it."""
    clusters: list[str] = []
    for character in text:
        is_mark = unicodedata.category(character).startswith("M") or character in "\u200c\u200d"
        is_mark = is_mark and bool(clusters)
        joins = bool(clusters) and (unicodedata.combining(clusters[-1][-1]) == _VIRAMA or clusters[-1][-1] == "\u200d")
        if (is_mark or joins) and len(clusters[-1]) < _MOST_IN_CLUSTER:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters
