"""Windows on real databases: one that is shared with other tests, and one on a server that may be stopped."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import EmbeddedServer
from tests.support.cinema import Cinema, build_cinema
from tests.support.desktop import Counters
from tests.support.folders import make_open_folder


@pytest.fixture
def counters(qapp: QApplication, cinema: Cinema, tmp_path: Path) -> Iterator[Counters]:
    """Counters of a fresh cinema on the server of the test run."""
    opened = Counters(cinema, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """A server that nobody else uses: it may be stopped under an open window."""
    folder = make_open_folder()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        server = EmbeddedServer(folder / "data", settings={"fsync": "off", "full_page_writes": "off"})
        stack.callback(server.stop)
        server.start()
        yield server


@pytest.fixture(scope="module")
def own_cinema(own_server: EmbeddedServer) -> Iterator[Cinema]:
    address = own_server.start()
    with psycopg.connect(address.conninfo(), autocommit=True) as admin:
        provisioning.create_roles(admin)
        provisioning.create_database(admin, "own")
    conninfo = address.conninfo("own")
    provisioning.upgrade_schema(conninfo)
    cinema = build_cinema(conninfo)
    cinema.close()
    yield cinema
    cinema.close()


@pytest.fixture
def own_counters(
    qapp: QApplication, own_server: EmbeddedServer, own_cinema: Cinema, tmp_path: Path
) -> Iterator[Counters]:
    opened = Counters(own_cinema, tmp_path)
    yield opened
    own_server.start()
    opened.close()
    own_cinema.close()
