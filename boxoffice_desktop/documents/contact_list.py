"""Whom a show concerns, on paper and for a spreadsheet: A4 on its side as PDF, and CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from io import BytesIO, StringIO

from babel import numbers
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fitting import Fitted, fit, fit_line, stack
from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font
from boxoffice_desktop.documents.formatting import currency_digits, format_money
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.text import clean, draw_line, make_readable

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN = 14 * MM
_CONTENT = _WIDTH - 2 * _MARGIN
_GAP = 6.0
_SIZE, _SMALLEST = 9.0, 6.5
_LEADING = 1.25
_PAD = 4.0
_FOOT = 8 * MM
# The column of the seats, and how many of them are one text.
_SEATS, _SEATS_AT_ONCE = 6, 20
# Shares of the width: when, where, number, who, for whom, phone, seats, paid by; the total takes the rest.
_SHARES = (0.12, 0.11, 0.07, 0.12, 0.15, 0.12, 0.14, 0.09)
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRow:
    """A sale or a reservation. `sale` is its number, or what stands there instead; `total` None is left empty.

    Attributes:
        when: the local time as it shall stand in the list.
        total: minor units.
    """

    when: str
    terminal: str
    sale: str
    cashier: str
    name: str
    phone: str
    seats: tuple[str, ...]
    paid_by: str
    total: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactList:
    """A list of contacts.

    Attributes:
        title: what the list is, e.g. `Whom it concerns`.
        show: the film, which may be of any script.
        facts: day, time and hall of the show.
        headings: nine, in the order of a row's fields.
        nothing: what stands there when there are no rows.
        footer: who made the list and when.
    """

    venue: str
    title: str
    show: str
    facts: str
    headings: tuple[str, str, str, str, str, str, str, str, str]
    rows: tuple[ContactRow, ...]
    nothing: str
    footer: str
    currency: str
    locale: str


def render_contact_list(contacts: ContactList) -> bytes:
    """The list as PDF, as many pages as it needs. Safe from any thread.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    buffer = BytesIO()
    with FONT_LOCK:
        get_font("NotoSans-Regular")
        # The stubs take this name for a number; without it every page names a font that nobody embeds.
        canvas = Canvas(buffer, pagesize=(_WIDTH, _HEIGHT), initialFontName="NotoSans-Regular")  # type: ignore[arg-type]
        canvas.setTitle(clean(f"{contacts.title} - {contacts.show}"))
        canvas.setAuthor(clean(contacts.venue))
        canvas.setCreator("Box Office Desktop")
        _Pages(canvas, contacts).draw()
        canvas.save()
    return buffer.getvalue()


