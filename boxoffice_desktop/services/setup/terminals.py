"""Tills of a shared server: giving one its login, listing them, and ending one at once."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.admin import check_version, connect_admin
from boxoffice_desktop.db.schema import HEAD, REVISIONS
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SchemaMismatchError,
    SetupError,
)

_LONGEST_NAME: Final = 60
_LONGEST_MARK: Final = 2
# A server process that was just being started may slip past the first look.
_END_ROUNDS: Final = 5
_END_WAIT_MS: Final = 2000


@dataclass(frozen=True, kw_only=True)
class PairedTerminal:
    """A till's way in, made a moment ago. `password` exists here and at the till only; never shown by `repr`."""

    login: str
    name: str
    mark: str
    is_new: bool
    url: ServerUrl
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class TerminalLine:
    """A till as `terminal list` shows it. `connections` counts those that stand now, None when we may not see them."""

    terminal_id: int
    venue: str
    name: str
    mark: str
    login: str
    revoked_at: datetime | None
    connections: int | None
    signed_in: str | None


def make_login_name() -> str:
    """A role's name that no other till of this server has: roles belong to the whole server, names to a venue."""
    return f"till_{secrets.token_hex(5)}"


def pair_terminal(
    url: ServerUrl, *, name: str, mark: str | None = None, venue: str | None = None, again: bool = False
) -> PairedTerminal:
    """Give the till `name` a login of its own, with a random password that the server sees only as SCRAM verifier.

    With `again` a till that exists gets a new password, its old one and its connections end, and a revoked one may
    work again; its numbers go on.

    Raises:
        ConflictError: the till exists and `again` was not said.
        NotFoundError: no such venue.
        InvalidInputError: name or mark cannot be used, or several venues and none named.
        SetupError: no connection, no schema, or a role that may not do it.
    """
    name, mark = _check_name(name), _check_mark(mark, name)
    password = secrets.token_urlsafe(24)
    with connect_admin(url) as admin:
        _check_server(admin)
        with admin.transaction():
            venue_id = _find_venue(admin, venue)
            there = admin.execute(
                "SELECT login FROM boxoffice.terminal WHERE venue_id = %s AND name = %s FOR UPDATE", (venue_id, name)
            ).fetchone()
            if there and not again:
                raise ConflictError(
                    f"{name} exists already. If this till takes its place, say --again: the old credential ends."
                )
            login = there[0] if there else make_login_name()
            provisioning.create_login(admin, login, password)
            if there:
                _reinstate(admin, login)
            else:
                _add_terminal(admin, venue_id, name, mark, login)
        if there:
            end_sessions(admin, login)
    way_in = url.for_login(login, password)
    return PairedTerminal(login=login, name=name, mark=mark, is_new=not there, url=way_in, password=password)


def list_terminals(url: ServerUrl) -> tuple[TerminalLine, ...]:
    """All tills, by venue and name.

    Raises:
        SetupError: no connection or no schema.
    """
    with connect_admin(url) as admin:
        _check_server(admin)
        with admin.cursor(row_factory=class_row(TerminalLine)) as cursor:
            return tuple(
                cursor.execute(
                    """
                    SELECT t.terminal_id, v.name AS venue, t.name, t.mark, t.login, t.revoked_at,
                           (SELECT count(*)::integer FROM pg_stat_activity a WHERE a.usename = t.login) AS connections,
                           (SELECT max(p.display_name) FROM boxoffice.staff_session s
                              JOIN boxoffice.staff p ON p.staff_id = s.staff_id
                              JOIN boxoffice.backend_session b ON b.staff_session_id = s.staff_session_id
                              JOIN pg_stat_activity a ON a.pid = b.pid AND a.usename = t.login
                             WHERE s.terminal_id = t.terminal_id AND s.ended_at IS NULL) AS signed_in
                      FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id
                     ORDER BY v.name, t.name
                    """
                )
            )


