"""The shift begins: nothing in the drawer, or a float that is counted."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.cash import ShiftOpening
from boxoffice_desktop.domain.errors import OutcomeUnknownError
from boxoffice_desktop.services import shifts
from boxoffice_desktop.ui.shift.shift_page import ShiftPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.shift.hands import OPEN, SHIFT, last, press, settle


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
