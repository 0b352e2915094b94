"""The steps of the tour: sign in, pick a show, hold three seats against another counter, pay cash, print."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.staff import DEMO_PINS
from boxoffice_desktop.ui.desktop import Desktop
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.shell.ticket_window import TicketWindow
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tour.choice import (
    LARGEST_HALL,
    Choice,
    choose_show,
    focus_show,
    list_going,
    reserve_for_later,
)
from boxoffice_desktop.ui.tour.driver import Hands, Steps, TourFailedError, Until
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from boxoffice_desktop.ui.widgets.theme import apply_theme

_CASHIER: Final = "anna"
_OTHER_CASHIER: Final = "sam"
_ADMINISTRATOR: Final = "olga"
_MARIA: Final = "Maria Papadopoulou"
_SMALL: Final = (1366, 768)
_LARGE: Final = (1920, 1080)


@dataclass
class Stage:
    """Everything the script works with, and what it leaves behind."""

    desktop: Desktop
    hands: Hands
    other_till: Desk
    output: Path
    say: Callable[[str], None]
    documents: list[Path] = field(default_factory=list)

    @property
    def page(self) -> SellPage:
        """The selling page; there is one after sign-in."""
        page = self.desktop.shell.page("sell")
        if not isinstance(page, SellPage):
            raise TourFailedError("the selling page is not there")
        return page

    @property
    def seat_map(self) -> SeatMap:
        """The map on the selling page."""
        return self.page.view.map_panel.seat_map

    def is_open(self, show_id: int) -> bool:
        """Whether the page sells this show now."""
        opened = self.page.controller.opened
        return opened is not None and opened.show.show_id == show_id

    def seats_in_basket(self) -> int:
        """How many seats the cashier has."""
        return len(self.page.controller.basket.basket.lines)

    def settled(self, seconds: float = 0.3) -> Until:
        """All answers are there and have been on the screen for a moment."""
        since: list[float] = []

        def holds() -> bool:
            if not self.desktop.tasks.is_idle():
                since.clear()
                return False
            since.append(monotonic())
            return since[-1] - since[0] >= seconds

        return Until("everything to settle", holds)


def play(stage: Stage) -> Steps:
    """All of it, in the order of a customer's visit."""
    stage.hands.resize(*_SMALL)
    yield from _sign_in(stage)
    choice = choose_show(stage.other_till, 3)
    yield from _open_show(stage, choice)
    yield from _take_seats(stage, choice)
    sales: list[CompletedSale] = []
    yield from _pay(stage, sales)
    yield from _show_tickets(stage, sales[0])
    yield from _next_customer(stage)
    yield from _find_a_reservation(stage)
    yield from _show_other_looks(stage, choice)
    yield from _visit_the_desk(stage)


def _sign_in(stage: Stage) -> Steps:
    page, hands = stage.desktop.shell.sign_in_page, stage.hands
    yield stage.settled()
    hands.photograph("01-sign-in")
    hands.type(_CASHIER[0])
    hands.type("0000")
    hands.press(Qt.Key.Key_Return)
    yield Until("the refusal of a wrong PIN", lambda: bool(page.verdict))
    hands.photograph("02-wrong-pin")
    hands.type(DEMO_PINS[_CASHIER])
    hands.press(Qt.Key.Key_Return)
    yield Until("the selling page", lambda: stage.desktop.shell.page("sell") is not None)
    yield stage.settled(0.8)
    hands.photograph("03-shows")
    stage.say("Signed in as Anna, after a wrong PIN was refused.")


def _open_show(stage: Stage, choice: Choice) -> Steps:
    tile = choice.show
    yield from focus_show(stage.page, choice.day, tile.show_id)
    stage.hands.press(Qt.Key.Key_Return)
    yield Until("the map of the show", lambda: stage.is_open(tile.show_id))
    yield stage.settled()
    stage.say(f"Opened {tile.title}, {tile.hall_name}: {tile.free} seats free.")
    stage.hands.photograph("04-map")


def _take_seats(stage: Stage, choice: Choice) -> Steps:
    hands, page = stage.hands, stage.page
    first, contended, last = choice.seats
    stage.other_till.sign_in(_OTHER_CASHIER, DEMO_PINS[_OTHER_CASHIER])
    stage.other_till.call(
        holds.hold_seats,
        {"hold_id": uuid4(), "show_id": choice.show.show_id, "seat_ids": (contended.seat_id,)},
    )
    for seat in (first, contended, last):
        hands.click(stage.seat_map.viewport(), stage.seat_map.seat_position(seat))
    yield Until("two seats in the basket", lambda: stage.seats_in_basket() == 2)  # noqa: PLR2004
    yield Until("the refusal of the third", page.messages.isVisible)
    hands.photograph("05-refused")
    stage.say(f"Took {first.name} and {last.name}; {contended.name} was refused: {page.messages.text()}")
    hands.press("1")
    yield Until("three seats in the basket", lambda: stage.seats_in_basket() == 3)  # noqa: PLR2004
    hands.press(Qt.Key.Key_F1)
    yield stage.settled()
    hands.photograph("06-basket")


