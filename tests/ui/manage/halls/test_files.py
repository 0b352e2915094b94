import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.manage.halls.dialogs import HallDialog, TextDialog
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from tests.ui.manage.halls.hands import CTRL, Files, Hand, session_of, wait_for


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
