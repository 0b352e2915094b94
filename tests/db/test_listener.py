import queue
from collections.abc import Callable, Iterator

import pytest

from boxoffice_desktop.db.engine import HINT_CHANNEL, till_conninfo
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.domain.errors import DatabaseUnavailableError, TerminalInUseError
from tests.db.test_engine import hold_in
from tests.support.cinema import Cinema
from tests.support.seats import hold
from tests.support.threads import held_open

_PATIENCE_SECONDS = 10


class Ears:
    """A listener with what it heard, in order: hints as they came, states as words."""

    def __init__(self, conninfo: str, terminal_id: int = 1) -> None:
        self.heard: queue.Queue[int | str | None] = queue.Queue()
        self.listener = Listener(
            till_conninfo(conninfo),
            terminal_id=terminal_id,
            terminal_name=f"Counter {terminal_id}",
            on_hint=self.heard.put,
            on_state=lambda connected: self.heard.put("back" if connected else "gone"),
            on_taken=lambda: self.heard.put("taken"),
        )

    def next(self) -> int | str | None:
        return self.heard.get(timeout=_PATIENCE_SECONDS)


@pytest.fixture
def listen(cinema: Cinema) -> Iterator[Callable[..., Ears]]:
    """Listeners of terminals, started; they are stopped at the end."""
    started: list[Ears] = []

    def start(terminal_id: int = 1) -> Ears:
        ears = Ears(cinema.conninfo(f"Counter {terminal_id}"), terminal_id)
        ears.listener.start()
        started.append(ears)
        return ears

    yield start
    for ears in started:
        ears.listener.stop()


def test_what_another_till_does_is_heard(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    ears = listen()
    hold(cinema, cinema.till("Counter 2"), "A1")
    assert ears.next() == cinema.show_id


def test_a_hint_comes_after_the_commit(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    ears, till = listen(), cinema.till("Counter 2")
    with held_open(till, lambda session: hold_in(session, cinema, till, "A1")):
        _notify(cinema, "999:")
        before = ears.next()
    assert (before, ears.next()) == (999, cinema.show_id)


def test_work_that_is_rolled_back_sends_no_hint(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    ears, till = listen(), cinema.till("Counter 2")
    with pytest.raises(ZeroDivisionError):
        till.database.run(lambda session: (hold_in(session, cinema, till, "A1"), 1 / 0))
    _notify(cinema, "999:")
    assert ears.next() == 999


def test_forged_hints_are_not_heard(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    ears = listen()
    for payload in ("", ":", "abc:1", "-1:2", "1.5:", "9" * 50, "DROP TABLE", "1e3"):
        _notify(cinema, payload)
    _notify(cinema, "999:nonsense")
    assert ears.next() == 999


def test_a_lost_connection_comes_back_and_everything_is_read_again(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    ears = listen()
    _end_listeners(cinema)
    heard = [ears.next(), ears.next(), ears.next()]
    hold(cinema, cinema.till("Counter 2"), "A1")
    assert [*heard, ears.next()] == ["gone", "back", None, cinema.show_id]


def test_a_terminal_that_another_window_took_meanwhile_is_told_once_and_had_back_in_the_end(
    cinema: Cinema, listen: Callable[..., Ears]
) -> None:
    ears = listen()
    _end_listeners(cinema)
    other = listen()
    assert [ears.next(), ears.next()] == ["gone", "taken"]
    # It asks for it again and again meanwhile, without a further word.
    with pytest.raises(queue.Empty):
        ears.heard.get(timeout=4)
    other.listener.stop()
    assert [ears.next(), ears.next()] == ["back", None]
    hold(cinema, cinema.till("Counter 2"), "A1")
    assert ears.next() == cinema.show_id


def test_a_terminal_is_one_window(cinema: Cinema, listen: Callable[..., Ears]) -> None:
    listen()
    with pytest.raises(TerminalInUseError) as refused:
        listen()
    assert refused.value.terminal == "Counter 1"


def test_another_terminal_is_another_window(listen: Callable[..., Ears]) -> None:
    listen(1)
    listen(2)


def test_a_closed_window_gives_its_terminal_free(listen: Callable[..., Ears]) -> None:
    listen().listener.stop()
    listen()


def test_stopping_ends_the_thread(listen: Callable[..., Ears]) -> None:
    ears = listen()
    ears.listener.stop()
    assert not ears.listener._thread.is_alive()


def test_without_a_server_listening_does_not_start() -> None:
    ears = Ears("host=127.0.0.1 port=9 dbname=x user=x")
    with pytest.raises(DatabaseUnavailableError):
        ears.listener.start()
    ears.listener.stop()


def _end_listeners(cinema: Cinema) -> None:
    cinema.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )


def _notify(cinema: Cinema, payload: str) -> None:
    cinema.execute("SELECT pg_notify(%s, %s)", HINT_CHANNEL, payload)
