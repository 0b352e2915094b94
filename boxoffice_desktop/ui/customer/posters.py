"""What is on the customer's screen between two customers: the films that can still be seen today."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from boxoffice_desktop.services import programme
from boxoffice_desktop.services.programme import DayTile, ShowTile
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_TURN_MS = 8_000
_READ_MS = 120_000


class PosterFeed(QObject):
    """Turns from film to film while it runs. What cannot be read is left out: nobody at the counter is told of it.

    Signals:
        turned: the shows of a film that have not begun, and its poster (a `QImage`) or None.
    """

    turned = Signal(object, object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._films: list[tuple[ShowTile, ...]] = []
        self._place = -1
        self._turn = QTimer(self, interval=_TURN_MS)
        self._turn.timeout.connect(self.turn)
        self._again = QTimer(self, interval=_READ_MS)
        self._again.timeout.connect(self._read)

    def start(self) -> None:
        """Read what is on, and turn from now on."""
        if not self._turn.isActive():
            self._turn.start()
            self._again.start()
            self._read()

    def stop(self) -> None:
        """Rest: somebody is being served, or nobody looks."""
        self._turn.stop()
        self._again.stop()

    def turn(self) -> None:
        """Show the next film."""
        if not self._films:
            self.turned.emit((), None)
            return
        self._place = (self._place + 1) % len(self._films)
        shows = self._films[self._place]
        if not shows[0].has_poster:
            self.turned.emit(shows, None)
            return
        self._tasks.read(
            self,
            programme.get_poster,
            {"movie_id": shows[0].movie_id},
            done=lambda data: self._on_poster_read(shows, data),
            failed=lambda _: self.turned.emit(shows, None),
            key="poster",
        )

    def _on_poster_read(self, shows: Sequence[ShowTile], data: bytes | None) -> None:
        picture = QImage.fromData(data) if data else QImage()
        self.turned.emit(shows, None if picture.isNull() else picture)

    def _read(self) -> None:
        self._tasks.read(
            self, programme.list_days, {}, done=self._on_days_read, failed=lambda _: None, key="customer-days"
        )

    def _on_days_read(self, days: tuple[DayTile, ...]) -> None:
        if days:
            self._tasks.read(
                self,
                programme.list_shows,
                {"day": days[0].day},
                done=self._on_shows_read,
                failed=lambda _: None,
                key="customer-shows",
            )

    def _on_shows_read(self, shows: tuple[ShowTile, ...]) -> None:
        films: dict[int, list[ShowTile]] = {}
        for show in shows:
            if show.status == "on_sale" and not show.started:
                films.setdefault(show.movie_id, []).append(show)
        was_empty = not self._films
        self._films = [tuple(each) for each in films.values()]
        if was_empty or not self._films:
            self.turn()
