"""The shift's page by keys: cash, the blind count, and what is told when something is refused."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing
from boxoffice_desktop.domain.errors import (
    BusyError,
    ConflictError,
    DifferenceReasonNeededError,
    NotAllowedError,
    OutcomeUnknownError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.permissions import CASHIER
from boxoffice_desktop.services import shift_reports, shifts
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.shifts import ShiftView
from boxoffice_desktop.ui.shift.cash_dialog import CashDialog
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.shift.hands import CLOSED, NONE, OPEN, SHIFT, last, press, settle, show_page


def test_an_open_shift_shows_since_when_and_what_moved(page: ShiftPage) -> None:
    assert page.till.place == "running"
    assert page.till.running.warning() == ""
    model = page.till.running.model
    assert model.columns[2].text(model.rows[0]) == "-3.00"


def test_a_shift_of_yesterday_is_pointed_out(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> None:
    desk.answers[shifts.get_shift_view] = ShiftView(shift=replace(SHIFT, is_old=True), movements=())
    page = show_page(qtbot, tasks, SignedIn(staff_id=1, display_name="A", permissions=CASHIER))
    assert "earlier day" in page.till.running.warning()


def begin_cash(page: ShiftPage, kind: CashKind) -> CashDialog:
    page.till.running.buttons[kind.value].click()
    dialog = page.till.dialog
    assert dialog is not None
    return dialog


def test_a_pay_out_is_written_down_and_opens_the_drawer(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shifts.record_cash] = OPEN
    dialog = begin_cash(page, CashKind.PAY_OUT)
    dialog.form.set_text("amount", "12.50")
    dialog.form.set_text("reason", "window cleaner")
    with qtbot.waitSignal(page.drawer_requested):
        dialog.submit()
    order = last(desk, shifts.record_cash, "order")
    assert isinstance(order, CashOrder)
    assert (order.kind, order.amount, order.reason) == (CashKind.PAY_OUT, 1250, "window cleaner")
    settle(qtbot, tasks)


@pytest.mark.parametrize(
    ("amount", "reason", "field"),
    [
        ("", "x", "amount"),
        ("0", "x", "amount"),
        ("-5", "x", "amount"),
        ("1.234", "x", "amount"),
        ("abc", "x", "amount"),
        ("99999999999999", "x", "amount"),
        ("5", " ", "reason"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_stays(
    desk: FakeDesk, page: ShiftPage, amount: str, reason: str, field: str
) -> None:
    dialog = begin_cash(page, CashKind.PAY_OUT)
    dialog.form.set_text("amount", amount)
    dialog.form.set_text("reason", reason)
    dialog.submit()
    assert list(dialog.form.problems()) == [field]
    assert dialog.form.text("amount") == amount
    assert not [1 for asked, _ in desk.asked if asked is shifts.record_cash]
    dialog.reject()


def test_cash_tried_again_keeps_its_id(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage) -> None:
    desk.answers[shifts.record_cash] = BusyError()
    dialog = begin_cash(page, CashKind.PAY_IN)
    dialog.form.set_text("amount", "5")
    ids: set[UUID] = set()
    for _ in range(2):
        dialog.submit()
        settle(qtbot, tasks)
        assert "Not written down" in dialog.trouble()
        order = last(desk, shifts.record_cash, "order")
        assert isinstance(order, CashOrder)
        ids.add(order.movement_id)
    assert len([1 for asked, _ in desk.asked if asked is shifts.record_cash]) == 2
    assert len(ids) == 1
    dialog.reject()


def test_cash_that_may_be_stored_is_not_sent_again(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shifts.record_cash] = OutcomeUnknownError()
    dialog = begin_cash(page, CashKind.PAY_IN)
    dialog.form.set_text("amount", "5")
    with qtbot.waitSignal(page.outcome_unknown):
        dialog.submit()
    settle(qtbot, tasks)
    assert "Not confirmed" in dialog.trouble()
    assert not dialog.button.isEnabled()
    dialog.submit()
    settle(qtbot, tasks)
    assert len([1 for asked, _ in desk.asked if asked is shifts.record_cash]) == 1
    assert desk.acknowledged == []
    order = last(desk, shifts.record_cash, "order")
    assert isinstance(order, CashOrder)
    page.till.take_outcomes({order.movement_id})
    assert not dialog.isVisible()
    settle(qtbot, tasks)


def test_a_high_pay_out_asks_for_a_supervisor(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage) -> None:
    desk.answers[shifts.record_cash] = NotAllowedError("approve")
    dialog = begin_cash(page, CashKind.PAY_OUT)
    dialog.form.set_text("amount", "500")
    dialog.form.set_text("reason", "band")
    with qtbot.waitSignal(page.approval_requested) as asked:
        dialog.submit()
    assert asked.args == [dialog]
    approval = uuid4()
    desk.answers[shifts.record_cash] = OPEN
    dialog.use_approval(approval)
    settle(qtbot, tasks)
    order = last(desk, shifts.record_cash, "order")
    assert isinstance(order, CashOrder)
    assert order.approval_id == approval


def test_the_count_is_blind_and_the_difference_comes_after(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shifts.close_shift] = CLOSED
    page.till.running.buttons["close"].click()
    assert page.till.place == "closing"
    assert not page.may_leave()
    grid = page.till.closing.grid
    qtbot.keyClicks(grid.fields[50], "123")
    with qtbot.waitSignal(page.shift_changed):
        page.till.closing.submit()
    closing = last(desk, shifts.close_shift, "closing")
    assert isinstance(closing, ShiftClosing)
    assert (closing.shift_id, closing.reason) == (SHIFT.shift_id, "")
    assert page.till.place == "closed"
    assert page.till.closed.difference() == "€0.50 missing"
    desk.answers[shifts.get_shift_view] = NONE
    page.till.closed.done.click()
    settle(qtbot, tasks)
    assert page.till.place == "opening"


def test_a_count_that_is_off_asks_for_a_reason_and_keeps_its_numbers(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shifts.close_shift] = DifferenceReasonNeededError()
    page.till.running.buttons["close"].click()
    panel = page.till.closing
    qtbot.keyClicks(panel.grid.fields[50], "3")
    panel.submit()
    settle(qtbot, tasks)
    assert panel.asks_reason()
    assert panel.grid.total() == 150
    desk.answers[shifts.close_shift] = CLOSED
    panel.reason.setText("a note was torn")
    press(qtbot, panel.reason, Qt.Key.Key_Return)
    settle(qtbot, tasks)
    closings = [arguments["closing"] for asked, arguments in desk.asked if asked is shifts.close_shift]
    assert isinstance(closings[0], ShiftClosing)
    assert isinstance(closings[1], ShiftClosing)
    assert closings[1].reason == "a note was torn"
    assert closings[0].count_id == closings[1].count_id


def test_a_closing_that_is_refused_can_be_given_up(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shifts.close_shift] = ConflictError("no")
    page.till.running.buttons["close"].click()
    page.till.closing.submit()
    settle(qtbot, tasks)
    assert "Not closed" in page.till.closing.words()
    page.till.closing.back.click()
    settle(qtbot, tasks)
    assert page.till.place == "running"
    assert page.may_leave()


def test_what_is_no_refusal_goes_to_the_window(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shift_reports.read_x_report] = ShiftClosedError()
    with qtbot.waitSignal(page.message_posted):
        page.till.request_report()
    settle(qtbot, tasks)
