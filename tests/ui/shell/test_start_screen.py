from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import ServerStartError
from boxoffice_desktop.ui.shell.start_screen import StartScreen


@pytest.fixture
def screen(qtbot: QtBot) -> StartScreen:
    screen = StartScreen()
    qtbot.addWidget(screen)
    return screen


def test_it_says_what_is_being_done(screen: StartScreen) -> None:
    screen.show_progress("Crash recovery in progress…")
    assert screen.isVisible()
    assert screen.words == "Crash recovery in progress…"


def test_a_failed_start_says_what_to_do_and_enter_quits(qtbot: QtBot, screen: StartScreen) -> None:
    screen.show_progress("Starting the database…")
    screen.show_failure(ServerStartError("The disk is full.", "Free 200 MB and start again."), Path("till.log"))
    assert screen.words == "The database did not start\nThe disk is full.\nFree 200 MB and start again.\nLog: till.log"
    with qtbot.waitSignal(screen.quit_requested):
        qtbot.keyClick(screen._quit, Qt.Key.Key_Space)


def test_a_bug_at_the_start_does_not_claim_that_the_till_goes_on(screen: StartScreen) -> None:
    screen.show_failure(KeyError("x"))
    assert "cannot start" in screen.words
    assert "goes on" not in screen.words


def test_closing_it_quits_but_finishing_does_not(qtbot: QtBot, screen: StartScreen) -> None:
    screen.show_progress("…")
    with qtbot.waitSignal(screen.quit_requested):
        screen.close()
    screen.show_progress("…")
    with qtbot.assertNotEmitted(screen.quit_requested):
        screen.finish()
    assert not screen.isVisible()
