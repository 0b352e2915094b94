"""A shift, its lines and reports, and hands for the page that shows them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.documents.pages import ReportRow, ShiftReport
from boxoffice_desktop.domain.cash import CashKind
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.shift_reports import ShiftLine
from boxoffice_desktop.services.shifts import ClosedShift, MovementLine, OpenShift, ShiftView
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
