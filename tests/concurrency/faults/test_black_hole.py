"""The network goes silent: lines stand, and nothing comes through. The till says so, others get on, work resumes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import till_conninfo
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.db.watched import ANSWER_SECONDS
from boxoffice_desktop.domain.errors import DatabaseUnavailableError, OutcomeUnknownError
from tests.support.books import count_sold, find_wrong
from tests.support.cinema import Cinema
from tests.support.counters import Counter, make_order, open_counter
from tests.support.proxy import Proxy, When

_LOST = (DatabaseUnavailableError, OutcomeUnknownError)
_SAYS_SO_SECONDS = 10
_LOCKS_GO_SECONDS = 15
_COMES_BACK_SECONDS = 10


class States:
    """What a listener says of its connection, with a way to wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._connected = True

    def change(self, connected: bool) -> None:  # noqa: FBT001  the listener's callback
        with self._changed:
            self._connected = connected
            self._changed.notify_all()

    def wait_until(self, *, connected: bool, seconds: float) -> bool:
        """Whether it was so within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._connected is connected, seconds)


@contextmanager
def behind_a_proxy(cinema: Cinema, folder: Path) -> Iterator[tuple[Proxy, Counter, States]]:
    """Counter 1 with its listener, both by way of a proxy."""
    conninfo = cinema.conninfo()
    states = States()
    with Proxy(conninfo) as proxy, open_counter(cinema, folder, conninfo=proxy.through(conninfo)) as counter:
        listener = Listener(
            counter.database.conninfo,
            terminal_id=counter.till.terminal_id,
            terminal_name="Counter 1",
            on_hint=lambda _show_id: None,
            on_state=states.change,
        )
        listener.start()
        try:
            yield proxy, counter, states
        finally:
            proxy.heal()
            listener.stop()


def hold_within(cinema: Cinema, counter: Counter, names: tuple[str, ...], seconds: float) -> None:
    """Hold seats, asking again and again as a cashier would; fails when that does not work in time."""
    end = monotonic() + seconds
    pause = threading.Event()
    while True:
        try:
            counter.hold(cinema, cinema.show_id, names, uuid4())
        except _LOST:
            assert monotonic() < end, "the till did not come back by itself"
            pause.wait(0.2)
        else:
            return


@pytest.mark.parametrize(
    ("hole_seconds", "keeps_what_was_sent"),
    [
        pytest.param(6, True, id="6 s, then all arrives"),
        pytest.param(20, False, id="20 s", marks=pytest.mark.soak),
        pytest.param(30, True, id="30 s, then all arrives", marks=pytest.mark.soak),
        pytest.param(60, False, id="60 s", marks=pytest.mark.soak),
    ],
)
def test_a_silent_network_is_told_frees_its_locks_and_heals(
    cinema: Cinema, tmp_path: Path, hole_seconds: float, *, keeps_what_was_sent: bool
) -> None:
    names = ("A1", "A2")
    with (
        behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, counter, states),
        open_counter(cinema, tmp_path / "other", name="Counter 2") as other,
        ThreadPoolExecutor(2) as pool,
    ):
        hold_id = uuid4()
        counter.hold(cinema, cinema.show_id, names, hold_id)
        order = make_order(cinema, cinema.show_id, hold_id, names)
        silent = threading.Event()
        asked = pool.submit(counter.database.run, lambda session: lock_and_wait(cinema, session, silent))
        wait_for_locks(cinema)

        proxy.swallow()
        begun = monotonic()
        silent.set()
        sold = pool.submit(counter.till.sell, order)
        assert states.wait_until(connected=False, seconds=_SAYS_SO_SECONDS)
        assert isinstance(asked.exception(_SAYS_SO_SECONDS), _LOST)
        assert isinstance(sold.exception(_SAYS_SO_SECONDS), DatabaseUnavailableError)
        assert monotonic() - begun < _SAYS_SO_SECONDS
        hold_within(cinema, other, ("C1", "C2"), _LOCKS_GO_SECONDS - (monotonic() - begun))
        threading.Event().wait(hole_seconds - (monotonic() - begun))
        proxy.heal(keeps_what_was_sent=keeps_what_was_sent)

        assert states.wait_until(connected=True, seconds=_COMES_BACK_SECONDS)
        hold_within(cinema, counter, ("D1", "D2"), _COMES_BACK_SECONDS)
        counter.till.sell(order)
        assert counter.open_attempts() == 0
    assert find_wrong(cinema) == {}
    assert count_sold(cinema) == (2, 2, 1)


def lock_and_wait(cinema: Cinema, session: Session, silent: threading.Event) -> None:
    """What a till does that locks seats, and whose network goes silent before it lets go."""
    session.execute(
        text("SELECT FROM boxoffice.show_seat WHERE show_id = :show AND seat_id = ANY(:seats) FOR UPDATE"),
        {"show": cinema.show_id, "seats": list(cinema.ids("C1", "C2"))},
    )
    silent.wait(_SAYS_SO_SECONDS)
    session.execute(text("SELECT 1"))


def wait_for_locks(cinema: Cinema) -> None:
    pause = threading.Event()
    statement = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
    while not cinema.query(statement):
        pause.wait(0.01)


@pytest.mark.parametrize("when", When, ids=["COMMIT is swallowed", "its answer is swallowed"])
def test_a_network_that_goes_silent_at_commit_leaves_the_outcome_unknown_until_it_is_back(
    cinema: Cinema, tmp_path: Path, when: When
) -> None:
    names = ("A1", "A2")
    with behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, counter, _states):
        hold_id = uuid4()
        counter.hold(cinema, cinema.show_id, names, hold_id)
        proxy.swallow_at_commit(when)

        begun = monotonic()
        with pytest.raises(OutcomeUnknownError):
            counter.till.sell(make_order(cinema, cinema.show_id, hold_id, names))
        assert monotonic() - begun < _SAYS_SO_SECONDS
        assert counter.open_attempts() == 1
        proxy.heal()
        (resumed,) = counter.till.resume_attempts()

        assert resumed.sale is not None
        assert resumed.sale.repeated is (when is When.AFTER)
        assert counter.open_attempts() == 0
    assert find_wrong(cinema) == {}
    assert count_sold(cinema) == (2, 2, 1)


def test_a_till_whose_lines_were_forgotten_takes_its_terminal_back(cinema: Cinema, tmp_path: Path) -> None:
    """The server still has the old line, and on it the lock that makes the terminal one window."""
    with behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, counter, states):
        proxy.forget_lines()

        assert states.wait_until(connected=False, seconds=_SAYS_SO_SECONDS)
        assert states.wait_until(connected=True, seconds=_COMES_BACK_SECONDS)
        hold_within(cinema, counter, ("D1", "D2"), _COMES_BACK_SECONDS)


def test_a_till_that_leaves_its_old_line_alone_stays_away(
    cinema: Cinema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the above."""
    monkeypatch.setattr("boxoffice_desktop.db.listener._END_PREDECESSOR", "SELECT %s::integer, %s::timestamptz")
    with behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, _counter, states):
        proxy.forget_lines()

        assert states.wait_until(connected=False, seconds=_SAYS_SO_SECONDS)
        assert not states.wait_until(connected=True, seconds=_COMES_BACK_SECONDS / 2)


def test_without_a_deadline_a_till_would_wait_for_ever(cinema: Cinema, tmp_path: Path) -> None:
    """The control: the driver's own connection is still waiting when a till's has long said so."""
    conninfo = cinema.conninfo()
    with Proxy(conninfo) as proxy, ThreadPoolExecutor(1) as pool:
        plain = psycopg.connect(till_conninfo(proxy.through(conninfo)), autocommit=True)
        proxy.swallow()
        asked = pool.submit(plain.execute, "SELECT 1")
        with pytest.raises(TimeoutError):
            asked.result(ANSWER_SECONDS + 1)
        proxy.heal(keeps_what_was_sent=False)
        assert isinstance(asked.exception(_SAYS_SO_SECONDS), psycopg.OperationalError)
        plain.close()
