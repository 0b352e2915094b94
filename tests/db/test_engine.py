import threading
from collections.abc import Callable
from traceback import TracebackException
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import Database, _plain_reason, add_hint, till_conninfo
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    BusyError,
    ConflictError,
    DatabaseUnavailableError,
    NotAllowedError,
    NotSignedInError,
    ShowNotOnSaleError,
)
from boxoffice_desktop.services import holds
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold
from tests.support.threads import held_open, run_together

LOCK = "SELECT state FROM boxoffice.show_seat WHERE seat_id = :seat FOR UPDATE"
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}', DETAIL = 'approve'; END $$"


def test_work_that_ends_is_committed(cinema: Cinema) -> None:
    till = cinema.till()
    till.database.run(lambda session: session.execute(text(_INSERT_HOLD), {"hold": uuid4()}))
    assert cinema.query("SELECT count(*) FROM boxoffice.hold") == [(1,)]


def test_work_that_raises_is_rolled_back(cinema: Cinema) -> None:
    till = cinema.till()

    def work(session: Session) -> None:
        session.execute(text(_INSERT_HOLD), {"hold": uuid4()})
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        till.database.run(work)
    assert cinema.query("SELECT count(*) FROM boxoffice.hold") == [(0,)]


def test_a_deadlock_is_solved_by_trying_again(cinema: Cinema) -> None:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    both_have_one = threading.Barrier(2)
    tries: list[str] = []

    def lock_both(name: str, first: str, second: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            tries.append(name)
            session.execute(text(LOCK), {"seat": cinema.seats[first]})
            if tries.count(name) == 1:
                both_have_one.wait(5)
            session.execute(text(LOCK), {"seat": cinema.seats[second]})
            return name

        return work

    answers = run_together(
        [
            lambda: one.database.run(lock_both("one", "A1", "A2")),
            lambda: two.database.run(lock_both("two", "A2", "A1")),
        ]
    )
    assert (answers, len(tries)) == (["one", "two"], 3)


def test_a_serialization_failure_is_tried_again(cinema: Cinema) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        tries.append(1)
        if len(tries) < 4:
            session.execute(text(RAISE.format(state="40001")))
        return len(tries)

    assert cinema.till().database.run(work) == 4


def test_a_lock_that_stays_held_is_busy_in_the_end(cinema: Cinema) -> None:
    holder = cinema.till("Counter 2")
    impatient = psycopg.conninfo.make_conninfo(cinema.conninfo(), options="-c lock_timeout=10ms")
    till = cinema.till(conninfo=impatient)
    with held_open(holder, lambda session: hold_in(session, cinema, holder, "A1")), pytest.raises(BusyError):
        hold(cinema, till, "A1")


def test_a_statement_that_takes_too_long_is_busy(cinema: Cinema) -> None:
    hasty = psycopg.conninfo.make_conninfo(cinema.conninfo(), options="-c statement_timeout=20ms")
    till = cinema.till(conninfo=hasty)
    with pytest.raises(BusyError):
        till.database.run(lambda session: session.execute(text("SELECT pg_sleep(5)")))


def test_a_lost_connection_is_replaced_without_a_word(cinema: Cinema) -> None:
    till = cinema.till()
    hold(cinema, till, "A1")
    _end_connections(cinema)
    assert len(hold(cinema, till, "A2").seats) == 1


def test_a_connection_that_breaks_again_and_again_is_unavailable(cinema: Cinema) -> None:
    def work(session: Session) -> None:
        session.execute(text("SELECT 1"))
        _end_connections(cinema)
        session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailableError):
        cinema.till().database.run(work)


def test_a_server_that_is_gone_is_unavailable() -> None:
    database = Database("host=127.0.0.1 port=9 dbname=x user=x password=hidden")
    with pytest.raises(DatabaseUnavailableError) as refused:
        database.run(lambda session: session.execute(text("SELECT 1")))
    assert str(refused.value) == "The database does not answer."


def test_a_wrong_credential_says_so_without_naming_it(cinema: Cinema) -> None:
    database = Database(psycopg.conninfo.make_conninfo(cinema.conninfo(), password="hidden"))
    with pytest.raises(DatabaseUnavailableError) as refused:
        database.run(lambda session: session.execute(text("SELECT 1")))
    assert str(refused.value) == "The database does not accept this till's credential."


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("FATAL: the database system is starting up", "The database is starting up."),
        ("FATAL: the database system is not yet accepting connections: recovery", "The database is starting up."),
        ("FATAL: sorry, too many clients already", "The database has no connection left for this till."),
        ("no pg_hba.conf entry for host", "The database does not accept this till's credential."),
        ("could not translate host name", "The database does not answer."),
    ],
)
def test_the_reason_for_no_connection_is_told_plainly(words: str, reason: str) -> None:
    assert _plain_reason(psycopg.OperationalError(words)) == reason


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("42501", NotAllowedError),
        ("57014", BusyError),
        ("BX401", NotSignedInError),
        ("BX403", NotAllowedError),
        ("BX409", ConflictError),
        ("BX410", ShowNotOnSaleError),
    ],
)
def test_what_a_guard_refuses_has_its_error(shared_cinema: Cinema, state: str, error: type[BoxOfficeError]) -> None:
    with pytest.raises(BoxOfficeError) as refused:
        _run(shared_cinema, RAISE.format(state=state))
    assert type(refused.value) is error


