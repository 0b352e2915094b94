"""The one door to the database: connections, the transaction boundary, retries, and hints to other tills.

A transaction is `Database.run(work)`: it opens, commits, rolls back and tries again. Services never commit.
"""

import logging
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final, TypeVar, cast

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from boxoffice_desktop.db.failures import is_disconnect, is_retryable, is_timeout, translate
from boxoffice_desktop.db.watched import ANSWER_SECONDS, WatchedConnection
from boxoffice_desktop.domain.errors import DatabaseUnavailableError, OutcomeUnknownError

_log = logging.getLogger(__name__)
T = TypeVar("T")

HINT_CHANNEL: Final = "boxoffice_hint"
_TRIES: Final = 6
# A customer waits: once this much has passed, a try that meets a lock is the last.
_PATIENCE_SECONDS: Final = 6.0
_HINTS: Final = "boxoffice_hints"
_TRY: Final = "boxoffice_try"
# A payload may have 8,000 bytes; beyond this many seats the listener re-reads the whole show anyway.
_HINT_SEATS: Final = 500

# DESIGN.md, Locking 3: a lock is waited for less long than a statement may take, a till that dies inside a
# transaction frees its locks in 5 s, and one whose network dies in 15 s.
_SESSION_OPTIONS: Final = (
    "-c lock_timeout=3s -c statement_timeout=5s -c idle_in_transaction_session_timeout=5s"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c timezone=UTC"
    # No keepalive is sent while the server waits for the till to take what it has sent: a hint on its way into a dead
    # network would keep the terminal's lock for a quarter of an hour.
    " -c tcp_user_timeout=10000"
    # Every statement of a till finds its rows by key, whatever the values: planning the two big ones of hold and sale
    # anew each time took a sixth of the server's work for them (3.5 ms of processor time a sale against 2.9).
    " -c plan_cache_mode=force_generic_plan"
)


def till_conninfo(conninfo: str) -> str:
    """`conninfo` with a till's time limits; what it sets itself wins."""
    limits = {
        "connect_timeout": "3",
        "options": _SESSION_OPTIONS,
        "keepalives": "1",
        "keepalives_idle": "5",
        "keepalives_interval": "3",
        "keepalives_count": "3",
        "tcp_user_timeout": "10000",
        "application_name": "boxoffice",
    }
    own = psycopg.conninfo.conninfo_to_dict(conninfo)
    return make_conninfo(conninfo, **{key: value for key, value in limits.items() if key not in own})


def add_hint(session: Session, show_id: int, seat_ids: Iterable[int]) -> None:
    """Tell other tills, after the commit, that seats of a show changed. A hint is never data: listeners re-read."""
    session.info.setdefault(_HINTS, {}).setdefault(show_id, set()).update(seat_ids)


def get_try(session: Session) -> int:
    """Which try of its work this transaction is, from 1: in those before, others had the rows locked."""
    return int(session.info.get(_TRY, 1))


