"""The page in the morning, and while a shift is open."""

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.permissions import CASHIER
from boxoffice_desktop.services import shifts
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.shift.hands import NONE, OPEN, show_page


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> ShiftPage:
    desk.answers[shifts.get_shift_view] = OPEN
    return show_page(qtbot, tasks, SignedIn(staff_id=1, display_name="A. Kowalska", permissions=CASHIER))


@pytest.fixture
def morning(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> ShiftPage:
    """The page while no shift is open."""
    desk.answers[shifts.get_shift_view] = NONE
    return show_page(qtbot, tasks, SignedIn(staff_id=1, display_name="A. Kowalska", permissions=CASHIER))
