"""What is wrong with where things stand on a ticket, in words for the person who wrote the design.

Sizes for reading: a capital should fill 16 minutes of arc, better 20 (ISO 9241-303). At arm's length, 65 cm,
that is 3.0 and 3.8 mm of capital: 12 and 15 points.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Final, NamedTuple

from boxoffice_desktop.documents.design import FIGURES, READ_IN_THE_DARK, SHAPES, Design, DesignKind, Field

SMALLEST_TYPE: Final = 6.0
"""Points. Less than this a receipt printer of 203 dots an inch cannot draw."""

DARK_SIZE: Final = 15.0
"""Points that film, time, hall and seat start from."""

DARK_SMALLEST: Final = 11.0
"""Points below which a long film's title or a long hall's name is cut rather than shrunk."""

LINE_HEIGHT: Final = 1.22
"""Of the type size: how high a line is, accents and hanging letters included; a further one takes `LEADING` more."""

LEADING: Final = 1.2
FIGURE_HEIGHT: Final = 0.76
"""Of the type size: how high capitals and figures are."""

QR_MODULES: Final = 25
SIGNED_SIDE: Final = 41
QUIET_MODULES: Final = 4
_SMALLEST_MODULE: Final = 0.5
# Millimetres: a label and an amount side by side.
_NARROWEST: Final = 40
# Boxes that touch are no overlap, nor is what rounding makes of them.
_SLACK: Final = 0.05
_POINT: Final = 25.4 / 72
_GROUPS: Final = {
    "title": ("title",),
    "time": ("time",),
    "date": ("date", "day"),
    "hall": ("hall", "place"),
    "row": ("row", "row_and_seat"),
    "seat": ("seat", "row_and_seat"),
    "type": ("type",),
    "price": ("price",),
    "serial": ("serial",),
    "copy": ("copy",),
    "qr": ("qr",),
}


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > _SLACK
            and min(self.bottom, other.bottom) - max(self.top, other.top) > _SLACK
        )


def list_problems(design: Design) -> tuple[str, ...]:
    """Sentences about everything that does not fit, is too small to read or is missing; empty when all is well."""
    paper = design.paper
    problems: list[str] = []
    if 2 * paper.margin >= min(paper.ticket_width, paper.ticket_height or paper.ticket_width):
        return ("[paper]: the margins leave no room.",)
    if design.kind is not DesignKind.TICKET:
        is_wide = paper.width - 2 * paper.margin >= _NARROWEST
        return () if is_wide else (f"[paper]: less than {_NARROWEST} mm are left between the margins.",)
    for item in design.fields:
        problems += _check_place(design, item)
        if item.show not in SHAPES:
            problems += _check_type(item)
    problems += _check_overlaps(design)
    problems += _check_reading(design.fields)
    problems += [
        f"The ticket does not say its {name if name != 'qr' else 'QR code'}: "
        f"a field that shows {' or '.join(repr(show) for show in shows)} is missing."
        for name, shows in _GROUPS.items()
        if not any(item.show in shows for item in design.fields)
    ]
    return tuple(problems)


def _check_place(design: Design, item: Field) -> Iterable[str]:
    paper = design.paper
    height = paper.ticket_height
    overs = {
        "left": paper.margin - item.x,
        "upper": paper.margin - item.y,
        "right": item.right - (paper.ticket_width - paper.margin),
        "lower": -1.0 if height is None else item.bottom - (height - paper.margin),
    }
    for edge, over in overs.items():
        if over > _SLACK:
            what = "paper" if over > paper.margin + _SLACK else "printable part of the paper"
            yield f"'{item.show}' runs {over:.1f} mm out of the {what} at the {edge} edge."
    if item.show == "qr":
        yield from _check_code(design, item)


def _check_code(design: Design, code: Field) -> Iterable[str]:
    if abs(code.width - code.height) > _SLACK:
        yield f"'qr' must be square, not {code.width:g} x {code.height:g} mm."
    # A signed code has more modules, which are smaller; a bare one has larger ones, and wants more paper around it.
    module = code.width / QR_MODULES
    if code.width / SIGNED_SIDE < _SMALLEST_MODULE:
        needed = _SMALLEST_MODULE * SIGNED_SIDE
        yield f"'qr' is {code.width:g} mm wide; scanners want {needed:g} mm and more."
    quiet = _quiet_zone(code)
    height = design.paper.ticket_height
    short = max(
        -quiet.left,
        -quiet.top,
        quiet.right - design.paper.ticket_width,
        -1.0 if height is None else quiet.bottom - height,
    )
    if short > _SLACK:
        yield f"'qr' needs {module * QUIET_MODULES:.1f} mm of blank paper around it; {short:.1f} mm more to the edge."


def _check_type(item: Field) -> Iterable[str]:
    if item.smallest < SMALLEST_TYPE:
        yield f"'{item.show}' may shrink to {item.smallest:g} pt; nobody can read less than {SMALLEST_TYPE:g} pt."
    needed = text_height(item, item.smallest, 1) * _POINT + label_height(item)
    if item.height < needed - _SLACK:
        yield (
            f"'{item.show}' is {item.height:g} mm high; a line of its smallest type ({item.smallest:g} pt) "
            f"needs {needed:.1f} mm."
        )


def _check_overlaps(design: Design) -> Iterable[str]:
    solid = [item for item in design.fields if item.show not in {"frame", "rule"}]
    for first, second in combinations(solid, 2):
        if "qr" not in {first.show, second.show} and _box(first).meets(_box(second)):
            yield f"'{first.show}' and '{second.show}' lie on each other."
    for code in (item for item in design.fields if item.show == "qr"):
        quiet = _quiet_zone(code)
        for item in design.fields:
            if item is code:
                continue
            parts = _borders(item) if item.show == "frame" else (_box(item),)
            if any(part.meets(_box(code)) for part in parts):
                yield f"'{item.show}' lies on the QR code."
            elif any(part.meets(quiet) for part in parts):
                yield (
                    f"'{item.show}' lies in the {code.width / QR_MODULES * QUIET_MODULES:.1f} mm of blank paper that "
                    "the QR code needs around it."
                )


def _check_reading(fields: tuple[Field, ...]) -> Iterable[str]:
    for name in READ_IN_THE_DARK:
        shown = [item for item in fields if item.show in _GROUPS[name]]
        if shown and not any(item.size >= DARK_SIZE and item.smallest >= DARK_SMALLEST for item in shown):
            best = max(shown, key=lambda item: (item.size, item.smallest))
            yield (
                f"'{best.show}' has {best.size:g} pt and may shrink to {best.smallest:g} pt; to be read in the dark at "
                f"arm's length it needs {DARK_SIZE:g} pt and at least {DARK_SMALLEST:g} pt."
            )


def text_height(item: Field, size: float, lines: int) -> float:
    """Points that so many lines of a size take."""
    if item.show in FIGURES:
        return size * FIGURE_HEIGHT
    return size * (LINE_HEIGHT + LEADING * (lines - 1))


def label_size(item: Field) -> float:
    """The type size of a field's label."""
    return max(SMALLEST_TYPE, min(10.0, item.size * (0.9 if item.label == "beside" else 0.5)))


def label_height(item: Field) -> float:
    """Millimetres that a label above the text takes."""
    return label_size(item) * LINE_HEIGHT * _POINT if item.label == "above" else 0.0


def _box(item: Field) -> _Box:
    return _Box(item.x, item.y, item.right, item.bottom)


def _quiet_zone(code: Field) -> _Box:
    quiet = code.width / QR_MODULES * QUIET_MODULES
    return _Box(code.x - quiet, code.y - quiet, code.right + quiet, code.bottom + quiet)


def _borders(frame: Field) -> tuple[_Box, ...]:
    line = max(frame.thickness, 2 * _SLACK)
    left, top, right, bottom = _box(frame)
    return (
        _Box(left, top, right, top + line),
        _Box(left, bottom - line, right, bottom),
        _Box(left, top, left + line, bottom),
        _Box(right - line, top, right, bottom),
    )
