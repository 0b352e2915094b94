"""A door that is opened during an outage: it lets in whom its memory allows, and gives way to the till that opens."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, SetupError
from boxoffice_desktop.services.door.offline import DoorMemory
from boxoffice_desktop.services.door.standby import find_facts, is_server_away, keep_facts
from boxoffice_desktop.ui.door.settings import door_folder
from boxoffice_desktop.ui.door.standby import StandbyDoor, open_standby
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.door.conftest import BOOK, CODE, NOW, OpenDoor, signed_text
from tests.ui.fakes import FACTS


class Opened:
    """A till that has been opened."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Of a door that was open a moment ago."""
    file = tmp_path / "door-1.ini"
    DoorMemory(door_folder(file)).keep_book(BOOK)
    keep_facts(door_folder(file), FACTS)
    return file


@pytest.fixture
def open_away(qapp: QApplication, qtbot: QtBot, settings_file: Path) -> Iterator[Callable[..., StandbyDoor]]:
    apply_theme(qapp, dark=False)
    made: list[StandbyDoor] = []

    def open_away(start: Callable[[Callable[[str], None]], Any] = _stay_away) -> StandbyDoor:
        door = open_standby(settings_file, lambda: NOW, start)
        assert door is not None
        made.append(door)
        door.page.controller.sound._beep = lambda: None
        door.page.controller.sound._effects = {}
        show_in_front(qtbot, door)
        return door

    yield open_away
    for door in made:
        if not door._is_leaving:
            with qtbot.waitSignal(door.closed, timeout=5000):
                door.close()
        door.deleteLater()


def _stay_away(_tell: Callable[[str], None]) -> Any:
    raise DatabaseUnavailableError("connection refused")


def test_without_a_server_and_a_sign_in_a_signed_ticket_gets_in_once(
    qtbot: QtBot, open_away: Callable[..., StandbyDoor], settings_file: Path
) -> None:
    door = open_away()
    assert "Nobody is signed in" in door.banner.text()
    assert "no server" in door.windowTitle()
    with qtbot.waitSignal(door.page.controller.answered) as first:
        door.page.controller.submit(signed_text())
    door.page.controller._last = (b"", 0.0)
    with qtbot.waitSignal(door.page.controller.answered) as again:
        door.page.controller.submit(signed_text())
    assert [each.args[0].outcome.value for each in (first, again)] == ["admitted", "already_in"]
    (late,) = DoorMemory(door_folder(settings_file)).list_scans()
    assert (late.code, late.person) == (CODE, "")


def test_a_short_code_waits_for_the_server(qtbot: QtBot, open_away: Callable[..., StandbyDoor]) -> None:
    controller = open_away().page.controller
    with qtbot.waitSignal(controller.answered) as answered:
        controller.submit("ABCD-EFGH-JKLM")
    assert answered.args[0].outcome.value == "unchecked"


def test_the_door_offers_the_halls_and_shows_that_it_remembers(
    qtbot: QtBot, open_away: Callable[..., StandbyDoor]
) -> None:
    place = open_away().page.place
    qtbot.waitUntil(lambda: place.count() == 3, timeout=5000)
    assert "Nosferatu" in place.itemText(2)
    place.setCurrentIndex(2)
    place.activated.emit(2)
    assert place.count() == 3
    assert place.currentData() == (2, 7)


def test_the_counts_are_those_it_remembers_and_say_of_when(qtbot: QtBot, open_away: Callable[..., StandbyDoor]) -> None:
    side = open_away().page.side
    qtbot.waitUntil(lambda: side.shows.topLevelItemCount() == 1, timeout=5000)
    item = side.shows.topLevelItem(0)
    assert item is not None
    assert (item.text(1), item.text(3)) == ("Nosferatu", "1 of 112")
    assert side.as_of == "As of 20 Nov 2026, 21:00"


def test_when_the_server_is_back_the_till_takes_over(qtbot: QtBot, open_away: Callable[..., StandbyDoor]) -> None:
    answers: list[Any] = [DatabaseUnavailableError("connection refused"), opened := Opened()]

    def start(_tell: Callable[[str], None]) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    door = open_away(start)
    door.try_server()
    qtbot.waitUntil(door._again.isActive, timeout=5000)
    assert door.isVisible()
    with qtbot.waitSignal(door.opened, timeout=5000) as told:
        door.try_server()
    assert told.args == [opened]
    assert not opened.is_closed
    assert not door.isVisible()


def test_who_closes_the_window_while_the_server_comes_back_leaves_no_till_open(
    qtbot: QtBot, open_away: Callable[..., StandbyDoor]
) -> None:
    opened = Opened()
    door = open_away(lambda _tell: opened)
    door.try_server()
    with qtbot.waitSignal(door.closed, timeout=5000):
        door.close()
    assert opened.is_closed


@pytest.mark.parametrize("missing", ["book.json", "door.json"])
def test_a_door_that_remembers_too_little_does_not_open(settings_file: Path, missing: str) -> None:
    folder = door_folder(settings_file)
    assert find_facts(folder, NOW) == FACTS
    (folder / missing).unlink()
    assert find_facts(folder, NOW) is None


def test_yesterdays_memory_opens_no_door(settings_file: Path) -> None:
    assert find_facts(door_folder(settings_file), NOW + timedelta(hours=25)) is None


def test_a_torn_file_opens_no_door(settings_file: Path) -> None:
    (door_folder(settings_file) / "door.json").write_text('{"venue_name": "Ri')
    assert find_facts(door_folder(settings_file), NOW) is None


def test_a_door_that_was_open_once_can_open_alone(open_door: OpenDoor, tmp_path: Path, qtbot: QtBot) -> None:
    door = open_door()
    qtbot.waitUntil(lambda: find_facts(tmp_path / "door", NOW) == door.desk.facts, timeout=5000)


def test_a_revoked_tablet_is_no_door(tmp_path: Path) -> None:
    def failing(detail: str) -> SetupError:
        error = SetupError("It does not start.", "Do this.")
        error.__cause__ = DatabaseUnavailableError(detail)
        return error

    assert is_server_away(failing("connection refused"))
    assert is_server_away(DatabaseUnavailableError("connection refused"))
    assert not is_server_away(failing('FATAL: password authentication failed for user "till_7"'))
    assert not is_server_away(failing('FATAL: role "till_7" is not permitted to log in'))
    assert not is_server_away(ValueError("x"))
