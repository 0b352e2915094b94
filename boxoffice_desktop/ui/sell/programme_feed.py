"""Keeps the days and times of the picker up to date."""

from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.services import programme
from boxoffice_desktop.services.programme import DayTile, ShowTile
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_REFRESH_MS = 15_000
# Hints come seat by seat; the numbers on the tiles may follow a moment later.
_AFTER_HINT_MS = 300


class ProgrammeFeed(QObject):
    """Reads days, times and posters; days and times again every 15 seconds while somebody looks.

    Signals:
        days_read: a tuple of `DayTile`.
        shows_read: a tuple of `ShowTile` of the chosen day.
        poster_read: a movie and its picture as bytes, or None.
        failed: an exception, when a day that was asked for could not be read.
    """

    days_read = Signal(object)
    shows_read = Signal(object)
    poster_read = Signal(int, object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._day: date | None = None
        self._shows: tuple[ShowTile, ...] = ()
        self._hinted: set[int] = set()
        # Shows on sale that are known not to be of the chosen day: their sales concern nobody here.
        self._elsewhere: set[int] = set()
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._soon = QTimer(self, interval=_AFTER_HINT_MS, singleShot=True)
        self._soon.timeout.connect(self._read_hinted)

    def start(self) -> None:
        """Read the days, then the shows of the chosen one, and go on refreshing them."""
        self._timer.start()
        self._read_days(quiet=False)

    def stop(self) -> None:
        """Rest while nobody looks."""
        self._timer.stop()
        self._soon.stop()

    def choose_day(self, day: date) -> None:
        """Read the shows of another day."""
        self._day = day
        self._elsewhere.clear()
        self._read_shows(quiet=False)

    def refresh(self) -> None:
        """Read days and shows again; failures keep what is on the screen."""
        self._read_days(quiet=True)

    def hint(self, show_id: int | None) -> None:
        """Seats of a show were changed: its numbers follow soon, together with others that change meanwhile. A show
        that is not here may have just been put on sale.
        """
        if show_id is None:
            self.refresh()
        elif show_id not in self._elsewhere:
            self._hinted.add(show_id)
            if self._timer.isActive() and not self._soon.isActive():
                self._soon.start()

    def read_poster(self, movie_id: int) -> None:
        """Read a film's poster; a failure leaves the film without one."""
        self._tasks.read(
            self,
            programme.get_poster,
            {"movie_id": movie_id},
            done=lambda data: self.poster_read.emit(movie_id, data),
            failed=lambda _: None,
        )

    def _read_days(self, *, quiet: bool) -> None:
        self._tasks.read(
            self,
            programme.list_days,
            {},
            done=lambda days: self._on_days(days, quiet=quiet),
            failed=(lambda _: None) if quiet else self.failed.emit,
            key="days",
        )

    def _on_days(self, days: tuple[DayTile, ...], *, quiet: bool) -> None:
        self.days_read.emit(days)
        if self._day not in {tile.day for tile in days}:
            self._day = days[0].day if days else None
        self._read_shows(quiet=quiet)

    def _read_shows(self, *, quiet: bool) -> None:
        day = self._day
        if day is None:
            return

        def on_shows(shows: tuple[ShowTile, ...]) -> None:
            if day == self._day:
                self._shows = shows
                self._elsewhere -= {tile.show_id for tile in shows}
                self.shows_read.emit(shows)

        failed = (lambda _: None) if quiet else self.failed.emit
        self._tasks.read(self, programme.list_shows, {"day": day}, done=on_shows, failed=failed, key="shows")

    def _read_hinted(self) -> None:
        hinted, self._hinted = self._hinted, set()
        known = {tile.show_id for tile in self._shows}

        def on_tiles(tiles: tuple[ShowTile, ...]) -> None:
            fresh = {tile.show_id: tile for tile in tiles}
            self._meet_strangers([tile for tile in tiles if tile.show_id not in known])
            self._shows = tuple(fresh.get(tile.show_id, tile) for tile in self._shows)
            self.shows_read.emit(self._shows)

        if hinted:
            self._tasks.read(
                self,
                programme.list_shows_by_id,
                {"show_ids": tuple(sorted(hinted))},
                done=on_tiles,
                failed=lambda _: None,
            )

    def _meet_strangers(self, tiles: list[ShowTile]) -> None:
        """Read the day again when one of these may be new on it; the others are of other days."""
        on_sale = [tile for tile in tiles if tile.status == "on_sale"]
        # Asked once: whether it is of this business day is for the service to say. A draft may go on sale any time.
        self._elsewhere.update(tile.show_id for tile in on_sale)
        if any(self._day is not None and abs((tile.starts_at.date() - self._day).days) <= 1 for tile in on_sale):
            self.refresh()
