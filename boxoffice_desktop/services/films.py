"""The catalogue of films: list, edit, posters, and lists of films from elsewhere."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.errors import ConflictError, NotFoundError
from boxoffice_desktop.domain.film_editing import FilmDraft, FilmLine, check_film, fold_search
from boxoffice_desktop.domain.film_import import FilmImport, parse_films
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.text_repair import fold_title, repair_text
from boxoffice_desktop.models import Movie, MoviePoster, PriceList, Show
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale
from boxoffice_desktop.services.imports.films import FilmImportReport, import_films
from boxoffice_desktop.services.posters import reencode_poster

_TEXTS: Final = ("title", "original_title", "latin_title", "certificate", "genre", "distributor")


@dataclass(frozen=True, kw_only=True)
class FilmDetails:
    """A film as it stands, with the version that a save must carry, and how many shows it has."""

    movie_id: int
    version: int
    draft: FilmDraft
    has_poster: bool
    shows: int


@dataclass(frozen=True, kw_only=True)
class DeletedFilm:
    """A film as it was when it went, so that it can come back."""

    film: FilmDetails
    poster: bytes | None


@dataclass(frozen=True, kw_only=True)
class FilmImportPreview:
    """A list of films, read, and what storing it would do; nothing is stored yet."""

    films: FilmImport
    report: FilmImportReport


def list_films(session: Session, context: Context) -> tuple[FilmLine, ...]:
    """The whole catalogue by title; searching and filtering it is `domain.film_editing.find_films`.

    Raises:
        NotAllowedError: the signed-in person manages neither films nor the schedule.
    """
    if Permission.MANAGE_SCHEDULE not in context.permissions:
        context.permit(Permission.MANAGE_FILMS)
    rows = session.execute(
        select(
            Movie.movie_id,
            Movie.title,
            func.coalesce(Movie.original_title, ""),
            Movie.certificate,
            Movie.running_minutes,
            Movie.genre,
            Movie.distributor,
            Movie.release_date,
            Movie.opens_on,
            Movie.colour,
            Movie.has_poster,
            func.coalesce(Movie.latin_title, ""),
        ).order_by(Movie.title_key, Movie.release_year)
    ).all()
    return tuple(
        FilmLine(
            movie_id=row[0],
            title=row[1],
            original_title=row[2],
            certificate=row[3],
            running_minutes=row[4],
            genre=row[5],
            distributor=row[6],
            release_date=row[7],
            opens_on=row[8],
            colour=row[9],
            has_poster=row[10],
            search_key=fold_search(f"{row[1]}\n{row[2]}\n{row[11]}\n{row[6]}"),
            sort_key=fold_search(row[1]),
        )
        for row in rows
    )


def get_film(session: Session, context: Context, *, movie_id: int) -> FilmDetails:
    """One film with everything that can be edited.

    Raises:
        NotFoundError: no such film.
    """
    context.permit(Permission.MANAGE_FILMS)
    return _read(session, select(Movie).where(Movie.movie_id == movie_id), movie_id)


def save_film(
    session: Session, context: Context, *, draft: FilmDraft, movie_id: int | None = None, version: int | None = None
) -> FilmDetails:
    """Store a new film (`movie_id` None) or the changes of one that was read with `version`.

    Texts are stored repaired (`domain.text_repair`): no stray spaces, nothing invisible.

    Raises:
        InvalidFieldsError: a field cannot be used, or the title and year are another film's.
        NotFoundError: no such film.
        StaleEditError: somebody else saved it since; carries `FilmDetails` as they are now.
    """
    context.permit(Permission.MANAGE_FILMS)
    draft = _repair(draft)
    require_fields(check_film(draft))
    if movie_id is not None:
        current = _read(session, select(Movie).where(Movie.movie_id == movie_id).with_for_update(), movie_id)
        if current.version != version:
            raise refuse_stale(session, "movie", movie_id, current)
        if current.draft == draft:
            return current
    values = _values(draft)
    try:
        with session.begin_nested():
            if movie_id is None:
                movie_id = session.execute(insert(Movie).values(values).returning(Movie.movie_id)).scalar_one()
            else:
                session.execute(update(Movie).where(Movie.movie_id == movie_id).values(values))
    except IntegrityError as error:
        raise InvalidFieldsError({"title": "The catalogue has a film with this title of that year."}) from error
    return _read(session, select(Movie).where(Movie.movie_id == movie_id), movie_id)


def delete_film(session: Session, context: Context, *, movie_id: int) -> DeletedFilm:
    """Take a film out of the catalogue and return what it was, for `restore_film`.

    Raises:
        NotFoundError: no such film.
        ConflictError: it has shows, or a price list is for it alone.
    """
    context.permit(Permission.MANAGE_FILMS)
    film = _read(session, select(Movie).where(Movie.movie_id == movie_id).with_for_update(), movie_id)
    if film.shows:
        raise ConflictError(f"'{film.draft.title}' has {film.shows:,} shows; a film with shows stays.")
    lists = session.execute(select(PriceList.name).where(PriceList.movie_id == movie_id)).scalars().all()
    if lists:
        raise ConflictError(f"The price list '{lists[0]}' is for this film alone; change it first.")
    poster = session.execute(
        delete(MoviePoster).where(MoviePoster.movie_id == movie_id).returning(MoviePoster.image)
    ).scalar()
    session.execute(delete(Movie).where(Movie.movie_id == movie_id))
    return DeletedFilm(film=film, poster=poster)


def restore_film(session: Session, context: Context, *, deleted: DeletedFilm) -> FilmDetails:
    """Enter a deleted film again, poster and all; it gets another id.

    Raises:
        InvalidFieldsError: meanwhile somebody has entered a film with its title and year.
    """
    film = save_film(session, context, draft=deleted.film.draft)
    if deleted.poster is None:
        return film
    set_poster(session, context, movie_id=film.movie_id, image=deleted.poster)
    return get_film(session, context, movie_id=film.movie_id)


def set_poster(session: Session, context: Context, *, movie_id: int, image: bytes) -> bytes:
    """Give a film a poster and return the picture as it was stored: a JPEG of at most 600 x 900 pixels.

    Raises:
        InvalidInputError: the file is no picture that can be used (`services.posters.reencode_poster`).
        NotFoundError: no such film.
    """
    context.permit(Permission.MANAGE_FILMS)
    # Before the first statement: a large picture takes a second, and nobody waits for it inside a transaction.
    poster = reencode_poster(image)
    _mark_poster(session, movie_id, has_poster=True)
    session.execute(
        upsert(MoviePoster)
        .values(movie_id=movie_id, image=poster)
        .on_conflict_do_update(index_elements=["movie_id"], set_={"image": poster})
    )
    return poster


def remove_poster(session: Session, context: Context, *, movie_id: int) -> bytes | None:
    """Take a film's poster away and return it; None when there was none.

    Raises:
        NotFoundError: no such film.
    """
    context.permit(Permission.MANAGE_FILMS)
    _mark_poster(session, movie_id, has_poster=False)
    return session.execute(
        delete(MoviePoster).where(MoviePoster.movie_id == movie_id).returning(MoviePoster.image)
    ).scalar()


def preview_film_import(session: Session, context: Context, *, data: bytes) -> FilmImportPreview:
    """Read a JSON or CSV list of films and try it out: what would be taken, mended and refused. Nothing is kept.

    Raises:
        ImportRefusedError: the file as a whole cannot be read.
    """
    context.permit(Permission.MANAGE_FILMS)
    films = parse_films(data, today=context.now.date())
    return FilmImportPreview(films=films, report=import_films(session, context, films=films, dry_run=True))


def store_film_import(session: Session, context: Context, *, films: FilmImport) -> FilmImportReport:
    """Store a list that was previewed: films that the catalogue lacks, and empty fields of those it has."""
    return import_films(session, context, films=films)


def _read(session: Session, statement: Select[Movie], movie_id: int) -> FilmDetails:
    # The session may know the row from before a save: what the database has counts.
    movie = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if movie is None:
        raise NotFoundError("film", movie_id)
    shows = session.execute(select(func.count()).where(Show.movie_id == movie_id)).scalar_one()
    return FilmDetails(
        movie_id=movie.movie_id,
        version=movie.version,
        draft=FilmDraft(
            title=movie.title,
            original_title=movie.original_title or "",
            latin_title=movie.latin_title or "",
            certificate=movie.certificate,
            running_minutes=movie.running_minutes,
            genre=movie.genre,
            distributor=movie.distributor,
            release_date=movie.release_date,
            opens_on=movie.opens_on,
            formats=tuple(movie.formats),
            languages=tuple(movie.languages),
            colour=movie.colour,
        ),
        has_poster=movie.has_poster,
        shows=shows,
    )


def _repair(draft: FilmDraft) -> FilmDraft:
    values: dict[str, Any] = {**vars(draft)}
    values |= {name: repair_text(values[name]).text for name in _TEXTS}
    return FilmDraft(**values)


def _values(draft: FilmDraft) -> dict[str, Any]:
    return {
        **vars(draft),
        "title_key": fold_title(draft.title),
        "original_title": draft.original_title or None,
        "latin_title": draft.latin_title or None,
        "formats": list(draft.formats),
        "languages": list(draft.languages),
    }


def _mark_poster(session: Session, movie_id: int, *, has_poster: bool) -> None:
    marked = session.execute(
        update(Movie).where(Movie.movie_id == movie_id).values(has_poster=has_poster).returning(Movie.movie_id)
    ).scalar()
    if marked is None:
        raise NotFoundError("film", movie_id)
