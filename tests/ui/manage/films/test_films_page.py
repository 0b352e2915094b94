from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.film_editing import FilmDraft, FilmLine, fold_search
from boxoffice_desktop.domain.film_import import parse_films
from boxoffice_desktop.services import films
from boxoffice_desktop.services.films import DeletedFilm, FilmDetails, FilmImportPreview
from boxoffice_desktop.services.imports.films import FilmImportReport
from boxoffice_desktop.ui.manage.films.films_page import FilmsPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk

NOSFERATU = FilmDraft(
    title="Nosferatu", running_minutes=94, certificate="12A", genre="Horror", release_date=date(1922, 3, 4)
)
DETAILS = FilmDetails(movie_id=1, version=7, draft=NOSFERATU, has_poster=False, shows=0)


def line(movie_id: int, title: str, **changes: object) -> FilmLine:
    film = FilmLine(
        movie_id=movie_id,
        title=title,
        original_title="",
        certificate="PG",
        running_minutes=90,
        genre="Drama",
        distributor="",
        release_date=None,
        opens_on=None,
        colour=0,
        has_poster=False,
        search_key=fold_search(title),
        sort_key=fold_search(title),
    )
    return replace(film, **changes)  # type: ignore[arg-type]  # a test's shorthand


LINES = (
    line(1, "Nosferatu", genre="Horror", release_date=date(1922, 3, 4)),
    line(2, "Amélie", certificate="15", release_date=date(2001, 4, 25)),
    line(3, "Metropolis", running_minutes=None),
)


class Page:
    def __init__(self, page: FilmsPage, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot) -> None:
        self.page, self.desk, self._tasks, self._qtbot = page, desk, tasks, qtbot
        self.errors: list[object] = []
        self.undo: list[tuple[str, Callable[[], object]]] = []
        page.message_posted.connect(self.errors.append)
        page.undo_offered.connect(lambda text, act: self.undo.append((text, act)))

    def settle(self) -> None:
        self._qtbot.waitUntil(self._tasks.is_idle)

    def titles(self) -> list[str]:
        return [film.title for film in self.page.model.rows]

    def enter(self, field: str, text: str) -> None:
        """Type into a field with real keys."""
        self.page.form.form.focus_field(field)
        editor = QApplication.focusWidget() or self.page.form.form._editors[field]
        self._qtbot.keyClick(editor, Qt.Key.Key_Delete)
        self._qtbot.keyClicks(editor, text)

    def asked(self, operation: Callable[..., object]) -> list[dict[str, object]]:
        return [arguments for each, arguments in self.desk.asked if each == operation]

    def press(self, dialog: type[ChoiceDialog], text: str) -> None:
        (found,) = [each for each in self.page.findChildren(dialog) if each.isVisible()]
        (button,) = [each for each in found.findChildren(QPushButton) if each.text() == text]
        button.click()


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> Iterator[Page]:
    desk.answers = {films.list_films: LINES, films.get_film: DETAILS}
    widget = FilmsPage(tasks)
    qtbot.addWidget(widget)
    widget.resize(1290, 740)
    show_in_front(qtbot, widget)
    hands = Page(widget, desk, tasks, qtbot)
    hands.settle()
    yield hands
    hands.settle()


def test_the_list_stands_by_title_and_the_first_film_is_open(page: Page) -> None:
    assert page.titles() == ["Amélie", "Metropolis", "Nosferatu"]
    assert page.page.form.form.text("title") == "Nosferatu"


@pytest.mark.parametrize(("text", "found"), [("AMELIE", ["Amélie"]), ("o s", ["Metropolis", "Nosferatu"]), ("x", [])])
def test_searching_finds_words_without_case_and_accents(page: Page, text: str, found: list[str]) -> None:
    page.page.filter.search.setText(text)
    assert page.titles() == found


def test_filters_narrow_the_list(page: Page, qtbot: QtBot) -> None:
    box = page.page.filter._running
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert page.titles() == ["Metropolis"]


def test_a_heading_sorts_and_films_without_the_value_stand_last(page: Page) -> None:
    header = page.page.table.horizontalHeader()
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert page.titles() == ["Amélie", "Nosferatu", "Metropolis"]


def test_a_wrong_field_is_said_at_the_field_and_nothing_is_sent(page: Page) -> None:
    page.enter("running_minutes", "ninety")
    page.page.form.save()
    page.settle()
    assert page.page.form.form.problems() == {"running_minutes": "A whole number."}
    assert page.asked(films.save_film) == []


