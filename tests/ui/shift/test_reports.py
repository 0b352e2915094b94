"""X and Z reports, past shifts, and those of all tills."""

from dataclasses import replace
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.domain.permissions import SUPERVISOR
from boxoffice_desktop.services import shift_reports, shifts
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.report_copies import note_report
from boxoffice_desktop.services.shift_reports import ShiftDay, ZLine
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.shift.hands import AT, CLOSED, ENDED, FORGOTTEN, LINE, OPEN, REPORT, SHIFT, last, settle, show_page


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
    page.prints_by_itself = lambda: has_printer
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


def test_a_report_that_was_printed_from_its_window_is_noted_and_not_printed_twice_from_it(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, page: ShiftPage
) -> None:
    desk.answers |= {shift_reports.read_x_report: REPORT, note_report: None}
    page.till.running.buttons["report"].click()
    settle(qtbot, tasks)
    window = page.window_of_report
    assert window is not None
    window.preview.printed.emit(1)
    settle(qtbot, tasks)
    assert [values["shift_id"] for asked, values in desk.asked if asked is note_report] == [SHIFT.shift_id]
    assert page.window_of_report is None


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
