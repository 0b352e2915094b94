"""Days, search and tiles together."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.services.programme import DayTile, ShowTile
from boxoffice_desktop.ui.sell.controls import TARGET, WideButton, scaled
from boxoffice_desktop.ui.sell.show_picker.date_strip import DateStrip
from boxoffice_desktop.ui.sell.show_picker.show_tiles import ShowTiles
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import icon, set_icon


class _SearchField(QLineEdit):
    """As high as the buttons beside it."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), TARGET))


class ShowPicker(QWidget):
    """Where a show is chosen. Typing searches, `/` jumps into the search, Esc clears it.

    Signals:
        day_chosen: the `date` whose shows are wanted.
        show_chosen: the `ShowTile` to be opened.
        poster_wanted: the movie whose poster has come into sight.
        left: Esc with nothing to clear; the focus belongs elsewhere.
        fold_requested: somebody wants the picker folded up or open.
        find_requested: somebody looks for a reservation, a sale or a seat.
    """

    day_chosen = Signal(object)
    show_chosen = Signal(object)
    poster_wanted = Signal(int)
    left = Signal()
    fold_requested = Signal(bool)
    find_requested = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._shows: tuple[ShowTile, ...] = ()
        self._is_loaded = False
        self._build()
        self._connect()

    def show_days(self, days: Sequence[DayTile]) -> None:
        """Show the days; the chosen one stays chosen."""
        self.dates.show_days(days, self.dates.chosen_day())

    def show_shows(self, shows: Sequence[ShowTile]) -> None:
        """Show the times of the chosen day."""
        self._shows = tuple(shows)
        self._is_loaded = True
        self.tiles.show_tiles(self._shows)
        self._search()

    def mark_open(self, show_id: int | None) -> None:
        """Highlight the open show's tile."""
        self.tiles.mark_open(show_id)

    def set_compact(self, *, compact: bool) -> None:
        """Small posters above an open map, large ones while nothing is open."""
        self.tiles.set_compact(compact=compact)
        self._fold.setVisible(compact)

    def set_folded(self, *, folded: bool) -> None:
        """Hide the tiles so that the map has their place."""
        self._body.setVisible(not folded)
        set_icon(self._fold, "chevron-down" if folded else "chevron-up")
        words = self.tr("Show the films (Ctrl+Down)") if folded else self.tr("Hide the films (Ctrl+Up)")
        self._fold.setToolTip(words)
        self._fold.setAccessibleName(words)

    def is_folded(self) -> bool:
        return self._body.isHidden()

    def compact_height(self, most: int) -> int:
        """The height of the picker above an open map: whole rows within `most` pixels, one line when folded."""
        line = max(self.dates.sizeHint().height(), self.search_field.sizeHint().height(), TARGET)
        row = self.tiles.row_height()
        return line if self.is_folded() else line + 4 + row * max(2, (most - line) // row)

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def focus_tiles(self) -> None:
        """Put the focus on the open show's tile or on the first one."""
        if not self.tiles.focus_show():
            self.search_field.setFocus()

    def _build(self) -> None:
        self.dates = DateStrip(self._formats)
        self.search_field = _SearchField()
        self.search_field.setPlaceholderText(self.tr("Search films   /"))
        self.search_field.setAccessibleName(self.tr("Search films, halls and times"))
        self.search_field.setClearButtonEnabled(True)
        self.search_field.setFixedWidth(scaled(190))
        self.search_field.addAction(icon("find", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.find_button = WideButton(self.tr("Find…"))
        self.find_button.setProperty("kind", "quiet")
        self.find_button.setToolTip(self.tr("Find reservations, sales, tickets and seats (Ctrl+F)"))
        self._fold = WideButton()
        self._fold.setProperty("kind", "quiet")
        self._fold.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.dates, 1)
        top.addWidget(self.search_field)
        top.addWidget(self.find_button)
        top.addWidget(self._fold)
        self.tiles = ShowTiles(self._formats)
        self._empty_words = QLabel()
        self._empty_words.setProperty("role", "muted")
        self._empty_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_words.setWordWrap(True)
        self._empty_button = WideButton()
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.addStretch(1)
        middle.addWidget(self._empty_words)
        middle.addWidget(self._empty_button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self._body = QStackedWidget()
        self._body.addWidget(self.tiles)
        self._body.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._body, 1)
        self.set_folded(folded=False)
        self._show_empty(self.tr("Loading the shows…"))

    def _connect(self) -> None:
        self.dates.day_chosen.connect(self._on_day_chosen)
        self.tiles.show_chosen.connect(self.show_chosen)
        self.tiles.letter_typed.connect(self._on_letter_typed)
        self.tiles.left_upwards.connect(self.focus_search)
        self.tiles.poster_wanted.connect(self.poster_wanted)
        self.search_field.textChanged.connect(self._search)
        self.search_field.installEventFilter(self)
        self._empty_button.clicked.connect(self._on_empty_button_clicked)
        self.find_button.clicked.connect(self.find_requested)
        self._fold.clicked.connect(lambda: self.fold_requested.emit(not self.is_folded()))

    def _search(self) -> None:
        text = self.search_field.text()
        if text and self.is_folded():
            self.fold_requested.emit(False)
            # Unfolding leads to the tiles; whoever is typing goes on typing.
            self.search_field.setFocus()
        found = self.tiles.search(text)
        if found:
            self._body.setCurrentIndex(0)
        elif not self._is_loaded:
            self._show_empty(self.tr("Loading the shows…"))
        elif self._shows:
            self._show_empty(self.tr("No film matches “{text}”.").format(text=text), self.tr("Clear the search (Esc)"))
        else:
            self._show_no_shows()

    def _show_no_shows(self) -> None:
        later = self.dates.find_next_day()
        if later is None:
            self._show_empty(self.tr("No shows on this day, and none planned later. A manager can add some."))
        else:
            words = self.tr("No shows on this day.")
            day = self._formats.day_long(later.day)
            self._show_empty(words, self.tr("Go to {day}").format(day=day))

    def _show_empty(self, words: str, button: str = "") -> None:
        self._empty_words.setText(words)
        self._empty_button.setText(button)
        self._empty_button.setVisible(bool(button))
        self._body.setCurrentIndex(1)

    def _on_day_chosen(self, day: date) -> None:
        self.search_field.clear()
        self.day_chosen.emit(day)

    def _on_letter_typed(self, text: str) -> None:
        self.search_field.setFocus()
        self.search_field.setText(text)

    def _on_empty_button_clicked(self) -> None:
        later = self.dates.find_next_day()
        if self.search_field.text():
            self.search_field.clear()
            self.focus_tiles()
        elif later is not None:
            self.dates.choose(later.day)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search_field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_search_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _on_search_key(self, key: Qt.Key) -> bool:
        """Whether the key was used up."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            first = self.tiles.first_visible()
            if first is not None:
                self.search_field.clear()
                self.show_chosen.emit(first)
        elif key == Qt.Key.Key_Down:
            self.tiles.focus_show()
        elif key == Qt.Key.Key_Escape:
            if self.search_field.text():
                self.search_field.clear()
                self.focus_tiles()
            else:
                self.left.emit()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search_field.text():
            self.search_field.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
