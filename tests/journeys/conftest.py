"""The whole application on PostgreSQL: windows, tills and listeners on a fresh cinema."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.cinema import Cinema
from tests.support.desktop import Counters
from tests.support.folders import make_open_folder


@pytest.fixture
def counters(qapp: QApplication, cinema: Cinema, tmp_path: Path) -> Iterator[Counters]:
    opened = Counters(cinema, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not left, f"threads still running: {left}"


@dataclass(frozen=True)
class Program:
    """`boxoffice` with a data folder of its own, in a process of its own, without a display."""

    data: Path

    def run(self, *arguments: str, seconds: float = 120) -> "subprocess.CompletedProcess[str]":
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return subprocess.run(
            [sys.executable, "-m", "boxoffice_desktop", *arguments],
            env={**environment, "BOXOFFICE_DATA": str(self.data)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """One demo cinema for all journeys of a run: building it takes the longest."""
    from shutil import rmtree

    folder = make_open_folder()
    yield Program(folder)
    rmtree(folder)
