"""What receipts, slips and reports share: a writer that knows the design's type, the venue's money and its fonts."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Final

from boxoffice_desktop.documents.design import Design, DesignKind
from boxoffice_desktop.documents.designs import default_design
from boxoffice_desktop.documents.fitting import fit, fit_line
from boxoffice_desktop.documents.fonts import FONT_LOCK
from boxoffice_desktop.documents.formatting import format_amount, format_money
from boxoffice_desktop.documents.logo import prepare_logo
from boxoffice_desktop.documents.pages import RenderedDocument
from boxoffice_desktop.documents.paper import MM, Cell, Sheet
from boxoffice_desktop.documents.text import clean, make_readable
from boxoffice_desktop.documents.ticket import open_canvas
from boxoffice_desktop.domain.errors import InvalidInputError

GAP: Final = 2 * MM
_SMALLEST: Final = 6.0
_LOGO_HEIGHT: Final = 18 * MM
# Ends of the columns of a table, as parts of the width: label, number, amount; label, net, tax, gross.
_COUNTED: Final = (0.56, 0.68, 1.0)
_TAXED: Final = (0.3, 0.54, 0.74, 1.0)
_HASH_SHOWN: Final = 8


class Writer:
    """Writes blocks onto a sheet. Hold `FONT_LOCK`.

    Attributes:
        warnings: sentences about what could not be written as it is spelt.
        cut: texts that were too long and end in an ellipsis.
    """

    def __init__(self, design: Design, *, currency: str, locale: str) -> None:
        paper = design.paper
        height = None if paper.height is None else paper.height * MM
        self.warnings: list[str] = []
        self.cut: list[str] = []
        self.type = design.type
        self.sheet = Sheet(width=paper.width * MM, height=height, margin=paper.margin * MM)
        self._currency, self._locale = currency, locale

    def write(self, text: str, latin: str | None = None) -> str:
        """The text as the fonts can write it; empty when there is nothing to write."""
        cleaned = clean(text)
        if not cleaned:
            return ""
        readable = make_readable(text, latin)
        if readable.is_changed:
            self.warnings.append(f"No font here can write all of “{cleaned}”. The paper says “{readable.text}”.")
        return readable.text

    def money(self, amount: int) -> str:
        """An amount with its currency."""
        return format_money(amount, self._currency, self._locale)

    def amount(self, amount: int) -> str:
        """An amount without its currency, for columns."""
        return format_amount(amount, self._currency, self._locale)

    def gap(self, times: float = 1.0) -> None:
        """Leave blank paper."""
        self.sheet.add_space(GAP * times)

    def rule(self, thickness: float = 0.6, *, dashed: bool = False) -> None:
        """A line with a little room around it."""
        self.gap(0.5)
        self.sheet.add_rule(thickness, dashed=dashed)
        self.gap(0.5)

    def text(
        self,
        text: str,
        size: float | None = None,
        *,
        bold: bool = False,
        centred: bool = False,
        lines: int = 2,
        keeps: bool = False,
        latin: str | None = None,
    ) -> None:
        """Lines across the paper, shrunk and wrapped as they need; nothing for an empty text."""
        written = self.write(text, latin)
        if written:
            steps = _steps(size or self.type.normal, lines)
            fitted = fit(written, self.sheet.content, steps, bold=bold)
            self._note_cut(written, is_cut=fitted.is_cut)
            self.sheet.add_text(fitted, centred=centred, keeps=keeps)

    def heading(self, text: str) -> None:
        """A block's headline over a thin line; it never stands alone at the end of a page."""
        self.sheet.add_space(GAP * 1.3)
        self.text(text, self.type.normal * 1.1, bold=True, keeps=True)
        self.sheet.add_rule(0.5)
        self.sheet.add_space(GAP * 0.3, keeps=True)

    def pair(self, label: str, value: str, size: float | None = None, *, bold: bool = False) -> None:
        """A label at the left and a value at the right, which gets the room it needs."""
        size = size or self.type.normal
        told, said = self.write(value), self.write(label)
        right = fit_line(told, self.sheet.content * 0.68, size, min(size, _SMALLEST), bold=bold)
        taken = right.lines[0].width * right.size
        left = fit(said, self.sheet.content - taken - GAP, _steps(size, 3), bold=bold)
        self._note_cut(told, is_cut=right.is_cut)
        self._note_cut(said, is_cut=left.is_cut)
        self.sheet.add_cells([(left, 1.0 - taken / self.sheet.content, "left"), (right, 1.0, "right")])

    def counted(self, label: str, count: int | None, amount: int, *, bold: bool = False) -> None:
        """A row of a table: label, number, amount."""
        self._row((label, "" if count is None else str(count), self.amount(amount)), _COUNTED, bold=bold)

    def taxed(self, label: str, net: str, tax: str, gross: str, *, bold: bool = False) -> None:
        """A row of a table of taxes."""
        self._row((label, net, tax, gross), _TAXED, bold=bold, keeps=bold)

    def logo(self, data: bytes | None) -> None:
        """The venue's picture; nothing and a warning when it cannot be printed."""
        if data is None:
            return
        logo = prepare_logo(data)
        if logo is None:
            self.warnings.append("The venue's logo is no picture that can be printed. The paper comes without it.")
            return
        self.sheet.add_logo(logo, _LOGO_HEIGHT)
        self.gap()

    def venue(self, name: str, lines: Sequence[str]) -> None:
        """The venue's name with what stands under it."""
        self.text(name, self.type.normal * 1.35, bold=True, centred=True)
        for line in lines:
            self.text(line, self.type.small, centred=True)
        self.rule(1.2)

    def copy_bar(self, word: str, copy: int) -> None:
        """`Copy 2` on black; nothing on the first print."""
        if copy > 1:
            text = self.write(f"{word} {copy}")
            size = self.type.large * 0.85
            self.sheet.add_bar(fit_line(text, self.sheet.content - GAP, size, _SMALLEST, bold=True))
            self.gap()

    def journal(self, word: str, journal_hash: str) -> None:
        """The first characters of the journal's hash; nothing when there is none."""
        if journal_hash:
            self.pair(word, journal_hash[:_HASH_SHOWN], self.type.small)

    def _row(self, texts: Sequence[str], ends: Sequence[float], *, bold: bool, keeps: bool = False) -> None:
        size, start = self.type.normal, 0.0
        cells: list[Cell] = []
        for place, (text, end) in enumerate(zip(texts, ends, strict=True)):
            written = self.write(text)
            room = (end - start) * self.sheet.content - GAP * 0.6
            steps = ((1, _sizes(size)),) if place else _steps(size, 3)
            fitted = fit(written, room, steps, bold=bold)
            self._note_cut(written, is_cut=fitted.is_cut)
            cells.append((fitted, end, "right" if place else "left"))
            start = end
        self.sheet.add_cells(cells, keeps=keeps)

    def _note_cut(self, text: str, *, is_cut: bool) -> None:
        if is_cut:
            self.cut.append(text)


