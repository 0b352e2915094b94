import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.layout.marking import set_kind
from boxoffice_desktop.domain.layout.moving import move
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services.layouts.broken import (
    BrokenPlan,
    Outage,
    TakenSeat,
    give_back,
    plan_out_of_order,
    take_out_of_order,
)
from boxoffice_desktop.services.layouts.planning import AffectedSeat, Effect
from boxoffice_desktop.services.layouts.saving import (
    SeatDecision,
    StaleLayoutError,
    UndecidedSeatsError,
    create_hall,
    save_layout,
)
from boxoffice_desktop.services.programme import DayTile, list_days
from boxoffice_desktop.ui.manage.halls.broken_dialog import BrokenDialog
from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog, HallDialog, StaleDialog, TextDialog
from boxoffice_desktop.ui.manage.halls.help import HelpDialog
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.manage.halls.session import EditSession
from boxoffice_desktop.ui.widgets.seat_map.layout import Join
from tests.ui.fakes import FakeDesk
from tests.ui.manage.halls.conftest import Files, Hand, answer_saves, small_hall

W = TypeVar("W", bound=QWidget)
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def session_of(page: HallsPage) -> EditSession:
    session = page.editor.session
    assert session is not None
    return session


def wait_for(qtbot: QtBot, page: HallsPage, kind: type[W], condition: Callable[[W], bool] = lambda _w: True) -> W:
    def find() -> list[W]:
        return [w for w in page.findChildren(kind) if w.isVisible() and condition(w)]

    qtbot.waitUntil(lambda: bool(find()))
    return find()[0]


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


def test_saving_shows_what_changes_and_undo_goes_on_afterwards(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    hand.press(Qt.Key.Key_B)
    hand.canvas.put_ghost(QPointF(200, 240))
    hand.press(Qt.Key.Key_Return)
    answer_saves(desk, hand, shows=2)
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    assert "60 seats added: D1" in dialog.lines[0].text()
    assert "2 shows" in dialog.lines[1].text()
    dialog.buttons["save"].click()
    qtbot.waitUntil(lambda: not session_of(hand.page).history.is_changed)
    assert save_layout in [operation for operation, _ in desk.asked]
    assert all(seat.key > 0 for seat in session_of(hand.page).document.seats)
    hand.press(Qt.Key.Key_Z, CTRL)
    document = session_of(hand.page).document
    assert (len(document.seats), document.layout_version) == (18, 4)


def affected(name: str) -> AffectedSeat:
    return AffectedSeat(
        key=SeatKey(7, 1),
        effect=Effect.RETIRED,
        seat_name=name,
        new_name="",
        title="Nosferatu",
        starts_at=datetime(2026, 3, 20, 20, tzinfo=UTC),
        state="reservation",
        holder="Counter 1",
        sale_number=None,
        note="Smith",
        may_move=True,
        sale_id=None,
    )


def test_a_seat_that_somebody_has_is_decided_before_it_is_saved(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand, affected=(affected("A1"),))
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    item = dialog.table.item(0, 3)
    assert item is not None
    assert item.text() == "reservation Counter 1 Smith"
    assert dialog.decisions() == (SeatDecision(key=SeatKey(7, 1), effect=Effect.RETIRED),)
    box = dialog.table.cellWidget(0, 4)
    box.setCurrentIndex(1)  # type: ignore[union-attr]
    (decision,) = dialog.decisions()
    assert decision.move_to in {2, 7}
    desk.answers[save_layout] = UndecidedSeatsError((affected("A1"),))
    dialog.buttons["save"].click()
    again = wait_for(qtbot, hand.page, ChangesDialog, lambda d: d is not dialog)
    assert again.table.rowCount() == 1


def test_the_second_save_shows_the_first_and_asks(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    theirs = replace(move(small_hall(), frozenset({18}), 9, 9), layout_version=4)
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand)
    at = datetime(2026, 3, 20, 19, tzinfo=UTC)
    desk.answers[save_layout] = StaleLayoutError(theirs, changed_by="Sid", changed_at=at)
    hand.press(Qt.Key.Key_S, CTRL)
    wait_for(qtbot, hand.page, ChangesDialog).buttons["save"].click()
    dialog = wait_for(qtbot, hand.page, StaleDialog)
    said = [line.text() for line in dialog.lines]
    assert said == ["Sid saved this hall while you worked on it (20 Mar 2026, 20:00):", "1 seats moved: C6"]
    dialog.buttons["theirs"].click()
    session = session_of(hand.page)
    assert session.document == theirs
    assert not session.history.is_changed
    hand.press(Qt.Key.Key_Z, CTRL)
    assert "A1" not in hand.places()


def test_mine_over_theirs_is_planned_anew_and_saved_over_their_version(
    qtbot: QtBot, hand: Hand, desk: FakeDesk
) -> None:
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand)
    saved = desk.answers[save_layout]
    desk.answers[save_layout] = StaleLayoutError(replace(small_hall(), layout_version=9))
    hand.press(Qt.Key.Key_S, CTRL)
    first = wait_for(qtbot, hand.page, ChangesDialog)
    first.buttons["save"].click()
    stale = wait_for(qtbot, hand.page, StaleDialog)
    desk.answers[save_layout] = saved
    stale.buttons["mine"].click()
    wait_for(qtbot, hand.page, ChangesDialog, lambda d: d is not first).buttons["save"].click()
    qtbot.waitUntil(lambda: not session_of(hand.page).history.is_changed)
    versions = [arguments["expected_version"] for operation, arguments in desk.asked if operation is save_layout]
    assert versions == [3, 9]


