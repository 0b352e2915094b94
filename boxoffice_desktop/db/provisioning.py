"""Makes a database ready for tills: roles, database, schema by migrations, logins of terminals. Safe to run twice.

Everything here works with an administrator's connection; a till never does.
"""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine

from boxoffice_desktop.files import migrations_folder

OWNER: Final = "boxoffice_owner"
TILL: Final = "boxoffice_till"
# The names of the server's functions for large objects.
LARGE_OBJECTS: Final = "^(lo_.*|loread|lowrite)$"
# Any number will do as long as every release uses the same one: upgrades take turns behind it.
_UPGRADE_LOCK: Final = 7_342_901


def create_roles(admin: psycopg.Connection) -> tuple[str, ...]:
    """Create the owner, who cannot log in, and the group of all tills; the names of those that were not there.

    An administrator who is no superuser becomes a member of the owner, else it could not work as the owner.
    """
    created = []
    for role in (OWNER, TILL):
        if not admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
            admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            created.append(role)
    if not is_superuser(admin):
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
    # session_identity() tells a server process from a later one with the same number by its start time, which only
    # this role, or a member of the process's own, may see. Since PostgreSQL 16 CREATEROLE alone cannot grant it: then
    # `create_login` makes the owner a member of every till instead.
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), admin.transaction():
        admin.execute(sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(OWNER)))
    return tuple(created)


def is_superuser(admin: psycopg.Connection) -> bool:
    """Whether this connection may do everything."""
    return admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)


def owner_sees_sessions(admin: psycopg.Connection) -> bool:
    """Whether the owner sees the processes of every login."""
    row = admin.execute("SELECT pg_has_role(%s, 'pg_read_all_stats', 'USAGE')", (OWNER,)).fetchone()
    return row == (True,)


def create_database(admin: psycopg.Connection, name: str) -> bool:
    """Create the database `name`; False when it was there.

    Either way the owner owns it afterwards, and nobody but tills and administrators gets in.
    """
    found = admin.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if found is None:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
    elif found != (OWNER,):
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(TILL)))
    return found is None


def close_large_objects(admin: psycopg.Connection) -> bool:
    """Take the functions of large objects from everybody in the database of `admin`; False when it may not do that.

    Large objects belong to no table that a guard could watch: a till could fill the disk with them. The functions are
    the server's own, so only a superuser can take them.
    """
    if not is_superuser(admin):
        return False
    for (function,) in admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace"
        " AND p.proname ~ %s AND has_function_privilege('public', p.oid, 'EXECUTE')",
        (LARGE_OBJECTS,),
    ).fetchall():
        admin.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC".encode())
    return True


def upgrade_schema(admin_conninfo: str) -> None:
    """Bring the schema to this release's head, alone: other upgrades wait behind an advisory lock."""
    with psycopg.connect(admin_conninfo, autocommit=True) as admin:
        # Until this connection closes: of two who take the same right at once, one fails.
        admin.execute("SELECT pg_advisory_lock(%s)", (_UPGRADE_LOCK,))
        close_large_objects(admin)
    with owner_connection(admin_conninfo) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_UPGRADE_LOCK,))
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS boxoffice")
        connection.commit()
        run_alembic(connection, "upgrade", "head")
        connection.commit()


def run_alembic(connection: Connection, command: str, revision: str) -> None:
    """Run an Alembic command (`upgrade`, `downgrade`, `check`) on a connection that works as the owner."""
    from alembic import command as commands
    from alembic.config import Config

    # Alembic would keep the standard output of its own first import; nobody reads what it says there.
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    if command == "check":
        commands.check(config)
    else:
        getattr(commands, command)(config, revision)


def find_revision(admin: psycopg.Connection) -> str | None:
    """The schema's revision, None where there is no schema; needs no Alembic, so that a quick start stays quick."""
    if admin.execute("SELECT to_regclass('boxoffice.alembic_version') IS NULL").fetchone() == (True,):
        return None
    row = admin.execute("SELECT version_num FROM boxoffice.alembic_version").fetchone()
    return row[0] if row else None


@contextmanager
def owner_connection(admin_conninfo: str) -> Iterator[Connection]:
    """A connection of the administrator that works as the schema's owner."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(admin_conninfo))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET ROLE {OWNER}")
            connection.commit()
            yield connection
    finally:
        engine.dispose()


def create_login(admin: psycopg.Connection, login: str, password: str) -> None:
    """Give a terminal its own login with `password`, or a new password if it has one.

    The time limits stand on the login too, for clients that send none. A client that means harm can SET others for
    its session: `server check` names till sessions that have outlived them.
    """
    name = sql.Identifier(login)
    if not admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (login,)).rowcount:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(name))
    admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(scram_verifier(admin, password))))
    admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(TILL), name))
    if not is_superuser(admin) or not owner_sees_sessions(admin):
        # What a till may do the owner may anyway; membership lets it see, and its administrator end, the till's
        # processes.
        admin.execute(sql.SQL("GRANT {} TO {}").format(name, sql.Identifier(OWNER)))
    for setting, value in (
        ("lock_timeout", "3s"),
        ("statement_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "5s"),
    ):
        admin.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value)))


def scram_verifier(admin: psycopg.Connection, password: str) -> str:
    """The SCRAM verifier of a password, made on this side: the password reaches neither the server nor its log."""
    return admin.pgconn.encrypt_password(password.encode(), b"", b"scram-sha-256").decode()
