"""The public schedule as a poster: A4 upright, one page a week, films down, days across, times in the cells.

Films that do not fit on a page go on to another of the same week. Black on white with one grey: any printer will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fitting import Fitted, fit, fit_line
from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font
from boxoffice_desktop.documents.formatting import format_date_plain, format_day_short, format_time
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.text import clean, draw_line, make_readable
from boxoffice_desktop.domain.errors import InvalidInputError

_MARGIN = 12 * MM
_WIDTH, _HEIGHT = A4
_CONTENT = _WIDTH - 2 * _MARGIN
_FILM = 50 * MM
_DAYS = 7
_DAY = (_CONTENT - _FILM) / _DAYS
_HEAD = 36 * MM
_FOOT = 10 * MM
_LINE = 12.2
_TITLE_STEPS = ((2, (12.0, 11.0, 10.0)), (3, (9.5, 9.0)))
_GREY = 0.93


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterShow:
    """A show in a cell. `note` is hall, format or language, whatever a visitor must know; may be empty."""

    day: date
    starts_at: datetime
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterFilm:
    """A film with its shows of a week, in any order. `latin_title` stands in where no font can write the title."""

    title: str
    latin_title: str | None
    facts: str
    shows: tuple[PosterShow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterWeek:
    """Seven days from `first_day` on, films in the order in which they stand on the poster."""

    first_day: date
    films: tuple[PosterFilm, ...]


def render_poster(venue: str, city: str, weeks: Sequence[PosterWeek], *, locale: str, footer: str = "") -> bytes:
    """The poster as PDF, at least one page a week. Safe from any thread.

    Raises:
        InvalidInputError: there is no week, or the locale does not exist.
    """
    if not weeks:
        raise InvalidInputError("weeks", "There is no week to print.")
    buffer = BytesIO()
    with FONT_LOCK:
        get_font("NotoSans-Regular")
        # The stubs take this name for a number; without it every page names a font that nobody embeds.
        canvas = Canvas(buffer, pagesize=A4, initialFontName="NotoSans-Regular")  # type: ignore[arg-type]
        canvas.setTitle(clean(f"{venue} - {format_date_plain(weeks[0].first_day, locale)}"))
        canvas.setAuthor(clean(venue))
        canvas.setCreator("Box Office Desktop")
        for week in weeks:
            _Poster(canvas, venue, city, week, locale, footer).draw()
        canvas.save()
    return buffer.getvalue()


class _Poster:
    """Draws the pages of one week."""

    def __init__(self, canvas: Canvas, venue: str, city: str, week: PosterWeek, locale: str, footer: str) -> None:
        self._canvas, self._week, self._locale = canvas, week, locale
        self._venue, self._city, self._footer = venue, city, footer
        self._days = [week.first_day + timedelta(days=ahead) for ahead in range(_DAYS)]

    def draw(self) -> None:
        top = self._begin()
        if not self._week.films:
            self._text(fit_line("\N{EM DASH}", _CONTENT, 14, 10), _MARGIN, top - 24)
        for film in self._week.films:
            rows = self._layout(film)
            height = self._height(film, rows)
            if top - height < _MARGIN + _FOOT and top < _HEIGHT - _MARGIN - _HEAD:
                self._end()
                top = self._begin()
            self._draw_film(film, rows, top, height)
            top -= height
        self._end()

    def _begin(self) -> float:
        canvas, top = self._canvas, _HEIGHT - _MARGIN
        self._text(fit_line(_readable(self._venue), _CONTENT * 0.72, 26, 14, bold=True), _MARGIN, top - 22)
        city = fit_line(_readable(self._city), _CONTENT * 0.26, 12, 8)
        self._text(city, _WIDTH - _MARGIN - _width(city), top - 22)
        last = format_date_plain(self._days[-1], self._locale)
        span = f"{format_date_plain(self._days[0], self._locale)} \N{EN DASH} {last}"
        self._text(fit_line(span, _CONTENT, 13, 9), _MARGIN, top - 42)
        base = top - _HEAD
        canvas.setLineWidth(1.4)
        canvas.line(_MARGIN, base, _WIDTH - _MARGIN, base)
        for place, day in enumerate(self._days):
            name = fit_line(format_day_short(day, self._locale), _DAY - 4, 11, 7, bold=True)
            self._text(name, _MARGIN + _FILM + place * _DAY + 3, base + 6)
        return base

    def _end(self) -> None:
        if self._footer:
            self._text(fit_line(_readable(self._footer), _CONTENT, 8.5, 6), _MARGIN, _MARGIN)
        self._canvas.showPage()

    def _layout(self, film: PosterFilm) -> list[list[tuple[Fitted, Fitted | None]]]:
        cells: list[list[tuple[Fitted, Fitted | None]]] = []
        for day in self._days:
            shows = sorted(
                (show for show in film.shows if show.day == day), key=lambda show: show.starts_at.timestamp()
            )
            cells.append(
                [
                    (
                        fit_line(format_time(show.starts_at, self._locale), _DAY - 4, 11, 7, bold=True),
                        fit_line(_readable(show.note), _DAY - 4, 7, 5) if show.note else None,
                    )
                    for show in shows
                ]
            )
        return cells

    def _height(self, film: PosterFilm, cells: list[list[tuple[Fitted, Fitted | None]]]) -> float:
        title = self._title(film)
        left = len(title.lines) * title.size * 1.2 + (13 if film.facts else 0)
        right = max(sum(_LINE + (8 if note else 0) for _, note in cell) for cell in cells)
        # One film of more shows than a page is high is cut at its foot: 60 shows a day of one film is no poster.
        return min(max(left, right) + 12, _HEIGHT - 2 * _MARGIN - _HEAD - _FOOT)

    def _title(self, film: PosterFilm) -> Fitted:
        return fit(_readable(film.title, film.latin_title), _FILM - 8, _TITLE_STEPS, bold=True)

    def _draw_film(
        self, film: PosterFilm, cells: list[list[tuple[Fitted, Fitted | None]]], top: float, height: float
    ) -> None:
        canvas = self._canvas
        canvas.setFillGray(_GREY)
        for place in range(0, _DAYS, 2):
            canvas.rect(_MARGIN + _FILM + place * _DAY, top - height, _DAY, height, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.setLineWidth(0.5)
        canvas.line(_MARGIN, top - height, _WIDTH - _MARGIN, top - height)
        title = self._title(film)
        base = top - 5
        for line in title.lines:
            base -= title.size * 1.2
            draw_line(canvas, line, _MARGIN, base + 2, title.size)
        if film.facts:
            self._text(fit_line(_readable(film.facts), _FILM - 8, 8, 6), _MARGIN, base - 10)
        for place, cell in enumerate(cells):
            self._draw_cell(cell, _MARGIN + _FILM + place * _DAY + 3, top - 6, top - height)

    def _draw_cell(self, cell: list[tuple[Fitted, Fitted | None]], x: float, top: float, bottom: float) -> None:
        for time, note in cell:
            if top - _LINE < bottom:
                return
            top -= _LINE
            self._text(time, x, top + 1)
            if note is not None:
                top -= 8
                self._text(note, x, top + 1)

    def _text(self, text: Fitted, x: float, y: float) -> None:
        draw_line(self._canvas, text.lines[0], x, y, text.size)


def _readable(text: str, latin: str | None = None) -> str:
    return make_readable(text, latin).text


def _width(text: Fitted) -> float:
    return text.lines[0].width * text.size
