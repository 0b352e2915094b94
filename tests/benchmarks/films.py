"""The catalogue of 10,000 films: from a changed search text to the painted list."""

from datetime import date, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from boxoffice_desktop.domain.film_editing import FilmLine, fold_search

_FILMS = 10_000
_SEARCHES = ("a", "an", "ang", "night", "night 7", "amelie", "zz", "", "the", "distributor 3", "12", "")
_ROUNDS = 4
_FIRST = [
    "The",
    "Great",
    "Night",
    "Angel",
    "Amélie",
    "Last",
    "Summer",
    "Winter",
    "Train",
    "Stranger",
    "Golden",
    "Silent",
    "Broken",
    "City",
    "River",
    "Moon",
]
_BUDGET_MS = 50


def measure() -> dict[str, dict[str, Any]]:
    """One row: the median search in milliseconds (and the 95th percentile beside it), as the page does them."""
    from PySide6.QtWidgets import QApplication

    from boxoffice_desktop.services import films
    from boxoffice_desktop.ui.manage.films.films_page import FilmsPage
    from boxoffice_desktop.ui.tasks.runner import TaskRunner
    from boxoffice_desktop.ui.widgets.theme import apply_theme
    from tests.ui.fakes import FakeDesk

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    apply_theme(application, dark=False)
    desk = FakeDesk()
    desk.answers = dict.fromkeys((films.list_films,), tuple(map(_film, range(_FILMS))))
    desk.answers[films.get_film] = films.FilmDetails(
        movie_id=1, version=1, draft=films.FilmDraft(title="Film"), has_poster=False, shows=0
    )
    runner = TaskRunner(desk)
    page = FilmsPage(runner)
    page.resize(1290, 740)
    page.show()
    while not runner.is_idle() or not page.model.rows:
        # A benchmark has no event loop of its own.
        application.processEvents()
    took = []
    for _ in range(_ROUNDS):
        for text in _SEARCHES:
            start = perf_counter()
            page.filter.search.setText(text)
            page.table.viewport().repaint()
            took.append((perf_counter() - start) * 1000)
    page.close()
    runner.shutdown(5)
    return {
        "film_search_ms_10000": {
            "value": round(median(took), 1),
            "unit": "ms",
            "budget": _BUDGET_MS,
            "runs": len(took),
            "p95": round(quantiles(took, n=20)[-1], 1),
        }
    }


def _film(number: int) -> FilmLine:
    title = f"{_FIRST[number % len(_FIRST)]} {_FIRST[number * 7 % len(_FIRST)]} {number}"
    distributor = f"Distributor {number % 40}"
    return FilmLine(
        movie_id=number + 1,
        title=title,
        original_title="",
        certificate=("", "PG", "12", "16")[number % 4],
        running_minutes=None if number % 9 == 0 else 60 + number % 120,
        genre=("Drama", "Comedy", "Horror")[number % 3],
        distributor=distributor,
        release_date=date(1930, 1, 1) + timedelta(days=number * 3),
        opens_on=None,
        colour=number % 8,
        has_poster=False,
        search_key=fold_search(f"{title}\n\n\n{distributor}"),
        sort_key=fold_search(title),
    )
