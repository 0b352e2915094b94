"""Tickets are exchanged on the picture of the hall, with other counters at work, on a real PostgreSQL."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.ui.corrections.sale_dialog import SaleDialog
from boxoffice_desktop.ui.corrections.seat_dialog import SeatDialog
from tests.journeys.test_shift import settle
from tests.support.books import find_wrong
from tests.support.cinema import Cinema
from tests.support.counters import add_shows
from tests.support.desktop import Counter, Counters
from tests.support.seats import hold


def sell_two_best_seats(qtbot: QtBot, counter: Counter, cinema: Cinema) -> None:
    counter.open_show(qtbot, cinema.show_id)
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2)
    counter.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(counter.page.sold, timeout=10_000):
        counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)


def open_map(qtbot: QtBot, counter: Counter) -> tuple[SaleDialog, SeatDialog]:
    """The button on the page after the sale, then the one below the tickets."""
    counter.page.done_panel._correct.click()
    corrections = counter.desktop.corrections
    qtbot.waitUntil(lambda: corrections.dialog is not None, timeout=10_000)
    sale = corrections.dialog
    assert sale is not None
    sale.seats_button.click()
    seats = sale.seats
    assert seats is not None
    settle(qtbot, counter)
    return sale, seats


def look_of(cinema: Cinema, seats: SeatDialog, name: str) -> SeatLook | None:
    status = seats.map_panel.seat_map.status_of(cinema.ids(name)[0])
    return status.look if status else None


def choose(cinema: Cinema, seats: SeatDialog, name: str) -> None:
    seat_map = seats.map_panel.seat_map
    seat_map.focus_seat_by_id(cinema.ids(name)[0])
    QTest.keyClick(seat_map, Qt.Key.Key_Space)


def valid_seats(cinema: Cinema, show_id: int) -> list[str]:
    rows = cinema.query(
        "SELECT e.name FROM boxoffice.ticket t JOIN boxoffice.seat e USING (seat_id)"
        " WHERE t.voided_by IS NULL AND t.show_id = %s ORDER BY e.name",
        show_id,
    )
    return [name for (name,) in rows]


def test_the_seats_of_a_sale_are_exchanged_on_the_map_while_others_sell(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    sell_two_best_seats(qtbot, counter, cinema)
    sold = valid_seats(cinema, cinema.show_id)
    sale, seats = open_map(qtbot, counter)
    assert {look_of(cinema, seats, name) for name in sold} == {SeatLook.CHOSEN}
    choose(cinema, seats, "A1")
    assert look_of(cinema, seats, "A1") is SeatLook.CHOSEN
    # Another counter is quicker with A1: its hint comes, the ticket has no seat any more.
    hold(cinema, cinema.till("Counter 2", "sid"), "A1")
    qtbot.waitUntil(lambda: look_of(cinema, seats, "A1") is SeatLook.HELD, timeout=10_000)
    assert "A1 is with Counter 2" in seats.problem
    assert not seats.take_button.isEnabled()
    choose(cinema, seats, "E2")
    choose(cinema, seats, "E3")
    QTest.keyClick(seats.map_panel.seat_map, Qt.Key.Key_Return)
    qtbot.waitUntil(sale.change_button.isEnabled, timeout=10_000)
    assert "6" in sale.summary
    QTest.keyClick(sale, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.desktop.corrections.dialog is None, timeout=10_000)
    settle(qtbot, counter)
    assert valid_seats(cinema, cinema.show_id) == ["E2", "E3"]
    assert find_wrong(cinema) == {}


def test_the_tickets_go_to_another_show_by_its_line_in_the_list(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    (other,) = add_shows(cinema, 1)
    counter = counters.open()
    counter.sign_in(qtbot)
    sell_two_best_seats(qtbot, counter, cinema)
    sold = valid_seats(cinema, cinema.show_id)
    sale, seats = open_map(qtbot, counter)
    QTest.keyClick(seats.shows.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: seats.plan.show_of(seats.plan.current) == other, timeout=10_000)
    QTest.keyClick(seats.map_panel.seat_map, Qt.Key.Key_Return)
    qtbot.waitUntil(sale.change_button.isEnabled, timeout=10_000)
    assert sale.summary == "Nothing to pay"
    QTest.keyClick(sale, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.desktop.corrections.dialog is None, timeout=10_000)
    settle(qtbot, counter)
    # The same seats were free there.
    assert (valid_seats(cinema, cinema.show_id), valid_seats(cinema, other)) == ([], sold)
    assert find_wrong(cinema) == {}
