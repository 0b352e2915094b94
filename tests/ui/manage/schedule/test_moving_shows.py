"""Dragging, pushing with keys, copying and stretching; what is refused never reaches the database."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.schedule import ShowHasSalesError
from boxoffice_desktop.services.schedule import reading
from boxoffice_desktop.services.schedule.discarding import DiscardedDraft, discard_drafts, restore_drafts
from boxoffice_desktop.services.schedule.drafts import (
    ChangedShow,
    NewShow,
    ShowChange,
    change_show,
    create_drafts,
)
from boxoffice_desktop.services.schedule.locking import ShowStamp, StaleShowError
from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.ui.manage.schedule.catalogue import CatalogueDrag
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.manage.schedule.undo import UndoStack
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.manage.schedule.conftest import FILMS, at, block, moved


def asked(desk: FakeDesk, operation: Any) -> list[dict[str, Any]]:
    return [arguments for each, arguments in desk.asked if each is operation]


def place(page: SchedulePage, show_id: int, *, edge: bool = False) -> QPoint:
    """The middle of a block on the viewport, or its right edge."""
    rect = page.timeline.view._items[show_id].sceneBoundingRect()
    point = QPointF(rect.right() - 3, rect.center().y()) if edge else rect.center()
    return page.timeline.view.mapFromScene(point)


def drag(page: SchedulePage, start: QPoint, by: QPoint, modifier: Qt.KeyboardModifier | None = None) -> None:
    keys = modifier or Qt.KeyboardModifier.NoModifier
    view = page.timeline.view.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, keys, start)
    move_to(page, start + by / 2, keys)
    move_to(page, start + by, keys)


def move_to(page: SchedulePage, point: QPoint, keys: Qt.KeyboardModifier) -> None:
    view = page.timeline.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        keys,
    )
    QApplication.sendEvent(view, event)


def let_go(page: SchedulePage, point: QPoint, modifier: Qt.KeyboardModifier | None = None) -> None:
    keys = modifier or Qt.KeyboardModifier.NoModifier
    QTest.mouseRelease(page.timeline.view.viewport(), Qt.MouseButton.LeftButton, keys, point)


def minutes(page: SchedulePage, count: int) -> int:
    geometry = page.timeline.view.geometry_now
    assert geometry is not None
    return round(count * geometry.per_minute)


def press(page: SchedulePage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.timeline.view, key, modifier)


def test_dragging_a_show_asks_to_move_it_from_the_version_that_was_seen(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule
) -> None:
    before = shown.blocks[0]
    desk.answers[change_show] = ChangedShow(before=before, after=moved(before))
    start = place(page, 1)
    by = QPoint(-minutes(page, 60), 0)
    drag(page, start, by)
    assert page.timeline.view.ghost_text.startswith("Hall 1 · 17:00")
    let_go(page, start + by)
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))
    assert asked(desk, change_show) == [
        {"show_id": 1, "version": 7, "change": ShowChange(starts_at=at(17))},
    ]


def test_a_ghost_where_another_show_is_turns_red_with_the_reason_and_nothing_is_asked(
    page: SchedulePage, desk: FakeDesk
) -> None:
    start = place(page, 1)
    by = QPoint(minutes(page, 90), 0)
    drag(page, start, by)
    assert "21:00" in page.timeline.view.ghost_text
    assert "10 min overlap" in page.timeline.view.ghost_text
    let_go(page, start + by)
    assert page.message.property("role") == "error"
    assert asked(desk, change_show) == []
    assert page.timeline.view.carry is None


def test_too_short_cleaning_is_told_while_dragging(page: SchedulePage) -> None:
    drag(page, place(page, 1), QPoint(minutes(page, 65), 0))
    assert page.timeline.view.ghost_text.startswith("Hall 1")
    drag(page, place(page, 1), QPoint(minutes(page, 75), 0))
    assert "Cleaning before" in page.timeline.view.ghost_text
    assert "10 min short" in page.timeline.view.ghost_text


def test_dragging_with_ctrl_makes_another_draft(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.answers[create_drafts] = (ShowStamp(show_id=9, version=1),)
    start = place(page, 1)
    by = QPoint(-minutes(page, 180), 0)
    drag(page, start, by, Qt.KeyboardModifier.ControlModifier)
    let_go(page, start + by, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(asked(desk, create_drafts)))
    (new,) = asked(desk, create_drafts)[0]["shows"]
    assert new == NewShow(
        movie_id=1, hall_id=1, starts_at=at(15), advertising_minutes=10, pause_minutes=15, format="2D"
    )


def test_a_film_dropped_on_a_row_becomes_a_draft_there(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.answers[create_drafts] = (ShowStamp(show_id=9, version=1),)
    view = page.timeline.view
    geometry = view.geometry_now
    assert geometry is not None
    row = geometry.rows[1]
    point = QPointF(view.mapFromScene(QPointF(geometry.x_of(row, at(15)), row.top + 10)))
    drop(page, CatalogueDrag(FILMS[0]), point)
    qtbot.waitUntil(lambda: bool(asked(desk, create_drafts)))
    (new,) = asked(desk, create_drafts)[0]["shows"]
    assert (new.hall_id, new.starts_at, new.pause_minutes) == (2, at(15), None)


def test_a_film_without_running_time_cannot_be_dropped(page: SchedulePage, desk: FakeDesk) -> None:
    drop(page, CatalogueDrag(FILMS[1]), QPointF(600, 40))
    assert "no running time" in page.message.text()
    assert asked(desk, create_drafts) == []


def drop(page: SchedulePage, data: CatalogueDrag, point: QPointF) -> None:
    view = page.timeline.view
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    move = QDragMoveEvent(point.toPoint(), Qt.DropAction.CopyAction, data, left, none)
    view.dragMoveEvent(move)
    view.dropEvent(QDropEvent(point, Qt.DropAction.CopyAction, data, left, none))


def test_pulling_the_right_edge_makes_the_break_longer(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    one = block(1, at(18))
    desk.answers[change_show] = ChangedShow(before=one, after=moved(one))
    start = place(page, 1, edge=True)
    by = QPoint(minutes(page, 33), 0)
    drag(page, start, by)
    let_go(page, start + by)
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))
    pause = asked(desk, change_show)[0]["change"].pause_minutes
    assert pause in {45, 50}


def test_arrows_push_by_five_minutes_with_shift_by_fifteen_and_enter_writes(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule
) -> None:
    desk.answers[change_show] = ChangedShow(before=shown.blocks[0], after=moved(shown.blocks[0]))
    page.timeline.view.select(1)
    press(page, Qt.Key.Key_Left)
    press(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    press(page, Qt.Key.Key_Right)
    assert asked(desk, change_show) == []
    press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))
    assert asked(desk, change_show)[0]["change"] == ShowChange(starts_at=at(17, 45))


def test_keys_that_rest_write_by_themselves(page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule) -> None:
    desk.answers[change_show] = ChangedShow(before=shown.blocks[0], after=moved(shown.blocks[0]))
    page.timeline.view._rest.setInterval(10)
    page.timeline.view.select(1)
    press(page, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))


def test_up_and_down_move_to_another_hall_and_escape_lets_it_fall(page: SchedulePage, desk: FakeDesk) -> None:
    page.timeline.view.select(1)
    press(page, Qt.Key.Key_Down)
    carry = page.timeline.view.carry
    assert carry is not None
    assert carry.row.hall.hall_id == 2
    press(page, Qt.Key.Key_Escape)
    assert page.timeline.view.carry is None
    assert asked(desk, change_show) == []


def test_a_sold_show_cannot_be_pushed_and_says_what_helps(page: SchedulePage) -> None:
    page.timeline.view.select(3)
    press(page, Qt.Key.Key_Left)
    assert "12 of 60 sold" in page.timeline.view.ghost_text
    press(page, Qt.Key.Key_Return)
    assert "Move with tickets" in page.message.text()


def test_nothing_is_pushed_into_the_past(page: SchedulePage) -> None:
    page.timeline.view.select(1)
    page.timeline.view.push(minutes=-400)
    assert page.timeline.view.ghost_text == "That time is over"


def test_c_takes_a_copy_behind_the_show(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.answers[create_drafts] = (ShowStamp(show_id=9, version=1),)
    page.timeline.view.select(2)
    press(page, Qt.Key.Key_C)
    press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked(desk, create_drafts)))
    assert asked(desk, create_drafts)[0]["shows"][0].starts_at == at(23)


def test_plus_and_minus_change_the_break_but_never_below_cleaning(page: SchedulePage, desk: FakeDesk) -> None:
    page.timeline.view.select(1)
    press(page, Qt.Key.Key_Plus)
    assert page.timeline.view.ghost_text == "Break 20 min"
    press(page, Qt.Key.Key_Minus)
    press(page, Qt.Key.Key_Minus)
    assert page.timeline.view.ghost_text == "Cleaning this hall takes 15 min"


def test_ctrl_arrows_walk_from_show_to_show(page: SchedulePage) -> None:
    view = page.timeline.view
    view.select(None)
    chosen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        press(page, key, Qt.KeyboardModifier.ControlModifier)
        selected = view.selected_block()
        chosen.append(selected.show_id if selected else None)
    assert chosen == [1, 2, 3, 2, 1]
    assert "18:00" in view.accessibleDescription()


def test_delete_takes_a_draft_off_and_undo_brings_it_back(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    first = shown.blocks[0]
    gone = DiscardedDraft(
        show_id=1,
        title=first.title,
        movie_id=1,
        hall_id=1,
        span=first.span,
        format="2D",
        language="",
        price_list_id=None,
    )
    desk.answers[discard_drafts] = (gone,)
    desk.answers[restore_drafts] = (ShowStamp(show_id=31, version=9),)
    page.timeline.view.select(1)
    press(page, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(page.controller.undo_stack) == 1)
    page.controller.undo()
    qtbot.waitUntil(lambda: bool(asked(desk, restore_drafts)))
    assert asked(desk, restore_drafts) == [{"drafts": (gone,)}]
    qtbot.waitUntil(tasks.is_idle)


def test_a_show_with_nothing_but_held_seats_is_left_to_the_services(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    held = replace(shown.blocks[2], sold=0, held=1)
    desk.answers[reading.read_schedule] = replace(shown, blocks=(held,))
    desk.answers[change_show] = ShowHasSalesError(sold=0, held=1)
    with qtbot.waitSignal(page.controller.refreshed):
        page.controller.refresh()
    page.timeline.view.select(3)
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))
    qtbot.waitUntil(lambda: "being bought right now" in page.message.text())
    qtbot.waitUntil(tasks.is_idle)


def test_an_older_undo_goes_on_with_the_draft_that_was_made_anew(shown: Schedule) -> None:
    first = shown.blocks[0]
    gone = DiscardedDraft(
        show_id=1, title="", movie_id=1, hall_id=1, span=first.span, format="2D", language="", price_list_id=None
    )
    stack = UndoStack()
    stack.note_changed("changed", ChangedShow(before=first, after=moved(first)))
    stack.note_discarded("gone", (gone,))
    back = stack.take()
    assert back is not None
    stack.follow(back, (ShowStamp(show_id=31, version=9),))
    older = stack.take()
    assert older is not None
    assert older.stamps == (ShowStamp(show_id=31, version=9),)


def test_what_is_on_sale_is_not_deleted(page: SchedulePage, desk: FakeDesk) -> None:
    page.timeline.view.select(3)
    press(page, Qt.Key.Key_Delete)
    assert asked(desk, discard_drafts) == []
    assert "cancelled" in page.message.text()


def test_two_undos_go_back_over_two_changes_of_one_show(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    first = shown.blocks[0]
    second, third = moved(first), moved(moved(first))
    for before, after in ((first, second), (second, third)):
        desk.answers[change_show] = ChangedShow(before=before, after=after)
        page.controller.change(before, ShowChange(language="OV"))
        qtbot.waitUntil(tasks.is_idle)
    desk.asked.clear()
    desk.answers[change_show] = ChangedShow(before=third, after=moved(third))
    page.controller.undo()
    qtbot.waitUntil(tasks.is_idle)
    page.controller.undo()
    qtbot.waitUntil(tasks.is_idle)
    assert [each["version"] for each in asked(desk, change_show)] == [9, 10]


def test_the_second_manager_sees_the_first_ones_change_and_is_asked(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    mine = shown.blocks[0]
    theirs = moved(block(1, at(16)))
    desk.answers[change_show] = StaleShowError(theirs)
    page.controller.change(mine, ShowChange(starts_at=at(17)))
    qtbot.waitUntil(lambda: bool(page.findChildren(AskDialog)))
    qtbot.waitUntil(tasks.is_idle)
    dialog = page.findChildren(AskDialog)[0]
    desk.asked.clear()
    desk.answers[change_show] = ChangedShow(before=theirs, after=moved(theirs))
    dialog.deed.click()
    qtbot.waitUntil(lambda: bool(asked(desk, change_show)))
    assert asked(desk, change_show)[0] == {
        "show_id": 1,
        "version": 8,
        "change": ShowChange(starts_at=at(17)),
    }
    qtbot.waitUntil(tasks.is_idle)


@pytest.mark.parametrize("answer", [RuntimeError("a bug")])
def test_a_bug_goes_to_the_presenter(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, answer: Exception
) -> None:
    desk.answers[change_show] = answer
    with qtbot.waitSignal(page.failed):
        page.controller.change(shown.blocks[0], ShowChange(language="OV"))
