"""The selling page in front of a cinema in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.printing.queue import PrintQueue
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.printer_access import MachinePrinters
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.sell.fakes import CinemaDesk


class Counter:
    """A cashier's hands: real key presses on whatever has the focus, and eyes on the page."""

    def __init__(self, page: SellPage, tasks: TaskRunner, desk: CinemaDesk, qtbot: QtBot) -> None:
        self.page, self.tasks, self.desk, self.qtbot = page, tasks, desk, qtbot
        self.keys_pressed = 0
        self.posted: list[object] = []
        page.message_posted.connect(self.posted.append)

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys one after the other and wait each time until the till is idle."""
        for key in keys:
            self.hit(key, modifier)
            self.settle()

    def hit(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key and wait for nothing."""
        self.keys_pressed += 1
        self.qtbot.keyClick(QApplication.focusWidget() or self.page, key, modifier)

    def settle(self) -> None:
        self.qtbot.waitUntil(self.tasks.is_idle, timeout=5000)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=5000)

    def open_show(self, show_id: int = 33) -> None:
        self.page.picker.tiles.focus_show(show_id)
        self.press(Qt.Key.Key_Return)
        self.keys_pressed = 0

    def click_seat(self, name: str) -> None:
        seat = next(seat for seat in self.desk.hall.seats if seat.name == name)
        seat_map = self.page.view.map_panel.seat_map
        self.qtbot.mouseClick(seat_map.viewport(), Qt.MouseButton.LeftButton, pos=seat_map.seat_position(seat))
        self.settle()

    def look_of(self, name: str) -> str:
        seat = next(seat for seat in self.desk.hall.seats if seat.name == name)
        status = self.page.view.map_panel.seat_map.status_of(seat.seat_id)
        return "available" if status is None else status.look.value

    @property
    def phase(self) -> Phase:
        return self.page.controller.phase

    @property
    def message(self) -> str:
        return self.page.messages.text()

    def basket(self) -> list[tuple[str, str, str]]:
        """Seat, type and price of every line as they stand on the screen, headings left out."""
        lines = self.page.basket_panel.lines
        items = [lines.topLevelItem(row) for row in range(lines.topLevelItemCount())]
        return [(i.text(0), i.text(1), i.text(2)) for i in items if i is not None and i.text(2)]


@pytest.fixture
def desk() -> CinemaDesk:
    return CinemaDesk()


@pytest.fixture
def counter(qapp: QApplication, qtbot: QtBot, desk: CinemaDesk, tasks: TaskRunner, tmp_path: Path) -> Iterator[Counter]:
    apply_theme(qapp, dark=False)
    page = SellPage(tasks)
    store = QSettings(str(tmp_path / "till.ini"), QSettings.Format.IniFormat)
    queue = PrintQueue(tasks, PrinterChoices(store), MachinePrinters(), tmp_path / "tickets", page)
    queue.open()
    page.print_requested.connect(queue.wake)
    queue.reported.connect(page.show_report)
    qtbot.addWidget(page)
    page.resize(1294, 736)
    show_in_front(qtbot, page)
    hands = Counter(page, tasks, desk, qtbot)
    hands.settle()
    yield hands
    desk.let_go()
    hands.settle()


@pytest.fixture
def open_counter(counter: Counter) -> Counter:
    """The 20:15 of Nosferatu is open, the basket empty, the focus on the map."""
    counter.open_show()
    return counter