class Database:
    """A pool of connections to one database, all working for the same terminal and signed-in person.

    Safe to use from several threads; each `run` takes a connection of its own. `answer_seconds` is how long it waits
    for any one answer before the connection counts as lost.
    """

    def __init__(self, conninfo: str, *, pool_size: int = 4, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._conninfo = till_conninfo(conninfo)
        self._answer_seconds = answer_seconds
        self._token: bytes | None = None
        self._pause = threading.Event()
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=5,
            isolation_level="READ COMMITTED",
            # Parameters hold keys and tokens; an error message must not carry them into a log.
            hide_parameters=True,
        )
        event.listen(self._engine, "checkout", self._bind_connection)

    @property
    def conninfo(self) -> str:
        """How to connect as this till, with its limits; holds the password, never log it."""
        return self._conninfo

    def work_for(self, token: bytes | None) -> None:
        """From now on all connections work for the stay that `token` opens; None for nobody."""
        self._token = token

    def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction and commit it; on contention or a lost connection, all of it again.

        Raises:
            BusyError: others kept the rows locked through every try; nothing was changed.
            DatabaseUnavailableError: no connection, or it broke before COMMIT was sent; nothing was changed.
            OutcomeUnknownError: the connection broke around COMMIT; ask again with the same key.
            BoxOfficeError: whatever `work` raises, or what a guard of the database refused.
        """
        reconnected = False
        patient_until = monotonic() + _PATIENCE_SECONDS
        for attempt in range(1, _TRIES + 1):
            try:
                return self._run_once(work, attempt=attempt)
            except (SQLAlchemyError, psycopg.Error) as error:
                # Two queues for one row can outlast a statement's time; the second time it is the statement.
                may_help = is_retryable(error) or (attempt == 1 and is_timeout(error))
                if may_help and attempt < _TRIES and monotonic() < patient_until:
                    self._pause.wait(random.uniform(0.01, 0.04) * attempt)  # noqa: S311  jitter, not a secret
                    continue
                if is_disconnect(error) and not reconnected and attempt < _TRIES:
                    # The server rolled the transaction back with the connection: trying anew is safe. What broke one
                    # connection has broken the others in the pool too.
                    self._engine.dispose()
                    reconnected = True
                    continue
                known = translate(error)
                if known is None:
                    raise
                raise known from error
        raise AssertionError("the last try either returns or raises")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _run_once(self, work: Callable[[Session], T], *, attempt: int) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            session.info[_TRY] = attempt
            result = work(session)
            self._commit(session)
            hints = session.info.pop(_HINTS, None)
        if hints:
            self._send_hints(hints)
        return result

    @staticmethod
    def _commit(session: Session) -> None:
        try:
            session.commit()
        except (SQLAlchemyError, psycopg.Error) as error:
            if is_disconnect(error):
                raise OutcomeUnknownError from error
            raise

    def _send_hints(self, hints: dict[int, set[int]]) -> None:
        # Not inside the transaction: NOTIFY holds an instance-wide lock across the flush (DESIGN.md, Locking 5).
        # Nor in its session: a line that breaks here must not make committed work look rolled back.
        try:
            with self._engine.connect() as pooled:
                try:
                    with _autocommit(pooled.connection.driver_connection) as connection:
                        for show_id, seat_ids in sorted(hints.items()):
                            payload = f"{show_id}:{','.join(map(str, sorted(seat_ids)[:_HINT_SEATS]))}"
                            connection.execute("SELECT pg_notify(%s, %s)", (HINT_CHANNEL, payload))
                except psycopg.Error:
                    pooled.invalidate()
                    raise
        except Exception:  # noqa: BLE001  the work is committed: nothing after that may make it look refused
            # A lost hint costs seconds (the slow poll), never truth; the sale stands.
            _log.warning("a hint to the other tills was lost", exc_info=True)

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            connection = WatchedConnection.connect(self._conninfo, prepare_threshold=2)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError(_plain_reason(error)) from error
        return connection.answering_within(self._answer_seconds)

    def _bind_connection(
        self, _connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        token = self._token
        if token is None or record.info.get("token") == token:
            return
        with _autocommit(record.driver_connection) as connection:
            connection.execute("SELECT boxoffice.attach(%s)", (token,))
        record.info["token"] = token


@contextmanager
def _autocommit(driver_connection: object) -> Iterator[psycopg.Connection[Any]]:
    """One statement, one round trip: psycopg sends BEGIN and COMMIT as messages of their own."""
    connection = cast("psycopg.Connection[Any]", driver_connection)
    connection.autocommit = True
    try:
        yield connection
    finally:
        if not connection.closed:
            connection.autocommit = False


def _plain_reason(error: psycopg.OperationalError) -> str:
    """The server's own words without addresses and accounts, which belong into no dialog."""
    text = str(error)
    if "password authentication failed" in text or "pg_hba.conf" in text or "not permitted to log in" in text:
        return "The database does not accept this till's credential."
    if "certificate" in text:
        return "The server that answers has not the certificate that this till trusts."
    if "starting up" in text or "recovery" in text:
        return "The database is starting up."
    if "too many clients" in text or "remaining connection slots" in text:
        return "The database has no connection left for this till."
    return "The database does not answer."
