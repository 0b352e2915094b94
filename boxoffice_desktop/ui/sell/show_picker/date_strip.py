"""The days that have shows, as a row of buttons."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from boxoffice_desktop.services.programme import DayTile
from boxoffice_desktop.ui.sell.controls import WideButton, scaled
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import set_icon, theme_notifier

_DAY_WIDTH = 97


class DateStrip(QWidget):
    """Days, today first, one of them chosen; as many as fit, the others by two arrows.

    Signals:
        day_chosen: the `date` that somebody chose; not sent by `show_days`.
    """

    day_chosen = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._days: tuple[DayTile, ...] = ()
        self._chosen = 0
        self._first = 0
        self._buttons: list[WideButton] = []
        self._build()
        theme_notifier().changed.connect(self._lay_out)

    def show_days(self, days: Sequence[DayTile], chosen: date | None) -> None:
        """Show these days; the first is today. Without `chosen`, or when it is gone, today is chosen."""
        self._days = tuple(days)
        places = [index for index, tile in enumerate(self._days) if tile.day == chosen]
        self._chosen = places[0] if places else 0
        self._lay_out()

    def chosen_day(self) -> date | None:
        """The day whose shows are on the screen; None before days are known."""
        return self._days[self._chosen].day if self._days else None

    def find_next_day(self) -> DayTile | None:
        """The first later day that has shows."""
        return next((tile for tile in self._days[self._chosen + 1 :] if tile.shows), None)

    def step(self, by: int) -> None:
        """Choose the day `by` places further; stays at the ends."""
        self._choose(min(max(self._chosen + by, 0), len(self._days) - 1))

    def choose(self, day: date) -> None:
        """Choose a day of the strip, as if it had been clicked."""
        for index, tile in enumerate(self._days):
            if tile.day == day:
                self._choose(index)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._earlier = self._arrow("chevron-left", self.tr("Day before (Ctrl+Page up)"), -1)
        self._later = self._arrow("chevron-right", self.tr("Next day (Ctrl+Page down)"), 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        row.addWidget(self._earlier)
        row.addLayout(self._row)
        row.addWidget(self._later)
        row.addStretch(1)

    def _arrow(self, icon_name: str, tip: str, by: int) -> WideButton:
        button = WideButton()
        button.setProperty("kind", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        set_icon(button, icon_name)
        button.clicked.connect(lambda: self.step(by))
        return button

    def _arrows_width(self) -> int:
        return sum(button.sizeHint().width() + 4 for button in (self._earlier, self._later))

    def _choose(self, index: int) -> None:
        if not 0 <= index < len(self._days) or index == self._chosen:
            self._lay_out()
            return
        had_focus = any(button.hasFocus() for button in self._buttons)
        self._chosen = index
        self._lay_out()
        if had_focus:
            self._buttons[self._chosen - self._first].setFocus()
        self.day_chosen.emit(self._days[index].day)

    def _lay_out(self) -> None:
        """Fill as many buttons as fit, so that the chosen day is among them."""
        width = scaled(_DAY_WIDTH)
        room = max(1, (self.width() - self._arrows_width()) // (width + 4))
        count = min(room, len(self._days))
        self._first = min(max(self._first, self._chosen - count + 1, 0), self._chosen, max(0, len(self._days) - count))
        while len(self._buttons) < count:
            self._add_button()
        for place, button in enumerate(self._buttons):
            button.setVisible(place < count)
            button.setFixedWidth(width)
            if place < count:
                self._fill(button, self._first + place)
        self._earlier.setEnabled(self._chosen > 0)
        self._later.setEnabled(self._chosen < len(self._days) - 1)

    def _add_button(self) -> None:
        button = WideButton()
        button.setCheckable(True)
        place = len(self._buttons)
        button.clicked.connect(lambda: self._choose(self._first + place))
        self._buttons.append(button)
        self._row.addWidget(button)

    def _fill(self, button: WideButton, index: int) -> None:
        tile = self._days[index]
        day = self._formats.day(tile.day)
        button.setText(self.tr("Today {day}").format(day=tile.day.day) if index == 0 else day)
        button.setChecked(index == self._chosen)
        # One stop of the Tab key for the whole strip.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus if index == self._chosen else Qt.FocusPolicy.NoFocus)
        shows = self.tr("shows: {count}").format(count=tile.shows) if tile.shows else self.tr("no shows")
        button.setToolTip(f"{self._formats.day_long(tile.day)} · {shows}")
        button.setAccessibleName(f"{self._formats.day_long(tile.day)}, {shows}")

    def minimumSizeHint(self) -> QSize:
        # Days that do not fit go; the buttons of today's width must not widen the window.
        return QSize(self._arrows_width() + 2 * (scaled(_DAY_WIDTH) + 4), self._earlier.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(self._days)}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)
