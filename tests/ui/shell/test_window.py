from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.shell.dialogs import AboutDialog, KeysDialog
from boxoffice_desktop.ui.shell.message import Message, Severity
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.widgets.theme import theme
from tests.ui.fakes import FACTS
from tests.ui.shell.conftest import Till


def words_of(dialog: object) -> str:
    assert isinstance(dialog, (KeysDialog, AboutDialog))
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_theme_is_switched_with_one_button_and_remembered(qtbot: QtBot, till: Till) -> None:
    assert not theme().dark
    till.window.status._theme_button.click()
    assert theme().dark
    again = MainWindow(FACTS, QSettings(till.settings.fileName(), QSettings.Format.IniFormat))
    qtbot.addWidget(again)
    assert theme().dark
    again.status._theme_button.click()
    assert not theme().dark


def test_touch_and_type_size_are_remembered(qtbot: QtBot, till: Till) -> None:
    menu = till.window.view_menu
    menu._touch.trigger()
    next(action for action in menu._sizes.actions() if action.data() == 150).trigger()
    assert (theme().touch, theme().scale) == (True, 1.5)
    till.settings.sync()
    assert till.settings.value("view/percent") in (150, "150")


@pytest.mark.parametrize(
    "size", [QSize(1024, 700), QSize(1366, 768), QSize(1920, 1080)], ids=["small", "usual", "large"]
)
def test_the_window_fits_every_counters_screen(qtbot: QtBot, till: Till, size: QSize) -> None:
    till.window.resize(size)
    qtbot.waitUntil(lambda: till.window.size() == size)
    page = till.shell.sign_in_page
    for child in (page._enter, page._keypad, page._pin):
        top_left = child.mapTo(page, child.rect().topLeft())
        assert page.rect().contains(child.rect().translated(top_left))


@pytest.mark.parametrize("percent", [125, 150, 200])
def test_large_type_still_leaves_the_window_on_a_1366_by_768_screen(qtbot: QtBot, till: Till, percent: int) -> None:
    next(action for action in till.window.view_menu._sizes.actions() if action.data() == percent).trigger()
    smallest = till.window.minimumSizeHint()
    assert smallest.width() <= 1366
    assert smallest.height() <= 768


@pytest.mark.parametrize("percent", [100, 200])
def test_names_are_not_cut_off_in_any_size_of_type(qtbot: QtBot, till: Till, percent: int) -> None:
    next(action for action in till.window.view_menu._sizes.actions() if action.data() == percent).trigger()
    qtbot.waitUntil(till.tasks.is_idle)
    labels = [label for button in till.shell.sign_in_page._names._buttons for label in button.findChildren(QLabel)]
    assert len(labels) == 9
    qtbot.waitUntil(lambda: all(label.height() >= label.sizeHint().height() for label in labels))


def test_f11_fills_the_screen_and_comes_back(qtbot: QtBot, till: Till) -> None:
    qtbot.keyClick(till.window, Qt.Key.Key_F11)
    assert till.window.isFullScreen()
    qtbot.keyClick(till.window, Qt.Key.Key_F11)
    assert not till.window.isFullScreen()


def test_the_keys_of_window_and_page_are_listed(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    qtbot.keyClick(till.window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    dialog = till.window.findChild(KeysDialog)
    assert "Take or give back the seat" in words_of(dialog)
    assert "Ctrl+L" in words_of(dialog)
    dialog.accept()


def test_messages_are_closed_by_key_the_newest_first(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    for title in ("First", "Second"):
        till.presenter.show_message(Message(title=title, text="", severity=Severity.WARNING))
    qtbot.keyClick(till.window, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert [message.title for message in till.presenter.notices.messages] == ["First"]
    qtbot.keyClick(till.window, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert till.presenter.notices.messages == ()
    qtbot.keyClick(till.window, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert ("Shift+F12", "Close the newest message") in till.window._list_window_keys()


def test_tab_reaches_the_close_button_and_the_focus_comes_back(qtbot: QtBot, till: Till) -> None:
    till.window.activateWindow()
    qtbot.waitUntil(till.window.isActiveWindow)
    till.presenter.show_message(Message(title="Full", text="", severity=Severity.WARNING))
    qtbot.waitUntil(till.presenter.notices.isVisible)
    close = next(b for b in till.presenter.notices.findChildren(QToolButton) if b.accessibleName() == "Close")
    start = till.shell.sign_in_page._pin
    start.setFocus()
    for _ in range(60):
        if close.hasFocus():
            break
        last = QApplication.focusWidget()
        qtbot.keyClick(last, Qt.Key.Key_Tab)
    assert close.hasFocus()
    qtbot.keyClick(close, Qt.Key.Key_Space)
    assert till.presenter.notices.messages == ()
    assert QApplication.focusWidget() is last


def test_about_names_the_release_and_the_log(qtbot: QtBot, settings: QSettings, tmp_path: Path) -> None:
    window = MainWindow(FACTS, settings, log_file=tmp_path / "boxoffice.log")
    qtbot.addWidget(window)
    window.show_about()
    words = words_of(window.findChild(AboutDialog))
    assert "Release 0." in words
    assert str(tmp_path / "boxoffice.log") in words
    assert "Rialto, Gdynia" in words


def test_the_window_comes_back_where_it_was(qtbot: QtBot, till: Till) -> None:
    till.window.showMaximized()
    till.window.close_for_good()
    till.settings.sync()
    again = MainWindow(FACTS, QSettings(till.settings.fileName(), QSettings.Format.IniFormat))
    qtbot.addWidget(again)
    assert again.isMaximized()
