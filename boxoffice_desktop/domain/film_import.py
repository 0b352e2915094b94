"""Lists of films made into films: every row is imported, mended or refused, and the report says which and why.

| what the row has | what becomes of it |
|---|---|
| no title, a blank one, or one that is no text (true, a list) | refused |
| a number as title (`300`) | mended: its digits |
| a title of more than 500 characters | refused |
| title and release year of a row before (case, width and spaces aside) | refused as double |
| the same title in another year | imported: a remake |
| broken characters, entities, invisible characters, stray spaces | mended where it is clear (`domain/text_repair.py`) |
| no running time | imported without one; a show will need it |
| a running time outside 1 to 600, or that cannot be read | mended: imported without one |
| a release date that cannot be read | mended: imported without one |
| a release date in the wrong century | mended (`domain/film_dates.py`) |
| "Not Rated", "Open" and the like as certificate | imported without certificate |
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from boxoffice_desktop.domain.film_dates import CenturyRule, find_century_rule
from boxoffice_desktop.domain.film_fields import Field, read_certificate, read_date, read_running_minutes, read_text
from boxoffice_desktop.domain.film_reading import RawRow, read_film_list
from boxoffice_desktop.domain.text_repair import fold_title, repair_text

MAX_TITLE = 500
_ROWS_PER_PROGRESS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmRow:
    """A film to import.

    Attributes:
        row: its place in the file, from 1.
        latin_title: what prints where the title's script cannot be set; None when the file has none.
        original_title: the same for the title in its own language.
        running_minutes: None when unknown.
        certificate: empty when there is none; genre and distributor alike.
        release_date: None when unknown.
        mendings: what was mended, in words; empty when nothing was.
    """

    row: int
    title: str
    latin_title: str | None
    original_title: str | None
    running_minutes: int | None
    certificate: str
    genre: str
    distributor: str
    release_date: date | None
    mendings: tuple[str, ...]

    @property
    def title_key(self) -> str:
        return fold_title(self.title)

    @property
    def key(self) -> tuple[str, int | None]:
        """What tells remakes from doubles: the folded title and the year of release."""
        return self.title_key, self.release_date.year if self.release_date else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedFilm:
    """A row that was not imported; `title` is empty when it has none."""

    row: int
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmImport:
    """What a list of films came to. Every row of the file is among `films` or among `refused`.

    `ignored` are headings without a meaning here; `warnings` concern the file as a whole.
    """

    films: tuple[FilmRow, ...]
    refused: tuple[RefusedFilm, ...]
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.films) + len(self.refused)

    @property
    def mended(self) -> tuple[FilmRow, ...]:
        return tuple(film for film in self.films if film.mendings)

    @property
    def without_running_time(self) -> int:
        return sum(film.running_minutes is None for film in self.films)

    @property
    def without_release_date(self) -> int:
        return sum(film.release_date is None for film in self.films)

    @property
    def without_certificate(self) -> int:
        return sum(not film.certificate for film in self.films)


def parse_films(data: bytes, *, today: date, progress: Callable[[int, int], None] | None = None) -> FilmImport:
    """Read a JSON or CSV list of films by the rules above. `today` decides which dates lie too far ahead.

    `progress` is called now and then with the rows done and the rows there are.

    Raises:
        ImportRefusedError: the file as a whole cannot be read (see `read_film_list`).
    """
    raw = read_film_list(data)
    dates = [read_date(row.fields.get("release_date")) for row in raw.rows]
    rule = find_century_rule([found.value for found in dates if found.value], today)
    films: list[FilmRow] = []
    refused: list[RefusedFilm] = []
    first_rows: dict[tuple[str, int | None], int] = {}
    for row, found in zip(raw.rows, dates, strict=True):
        film = _read_film(row, _mend_century(found, rule))
        if progress and row.number % _ROWS_PER_PROGRESS == 0:
            progress(row.number, len(raw.rows))
        if isinstance(film, FilmRow) and film.key in first_rows:
            film = RefusedFilm(row=film.row, title=film.title, reason=_double(film, first_rows[film.key]))
        if isinstance(film, FilmRow):
            first_rows[film.key] = film.row
            films.append(film)
        else:
            refused.append(film)
    return FilmImport(films=tuple(films), refused=tuple(refused), ignored=raw.ignored, warnings=raw.warnings)


def _double(film: FilmRow, first_row: int) -> str:
    year = f" of {film.release_date.year}" if film.release_date else " without a year"
    return f"double: the same title{year} is in row {first_row:,}"


def _mend_century(found: Field[date | None], rule: CenturyRule) -> Field[date | None]:
    if found.value is None:
        return found
    mended = rule.mend(found.value)
    return Field(mended.value, found.mendings + mended.mendings)


def _read_film(row: RawRow, release_date: Field[date | None]) -> FilmRow | RefusedFilm:
    if row.problem:
        return RefusedFilm(row=row.number, title="", reason=row.problem)
    title = _read_title(row.fields.get("title"))
    if isinstance(title, str):
        return RefusedFilm(row=row.number, title="", reason=title)
    fields = row.fields
    latin = read_text("latin title", fields.get("latin_title"), MAX_TITLE)
    original = read_text("original title", fields.get("original_title"), MAX_TITLE)
    running = read_running_minutes(fields.get("running_minutes"))
    certificate = read_certificate(fields.get("certificate"))
    genre = read_text("genre", fields.get("genre"), 100)
    distributor = read_text("distributor", fields.get("distributor"), 200)
    parts = (title, latin, original, running, certificate, genre, distributor, release_date)
    notes = [*([row.note] if row.note else []), *(note for part in parts for note in part.mendings)]
    return FilmRow(
        row=row.number,
        title=title.value,
        latin_title=latin.value or None,
        original_title=original.value or None,
        running_minutes=running.value,
        certificate=certificate.value,
        genre=genre.value,
        distributor=distributor.value,
        release_date=release_date.value,
        mendings=tuple(notes),
    )


def _read_title(raw: object) -> Field[str] | str:
    """The title, or the reason why there is none."""
    if isinstance(raw, bool | list | dict) or (isinstance(raw, float) and not math.isfinite(raw)):
        return "the title is no text"
    if raw is None:
        return "the title is missing"
    is_number = not isinstance(raw, str)
    repaired = repair_text(str(raw))
    if not repaired.text:
        return "the title is blank"
    if len(repaired.text) > MAX_TITLE:
        return f"the title has {len(repaired.text):,} characters; {MAX_TITLE} is the most"
    return Field(repaired.text, (("the title was a number",) if is_number else ()) + repaired.mendings)


def iterate_mendings(films: FilmImport) -> Iterator[tuple[FilmRow, str]]:
    """Every mending with its film, in the order of the file."""
    for film in films.mended:
        for note in film.mendings:
            yield film, note