def revoke_terminal(url: ServerUrl, *, name: str, venue: str | None = None) -> int:
    """End a till at once: its login, who is signed in at it, and its connections; how many of those there were.

    Its seats in hold go back when their time is over, within minutes. What it sold stays. Revoking it again only ends
    what is left.

    Raises:
        NotFoundError: no such till.
        SetupError: no connection, or a role that may not do it.
    """
    with connect_admin(url) as admin:
        _check_server(admin)
        with admin.transaction():
            row = admin.execute(
                "UPDATE boxoffice.terminal SET revoked_at = coalesce(revoked_at, clock_timestamp())"
                " WHERE venue_id = %s AND name = %s RETURNING terminal_id, login",
                (_find_venue(admin, venue), name.strip()),
            ).fetchone()
            if row is None:
                raise NotFoundError("till", name)
            terminal_id, login = row
            admin.execute(
                "UPDATE boxoffice.staff_session SET ended_at = clock_timestamp()"
                " WHERE terminal_id = %s AND ended_at IS NULL",
                (terminal_id,),
            )
            # Without a password as well: nothing is left that would open if somebody let the role log in again.
            admin.execute(sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(sql.Identifier(login)))
        return end_sessions(admin, login)


def end_sessions(admin: psycopg.Connection[Any], login: str) -> int:
    """End every server process of a login; how many there were.

    Raises:
        SetupError: one does not end.
    """
    ended = 0
    for _ in range(_END_ROUNDS):
        found = admin.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE usename = %s", (_END_WAIT_MS, login)
        ).fetchall()
        if not found:
            return ended
        ended += sum(1 for (has_ended,) in found if has_ended)
    raise SetupError(
        "The till cannot log in any more, but a connection of it does not end.",
        f"Restart the server, or end what pg_stat_activity shows of the role {login} with pg_terminate_backend.",
    )


def _check_server(admin: psycopg.Connection[Any]) -> None:
    check_version(admin)
    found = provisioning.find_revision(admin)
    if found == HEAD:
        return
    if found is None:
        raise SetupError(
            f"The database {admin.info.dbname} is not set up.", "Run boxoffice server provision --admin-url … first."
        )
    raise SchemaMismatchError(found=found, wanted=HEAD, newer=found not in REVISIONS)


def _check_name(name: str) -> str:
    trimmed = name.strip()
    if not 0 < len(trimmed) <= _LONGEST_NAME or not trimmed.isprintable():
        raise InvalidInputError("name", f"A till's name has 1 to {_LONGEST_NAME} characters.")
    return trimmed


def _check_mark(mark: str | None, name: str) -> str:
    if mark is None:
        number = re.search(r"(\d{1,2})\D*$", name)
        return number.group(1) if number else name[0].upper()
    trimmed = mark.strip()
    if not 0 < len(trimmed) <= _LONGEST_MARK or not trimmed.isprintable():
        raise InvalidInputError("mark", "A till's mark has one or two characters: other maps show it on held seats.")
    return trimmed


def _find_venue(admin: psycopg.Connection[Any], name: str | None) -> int:
    rows = admin.execute(
        "SELECT venue_id, name FROM boxoffice.venue WHERE %s::text IS NULL OR name = %s", (name, name)
    ).fetchall()
    if len(rows) == 1:
        venue_id: int = rows[0][0]
        return venue_id
    if not rows and name is not None:
        raise NotFoundError("venue", name)
    if not rows:
        raise SetupError("There is no venue yet.", "Run boxoffice server provision with --venue first.")
    names = ", ".join(sorted(str(venue_name) for _, venue_name in rows))
    raise InvalidInputError("venue", f"Say with --venue which venue the till stands in: {names}.")


def _reinstate(admin: psycopg.Connection[Any], login: str) -> None:
    admin.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(login)))
    # The key that signs tickets may have gone with the machine, like the credential.
    admin.execute(
        "UPDATE boxoffice.ticket_key k SET revoked_at = clock_timestamp() FROM boxoffice.terminal t"
        " WHERE t.login = %s AND k.terminal_id = t.terminal_id AND k.revoked_at IS NULL",
        (login,),
    )
    admin.execute("UPDATE boxoffice.terminal SET revoked_at = NULL WHERE login = %s", (login,))
    admin.execute(
        "UPDATE boxoffice.staff_session s SET ended_at = clock_timestamp() FROM boxoffice.terminal t"
        " WHERE t.login = %s AND s.terminal_id = t.terminal_id AND s.ended_at IS NULL",
        (login,),
    )


def _add_terminal(admin: psycopg.Connection[Any], venue_id: int, name: str, mark: str, login: str) -> None:
    row = admin.execute(
        "INSERT INTO boxoffice.terminal (venue_id, name, mark, login) VALUES (%s, %s, %s, %s) RETURNING terminal_id",
        (venue_id, name, mark, login),
    ).fetchone()
    admin.execute("INSERT INTO boxoffice.terminal_chain (terminal_id) VALUES (%s)", row)
