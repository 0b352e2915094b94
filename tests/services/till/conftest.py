from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till
from tests.support.cinema import Cinema
from tests.support.wire import Wire, open_wire


@pytest.fixture
def wire(cinema: Cinema) -> Iterator[Wire]:
    with open_wire(cinema.admin_conninfo) as opened:
        yield opened


@pytest.fixture
def attempts(tmp_path: Path) -> AttemptFile:
    return AttemptFile(tmp_path / "attempts")


@pytest.fixture
def make_till(cinema: Cinema, wire: Wire, attempts: AttemptFile) -> Iterator[Callable[..., Till]]:
    """A till as its window gets it: through a wire, with attempts that outlive it."""
    databases: list[Database] = []

    def make(name: str = "Counter 1") -> Till:
        database = Database(wire.conninfo(cinema.conninfo(name)))
        databases.append(database)
        clock = lambda: datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # noqa: E731  a clock that stands
        return Till(database, login=cinema.logins[name][1], attempts=attempts, clock=clock)

    yield make
    for database in databases:
        database.close()


@pytest.fixture
def till(make_till: Callable[..., Till]) -> Till:
    made = make_till()
    made.sign_in("carla", "1234")
    return made
