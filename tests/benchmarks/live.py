"""How long a hold at one till takes until it is painted at another: two processes, one machine, the whole window.

The clock starts when the first till sends COMMIT and stops when the other's map has been painted with the seat held.
"""

import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import event

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till as Desk
from boxoffice_desktop.ui.desktop import Desktop, DesktopSettings
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.tasks.live import LiveHints
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from tests.benchmarks.house import House
from tests.concurrency.contention.crowd import Place, add_places, open_till
from tests.support.cinema import PINS, Till

_CHANGES = 100
_WARM_UP = 10
_PATIENCE_MS = 10_000
_till: list[Till] = []
_committed: list[float] = []


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`live_update_p95_ms`, and the median beside it."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    [place] = add_places(house.cinema, 1)
    # One till holds all of them, more than a real venue lets into one basket.
    house.cinema.execute("ALTER TABLE boxoffice.venue DROP CONSTRAINT venue_basket_limit_sane")
    house.cinema.execute("UPDATE boxoffice.venue SET basket_limit = %s", _WARM_UP + _CHANGES)
    with tempfile.TemporaryDirectory(prefix="boxoffice-live-") as folder:
        window = _Window(house, Path(folder))
        try:
            took = _hold_and_watch(house, place, window)
        finally:
            window.close()
    runs = len(took)
    p95 = statistics.quantiles(took, n=20)[18]
    return {
        "live_update_p95_ms": {"value": round(p95, 1), "unit": "ms", "budget": 50, "runs": runs},
        "live_update_ms": {"value": round(statistics.median(took), 1), "unit": "ms", "budget": None, "runs": runs},
    }


def _hold_and_watch(house: House, place: Place, window: "_Window") -> list[float]:
    took = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_open, initargs=(place,)) as pool:
        for number in range(_WARM_UP + _CHANGES):
            seat_id = next(house.pairs())[0]
            painted = window.watch(seat_id)
            committed = pool.submit(_hold, house.show_id, seat_id)
            seen = painted.wait()
            if number >= _WARM_UP:
                took.append((seen - committed.result()) * 1000)
    return took


def _open(place: Place) -> None:
    till = open_till(place)
    event.listen(till.database._engine, "commit", lambda _connection: _committed.append(time.monotonic()))
    _till.append(till)


def _hold(show_id: int, seat_id: int) -> float:
    _committed.clear()
    _till[0].call(holds.hold_seats, hold_id=uuid4(), show_id=show_id, seat_ids=(seat_id,))
    return _committed[0]


class _Painted(QObject):
    """Waits until a map has been painted with one seat held."""

    def __init__(self, seat_map: SeatMap, seat_id: int) -> None:
        super().__init__()
        self._map = seat_map
        self._seat_id = seat_id
        self._loop = QEventLoop()
        self._at: float | None = None
        seat_map.viewport().installEventFilter(self)

    def wait(self) -> float:
        """The moment by `time.monotonic`."""
        if self._at is None:
            QTimer.singleShot(_PATIENCE_MS, self._loop, self._loop.quit)
            self._loop.exec()
        self._map.viewport().removeEventFilter(self)
        if self._at is None:
            raise TimeoutError("the map did not show the seat")
        return self._at

    def _note(self) -> None:
        self._at = self._at or time.monotonic()
        self._loop.quit()

    def eventFilter(self, _watched: QObject, filtered: QEvent) -> bool:  # noqa: N802  Qt's override
        status = self._map._book.find(self._seat_id)
        if filtered.type() is QEvent.Type.Paint and status is not None and status.look is SeatLook.HELD:
            # The filter runs before the painting; the next turn of the loop comes after it.
            QTimer.singleShot(0, self, self._note)
        return False


class _Window:
    """A till's own window, somebody signed in, the house's show open."""

    def __init__(self, house: House, folder: Path) -> None:
        conninfo = house.cinema.conninfo("Counter 2")
        self._database = Database(conninfo)
        desk = Desk(
            self._database,
            login=house.cinema.logins["Counter 2"][1],
            attempts=AttemptFile(folder / "attempts"),
            clock=lambda: datetime.now(UTC),  # noqa: TID251  the benchmark is the composition here
        )
        live = LiveHints()
        self._listener = Listener(
            self._database.conninfo,
            terminal_id=desk.terminal_id,
            terminal_name="Counter 2",
            on_hint=live.hint,
            on_state=live.change_connection,
        )
        self._listener.start()
        settings = DesktopSettings(settings_file=folder / "window.ini", tickets_folder=None, log_file=None)
        self._desktop = Desktop(desk, settings, live)
        self._desktop.window.resize(1366, 768)
        self._desktop.show()
        self._desktop.shell._on_signed_in(desk.sign_in("carla", PINS["carla"]))
        page = self._desktop.shell.page("sell")
        assert isinstance(page, SellPage)
        self._map = page.view.map_panel.seat_map
        self._open(page, house.show_id)

    def watch(self, seat_id: int) -> _Painted:
        return _Painted(self._map, seat_id)

    def close(self) -> None:
        loop = QEventLoop()
        self._desktop.closed.connect(loop.quit)
        QTimer.singleShot(0, self._desktop.shell, self._desktop.shell.close)
        QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
        loop.exec()
        self._listener.stop()
        self._database.close()

    def _open(self, page: SellPage, show_id: int) -> None:
        loop = QEventLoop()
        feed = page.controller.map_feed
        feed.opened.connect(lambda _opened: QTimer.singleShot(500, loop, loop.quit))
        feed.failed.connect(lambda _error: loop.quit())
        feed.open_show(show_id)
        QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
        loop.exec()
