"""A line in which one of thousands of films is chosen by typing."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from boxoffice_desktop.domain.film_editing import FilmLine


def complete_films(line: QLineEdit, films: Sequence[FilmLine]) -> dict[str, int]:
    """Complete what is typed to a film's label; returns the film of each label."""
    labels = {_label(film): film.movie_id for film in films}
    completer = QCompleter(list(labels), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    line.setCompleter(completer)
    completer.activated.connect(lambda _text: line.textEdited.emit(line.text()))
    return labels


def _label(film: FilmLine) -> str:
    return f"{film.title} ({film.release_date.year})" if film.release_date else film.title