def test_changes_are_not_lost_by_leaving(qtbot: QtBot, hand: Hand) -> None:
    page = hand.page
    assert page.may_leave()
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    assert not page.may_leave()
    page.editor.close_requested.emit()
    dialog = wait_for(qtbot, page, HallDialog)
    dialog.buttons["discard"].click()
    assert page.list.isVisible()
    assert page.may_leave()


def test_a_new_hall_begins_with_a_screen_and_is_created(qtbot: QtBot, page: HallsPage, desk: FakeDesk) -> None:
    page.list.new.click()
    dialog = wait_for(qtbot, page, TextDialog)
    assert not dialog.buttons["ok"].isEnabled()
    dialog.edit.setText("Hall 9")
    dialog.buttons["ok"].click()
    qtbot.waitUntil(page.editor.isVisible)
    hand = Hand(page)
    hand.press(Qt.Key.Key_S, CTRL)
    assert "no seats" in page.editor.status.whole_text()
    hand.press(Qt.Key.Key_B)
    hand.press(Qt.Key.Key_Return)
    answer_saves(desk, hand)
    hand.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.editor.status.whole_text() == "Saved.")
    assert any(operation is create_hall for operation, _ in desk.asked)


def test_a_plan_is_imported_and_goes_out_as_it_came_in(
    qtbot: QtBot, page: HallsPage, files: Files, tmp_path: Path
) -> None:
    source = resources_folder() / "demo" / "lounge.json"
    files.to_open, files.to_save = source, tmp_path / "out.json"
    page.list.import_.click()
    qtbot.waitUntil(page.editor.isVisible)
    page.editor.export_requested.emit()
    qtbot.waitUntil(lambda: page.editor.status.whole_text().startswith("Written"))
    assert json.loads(files.to_save.read_bytes()) == json.loads(source.read_bytes())


def test_a_file_that_is_no_plan_is_refused_in_words(
    qtbot: QtBot, page: HallsPage, files: Files, tmp_path: Path
) -> None:
    files.to_open = tmp_path / "x.json"
    files.to_open.write_text("[")
    page.list.import_.click()
    dialog = wait_for(qtbot, page, HallDialog)
    assert "not JSON" in dialog.lines[0].text()
    assert page.list.isVisible()


def test_the_plan_for_the_wall_is_a_pdf(qtbot: QtBot, hand: Hand, files: Files, tmp_path: Path) -> None:
    files.to_save = tmp_path / "plan.pdf"
    hand.page.editor.pdf_requested.emit()
    qtbot.waitUntil(lambda: files.to_save is not None and files.to_save.exists() and files.to_save.stat().st_size > 0)
    qtbot.waitUntil(lambda: hand.page.editor.status.whole_text().startswith("Written"))
    assert files.to_save.read_bytes().startswith(b"%PDF")


