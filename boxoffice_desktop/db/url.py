"""The address of a shared server: several hosts, and TLS that is verified unless the server is this machine.

libpq's own defaults are for convenience (`sslmode=prefer` talks in the clear when the other side says it cannot do
better), so everything that decides who we talk to is written into the connection string here.
"""

import ipaddress
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from boxoffice_desktop.domain.errors import InvalidInputError

DEFAULT_DATABASE: Final = "boxoffice"
_DEFAULT_PORT: Final = "5432"
_VERIFIED: Final = "verify-full"
# With these an attacker on the network decides whether there is any TLS at all.
_OPEN_MODES: Final = frozenset({"disable", "allow", "prefer"})
_HALF_MODES: Final = frozenset({"require", "verify-ca"})
_SYSTEM_ROOTS_SINCE: Final = 160000
# Debian's folder for sockets; the driver's own build may have been told another.
_SOCKET_FOLDERS: Final = ("/var/run/postgresql", "/tmp")  # noqa: S108  a place where servers listen, nothing is written
_OWN_TO_THE_ADMINISTRATOR: Final = (
    *("password", "passfile", "sslcert", "sslkey", "sslpassword"),
    *("options", "application_name", "connect_timeout"),
)
# Without these psycopg and libpq would look into the environment and files for something we have not judged.
_REFUSED: Final = {"service": "a service file", "servicefile": "a service file"}


@dataclass(frozen=True, kw_only=True)
class ServerUrl:
    """Where a server is and how to get in.

    Attributes:
        conninfo: for psycopg; holds the password if the URL did, never shown by `repr`.
        places: host and port of each server, in the order in which they are tried, e.g. `db1.example:5432`.
        database: its name.
        login: the role; empty for the account's own.
        is_local: every host is this machine: a socket or a loopback address.
        sslmode: libpq's word.
        warnings: what is not as safe as it should be, one sentence each.
    """

    conninfo: str = field(repr=False)
    places: tuple[str, ...]
    database: str
    login: str
    is_local: bool
    sslmode: str
    warnings: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """For people: hosts and database, never the password."""
        return f"{', '.join(self.places)} · database {self.database}"

    def for_database(self, name: str) -> "ServerUrl":
        """The same way in, to another database of the server."""
        return replace(self, conninfo=make_conninfo(self.conninfo, dbname=name), database=name)

    def for_login(self, login: str, password: str | None = None) -> "ServerUrl":
        """The same server as somebody else; no password is carried over.

        Over a network only SCRAM is answered: a server that pretends to be ours and asks for the password itself
        does not get it.
        """
        kept: dict[str, Any] = conninfo_to_dict(self.conninfo)
        for name in _OWN_TO_THE_ADMINISTRATOR:
            kept.pop(name, None)
        if not self.is_local:
            kept["require_auth"] = "scram-sha-256"
        conninfo = make_conninfo(**{**kept, "user": login, "password": password})
        return replace(self, conninfo=conninfo, login=login)


