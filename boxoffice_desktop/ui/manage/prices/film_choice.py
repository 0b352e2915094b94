"""A line in which one of thousands of films, or of many shows, is chosen by typing."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.services.promotions import ShowOption


def complete_films(line: QLineEdit, films: Sequence[FilmLine]) -> dict[str, int]:
    """Complete what is typed to a film's label; returns the film of each label."""
    labels = {_label(film): film.movie_id for film in films}
    _complete(line, labels)
    return labels


def complete_shows(line: QLineEdit, shows: Sequence[ShowOption], locale: str) -> dict[str, ShowOption]:
    """Complete what is typed, a title or a day, to a show's label; returns the show of each label."""
    labels = {f"{format_date_time(each.starts_at, locale)} · {each.title} · {each.hall_name}": each for each in shows}
    _complete(line, labels)
    return labels


def _complete(line: QLineEdit, labels: Iterable[str]) -> None:
    completer = QCompleter(list(labels), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    line.setCompleter(completer)
    completer.activated.connect(lambda _text: line.textEdited.emit(line.text()))


def _label(film: FilmLine) -> str:
    return f"{film.title} ({film.release_date.year})" if film.release_date else film.title
