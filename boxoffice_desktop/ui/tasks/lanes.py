"""A queue with threads of its own. Plain Python: it knows neither Qt nor what it runs."""

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(Generic[T]):
    """Work that is taken in the order it came, by a fixed number of threads.

    With one thread the next item starts when the last one has ended. The threads are daemons: a server that never
    answers cannot keep the program from ending.
    """

    def __init__(self, name: str, threads: int, run: Callable[[T], None]) -> None:
        self._run = run
        self._waiting: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)  # noqa: TID251 - the one place for threads
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: T) -> None:
        """Queue an item. Ignored once the lane is closed."""
        with self._changed:
            if not self._closed:
                self._waiting.append(item)
                self._changed.notify()

    def withdraw(self, unwanted: Callable[[T], bool]) -> list[T]:
        """Take back the items that have not started and are `unwanted`."""
        with self._changed:
            gone = [item for item in self._waiting if unwanted(item)]
            if gone:
                kept = [item for item in self._waiting if not unwanted(item)]
                self._waiting = deque(kept)
            return gone

    def close(self) -> None:
        """Forget what has not started. Threads end as soon as they are done with what they have."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for the threads of a closed lane, `seconds` in all. True when every one has ended."""
        deadline = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                item = self._waiting.popleft()
            self._run(item)
            del item  # else the last item, and the widgets it holds, would live until the next one comes
