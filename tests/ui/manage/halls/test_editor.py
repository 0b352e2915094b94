import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.layout.marking import set_kind
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.ui.manage.halls.dialogs import TextDialog
from boxoffice_desktop.ui.manage.halls.help import HelpDialog
from boxoffice_desktop.ui.widgets.seat_map.layout import Join
from tests.ui.manage.halls.hands import ALT, CTRL, SHIFT, Hand, session_of, small_hall, wait_for


def test_a_click_selects_a_seat_and_shift_adds_another(hand: Hand) -> None:
    places = hand.places()
    hand.click(*places["A2"])
    assert hand.names() == ["A2"]
    hand.click(*places["B3"], SHIFT)
    assert hand.names() == ["A2", "B3"]
    hand.click(*places["A2"], SHIFT)
    assert hand.names() == ["B3"]
    hand.click(20, 280)
    assert hand.names() == []


def test_a_double_click_selects_the_row_and_a_rubber_band_what_is_inside(hand: Hand) -> None:
    hand.click(*hand.places()["B2"])
    hand.double_click(*hand.places()["B2"])
    assert hand.names() == [f"B{i}" for i in range(1, 7)]
    x, y = hand.places()["A1"]
    hand.drag((x - 20, y - 20), (x + 40, y + 45))
    assert hand.names() == ["A1", "A2", "B1", "B2"]


def test_a_drag_moves_what_is_selected_snaps_and_can_be_undone(hand: Hand) -> None:
    x, y = hand.places()["C6"]
    hand.drag((x, y), (x + 30, y + 2))
    assert hand.places()["C6"] == pytest.approx((x + 28, y), abs=4)
    assert hand.places()["C6"][1] == y
    hand.press(Qt.Key.Key_Z, CTRL)
    assert hand.places()["C6"] == (x, y)
    hand.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert hand.places()["C6"] != (x, y)


def test_arrows_walk_and_move_and_del_removes_without_a_mouse(hand: Hand) -> None:
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Right)
    assert hand.names() == ["A2"]
    hand.press(Qt.Key.Key_Down, SHIFT)
    assert hand.names() == ["A2", "B2"]
    x, y = hand.places()["A2"]
    hand.press(Qt.Key.Key_Down, ALT)
    assert hand.places()["A2"] == (x, y + 1)
    hand.press(Qt.Key.Key_Delete)
    assert "A2" not in hand.places()
    assert len(hand.places()) == 16


def test_rows_are_drawn_by_keys_alone(hand: Hand) -> None:
    hand.press(Qt.Key.Key_B)
    panel = hand.page.editor.block_panel
    assert panel.isVisible()
    panel.rows.setValue(2)
    panel.seats.setValue(3)
    hand.canvas.put_ghost(QPointF(200, 240))
    hand.press(Qt.Key.Key_Return)
    assert hand.names() == ["D1", "D2", "D3", "E1", "E2", "E3"]
    assert not panel.isVisible()


def test_a_block_that_cannot_be_says_why(hand: Hand) -> None:
    hand.press(Qt.Key.Key_B)
    panel = hand.page.editor.block_panel
    panel.aisles.setText("x")
    panel.place.click()
    assert "4, 8" in panel.problem.text()
    panel.aisles.setText("")
    panel.first_row.setText("I")
    panel.place.click()
    assert "I and O" in panel.problem.text()
    assert len(hand.places()) == 18


def test_panels_set_area_kind_numbers_and_names(hand: Hand) -> None:
    hand.press(Qt.Key.Key_A, CTRL)
    panel = hand.page.editor.selection_panel
    panel.area.setCurrentIndex(1)
    panel.area.activated.emit(1)
    panel.kind.setCurrentIndex(2)
    panel.kind.activated.emit(2)
    panel.from_right.setCurrentIndex(1)
    panel.number_button.click()
    panel.first_row.setText("K")
    panel.rows_button.click()
    session = session_of(hand.page)
    seat = session.document.seats[0]
    assert (seat.area_id, seat.kind.value, seat.row_label, seat.number) == (2, "companion", "K", "6")
    for _ in range(4):
        hand.press(Qt.Key.Key_Z, CTRL)
    assert session.document == small_hall()
    panel.first_row.setText("??")
    panel.rows_button.click()
    assert "Rows start" in hand.page.editor.status.whole_text()


def test_screen_shape_and_best_point_are_drawn(hand: Hand) -> None:
    hand.press(Qt.Key.Key_R)
    hand.drag((20, 230), (90, 260))
    session = session_of(hand.page)
    shape = session.document.shapes[-1].shape
    assert (shape.width, shape.height) == pytest.approx((70, 30), abs=2)
    panel = hand.page.editor.selection_panel
    panel.text.setText("Bar")
    panel.shape_button.click()
    assert session.document.shapes[-1].shape.text == "Bar"
    panel.is_round.click()
    panel.shape_button.click()
    assert session.document.shapes[-1].shape.is_round
    hand.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.document.shapes[-1].shape.is_round
    assert not panel.is_round.isChecked()
    hand.press(Qt.Key.Key_P)
    hand.click(150, 200)
    assert (session.document.best_x, session.document.best_y) == pytest.approx((150, 200), abs=1.5)


