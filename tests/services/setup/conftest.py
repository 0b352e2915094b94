"""Both servers that the tills run on: the embedded 18 and the system's own PostgreSQL with TLS."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boxoffice_desktop.db.embedded import ServerAddress
from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.db.url import ServerUrl, read_server_url
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.setup.provision import NewAdministrator, NewVenue, provision_server
from boxoffice_desktop.services.setup.terminals import PairedTerminal, pair_terminal
from boxoffice_desktop.services.till import Till
from tests.support.cinema import Cinema, build_cinema
from tests.support.debian_server import DebianServer, debian_server
from tests.support.shifts import open_shifts

VENUE = NewVenue(name="Rialto", city="Gdynia", currency="PLN", locale="pl_PL", time_zone="Europe/Warsaw")
ADA = NewAdministrator(user_name="Ada", display_name="Ada Brandt", pin="4711")
_numbers = itertools.count(1)


def read_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the test is the composition here


def provision(
    url: ServerUrl, venue: NewVenue | None = VENUE, administrator: NewAdministrator | None = ADA, *, demo: bool = False
) -> list[str]:
    """Provision, and what was said."""
    lines: list[str] = []
    provision_server(url, venue=venue, administrator=administrator, demo=demo, clock=read_clock, say=lines.append)
    return lines


@dataclass
class SharedCinema:
    """The small cinema on a shared server, and tills that are paired with it as real ones are."""

    url: ServerUrl
    cinema: Cinema
    folder: Path
    open: list[Database]

    def pair(self, name: str, *, again: bool = False, venue: str = "Test Cinema") -> PairedTerminal:
        """A terminal, with an open shift like those of the small cinema."""
        paired = pair_terminal(self.url, name=name, venue=venue, again=again)
        with self.cinema.admin() as admin:
            open_shifts(admin)
        return paired

    def till(self, paired: PairedTerminal, user_name: str | None = "carla", pin: str = "1234") -> Till:
        database = Database(paired.url.conninfo)
        self.open.append(database)
        till = Till(database, login=paired.login, attempts=AttemptFile(self.folder / paired.login), clock=read_clock)
        if user_name is not None:
            till.sign_in(user_name, pin)
        return till


@pytest.fixture(scope="session")
def debian() -> Iterator[DebianServer]:
    with debian_server() as running:
        yield running


@pytest.fixture
def debian_url(debian: DebianServer) -> ServerUrl:
    """A database of this test's own on the system's PostgreSQL; not made yet."""
    return read_server_url(debian.conninfo(f"box_{os.getpid()}_{next(_numbers)}"), ca_file=debian.ca)


@pytest.fixture
def embedded_url(server: ServerAddress) -> ServerUrl:
    """A database of this test's own on the embedded server; not made yet."""
    return read_server_url(server.conninfo(f"box_{os.getpid()}_{next(_numbers)}"))


@pytest.fixture(params=["embedded 18", "the system's own"])
def any_url(request: pytest.FixtureRequest) -> ServerUrl:
    """A database of this test's own on either server; not made yet."""
    name = "embedded_url" if request.param == "embedded 18" else "debian_url"
    url = request.getfixturevalue(name)
    assert isinstance(url, ServerUrl)
    return url


@pytest.fixture
def open_cinema(tmp_path: Path) -> Iterator[Callable[[ServerUrl], SharedCinema]]:
    """Provisions a database and builds the small cinema in it."""
    opened: list[SharedCinema] = []

    def build(url: ServerUrl) -> SharedCinema:
        provision(url, None, None)
        opened.append(SharedCinema(url, build_cinema(url.conninfo), tmp_path, []))
        return opened[-1]

    yield build
    for shared in opened:
        for database in shared.open:
            database.close()
        shared.cinema.close()
