"""Real servers on throw-away data. One initdb serves most tests: they start from copies of its result."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boxoffice_desktop.db.embedded import EmbeddedServer
from tests.support.folders import make_open_folder

FAST = {"fsync": "off", "max_connections": "20", "shared_buffers": "1MB"}

MakeServer = Callable[..., EmbeddedServer]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = make_open_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """The data of a server that has been made and stopped."""
    folder = make_open_folder()
    server = EmbeddedServer(folder / "template", settings=FAST)
    server.start()
    server.stop()
    yield folder / "template"
    shutil.rmtree(folder)


@pytest.fixture
def data(template: Path, open_folder: Path) -> Path:
    """A copy of the template; copied by root, so not owned by the server's account."""
    folder = open_folder / "data"
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("socket", "users"))
    return folder


@pytest.fixture
def make_server(open_folder: Path) -> Iterator[MakeServer]:
    """Makes servers that are stopped after the test."""
    made: list[EmbeddedServer] = []

    def make(folder: Path, **options: object) -> EmbeddedServer:
        server = EmbeddedServer(folder, **{"settings": FAST, **options})
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()
