"""Film lists: every row is imported, mended or refused by a stated rule."""

# Titles in their own letters are what is tested here, also those that look like others.
# ruff: noqa: RUF001

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.domain.film_import import FilmImport, iterate_mendings, parse_films
from boxoffice_desktop.domain.film_reading import MAX_ROWS

TODAY = date(2026, 11, 20)


def parse(*rows: object) -> FilmImport:
    return parse_films(json.dumps(rows).encode(), today=TODAY)


def parse_csv(text: str, encoding: str = "utf-8") -> FilmImport:
    return parse_films(text.encode(encoding), today=TODAY)


def film(**fields: object) -> dict[str, object]:
    return {"Title": "Wings", **fields}


def mendings_of(row: Mapping[str, object]) -> tuple[str, ...]:
    return parse(row).films[0].mendings


def test_a_row_is_imported_with_all_its_fields() -> None:
    found = parse(
        {
            "Title": "Metropolis",
            "Original Title": "Metropolis (1927)",
            "Release Date": "Jan 10 1927",
            "Running Time min": 153,
            "MPAA Rating": "PG",
            "Major Genre": "Drama",
            "Distributor": "Parufamet",
        }
    ).films[0]
    assert (found.title, found.original_title, found.release_date) == (
        "Metropolis",
        "Metropolis (1927)",
        date(1927, 1, 10),
    )
    assert (found.running_minutes, found.certificate, found.genre, found.distributor) == (
        153,
        "PG",
        "Drama",
        "Parufamet",
    )
    assert found.mendings == ()
    assert found.key == ("metropolis", 1927)


def test_plain_keys_are_understood() -> None:
    found = parse(
        {
            "title": "Metropolis",
            "latin_title": "Metropolis",
            "running_minutes": 153,
            "certificate": "12A",
            "opening_date": "1927-01-10",
        }
    ).films[0]
    assert (found.running_minutes, found.certificate, found.release_date) == (153, "12A", date(1927, 1, 10))


def test_a_list_may_stand_in_an_object() -> None:
    assert parse_films(b'{"movies": [{"title": "Wings"}]}', today=TODAY).total == 1


def test_headings_without_a_meaning_are_named() -> None:
    assert parse(film(Budget=1), film(Budget=2, Stars=3)).ignored == ("Budget", "Stars")


@pytest.mark.parametrize(("raw", "title"), [(300, "300"), (1776, "1776"), (8.5, "8.5"), (10**25, "1" + "0" * 25)])
def test_a_number_as_title_becomes_its_digits(raw: float, title: str) -> None:
    found = parse({"Title": raw}).films[0]
    assert found.title == title


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Title": None}, "missing"),
        ({}, "missing"),
        ({"Title": float("nan")}, "missing"),
        ({"Title": " \t"}, "blank"),
        ({"Title": "\u200b\x01"}, "blank"),
        ({"Title": True}, "no text"),
        ({"Title": ["a"]}, "no text"),
        ({"Title": float("inf")}, "no text"),
        ({"Title": {"en": "a"}}, "no text"),
        ({"Title": "x" * 501}, "501 characters"),
        ("Wings", "no object"),
        (None, "no object"),
        (7, "no object"),
    ],
)
def test_a_row_without_a_usable_title_is_refused_with_its_reason(row: object, reason: str) -> None:
    result = parse({"Title": "First"}, row)
    assert [(r.row, reason in r.reason) for r in result.refused] == [(2, True)]
    assert result.total == 2


def test_the_second_row_of_the_same_title_and_year_is_a_double() -> None:
    result = parse(
        {"Title": "Hamlet", "Release Date": "Dec 25 1996"},
        {"Title": " HAMLET", "Release Date": "1996-01-01"},
    )
    assert [f.row for f in result.films] == [1]
    assert result.refused[0].reason == "double: the same title of 1996 is in row 1"


def test_the_same_title_in_another_year_is_a_remake() -> None:
    result = parse(
        {"Title": "Hamlet", "Release Date": "Dec 25 1996"},
        {"Title": "Hamlet", "Release Date": "May 12 2000"},
        {"Title": "Hamlet"},
    )
    assert [f.key for f in result.films] == [("hamlet", 1996), ("hamlet", 2000), ("hamlet", None)]


def test_doubles_are_judged_after_mending() -> None:
    result = parse({"Title": "LÈon"}, {"Title": "Léon"})
    assert [f.title for f in result.films] == ["Léon"]
    assert result.refused[0].reason == "double: the same title without a year is in row 1"


