"""Many sessions after the same seats: one wins, every other hears who has them, and nothing deadlocks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.embedded import EmbeddedServer
from tests.concurrency.contention.crowd import Outcome, Place, add_places, race_for_seats
from tests.concurrency.storm.careless import forget_locks
from tests.support.cinema import Cinema, build_cinema

# The most that one try may take: six tries of at most lock_timeout each, and the pauses between them.
_MOST_SECONDS = 6 * 3.0 + 1.0
_ROW = ("B3", "B4", "B5", "B6")


def test_ten_tills_after_one_seat_have_one_winner(cinema: Cinema) -> None:
    outcomes = race_for_seats(add_places(cinema, 10), cinema.show_id, cinema.ids("A1"), processes=2)
    _assert_one_winner(cinema, outcomes, "A1")


def test_a_hundred_sessions_after_the_same_four_seats_have_one_winner(cinema: Cinema) -> None:
    outcomes = race_for_seats(add_places(cinema, 100), cinema.show_id, cinema.ids(*_ROW), processes=4)
    _assert_one_winner(cinema, outcomes, *_ROW)


@pytest.mark.soak
def test_a_thousand_terminals_after_one_seat_have_one_winner() -> None:
    with big_cinema() as cinema:
        outcomes = race_for_seats(add_places(cinema, 1000), cinema.show_id, cinema.ids("A1"), processes=4)
        _assert_one_winner(cinema, outcomes, "A1")


def test_without_locks_and_nets_several_tills_win_one_seat(cinema: Cinema) -> None:
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER show_seat_guard")
    winners = _race_until_two_win(cinema, add_places(cinema, 10))
    assert len(winners) > 1


def _race_until_two_win(cinema: Cinema, places: list[Place]) -> list[Outcome]:
    # Most seats of the row show the fault; that each of them would is nothing to build a test on.
    winners: list[Outcome] = []
    for name in _ROW:
        outcomes = race_for_seats(places, cinema.show_id, cinema.ids(name), processes=2, tamper=forget_locks)
        winners = [outcome for outcome in outcomes if outcome.error is None]
        if len(winners) > 1:
            break
    return winners


@contextmanager
def big_cinema() -> Iterator[Cinema]:
    """The small cinema on a server of its own that takes more than a thousand sessions."""
    with tempfile.TemporaryDirectory(prefix="boxoffice-crowd-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        settings = {"max_connections": "1100", "fsync": "off", "shared_buffers": "128MB"}
        server = EmbeddedServer(Path(folder, "data"), settings=settings)
        try:
            address = server.start()
            with psycopg.connect(address.conninfo(), autocommit=True) as admin:
                provisioning.create_roles(admin)
                provisioning.create_database(admin, "crowd")
            provisioning.upgrade_schema(address.conninfo("crowd"))
            cinema = build_cinema(address.conninfo("crowd"))
            try:
                yield cinema
            finally:
                cinema.close()
        finally:
            server.stop()


def _assert_one_winner(cinema: Cinema, outcomes: list[Outcome], *names: str) -> None:
    winners = [outcome for outcome in outcomes if outcome.error is None]
    assert len(winners) == 1
    assert {outcome.error for outcome in outcomes} - {None} == {"SeatsUnavailableError"}
    told = {outcome.named for outcome in outcomes if outcome.error}
    assert told == {tuple((name, winners[0].terminal) for name in names)}
    held = cinema.query(
        "SELECT DISTINCT ss.hold_id FROM boxoffice.show_seat ss WHERE seat_id = ANY(%s)", list(cinema.ids(*names))
    )
    assert held == [(winners[0].hold_id,)]
    assert max(outcome.ended - outcome.started for outcome in outcomes) < _MOST_SECONDS
    assert count_deadlocks(cinema) == 0


def count_deadlocks(cinema: Cinema) -> int:
    """How many deadlocks the server has broken in the cinema's database, those that a retry has hidden included."""
    [(deadlocks,)] = cinema.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(deadlocks)
