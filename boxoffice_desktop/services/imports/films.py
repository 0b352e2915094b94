"""Films of a list brought into the catalogue. What managers have entered is never overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from zlib import crc32

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.film_import import FilmImport, FilmRow, RefusedFilm, iterate_mendings
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Movie
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.imports.files import Progress

# A statement of this many films takes some hundredths of a second: far from the statement timeout, and progress moves.
_BATCH: Final = 1000
_COLOURS: Final = 8
_FILLED: Final = (
    "latin_title",
    "original_title",
    "running_minutes",
    "certificate",
    "genre",
    "distributor",
)


@dataclass(frozen=True, kw_only=True)
class MendedFilm:
    """One mending: the film's row in the file, its title, and what was mended."""

    row: int
    title: str
    mending: str


@dataclass(frozen=True, kw_only=True)
class FilmImportReport:
    """What became of a list of films.

    `added + completed + unchanged + len(refused)` is `total`. Completed films were in the catalogue with empty
    fields that the list filled. With `dry_run` the counts say what would have been done.
    """

    total: int
    added: int
    completed: int
    unchanged: int
    mended: int
    without_running_time: int
    without_release_date: int
    without_certificate: int
    refused: tuple[RefusedFilm, ...]
    mendings: tuple[MendedFilm, ...]
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]
    dry_run: bool


def import_films(
    session: Session,
    context: Context,
    *,
    films: FilmImport,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> FilmImportReport:
    """Add the films that the catalogue lacks and fill empty fields of those it has; same title and year is same film.

    Running it twice changes nothing the second time. With `dry_run` everything is tried and taken back.

    Raises:
        NotAllowedError: the signed-in person may not manage films.
    """
    context.permit(Permission.MANAGE_FILMS)
    with session.begin_nested() as savepoint:
        added, completed = _store(session, films.films, progress)
        if dry_run:
            savepoint.rollback()
    return FilmImportReport(
        total=films.total,
        added=added,
        completed=completed,
        unchanged=len(films.films) - added - completed,
        mended=len(films.mended),
        without_running_time=films.without_running_time,
        without_release_date=films.without_release_date,
        without_certificate=films.without_certificate,
        refused=films.refused,
        mendings=tuple(
            MendedFilm(row=film.row, title=film.title, mending=mending) for film, mending in iterate_mendings(films)
        ),
        ignored=films.ignored,
        warnings=films.warnings,
        dry_run=dry_run,
    )


def _store(session: Session, films: Sequence[FilmRow], progress: Progress | None) -> tuple[int, int]:
    added = completed = done = 0
    for batch in _batches(films):
        new = _insert(session, batch)
        added += len(new)
        completed += _complete(session, [film for film in batch if film.key not in new])
        done += len(batch)
        if progress:
            progress(done, len(films))
    return added, completed


def _batches(films: Iterable[FilmRow]) -> Iterator[list[FilmRow]]:
    source = iter(films)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _insert(session: Session, films: Sequence[FilmRow]) -> set[tuple[str, int | None]]:
    """The keys of the films that were not there. Whoever imports the same list at the same time waits here."""
    statement = (
        insert(Movie)
        .on_conflict_do_nothing(index_elements=["title_key", "release_year"])
        .returning(Movie.title_key, Movie.release_year)
    )
    rows = session.execute(statement, [{**_fields(film), **_identity(film)} for film in films])
    return {(row[0], row[1]) for row in rows}


def _identity(film: FilmRow) -> dict[str, Any]:
    # The colour only has to differ between films and to stay: the title decides.
    colour = crc32(film.title_key.encode()) % _COLOURS
    return {"title": film.title, "title_key": film.title_key, "release_date": film.release_date, "colour": colour}


def _fields(film: FilmRow) -> dict[str, Any]:
    return {name: getattr(film, name) for name in _FILLED}


def _complete(session: Session, films: Sequence[FilmRow]) -> int:
    """Fill empty fields of films that are there already; the number of films that had some."""
    wanted = {film.key: film for film in films}
    if not wanted:
        return 0
    known = session.execute(
        select(Movie.movie_id, Movie.title_key, Movie.release_year, *(getattr(Movie, name) for name in _FILLED))
        .where(Movie.title_key.in_([key for key, _ in wanted]))
        .order_by(Movie.movie_id)
        .with_for_update()
    ).all()
    changes = []
    for row in known:
        film = wanted.get((row.title_key, row.release_year))
        filled = {name: getattr(film, name) for name in _FILLED if film and not getattr(row, name)}
        if any(filled.values()):
            changes.append({"movie_id": row.movie_id, **{name: value for name, value in filled.items() if value}})
    if changes:
        session.execute(update(Movie), changes)
    return len(changes)
