"""A real window on a real database: what a counter starts, without the composition's folders."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.domain.seats import Seat, SeatStatus
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till
from boxoffice_desktop.ui.desktop import Desktop, DesktopSettings
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.sell.show_picker.tile_button import TileButton
from boxoffice_desktop.ui.tasks.live import LiveHints
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from tests.support.cinema import PINS, Cinema

_MOST_DAYS = 30


def read_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the test is the composition here


@dataclass
class Counter:
    """One counter's window with everything behind it, and a pair of hands."""

    desktop: Desktop
    till: Till
    database: Database
    live: LiveHints
    folder: Path
    keys: int = 0

    @property
    def page(self) -> SellPage:
        page = self.desktop.shell.page("sell")
        assert isinstance(page, SellPage), "nobody is signed in"
        return page

    @property
    def seat_map(self) -> SeatMap:
        return self.page.view.map_panel.seat_map

    def press(self, key: Qt.Key | str) -> None:
        """One key, where the focus is."""
        self.keys += 1
        target = self.desktop.window.focusWidget() or self.desktop.window
        if isinstance(key, str):
            QTest.keyClick(target, key)
        else:
            QTest.keyClick(target, key)

    def sign_in(self, qtbot: QtBot, user_name: str = "carla") -> None:
        """By keys alone: the first letter chooses the name, then the PIN."""
        self.desktop.window.activateWindow()
        qtbot.waitUntil(self.desktop.window.isActiveWindow, timeout=10_000)
        sign_in = self.desktop.shell.sign_in_page
        qtbot.waitUntil(lambda: bool(sign_in.user_name) and self.desktop.tasks.is_idle(), timeout=10_000)
        while sign_in.user_name != user_name:
            self.press(user_name[0])
        for digit in PINS[user_name]:
            self.press(digit)
        self.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: self.desktop.shell.page("sell") is not None, timeout=10_000)
        qtbot.waitUntil(self.desktop.tasks.is_idle, timeout=10_000)

    def open_show(self, qtbot: QtBot, show_id: int) -> None:
        self.go_to_day_of(qtbot, show_id)
        self.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: self.has_open(show_id), timeout=10_000)
        qtbot.waitUntil(self.desktop.tasks.is_idle, timeout=10_000)

    def go_to_day_of(self, qtbot: QtBot, show_id: int) -> None:
        """Leaf through the days like a cashier: late in the evening a show of "in three hours" is one of tomorrow."""
        for _ in range(_MOST_DAYS):
            self.page.picker.tiles.focus_show(show_id)
            focused = self.desktop.window.focusWidget()
            if isinstance(focused, TileButton) and focused.tile.show_id == show_id:
                return
            self.page.picker.dates.step(1)
            qtbot.waitUntil(self.desktop.tasks.is_idle, timeout=10_000)
        pytest.fail(f"show {show_id} is on no day of the picker")

    def has_open(self, show_id: int) -> bool:
        opened = self.page.controller.opened
        return opened is not None and opened.show.show_id == show_id

    def seat(self, name: str) -> Seat:
        opened = self.page.controller.opened
        assert opened is not None
        return next(seat for seat in opened.picture.seats if seat.name == name)

    def status(self, name: str) -> SeatStatus | None:
        """What the map shows for a seat; None when it is free."""
        return self.seat_map.status_of(self.seat(name).seat_id)

    def basket(self) -> tuple[str, ...]:
        return self.page.controller.basket.seat_names()


@dataclass
class Counters:
    """Opens counters of one cinema and closes them all."""

    cinema: Cinema
    folder: Path
    open_ones: list[tuple[Counter, Listener]] = field(default_factory=list)

    def open(self, name: str = "Counter 1", clock: Callable[[], datetime] = read_clock) -> Counter:
        folder = self.folder / name.replace(" ", "-").lower()
        _, login, _ = self.cinema.logins[name]
        database = Database(self.cinema.conninfo(name))
        till = Till(database, login=login, attempts=AttemptFile(folder / "attempts"), clock=clock)
        live = LiveHints()
        listener = Listener(
            database.conninfo,
            terminal_id=till.terminal_id,
            terminal_name=name,
            on_hint=live.hint,
            on_state=live.change_connection,
            on_taken=live.lose_terminal,
        )
        listener.start()
        folder.mkdir(parents=True, exist_ok=True)
        settings = DesktopSettings(
            settings_file=folder / "window.ini", tickets_folder=folder / "tickets", log_file=None
        )
        counter = Counter(Desktop(till, settings, live), till, database, live, folder)
        self.open_ones.append((counter, listener))
        counter.desktop.show()
        return counter

    def close(self) -> None:
        for counter, listener in reversed(self.open_ones):
            counter.desktop.shell.close()
            with waiting_for_close(counter.desktop):
                pass
            listener.stop()
            counter.database.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def waiting_for_close(desktop: Desktop) -> Iterator[None]:
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    desktop.closed.connect(loop.quit)
    yield
    # A write under way has 6 s; whatever takes longer is a bug.
    QTimer.singleShot(15_000, loop, loop.quit)
    if desktop.window.isVisible():
        loop.exec()
    assert not desktop.window.isVisible(), "the window does not close"


def send_hints(cinema: Cinema, show_id: int, count: int) -> None:
    """Forge `count` hints, one transaction each, as fast as the server takes them."""
    with psycopg.connect(cinema.admin_conninfo, autocommit=True) as connection, connection.pipeline():
        for number in range(count):
            connection.execute("SELECT pg_notify('boxoffice_hint', %s)", (f"{show_id}:{number}",))
