"""The films and times of a day."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.sell.show_picker.film_row import FilmRow, fold
from boxoffice_desktop.ui.sell.show_picker.tile_button import TileButton
from boxoffice_desktop.ui.widgets.formats import Formats

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class ShowTiles(QScrollArea):
    """One row per film, one tile per time; arrow keys go from tile to tile, Enter opens.

    Signals:
        show_chosen: the `ShowTile` that somebody opened.
        letter_typed: a character typed while a tile has the focus.
        left_upwards: the arrow went up from the first row.
        poster_wanted: the movie whose row has come into sight; once per movie.
    """

    show_chosen = Signal(object)
    letter_typed = Signal(str)
    left_upwards = Signal()
    poster_wanted = Signal(int)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._rows: list[FilmRow] = []
        self._posters: dict[int, bytes | None] = {}
        self._open_show: int | None = None
        self._words: list[str] = []
        self._is_compact = False
        self._build()

    def show_tiles(self, tiles: Sequence[ShowTile]) -> None:
        """Show these times, which come sorted by film and time; the focus stays on its show if it is still there."""
        films = _group_by_film(tiles)
        by_id = {tile.show_id: tile for film in films for tile in film}
        if [button.tile.show_id for button in self._buttons()] == list(by_id):
            for button in self._buttons():
                button.show_tile(by_id[button.tile.show_id])
            return
        focused = next((button.tile.show_id for button in self._buttons() if button.hasFocus()), None)
        self._rebuild(films)
        if focused in by_id:
            self.focus_show(focused)

    def mark_open(self, show_id: int | None) -> None:
        """Highlight the tile of the open show and bring it into sight."""
        self._open_show = show_id
        for button in self._buttons():
            button.setChecked(button.tile.show_id == show_id)
            if button.isChecked():
                self._reveal(button)

    def search(self, text: str) -> int:
        """Show only films that match every word of the text; returns how many there are."""
        self._words = fold(text).split()
        for row in self._rows:
            row.setVisible(row.matches(self._words))
        self._look_soon.start()
        return sum(not row.isHidden() for row in self._rows)

    def set_compact(self, *, compact: bool) -> None:
        """Small posters and tight rows, or large ones."""
        self._is_compact = compact
        for row in self._rows:
            row.set_compact(compact=compact)
        self._look_soon.start()

    def show_poster(self, movie_id: int, data: bytes | None) -> None:
        """Show a film's poster; None when it has none."""
        self._posters[movie_id] = data
        for row in self._rows:
            if data is not None and row.movie_id == movie_id:
                row.thumbnail.show_picture(data)

    def row_height(self) -> int:
        """The height of a film whose times stand in one line, in pixels."""
        return max((row.sizeHint().height() for row in self._rows[:1]), default=62)

    def first_visible(self) -> ShowTile | None:
        """The first time on the screen that is still on sale, else the first at all."""
        tiles = [button.tile for button in self._visible_buttons()]
        fresh = (tile for tile in tiles if not tile.started and tile.free and tile.status == "on_sale")
        return next(fresh, tiles[0] if tiles else None)

    def shows(self, show_id: int) -> bool:
        """Whether this show has a tile that can be seen or scrolled to."""
        return any(button.tile.show_id == show_id for button in self._visible_buttons())

    def focus_show(self, show_id: int | None = None) -> bool:
        """Put the focus on a show's tile: the one named, the open one, or the first on sale. False if there is none."""
        first = self.first_visible()
        for wanted in (show_id, self._open_show, first.show_id if first else None):
            for button in self._visible_buttons():
                if button.tile.show_id == wanted:
                    button.setFocus(Qt.FocusReason.TabFocusReason)
                    self._reveal(button)
                    return True
        return False

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._look_soon = QTimer(self, interval=0, singleShot=True)
        self._look_soon.timeout.connect(self._ask_for_posters)
        self.verticalScrollBar().valueChanged.connect(self._look_soon.start)

    def _rebuild(self, films: Sequence[Sequence[ShowTile]]) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        self._rows = [FilmRow(film, self._formats) for film in films]
        for row in self._rows:
            row.set_compact(compact=self._is_compact)
            column.addWidget(row)
            row.setVisible(row.matches(self._words))
            poster = self._posters.get(row.movie_id)
            if poster is not None:
                row.thumbnail.show_picture(poster)
            for button in row.buttons:
                self._connect_button(button)
        column.addStretch(1)
        self.setWidget(page)
        self._look_soon.start()

    def _connect_button(self, button: TileButton) -> None:
        button.setChecked(button.tile.show_id == self._open_show)
        button.installEventFilter(self)
        button.clicked.connect(lambda: self._choose(button))

    def _choose(self, button: TileButton) -> None:
        # A click would toggle the mark; only an open show carries it.
        button.setChecked(button.tile.show_id == self._open_show)
        self.show_chosen.emit(button.tile)

    def _buttons(self) -> list[TileButton]:
        return [button for row in self._rows for button in row.buttons]

    def _visible_buttons(self) -> list[TileButton]:
        return [button for row in self._rows if not row.isHidden() for button in row.buttons]

    def _reveal(self, button: TileButton) -> None:
        self.ensureWidgetVisible(button, 0, 8)
        row = next((row for row in self._rows if button in row.buttons), None)
        if row is not None and row.height() <= self.viewport().height():
            # Whole rows: a cut one looks as if something were broken.
            bar = self.verticalScrollBar()
            bar.setValue(min(max(bar.value(), row.geometry().bottom() + 1 - self.viewport().height()), row.y()))
            first = min((r.y() for r in self._rows if not r.isHidden() and r.y() >= bar.value()), default=bar.value())
            bar.setValue(first)

    def _ask_for_posters(self) -> None:
        top = self.verticalScrollBar().value()
        for row in self._rows:
            in_sight = row.y() < top + self.viewport().height() and row.y() + row.height() > top
            if row.wants_poster and in_sight and not row.isHidden() and row.movie_id not in self._posters:
                self._posters[row.movie_id] = None
                self.poster_wanted.emit(row.movie_id)

    def _move(self, button: TileButton, key: Qt.Key) -> None:
        buttons = self._visible_buttons()
        place = buttons.index(button)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            target: TileButton | None = None
            step = place + (1 if key == Qt.Key.Key_Right else -1)
            if 0 <= step < len(buttons):
                target = buttons[step]
        else:
            target = self._find_neighbour(button, up=key == Qt.Key.Key_Up)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self._reveal(target)
        elif key == Qt.Key.Key_Up:
            self.left_upwards.emit()

    def _find_neighbour(self, button: TileButton, *, up: bool) -> TileButton | None:
        """The tile of the next line above or below whose place is nearest."""

        def place(other: TileButton) -> QPoint:
            return other.mapTo(self, QPoint(0, 0))

        here = place(button)
        others = [o for o in self._visible_buttons() if (place(o).y() < here.y() if up else place(o).y() > here.y())]
        return min(others, key=lambda o: (abs(place(o).y() - here.y()), abs(place(o).x() - here.x())), default=None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, TileButton) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_tile_key(watched, event)
        return super().eventFilter(watched, event)

    def _on_tile_key(self, button: TileButton, event: QKeyEvent) -> bool:
        key, text = Qt.Key(event.key()), event.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(button)
        elif key in _ARROWS and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._move(button, key)
        elif text.isprintable() and text.strip() and text != "/" and not _is_command(event):
            self.letter_typed.emit(text)
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_soon.start()


def _group_by_film(tiles: Sequence[ShowTile]) -> list[list[ShowTile]]:
    """The tiles of each film; two films of one title come mixed."""
    films: dict[int, list[ShowTile]] = {}
    for tile in tiles:
        films.setdefault(tile.movie_id, []).append(tile)
    return list(films.values())


def _is_command(event: QKeyEvent) -> bool:
    command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return bool(event.modifiers() & command)
