"""The catalogue: search on the left, the film on the right."""

from collections.abc import Callable, Sequence
from dataclasses import fields

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_short, format_date_time
from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.film_editing import FilmDraft, FilmLine, FilmSort, find_films, sort_films
from boxoffice_desktop.services import films
from boxoffice_desktop.services.films import DeletedFilm, FilmDetails
from boxoffice_desktop.services.imports.films import FilmImportReport
from boxoffice_desktop.services.programme import get_poster
from boxoffice_desktop.ui.manage.films.film_filter import FilmFilter
from boxoffice_desktop.ui.manage.films.film_form import FilmForm
from boxoffice_desktop.ui.manage.films.import_flow import ImportFlow
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import StaleDialog, ask_unsaved, make_button, make_label, say_unsaved
from boxoffice_desktop.ui.widgets.rows_model import Column, RowsModel, RowsTable
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, theme_notifier

_FORM_WIDTH = 420
_SORTS = (
    FilmSort.TITLE,
    FilmSort.RELEASE,
    FilmSort.OPENING,
    FilmSort.RUNNING,
    FilmSort.CERTIFICATE,
    FilmSort.GENRE,
    FilmSort.DISTRIBUTOR,
)


class FilmsPage(QWidget):
    """A page of the window.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
        told: a sentence of good news.
        undo_offered: a sentence, and a callable that takes back what it tells of.
    """

    message_posted = Signal(object)
    told = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._locale = tasks.desk.describe().locale
        self._films: Sequence[FilmLine] = ()
        self.filter = FilmFilter()
        self.model: RowsModel[FilmLine] = RowsModel(self._list_columns(), self)
        self.table = RowsTable(self.model, self.tr("Films"))
        self.form = FilmForm(self._locale)
        self.imports = ImportFlow(tasks, self)
        self._empty = make_label(self.tr("No film chosen.\n\nNew makes one, Import… reads a list."), "muted")
        self._side = QStackedWidget()
        self._build()
        self._connect()
        self.reload()

    def reload(self) -> None:
        """Read the catalogue again; the film that is chosen stays chosen."""
        self._tasks.read(self, films.list_films, {}, done=self._on_films_read, failed=self._fail, key="list")

    def may_leave(self) -> bool:
        """Whether nothing is unsaved."""
        return not self.form.is_dirty

    def leave(self) -> None:
        """Nothing is held."""

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        return say_unsaved(self.tr("the film"))

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page, for the help."""
        return (
            ("/", self.tr("Search")),
            ("Ctrl+N", self.tr("New film")),
            ("Ctrl+S", self.tr("Save the film")),
            ("Ctrl+I", self.tr("Import a list")),
            ("Enter", self.tr("From the list into the film; in a field: save")),
            ("Esc", self.tr("Discard the changes, back to the list")),
        )

    def add_film(self) -> None:
        """Begin a new film."""
        self._guard(self._start_new)

    def _list_columns(self) -> list[Column[FilmLine]]:
        def day(value: object) -> str:
            return format_date_short(value, self._locale) if value else ""  # type: ignore[arg-type]  # a date or None

        return [
            Column(title=self.tr("Title"), text=lambda film: film.title, width=0, colour=lambda film: film.colour),
            Column(title=self.tr("Released"), text=lambda film: day(film.release_date), width=9),
            Column(title=self.tr("Opens"), text=lambda film: day(film.opens_on), width=9),
            Column(
                title=self.tr("Min"),
                text=lambda film: str(film.running_minutes or "\N{EN DASH}"),
                width=4,
                is_number=True,
            ),
            Column(title=self.tr("Cert."), text=lambda film: film.certificate, width=6),
            Column(title=self.tr("Genre"), text=lambda film: film.genre, width=12),
            Column(title=self.tr("Distributor"), text=lambda film: film.distributor, width=14),
        ]

    def _build(self) -> None:
        title = QLabel(self.tr("Films"))
        title.setProperty("role", "title")
        self._new = make_button(self.tr("New film"), self.add_film, "primary", tip="Ctrl+N")
        head = QHBoxLayout()
        head.setSpacing(SPACE_INSIDE)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.imports.button)
        head.addWidget(self._new)
        left = QVBoxLayout()
        left.setSpacing(SPACE_INSIDE)
        left.addLayout(head)
        left.addWidget(self.filter)
        left.addWidget(self.table, 1)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._side.addWidget(self._empty)
        self._side.addWidget(self.form)
        self._side.setFixedWidth(_FORM_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        row.setSpacing(SPACE_BETWEEN)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        self.table.setSortingEnabled(False)
        self.table.horizontalHeader().setSortIndicatorShown(True)
        self.table.horizontalHeader().setSectionsClickable(True)
        self.table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setFocusProxy(self.filter.search)

    def _connect(self) -> None:
        self.filter.changed.connect(self.show_matches)
        self.imports.failed.connect(self._fail)
        self.imports.stored.connect(self._on_imported)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda _place, _order: self.sort())
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.table.activated.connect(lambda _index: self.form.form.focus_field("title"))
        self.form.save_requested.connect(self._save)
        self.form.revert_requested.connect(self._revert)
        self.form.delete_requested.connect(self._ask_delete)
        self.form.poster.image_given.connect(self._set_poster)
        self.form.poster.remove_requested.connect(self._remove_poster)
        self.form.poster.failed.connect(lambda error: self.form.poster.show_problem(str(error)))
        theme_notifier().changed.connect(self.form.tint_colours)
        for keys, act in (
            ("/", self.filter.search.setFocus),
            ("Ctrl+N", self.add_film),
            ("Ctrl+I", self.imports.choose_list),
            ("Ctrl+S", self.form.save),
            ("Esc", self._revert),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def sort(self) -> None:
        """Put the catalogue into the order of the heading that was clicked."""
        header = self.table.horizontalHeader()
        by = _SORTS[max(0, header.sortIndicatorSection())]
        descending = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        self._films = sort_films(self._films, by, descending=descending)
        self.show_matches()

    def show_matches(self) -> None:
        """Show the films that match the filters."""
        found = find_films(self._films, self.filter.query)
        chosen = self.form.film.movie_id if self.form.film else None
        selection = self.table.selectionModel()
        # The film in the form stays there while one searches: only a choice changes it.
        was_blocked = selection.blockSignals(True)
        self.model.show_rows(found)
        self._mark(chosen)
        selection.blockSignals(was_blocked)
        self.filter.show_count(len(found), len(self._films))

    def _mark(self, movie_id: int | None) -> bool:
        for row, film in enumerate(self.model.rows):
            if film.movie_id == movie_id:
                self.table.select_row(row)
                return True
        return False

    def _on_films_read(self, found: tuple[FilmLine, ...]) -> None:
        self._films = found
        self.filter.show_choices(found)
        self.sort()
        if found and self.form.film is None and self._side.currentWidget() is self._empty:
            self.table.select_row(0)

    def _on_imported(self, report: FilmImportReport) -> None:
        added, completed = f"{report.added:,}", f"{report.completed:,}"
        self.told.emit(self.tr("{added} films added, {completed} completed.").format(added=added, completed=completed))
        self.reload()

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        film = self.model.row_at(current)
        shown = self.form.film.movie_id if self.form.film else None
        if film is None or (film.movie_id == shown and self._side.currentWidget() is self.form):
            return
        if self.form.is_dirty:
            self._mark(shown)
            self._guard(lambda: self._open(film.movie_id))
            return
        self._open(film.movie_id)

    def _open(self, movie_id: int) -> None:
        arguments = {"movie_id": movie_id}
        self._tasks.read(self, films.get_film, arguments, done=self._show_film, failed=self._fail, key="film")

    def _show_film(self, film: FilmDetails) -> None:
        if self.form.is_dirty:
            return
        self._put(film)

    def _put(self, film: FilmDetails) -> None:
        self.form.show_film(film)
        self._side.setCurrentWidget(self.form)
        self._mark(film.movie_id)
        if film.has_poster:
            self._tasks.read(
                self, get_poster, {"movie_id": film.movie_id}, done=self.form.poster.show_poster, key="poster"
            )

    def _start_new(self) -> None:
        self.form.show_film(None)
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self._side.setCurrentWidget(self.form)
        self.form.form.focus_field("title")

    def _guard(self, go_on: Callable[[], object]) -> None:
        """Go on at once, or after asking what shall become of unsaved changes."""
        if not self.form.is_dirty:
            go_on()
            return

        def discard() -> None:
            self.form.show_film(self.form.film)
            go_on()

        ask_unsaved(self.tr("the film"), save=self.form.save, discard=discard, parent=self)

    def _save(self, draft: FilmDraft, version: int | None = None) -> None:
        film = self.form.film
        arguments = {
            "draft": draft,
            "movie_id": film.movie_id if film else None,
            "version": version if version is not None or film is None else film.version,
        }
        self.form.set_busy(busy=True)
        self._tasks.write(
            self,
            films.save_film,
            arguments,
            done=self._on_saved,
            failed=lambda error: self._on_save_failed(error, draft),
        )

    def _on_saved(self, film: FilmDetails) -> None:
        self._put(film)
        self.told.emit(self.tr("{title} is saved.").format(title=film.draft.title))
        self.reload()

    def _on_save_failed(self, error: Exception, draft: FilmDraft) -> None:
        self.form.set_busy(busy=False)
        if isinstance(error, InvalidFieldsError):
            self.form.form.show_problems(error.problems)
        elif isinstance(error, StaleEditError) and isinstance(error.current, FilmDetails):
            self._ask_stale(error, error.current, draft)
        else:
            self._fail(error)

    def _ask_stale(self, error: StaleEditError, current: FilmDetails, draft: FilmDraft) -> None:
        when = format_date_time(error.changed_at, self._locale) if error.changed_at else ""
        who = self.tr("{person} saved this film while you worked on it ({when}).").format(
            person=error.changed_by, when=when
        )
        differences = [
            (field.name.replace("_", " "), _say(getattr(draft, field.name)), _say(getattr(current.draft, field.name)))
            for field in fields(draft)
            if getattr(draft, field.name) != getattr(current.draft, field.name)
        ]
        StaleDialog(
            who,
            differences,
            keep_mine=lambda: self._save(draft, current.version),
            take_theirs=lambda: self._put(current),
            parent=self,
        ).open()

    def _revert(self) -> None:
        if self.form.film is None and self._side.currentWidget() is self.form:
            self.form.show_film(None)
            self._side.setCurrentWidget(self._empty)
        elif self.form.film is not None:
            self._put(self.form.film)
        self.table.setFocus()

    def _ask_delete(self) -> None:
        film = self.form.film
        if film is None:
            return
        arguments = {"movie_id": film.movie_id}
        self._tasks.write(self, films.delete_film, arguments, done=self._on_deleted, failed=self._fail)

    def _on_deleted(self, deleted: DeletedFilm) -> None:
        self.form.show_film(None)
        self._side.setCurrentWidget(self._empty)
        text = self.tr("{title} is deleted.").format(title=deleted.film.draft.title)
        self.undo_offered.emit(text, lambda: self._restore(deleted))
        self.reload()

    def _restore(self, deleted: DeletedFilm) -> None:
        self._tasks.write(self, films.restore_film, {"deleted": deleted}, done=self._on_saved, failed=self._fail)

    def _set_poster(self, image: bytes) -> None:
        film = self.form.film
        if film is not None:
            self._write_poster(films.set_poster, {"movie_id": film.movie_id, "image": image})

    def _remove_poster(self) -> None:
        film = self.form.film
        if film is None:
            return

        def offer(old: bytes | None) -> None:
            self._refresh_version(film.movie_id)
            if old:
                arguments = {"movie_id": film.movie_id, "image": old}
                undo = self.tr("The poster is removed.")
                self.undo_offered.emit(undo, lambda: self._write_poster(films.set_poster, arguments))

        self._tasks.write(self, films.remove_poster, {"movie_id": film.movie_id}, done=offer, failed=self._fail)

    def _write_poster(self, operation: Callable[..., bytes], arguments: dict[str, object]) -> None:
        movie_id = arguments["movie_id"]

        def refuse(error: Exception) -> None:
            if isinstance(error, InvalidInputError):
                self.form.poster.show_problem(str(error))
            else:
                self._fail(error)

        self._tasks.write(
            self, operation, arguments, done=lambda _image: self._refresh_version(movie_id), failed=refuse
        )

    def _refresh_version(self, movie_id: object) -> None:
        """A poster moves the film's version on; what is typed meanwhile stays."""

        def take(film: FilmDetails) -> None:
            if self.form.film is None or self.form.film.movie_id != film.movie_id:
                return
            if self.form.is_dirty:
                self.form.film = film
            else:
                self._put(film)
            if not film.has_poster:
                self.form.poster.show_poster(None)
            elif self.form.is_dirty:
                self._tasks.read(self, get_poster, {"movie_id": movie_id}, done=self.form.poster.show_poster)

        self._tasks.read(self, films.get_film, {"movie_id": movie_id}, done=take, failed=self._fail)

    def _fail(self, error: Exception) -> None:
        self.message_posted.emit(error)


def _say(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "\N{EN DASH}" if value in (None, "") else str(value)
