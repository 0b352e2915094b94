"""Lists of films brought into the catalogue of a real database."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from boxoffice_desktop.domain.errors import NotAllowedError
from boxoffice_desktop.domain.film_import import FilmImport, parse_films
from boxoffice_desktop.services.imports.films import FilmImportReport, import_films
from boxoffice_desktop.services.imports.wording import describe_film_import
from tests.support.cinema import Cinema, Till

TODAY = date(2026, 11, 20)
REAL_LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "movies.json"


def read(*rows: object) -> FilmImport:
    return parse_films(json.dumps(rows).encode(), today=TODAY)


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


@pytest.fixture
def run(manager: Till) -> Callable[..., FilmImportReport]:
    def call(films: FilmImport, **arguments: Any) -> FilmImportReport:
        return manager.call(import_films, films=films, **arguments)

    return call


def catalogue(cinema: Cinema) -> list[tuple[Any, ...]]:
    return cinema.query("SELECT * FROM boxoffice.movie ORDER BY movie_id")


def test_films_are_added_with_all_their_fields(cinema: Cinema, run: Callable[..., FilmImportReport]) -> None:
    report = run(
        read(
            {
                "title": "Δάφνις και Χλόη",
                "latin_title": "Dafnis kai Chloi",
                "original_title": "Daphnis",
                "running_minutes": 66,
                "certificate": "PG",
                "genre": "Romance",
                "distributor": "Astra",
                "release_date": "1931-01-21",
            }
        )
    )
    assert (report.total, report.added, report.unchanged, report.completed) == (1, 1, 0, 0)
    assert cinema.query(
        "SELECT title, latin_title, original_title, running_minutes, certificate, genre, distributor, release_date,"
        " release_year, colour BETWEEN 0 AND 7 FROM boxoffice.movie WHERE latin_title = 'Dafnis kai Chloi'"
    ) == [
        (
            "Δάφνις και Χλόη",
            "Dafnis kai Chloi",
            "Daphnis",
            66,
            "PG",
            "Romance",
            "Astra",
            date(1931, 1, 21),
            1931,
            True,
        )
    ]


def test_importing_twice_changes_nothing(cinema: Cinema, run: Callable[..., FilmImportReport]) -> None:
    films = read({"title": "Wings", "release_date": "1927-08-12"}, {"title": "Wings"}, {"title": 300})
    first = run(films)
    before = catalogue(cinema)
    second = run(films)
    assert (first.added, second.added, second.completed, second.unchanged) == (3, 0, 0, 3)
    assert catalogue(cinema) == before


def test_a_film_of_the_catalogue_keeps_what_it_has_and_gets_what_it_lacks(
    cinema: Cinema, run: Callable[..., FilmImportReport]
) -> None:
    # The small cinema has Nosferatu of 1922 with 94 minutes and PG, without genre.
    films = read(
        {
            "title": "NOSFERATU",
            "release_date": "1922-01-01",
            "running_minutes": 81,
            "certificate": "X",
            "genre": "Horror",
        }
    )
    report = run(films)
    assert (report.added, report.completed, report.unchanged) == (0, 1, 0)
    assert cinema.query("SELECT title, running_minutes, certificate, genre, release_date FROM boxoffice.movie") == [
        ("Nosferatu", 94, "PG", "Horror", date(1922, 3, 4))
    ]
    assert run(films).unchanged == 1


def test_a_remake_is_a_film_of_its_own(cinema: Cinema, run: Callable[..., FilmImportReport]) -> None:
    assert run(read({"title": "Nosferatu", "release_date": "1979-01-17"})).added == 1
    assert len(catalogue(cinema)) == 2


def test_a_dry_run_counts_and_keeps_nothing(cinema: Cinema, run: Callable[..., FilmImportReport]) -> None:
    before = catalogue(cinema)
    films = read({"title": "Wings"}, {"title": "Nosferatu", "release_date": "1922-03-04", "genre": "Horror"})
    report = run(films, dry_run=True)
    assert (report.added, report.completed, report.dry_run) == (1, 1, True)
    assert catalogue(cinema) == before
    # The control: the same list does change something.
    assert run(films).added == 1
    assert catalogue(cinema) != before


def test_refused_rows_and_mendings_are_reported(run: Callable[..., FilmImportReport]) -> None:
    report = run(read({"Title": None}, {"Title": "LÈon", "Running Time min": 0}, {"Title": "Léon"}))
    assert [(each.row, each.reason) for each in report.refused] == [
        (1, "the title is missing"),
        (3, "double: the same title without a year is in row 2"),
    ]
    assert [each.row for each in report.mendings] == [2, 2]
    lines = list(describe_film_import(report))
    assert "  refused row 1: the title is missing" in lines
    assert any("'Léon': broken characters were restored" in line for line in lines)


def test_the_report_names_ignored_columns_and_can_leave_mendings_out(run: Callable[..., FilmImportReport]) -> None:
    report = run(read({"title": 300, "Budget": 5}), dry_run=True)
    lines = list(describe_film_import(report, with_mendings=False))
    assert lines[0] == "Tried only; nothing was kept."
    assert "Columns without a meaning here: Budget" in lines
    assert not any("mended  row" in line for line in lines)


def test_progress_counts_up_to_all_films(run: Callable[..., FilmImportReport]) -> None:
    seen: list[tuple[int, int]] = []
    run(read(*({"title": f"Film {i}"} for i in range(2500))), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_cashier_may_not_import_films(cinema: Cinema) -> None:
    cashier = cinema.till("Counter 1", "carla")
    with pytest.raises(NotAllowedError):
        cashier.call(import_films, films=read({"title": "Wings"}))
    assert len(catalogue(cinema)) == 1


def test_an_empty_list_is_a_report_of_noughts(run: Callable[..., FilmImportReport]) -> None:
    report = run(read())
    assert (report.total, report.added) == (0, 0)


@pytest.mark.skipif(not REAL_LIST.is_file(), reason="the list of 3,201 real films is not on this machine")
def test_the_real_list_comes_in_whole_and_only_once(cinema: Cinema, run: Callable[..., FilmImportReport]) -> None:
    films = parse_films(REAL_LIST.read_bytes(), today=TODAY)
    report = run(films)
    assert (report.total, report.added, len(report.refused)) == (3201, 3200, 1)
    assert report.refused[0].reason == "the title is missing"
    assert cinema.query(
        "SELECT title, release_year FROM boxoffice.movie"
        " WHERE title IN ('Gone with the Wind', '300', 'Léon', 'Alien³', 'Ben-Hur') ORDER BY title, release_year"
    ) == [
        ("300", 2007),
        ("Alien³", 1992),
        ("Ben-Hur", 1925),
        ("Ben-Hur", 1959),
        ("Gone with the Wind", 1939),
        ("Léon", 1994),
    ]
    before = catalogue(cinema)
    again = run(films)
    assert (again.added, again.completed, again.unchanged) == (0, 0, 3200)
    assert catalogue(cinema) == before
