"""The poster, read back with Qt's own PDF reader."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.schedule_poster import PosterFilm, PosterShow, PosterWeek, render_poster
from boxoffice_desktop.domain.errors import InvalidInputError

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = date(2026, 5, 4)


def show(day: int, hour: int, note: str = "Hall 1") -> PosterShow:
    at = datetime(2026, 5, 4, hour, 15, tzinfo=VIENNA) + timedelta(days=day)
    return PosterShow(day=MONDAY + timedelta(days=day), starts_at=at, note=note)


def film(title: str, *shows: PosterShow, facts: str = "PG · 94 min") -> PosterFilm:
    return PosterFilm(title=title, latin_title=None, facts=facts, shows=shows)


def week(*films: PosterFilm) -> PosterWeek:
    return PosterWeek(first_day=MONDAY, films=films)


def read(pdf: bytes) -> tuple[list[str], QPdfDocument]:
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    assert document.status() is QPdfDocument.Status.Ready
    return [document.getAllText(page).text() for page in range(document.pageCount())], document


def test_a_week_is_one_page_of_a4_with_films_days_and_times(qapp: object) -> None:
    pdf = render_poster("Rialto", "Gdynia", [week(film("Nosferatu", show(0, 20), show(4, 17)))], locale="en_GB")
    (text,), document = read(pdf)
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (595, 842)
    for word in (
        "Rialto",
        "Gdynia",
        "Nosferatu",
        "94 min",
        "20:15",
        "17:15",
        "Hall 1",
        "Mon 4",
        "Sun 10",
        "10 May 2026",
    ):
        assert word in text


def test_every_week_begins_a_page(qapp: object) -> None:
    weeks = [week(film("A", show(0, 20))), PosterWeek(first_day=MONDAY + timedelta(days=7), films=())]
    texts, _ = read(render_poster("Rialto", "", weeks, locale="en_GB"))
    assert len(texts) == 2
    assert "17 May 2026" in texts[1]


def test_films_that_do_not_fit_go_on_to_another_page_and_none_is_lost(qapp: object) -> None:
    films = [film(f"Film number {number}", show(1, 20), show(1, 22), show(2, 12)) for number in range(40)]
    texts, _ = read(render_poster("Rialto", "", [week(*films)], locale="de_AT"))
    assert len(texts) > 1
    assert all(f"Film number {number}" in " ".join(" ".join(texts).split()) for number in range(40))
    assert all("Rialto" in text for text in texts)


def test_scripts_and_long_titles_come_out_whole_or_cut_never_as_an_error(qapp: object) -> None:
    titles = ("狂った一頁", "ليلى", "राजा हरिश्चन्द्र", "Δάφνις και Χλόη", "A very long title " * 30, "")
    texts, _ = read(render_poster("Rialto", "", [week(*(film(each, show(1, 20)) for each in titles))], locale="en_GB"))
    assert "Δάφνις" in texts[0]


def test_a_day_of_more_shows_than_a_page_holds_ends_at_its_foot(qapp: object) -> None:
    shows = tuple(show(0, 20) for _ in range(200))
    texts, _ = read(
        render_poster("Rialto", "", [week(film("Loop", *shows), film("Next", show(1, 18)))], locale="en_GB")
    )
    assert len(texts) == 2
    assert "Next" in texts[1]


def test_a_footer_stands_on_every_page(qapp: object) -> None:
    (text,), _ = read(render_poster("Rialto", "", [week()], locale="en_GB", footer="Doors open at 14:00"))
    assert "Doors open at 14:00" in text


def test_no_week_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        render_poster("Rialto", "", [], locale="en_GB")
