"""Reads what can be known of a server with the login at hand. It judges nothing: `services/setup/check.py` does."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from boxoffice_desktop.db.provisioning import LARGE_OBJECTS, OWNER, TILL, find_revision

SETTINGS: Final = (
    *("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "wal_level", "archive_mode"),
    *("max_connections", "superuser_reserved_connections", "password_encryption", "ssl", "server_encoding"),
    *("session_replication_role", "log_statement", "log_parameter_max_length"),
)
TILL_LIMITS: Final = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
LONG_TRANSACTION_SECONDS: Final = 30
# Well above the limits that `create_login` sets: what a till does for longer, it does with its limits off.
OUTLIVED_SECONDS: Final = 8
_CLOCK_TRIES: Final = 5


@dataclass(frozen=True, kw_only=True)
class LongTransaction:
    """A transaction that has been open for long; `blocks` counts those who wait for it. `seconds` are its age."""

    pid: int
    login: str
    application: str
    seconds: float
    blocks: int


@dataclass(frozen=True, kw_only=True)
class TrustLine:
    """A line of pg_hba.conf. `type` is local, host, hostssl …; `address` is empty for a socket."""

    number: int
    type: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str
    method: str
    error: str


@dataclass(frozen=True, kw_only=True)
class ServerFacts:
    """What was found. None means: this login may not see it.

    Attributes:
        version: PostgreSQL's number, e.g. 150018.
        tls: protocol and cipher, empty without TLS.
        clock_ahead: seconds that the server's clock is ahead of this machine's; behind when negative.
        round_trip: the quickest of several, in seconds.
        unknown_zones: zones of venues that the server does not know.
        free_bytes: of the disk with the data; only where that is this machine's.
        archive: when WAL was last archived and when that last failed.
        disabled_guards: `table.trigger` that does not fire.
        unguarded_tables: tables that tills may write and no trigger watches.
        tills: logins of living tills with the settings on them.
        unlimited_sessions: `login (process)` of till sessions that wait or work for longer than a till's limits allow:
            somebody has SET them off. A session's own settings cannot be seen from another.
        public_rights: what everybody may do in the database, of CONNECT, TEMP and CREATE.
        has_large_objects: whether tills may make large objects, which no guard watches.
        loginable: roles that must not log in and can.
        old_passwords: logins whose password is not stored as SCRAM.
    """

    version: int
    tls: str
    clock_ahead: float
    round_trip: float
    settings: Mapping[str, str]
    revision: str | None
    zones: tuple[str, ...]
    unknown_zones: tuple[str, ...]
    database_bytes: int
    free_bytes: int | None
    archive: tuple[datetime | None, datetime | None]
    long_transactions: tuple[LongTransaction, ...]
    trust_lines: tuple[TrustLine, ...] | None
    disabled_guards: tuple[str, ...]
    unguarded_tables: tuple[str, ...]
    tills: Mapping[str, Mapping[str, str]]
    unlimited_sessions: tuple[str, ...]
    public_rights: tuple[str, ...]
    has_large_objects: bool
    loginable: tuple[str, ...]
    old_passwords: tuple[str, ...] | None


def read_facts(connection: psycopg.Connection[Any], *, clock: Callable[[], datetime]) -> ServerFacts:
    """Everything that this login can see; the connection commits by itself."""
    ahead, round_trip = measure_clock(connection, clock)
    revision = find_revision(connection)
    zones = _column(connection, "SELECT DISTINCT time_zone FROM boxoffice.venue ORDER BY 1") if revision else ()
    return ServerFacts(
        version=connection.info.server_version,
        tls=describe_tls(connection),
        clock_ahead=ahead,
        round_trip=round_trip,
        settings=dict(
            connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", (list(SETTINGS),))
        ),
        revision=revision,
        zones=zones,
        unknown_zones=_column(
            connection,
            "SELECT zone FROM unnest(%s::text[]) AS zone WHERE NOT EXISTS"
            " (SELECT FROM pg_timezone_names n WHERE n.name = zone)",
            list(zones),
        ),
        database_bytes=_number(connection, "SELECT pg_database_size(current_database())"),
        free_bytes=_find_free_bytes(connection),
        archive=_read_archive(connection),
        long_transactions=_list_long_transactions(connection),
        trust_lines=_list_trust_lines(connection),
        disabled_guards=_column(connection, _DISABLED_GUARDS),
        unguarded_tables=_column(connection, _UNGUARDED_TABLES, TILL, TILL) if revision else (),
        tills=_read_tills(connection) if revision else {},
        unlimited_sessions=_column(connection, _UNLIMITED_SESSIONS, OUTLIVED_SECONDS) if revision else (),
        public_rights=_column(
            connection,
            "SELECT word FROM unnest(ARRAY['CONNECT', 'TEMP', 'CREATE']) AS word"
            " WHERE has_database_privilege('public', current_database(), word)",
        ),
        has_large_objects=bool(_number(connection, _LARGE_OBJECT_FUNCTIONS, LARGE_OBJECTS)),
        loginable=_column(
            connection, "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname = ANY (%s)", [OWNER, TILL]
        ),
        old_passwords=_try_column(
            connection,
            "SELECT rolname FROM pg_authid WHERE rolcanlogin AND rolpassword IS NOT NULL"
            " AND rolpassword NOT LIKE 'SCRAM-SHA-256$%%' AND %s ORDER BY 1",
            True,
        ),
    )


def measure_clock(connection: psycopg.Connection[Any], clock: Callable[[], datetime]) -> tuple[float, float]:
    """Seconds that the server is ahead of `clock`, and the round trip of the measurement, the quickest of five.

    The difference is known to half that round trip.
    """
    measured = []
    for _ in range(_CLOCK_TRIES):
        begun, here = time.perf_counter(), clock()
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        took = time.perf_counter() - begun
        there = float(row[0]) if row else 0.0
        measured.append((took, there - here.timestamp() - took / 2))
    took, ahead = min(measured)
    return ahead, took


def describe_tls(connection: psycopg.Connection[Any]) -> str:
    """Protocol and cipher of a connection, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`; empty without TLS."""
    row = connection.execute("SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl").fetchone()
    return " ".join(row) if row else ""


def _column(connection: psycopg.Connection[Any], statement: str, *values: object) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in connection.execute(statement, values or None))


def _try_column(connection: psycopg.Connection[Any], statement: str, *values: object) -> tuple[str, ...] | None:
    try:
        return _column(connection, statement, *values)
    except psycopg.errors.InsufficientPrivilege:
        return None


def _number(connection: psycopg.Connection[Any], statement: str, *values: object) -> int:
    row = connection.execute(statement, values or None).fetchone()
    return int(row[0]) if row else 0


def _find_free_bytes(connection: psycopg.Connection[Any]) -> int | None:
    """Only where the server's folder is one of this machine's: SQL tells how much is used, never how much is left."""
    if not connection.info.host.startswith("/"):
        return None
    folder = _try_column(connection, "SELECT setting FROM pg_settings WHERE name = 'data_directory'")
    try:
        return shutil.disk_usage(Path(folder[0])).free if folder else None
    except OSError:
        return None


def _read_archive(connection: psycopg.Connection[Any]) -> tuple[datetime | None, datetime | None]:
    row = connection.execute("SELECT last_archived_time, last_failed_time FROM pg_stat_archiver").fetchone()
    return (row[0], row[1]) if row else (None, None)


def _list_long_transactions(connection: psycopg.Connection[Any]) -> tuple[LongTransaction, ...]:
    rows = connection.execute(
        """
        SELECT a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''),
               extract(epoch FROM clock_timestamp() - a.xact_start)::float8,
               (SELECT count(*) FROM pg_stat_activity w WHERE a.pid = ANY (pg_blocking_pids(w.pid)))::integer
          FROM pg_stat_activity a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
           AND a.xact_start < clock_timestamp() - make_interval(secs => %s)
         ORDER BY a.xact_start
        """,
        (LONG_TRANSACTION_SECONDS,),
    )
    return tuple(
        LongTransaction(pid=pid, login=login, application=application, seconds=seconds, blocks=blocks)
        for pid, login, application, seconds, blocks in rows
    )


def _list_trust_lines(connection: psycopg.Connection[Any]) -> tuple[TrustLine, ...] | None:
    try:
        rows = connection.execute(
            "SELECT line_number, coalesce(type, ''), coalesce(database, '{}'), coalesce(user_name, '{}'),"
            " coalesce(address, ''), coalesce(auth_method, ''), coalesce(error, '') FROM pg_hba_file_rules ORDER BY 1"
        ).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return tuple(
        TrustLine(
            number=number,
            type=kind,
            databases=tuple(databases),
            users=tuple(users),
            address=address,
            method=method,
            error=error,
        )
        for number, kind, databases, users, address, method, error in rows
    )


def _read_tills(connection: psycopg.Connection[Any]) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        "SELECT t.login, r.rolconfig FROM boxoffice.terminal t JOIN pg_roles r ON r.rolname = t.login"
        " WHERE t.revoked_at IS NULL ORDER BY t.login"
    )
    return {login: dict(pair.split("=", 1) for pair in config or ()) for login, config in rows}


_DISABLED_GUARDS: Final = """
SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'boxoffice' AND NOT t.tgisinternal AND t.tgenabled NOT IN ('O', 'A') ORDER BY 1
"""
_UNLIMITED_SESSIONS: Final = """
SELECT a.usename || ' (process ' || a.pid || ')' FROM pg_stat_activity a
  JOIN boxoffice.terminal t ON t.login = a.usename
 WHERE a.datname = current_database() AND a.state_change < clock_timestamp() - make_interval(secs => %s)
   AND a.state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
 ORDER BY a.usename, a.pid
"""
_LARGE_OBJECT_FUNCTIONS: Final = """
SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ %s
   AND has_function_privilege('public', p.oid, 'EXECUTE')
"""
_UNGUARDED_TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'boxoffice' AND c.relkind = 'r'
   AND (has_any_column_privilege(%s, c.oid, 'INSERT, UPDATE') OR has_table_privilege(%s, c.oid, 'DELETE'))
   AND NOT EXISTS
       (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A'))
 ORDER BY 1
"""
