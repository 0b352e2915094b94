"""A shift on the real window and a real PostgreSQL: none, no sale; Enter through the float, sell, count, close."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from tests.support.cinema import PINS, Cinema
from tests.support.desktop import Counter, Counters
from tests.support.shifts import forget_shifts


def settle(qtbot: QtBot, counter: Counter) -> None:
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)


def shift_page(counter: Counter) -> ShiftPage:
    page = counter.desktop.shell.page("shift")
    assert isinstance(page, ShiftPage)
    return page


def test_a_day_from_the_float_to_the_z_report_by_keys(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    with cinema.admin() as admin:
        forget_shifts(admin)
    counter = counters.open()
    counter.sign_in(qtbot)
    assert counter.page.gate.isVisible()
    # One key leads to the shift.
    counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    till = shift_page(counter).till
    assert till.place == "opening"
    for _ in till.opening.grid.fields:
        counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    assert till.place == "running"
    counter.desktop.shell.go_to("sell")
    settle(qtbot, counter)
    assert not counter.page.gate.isVisible()
    counter.open_show(qtbot, cinema.show_id)
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2)
    counter.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(counter.page.sold, timeout=5000) as sold:
        counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    total = sold.args[0].total
    counter.desktop.shell.go_to("shift")
    settle(qtbot, counter)
    till.running.buttons["close"].click()
    qtbot.keyClicks(till.closing.grid.fields[100], str(total // 100))
    for _ in till.closing.grid.fields:
        counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_Return)
    settle(qtbot, counter)
    assert till.place == "closed"
    assert till.closed.difference() == "exact"
    assert cinema.query("SELECT number, expected_cash, counted_cash FROM boxoffice.z_report") == [(1, total, total)]
    till.closed.report.click()
    qtbot.waitUntil(lambda: shift_page(counter).window_of_report is not None, timeout=10_000)
    window = shift_page(counter).window_of_report
    assert window is not None
    assert window.preview.page_count >= 1
    window.close()
    # Without a shift the selling page says so again.
    counter.desktop.shell.go_to("sell")
    settle(qtbot, counter)
    assert counter.page.gate.isVisible()


def test_a_supervisor_says_yes_to_a_high_pay_out_at_the_cashiers_till(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    counter.desktop.shell.go_to("shift")
    settle(qtbot, counter)
    till = shift_page(counter).till
    till.running.buttons["pay_out"].click()
    dialog = till.dialog
    assert dialog is not None
    dialog.form.set_text("amount", "60")
    dialog.form.set_text("reason", "band")
    dialog.submit()
    settle(qtbot, counter)
    (asking,) = dialog.findChildren(ApprovalDialog)
    assert cinema.query("SELECT count(*) FROM boxoffice.cash_movement") == [(0,)]
    asking._names.setCurrentIndex(asking._names.findData("sid"))
    asking._pin.setText(PINS["sid"])
    asking.try_pin()
    qtbot.waitUntil(lambda: bool(cinema.query("SELECT 1 FROM boxoffice.cash_movement")), timeout=10_000)
    settle(qtbot, counter)
    person = counter.desktop.shell.person
    assert person is not None
    assert person.display_name == "Carla"
    assert cinema.query("SELECT amount, approval_id IS NOT NULL FROM boxoffice.cash_movement") == [(6000, True)]
