"""`boxoffice door`: which terminal it is, and how its window begins."""

from pathlib import Path
from typing import Any

import pytest
import typer
from PySide6.QtCore import QSettings
from typer.testing import CliRunner

from boxoffice_desktop import app
from boxoffice_desktop.cli.door import add_door_command


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[app.Settings, dict[str, Any]]]:
    """What windows were opened, without opening any."""
    opened: list[tuple[app.Settings, dict[str, Any]]] = []
    monkeypatch.setenv("BOXOFFICE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(app, "has_display", lambda: True)
    monkeypatch.setattr(app, "run_window", lambda settings, **named: opened.append((settings, named)) or 0)
    return opened


def test_the_door_is_the_third_terminal_of_a_cinema_on_one_machine(
    opened: list[tuple[app.Settings, dict[str, Any]]],
) -> None:
    assert _run().exit_code == 0
    settings, named = opened[0]
    assert (settings.counter, settings.settings_file.name, named) == (3, "door-3.ini", {"only": "door"})


def test_a_paired_tablet_is_the_terminal_that_it_was_paired_as(
    opened: list[tuple[app.Settings, dict[str, Any]]], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "till-1.json").write_text("{}", encoding="utf-8")
    _run()
    _run("--counter", "2")
    assert [settings.counter for settings, _ in opened] == [1, 2]


def test_it_begins_large_for_fingers_and_stays_as_it_is_set(
    opened: list[tuple[app.Settings, dict[str, Any]]], tmp_path: Path
) -> None:
    _run()
    file = str(tmp_path / "data" / "door-3.ini")
    store = QSettings(file, QSettings.Format.IniFormat)
    assert store.value("view/touch", type=bool)
    store.setValue("view/touch", False)
    store.sync()
    _run()
    assert not QSettings(file, QSettings.Format.IniFormat).value("view/touch", type=bool)


def test_without_a_display_it_says_so(
    opened: list[tuple[app.Settings, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "has_display", lambda: False)
    done = _run()
    assert (done.exit_code, opened) == (1, [])
    assert "no display" in done.output


def _run(*arguments: str) -> Any:
    commands = typer.Typer()
    add_door_command(commands)
    commands.callback()(lambda: None)
    return CliRunner().invoke(commands, ["door", *arguments])
