"""One embedded PostgreSQL for a test run, a migrated template in it, and a fresh copy for every test that wants one.

Nothing here touches a port, a socket or a data folder that anybody else uses.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import EmbeddedServer, ServerAddress
from tests.support.cinema import Cinema, build_cinema

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_TEMPLATE = "boxoffice_template"
_databases = count(1)


@pytest.fixture(scope="module", autouse=True)
def no_garbage_for_other_threads() -> Iterator[None]:
    """Windows that a module's tests left in reference cycles go here, on the main thread; what survives stays for good.

    Otherwise a later collection may come in a thread that another test starts, and Qt's objects must not die there.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_windows_for_other_tests() -> Iterator[None]:
    """Windows that a test has left are gone before the next: each would be themed, asked for keys and drawn with it."""
    yield
    if "PySide6.QtWidgets" in sys.modules:
        from tests.support.windows import delete_windows

        delete_windows()


@pytest.fixture(scope="session")
def server() -> Iterator[ServerAddress]:
    """A server of this run's own. It may lose data in a crash: tests of crashes start one that may not."""
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-tests-"))
    folder.chmod(0o755)
    embedded = EmbeddedServer(folder / "data", settings={"fsync": "off", "full_page_writes": "off"})
    try:
        yield embedded.start()
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: ServerAddress) -> str:
    """The name of a database with the schema and nothing in it."""
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        provisioning.create_roles(admin)
        provisioning.create_database(admin, _TEMPLATE)
    provisioning.upgrade_schema(server.conninfo(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="session")
def cinema_template(server: ServerAddress, template: str) -> Cinema:
    """The small cinema of `cinema`, built once; its database is only copied, so nobody may stay connected."""
    built = build_cinema(create_copy(server, template, "boxoffice_cinema"))
    built.close()
    return built


@pytest.fixture
def database(server: ServerAddress, template: str) -> Iterator[str]:
    """The administrator's connection string of a fresh database with the schema."""
    with fresh_copy(server, template) as conninfo:
        yield conninfo


@pytest.fixture
def cinema(server: ServerAddress, cinema_template: Cinema) -> Iterator[Cinema]:
    """A small cinema: one hall of 5 rows of 8 seats, one film, one show on sale, staff, and three terminals."""
    with fresh_copy(server, "boxoffice_cinema") as conninfo:
        yield from open_copy(cinema_template, conninfo)


@pytest.fixture(scope="module")
def shared_cinema(server: ServerAddress, cinema_template: Cinema) -> Iterator[Cinema]:
    """One small cinema for all tests of a module, for tests that leave nothing behind."""
    with fresh_copy(server, "boxoffice_cinema") as conninfo:
        yield from open_copy(cinema_template, conninfo)


def open_copy(cinema_template: Cinema, conninfo: str) -> Iterator[Cinema]:
    copy = cinema_template.copied_to(conninfo)
    try:
        yield copy
    finally:
        copy.close()


@contextmanager
def fresh_copy(server: ServerAddress, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_databases)}"
    yield create_copy(server, template, name)
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def create_copy(server: ServerAddress, template: str, name: str) -> str:
    """Copy a database. Its owner and its grants are not copied by PostgreSQL: they are those of a real one again."""
    owner, till = provisioning.OWNER, provisioning.TILL
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {owner} STRATEGY file_copy')
        admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        admin.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {till}')
    return server.conninfo(name)
