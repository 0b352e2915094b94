from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, SignInRefusedError
from boxoffice_desktop.domain.permissions import SUPERVISOR
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest, Approver, list_approvers
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import KOWALSKA, FakeDesk

REQUEST = ApprovalRequest(act="refund", subject=UUID(int=7), amount=2400)
MBEKI = Approver(user_name="mbeki", display_name="T. Mbeki")


@pytest.fixture
def approved() -> list[Approval]:
    return []


@pytest.fixture
def dialog(
    qtbot: QtBot, qapp: QApplication, desk: FakeDesk, tasks: TaskRunner, approved: list[Approval]
) -> ApprovalDialog:
    apply_theme(qapp, dark=False)
    desk.pins["mbeki"] = "2345"
    desk.people["mbeki"] = replace(KOWALSKA, display_name="T. Mbeki", permissions=SUPERVISOR)
    desk.answers[list_approvers] = (MBEKI,)
    dialog = ApprovalDialog(tasks, REQUEST, "Refund 24.00 of sale 17")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.approved.connect(approved.append)
    dialog.open()
    qtbot.waitUntil(tasks.is_idle)
    return dialog


def type_pin(qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, pin: str) -> None:
    field = dialog.findChild(QLineEdit)
    qtbot.keyClicks(field, pin)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(tasks.is_idle)


def test_pin_and_enter_approve_and_close(
    qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, approved: list[Approval]
) -> None:
    type_pin(qtbot, dialog, tasks, "2345")
    assert [(one.approver, one.request) for one in approved] == [("T. Mbeki", REQUEST)]
    assert dialog.isHidden()


def test_a_wrong_pin_is_told_and_the_field_is_empty(
    qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, approved: list[Approval]
) -> None:
    type_pin(qtbot, dialog, tasks, "9999")
    assert dialog.verdict == "That name and PIN do not go together."
    assert (dialog.findChild(QLineEdit).text(), approved) == ("", [])
    type_pin(qtbot, dialog, tasks, "2345")
    assert len(approved) == 1


def test_a_wait_and_a_lock_are_told(qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, desk: FakeDesk) -> None:
    desk.refusal = SignInRefusedError(wait_seconds=8)
    type_pin(qtbot, dialog, tasks, "9999")
    assert dialog.verdict.endswith("Next try in 8 s.")
    desk.refusal = SignInRefusedError(wait_seconds=900, locked=True)
    type_pin(qtbot, dialog, tasks, "9999")
    assert "Locked" in dialog.verdict


def test_who_may_not_approve_is_told_so(
    qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, desk: FakeDesk, approved: list[Approval]
) -> None:
    desk.people["mbeki"] = KOWALSKA
    type_pin(qtbot, dialog, tasks, "2345")
    assert (dialog.verdict, approved) == ("This person may not approve.", [])


def test_nothing_is_asked_without_a_pin(qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner) -> None:
    type_pin(qtbot, dialog, tasks, "")
    assert dialog.verdict == "Type the PIN, then Enter."


def test_fingers_alone_approve(
    qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, approved: list[Approval]
) -> None:
    buttons = {button.text() or button.accessibleName(): button for button in dialog.findChildren(QPushButton)}
    for digit in "2345":
        qtbot.mouseClick(buttons[digit], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons["Approve"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert len(approved) == 1
    assert min(button.height() for button in buttons.values()) >= 44


def test_a_lost_link_closes_and_is_told(
    qtbot: QtBot, dialog: ApprovalDialog, tasks: TaskRunner, desk: FakeDesk
) -> None:
    told: list[object] = []
    dialog.failed.connect(told.append)
    desk.refusal = DatabaseUnavailableError("gone")
    type_pin(qtbot, dialog, tasks, "9999")
    assert told == [desk.refusal]
    assert dialog.isHidden()


def test_where_nobody_may_approve_it_says_so(qtbot: QtBot, dialog: ApprovalDialog) -> None:
    dialog.show_names(())
    assert dialog.verdict.startswith("Nobody here may approve.")
    assert not dialog._yes.isEnabled()


def test_it_fits_a_screen_of_600_pixels_whole(dialog: ApprovalDialog) -> None:
    dialog.adjustSize()
    assert dialog.height() <= 540
    keys = dialog.findChildren(QPushButton)
    assert len(keys) == 14
    assert all(dialog.rect().contains(QRect(key.mapTo(dialog, QPoint(0, 0)), key.size())) for key in keys)
    assert min(key.height() for key in keys) >= 44