def finish(
    design: Design | None,
    kind: DesignKind,
    *,
    currency: str,
    locale: str,
    title: Callable[[], str],
    venue_name: str,
    page_word: str,
    blocks: Callable[[Writer], Mapping[str, Callable[[], None]]],
) -> tuple[RenderedDocument, tuple[str, ...]]:
    """The document with the design's blocks in the design's order, and the texts that had to be cut.

    Raises:
        InvalidInputError: the design is for another kind of document, or the locale does not exist.
    """
    chosen = design or default_design(kind)
    if chosen.kind is not kind:
        raise InvalidInputError("design", f"The design '{chosen.name}' is for a {chosen.kind}, not for a {kind}.")
    buffer = BytesIO()
    with FONT_LOCK:
        canvas = open_canvas(buffer)
        canvas.setTitle(clean(title()))
        canvas.setAuthor(clean(venue_name))
        writer = Writer(chosen, currency=currency, locale=locale)
        painters = blocks(writer)
        for block in chosen.blocks:
            painters[block]()
        writer.sheet.draw(canvas, page_word)
        canvas.save()
    warnings = tuple(dict.fromkeys(writer.warnings))
    return RenderedDocument(pdf=buffer.getvalue(), warnings=warnings), tuple(writer.cut)


def _steps(size: float, lines: int) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """Whole words in so many lines before the type shrinks: on these papers length costs nothing."""
    sizes = _sizes(size)
    return ((1, sizes[:2]), *((most, sizes[:2]) for most in range(2, lines + 1)), (lines, sizes))


def _sizes(size: float) -> tuple[float, ...]:
    least = min(size, _SMALLEST)
    return tuple(size - step * 0.5 for step in range(int((size - least) * 2) + 1))
