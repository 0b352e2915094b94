"""The films that can be put on the schedule: searched, dragged, or put on with Enter."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from boxoffice_desktop.services.schedule.reading import CatalogueFilm
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, theme, theme_notifier

FILM_MIME: Final = "application/x-boxoffice-film"
_TYPING_MS = 200
_WIDTH = 232


class CatalogueDrag(QMimeData):
    """A film on its way to the timeline; it never leaves the program."""

    def __init__(self, film: CatalogueFilm) -> None:
        super().__init__()
        self.film = film
        self.setData(FILM_MIME, QByteArray(str(film.movie_id).encode()))


@cache
def _swatch(colour: str, ratio: float) -> QIcon:
    pixmap = QPixmap(round(12 * ratio), round(28 * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.fillRect(0, 0, round(5 * ratio), pixmap.height(), QColor(colour))
    painter.end()
    return QIcon(pixmap)


class FilmList(QListWidget):
    """Films that can be dragged away.

    Signals:
        put_on_requested: the `CatalogueFilm` to make a show of.
    """

    put_on_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragEnabled(True)
        self.setIconSize(QSize(12, 28))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(lambda item: self.put_on_requested.emit(item.data(Qt.ItemDataRole.UserRole)))

    def current_film(self) -> CatalogueFilm | None:
        """The film that has the focus."""
        found: list[CatalogueFilm] = [item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems()]
        return found[0] if found else None

    def startDrag(self, _actions: Qt.DropAction) -> None:
        film = self.current_film()
        if film is not None:
            drag = QDrag(self)
            drag.setMimeData(CatalogueDrag(film))
            drag.setHotSpot(QPoint(0, 0))
            drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.selectedItems():
            self.put_on_requested.emit(self.current_film())
            return
        super().keyPressEvent(event)


class Catalogue(QWidget):
    """A search field over the list of films.

    Signals:
        searched: the text to search for, when typing rests.
        put_on_requested: the `CatalogueFilm` to make a show of.
    """

    searched = Signal(str)
    put_on_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._films: tuple[CatalogueFilm, ...] = ()
        self.search = QLineEdit()
        self.list = FilmList()
        self._hint = QLabel(self.tr("Drag a film onto the timeline, or press Enter on it."))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._build()
        self._typing.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.put_on_requested.connect(self.put_on_requested)
        theme_notifier().changed.connect(self._fill)

    def _build(self) -> None:
        self.setFixedWidth(_WIDTH)
        self.search.setPlaceholderText(self.tr("Search films"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search films"))
        self.list.setAccessibleName(self.tr("Films"))
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_INSIDE)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hint)

    @property
    def films(self) -> tuple[CatalogueFilm, ...]:
        """The films in the list."""
        return self._films

    def show_films(self, films: Sequence[CatalogueFilm]) -> None:
        """Show these films; the one that has the focus keeps it."""
        self._films = tuple(films)
        self._fill()

    def _fill(self) -> None:
        current = self.list.current_film()
        self.list.clear()
        for film in self._films:
            item = QListWidgetItem(_swatch(theme().series(film.colour).name(), self.devicePixelRatioF()), film.title)
            item.setData(Qt.ItemDataRole.UserRole, film)
            facts = [
                self.tr("{minutes} min").format(minutes=film.running_minutes)
                if film.running_minutes
                else self.tr("no running time yet"),
                film.certificate,
                self.tr("{count} shows ahead").format(count=film.shows_ahead) if film.shows_ahead else "",
            ]
            item.setToolTip(f"{film.title}\n" + " · ".join(fact for fact in facts if fact))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, ", ".join(fact for fact in facts if fact))
            if not film.running_minutes:
                item.setForeground(theme().colour("muted"))
            self.list.addItem(item)
            if current is not None and film.movie_id == current.movie_id:
                self.list.setCurrentItem(item)
