import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.layout.document import add_shape
from boxoffice_desktop.domain.seating_plan_shapes import make_polygon, shape_corners
from tests.ui.manage.halls.hands import CTRL, Files, Hand, session_of, small_hall

# Below row C of the small hall.
CORNERS = ((40, 210), (160, 210), (160, 240), (90, 240), (90, 280))


def draw(hand: Hand, *corners: tuple[float, float]) -> None:
    hand.press(Qt.Key.Key_O)
    for corner in corners[:-1]:
        hand.click(*corner)
    # A double click is a click first, which is the last corner.
    hand.click(*corners[-1])
    hand.double_click(*corners[-1])


def corners_of(hand: Hand) -> list[float]:
    shape = session_of(hand.page).document.shapes[-1].shape
    return [number for corner in shape_corners(shape) for number in corner]


def test_an_outline_is_drawn_by_clicks_and_closed_by_a_double_click(hand: Hand) -> None:
    draw(hand, *CORNERS)
    session = session_of(hand.page)
    assert corners_of(hand) == pytest.approx([number for corner in CORNERS for number in corner], abs=1.5)
    assert session.selection == {session.document.shapes[-1].key}
    # The next press selects again.
    hand.click(*hand.places()["A1"])
    assert hand.names() == ["A1"]
    hand.press(Qt.Key.Key_Z, CTRL)
    assert session.document == small_hall()
    hand.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert len(session.document.shapes[-1].shape.points) == len(CORNERS)


def test_an_outline_is_drawn_by_keys_alone_and_a_corner_taken_back(hand: Hand) -> None:
    hand.press(Qt.Key.Key_O)
    for place in ((40.0, 210.0), (160.0, 210.0), (300.0, 300.0)):
        hand.canvas.put_ghost(QPointF(*place))
        hand.press(Qt.Key.Key_Space)
    hand.press(Qt.Key.Key_Backspace)
    hand.canvas.put_ghost(QPointF(90.0, 280.0))
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Space)
    hand.press(Qt.Key.Key_Return)
    assert corners_of(hand) == [40, 210, 160, 210, 104, 280]


def test_escape_gives_an_outline_up_and_the_next_one_begins_anew(hand: Hand) -> None:
    hand.press(Qt.Key.Key_O)
    for corner in CORNERS:
        hand.click(*corner)
    hand.press(Qt.Key.Key_Escape)
    assert session_of(hand.page).document == small_hall()
    draw(hand, *CORNERS[:3])
    assert len(session_of(hand.page).document.shapes[-1].shape.points) == 3


def test_two_corners_are_no_outline_yet(hand: Hand) -> None:
    hand.press(Qt.Key.Key_O)
    hand.click(*CORNERS[0])
    hand.click(*CORNERS[1])
    hand.press(Qt.Key.Key_Return)
    assert "three corners" in hand.page.editor.status.text()
    assert session_of(hand.page).document == small_hall()
    hand.click(*CORNERS[2])
    hand.press(Qt.Key.Key_Return)
    assert len(session_of(hand.page).document.shapes[-1].shape.points) == 3


def test_an_outline_is_moved_scaled_and_turned_like_other_shapes(hand: Hand) -> None:
    session = session_of(hand.page)
    document, keys = add_shape(session.document, make_polygon([(40, 210), (100, 210), (100, 230), (40, 270)]))
    session.push(document, "Draw", keys)
    panel = hand.page.editor.selection_panel
    assert (panel.shape_width.value(), panel.shape_height.value()) == (60, 60)
    assert not panel.is_round.isEnabled()
    hand.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    panel.shape_width.setValue(120)
    panel.text.setText("Bar")
    panel.shape_button.click()
    assert corners_of(hand) == [41, 210, 161, 210, 161, 230, 41, 270]
    panel.rotation.setValue(90)
    panel.shape_button.click()
    assert corners_of(hand) == pytest.approx([41, 210, 41, 330, 21, 330, -19, 210])
    assert session.document.shapes[-1].shape.text == "Bar"


def test_an_outline_goes_out_in_the_file(qtbot: QtBot, hand: Hand, files: Files, tmp_path: Path) -> None:
    files.to_save = tmp_path / "hall.json"
    draw(hand, *CORNERS)
    hand.press(Qt.Key.Key_X, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "Written" in hand.page.editor.status.text())
    [_screen, outline] = json.loads(files.to_save.read_text())["zones"][0]["areas"]
    assert outline["shape"] == "polygon"
    assert len(outline["polygon"]["points"]) == len(CORNERS)
