"""`boxoffice demo --headless --counters 3`: tills that want the same seats, driven without a display, with pictures."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.errors import BoxOfficeError, ConflictError
from boxoffice_desktop.domain.seats import Seat, SeatLook
from boxoffice_desktop.services.staff import DEMO_PINS
from boxoffice_desktop.ui.desktop import Desktop, DesktopSettings
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.tasks.live import LiveHints
from boxoffice_desktop.ui.tour.choice import choose_show, focus_show
from boxoffice_desktop.ui.tour.driver import Driver, Hands, Steps, TourFailedError, Until
from boxoffice_desktop.ui.tour.run import OpenedTill
from boxoffice_desktop.ui.widgets.theme import apply_theme

_SIZE: Final = (1040, 700)
_GAP: Final = 8
_CASHIERS: Final = ("anna", "sam", "maria")


@dataclass
class Rival:
    """One of the tills: its window and hands."""

    desktop: Desktop
    hands: Hands
    cashier: str

    @property
    def page(self) -> SellPage:
        """The selling page; there is one after sign-in."""
        page = self.desktop.shell.page("sell")
        if not isinstance(page, SellPage):
            raise TourFailedError("the selling page is not there")
        return page

    @property
    def name(self) -> str:
        """The counter's name."""
        return self.desktop.tasks.desk.describe().terminal_name

    def basket(self) -> frozenset[int]:
        """The seats that this till has."""
        return frozenset(line.key.seat_id for line in self.page.controller.basket.basket.lines)

    def is_quiet(self) -> bool:
        """Whether nothing is being asked of the database."""
        return self.desktop.tasks.is_idle() and not self.page.controller.basket.is_asking()

    def sees(self, seat_id: int) -> tuple[SeatLook | None, str]:
        """What the map shows for a seat, and whose it is; None for a free one."""
        status = self.page.view.map_panel.seat_map.status_of(seat_id)
        return (None, "") if status is None else (status.look, status.holder or "")