def test_boxes_and_the_best_point_are_drawn_by_keys_alone(hand: Hand) -> None:
    session = session_of(hand.page)
    alt = Qt.KeyboardModifier.AltModifier
    hand.press(Qt.Key.Key_R)
    hand.canvas.put_ghost(QPointF(200, 240))
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    hand.press(Qt.Key.Key_Right, alt)
    hand.press(Qt.Key.Key_Up, alt)
    hand.press(Qt.Key.Key_Return)
    shape = session.document.shapes[-1].shape
    assert (shape.width, shape.height) == (126, 42)
    assert (shape.x + shape.width / 2, shape.y + shape.height / 2) == (214, 239)
    hand.press(Qt.Key.Key_T)
    hand.press(Qt.Key.Key_Return)
    assert session.document.shapes[-1].shape.text == "Text"
    hand.press(Qt.Key.Key_P)
    hand.canvas.put_ghost(QPointF(180, 150))
    hand.press(Qt.Key.Key_Down)
    hand.press(Qt.Key.Key_Return)
    assert (session.document.best_x, session.document.best_y) == (180, 164)
    for _ in range(3):
        hand.press(Qt.Key.Key_Z, CTRL)
    assert session.document == small_hall()


def test_what_is_selected_turns_by_key_and_by_field(hand: Hand) -> None:
    before, panel = hand.places(), hand.page.editor.selection_panel
    hand.press(Qt.Key.Key_A, CTRL)
    panel.turn_by.setValue(90)
    panel.turn_button.click()
    turned = hand.places()
    # Row A, which was nearest to the screen, stands on the right now.
    assert turned["A1"][0] == turned["A6"][0] > turned["B1"][0]
    hand.press(Qt.Key.Key_Right, CTRL)
    hand.press(Qt.Key.Key_Left, CTRL)
    assert hand.places()["A1"] == pytest.approx(turned["A1"], abs=0.05)
    for _ in range(3):
        hand.press(Qt.Key.Key_Z, CTRL)
    assert hand.places() == before


def test_a_new_area_comes_into_being_with_its_letter(qtbot: QtBot, hand: Hand) -> None:
    hand.click(*hand.places()["A1"])
    hand.page.editor.selection_panel.new_area.click()
    dialog = wait_for(qtbot, hand.page, TextDialog)
    dialog.edit.setText("Sofa")
    dialog.buttons["ok"].click()
    document = session_of(hand.page).document
    assert [(area.name, area.letter) for area in document.areas][-1] == ("Sofa", "O")
    assert document.seats[0].area_id == -1


def test_problems_are_counted_and_shown_one_by_one(hand: Hand) -> None:
    hand.click(*hand.places()["A1"])
    number = hand.page.editor.selection_panel.number
    number.setFocus()
    number.selectAll()
    number.insert("2")
    number.editingFinished.emit()
    editor = hand.page.editor
    assert editor.problems.isVisible()
    editor.problems.click()
    assert "more than once" in editor.status.whole_text()
    assert len(session_of(hand.page).selection) == 2
    editor.save_requested.emit()
    assert "more than once" in editor.status.whole_text()


def test_the_help_says_how_and_lists_every_key(qtbot: QtBot, hand: Hand) -> None:
    hand.page.editor.help_requested.emit()
    dialog = wait_for(qtbot, hand.page, HelpDialog)
    assert "447" in dialog.windowTitle()
    keys = dict(hand.page.list_keys())
    assert keys["B"] == "Rows"
    assert "Alt+arrows" in keys


def test_love_seats_are_drawn_as_pairs(hand: Hand) -> None:
    session = session_of(hand.page)
    session.select(frozenset({1, 2, 3}))
    session.apply(lambda d, k: set_kind(d, k, SeatKind.LOVE_SEAT), "Kind")
    joins = hand.canvas._items._joins
    assert joins == {1: Join.RIGHT, 2: Join.LEFT}


def test_escape_stops_a_drag_and_ends_a_tool(hand: Hand) -> None:
    before = hand.places()
    viewport, at = hand.canvas.viewport(), hand._at(*before["A1"])
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(viewport, at + QPoint(40, 30))
    hand.press(Qt.Key.Key_Escape)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 30))
    assert hand.places() == before
    hand.press(Qt.Key.Key_B)
    hand.press(Qt.Key.Key_Escape)
    assert not hand.page.editor.block_panel.isVisible()


def test_every_command_of_the_menus_can_be_undone(hand: Hand) -> None:
    session = session_of(hand.page)
    session.select(frozenset(range(3, 15)))
    for menu in ("edit", "arrange"):
        for action in hand.page.editor._menus[menu][2 if menu == "edit" else 0 :]:
            before = session.document
            action.trigger()
            if session.document is not before:
                session.undo()
                assert session.document == before
    assert session.document == small_hall()
