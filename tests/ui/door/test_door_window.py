"""The door in the whole window: a place on the rail, or the only one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.permissions import MANAGER, Permission
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.ui.desktop import Desktop, DesktopSettings
from boxoffice_desktop.ui.tasks.live import LiveHints
from tests.ui.fakes import KOWALSKA, FakeDesk

MANAGERESS: SignedIn = replace(KOWALSKA, permissions=MANAGER)


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> Iterator[list[Desktop]]:
    opened = []
    for only in ("", "door"):
        settings = DesktopSettings(
            settings_file=tmp_path / f"window-{only}.ini", tickets_folder=None, log_file=None, only=only
        )
        opened.append(Desktop(desk, settings, LiveHints()))
        qtbot.addWidget(opened[-1].window)
    yield opened
    for desktop in opened:
        assert desktop.tasks.shutdown(5)


def test_the_door_is_a_place_for_who_may_admit(open_window: list[Desktop]) -> None:
    whole, _ = open_window
    place = next(place for place in whole._list_destinations(MANAGERESS) if place.key == "door")
    assert place.permission is Permission.ADMIT


def test_a_window_for_the_door_has_no_other_place(open_window: list[Desktop]) -> None:
    _, alone = open_window
    assert [place.key for place in alone._list_destinations(MANAGERESS)] == ["door"]


def test_the_customers_display_is_chosen_at_tills_and_not_at_doors(open_window: list[Desktop]) -> None:
    offered = [desktop.customer.menu.menuAction() in desktop.window.view_menu.actions() for desktop in open_window]
    assert offered == [True, False]
