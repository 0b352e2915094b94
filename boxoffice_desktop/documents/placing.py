"""Puts the fields of a design onto a page: fitted into their boxes, moved on a roll, painted in black."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.design import SHAPES, Design, Field
from boxoffice_desktop.documents.design_checks import (
    LEADING,
    LINE_HEIGHT,
    label_height,
    label_size,
    text_height,
)
from boxoffice_desktop.documents.fitting import Fitted, fit, fit_line
from boxoffice_desktop.documents.logo import Logo, draw_logo, fit_logo, prepare_logo
from boxoffice_desktop.documents.pages import TicketPage
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.qr import qr_path, qr_side
from boxoffice_desktop.documents.text import draw_line, make_line
from boxoffice_desktop.documents.ticket_texts import TicketTexts
from boxoffice_desktop.documents.words import TicketWords

_CAPITALS = 0.714
_ASCENT = 0.96
# Of the type size: what a further line of a title on a roll shrinks it by.
_LINE_SHRINKS = 0.82
_LABEL_GAP = 2 * MM
_CORNER = 1.6 * MM
# Of the type size, around and after a certificate.
_BADGE_PADDING, _BADGE_GAP, _BADGE_HEIGHT = 0.4, 0.6, 1.45
_FITS = 0.05


@dataclass(kw_only=True, slots=True)
class _Part:
    """A field with what it shows, and where its box is on this ticket: on a roll not where the design has it."""

    item: Field
    y: float
    height: float
    text: Fitted | None = None
    label: Fitted | None = None
    badge: Fitted | None = None
    logo: Logo | None = None

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.badge or self.logo or self.item.show in {"qr", "rule", "frame"})


class PlacedTicket:
    """One ticket laid out by a design. Hold `FONT_LOCK`.

    Attributes:
        warnings: sentences for the cashier.
        cut: names of the fields whose text was cut.
        height: of the ticket, in millimetres.
    """

    def __init__(self, design: Design, page: TicketPage, words: TicketWords) -> None:
        self._page = page
        self._texts = TicketTexts(page, words)
        self.warnings = self._texts.warnings
        parts = [self._make(item) for item in design.fields]
        fixed = design.paper.ticket_height
        self._parts = parts
        if fixed is None:
            _move(parts)
        # Whole millimetres: printers round the length of a page by themselves, and not all in the same direction.
        lowest = max((part.bottom for part in self._parts if not part.is_empty), default=0.0)
        self.height = fixed if fixed is not None else float(ceil(round(lowest + design.paper.margin, 3)))
        fitted = [(part.item.show, text) for part in self._parts for text in (part.text, part.badge)]
        self.cut = tuple(show for show, text in fitted if text is not None and text.is_cut)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Paint it with its upper left corner at this point of the page."""
        for part in self._parts:
            if not part.is_empty:
                self._paint(canvas, part, left + part.item.x * MM, top - part.bottom * MM)

    def _make(self, item: Field) -> _Part:
        part = _Part(item=item, y=item.y, height=item.height)
        if item.show == "logo":
            part.logo = self._prepare_logo()
        elif item.show == "facts":
            _add_facts(part, self._texts.say("certificate", ""), self._texts.say("facts", ""))
        elif item.show not in SHAPES:
            self._add_text(part, self._texts.say(item.show, item.text))
        return part

    def _add_text(self, part: _Part, text: str) -> None:
        item = part.item
        if not text:
            return
        width = item.width * MM
        label = self._texts.label(item.show) if item.label != "none" else ""
        if label:
            room = width * (0.4 if item.label == "beside" else 1)
            part.label = fit_line(label, room, label_size(item), 6)
            width -= _width(part.label) + _LABEL_GAP if item.label == "beside" else 0
        part.text = _fit_code(text, width, item) if item.show == "code" else None
        part.text = part.text or fit(text, width, _list_steps(item), bold=item.bold)

    def _prepare_logo(self) -> Logo | None:
        if self._page.logo is None:
            return None
        logo = prepare_logo(self._page.logo)
        if logo is None:
            self.warnings.append("The venue's logo is no picture that can be printed. The ticket comes without it.")
        return logo

    def _paint(self, canvas: Canvas, part: _Part, x: float, y: float) -> None:
        item = part.item
        width, height = item.width * MM, part.height * MM
        if item.show == "qr":
            canvas.saveState()
            canvas.translate(x, y)
            modules = qr_side(self._page.qr_data)
            canvas.scale(width / modules, height / modules)
            canvas.addLiteral(qr_path(self._page.qr_data))
            canvas.restoreState()
        elif item.show == "rule":
            _paint_rule(canvas, item, x, y)
        elif item.show == "frame":
            line = item.thickness * MM
            canvas.setLineWidth(line)
            canvas.roundRect(x + line / 2, y + line / 2, width - line, height - line, _CORNER)
        elif part.logo is not None:
            drawn = fit_logo(part.logo, width, height)
            shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[item.align]
            draw_logo(canvas, part.logo, x + (width - drawn[0]) * shift, y + (height - drawn[1]) / 2, *drawn)
        elif item.show == "facts":
            _paint_facts(canvas, part, x, y)
        else:
            _paint_text(canvas, part, x, y)