def test_a_missing_permission_is_named(shared_cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError) as refused:
        _run(shared_cinema, RAISE.format(state="BX403"))
    assert refused.value.permission == "approve"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT nonsense",
        "SELECT 1 / 0",
        RAISE.format(state="23505"),
        RAISE.format(state="23514"),
        RAISE.format(state="BX999"),
    ],
)
def test_a_bug_stays_a_bug(shared_cinema: Cinema, statement: str) -> None:
    with pytest.raises(DBAPIError):
        _run(shared_cinema, statement)


def test_a_bug_of_python_is_not_touched(shared_cinema: Cinema) -> None:
    def work(_session: Session) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared_cinema.till(user_name=None).database.run(work)


def test_parameters_are_in_no_error(shared_cinema: Cinema) -> None:
    with pytest.raises(DBAPIError) as refused:
        _run(shared_cinema, "SELECT 1 / CAST(:zero AS int), CAST(:key AS text)", zero=0, key="very-secret")
    told = "".join(TracebackException.from_exception(refused.value).format_exception_only())
    assert "very-secret" not in f"{told}{refused.value!r}{refused.value.__cause__!r}"


def test_a_till_has_its_time_limits(shared_cinema: Cinema) -> None:
    limits = {
        name: _run(shared_cinema, f"SHOW {name}")
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")
    }
    assert limits == {
        "lock_timeout": "3s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        "timezone": "UTC",
    }


def test_what_a_connection_string_sets_itself_wins() -> None:
    values = psycopg.conninfo.conninfo_to_dict(till_conninfo("host=h connect_timeout=9"))
    assert (values["connect_timeout"], values["keepalives"]) == ("9", "1")


def test_a_till_sends_no_more_hints_than_seats_fit(cinema: Cinema) -> None:
    from boxoffice_desktop.db.engine import HINT_CHANNEL, add_hint

    with psycopg.connect(cinema.admin_conninfo, autocommit=True) as listening:
        listening.execute(f"LISTEN {HINT_CHANNEL}")
        cinema.till().database.run(lambda session: add_hint(session, 7, range(10_000)))
        (notice,) = listening.notifies(timeout=5, stop_after=1)
    assert (notice.payload.partition(":")[0], len(notice.payload) < 8000) == ("7", True)


_INSERT_HOLD = "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (:hold, 'basket', 1)"


def hold_in(session: Session, cinema: Cinema, till: Till, name: str) -> None:
    holds.hold_seats(session, till.context, hold_id=uuid4(), show_id=cinema.show_id, seat_ids=cinema.ids(name))


def _run(cinema: Cinema, statement: str, **values: Any) -> Any:
    def work(session: Session) -> Any:
        result = session.execute(text(statement), values)
        return result.scalar() if result.returns_rows else None

    return cinema.till(user_name=None).database.run(work)


def _end_connections(cinema: Cinema) -> None:
    cinema.query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename LIKE 'till_%%'"
    )


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_line_that_breaks_after_the_commit_makes_no_work_undone_or_done_twice(
    cinema: Cinema, *, comes_back: bool
) -> None:
    till = cinema.till()
    runs = 0

    def work(session: Session) -> str:
        nonlocal runs
        runs += 1
        add_hint(session, cinema.show_id, cinema.ids("A1"))
        return "done"

    send = till.database._send_hints

    def send_over_a_dead_line(hints: dict[int, set[int]]) -> None:
        login = cinema.logins["Counter 1"][1]
        if not comes_back:
            cinema.execute(f'ALTER ROLE "{login}" NOLOGIN')
        cinema.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", login)
        send(hints)

    till.database._send_hints = send_over_a_dead_line  # type: ignore[method-assign]
    try:
        assert till.database.run(work) == "done"
    finally:
        # Roles belong to the whole server: the next test's till has the same.
        cinema.execute(f'ALTER ROLE "{cinema.logins["Counter 1"][1]}" LOGIN')
    assert runs == 1
