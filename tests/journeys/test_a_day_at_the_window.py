"""The same day's frame at a real window, by keys: float, sale, correction by F12, blind count with a difference.

Another till sells by its service meanwhile. Books kept by hand say what both Z reports have to say.
"""

import json
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.cash import ShiftClosing, ShiftOpening
from boxoffice_desktop.services import shift_reports, shifts
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from boxoffice_desktop.ui.shift.till_tab import TillTab
from tests.journeys.test_shift import settle, shift_page
from tests.support.books import find_wrong
from tests.support.cash_book import CashBook, read_report
from tests.support.cinema import Cinema, Till
from tests.support.desktop import Counter, Counters
from tests.support.seats import sell
from tests.support.shifts import forget_shifts


def count(counter: Counter, qtbot: QtBot, till: TillTab, tens: int, ones: int) -> None:
    """Type a count, one field after the other; Enter in the last one sends it."""
    grid = till.closing.grid if till.place == "closing" else till.opening.grid
    for value, pieces in ((1000, tens), (100, ones)):
        qtbot.keyClicks(grid.fields[value], str(pieces))
    for _ in grid.fields:
        counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)


def sell_two_seats(qtbot: QtBot, counter: Counter, cinema: Cinema, book: CashBook) -> None:
    counter.desktop.shell.go_to("sell")
    settle(qtbot, counter)
    counter.open_show(qtbot, cinema.show_id)
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2)
    counter.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(counter.page.sold, timeout=5000):
        counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    book.sell(2400, cash=2400)


def make_them_children(qtbot: QtBot, counter: Counter, book: CashBook) -> None:
    """F12, F2, Enter: both tickets of the last sale become children's, the difference goes back; R: its receipt."""
    # A shortcut wants its window active, as it is when somebody sits in front of it.
    with qtbot.waitActive(counter.desktop.window):
        counter.desktop.window.activateWindow()
    counter.press(Qt.Key.Key_F12)
    corrections = counter.desktop.corrections
    qtbot.waitUntil(lambda: corrections.dialog is not None, timeout=10_000)
    dialog = corrections.dialog
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(dialog.change_button.isEnabled, timeout=10_000)
    assert "8" in dialog.summary
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: corrections.done is not None, timeout=10_000)
    done = corrections.done
    assert done is not None
    QTest.keyClick(done, Qt.Key.Key_R)
    receipt = counter.folder / "tickets" / "counter-1-000001-exchange.pdf"
    qtbot.waitUntil(receipt.exists, timeout=10_000)
    QTest.keyClick(done, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: corrections.done is None, timeout=10_000)
    settle(qtbot, counter)
    book.give_back("exchange", exchange=1600, cash=800)
    book.sell(1600, exchange=1600)


def sell_elsewhere(cinema: Cinema) -> tuple[Till, ShiftOpening, CashBook]:
    """Another till's morning: a float of 20.00 and a seat."""
    till = cinema.till("Counter 2", "sid")
    opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=((1000, 2),))
    till.call(shifts.open_shift, opening=opening)
    sell(cinema, till, "A1")
    book = CashBook(drawer=2000)
    book.sell(1200, cash=1200)
    return till, opening, book


def test_a_day_by_keys_is_corrected_counted_short_and_balances(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    with cinema.admin() as admin:
        forget_shifts(admin)
    counter = counters.open()
    counter.sign_in(qtbot)
    counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    till = shift_page(counter).till
    count(counter, qtbot, till, tens=5, ones=0)
    assert till.place == "running"
    book = CashBook(drawer=5000)
    other, opening, others_book = sell_elsewhere(cinema)
    sell_two_seats(qtbot, counter, cinema, book)
    make_them_children(qtbot, counter, book)

    counter.desktop.shell.go_to("shift")
    settle(qtbot, counter)
    till.running.buttons["close"].click()
    # 66.00 should be there; 46.00 are.
    count(counter, qtbot, till, tens=4, ones=6)
    assert till.place == "closing"
    assert till.closing.asks_reason
    qtbot.keyClicks(till.closing.reason, "A note too much was given out")
    till.closing.button.click()
    settle(qtbot, counter)
    assert till.place == "closed"
    assert "20.00" in till.closed.difference()
    pieces = ((100, others_book.drawer // 100),)
    other.call(shifts.close_shift, closing=ShiftClosing(shift_id=opening.shift_id, count_id=uuid4(), pieces=pieces))

    written = cinema.query(
        "SELECT z.body, z.counted_cash FROM boxoffice.z_report z JOIN boxoffice.shift f USING (shift_id)"
        " ORDER BY f.terminal_id"
    )
    assert [read_report(json.loads(body)) for body, _ in written] == [book.as_report(), others_book.as_report()]
    assert [counted for _, counted in written] == [4600, 3200]
    day = other.call(shift_reports.list_shifts)
    assert (day.total("sold"), day.total("refunded"), day.total("difference")) == (2400 + 1600 + 1200, 2400, -2000)
    assert work_as_owner(cinema.admin_conninfo, cinema.starts_at, verify_journal).faults == ()
    assert find_wrong(cinema) == {}
    assert QApplication.activeModalWidget() is None