@lru_cache(maxsize=1024)
def _list_steps(item: Field) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """Numbers of lines and sizes to try: on a roll one line while it stays large, in a box the largest that fits."""
    sizes = [item.size]
    while sizes[-1] - item.smallest > _FITS:
        sizes.append(max(item.smallest, sizes[-1] - (0.5 if sizes[-1] <= 15 else 1)))  # noqa: PLR2004 - points
    if item.grows:
        return _list_growing(item, sizes)
    height = (item.height - label_height(item) + _FITS) * MM
    steps: list[tuple[int, tuple[float, ...]]] = []
    for size in sizes:
        lines = next((n for n in range(item.lines, 0, -1) if text_height(item, size, n) <= height), 0)
        if lines and steps and steps[-1][0] == lines:
            steps[-1] = (lines, (*steps[-1][1], size))
        elif lines:
            steps.append((lines, (size,)))
    return tuple(steps) or ((1, (item.smallest,)),)


def _list_growing(item: Field, sizes: Sequence[float]) -> tuple[tuple[int, tuple[float, ...]], ...]:
    steps = []
    for lines in range(1, item.lines + 1):
        largest = max(item.smallest, item.size * _LINE_SHRINKS ** (lines - 1))
        least = item.smallest if lines == item.lines else largest * _LINE_SHRINKS
        steps.append((lines, tuple(size for size in sizes if least - _FITS <= size <= largest) or (largest,)))
    return tuple(steps)


def _fit_code(text: str, width: float, item: Field) -> Fitted | None:
    """The groups of a code spread over its lines; None when that is too wide.

    No two tickets share a code: the trials that `fit` keeps for the next ticket would be made for each.
    """
    groups = text.split()
    each = ceil(len(groups) / item.lines)
    starts = range(0, len(groups), each)
    lines = tuple(make_line(" ".join(groups[start : start + each]), bold=item.bold) for start in starts)
    size = min(item.size, width / max(line.width for line in lines))
    if size < item.smallest or text_height(item, size, len(lines)) > item.height * MM + _FITS:
        return None
    return Fitted(lines=lines, size=size, is_cut=False)


def _add_facts(part: _Part, certificate: str, text: str) -> None:
    item = part.item
    width, size, smallest = item.width * MM, item.size, min(item.size, item.smallest)
    if certificate:
        part.badge = fit_line(certificate, width / 2, size, smallest, bold=True)
        width -= _width(part.badge) + size * (2 * _BADGE_PADDING + _BADGE_GAP)
    if text:
        part.text = fit_line(text, width, size, smallest, bold=item.bold)


def _move(parts: Sequence[_Part]) -> None:
    """Give growing boxes the height of what is in them, nothing when empty, and move what is below."""
    bands: dict[float, tuple[float, float]] = {}
    for part in parts:
        item = part.item
        if not item.grows:
            continue
        if part.is_empty:
            part.height = 0.0
            extra = item.y - min((x.item.y for x in parts if x.item.y >= item.bottom - _FITS), default=item.bottom)
        else:
            part.height = _needed(part)
            extra = part.height - item.height
        bottom, most = bands.get(item.y, (item.bottom, extra))
        bands[item.y] = (max(bottom, item.bottom), max(most, extra))
    for part in parts:
        part.y += sum(extra for bottom, extra in bands.values() if bottom - _FITS <= part.item.y)


