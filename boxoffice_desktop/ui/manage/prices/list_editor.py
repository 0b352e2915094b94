"""One price list: when it holds, and its prices."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.film_editing import FilmLine
from boxoffice_desktop.domain.price_editing import PriceListDraft, check_price_list
from boxoffice_desktop.services.price_lists import PriceBook, PriceListDetails
from boxoffice_desktop.ui.manage.prices.film_choice import complete_films
from boxoffice_desktop.ui.manage.prices.price_grid import PriceGrid, PriceGridModel
from boxoffice_desktop.ui.widgets.dialogs import make_button, make_label
from boxoffice_desktop.ui.widgets.flow_layout import FlowLayout
from boxoffice_desktop.ui.widgets.form import Form, Reading
from boxoffice_desktop.ui.widgets.price_words import weekday_name
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_WEEK = range(1, 8)


class ListEditor(QWidget):
    """Shows a price list, takes changes.

    Signals:
        save_requested: a `PriceListDraft` that is right as far as can be known here.
        revert_requested: the changes shall go.
        copy_requested: a `PriceListDraft` to begin a new list with.
    """

    save_requested = Signal(object)
    revert_requested = Signal()
    copy_requested = Signal(object)

    def __init__(self, currency: str, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self.details: PriceListDetails | None = None
        self.is_dirty = False
        self._films: dict[str, int] = {}
        self.form = Form(4)
        self.model = PriceGridModel(currency, locale, self)
        self.grid = PriceGrid(self.model)
        self._tax = QComboBox()
        self._active = QCheckBox(self.tr("In use"))
        self._days: dict[int, QPushButton] = {}
        self._problem = make_label("", "error")
        self._build()
        self.form.edited.connect(lambda: self.set_dirty(dirty=True))
        self.form.submitted.connect(self.save)
        self.model.edited.connect(self._on_price_edited)
        self.model.refused.connect(self._problem.setText)

    @property
    def films(self) -> Mapping[str, int]:
        """The films that can be chosen, by what stands in the line."""
        return self._films

    def show_films(self, films: Sequence[FilmLine]) -> None:
        """Offer these films for the condition."""
        self._films = complete_films(self._film, films)
        if self.details is not None and not self.is_dirty:
            self._show_film(self.details.draft.movie_id)

    def show_list(self, book: PriceBook, draft: PriceListDraft, details: PriceListDetails | None) -> None:
        """Show a stored list, or with `details` None a new one that begins as `draft`."""
        self.details = details
        self._tax.clear()
        for rate in book.tax_rates:
            self._tax.addItem(rate.name, rate.tax_rate_id)
        self._tax.setCurrentIndex(max(0, self._tax.findData(draft.tax_rate_id)))
        self.form.set_text("name", draft.name)
        self.form.set_text("priority", str(draft.priority))
        for name in ("from_time", "to_time"):
            at = getattr(draft, name)
            self.form.set_text(name, at.isoformat("minutes") if at else "")
        for name in ("valid_from", "valid_to"):
            self.form.set_day(name, getattr(draft, name))
        self.form.set_text("format", draft.format or "")
        self._show_film(draft.movie_id)
        for number, button in self._days.items():
            button.setChecked(draft.weekdays is None or number in draft.weekdays)
        self._active.setChecked(draft.is_active)
        self.model.show_prices(book.areas, book.ticket_types, draft.amounts)
        self.show_problems({})
        self.set_dirty(dirty=details is None)

    def read_draft(self) -> PriceListDraft | None:
        """What stands on the screen; None when something cannot be saved, which is then said where it stands."""
        reading = Reading(self.form)
        days = frozenset(number for number, button in self._days.items() if button.isChecked())
        film = self.form.text("movie_id").strip()
        draft = PriceListDraft(
            name=self.form.text("name").strip(),
            tax_rate_id=self._tax.currentData() or 0,
            priority=reading.number("priority") or 0,
            weekdays=None if len(days) == len(_WEEK) else days,
            from_time=reading.clock("from_time"),
            to_time=reading.clock("to_time"),
            valid_from=reading.day("valid_from"),
            valid_to=reading.day("valid_to"),
            format=self.form.text("format").strip() or None,
            movie_id=self._films.get(film),
            is_active=self._active.isChecked(),
            amounts=self.model.amounts,
        )
        problems = check_price_list(draft) | reading.problems
        if film and draft.movie_id is None:
            problems["movie_id"] = self.tr("No such film; choose one of the list.")
        self.show_problems(problems)
        return None if problems else draft

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong where it stands."""
        self.form.show_problems(problems)
        self._problem.setText(problems.get("amounts") or problems.get("weekdays") or "")

    def save(self) -> None:
        """Ask for the list to be saved, if it is right."""
        draft = self.read_draft()
        if draft is not None:
            self.save_requested.emit(draft)

    def set_dirty(self, *, dirty: bool) -> None:
        """Say whether something is not saved."""
        self.is_dirty = dirty
        self._save.setEnabled(dirty)
        self._revert.setEnabled(dirty)

    def _build(self) -> None:
        form = self.form
        form.add_line("name", self.tr("Name"), span=3)
        form.add("is_active", self.tr("In use"), self._active)
        form.add_line("from_time", self.tr("Shows from"), hint="18:00")
        form.add_line("to_time", self.tr("Shows before"), hint="02:00")
        form.add_line("priority", self.tr("Priority")).setToolTip(self.tr("Of the lists that hold, the highest wins"))
        form.add("tax", self.tr("Tax"), self._tax)
        # Two columns each: a day and its calendar's button are wider than a time.
        form.add_day("valid_from", self.tr("First day"), self._locale, span=2)
        form.add_day("valid_to", self.tr("Last day"), self._locale, span=2)
        self._film = form.add_line("movie_id", self.tr("Film"), hint=self.tr("any"), span=3)
        form.add_line("format", self.tr("Format"), hint=self.tr("any"))
        days = FlowLayout(across=4)
        for number in _WEEK:
            button = QPushButton(weekday_name(number, self._locale))
            button.setCheckable(True)
            button.clicked.connect(lambda _checked: self.set_dirty(dirty=True))
            self._days[number] = button
            days.addWidget(button)
        self._save = make_button(self.tr("Save"), self.save, "primary", tip="Ctrl+S")
        self._revert = make_button(self.tr("Discard"), self.revert_requested.emit)
        copy = make_button(self.tr("Copy as new list"), self._copy, "quiet")
        buttons = QHBoxLayout()
        for each in (self._save, self._revert):
            buttons.addWidget(each)
        buttons.addWidget(self._problem, 1)
        buttons.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(form)
        layout.addLayout(days)
        layout.addWidget(self.grid, 1)
        layout.addLayout(buttons)

    def _copy(self) -> None:
        draft = self.read_draft()
        if draft is not None:
            self.copy_requested.emit(draft)

    def _show_film(self, movie_id: int | None) -> None:
        label = next((label for label, number in self._films.items() if number == movie_id), "")
        if movie_id is not None and not label and self.details is not None:
            label = self.details.movie_title
            self._films[label] = movie_id
        self.form.set_text("movie_id", label)

    def _on_price_edited(self) -> None:
        self._problem.setText("")
        self.set_dirty(dirty=True)
