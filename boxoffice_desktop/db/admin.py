"""An administrator's connection to a shared server, with the server's refusals in words that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.domain.errors import SetupError

OLDEST_SERVER: Final = 15
MAINTENANCE: Final = "postgres"


_UNTRUSTED: Final = (
    "The server's certificate is not signed by an authority that this machine trusts. Name the authority that signed"
    " it: --ca FILE. If you expected it to be trusted, somebody may be answering in the server's place."
)
_OTHER_NAME: Final = (
    "The server's certificate is for another name. Use the name in the certificate in the URL, or give the server a"
    " certificate for the name in the URL."
)
# What the driver's words contain → what to do. The first that fits counts.
_ADVICE: Final = (
    (("certificate verify failed", "unable to get local issuer", "self-signed"), _UNTRUSTED),
    (("does not match host name", "ip address mismatch", "hostname mismatch"), _OTHER_NAME),
    (
        ("does not support ssl", "no encryption", "ssl is not enabled"),
        "Switch TLS on at the server (ssl = on, see packaging/server/README.md).",
    ),
    (
        ("pg_hba.conf",),
        "The server's pg_hba.conf has no line for this login, database and machine; see packaging/server/pg_hba.conf.",
    ),
    (("password authentication failed", "no password supplied"), "Check the login and its password."),
    (("does not exist",), "Run boxoffice server provision first, or check the name in the URL."),
    (("root certificate file",), "Name the file of the authority that signed the server's certificate: --ca FILE."),
    (
        ("session is read-only", "not accept", "in hot standby", "server is in recovery"),
        "None of the hosts takes writes now. After a failover one of them has to be promoted.",
    ),
)
_OTHER_ADVICE: Final = (
    "Check host and port, that the server runs and listens on the network (listen_addresses), and that no firewall"
    " is in between."
)


@contextmanager
def connect_admin(url: ServerUrl, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits by itself, closed at the end.

    Raises:
        SetupError: no connection, or the role may not do what was asked of it.
    """
    target = url if database is None else url.for_database(database)
    try:
        connection = psycopg.connect(target.conninfo, autocommit=True, application_name="boxoffice setup")
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise explain_connection(error, target) from error
    with connection:
        try:
            yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise explain_privilege(error, connection) from error


def explain_connection(error: psycopg.Error, url: ServerUrl) -> SetupError:
    """Why there is no connection. The driver's words name hosts and roles, never a password."""
    words = " ".join(str(error).split())
    advice = next((advice for signs, advice in _ADVICE if any(sign in words.lower() for sign in signs)), _OTHER_ADVICE)
    return SetupError(f"No connection to {url.shown}: {words}", advice)


def explain_privilege(error: psycopg.Error, connection: psycopg.Connection[Any]) -> SetupError:
    """What the administrator's role lacks."""
    role = connection.info.user
    return SetupError(
        f"The role {role} may not do this: {error.diag.message_primary or error}.",
        "Use the server's superuser (usually postgres), or the role that provisioned the server; a role of its own"
        f' needs: ALTER ROLE "{role}" CREATEROLE CREATEDB',
    )


def check_version(admin: psycopg.Connection[Any]) -> str:
    """The server's version in words.

    Raises:
        SetupError: it is too old.
    """
    number = admin.info.server_version
    words = describe_version(number)
    if number // 10000 < OLDEST_SERVER:
        raise SetupError(
            f"This server is PostgreSQL {words}; the tills need {OLDEST_SERVER} or newer.",
            "Install a newer PostgreSQL, or use another server.",
        )
    return words


def describe_version(number: int) -> str:
    """`150018` → `15.18`."""
    return f"{number // 10000}.{number % 10000}"
