"""Seats for somebody who comes later, on real windows: reserved at one till, found and part-collected at another."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.services.finding import FoundKind
from boxoffice_desktop.ui.find.dialogs import HouseDialog, ReservationDialog
from boxoffice_desktop.ui.find.search_box import SearchBox
from boxoffice_desktop.ui.sell.keep_dialog import KeepDialog
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters


def settle(qtbot: QtBot, counter: Counter) -> None:
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)


def take(qtbot: QtBot, counter: Counter, *names: str) -> None:
    for name in names:
        position = counter.seat_map.seat_position(counter.seat(name))
        qtbot.mouseClick(counter.seat_map.viewport(), Qt.MouseButton.LeftButton, pos=position)
    qtbot.waitUntil(lambda: set(names) <= set(counter.basket()), timeout=10_000)
    settle(qtbot, counter)


def keep_dialog(counter: Counter) -> KeepDialog:
    dialog = counter.page.keeping.dialog
    assert dialog is not None
    return dialog


def come_forward(qtbot: QtBot, counter: Counter) -> None:
    """Shortcuts belong to the window in front."""
    counter.desktop.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is counter.desktop.window, timeout=10_000)


def open_box(qtbot: QtBot, counter: Counter) -> SearchBox:
    come_forward(qtbot, counter)
    QTest.keyClick(counter.desktop.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = counter.desktop.finding.box
    assert box is not None
    return box


def find(qtbot: QtBot, counter: Counter, text: str) -> SearchBox:
    box = open_box(qtbot, counter)
    QTest.keyClicks(box.field, text)
    qtbot.waitUntil(lambda: bool(box.results()) and counter.desktop.tasks.is_idle(), timeout=10_000)
    return box


def reservation_dialog(qtbot: QtBot, counter: Counter) -> ReservationDialog:
    window = counter.desktop.window
    qtbot.waitUntil(lambda: bool(window.findChildren(ReservationDialog)), timeout=10_000)
    return window.findChildren(ReservationDialog)[-1]


def reserve_at(qtbot: QtBot, one: Counter, show_id: int) -> str:
    """Reserve A1 to A3 for Jürgen Müller by Ctrl+K; returns the code."""
    one.sign_in(qtbot)
    one.open_show(qtbot, show_id)
    take(qtbot, one, "A1", "A2", "A3")
    QTest.keyClick(one.seat_map, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog = keep_dialog(one)
    # Nobody has said for whom: a message at the field, nothing lost.
    dialog.form.submitted.emit()
    settle(qtbot, one)
    assert set(dialog.form.problems()) == {"name"}
    assert one.basket() == ("A1", "A2", "A3")
    dialog.form.set_text("name", "Jürgen Müller")
    dialog.form.set_text("phone", "0660 123456")
    dialog.form.submitted.emit()
    qtbot.waitUntil(lambda: len(dialog.code.text()) == 6, timeout=10_000)
    code = dialog.code.text()
    assert one.basket() == ()
    dialog.accept()
    settle(qtbot, one)
    qtbot.waitUntil(lambda: any(one.folder.glob("tickets/*slip*.pdf")), timeout=10_000)
    status = one.status("A1")
    assert status is not None
    assert (status.look, status.kept_for) == (SeatLook.RESERVATION, "Jürgen Müller")
    assert "is reserved for Jürgen Müller" in one.seat_map.tooltip_for(one.seat("A1"))
    return code


def test_reserved_at_one_till_part_collected_at_another_and_given_up(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    one, two = counters.open("Counter 1"), counters.open("Counter 2")
    code = reserve_at(qtbot, one, cinema.show_id)

    two.sign_in(qtbot, "sid")
    box = find(qtbot, two, "muller")
    assert [found.kind for found in box.results()] == [FoundKind.RESERVATION]
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    chosen = reservation_dialog(qtbot, two)
    seats = {box.text().split(" ")[0]: box for box in chosen.boxes.values()}
    seats["A3"].setChecked(False)
    chosen.serve_button.click()
    qtbot.waitUntil(lambda: two.basket() == ("A1", "A2"), timeout=10_000)
    settle(qtbot, two)
    assert two.page.controller.basket.ends_at is not None

    # Esc: the seats go back to the reservation, not to everybody; Ctrl+Z takes them from it again.
    two.page.controller.press_escape()
    settle(qtbot, two)
    assert two.basket() == ()
    held = "SELECT count(*) FROM boxoffice.show_seat JOIN boxoffice.hold USING (hold_id) WHERE kind = 'reservation'"
    assert cinema.query(held) == [(3,)]
    two.page.messages.act()
    qtbot.waitUntil(lambda: two.basket() == ("A1", "A2"), timeout=10_000)
    settle(qtbot, two)
    two.seat_map.setFocus()
    two.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(two.page.sold, timeout=10_000):
        two.press(Qt.Key.Key_Return)
    settle(qtbot, two)

    # By its code, at the first till: two of three are collected; the customer gives up the rest.
    box = find(qtbot, one, code.lower())
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    rest = reservation_dialog(qtbot, one)
    assert [box.isEnabled() for box in rest.boxes.values()] == [False, False, True]
    rest.give_up_button.click()
    assert cinema.query(held) == [(1,)]
    rest.give_up_button.click()
    settle(qtbot, one)
    assert cinema.query(held) == [(0,)]

    # The sale of the other two is found by its number, with all that can be done to it.
    box = find(qtbot, one, "#1")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.desktop.corrections.dialog is not None, timeout=10_000)
    settle(qtbot, one)


def test_who_may_approve_keeps_seats_for_the_house_and_gives_them_back(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    counter = counters.open()
    counter.sign_in(qtbot, "sid")
    counter.open_show(qtbot, cinema.show_id)
    take(qtbot, counter, "B1", "B2")
    counter.page.basket_panel.keep.click()
    dialog = keep_dialog(counter)
    dialog.for_house.click()
    dialog.house_form.submitted.emit()
    settle(qtbot, counter)
    assert set(dialog.house_form.problems()) == {"reason"}
    dialog.house_form.set_text("reason", "Jury of the festival")
    dialog.house_form.submitted.emit()
    qtbot.waitUntil(lambda: counter.basket() == (), timeout=10_000)
    settle(qtbot, counter)
    assert "Jury of the festival" in counter.seat_map.tooltip_for(counter.seat("B1"))

    # Alt+R: what is kept in this show stands there before anything is typed.
    come_forward(qtbot, counter)
    QTest.keyClick(counter.seat_map, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    box = counter.desktop.finding.box
    assert box is not None
    qtbot.waitUntil(lambda: bool(box.results()), timeout=10_000)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    [house] = counter.desktop.window.findChildren(HouseDialog)
    house.back_button.click()
    house.back_button.click()
    settle(qtbot, counter)
    qtbot.waitUntil(lambda: counter.status("B1") is None, timeout=10_000)


def test_a_seat_and_a_show_are_opened_from_anywhere_and_a_full_basket_is_not_mixed(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    counter.open_show(qtbot, cinema.show_id)
    take(qtbot, counter, "C1")
    QTest.keyClick(counter.seat_map, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog = keep_dialog(counter)
    assert not dialog.for_house.isEnabled()
    dialog.form.set_text("name", "Ada")
    dialog.form.submitted.emit()
    qtbot.waitUntil(lambda: bool(dialog.code.text()), timeout=10_000)
    dialog.accept()
    counter.desktop.shell.go_to("shift")
    settle(qtbot, counter)
    box = find(qtbot, counter, "A2")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.seat_map.focus_seat == counter.seat("A2"), timeout=10_000)
    settle(qtbot, counter)
    assert counter.desktop.window.page is counter.page

    take(qtbot, counter, "B1")
    box = find(qtbot, counter, "ada")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    reservation_dialog(qtbot, counter).serve_button.click()
    settle(qtbot, counter)
    assert counter.basket() == ("B1",)
    assert "Seats of another customer are in the basket" in counter.page.messages.text()
