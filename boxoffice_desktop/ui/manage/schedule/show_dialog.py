"""One show as a form: for putting one on by keys, and for changing what dragging cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QTimeEdit, QWidget

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.schedule import MAX_ADVERTISING_MINUTES, MAX_BREAK_MINUTES, add_minutes
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, HallRow, ShowBlock
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, keep_narrow, make_form, make_label
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.date_field import DateField

_FORMATS = ("2D", "3D", "IMAX", "Atmos", "70 mm", "35 mm")


@dataclass(frozen=True, kw_only=True)
class ShowValues:
    """What the form says."""

    movie_id: int
    hall_id: int
    starts_at: datetime
    advertising_minutes: int
    pause_minutes: int
    format: str
    language: str


class ShowDialog(AskDialog):
    """The form of a show. `values` raises nothing: it is None while the time does not exist."""

    def __init__(
        self,
        title: str,
        deed: str,
        *,
        halls: Sequence[HallRow],
        films: Sequence[CatalogueFilm],
        zone: ZoneInfo,
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, deed, parent)
        self._zone = zone
        self._words = words
        self._halls = {hall.hall_id: hall for hall in halls}
        self._running = {film.movie_id: film.running_minutes or 0 for film in films}
        self.film, self.hall, self.which = QComboBox(), QComboBox(), QComboBox()
        self.day, self.time = DateField(words.locale), QTimeEdit()
        self.advertising, self.pause = QSpinBox(), QSpinBox()
        self.format, self.language = QComboBox(), QLineEdit()
        self._ends = make_label("", "muted")
        self._build(halls, films)
        self._connect()

    def _build(self, halls: Sequence[HallRow], films: Sequence[CatalogueFilm]) -> None:
        for box in (self.film, self.hall, self.which):
            keep_narrow(box)
        for film in films:
            self.film.addItem(film.title, film.movie_id)
        for hall in halls:
            self.hall.addItem(
                self.tr("{hall} ({count} seats)").format(hall=hall.name, count=hall.capacity), hall.hall_id
            )
        self.which.addItem(self.tr("the first, before the clocks go back"), False)
        self.which.addItem(self.tr("the second, after the clocks went back"), True)
        self.time.setDisplayFormat("HH:mm")
        self.advertising.setRange(0, MAX_ADVERTISING_MINUTES)
        self.pause.setRange(0, MAX_BREAK_MINUTES)
        for spin in (self.advertising, self.pause):
            spin.setSuffix(self.tr(" min"))
            spin.setSingleStep(5)
        self.format.setEditable(True)
        self.format.addItems(list(_FORMATS))
        self._form = make_form()
        for name, field in (
            (self.tr("Film"), self.film),
            (self.tr("Hall"), self.hall),
            (self.tr("Day"), self.day),
            (self.tr("Start"), self.time),
            (self.tr("Which one"), self.which),
            (self.tr("Advertising"), self.advertising),
            (self.tr("Break"), self.pause),
            (self.tr("Format"), self.format),
            (self.tr("Language"), self.language),
        ):
            self._form.addRow(name, field)
        self._form.addRow("", self._ends)
        self.body.addLayout(self._form)

    def _connect(self) -> None:
        self.day.textEdited.connect(lambda _text: self._look())
        self.time.timeChanged.connect(self._look)
        self.film.currentIndexChanged.connect(self._look)
        self.advertising.valueChanged.connect(self._look)
        self.pause.valueChanged.connect(self._look)
        self.which.currentIndexChanged.connect(self._look)
        self.hall.currentIndexChanged.connect(self._take_cleaning)

    def show_block(self, block: ShowBlock) -> None:
        """Fill the form with a show."""
        if self.film.findData(block.movie_id) < 0:
            self.film.insertItem(0, block.title, block.movie_id)
        self._running[block.movie_id] = block.running_minutes
        self._fill(block.movie_id, block.hall_id, block.span.starts_at, block.advertising_minutes, block.pause_minutes)
        self.format.setCurrentText(block.format)
        self.language.setText(block.language)

    def show_new(self, film: CatalogueFilm | None, hall_id: int, starts_at: datetime) -> None:
        """Fill the form for a show to be."""
        if film is not None and self.film.findData(film.movie_id) < 0:
            self.film.insertItem(0, film.title, film.movie_id)
            self._running[film.movie_id] = film.running_minutes or 0
        movie_id = film.movie_id if film is not None else self.film.itemData(0)
        self._fill(movie_id, hall_id, starts_at, 15, self._halls[hall_id].cleaning_minutes)

    def values(self) -> ShowValues | None:
        """What the form says, or None while its time does not exist."""
        starts_at = self._starts_at()
        if starts_at is None or self.film.currentData() is None or self.hall.currentData() is None:
            return None
        return ShowValues(
            movie_id=self.film.currentData(),
            hall_id=self.hall.currentData(),
            starts_at=starts_at,
            advertising_minutes=self.advertising.value(),
            pause_minutes=self.pause.value(),
            format=self.format.currentText().strip(),
            language=self.language.text().strip(),
        )

    def _fill(self, movie_id: int | None, hall_id: int, starts_at: datetime, advertising: int, pause: int) -> None:
        self.film.setCurrentIndex(self.film.findData(movie_id))
        self.hall.setCurrentIndex(self.hall.findData(hall_id))
        self.day.show_day(starts_at.date())
        self.time.setTime(QTime(starts_at.hour, starts_at.minute))
        self.which.setCurrentIndex(starts_at.fold)
        self.advertising.setValue(advertising)
        self.pause.setValue(pause)
        self._look()
        self.time.setFocus()

    def _take_cleaning(self) -> None:
        hall = self._halls.get(self.hall.currentData())
        if hall is not None:
            self.pause.setValue(hall.cleaning_minutes)

    def _moment(self, *, later: bool | None) -> datetime:
        day, at = self.day.read_day(), self.time.time()
        if day is None:
            raise InvalidInputError("day", "Enter a day.")
        return local_moment(day, time(at.hour(), at.minute()), self._zone, later=later)

    def _starts_at(self) -> datetime | None:
        try:
            return self._moment(later=bool(self.which.currentData()))
        except InvalidInputError:
            return None

    def _look(self) -> None:
        """Say what the time means: when the film ends, that it comes twice, or never."""
        starts_at = self._starts_at()
        if starts_at is None:
            self._form.setRowVisible(self.which, False)
            self._ends.clear()
            self.say(
                self.tr("Enter a day like {example}.").format(example=self.day.say_example())
                if self.day.find_day() is None
                else self.tr("The clocks go forward then: this time does not exist.")
            )
            return
        self.say("")
        self._form.setRowVisible(self.which, self._comes_twice())
        running = self._running.get(self.film.currentData(), 0)
        end = add_minutes(starts_at, self.advertising.value() + running)
        free = add_minutes(end, self.pause.value())
        self._ends.setText(
            self.tr("{day} · film ends {end}, hall free {free}").format(
                day=self._words.day_long(starts_at), end=self._words.time(end), free=self._words.time(free)
            )
            if running
            else self.tr("This film has no running time yet: enter it under Films.")
        )

    def _comes_twice(self) -> bool:
        try:
            self._moment(later=None)
        except InvalidInputError:
            return True
        return False