def test_an_image_lies_below_the_hall_and_a_broken_one_is_refused(
    qtbot: QtBot, hand: Hand, files: Files, tmp_path: Path
) -> None:
    files.to_open = tmp_path / "plan.png"
    files.to_open.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    hand.page.editor.trace_requested.emit()
    dialog = wait_for(qtbot, hand.page, HallDialog)
    assert "no image" in dialog.lines[0].text()
    dialog.buttons["cancel"].click()
    pixmap = QPixmap(400, 200)
    pixmap.fill(Qt.GlobalColor.red)
    pixmap.save(str(files.to_open))
    hand.page.editor.trace_requested.emit()
    dialog = wait_for(qtbot, hand.page, HallDialog, lambda d: "remove" in d.buttons)
    trace = hand.canvas._trace
    assert (trace.pixmap().width(), trace.scale()) == (400, 1.0)
    dialog.buttons["remove"].click()
    assert trace.pixmap().isNull()


def test_broken_seats_show_who_has_them_before_they_are_kept_from_sale(
    qtbot: QtBot, hand: Hand, desk: FakeDesk
) -> None:
    hand.press(Qt.Key.Key_B, CTRL)
    assert "Select the broken seats" in hand.page.editor.status.whole_text()
    seat = TakenSeat(
        key=SeatKey(7, 1),
        seat_name="A1",
        title="Nosferatu",
        starts_at=datetime(2026, 3, 20, 20, tzinfo=UTC),
        state="sold",
        holder="Counter 2",
        sale_number=12,
        note="",
    )
    day = date(2026, 3, 20)
    outage = Outage(seat_name="A1", first=day, last=day, reason="cushion", person="Mona")
    plan = BrokenPlan(free=3, shows=2, taken=(seat,), kept=1, outages=(outage,))
    desk.answers |= {
        list_days: (DayTile(day=day, shows=1),),
        plan_out_of_order: plan,
        take_out_of_order: plan,
        give_back: 3,
    }
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_B, CTRL)
    dialog = wait_for(qtbot, hand.page, BrokenDialog)
    qtbot.waitUntil(dialog.table.isVisible)
    item = dialog.table.item(0, 2)
    assert item is not None
    assert item.text() == "sold: sale 12 at Counter 2"
    assert "A1 is out of order from 20/03/2026 to 20/03/2026: cushion (Mona)" in dialog.summary.text()
    assert not dialog.buttons["broken"].isEnabled()
    dialog.reason.setText("spring")
    dialog.buttons["broken"].click()
    qtbot.waitUntil(lambda: hand.page.editor.status.whole_text() == "Out of order: 3 places in 2 shows.")
    arguments = next(arguments for operation, arguments in desk.asked if operation is take_out_of_order)
    assert arguments == {
        "hall_id": 1,
        "seat_ids": (1,),
        "first": date(2026, 3, 20),
        "last": date(2026, 3, 20),
        "reason": "spring",
    }
    hand.press(Qt.Key.Key_B, CTRL)
    dialog = wait_for(qtbot, hand.page, BrokenDialog)
    qtbot.waitUntil(dialog.buttons["mended"].isEnabled)
    dialog.buttons["mended"].click()
    qtbot.waitUntil(lambda: hand.page.editor.status.whole_text() == "On sale again: 3 places in shows.")
    arguments = next(arguments for operation, arguments in desk.asked if operation is give_back)
    assert arguments == {"hall_id": 1, "seat_ids": (1,), "first": day}


def test_the_help_says_how_and_lists_every_key(qtbot: QtBot, hand: Hand) -> None:
    hand.page.editor.help_requested.emit()
    dialog = wait_for(qtbot, hand.page, HelpDialog)
    assert "447" in dialog.windowTitle()
    keys = dict(hand.page.list_keys())
    assert keys["B"] == "Rows"
    assert "Alt+arrows" in keys


def test_a_file_takes_the_place_of_the_open_hall_and_can_be_undone(qtbot: QtBot, hand: Hand, files: Files) -> None:
    files.to_open = resources_folder() / "demo" / "lounge.json"
    hand.page.editor.import_requested.emit()
    qtbot.waitUntil(lambda: len(hand.places()) == 48)
    document = session_of(hand.page).document
    assert (document.hall_id, document.name, document.layout_version) == (1, "Hall 1", 3)
    hand.press(Qt.Key.Key_Z, CTRL)
    assert len(hand.places()) == 18


def test_a_copy_of_a_hall_is_a_new_hall(qtbot: QtBot, page: HallsPage) -> None:
    page.list.copy.click()
    wait_for(qtbot, page, TextDialog).buttons["ok"].click()
    qtbot.waitUntil(page.editor.isVisible)
    document = session_of(page).document
    assert (document.hall_id, document.name) == (None, "Hall 1 (copy)")
    assert all(seat.key < 0 for seat in document.seats)


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
