"""What a till can tell about its own connection: for the settings screen, and for whoever is called when it is slow."""

import time
from dataclasses import dataclass
from typing import Final, cast

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.admin import describe_version
from boxoffice_desktop.db.schema import HEAD
from boxoffice_desktop.db.server_checks import describe_tls
from boxoffice_desktop.db.url import is_local_host
from boxoffice_desktop.services.context import Context

_TRIES: Final = 9


@dataclass(frozen=True, kw_only=True)
class LinkReport:
    """A connection as it is now.

    Attributes:
        server: host and port; empty for this machine's own server.
        database: its name.
        login: the till's role.
        version: PostgreSQL's, e.g. `15.18`.
        round_trip_ms: the median of nine questions that the server answers without work.
        clock_ahead: seconds that the server's clock is ahead of this till's; behind when negative.
        tls: protocol and cipher; empty without TLS.
        is_verified: the server's certificate and name were checked.
        is_local: the server is this machine.
        schema: the database's revision.
        is_current: it is this release's.
    """

    server: str
    database: str
    login: str
    version: str
    round_trip_ms: float
    clock_ahead: float
    tls: str
    is_verified: bool
    is_local: bool
    schema: str
    is_current: bool


def examine_link(session: Session, context: Context) -> LinkReport:
    """Ask the server about the connection that this call runs on. Changes nothing; needs no permission."""
    begun = time.perf_counter()
    there = float(session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    # The context was made just before this call; connecting, when it was needed, is part of what passed since.
    ahead = there - context.now.timestamp() - (time.perf_counter() - begun) / 2
    raw = cast("psycopg.Connection[tuple[object, ...]]", session.connection().connection.driver_connection)
    trips = sorted(_time_question(session) for _ in range(_TRIES))
    revision = session.execute(text("SELECT version_num FROM boxoffice.alembic_version")).scalar_one()
    parameters = raw.info.get_parameters()
    is_local = is_local_host(raw.info.hostaddr or raw.info.host)
    return LinkReport(
        server="" if raw.info.host.startswith("/") else f"{raw.info.host}:{raw.info.port}",
        database=raw.info.dbname,
        login=raw.info.user,
        version=describe_version(raw.info.server_version),
        round_trip_ms=trips[_TRIES // 2] * 1000,
        clock_ahead=ahead,
        tls=describe_tls(raw),
        is_verified=parameters.get("sslmode") == "verify-full",
        is_local=is_local,
        schema=str(revision),
        is_current=revision == HEAD,
    )


def _time_question(session: Session) -> float:
    begun = time.perf_counter()
    session.execute(text("SELECT 1"))
    return time.perf_counter() - begun
