"""What a till is told when its connections break, and what it is not told."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from boxoffice_desktop.db.engine import Database, add_hint
from boxoffice_desktop.db.watched import WatchedConnection
from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from tests.support.cinema import Cinema


@contextmanager
def lost(_connection: object) -> Iterator[None]:
    raise DatabaseUnavailableError("gone")
    yield


def test_a_hint_that_fails_after_the_commit_does_not_make_the_work_look_refused(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = cinema.till(user_name=None)
    monkeypatch.setattr("boxoffice_desktop.db.engine._autocommit", lost)

    def work(session: object) -> str:
        add_hint(session, cinema.show_id, (1,))  # type: ignore[arg-type]
        return "done"

    assert till.database.run(work) == "done"


def test_a_till_whose_connections_all_wait_says_that_the_database_does_not_answer(cinema: Cinema) -> None:
    database = Database(cinema.conninfo(), pool_size=1)
    database._engine.pool._max_overflow = 0
    database._engine.pool._timeout = 0.05
    try:
        with database._engine.connect(), pytest.raises(DatabaseUnavailableError):
            database.run(lambda session: session.execute(text("SELECT 1")))
    finally:
        database.close()


def test_after_a_restart_of_the_server_one_broken_connection_is_enough(cinema: Cinema) -> None:
    """Each connection of the pool is broken, and finding that out one by one would be a failure each."""
    till = cinema.till(user_name=None)
    with till.database._engine.connect(), till.database._engine.connect(), till.database._engine.connect():
        pass
    login = cinema.logins["Counter 1"][1]
    assert len(cinema.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", login)) == 3
    till.database.work_for(b"a token that opens nothing")

    assert till.database.run(lambda session: session.execute(text("SELECT 1")).scalar()) == 1


def test_an_answer_that_comes_too_late_is_a_lost_connection(cinema: Cinema) -> None:
    connection = WatchedConnection.connect(cinema.conninfo(), autocommit=True).answering_within(0.3)

    with pytest.raises(psycopg.OperationalError, match="not answered in time") as error:
        connection.execute("SELECT pg_sleep(2)")

    assert error.value.sqlstate is None
    assert connection.closed


def test_an_answer_within_its_time_is_an_answer(cinema: Cinema) -> None:
    """The control of the above."""
    with WatchedConnection.connect(cinema.conninfo(), autocommit=True).answering_within(5) as connection:
        assert connection.execute("SELECT 7 FROM pg_sleep(0.4)").fetchone() == (7,)