def write_contact_csv(contacts: ContactList) -> bytes:
    """The list for a spreadsheet: UTF-8 with a mark, the amounts as bare numbers.

    Columns are parted as the locale's spreadsheets expect: by semicolons where the comma is the decimal mark.
    """
    mark = numbers.get_decimal_symbol(contacts.locale)
    stream = StringIO()
    writer = csv.writer(stream, delimiter=";" if mark == "," else ",")
    writer.writerow(contacts.headings)
    digits = currency_digits(contacts.currency)
    for row in contacts.rows:
        total = "" if row.total is None else f"{Decimal(row.total).scaleb(-digits):.{digits}f}".replace(".", mark)
        cells = (
            row.when,
            row.terminal,
            row.sale,
            row.cashier,
            row.name,
            row.phone,
            ", ".join(row.seats),
            row.paid_by,
        )
        writer.writerow([*map(_harmless, cells), total])
    return stream.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Pages:
    """Draws the pages of one list."""

    def __init__(self, canvas: Canvas, contacts: ContactList) -> None:
        self._canvas, self._contacts = canvas, contacts
        widths = [share * _CONTENT for share in _SHARES]
        self._widths = [*widths, _CONTENT - sum(widths)]

    def draw(self) -> None:
        top = self._begin()
        if not self._contacts.rows:
            self._text(fit_line(_readable(self._contacts.nothing), _CONTENT, 11, 8), _MARGIN, top - 18)
        for row in self._contacts.rows:
            cells = self._fit_row(row)
            height = max(len(cell.lines) * cell.size * _LEADING for cell in cells) + 2 * _PAD
            if top - height < _MARGIN + _FOOT:
                self._end()
                top = self._begin()
            self._draw_row(cells, top, height)
            top -= height
        self._end()

    def _begin(self) -> float:
        contacts, top = self._contacts, _HEIGHT - _MARGIN
        self._text(fit_line(_readable(contacts.show), _CONTENT, 18, 10, bold=True), _MARGIN, top - 16)
        self._text(fit_line(_readable(contacts.facts), _CONTENT, 11, 8), _MARGIN, top - 33)
        line = fit_line(_readable(f"{contacts.title} · {contacts.venue}"), _CONTENT, 9, 7)
        self._text(line, _MARGIN, top - 47)
        base = top - 68
        for place, heading in enumerate(contacts.headings):
            text = fit_line(_readable(heading), self._widths[place] - _GAP, 8.5, 6, bold=True)
            self._text(text, self._left_of(place, text), base + 5)
        self._canvas.setLineWidth(1.0)
        self._canvas.line(_MARGIN, base, _WIDTH - _MARGIN, base)
        return base

    def _end(self) -> None:
        page = f"{self._contacts.footer} · {self._canvas.getPageNumber()}"
        self._text(fit_line(_readable(page), _CONTENT, 8, 6), _MARGIN, _MARGIN)
        self._canvas.showPage()

    def _fit_row(self, row: ContactRow) -> list[Fitted]:
        contacts = self._contacts
        total = "" if row.total is None else format_money(row.total, contacts.currency, contacts.locale)
        texts = (
            row.when,
            row.terminal,
            row.sale,
            row.cashier,
            row.name,
            row.phone,
            ", ".join(row.seats[:_SEATS_AT_ONCE]),
            row.paid_by,
            total,
        )
        steps = ((3, (_SIZE, 8.0)), (40, (_SMALLEST,)))
        cells = [fit(_readable(text), width - _GAP, steps) for text, width in zip(texts, self._widths, strict=True)]
        if len(row.seats) > _SEATS_AT_ONCE:
            cells[_SEATS] = self._fit_many(row.seats)
        return cells

    def _fit_many(self, seats: Sequence[str]) -> Fitted:
        """A party that takes half a hall, seat by seat: one long text would be cut."""
        steps = ((40, (_SMALLEST,)),)
        parts = [seats[start : start + _SEATS_AT_ONCE] for start in range(0, len(seats), _SEATS_AT_ONCE)]
        return reduce(stack, (fit(_readable(", ".join(part)), self._widths[_SEATS] - _GAP, steps) for part in parts))

    def _draw_row(self, cells: Sequence[Fitted], top: float, height: float) -> None:
        for place, cell in enumerate(cells):
            base = top - _PAD
            for line in cell.lines:
                base -= cell.size * _LEADING
                x = self._left_of(place, cell, line.width * cell.size)
                draw_line(self._canvas, line, x, base + cell.size * 0.3, cell.size)
        self._canvas.setLineWidth(0.3)
        self._canvas.line(_MARGIN, top - height, _WIDTH - _MARGIN, top - height)

    def _left_of(self, place: int, text: Fitted, width: float | None = None) -> float:
        """Where a text of a column begins: the last column is flush right."""
        left = _MARGIN + sum(self._widths[:place])
        if place < len(self._widths) - 1:
            return left
        return left + self._widths[place] - (text.lines[0].width * text.size if width is None else width)

    def _text(self, text: Fitted, x: float, y: float) -> None:
        draw_line(self._canvas, text.lines[0], x, y, text.size)


def _readable(text: str) -> str:
    return make_readable(text or " ").text