def test_enter_in_a_field_saves_with_the_version_that_was_read(page: Page, qtbot: QtBot) -> None:
    page.desk.answers[films.save_film] = replace(DETAILS, version=8)
    page.enter("genre", "Silent")
    qtbot.keyClick(page.page.form.form._editors["genre"], Qt.Key.Key_Return)
    page.settle()
    draft = replace(NOSFERATU, genre="Silent")
    assert page.asked(films.save_film) == [{"draft": draft, "movie_id": 1, "version": 7}]
    assert not page.page.form.is_dirty


def test_what_the_service_refuses_stands_at_its_field(page: Page) -> None:
    page.desk.answers[films.save_film] = InvalidFieldsError({"title": "Taken."})
    page.enter("title", "Metropolis")
    page.page.form.save()
    page.settle()
    assert page.page.form.form.problems() == {"title": "Taken."}
    assert page.page.form.is_dirty


def test_the_others_change_is_shown_and_can_be_saved_over(page: Page) -> None:
    theirs = replace(DETAILS, version=9, draft=replace(NOSFERATU, certificate="15"))
    page.desk.answers[films.save_film] = StaleEditError(
        theirs, changed_by="Sam", changed_at=datetime(2026, 3, 20, tzinfo=UTC)
    )
    page.enter("genre", "Silent")
    page.page.form.save()
    page.settle()
    page.desk.answers[films.save_film] = replace(DETAILS, version=10)
    page.press(StaleDialog, "Save mine over it")
    page.settle()
    assert page.asked(films.save_film)[-1]["version"] == 9


def test_the_others_change_can_be_taken(page: Page) -> None:
    theirs = replace(DETAILS, version=9, draft=replace(NOSFERATU, certificate="15"))
    page.desk.answers[films.save_film] = StaleEditError(theirs, changed_by="Sam")
    page.enter("genre", "Silent")
    page.page.form.save()
    page.settle()
    page.press(StaleDialog, "Take theirs")
    assert (page.page.form.form.text("certificate"), page.page.form.form.text("genre")) == ("15", "Horror")


def test_unsaved_changes_are_asked_about_before_another_film_opens(page: Page) -> None:
    page.enter("genre", "Silent")
    page.desk.answers[films.get_film] = replace(DETAILS, movie_id=3, draft=replace(NOSFERATU, title="Metropolis"))
    page.page.table.select_row(1)
    page.settle()
    assert page.page.form.form.text("title") == "Nosferatu"
    page.press(ChoiceDialog, "Discard")
    page.settle()
    assert page.page.form.form.text("title") == "Metropolis"


def test_a_deleted_film_can_be_taken_back(page: Page) -> None:
    deleted = DeletedFilm(film=DETAILS, poster=None)
    page.desk.answers[films.delete_film] = deleted
    page.desk.answers[films.restore_film] = DETAILS
    page.page.form._delete.click()
    page.settle()
    ((text, undo),) = page.undo
    assert text == "Nosferatu is deleted."
    undo()
    page.settle()
    assert page.asked(films.restore_film) == [{"deleted": deleted}]


def test_a_picture_that_is_none_is_said_at_the_poster(page: Page, tmp_path: Path) -> None:
    page.desk.answers[films.set_poster] = InvalidInputError("poster", "That is no picture.")
    (tmp_path / "x.jpg").write_bytes(b"no picture")
    page.page.form.poster.take_file(str(tmp_path / "x.jpg"))
    page.settle()
    assert page.page.form.poster._problem.text() == "That is no picture."
    assert page.errors == []


def test_an_import_is_shown_row_by_row_before_it_is_stored(page: Page, tmp_path: Path) -> None:
    data = b"title,genre\nMetropolis,\nElan,\n ,x\n"
    parsed = parse_films(data, today=date(2026, 3, 20))
    report = FilmImportReport(
        total=3,
        added=2,
        completed=0,
        unchanged=0,
        mended=0,
        without_running_time=2,
        without_release_date=2,
        without_certificate=2,
        refused=parsed.refused,
        mendings=(),
        ignored=(),
        warnings=(),
        dry_run=True,
    )
    page.desk.answers[films.preview_film_import] = FilmImportPreview(films=parsed, report=report)
    page.desk.answers[films.store_film_import] = report
    (tmp_path / "list.csv").write_bytes(data)
    page.page.imports.preview_list(str(tmp_path / "list.csv"))
    page.settle()
    dialog = page.page.imports.dialog
    assert dialog is not None
    assert [dialog.tabs.tabText(place) for place in range(3)] == ["Taken (2)", "Mended (0)", "Refused (1)"]
    assert page.asked(films.store_film_import) == []
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Import").click()
    page.settle()
    assert page.asked(films.store_film_import) == [{"films": parsed}]


def test_the_page_is_not_left_with_something_unsaved(page: Page) -> None:
    assert page.page.may_leave()
    page.enter("genre", "Silent")
    assert not page.page.may_leave()
    page.page.form.revert_requested.emit()
    page.settle()
    assert page.page.may_leave()