def _needed(part: _Part) -> float:
    """Millimetres that a growing box takes."""
    item = part.item
    if part.logo is not None:
        return fit_logo(part.logo, item.width, item.height)[1]
    if part.text is None or item.show == "facts" or item.inverse:
        return item.height
    return text_height(item, part.text.size, len(part.text.lines)) / MM + label_height(item)


def _paint_rule(canvas: Canvas, item: Field, x: float, y: float) -> None:
    width, height = item.width * MM, item.height * MM
    if not item.dashed:
        canvas.rect(x, y, width, height, stroke=0, fill=1)
        return
    canvas.setDash([3, 3])
    canvas.setLineWidth(min(width, height))
    if width >= height:
        canvas.line(x, y + height / 2, x + width, y + height / 2)
    else:
        canvas.line(x + width / 2, y, x + width / 2, y + height)
    canvas.setDash([])


def _paint_facts(canvas: Canvas, part: _Part, x: float, y: float) -> None:
    item = part.item
    size, middle = item.size, y + part.height * MM / 2
    if part.badge:
        width, height = _width(part.badge) + 2 * _BADGE_PADDING * size, _BADGE_HEIGHT * size
        canvas.setLineWidth(1.1)
        canvas.roundRect(x + 0.55, middle - height / 2, width - 1.1, height, size * 0.25)
        base = middle - part.badge.size * _CAPITALS / 2
        draw_line(canvas, part.badge.lines[0], x + _BADGE_PADDING * size, base, part.badge.size)
        x += width + _BADGE_GAP * size
    if part.text:
        draw_line(canvas, part.text.lines[0], x, middle - part.text.size * _CAPITALS / 2, part.text.size)


def _paint_text(canvas: Canvas, part: _Part, x: float, y: float) -> None:
    item, text = part.item, part.text
    if text is None:
        return
    width, height = item.width * MM, part.height * MM
    if item.inverse:
        canvas.roundRect(x, y, width, height, _CORNER / 2, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.setStrokeGray(1)
    if part.label:
        size = part.label.size
        if item.label == "above":
            height -= label_height(item) * MM
            start = _start(item.align, part.label.lines[0].width * size, width, is_right_to_left=False)
            draw_line(canvas, part.label.lines[0], x + start, y + height + size * (LINE_HEIGHT - _ASCENT), size)
        else:
            draw_line(canvas, part.label.lines[0], x, y + (height - size * _CAPITALS) / 2, size)
            taken = _width(part.label) + _LABEL_GAP
            x, width = x + taken, width - taken
    base = _first_base(item, text, y, height)
    for line in text.lines:
        start = _start(item.align, line.width * text.size, width, is_right_to_left=line.is_right_to_left)
        draw_line(canvas, line, x + start, base, text.size)
        base -= text.size * LEADING
    if item.inverse:
        canvas.setFillGray(0)
        canvas.setStrokeGray(0)


def _first_base(item: Field, text: Fitted, y: float, height: float) -> float:
    """The baseline of the first line in a box whose lower edge is `y`."""
    # Capitals in the middle look right; accents and hanging letters of a single line need no looking after there.
    is_one = len(text.lines) == 1
    above = _CAPITALS if is_one and item.valign == "middle" else _ASCENT
    block = text.size * (_CAPITALS if is_one else LINE_HEIGHT + LEADING * (len(text.lines) - 1))
    if item.valign == "middle":
        return y + (height + block) / 2 - above * text.size
    if item.valign == "top":
        return y + height - above * text.size
    return y + text.size * (LINE_HEIGHT - _ASCENT + LEADING * (len(text.lines) - 1))


def _start(align: str, width: float, room: float, *, is_right_to_left: bool) -> float:
    if align == "centre":
        return (room - width) / 2
    return room - width if align == "right" or is_right_to_left else 0.0


def _width(text: Fitted) -> float:
    return max(line.width for line in text.lines) * text.size