@pytest.mark.parametrize("raw", [None, "", "  "], ids=repr)
def test_a_missing_running_time_is_no_fault(raw: object) -> None:
    result = parse(film(running_minutes=raw))
    assert (result.films[0].running_minutes, result.films[0].mendings) == (None, ())
    assert result.without_running_time == 1


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        (1, 1),
        (600, 600),
        ("102", 102),
        ("102 min", 102),
        ("1h 42m", 102),
        ("1:42", 102),
        (102.0, 102),
        ("102.0 m", 102),
    ],
)
def test_running_times_are_read(raw: object, minutes: int) -> None:
    found = parse(film(running_minutes=raw)).films[0]
    assert (found.running_minutes, found.mendings) == (minutes, ())


def test_a_broken_running_time_is_rounded_up() -> None:
    found = parse(film(running_minutes=101.2)).films[0]
    assert found.running_minutes == 102
    assert "rounded" in found.mendings[0]


@pytest.mark.parametrize(
    "raw", [0, -5, 601, "0", 10**30, 1e999, True, "two hours", [90], {"m": 1}, "9" * 400], ids=repr
)
def test_an_impossible_running_time_is_dropped_and_said(raw: object) -> None:
    found = parse(film(running_minutes=raw)).films[0]
    assert found.running_minutes is None
    assert len(found.mendings) == 1
    assert len(found.mendings[0]) < 120


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Jun 12 1998", date(1998, 6, 12)),
        ("June 12, 1998", date(1998, 6, 12)),
        ("12 June 1998", date(1998, 6, 12)),
        ("12.6.1998", date(1998, 6, 12)),
        ("1998-06-12", date(1998, 6, 12)),
        ("1998-06-12T00:00:00Z", date(1998, 6, 12)),
        ("1888-10-14", date(1888, 10, 14)),
    ],
)
def test_dates_are_read_in_forms_that_mean_one_day(raw: str, expected: date) -> None:
    found = parse(film(release_date=raw)).films[0]
    assert (found.release_date, found.mendings) == (expected, ())


@pytest.mark.parametrize("raw", ["1998", 1998], ids=repr)
def test_a_year_alone_becomes_its_first_of_january(raw: object) -> None:
    found = parse(film(release_date=raw)).films[0]
    assert found.release_date == date(1998, 1, 1)
    assert "only the year" in found.mendings[0]


@pytest.mark.parametrize(
    "raw",
    ["03/04/2010", "Feb 30 2001", "Foo 12 2001", "soon", True, 7, [1], "0001-01-01", "1700-01-01", "99999-01-01"],
    ids=repr,
)
def test_a_date_that_cannot_be_is_dropped_and_said(raw: object) -> None:
    result = parse(film(release_date=raw))
    assert result.films[0].release_date is None
    assert len(result.films[0].mendings) == 1
    assert result.without_release_date == 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Dec 15 2039", date(1939, 12, 15)),
        ("2028-11-21", date(1928, 11, 21)),
        ("2028-11-20", date(2028, 11, 20)),
        ("2128-02-29", date(2028, 2, 29)),
        ("2140-01-01", None),
        ("9999-12-31", None),
    ],
)
def test_a_date_more_than_two_years_ahead_is_taken_from_the_century_before(raw: str, expected: date | None) -> None:
    found = parse(film(release_date=raw)).films[0]
    assert found.release_date == expected
    assert bool(found.mendings) == (raw != "2028-11-20")


def test_a_leap_day_moves_to_the_28th_where_there_is_none() -> None:
    result = parse_films(b'[{"title": "Wings", "release_date": "2000-02-29"}]', today=date(1990, 1, 1))
    assert result.films[0].release_date == date(1900, 2, 28)


def many_films(*extra: str, count: int = 300) -> list[dict[str, str]]:
    dates = [f"{1990 + i % 20}-05-01" for i in range(count)] + list(extra)
    return [{"title": f"Film {i}", "release_date": day} for i, day in enumerate(dates)]


def test_dates_after_the_lists_own_time_are_mended_when_the_list_is_known_to_err() -> None:
    result = parse(*many_films("2039-12-15", "2016-12-24", "2012-01-01"))
    assert [f.release_date and f.release_date.year for f in result.films[-3:]] == [1939, 1916, 2012]


def test_a_list_without_certain_mistakes_may_have_one_new_film() -> None:
    result = parse(*many_films("2025-12-24"))
    assert result.films[-1].release_date == date(2025, 12, 24)
    assert result.mended == ()


def test_a_short_list_has_no_time_of_its_own() -> None:
    result = parse(*many_films("2039-12-15", "2016-12-24", count=50))
    assert result.films[-1].release_date == date(2016, 12, 24)


@pytest.mark.parametrize("raw", ["Not Rated", "open", " NR ", None, ""], ids=repr)
def test_no_certificate_is_no_text_and_no_fault(raw: object) -> None:
    found = parse(film(certificate=raw)).films[0]
    assert found.certificate == ""
    assert not any("dropped" in note for note in found.mendings)


