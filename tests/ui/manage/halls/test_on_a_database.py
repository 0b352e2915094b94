"""A manager changes a hall in a real window while a cashier sells in it at another counter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from tests.support.cinema import Cinema
from tests.support.desktop import Counters
from tests.support.seats import sell
from tests.ui.manage.halls.hands import Hand


@pytest.fixture
def counters(qapp: QApplication, cinema: Cinema, tmp_path: Path) -> Iterator[Counters]:
    opened = Counters(cinema, tmp_path)
    yield opened
    opened.close()


def test_a_sold_seat_outlives_its_row_and_a_new_row_is_sold_at_once(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    sell(cinema, cinema.till(), "A1")
    manager = counters.open("Counter 3")
    manager.sign_in(qtbot, "mona")
    manager.desktop.shell.go_to("halls")
    page = manager.desktop.shell.page("halls")
    assert isinstance(page, HallsPage)
    qtbot.waitUntil(lambda: page.list.list.count() == 1)
    page.list.open.click()
    qtbot.waitUntil(page.editor.isVisible)
    hand = Hand(page)

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
