"""A connection that does not wait for ever.

The server's own limits end a statement that takes too long, but they cannot end the wait of a till whose network has
gone silent: nothing tells it, and a socket waits for hours. So the till has a limit of its own, a little longer than
the server's.
"""

from collections.abc import Generator
from time import monotonic
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")

# The server ends a statement after 5 s; what has not answered a second later does not answer.
ANSWER_SECONDS: Final = 6.0


class WatchedConnection(psycopg.Connection[Any]):
    """A connection on which no answer may take longer than `answer_seconds`; then it is closed and the call fails.

    The failure is an OperationalError without SQLSTATE, as for any other lost connection.
    """

    answer_seconds: float = ANSWER_SECONDS

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        return super().wait(self._with_deadline(gen), *args, **kwargs)

    def answering_within(self, seconds: float) -> Self:
        """This connection, with another limit from now on."""
        self.answer_seconds = seconds
        return self

    def _with_deadline(self, gen: PQGen[T]) -> Generator[Any, Any, T]:
        # psycopg wakes the generator at least every tenth of a second, whether the server has said something or not.
        deadline = monotonic() + self.answer_seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                wanted = gen.send(ready)
                if monotonic() > deadline:
                    self.close()
                    raise psycopg.OperationalError("the server has not answered in time")
        except StopIteration as end:
            answer: T = end.value
            return answer
