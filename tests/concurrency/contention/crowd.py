"""Many tills at once: terminals by the dozen, sessions by the thousand, and a race that starts for all together."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.conninfo import make_conninfo

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.errors import BoxOfficeError, SeatsUnavailableError
from boxoffice_desktop.domain.permissions import CASHIER
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.context import Context
from tests.support.cinema import Cinema, Till
from tests.support.shifts import open_shifts

_numbers = count(1)
# Opening connections by the thousand at the same moment would only test the length of the server's queue.
_OPENING_AT_ONCE = 4
_PATIENCE_SECONDS = 120.0
_barriers: list[Barrier] = []


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a session works: a terminal with somebody signed in. Can be sent to another process."""

    conninfo: str
    token: bytes
    context: Context


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one session of a race got: a hold's id, or the error's name and who was named with which seat.

    Times are of the wall clock, the one that the database on the same machine reads too.
    """

    terminal: str
    hold_id: UUID | None
    error: str | None
    named: tuple[tuple[str, str | None], ...]
    started: float
    ended: float


def add_places(cinema: Cinema, terminals: int, *, sessions: int = 1) -> list[Place]:
    """Add terminals of their own logins, with the cashier signed in; `sessions` places at each."""
    password, prefix = secrets.token_urlsafe(12), f"crowd_{secrets.token_hex(4)}"
    tokens: dict[str, bytes] = {}
    with cinema.admin() as admin:
        verifier = provisioning.scram_verifier(admin, password)
        staff = admin.execute("SELECT staff_id FROM boxoffice.staff WHERE user_name = 'carla'").fetchone()
        assert staff is not None
        for _ in range(terminals):
            login = f"{prefix}_{next(_numbers)}"
            tokens[login] = secrets.token_bytes(32)
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}").format(
                    sql.Identifier(login), sql.Literal(verifier), sql.Identifier(provisioning.TILL)
                )
            )
        rows = admin.execute(
            "INSERT INTO boxoffice.terminal (venue_id, name, mark, login)"
            " SELECT %s, 'Till ' || substring(l FROM '[0-9]+$'), right(l, 2), l FROM unnest(%s::text[]) l"
            " RETURNING terminal_id, name, login",
            (cinema.venue_id, list(tokens)),
        ).fetchall()
        admin.execute(
            "INSERT INTO boxoffice.terminal_chain (terminal_id) SELECT unnest(%s::int[])", ([row[0] for row in rows],)
        )
        open_shifts(admin)
        admin.cursor().executemany(
            "INSERT INTO boxoffice.staff_session (staff_id, terminal_id, token_hash) VALUES (%s, %s, %s)",
            [(staff[0], row[0], sha256(tokens[row[2]]).digest()) for row in rows],
        )
    places = [
        Place(
            conninfo=make_conninfo(cinema.admin_conninfo, user=login, password=password),
            token=tokens[login],
            context=_context(cinema, terminal_id, name, int(staff[0])),
        )
        for terminal_id, name, login in rows
    ]
    return [place for place in places for _ in range(sessions)]


def _context(cinema: Cinema, terminal_id: int, name: str, staff_id: int) -> Context:
    return Context(
        terminal_id=terminal_id,
        terminal_name=name,
        venue_id=cinema.venue_id,
        staff_id=staff_id,
        staff_name="Carla",
        permissions=CASHIER,
        now=datetime.now(UTC),  # noqa: TID251  the test is the composition here
    )


def open_till(place: Place) -> Till:
    """A till at that place, connected and signed in. The caller closes its database."""
    till = Till(database=Database(place.conninfo, pool_size=1), context=replace(place.context), token=place.token)
    till.database.work_for(place.token)
    till.database.run(lambda session: session.connection().exec_driver_sql("SELECT 1"))
    return till


def try_hold(till: Till, show_id: int, seat_ids: tuple[int, ...]) -> Outcome:
    """Try to hold seats once, and say what came of it."""
    started, hold_id = time.time(), uuid4()
    error: str | None = None
    named: tuple[tuple[str, str | None], ...] = ()
    try:
        till.call(holds.hold_seats, hold_id=hold_id, show_id=show_id, seat_ids=seat_ids)
    except SeatsUnavailableError as refused:
        error, named = "SeatsUnavailableError", tuple((seat.seat_name, seat.holder) for seat in refused.seats)
    except BoxOfficeError as other:
        error = type(other).__name__
    return Outcome(
        terminal=till.context.terminal_name,
        hold_id=None if error else hold_id,
        error=error,
        named=named,
        started=started,
        ended=time.time(),
    )


def race_for_seats(
    places: Sequence[Place],
    show_id: int,
    seat_ids: tuple[int, ...],
    *,
    processes: int,
    tamper: Callable[[], None] | None = None,
) -> list[Outcome]:
    """Let a session at every place go for the same seats, all at the same moment.

    `tamper` runs first in every process, for controls. It must be a function of a module.
    """
    context = get_context("spawn")
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_keep_barrier, initargs=(barrier,)) as pool:
        jobs = [
            pool.submit(_race_in_process, places[number::processes], show_id, seat_ids, tamper)
            for number in range(processes)
        ]
        return [outcome for job in jobs for outcome in job.result()]


def _keep_barrier(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _race_in_process(
    places: Sequence[Place], show_id: int, seat_ids: tuple[int, ...], tamper: Callable[[], None] | None
) -> list[Outcome]:
    if tamper is not None:
        tamper()
    with ThreadPoolExecutor(_OPENING_AT_ONCE) as openers:
        tills = list(openers.map(open_till, places))
    go = threading.Barrier(len(tills), action=lambda: _barriers[0].wait(_PATIENCE_SECONDS))

    def run(till: Till) -> Outcome:
        go.wait(_PATIENCE_SECONDS)
        return try_hold(till, show_id, seat_ids)

    with ThreadPoolExecutor(len(tills)) as racers:
        outcomes = list(racers.map(run, tills))
    for till in tills:
        till.database.close()
    return outcomes


def race(*works: Callable[[], Any]) -> list[Any]:
    """Run works at the same moment on threads of this process; each one's result, or the BoxOfficeError it got."""
    go = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        go.wait(_PATIENCE_SECONDS)
        try:
            return work()
        except BoxOfficeError as error:
            return error

    with ThreadPoolExecutor(len(works)) as racers:
        return list(racers.map(run, works))
