"""Several tills at once: real threads with real connections, and a way to wait for what the server says."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.orm import Session

from boxoffice_desktop.domain.errors import BoxOfficeError
from tests.support.cinema import Cinema, Till

T = TypeVar("T")
_PATIENCE_SECONDS = 10


def run_together(works: Sequence[Callable[[], T]]) -> list[T | BoxOfficeError]:
    """Run all works at once, starting together; each answer is its result or its refusal. A bug is raised."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T | BoxOfficeError:
        start.wait(_PATIENCE_SECONDS)
        try:
            return work()
        except BoxOfficeError as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


@contextmanager
def held_open(till: Till, work: Callable[[Session], T]) -> Iterator[Future[T]]:
    """A transaction of `till` that has done `work` and commits when the block ends."""
    done, commit = threading.Event(), threading.Event()

    def run(session: Session) -> T:
        result = work(session)
        done.set()
        commit.wait(_PATIENCE_SECONDS)
        return result

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(till.database.run, run)
        future.add_done_callback(lambda _: done.set())
        try:
            assert done.wait(_PATIENCE_SECONDS)
            yield future
        finally:
            commit.set()
        future.result(_PATIENCE_SECONDS)


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when `condition` holds; it is asked again and again for a while."""
    pause = threading.Event()
    for _ in range(_PATIENCE_SECONDS * 100):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("what was waited for did not happen")


def wait_for_lock_waiter(cinema: Cinema, waiters: int = 1) -> None:
    """Return when that many connections of this database wait for a lock."""
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with cinema.admin() as admin:
        wait_for(lambda: (admin.execute(statement).fetchone() or (0,))[0] >= waiters)
