"""Search field and filters of the catalogue."""

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from boxoffice_desktop.domain.film_editing import FilmLine, FilmQuery
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_BOX_WIDTH, _SMALLEST_BOX = 190, 90
_RUNNING = (None, True, False)


class FilmFilter(QWidget):
    """What to look for.

    Signals:
        changed: `query` is another one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search title or distributor   /"))
        self.search.setAccessibleName(self.tr("Search films"))
        self._genre = self._make_box(self.tr("Genre"))
        self._certificate = self._make_box(self.tr("Certificate"))
        self._running = self._make_box(self.tr("Running time"))
        for text in (self.tr("Any running time"), self.tr("With running time"), self.tr("Running time missing")):
            self._running.addItem(text)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_INSIDE)
        row.addWidget(self.search, 1)
        for box in (self._genre, self._certificate, self._running):
            row.addWidget(box)
        row.addWidget(self._count)
        self.search.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def query(self) -> FilmQuery:
        """The films to show, by title."""
        return FilmQuery(
            text=self.search.text(),
            genre=self._chosen(self._genre),
            certificate=self._chosen(self._certificate),
            with_running_time=_RUNNING[max(0, self._running.currentIndex())],
        )

    def show_choices(self, films: Iterable[FilmLine]) -> None:
        """Offer the genres and certificates that there are; what is chosen stays chosen while it exists."""
        films = tuple(films)
        self._fill(self._genre, self.tr("Any genre"), {film.genre for film in films})
        self._fill(self._certificate, self.tr("Any certificate"), {film.certificate for film in films})

    def show_count(self, shown: int, total: int) -> None:
        """Say how many are shown."""
        text = self.tr("{total} films") if shown == total else self.tr("{shown} of {total}")
        self._count.setText(text.format(shown=f"{shown:,}", total=f"{total:,}"))

    def _make_box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.setMaximumWidth(_BOX_WIDTH)
        # On a small screen the boxes give way, not the window's edge.
        box.setMinimumWidth(_SMALLEST_BOX)
        box.activated.connect(lambda _place: self.changed.emit())
        return box

    @staticmethod
    def _fill(box: QComboBox, anything: str, values: set[str]) -> None:
        chosen = box.currentText()
        with QSignalBlocker(box):
            box.clear()
            box.addItem(anything)
            box.addItems(sorted(value for value in values if value))
            box.setCurrentIndex(max(0, box.findText(chosen)))

    @staticmethod
    def _chosen(box: QComboBox) -> str:
        return box.currentText() if box.currentIndex() > 0 else ""
