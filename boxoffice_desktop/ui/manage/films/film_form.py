"""The fields of one film."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.domain.film_editing import COLOURS, FilmDraft, check_film, split_words
from boxoffice_desktop.services.films import FilmDetails
from boxoffice_desktop.ui.manage.films.poster_box import PosterBox
from boxoffice_desktop.ui.widgets.dialogs import make_button
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, theme

_TEXTS = ("title", "original_title", "latin_title", "certificate", "genre", "distributor")


class FilmForm(QWidget):
    """Shows a film, takes changes.

    Signals:
        save_requested: a `FilmDraft` whose fields are right as far as can be known here.
        delete_requested: the film shall go.
        revert_requested: the changes shall go.
        dirty_changed: whether something is not saved.
    """

    save_requested = Signal(object)
    delete_requested = Signal()
    revert_requested = Signal()
    dirty_changed = Signal(bool)

    def __init__(self, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self.film: FilmDetails | None = None
        self.is_dirty = False
        self.poster = PosterBox()
        self.form = Form(2)
        self._colour = QComboBox()
        self._heading = QLabel()
        self._shows = QLabel()
        self._build()
        self._connect()

    def show_film(self, film: FilmDetails | None) -> None:
        """Show a stored film, or with None empty fields for a new one."""
        self.film = film
        draft = film.draft if film else FilmDraft(title=" ")
        for name in _TEXTS:
            self.form.set_text(name, getattr(draft, name).strip())
        self.form.set_text("running_minutes", "" if draft.running_minutes is None else str(draft.running_minutes))
        self.form.set_day("release_date", draft.release_date)
        self.form.set_day("opens_on", draft.opens_on)
        self.form.set_text("formats", ", ".join(draft.formats))
        self.form.set_text("languages", ", ".join(draft.languages))
        self._colour.setCurrentIndex(draft.colour)
        self.form.show_problems({})
        self._heading.setText(draft.title if film else self.tr("New film"))
        shows = film.shows if film else 0
        known = {0: self.tr("No shows yet"), 1: self.tr("1 show")}
        self._shows.setText(known.get(shows, self.tr("{count} shows").format(count=f"{shows:,}")))
        self._delete.setEnabled(film is not None and not shows)
        self._delete.setToolTip(self.tr("A film with shows stays.") if shows else "")
        self.poster.setEnabled(film is not None)
        self.poster.show_poster(None)
        self._set_dirty(dirty=False)

    def read_draft(self) -> FilmDraft | None:
        """What stands in the fields; None when something cannot be saved, which is then said at its field."""
        reading = Reading(self.form)
        draft = FilmDraft(
            **{name: self.form.text(name) for name in _TEXTS},
            running_minutes=reading.number("running_minutes"),
            release_date=reading.day("release_date"),
            opens_on=reading.day("opens_on"),
            formats=split_words(self.form.text("formats")),
            languages=split_words(self.form.text("languages")),
            colour=self._colour.currentIndex(),
        )
        problems = check_film(draft) | reading.problems
        self.form.show_problems(problems)
        return None if problems else draft

    def save(self) -> None:
        """Ask for the film to be saved, if its fields are right."""
        draft = self.read_draft()
        if draft is not None:
            self.save_requested.emit(draft)

    def set_busy(self, *, busy: bool) -> None:
        """A save is on its way."""
        self._save.setEnabled(not busy and self.is_dirty)

    def _build(self) -> None:
        self._heading.setProperty("role", "title")
        self._heading.setWordWrap(True)
        self._shows.setProperty("role", "small")
        form = self.form
        form.add_line("title", self.tr("Title"), span=2)
        form.add_line("original_title", self.tr("Original title"), span=2)
        form.add_line("latin_title", self.tr("Title in Latin letters, for narrow printers"), span=2)
        form.add_line("running_minutes", self.tr("Running time (minutes)"))
        form.add_line("certificate", self.tr("Certificate"))
        form.add_line("genre", self.tr("Genre"))
        form.add_line("distributor", self.tr("Distributor"))
        form.add_day("release_date", self.tr("Released"), self._locale)
        form.add_day("opens_on", self.tr("Opens here"), self._locale)
        form.add_line("formats", self.tr("Formats"), hint="2D, 3D")
        form.add_line("languages", self.tr("Languages"), hint=self.tr("German, OmU"))
        for place in range(COLOURS):
            self._colour.addItem(self.tr("Colour {number}").format(number=place + 1))
        form.add("colour", self.tr("Colour on the schedule"), self._colour, span=2)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE_INSIDE, 0)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(self.poster)
        column.addWidget(form)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self._save = make_button(self.tr("Save"), self.save, "primary", tip="Ctrl+S")
        self._revert = make_button(self.tr("Discard"), self.revert_requested.emit, tip="Esc")
        self._delete = make_button(self.tr("Delete"), self.delete_requested.emit, "quiet")
        buttons = QHBoxLayout()
        for button in (self._save, self._revert):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._delete)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self._heading)
        layout.addWidget(self._shows)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)
        self.tint_colours()

    def _connect(self) -> None:
        self.form.edited.connect(lambda: self._set_dirty(dirty=True))
        self.form.submitted.connect(self.save)

    def tint_colours(self) -> None:
        """Colour the chips for the theme that is active now."""
        for place in range(COLOURS):
            self._colour.setItemData(place, theme().series(place), Qt.ItemDataRole.DecorationRole)

    def _set_dirty(self, *, dirty: bool) -> None:
        self.is_dirty = dirty
        self._save.setEnabled(dirty)
        self._revert.setEnabled(dirty)
        self.dirty_changed.emit(dirty)