def run_contention(
    open_till: Callable[[int, LiveHints], OpenedTill],
    settings: Callable[[int], DesktopSettings],
    count: int,
    output: Path,
    say: Callable[[str], None],
) -> int:
    """Drive `count` windows after the same seats; 0 when each seat went to one of them and all of them show it.

    Raises:
        BoxOfficeError: a till could not be opened, or what is there is no demo.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise BoxOfficeError("A window needs a Qt application with widgets.")
    application.setQuitOnLastWindowClosed(False)
    apply_theme(application, dark=False)
    opened: list[OpenedTill] = []
    rivals: list[Rival] = []
    try:
        for counter in range(1, count + 1):
            live = LiveHints()
            opened.append(open_till(counter, live))
            if not opened[-1].till.describe().is_demo:
                raise ConflictError("This cinema is real: the demonstration sells in a demo cinema only.")
            desktop = Desktop(opened[-1].till, settings(counter), live)
            rivals.append(Rival(desktop, Hands(desktop.window, output), _CASHIERS[counter - 1]))
        _drive(rivals, output, say)
    finally:
        # The last to come goes first: each puts back the hooks it found.
        for rival in reversed(rivals):
            _close(rival)
        for till in reversed(opened):
            till.close()
    return 0


def _drive(rivals: Sequence[Rival], output: Path, say: Callable[[str], None]) -> None:
    driver = Driver(_play(rivals, output, say))
    failures: list[Exception] = []
    loop = QEventLoop()
    driver.finished.connect(loop.quit)
    driver.failed.connect(failures.append)
    driver.failed.connect(lambda _error: loop.quit())
    for rival in rivals:
        rival.desktop.show()
    driver.start()
    loop.exec()
    if failures:
        say(str(_photograph(rivals, output / "counters-failed.png")))
        raise failures[0]


def _close(rival: Rival) -> None:
    if not rival.desktop.window.isVisible():
        return
    loop = QEventLoop()
    rival.desktop.closed.connect(loop.quit)
    rival.desktop.shell.close()
    loop.exec()


def _play(rivals: Sequence[Rival], output: Path, say: Callable[[str], None]) -> Steps:
    for rival in rivals:
        rival.hands.resize(*_SIZE)
        yield from _sign_in(rival)
    choice = choose_show(rivals[0].desktop.tasks.desk, len(rivals))
    show, seats = choice.show, choice.seats
    for rival in rivals:
        yield from focus_show(rival.page, choice.day, show.show_id)
        rival.page.fold_picker(folded=False)
        rival.page.controller.map_feed.open_show(show.show_id)
    yield Until("the map at every counter", lambda: all(_has_open(rival, show.show_id) for rival in rivals))
    yield from _contend(rivals, seats, say)
    say(str(_photograph(rivals, output / "counters-contending.png")))
    yield from _sell(rivals, seats)
    say(f"Sold: every seat once, and all {len(rivals)} counters show it.")
    say(str(_photograph(rivals, output / "counters-sold.png")))


def _sign_in(rival: Rival) -> Steps:
    sign_in = rival.desktop.shell.sign_in_page
    yield Until("the names", rival.desktop.tasks.is_idle)
    rival.desktop.window.activateWindow()
    rival.hands.type(rival.cashier[0])
    rival.hands.type(DEMO_PINS[rival.cashier])
    rival.hands.press(Qt.Key.Key_Return)
    yield Until(f"the selling page of {rival.name} ({sign_in.user_name})", lambda: _is_selling(rival))


def _is_selling(rival: Rival) -> bool:
    return rival.desktop.shell.page("sell") is not None and rival.desktop.tasks.is_idle()


def _has_open(rival: Rival, show_id: int) -> bool:
    opened = rival.page.controller.opened
    return opened is not None and opened.show.show_id == show_id and rival.is_quiet()


def _contend(rivals: Sequence[Rival], seats: Sequence[Seat], say: Callable[[str], None]) -> Steps:
    """Every counter clicks every seat, each in another order, all before any answer comes."""
    for turn in range(len(seats)):
        for place, rival in enumerate(rivals):
            seat_map = rival.page.view.map_panel.seat_map
            rival.hands.click(seat_map.viewport(), seat_map.seat_position(seats[(turn + place) % len(seats)]))
    yield Until("an answer for every click", lambda: all(rival.is_quiet() for rival in rivals))
    owners = {seat.seat_id: [rival for rival in rivals if seat.seat_id in rival.basket()] for seat in seats}
    for seat in seats:
        if len(owners[seat.seat_id]) != 1:
            raise TourFailedError(f"{seat.name} is in {len(owners[seat.seat_id])} baskets")
        say(f"{seat.name}: {len(rivals)} counters wanted it, {owners[seat.seat_id][0].name} has it.")

    def all_see_it() -> bool:
        return all(
            rival.sees(seat.seat_id)
            == (SeatLook.MINE if rival is owners[seat.seat_id][0] else SeatLook.HELD, owners[seat.seat_id][0].name)
            for rival in rivals
            for seat in seats
        )

    yield Until("every counter to show whose seat is whose", all_see_it)


def _sell(rivals: Sequence[Rival], seats: Sequence[Seat]) -> Steps:
    buyers = [rival for rival in rivals if rival.basket()]
    for rival in buyers:
        rival.page.controller.pay()
        rival.page.payment_panel.submit()
    yield Until("every sale", lambda: all(rival.page.controller.phase is Phase.DONE for rival in buyers))
    yield Until(
        "the sold seats at every counter",
        lambda: all(rival.sees(seat.seat_id)[0] is SeatLook.SOLD for rival in rivals for seat in seats),
    )
    yield Until("everything to settle", lambda: all(rival.is_quiet() for rival in rivals))


def _photograph(rivals: Sequence[Rival], path: Path) -> Path:
    """The windows side by side in one picture."""
    pictures = [rival.desktop.window.grab().toImage() for rival in rivals]
    width = sum(picture.width() for picture in pictures) + _GAP * (len(pictures) - 1)
    sheet = QImage(width, max(picture.height() for picture in pictures), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.black)
    painter = QPainter(sheet)
    left = 0
    for picture in pictures:
        painter.drawImage(left, 0, picture)
        left += picture.width() + _GAP
    painter.end()
    sheet.save(str(path))
    return path