def _pay(stage: Stage, sales: list[CompletedSale]) -> Steps:
    hands, page = stage.hands, stage.page
    page.sold.connect(sales.append)
    hands.press(Qt.Key.Key_Return)
    yield Until("the payment", lambda: page.controller.phase is Phase.PAYING)
    hands.type("100")
    yield stage.settled()
    hands.photograph("07-cash")
    page.payment_panel.choose_card()
    yield stage.settled()
    hands.photograph("08-card")
    page.payment_panel.choose_cash()
    page.payment_panel.focus_field()
    hands.press(Qt.Key.Key_Return)
    yield Until("the stored sale", lambda: page.controller.phase is Phase.DONE and bool(sales))
    yield stage.settled(0.6)
    hands.photograph("09-sold")
    stage.say(f"Sold: sale {sales[0].number} with {len(sales[0].tickets)} tickets.")


def _show_tickets(stage: Stage, sale: CompletedSale) -> Steps:
    path = stage.output / "tickets.pdf"
    saved_to = stage.page.done_panel.saved_to
    if saved_to is None:
        raise TourFailedError(f"the tickets of sale {sale.number} were not saved")
    shutil.copyfile(saved_to, path)
    stage.documents.append(path)
    opened: list[TicketWindow] = []
    stage.desktop.tickets.shown.connect(opened.append)
    stage.hands.press(Qt.Key.Key_P)
    yield Until("the preview of the tickets", lambda: bool(opened))
    yield stage.settled(1.0)
    stage.hands.photograph("10-tickets", opened[0])
    opened[0].close()
    yield stage.settled()


def _next_customer(stage: Stage) -> Steps:
    stage.desktop.window.activateWindow()
    stage.page.done_panel.focus_next()
    yield stage.settled()
    stage.hands.press(Qt.Key.Key_Return)
    yield Until("the empty basket", lambda: stage.page.controller.phase is Phase.CHOOSING)
    yield stage.settled()
    stage.hands.photograph("11-next-customer")


def _find_a_reservation(stage: Stage) -> Steps:
    """Made at the other till, found at this one by half a name."""
    reserve_for_later(stage.other_till, _MARIA, "+43 660 123456")
    stage.hands.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    yield Until("the search box", lambda: stage.desktop.finding.box is not None)
    box = stage.desktop.finding.box
    if box is None:
        raise TourFailedError("the search box is not there")
    QTest.keyClicks(box.field, "papado")
    yield Until("the reservation", lambda: bool(box.results()))
    yield stage.settled()
    stage.hands.photograph("11-search", box)
    stage.say(f"Found the reservation of {_MARIA} at another counter.")
    box.reject()
    yield stage.settled()
    stage.desktop.window.activateWindow()
    stage.seat_map.setFocus()
    yield stage.settled()


def _show_other_looks(stage: Stage, choice: Choice) -> Steps:
    hands = stage.hands
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TourFailedError("a tour needs an application with widgets")
    hands.press("2")
    yield Until("the two best seats", lambda: stage.seats_in_basket() == 2)  # noqa: PLR2004
    apply_theme(application, dark=True)
    yield stage.settled(0.5)
    hands.photograph("12-dark")
    hands.resize(*_LARGE)
    yield stage.settled(0.5)
    hands.photograph("13-dark-1920")
    apply_theme(application, dark=False)
    yield stage.settled(0.5)
    hands.photograph("14-light-1920")
    palace = [show for show in list_going(stage.other_till, choice.day) if show.hall_name == LARGEST_HALL]
    if palace:
        yield from focus_show(stage.page, choice.day, palace[-1].show_id)
        hands.press(Qt.Key.Key_Return)
        yield Until("the largest hall", lambda: stage.is_open(palace[-1].show_id))
        yield stage.settled(0.5)
        hands.photograph("15-largest-hall")
    hands.resize(*_SMALL)
    stage.seat_map.setFocus()
    hands.press(Qt.Key.Key_Escape)
    yield Until("the basket to be let go", lambda: stage.seats_in_basket() == 0)
    yield stage.settled()


def _visit_the_desk(stage: Stage) -> Steps:
    """Every other place on the rail, as somebody sees it who may do everything."""
    hands, shell = stage.hands, stage.desktop.shell
    shell.sign_out()
    yield stage.settled()
    hands.type(_ADMINISTRATOR[0])
    hands.type(DEMO_PINS[_ADMINISTRATOR])
    hands.press(Qt.Key.Key_Return)
    yield Until("the administrator's places", lambda: bool(shell.places()))
    yield stage.settled(0.8)
    hands.resize(*_LARGE)
    places = [place for place in shell.places() if place != "sell"]
    for number, place in enumerate(places, start=16):
        shell.go_to(place)
        yield stage.settled(0.8)
        hands.photograph(f"{number}-{place}")
    stage.say(f"Looked at {', '.join(places)} as Olga.")
