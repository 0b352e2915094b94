"""A sheet that is filled from the top: a roll as long as what is on it, or as many pages as it takes."""

from collections.abc import Callable, Sequence
from math import ceil

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fitting import Fitted, fit_line
from boxoffice_desktop.documents.logo import Logo, draw_logo, fit_logo
from boxoffice_desktop.documents.text import draw_line

# Streams as bytes instead of as ASCII, which no channel needs any more: a ticket takes a fifth less time.
rl_config.useA85 = 0

MM = 72 / 25.4
"""A millimetre in points."""

Paint = Callable[[Canvas, float], None]
"""Draws something whose top is at the given height above the lower edge, in points."""

Cell = tuple[Fitted, float, str]
"""A text, where its box ends as a part of the width between the margins, and `left` or `right`."""

# Of the type size: how far letters reach above and below the baseline, accents and Hindi's lines included.
_ASCENT = 0.96
_DESCENT = 0.26
_LEADING = 1.2
_CAPITALS = 0.714
# PDF readers know no page longer than 5 m, and nobody wants a longer piece of paper.
_LONGEST_ROLL = 3000 * MM
_PAGE_LINE = 7.5


class Sheet:
    """Paper of one width with blocks under each other. All measures are points. Hold `FONT_LOCK`."""

    def __init__(self, *, width: float, height: float | None, margin: float) -> None:
        """`height` is None on a roll, whose length is that of its blocks and margins, in whole millimetres."""
        self._width = width
        self._height = height
        self._margin = margin
        self._blocks: list[tuple[float, bool, Paint]] = []

    @property
    def content(self) -> float:
        """The width between the margins."""
        return self._width - 2 * self._margin

    @property
    def _right(self) -> float:
        return self._width - self._margin

    def draw(self, canvas: Canvas, page_word: str) -> None:
        """Draw everything from the canvas' current page on; several pages are counted with `page_word`."""
        pages = self._split()
        for number, blocks in enumerate(pages, 1):
            content = sum(height for height, _ in blocks)
            height = self._height or ceil(round((content + 2 * self._margin) / MM, 3)) * MM
            canvas.setPageSize((self._width, height))
            top = height - self._margin
            for block, paint in blocks:
                paint(canvas, top)
                top -= block
            if len(pages) > 1 and self._height is not None:
                text = fit_line(f"{page_word} {number} / {len(pages)}", self.content, _PAGE_LINE, _PAGE_LINE)
                draw_line(canvas, text.lines[0], self._right - _width(text), self._margin, text.size)
            canvas.showPage()

    def add_space(self, height: float, *, keeps: bool = False) -> None:
        """Leave a gap; `keeps` with what follows."""
        self._add(height, lambda _canvas, _top: None, keeps=keeps)

    def add_rule(self, thickness: float, *, dashed: bool = False) -> None:
        """A line from margin to margin; it stays with what follows."""

        def paint(canvas: Canvas, top: float) -> None:
            canvas.setLineWidth(thickness)
            canvas.setDash([3, 3] if dashed else [])
            canvas.line(self._margin, top - thickness / 2, self._right, top - thickness / 2)
            canvas.setDash([])

        self._add(thickness, paint, keeps=True)

    def add_text(self, text: Fitted, *, centred: bool = False, keeps: bool = False) -> None:
        """Lines from the left margin, right-to-left ones from the right; `keeps` with what follows."""
        self._add(_height(text), lambda canvas, top: self._paint(canvas, top, text, centred=centred), keeps=keeps)

    def add_cells(self, cells: Sequence[Cell], *, keeps: bool = False) -> None:
        """Texts beside each other whose first lines share a baseline."""
        size = max(text.size for text, _, _ in cells)
        below = max(text.size * (_DESCENT + _LEADING * (len(text.lines) - 1)) for text, _, _ in cells)

        def paint(canvas: Canvas, top: float) -> None:
            start = 0.0
            for text, end, align in cells:
                base = top - size * _ASCENT
                for line in text.lines:
                    width = line.width * text.size
                    is_right = align == "right" or line.is_right_to_left
                    x = self._margin + (end * self.content - width if is_right else start * self.content)
                    draw_line(canvas, line, x, base, text.size)
                    base -= text.size * _LEADING
                start = end

        self._add(size * _ASCENT + below, paint, keeps=keeps)

    def add_bar(self, text: Fitted) -> None:
        """White on a black bar from margin to margin."""
        height = _height(text) + 1.4 * MM

        def paint(canvas: Canvas, top: float) -> None:
            canvas.roundRect(self._margin, top - height, self.content, height, 2, stroke=0, fill=1)
            canvas.setFillGray(1)
            canvas.setStrokeGray(1)
            self._paint(canvas, top - 0.7 * MM, text, centred=True)
            canvas.setFillGray(0)
            canvas.setStrokeGray(0)

        self._add(height, paint)

    def add_frame(self, text: Fitted, label: Fitted) -> None:
        """A framed text with a label above it."""
        body = text.size * _CAPITALS + 5.8 * MM
        height = _height(label) + body

        def paint(canvas: Canvas, top: float) -> None:
            canvas.setLineWidth(1.6)
            canvas.roundRect(self._margin + 0.8, top - height + 0.8, self.content - 1.6, height - 1.6, 5)
            self._paint(canvas, top - 1 * MM, label, centred=True)
            x = self._margin + (self.content - _width(text)) / 2
            draw_line(canvas, text.lines[0], x, top - height + 3.6 * MM, text.size)

        self._add(height, paint)

    def add_logo(self, logo: Logo, height: float) -> None:
        """A picture in the middle, at most so high."""
        drawn = fit_logo(logo, self.content, height)
        x = self._margin + (self.content - drawn[0]) / 2
        self._add(drawn[1], lambda canvas, top: draw_logo(canvas, logo, x, top - drawn[1], *drawn))

    def _add(self, height: float, paint: Paint, *, keeps: bool = False) -> None:
        self._blocks.append((height, keeps, paint))

    def _split(self) -> list[list[tuple[float, Paint]]]:
        """The blocks of each page; what keeps with the next goes over with it."""
        room = (self._height or _LONGEST_ROLL) - 2 * self._margin
        if sum(block[0] for block in self._blocks) <= room:
            return [[(height, paint) for height, _, paint in self._blocks]]
        # The last line of a page is its number.
        room -= 2 * _PAGE_LINE
        pages: list[list[tuple[float, bool, Paint]]] = [[]]
        for block in self._blocks:
            if pages[-1] and sum(item[0] for item in pages[-1]) + block[0] > room:
                kept: list[tuple[float, bool, Paint]] = []
                while len(pages[-1]) > 1 and pages[-1][-1][1]:
                    kept.insert(0, pages[-1].pop())
                pages.append(kept)
            pages[-1].append(block)
        return [[(height, paint) for height, _, paint in page] for page in pages]

    def _paint(self, canvas: Canvas, top: float, text: Fitted, *, centred: bool) -> None:
        base = top - text.size * _ASCENT
        for line in text.lines:
            spare = self.content - line.width * text.size
            shift = spare / 2 if centred else spare if line.is_right_to_left else 0.0
            draw_line(canvas, line, self._margin + shift, base, text.size)
            base -= text.size * _LEADING


def _height(text: Fitted) -> float:
    return text.size * (_ASCENT + _DESCENT + _LEADING * (len(text.lines) - 1))


def _width(text: Fitted) -> float:
    return max(line.width for line in text.lines) * text.size
