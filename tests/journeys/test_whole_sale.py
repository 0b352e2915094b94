"""A customer's visit, from the cashier's sign-in to the next customer, on the real window and a real PostgreSQL."""

from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.ui.sell.phase import Phase
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters

_MOST_KEYS = 6


def _open(qtbot: QtBot, counters: Counters, name: str, user_name: str) -> Counter:
    counter = counters.open(name)
    counter.sign_in(qtbot, user_name)
    counter.open_show(qtbot, counters.cinema.show_id)
    return counter


def _look(counter: Counter, name: str) -> SeatLook | None:
    status = counter.status(name)
    return status.look if status is not None else None


def _is_sold(counter: Counter, seat_id: int) -> bool:
    status = counter.seat_map.status_of(seat_id)
    return status is not None and status.look is SeatLook.SOLD


def test_a_whole_sale_takes_six_keys_and_prints_two_tickets(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    counter.go_to_day_of(qtbot, cinema.show_id)
    counter.keys = 0
    # The only show has the focus: Enter opens it, 2 takes the best seats, Enter pays, Enter is paid.
    qtbot.waitUntil(lambda: counter.desktop.window.focusWidget() is counter.page.picker.tiles._buttons()[0])
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.has_open(cinema.show_id))
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2)
    counter.press(Qt.Key.Key_Return)
    assert counter.page.controller.phase is Phase.PAYING
    with qtbot.waitSignal(counter.page.sold, timeout=5000) as sold:
        counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    assert counter.keys <= _MOST_KEYS
    sale = sold.args[0]
    assert [ticket.serial for ticket in sale.tickets] == [1, 2]
    document = QPdfDocument()
    document.load(str(counter.folder / "tickets" / "counter-1-000001.pdf"))
    assert document.pageCount() == 2
    assert cinema.query("SELECT sum(amount) FROM boxoffice.payment") == [(sale.total,)]
    # The next customer: the same show, an empty basket, the sold seats on the map.
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.CHOOSING)
    assert counter.basket() == ()
    assert counter.has_open(cinema.show_id)
    qtbot.waitUntil(lambda: all(_is_sold(counter, ticket.key.seat_id) for ticket in sale.tickets))
    counter.press("1")
    qtbot.waitUntil(lambda: len(counter.basket()) == 1)


def test_typing_ahead_of_the_database_sells_all_the_same(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = _open(qtbot, counters, "Counter 1", "carla")
    counter.press("2")
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.PAYING)
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.DONE)
    assert cinema.query("SELECT ticket_count FROM boxoffice.sale") == [(2,)]


def test_two_tills_see_and_respect_each_other(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    one = _open(qtbot, counters, "Counter 1", "carla")
    two = _open(qtbot, counters, "Counter 2", "sid")
    with qtbot.waitSignal(one.page.controller.map_feed.state_read, timeout=3000):
        two.page.view.seat_activated.emit(two.seat("C4"))
    qtbot.waitUntil(lambda: two.basket() == ("C4",))
    qtbot.waitUntil(lambda: _look(one, "C4") is SeatLook.HELD)
    assert "Counter 2" in one.seat_map.tooltip_for(one.seat("C4"))
    one.page.view.seat_activated.emit(one.seat("C4"))
    qtbot.waitUntil(one.page.messages.isVisible)
    assert one.page.messages.text() == "C4 is with Counter 2"
    assert one.basket() == ()
    two.press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _look(one, "C4") is None)
    one.page.view.seat_activated.emit(one.seat("C4"))
    qtbot.waitUntil(lambda: one.basket() == ("C4",))
    qtbot.waitUntil(lambda: _look(two, "C4") is SeatLook.HELD)
    one.press(Qt.Key.Key_Return)
    one.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _look(two, "C4") is SeatLook.SOLD)


def test_signing_out_gives_the_basket_back(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = _open(qtbot, counters, "Counter 1", "carla")
    counter.press("3")
    qtbot.waitUntil(lambda: len(counter.basket()) == 3)
    counter.desktop.shell.sign_out()
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    assert cinema.query("SELECT count(*) FROM boxoffice.show_seat WHERE state <> 'available'") == [(0,)]
    assert counter.desktop.window.page is counter.desktop.shell.sign_in_page