def read_server_url(
    url: str,
    *,
    insecure: bool = False,
    ca_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> ServerUrl:
    """Understand a URL (`postgresql://user@h1:5432,h2:5432/db?…`) or a connection string.

    Everything that is not this machine gets `sslmode=verify-full` unless the URL says `require` or `verify-ca`;
    weaker modes are refused unless `insecure`. Several hosts get `target_session_attrs=read-write`: the one that
    takes writes is the server, also after a failover.

    Raises:
        InvalidInputError: it cannot be understood, or is too weak. Its words never hold the URL, which may hold a
            password.
    """
    parameters = _parse(url)
    hosts, addresses, ports = _list_places(parameters, environment)
    parameters["host"] = ",".join(hosts)
    parameters["port"] = ",".join(ports)
    is_local = all(
        is_local_host(address or host) for host, address in zip(hosts, addresses or [""] * len(hosts), strict=True)
    )
    if len(hosts) > 1:
        parameters.setdefault("target_session_attrs", "read-write")
    mode, warnings = _choose_tls(parameters, is_local=is_local, insecure=insecure, ca_file=ca_file)
    parameters["sslmode"] = mode
    parameters.setdefault("dbname", environment.get("PGDATABASE") or DEFAULT_DATABASE)
    parameters.setdefault("connect_timeout", "10")
    return ServerUrl(
        conninfo=make_conninfo(**parameters),
        places=tuple(f"{host}:{port}" for host, port in zip(hosts, ports, strict=True)),
        database=parameters["dbname"],
        login=parameters.get("user", ""),
        is_local=is_local,
        sslmode=mode,
        warnings=warnings,
    )


def with_password(url: ServerUrl, password: str) -> ServerUrl:
    """The same way in, with the password that somebody typed."""
    return replace(url, conninfo=make_conninfo(url.conninfo, password=password))


def is_local_host(host: str) -> bool:
    """Whether a host can only be this machine: a socket's folder, `localhost`, or a loopback address."""
    if host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


def system_roots() -> str:
    """What `sslrootcert` says for the authorities that this machine trusts.

    libpq's word `system` asks the OpenSSL it was built with, and the one inside psycopg's wheels looks into
    /usr/lib/psycopg-openssl, which nobody has (psycopg-binary 3.3); so the machine's own file is named where there is
    one.
    """
    found = ssl.get_default_verify_paths().cafile
    if found and Path(found).is_file():
        return found
    return "system" if psycopg.pq.version() >= _SYSTEM_ROOTS_SINCE else ""


def _parse(url: str) -> dict[str, str]:
    try:
        found = conninfo_to_dict(url)
    except psycopg.Error:
        # The driver's message repeats what it could not read, password and all.
        raise InvalidInputError(
            "url", "This is no PostgreSQL URL. It looks like postgresql://admin@db.example.org:5432/boxoffice"
        ) from None
    for name, thing in _REFUSED.items():
        if name in found:
            raise InvalidInputError("url", f"A URL with {thing} is not taken: write the hosts into the URL.")
    return {name: str(value) for name, value in found.items() if value is not None}


def _list_places(
    parameters: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[list[str], list[str], list[str]]:
    addresses = [part for part in parameters.get("hostaddr", "").split(",") if part]
    host = parameters.get("host") or parameters.get("hostaddr") or environment.get("PGHOST") or _default_socket()
    hosts = host.split(",")
    if not all(hosts) or (addresses and len(addresses) != len(hosts)):
        raise InvalidInputError("url", "Every server in the URL needs a host name.")
    given = (parameters.get("port") or environment.get("PGPORT") or _DEFAULT_PORT).split(",")
    ports = given * len(hosts) if len(given) == 1 else given
    if len(ports) != len(hosts) or not all(port.isdecimal() and 0 < int(port) < 65536 for port in ports if port):  # noqa: PLR2004  the highest port of TCP
        raise InvalidInputError("url", "The ports in the URL do not go with its hosts.")
    return hosts, addresses, [port or _DEFAULT_PORT for port in ports]


def _default_socket() -> str:
    return next((folder for folder in _SOCKET_FOLDERS if Path(folder).is_dir()), "localhost")


def _choose_tls(
    parameters: dict[str, str], *, is_local: bool, insecure: bool, ca_file: Path | None
) -> tuple[str, tuple[str, ...]]:
    """The mode and what there is to warn of; `sslrootcert` is set on the way."""
    mode = parameters.get("sslmode") or ("prefer" if is_local else _VERIFIED)
    if ca_file is not None:
        if not ca_file.is_file():
            raise InvalidInputError("ca", f"There is no file {ca_file}.")
        parameters["sslrootcert"] = str(ca_file.absolute())
        if is_local and "sslmode" not in parameters:
            mode = _VERIFIED
    if is_local:
        return mode, ()
    if mode in _OPEN_MODES:
        if not insecure:
            raise InvalidInputError(
                "url",
                f"sslmode={mode} would let anybody on the network read and change what the tills send. Leave it out"
                " (verify-full is the default), or add --insecure for a network that nobody else is on.",
            )
        return mode, (f"The connection may run without TLS (sslmode={mode}): anybody on the network can read it.",)
    if mode == _VERIFIED and "sslrootcert" not in parameters:
        parameters["sslrootcert"] = _find_roots()
    if mode in _HALF_MODES:
        return mode, (f"sslmode={mode} encrypts but does not check that the server is the right one.",)
    return mode, ()


def _find_roots() -> str:
    own = Path.home() / ".postgresql" / "root.crt"
    return str(own) if own.is_file() else system_roots()
