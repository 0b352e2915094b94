"""The shift's page by keys: opening, cash, the blind count, and what is told when something is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.documents.pages import ReportRow, ShiftReport
from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import (
    ConflictError,
    DifferenceReasonNeededError,
    NotAllowedError,
    OutcomeUnknownError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.permissions import CASHIER, SUPERVISOR
from boxoffice_desktop.services import shift_reports, shifts
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.shift_reports import ShiftDay, ShiftLine, ZLine
from boxoffice_desktop.services.shifts import ClosedShift, MovementLine, OpenShift, ShiftView
from boxoffice_desktop.ui.shift.cash_dialog import CashDialog
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

AT = datetime(2026, 3, 20, 14, tzinfo=UTC)
SHIFT = OpenShift(
    shift_id=uuid4(),
    number=4,
    terminal_id=1,
    terminal_name="Counter 1",
    opened_at=AT,
    opened_by="A. Kowalska",
    opening=5000,
    is_old=False,
)
MOVED = MovementLine(
    movement_id=uuid4(), kind=CashKind.PAY_OUT, at=AT, amount=300, reason="milk", staff_name="A. Kowalska"
)
OPEN = ShiftView(shift=SHIFT, movements=(MOVED,))
NONE = ShiftView(shift=None, movements=())
CLOSED = ClosedShift(shift_id=SHIFT.shift_id, number=4, expected=6200, counted=6150, reason="")
LINE = ShiftLine(
    shift_id=SHIFT.shift_id,
    number=4,
    terminal_id=1,
    terminal_name="Counter 1",
    opened_at=AT,
    opened_by="A. Kowalska",
    closed_at=None,
    closed_by="",
    sales=3,
    tickets=5,
    sold=6000,
    cash=1200,
    card=4800,
    other=0,
    refunded=0,
    expected=None,
    counted=None,
    is_old=False,
)
FORGOTTEN = replace(LINE, shift_id=uuid4(), terminal_name="Counter 2", number=9, is_old=True)
ENDED = replace(LINE, shift_id=uuid4(), terminal_name="Counter 3", closed_at=AT, closed_by="S.", expected=10, counted=5)
REPORT = ShiftReport(
    venue_name="Rialto",
    locale="en_GB",
    currency="EUR",
    terminal_name="Counter 1",
    shift_number=4,
    z_number=None,
    opened_at=AT,
    opened_by="A. Kowalska",
    closed_at=None,
    closed_by="",
    printed_at=AT,
    float_amount=5000,
    sales=ReportRow(label="", count=3, amount=6000),
)


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> ShiftPage:
    desk.answers[shifts.get_shift_view] = OPEN
    return show_page(qtbot, tasks, SignedIn(staff_id=1, display_name="A. Kowalska", permissions=CASHIER))


def show_page(qtbot: QtBot, tasks: TaskRunner, me: SignedIn) -> ShiftPage:
    made = ShiftPage(tasks, me)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    settle(qtbot, tasks)
    return made


def settle(qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.waitUntil(tasks.is_idle)


def last(desk: FakeDesk, operation: object, argument: str) -> object:
    return [arguments[argument] for asked, arguments in desk.asked if asked is operation][-1]


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        qtbot.keyClick(widget, key)


@pytest.fixture
def morning(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> ShiftPage:
    """The page while no shift is open."""
    desk.answers[shifts.get_shift_view] = NONE
    return show_page(qtbot, tasks, SignedIn(staff_id=1, display_name="A. Kowalska", permissions=CASHIER))


def test_enter_through_the_fields_opens_a_shift_with_nothing(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, morning: ShiftPage
) -> None:
    desk.answers[shifts.open_shift] = SHIFT
    panel = morning.till.opening
    for field in panel.grid.fields.values():
        press(qtbot, field, Qt.Key.Key_Return)
    desk.answers[shifts.get_shift_view] = OPEN
    with qtbot.waitSignal(morning.shift_changed):
        press(qtbot, panel.button, Qt.Key.Key_Return)
    opening = last(desk, shifts.open_shift, "opening")
    assert isinstance(opening, ShiftOpening)
    assert sum(pieces for _, pieces in opening.pieces) == 0
    settle(qtbot, tasks)
    assert morning.till.place == "running"


def test_the_float_is_counted_by_coin_and_note(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, morning: ShiftPage
) -> None:
    desk.answers[shifts.open_shift] = SHIFT
    grid = morning.till.opening.grid
    qtbot.keyClicks(grid.fields[2000], "3")
    qtbot.keyClicks(grid.fields[50], "7")
    assert grid.total() == 6350
    with qtbot.waitSignal(morning.shift_changed):
        qtbot.keyClick(grid.fields[50], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opening = last(desk, shifts.open_shift, "opening")
    assert isinstance(opening, ShiftOpening)
    assert {key: pieces for key, pieces in opening.pieces if pieces} == {2000: 3, 50: 7}
    settle(qtbot, tasks)


@pytest.mark.parametrize("typed", ["-3", "2.5", "x", "1e3", "٣"])
def test_only_figures_can_be_typed_as_pieces(qtbot: QtBot, morning: ShiftPage, typed: str) -> None:
    field = morning.till.opening.grid.fields[2000]
    field.insert(typed)
    assert not field.text() or (field.text().isdecimal() and field.text().isascii())
    assert morning.till.opening.grid.total() >= 0


def test_too_many_pieces_are_refused_at_their_field(qtbot: QtBot, desk: FakeDesk, morning: ShiftPage) -> None:
    panel = morning.till.opening
    qtbot.keyClicks(panel.grid.fields[2000], "9999999")
    panel.submit()
    assert panel.grid.fields[2000].property("error") is True
    assert not [1 for asked, _ in desk.asked if asked is shifts.open_shift]


def test_a_second_try_after_a_broken_line_is_the_same_shift(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, morning: ShiftPage
) -> None:
    desk.answers[shifts.open_shift] = OutcomeUnknownError()
    ids = []
    for _ in range(2):
        morning.till.opening.submit()
        settle(qtbot, tasks)
        opening = last(desk, shifts.open_shift, "opening")
        assert isinstance(opening, ShiftOpening)
        ids.append((opening.shift_id, opening.float_id))
    assert ids[0] == ids[1]


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
    desk.answers[shifts.record_cash] = OutcomeUnknownError()
    dialog = begin_cash(page, CashKind.PAY_IN)
    dialog.form.set_text("amount", "5")
    ids: list[UUID] = []
    for _ in range(2):
        with qtbot.waitSignal(page.outcome_unknown):
            dialog.submit()
        settle(qtbot, tasks)
        assert "Not confirmed" in dialog.trouble()
        # The very same goes out again, whatever is typed meanwhile.
        dialog.form.set_text("amount", "7")
        order = last(desk, shifts.record_cash, "order")
        assert isinstance(order, CashOrder)
        ids.append(order.movement_id)
        assert order.amount == 500
    assert ids[0] == ids[1]
    assert desk.acknowledged == []
    page.till.take_outcomes({ids[0]})
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


def test_the_x_report_comes_as_a_window(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage) -> None:
    desk.answers[shift_reports.read_x_report] = REPORT
    page.till.running.buttons["report"].click()
    settle(qtbot, tasks)
    window = page.window_of_report
    assert window is not None
    assert window.preview.page_count == 1
    window.close()


@pytest.mark.parametrize("has_printer", [True, False])
def test_a_report_goes_through_the_queue_where_the_till_has_a_printer_for_it(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage, *, has_printer: bool
) -> None:
    page.prints_by_itself = has_printer
    wanted: list[object] = []
    page.print_requested.connect(wanted.append)
    desk.answers[shift_reports.read_x_report] = REPORT
    page.till.running.buttons["report"].click()
    settle(qtbot, tasks)
    window = page.window_of_report
    assert window is not None
    window.preview.ask_where_to_print = lambda _printers: None  # type: ignore[method-assign]  # asks nobody here
    window.preview.print_wanted.emit()
    settle(qtbot, tasks)
    assert wanted == ([SHIFT.shift_id] if has_printer else [])
    if not has_printer:
        window.close()


def test_past_z_reports_are_listed_and_shown(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage) -> None:
    desk.answers[shift_reports.list_z_reports] = (
        ZLine(
            shift_id=SHIFT.shift_id,
            number=3,
            terminal_name="Counter 1",
            opened_at=AT,
            closed_at=AT,
            closed_by="A",
            sold=100,
            difference=-5,
        ),
    )
    desk.answers[shift_reports.get_z_report] = replace(REPORT, z_number=3, closed_at=AT)
    page.tabs.setCurrentIndex(1)
    settle(qtbot, tasks)
    page.reports.show_chosen()
    settle(qtbot, tasks)
    assert last(desk, shift_reports.get_z_report, "shift_id") == SHIFT.shift_id
    assert page.window_of_report is not None
    page.window_of_report.close()


def test_a_cashier_does_not_see_all_tills(page: ShiftPage) -> None:
    assert page.tabs.count() == 2


def test_the_manager_sees_all_tills_and_closes_a_forgotten_shift(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner
) -> None:
    desk.answers[shifts.get_shift_view] = OPEN
    desk.answers[shift_reports.list_shifts] = ShiftDay(day=date(2026, 3, 20), shifts=(LINE, FORGOTTEN, ENDED))
    desk.answers[shifts.close_shift] = CLOSED
    page = show_page(qtbot, tasks, SignedIn(staff_id=2, display_name="S", permissions=SUPERVISOR))
    page.tabs.setCurrentIndex(2)
    settle(qtbot, tasks)
    assert "15 tickets" in page.day.summary()
    assert "€180.00" in page.day.summary()
    page.day.table.select_row(2)
    assert not page.day.close_button.isEnabled()
    page.day.table.select_row(1)
    page.day.close_chosen()
    assert page.till.place == "closing"
    page.till.closing.submit()
    settle(qtbot, tasks)
    closing = last(desk, shifts.close_shift, "closing")
    assert isinstance(closing, ShiftClosing)
    assert closing.shift_id == FORGOTTEN.shift_id
    page.day.step(-1)
    settle(qtbot, tasks)
    assert last(desk, shift_reports.list_shifts, "day") == date(2026, 3, 19)


def test_what_is_no_refusal_goes_to_the_window(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers[shift_reports.read_x_report] = ShiftClosedError()
    with qtbot.waitSignal(page.message_posted):
        page.till.request_report()
    settle(qtbot, tasks)
