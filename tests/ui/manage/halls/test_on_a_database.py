"""A manager changes a hall in a real window while a cashier sells in it at another counter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from boxoffice_desktop.services.cancellations import list_owed
from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.manage.halls.paid_back_dialog import PaidBackDialog
from tests.support.books import find_wrong
from tests.support.cinema import Cinema
from tests.support.desktop import Counters
from tests.support.seats import sell
from tests.ui.manage.halls.hands import Hand, wait_for


@pytest.fixture
def counters(qapp: QApplication, cinema: Cinema, tmp_path: Path) -> Iterator[Counters]:
    opened = Counters(cinema, tmp_path)
    yield opened
    opened.close()


def open_hall(qtbot: QtBot, counters: Counters) -> tuple[HallsPage, Hand]:
    """The only hall in the editor of the manager's till."""
    manager = counters.open("Counter 3")
    manager.sign_in(qtbot, "mona")
    manager.desktop.shell.go_to("halls")
    page = manager.desktop.shell.page("halls")
    assert isinstance(page, HallsPage)
    qtbot.waitUntil(lambda: page.list.list.count() == 1)
    page.list.open.click()
    qtbot.waitUntil(page.editor.isVisible)
    return page, Hand(page)


def test_a_sold_seat_outlives_its_row_and_a_new_row_is_sold_at_once(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    sell(cinema, cinema.till(), "A1")
    page, hand = open_hall(qtbot, counters)
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    hand.press(Qt.Key.Key_Delete)
    hand.press(Qt.Key.Key_B)
    panel = page.editor.block_panel
    panel.rows.setValue(1)
    panel.seats.setValue(4)
    panel.first_row.setText("F")
    hand.canvas.put_ghost(QPointF(130, 240))
    hand.press(Qt.Key.Key_Return)
    hand.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(page.findChildren(ChangesDialog)))
    (dialog,) = page.findChildren(ChangesDialog)
    assert dialog.table.rowCount() == 1
    dialog.buttons["save"].click()
    qtbot.waitUntil(lambda: page.editor.status.whole_text() == "Saved.")

    cashier = counters.open("Counter 2")
    cashier.sign_in(qtbot)
    cashier.open_show(qtbot, cinema.show_id)
    opened = cashier.page.controller.opened
    assert opened is not None
    names = {seat.name for seat in opened.picture.seats}
    assert names & {"A1", "A2", "F1", "F4"} == {"A1", "F1", "F4"}
    status = cashier.status("A1")
    assert status is not None
    assert status.look == "sold"
    cinema.seats = {**cinema.seats, "F1": cashier.seat("F1").seat_id}
    assert sell(cinema, cinema.till(), "F1").total == 1200
    qtbot.waitUntil(lambda: cashier.status("F1") is not None)


def test_a_seat_that_goes_is_paid_back_and_its_cash_waits_at_any_till(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    sale = sell(cinema, cinema.till(), "A1", "A2")
    page, hand = open_hall(qtbot, counters)
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    hand.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = wait_for(qtbot, page, ChangesDialog)
    box = dialog.table.cellWidget(0, 4)
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClicks(box, "Pay")
    assert box.currentText().startswith("Pay back")
    dialog.buttons["save"].click()
    told = wait_for(qtbot, page, PaidBackDialog)
    cells = [item.text() for column in (0, 1, 3) if (item := told.table.item(0, column)) is not None]
    assert cells == [f"{sale.number} at Counter 1", "A1", "waits in cash at any till"]
    (waiting,) = cinema.till("Counter 2").call(list_owed)
    assert (waiting.sale_number, waiting.seat_names, waiting.amount) == (sale.number, ("A1",), 1200)
    assert find_wrong(cinema) == {}
