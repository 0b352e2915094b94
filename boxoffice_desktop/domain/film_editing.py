"""A film as a manager enters it, what may be entered, and how one of thousands is found."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter

from boxoffice_desktop.domain.film_fields import FIRST_FILM_YEAR, MAX_RUNNING_MINUTES
from boxoffice_desktop.domain.film_import import MAX_TITLE

COLOURS = 8
_LONGEST = {
    "title": MAX_TITLE,
    "original_title": MAX_TITLE,
    "latin_title": MAX_TITLE,
    "genre": 100,
    "distributor": 200,
    "certificate": 40,
}
_MOST_WORDS, _LONGEST_WORD = 12, 40


@dataclass(frozen=True, kw_only=True)
class FilmDraft:
    """What a manager entered. `formats` and `languages` are what the cinema has of the film, e.g. `3D`, `OmU`."""

    title: str
    original_title: str = ""
    latin_title: str = ""
    certificate: str = ""
    running_minutes: int | None = None
    genre: str = ""
    distributor: str = ""
    release_date: date | None = None
    opens_on: date | None = None
    formats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    colour: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmLine:
    """A film in the catalogue's list. `search_key` is what a search looks into (`fold_search`)."""

    movie_id: int
    title: str
    original_title: str
    certificate: str
    running_minutes: int | None
    genre: str
    distributor: str
    release_date: date | None
    opens_on: date | None
    colour: int
    has_poster: bool
    search_key: str
    sort_key: str


class FilmSort(StrEnum):
    """What the list is sorted by."""

    TITLE = "title"
    RELEASE = "release_date"
    OPENING = "opens_on"
    RUNNING = "running_minutes"
    CERTIFICATE = "certificate"
    GENRE = "genre"
    DISTRIBUTOR = "distributor"


@dataclass(frozen=True, kw_only=True)
class FilmQuery:
    """Which films. Empty texts mean any; every word of `text` must be in the film.

    `with_running_time`: None for all, True for those that can be shown, False for those that still lack it.
    """

    text: str = ""
    genre: str = ""
    certificate: str = ""
    with_running_time: bool | None = None


def check_film(draft: FilmDraft) -> dict[str, str]:
    """What cannot be saved, by field, in words for the field; empty when all is well."""
    return _check_texts(draft) | _check_numbers(draft)


def _check_texts(draft: FilmDraft) -> dict[str, str]:
    problems = {} if draft.title.strip() else {"title": "A film needs a title."}
    for field, longest in _LONGEST.items():
        if len(getattr(draft, field)) > longest:
            problems[field] = f"At most {longest} characters."
    for field in ("formats", "languages"):
        words = getattr(draft, field)
        if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
            problems[field] = f"At most {_MOST_WORDS}, of {_LONGEST_WORD} characters each."
    return problems


def _check_numbers(draft: FilmDraft) -> dict[str, str]:
    problems = {}
    if draft.running_minutes is not None and not 1 <= draft.running_minutes <= MAX_RUNNING_MINUTES:
        problems["running_minutes"] = f"From 1 to {MAX_RUNNING_MINUTES} minutes."
    if draft.release_date is not None and draft.release_date.year < FIRST_FILM_YEAR:
        problems["release_date"] = f"The oldest film is of {FIRST_FILM_YEAR}."
    if draft.opens_on and draft.release_date and draft.opens_on < draft.release_date:
        problems["opens_on"] = "It cannot open before it is released."
    if not 0 <= draft.colour < COLOURS:
        problems["colour"] = "That colour is not in the series."
    return problems


def split_words(text: str) -> tuple[str, ...]:
    """The words between commas, each once, in their order."""
    words = (" ".join(word.split()) for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def fold_search(text: str) -> str:
    """A text for searching: `Amélie` and `AMELIE` are found by `amelie`."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def find_films(films: Sequence[FilmLine], query: FilmQuery) -> Sequence[FilmLine]:
    """The films that match, in the order in which they are given: sorting thousands again at every key is felt."""
    for word in fold_search(query.text).split():
        films = [film for film in films if word in film.search_key]
    if query.genre:
        films = [film for film in films if film.genre == query.genre]
    if query.certificate:
        films = [film for film in films if film.certificate == query.certificate]
    if query.with_running_time is not None:
        films = [film for film in films if (film.running_minutes is not None) is query.with_running_time]
    return films


def sort_films(films: Sequence[FilmLine], by: FilmSort, *, descending: bool = False) -> list[FilmLine]:
    """Sorted by `by`; films without it stand last either way."""
    by_title = sorted(films, key=attrgetter("sort_key"), reverse=descending and by is FilmSort.TITLE)
    if by is FilmSort.TITLE:
        return by_title
    value = attrgetter(by.value)
    known = [film for film in by_title if value(film) not in (None, "")]
    unknown = [film for film in by_title if value(film) in (None, "")]
    return sorted(known, key=value, reverse=descending) + unknown
