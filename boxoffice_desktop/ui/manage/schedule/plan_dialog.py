"""The generator: films by rank, each with halls, times and days; the plan beside it changes with every key."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

from PySide6.QtCore import Qt, QTime, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTimeEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.week_plan import FilmWish, WeekPlan
from boxoffice_desktop.services.schedule.reading import CatalogueFilm, HallRow
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, keep_narrow, make_label
from boxoffice_desktop.ui.manage.schedule.plan_preview import PlanPreview
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, set_icon

_TIMES = re.compile(r"^([01]?\d|2[0-3])[:.]?([0-5]\d)$")
_REST_MS = 350
_ACROSS, _HALLS_ACROSS = 7, 4
_LONGEST_NAME = 14
_NARROWEST = 900
_DEFAULT_TIMES = "14:30, 17:15, 20:15"


def parse_times(text: str) -> tuple[time, ...] | None:
    """Times like `14:30, 17.15 2015`, sorted out of doubles; None when a word is no time."""
    found: dict[time, None] = {}
    for word in re.split(r"[,;\s]+", text.strip()):
        if not word:
            continue
        match = _TIMES.match(word)
        if match is None:
            return None
        found[time(int(match[1]), int(match[2]))] = None
    return tuple(found)


class WishCard(QFrame):
    """A film with its halls, times and days.

    Signals:
        changed: something else is wished.
        removed: the card should go.
    """

    changed = Signal()
    removed = Signal()

    def __init__(
        self, films: Sequence[CatalogueFilm], halls: Sequence[HallRow], days: Sequence[date], words: Words
    ) -> None:
        super().__init__()
        self._films = {film.movie_id: film for film in films if film.running_minutes}
        self._days = tuple(days)
        self.setProperty("card", True)
        self.film = QComboBox()
        keep_narrow(self.film)
        for film in self._films.values():
            self.film.addItem(film.title, film.movie_id)
        self.film.setAccessibleName(self.tr("Film"))
        self.times = QLineEdit(_DEFAULT_TIMES)
        self.times.setAccessibleName(self.tr("Starts, separated by commas"))
        self.advertising = QSpinBox()
        self.advertising.setRange(0, 90)
        self.advertising.setValue(15)
        self.advertising.setSuffix(self.tr(" min ads"))
        self.advertising.setAccessibleName(self.tr("Advertising"))
        self.in_prime = QCheckBox(self.tr("Also in prime time"))
        self.in_prime.setChecked(True)
        self.halls = [self._toggle(hall.name, hall.hall_id) for hall in halls]
        self.days = [self._toggle(words.day(day), day) for day in days]
        self._build()

    def _build(self) -> None:
        remove = QToolButton()
        set_icon(remove, "trash", "muted")
        remove.setToolTip(self.tr("Remove this film"))
        remove.setAccessibleName(self.tr("Remove this film"))
        remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(self.film, 1)
        head.addWidget(self.advertising)
        head.addWidget(remove)
        foot = QHBoxLayout()
        foot.addWidget(self.times, 1)
        foot.addWidget(self.in_prime)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_INSIDE)
        layout.addLayout(head)
        layout.addLayout(self._wrap(self.halls, _HALLS_ACROSS))
        layout.addLayout(self._wrap(self.days, _ACROSS))
        layout.addLayout(foot)
        self.film.currentIndexChanged.connect(self.changed)
        self.times.textChanged.connect(self.changed)
        self.advertising.valueChanged.connect(self.changed)
        self.in_prime.toggled.connect(self.changed)

    def _toggle(self, text: str, value: object) -> QPushButton:
        short = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
        button = QPushButton(short)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.setChecked(True)
        button.setAutoDefault(False)
        button.setProperty("value", value)
        button.setMinimumWidth(56)
        button.setProperty("narrow", True)
        button.toggled.connect(self.changed)
        return button

    @staticmethod
    def _wrap(buttons: Sequence[QPushButton], across: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, button in enumerate(buttons):
            grid.addWidget(button, place // across, place % across)
        return grid

    def wish(self) -> FilmWish | None:
        """What is wished; None when a time cannot be read or there is no film."""
        film = self._films.get(self.film.currentData())
        times = parse_times(self.times.text())
        if film is None or times is None:
            return None
        chosen_days = [day for day, button in zip(self._days, self.days, strict=True) if button.isChecked()]
        return FilmWish(
            movie_id=film.movie_id,
            title=film.title,
            running_minutes=film.running_minutes or 1,
            hall_ids=tuple(button.property("value") for button in self.halls if button.isChecked()),
            times=times,
            days=tuple(chosen_days),
            advertising_minutes=self.advertising.value(),
            in_prime=self.in_prime.isChecked(),
        )


class PlanDialog(AskDialog):
    """Wishes on the left, the plan on the right.

    Signals:
        preview_requested: the arguments of `preview_week`, when the wishes rest for a moment.
    """

    preview_requested = Signal(object)

    def __init__(
        self,
        *,
        first_day: date,
        films: Sequence[CatalogueFilm],
        halls: tuple[HallRow, ...],
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("Generate a week"), self.tr("Make drafts"), parent)
        self._films, self._halls, self._words = tuple(films), halls, words
        self._days = tuple(first_day + timedelta(days=ahead) for ahead in range(7))
        self.cards: list[WishCard] = []
        self.plan = WeekPlan(shows=(), conflicts=())
        self.preview = PlanPreview(halls, words)
        self.add = QPushButton(self.tr("Another film"))
        self.prime_from, self.prime_until = QTimeEdit(QTime(18, 0)), QTimeEdit(QTime(21, 30))
        self.shift, self.stagger = QSpinBox(), QSpinBox()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._build()
        self._rest.timeout.connect(self.ask)
        self.add.clicked.connect(self.add_card)
        self.deed.setEnabled(False)
        self.add_card()

    def _build(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_INSIDE)
        self._list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_icon(self.add, "plus")
        self.add.setAutoDefault(False)
        left = QVBoxLayout()
        hint = self.tr("Films in the order of their rank: in prime time the first gets the largest hall.")
        left.addWidget(make_label(hint, "muted"))
        left.addWidget(scroll, 1)
        left.addWidget(self.add)
        left.addLayout(self._build_rules())
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_BETWEEN)
        columns.addLayout(left, 7)
        columns.addWidget(self.preview, 6)
        self.body.addLayout(columns, 1)
        self.setMinimumWidth(_NARROWEST)
        self.prefer_size(1290, 690)

    def _build_rules(self) -> QGridLayout:
        rules = QGridLayout()
        for spin, most, value in ((self.shift, 120, 30), (self.stagger, 60, 0)):
            spin.setRange(0, most)
            spin.setSingleStep(5)
            spin.setValue(value)
            spin.setSuffix(self.tr(" min"))
            spin.valueChanged.connect(self._rest.start)
        for edit in (self.prime_from, self.prime_until):
            edit.setDisplayFormat("HH:mm")
            edit.timeChanged.connect(self._rest.start)
        fields = (
            (self.tr("Prime time from"), self.prime_from),
            (self.tr("until"), self.prime_until),
            (self.tr("Starts may move by"), self.shift),
            (self.tr("Starts apart by"), self.stagger),
        )
        for place, (name, field) in enumerate(fields):
            label = make_label(name, "muted")
            label.setBuddy(field)
            field.setAccessibleName(name)
            rules.addWidget(label, place // 2, place % 2 * 2)
            rules.addWidget(field, place // 2, place % 2 * 2 + 1)
        return rules

    def add_card(self) -> None:
        """Another film at the end of the list."""
        card = WishCard(self._films, self._halls, self._days, self._words)
        card.film.setCurrentIndex(min(len(self.cards), card.film.count() - 1))
        card.changed.connect(self._rest.start)
        card.removed.connect(lambda: self._remove(card))
        self.cards.append(card)
        self._list.insertWidget(self._list.count() - 1, card)
        card.film.setFocus()
        self._rest.start()

    def ask(self) -> None:
        """Ask for the plan of what is wished now."""
        wishes = [card.wish() for card in self.cards]
        if any(wish is None for wish in wishes):
            self.say(self.tr("Write times like 14:30, 17:15"))
            self.deed.setEnabled(False)
            return
        self.say("")
        self.preview_requested.emit(
            {
                "wishes": tuple(wish for wish in wishes if wish is not None),
                "prime_from": self.prime_from.time().toPython(),
                "prime_until": self.prime_until.time().toPython(),
                "shift_minutes": self.shift.value(),
                "stagger_minutes": self.stagger.value(),
            }
        )

    def show_plan(self, plan: WeekPlan) -> None:
        """The answer."""
        self.plan = plan
        self.preview.show_plan(plan)
        self.deed.setEnabled(bool(plan.shows))
        self.deed.setText(self.tr("Make {count} drafts").format(count=len(plan.shows)))

    def _remove(self, card: WishCard) -> None:
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        self._rest.start()