def test_other_texts_are_repaired_and_dropped_when_unusable() -> None:
    found = parse(film(genre="ComÈdie", distributor=["a", "b"], certificate="x" * 41)).films[0]
    assert (found.genre, found.distributor, found.certificate) == ("Comédie", "", "")
    assert len(found.mendings) == 3


def test_mendings_are_listed_with_their_film() -> None:
    result = parse(film(), {"Title": 300, "running_minutes": 0})
    assert [(row.row, note.split()[0]) for row, note in iterate_mendings(result)] == [(2, "the"), (2, "running")]
    assert [f.row for f in result.mended] == [2]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_its_delimiter(delimiter: str) -> None:
    lines = [["Title", "Running Time min", "Release Date"], ["Wings", "144", "Aug 12 1927"], ['"A, B; C\tD"', "", ""]]
    result = parse_csv("\r\n".join(delimiter.join(line) for line in lines))
    assert [(f.title, f.running_minutes) for f in result.films] == [("Wings", 144), ("A, B; C D", None)]


def test_csv_from_a_spreadsheet_has_a_mark_in_front() -> None:
    assert parse_csv("title\nMetropolis\n", "utf-8-sig").films[0].title == "Metropolis"
    assert parse_csv("title\nMetropolis\n", "utf-16").films[0].title == "Metropolis"


def test_csv_that_is_no_utf_8_is_read_as_windows_1252_with_a_warning() -> None:
    result = parse_csv("title\nAmélie – l'été\n", "cp1252")
    assert result.films[0].title == "Amélie – l'été"
    assert "Windows-1252" in result.warnings[0]


def test_a_csv_row_with_too_many_cells_is_refused() -> None:
    result = parse_csv("title,genre\nCrouching Tiger, Hidden Dragon,Action\nWings,War\n")
    assert [r.row for r in result.refused] == [1]
    assert "3 cells" in result.refused[0].reason
    assert [f.row for f in result.films] == [2]


def test_a_csv_row_that_ends_early_is_mended() -> None:
    assert parse_csv("title,genre,distributor\nWings\n\n").films[0].mendings == ("the row ends 2 cells early",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b"name,minutes\nWings,144\n",
        b'title\n"never closed\nWings\n',
        b'title\n"a" b\n',
        b"title\n" + b"x" * 200_000,
        b"[",
        b'[{"title": "a",}]',
        b"{}",
        b'{"movies": 7}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "[\ud800]".encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_list_of_films_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(ImportRefusedError):
        parse_films(data, today=TODAY)


def test_broken_json_is_refused_with_its_place() -> None:
    with pytest.raises(ImportRefusedError) as refusal:
        parse_films(b'[\n  {"title": oops}\n]', today=TODAY)
    assert refusal.value.place == "line 2, column 13"


def test_more_films_than_any_catalogue_has_are_refused_with_their_number() -> None:
    with pytest.raises(ImportRefusedError, match="200,001"):
        parse_films(b"[" + b"0," * MAX_ROWS + b"0]", today=TODAY)


def test_a_number_of_a_million_digits_does_not_hold_up_the_import() -> None:
    result = parse_films(b'[{"title": "Wings", "running_minutes": ' + b"9" * 1_000_000 + b"}]", today=TODAY)
    assert result.films[0].running_minutes is None


def test_progress_is_told_now_and_then() -> None:
    seen: list[tuple[int, int]] = []
    data = json.dumps([{"title": f"Film {i}"} for i in range(1100)]).encode()
    parse_films(data, today=TODAY, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 1100), (1000, 1100)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
film_keys = st.sampled_from(["Title", "title", "Release Date", "Running Time min", "MPAA Rating", "Major Genre"])


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.dictionaries(film_keys, json_values) | json_values, max_size=8))
def test_whatever_a_list_holds_every_row_is_imported_or_refused(rows: Sequence[Any]) -> None:
    result = parse_films(json.dumps(rows).encode(), today=TODAY)
    assert sorted([f.row for f in result.films] + [r.row for r in result.refused]) == list(range(1, len(rows) + 1))
    assert all(f.title and len(f.title) <= 500 for f in result.films)
    assert all(f.running_minutes is None or 1 <= f.running_minutes <= 600 for f in result.films)
    assert len({f.key for f in result.films}) == len(result.films)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused_as_csv(text: str) -> None:
    try:
        result = parse_films(b"title,genre\n" + text.encode("utf-8", "replace"), today=TODAY)
    except ImportRefusedError:
        return
    assert all(f.title for f in result.films)
