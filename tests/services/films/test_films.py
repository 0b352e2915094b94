from dataclasses import replace
from datetime import date

import pytest

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import ConflictError, ImportRefusedError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.film_editing import FilmDraft
from boxoffice_desktop.services import films
from tests.services.films.pictures import picture
from tests.support.cinema import Cinema, Till

METROPOLIS = FilmDraft(
    title="Metropolis",
    original_title="Metropolis",
    certificate="12",
    running_minutes=153,
    genre="Science fiction",
    distributor="Parufamet",
    release_date=date(1927, 1, 10),
    opens_on=date(2026, 12, 3),
    formats=("2D", "70 mm"),
    languages=("silent",),
    colour=4,
)


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


def test_a_new_film_is_stored_with_every_field(manager: Till) -> None:
    stored = manager.call(films.save_film, draft=METROPOLIS)
    assert manager.call(films.get_film, movie_id=stored.movie_id).draft == METROPOLIS


def test_the_list_has_every_film_by_title(manager: Till) -> None:
    manager.call(films.save_film, draft=METROPOLIS)
    assert [line.title for line in manager.call(films.list_films)] == ["Metropolis", "Nosferatu"]


def test_a_change_moves_the_version_on(manager: Till) -> None:
    film = manager.call(films.get_film, movie_id=1)
    changed = manager.call(films.save_film, draft=replace(film.draft, genre="Horror"), movie_id=1, version=film.version)
    assert (changed.draft.genre, changed.version) == ("Horror", film.version + 1)


def test_saving_what_is_there_changes_nothing(manager: Till) -> None:
    film = manager.call(films.get_film, movie_id=1)
    assert manager.call(films.save_film, draft=film.draft, movie_id=1, version=film.version) == film


def test_the_second_of_two_managers_is_shown_the_first_ones_change(manager: Till) -> None:
    film = manager.call(films.get_film, movie_id=1)
    first = replace(film.draft, genre="Horror")
    manager.call(films.save_film, draft=first, movie_id=1, version=film.version)
    with pytest.raises(StaleEditError) as stale:
        manager.call(films.save_film, draft=replace(film.draft, certificate="16"), movie_id=1, version=film.version)
    assert isinstance(stale.value.current, films.FilmDetails)
    assert (stale.value.current.draft, stale.value.changed_by) == (first, "Mona")
    assert stale.value.changed_at is not None


def test_a_stale_save_goes_through_with_the_version_it_was_shown(manager: Till) -> None:
    film = manager.call(films.get_film, movie_id=1)
    now = manager.call(films.save_film, draft=replace(film.draft, genre="Horror"), movie_id=1, version=film.version)
    saved = manager.call(films.save_film, draft=film.draft, movie_id=1, version=now.version)
    assert saved.draft == film.draft


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  \u200b "),
        ("title", "x" * 501),
        ("genre", "x" * 101),
        ("running_minutes", 0),
        ("running_minutes", 601),
        ("release_date", date(1800, 1, 1)),
        ("opens_on", date(1900, 1, 1)),
        ("formats", tuple(str(n) for n in range(13))),
        ("colour", 8),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(manager: Till, field: str, value: object) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(films.save_film, draft=replace(METROPOLIS, **{field: value}))
    assert list(invalid.value.problems) == [field]


def test_all_wrong_fields_are_named_at_once(manager: Till) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(films.save_film, draft=FilmDraft(title="", running_minutes=-1))
    assert set(invalid.value.problems) == {"title", "running_minutes"}


def test_a_title_of_the_same_year_is_refused_at_the_title(manager: Till) -> None:
    manager.call(films.save_film, draft=METROPOLIS)
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(films.save_film, draft=replace(METROPOLIS, title=" METROPOLIS"))
    assert list(invalid.value.problems) == ["title"]


def test_a_remake_is_another_film(manager: Till) -> None:
    first = manager.call(films.save_film, draft=METROPOLIS)
    remake = manager.call(films.save_film, draft=replace(METROPOLIS, release_date=date(2001, 5, 26)))
    assert first.movie_id != remake.movie_id


def test_a_film_that_is_not_there_is_said_so(manager: Till) -> None:
    with pytest.raises(NotFoundError):
        manager.call(films.save_film, draft=METROPOLIS, movie_id=99, version=1)


def test_a_cashier_changes_no_film(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(films.save_film, draft=METROPOLIS)


def test_a_film_without_shows_can_go_with_its_poster_and_come_back(manager: Till) -> None:
    film = manager.call(films.save_film, draft=METROPOLIS)
    manager.call(films.set_poster, movie_id=film.movie_id, image=picture())
    gone = manager.call(films.delete_film, movie_id=film.movie_id)
    assert [line.title for line in manager.call(films.list_films)] == ["Nosferatu"]
    back = manager.call(films.restore_film, deleted=gone)
    assert (back.draft, back.has_poster) == (METROPOLIS, True)


def test_a_film_with_shows_stays(manager: Till) -> None:
    with pytest.raises(ConflictError, match="shows"):
        manager.call(films.delete_film, movie_id=1)


def test_a_poster_is_stored_and_taken_away_again(manager: Till, cinema: Cinema) -> None:
    stored = manager.call(films.set_poster, movie_id=1, image=picture())
    assert [bytes(row[0]) for row in cinema.query("SELECT image FROM boxoffice.movie_poster")] == [stored]
    assert manager.call(films.get_film, movie_id=1).has_poster
    assert manager.call(films.remove_poster, movie_id=1) == stored
    assert not manager.call(films.get_film, movie_id=1).has_poster


def test_a_preview_of_an_import_keeps_nothing(manager: Till) -> None:
    data = b"title,running_minutes\nMetropolis,153\n,90\nM,abc\n"
    preview = manager.call(films.preview_film_import, data=data)
    assert (preview.report.added, len(preview.report.refused), preview.report.mended) == (2, 1, 1)
    assert len(manager.call(films.list_films)) == 1


def test_what_was_previewed_is_stored(manager: Till) -> None:
    preview = manager.call(films.preview_film_import, data=b"title\nMetropolis\nM\n")
    assert manager.call(films.store_film_import, films=preview.films).added == 2
    assert len(manager.call(films.list_films)) == 3


def test_a_file_that_is_no_list_is_refused(manager: Till) -> None:
    with pytest.raises(ImportRefusedError):
        manager.call(films.preview_film_import, data=b"\x89PNG\r\n\x1a\n")
