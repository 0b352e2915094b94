"""Terminals as a manager sees them. Pairing and revoking belong to the command line of who runs the server."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import InvalidFieldsError, require_fields
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Staff, Terminal
from boxoffice_desktop.services.context import Context

_LONGEST_NAME: Final = 60
_LONGEST_MARK: Final = 2


@dataclass(frozen=True, kw_only=True)
class TerminalState:
    """A terminal now.

    Attributes:
        mark: the one or two characters that other maps show.
        revoked_at: since when it may not connect; None while it may.
        connected_since: since when it has been connected; None when it is not.
        person: who is signed in there; empty for nobody.
        is_this: whether it is the asking terminal.
    """

    terminal_id: int
    name: str
    mark: str
    login: str
    revoked_at: datetime | None
    connected_since: datetime | None
    person: str
    is_this: bool


def list_terminals(session: Session, context: Context) -> tuple[TerminalState, ...]:
    """The venue's terminals by name, revoked ones last.

    Raises:
        NotAllowedError: the signed-in person does not manage staff.
    """
    context.permit(Permission.MANAGE_STAFF)
    connected = dict(_pairs(session, "SELECT terminal_id, connected_since FROM boxoffice.terminal_presence()"))
    there = dict(_pairs(session, "SELECT terminal_id, staff_id FROM boxoffice.staff_presence() ORDER BY started_at"))
    names = {row[0]: row[1] for row in session.execute(select(Staff.staff_id, Staff.display_name))}
    rows = session.execute(
        select(Terminal.terminal_id, Terminal.name, Terminal.mark, Terminal.login, Terminal.revoked_at)
        .where(Terminal.venue_id == context.venue_id)
        .order_by(Terminal.revoked_at.is_not(None), Terminal.name)
    )
    return tuple(
        TerminalState(
            terminal_id=row[0],
            name=row[1],
            mark=row[2],
            login=row[3],
            revoked_at=row[4],
            connected_since=connected.get(row[0]),
            person=names.get(there.get(row[0], 0), ""),
            is_this=row[0] == context.terminal_id,
        )
        for row in rows
    )


def rename_terminal(session: Session, context: Context, *, terminal_id: int, name: str, mark: str) -> None:
    """Give a terminal another name and mark; its windows show them from their next start on.

    Raises:
        InvalidFieldsError: empty, too long, or another terminal's.
        NotFoundError: no such terminal.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    name, mark = " ".join(name.split()), mark.strip()
    problems = {}
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        problems["name"] = f"From 1 to {_LONGEST_NAME} characters."
    if not 1 <= len(mark) <= _LONGEST_MARK or not mark.isprintable():
        problems["mark"] = "One or two characters."
    require_fields(problems)
    try:
        with session.begin_nested():
            statement = update(Terminal).where(Terminal.terminal_id == terminal_id).values(name=name, mark=mark)
            renamed = session.execute(statement.returning(Terminal.terminal_id)).scalar()
    except IntegrityError as error:
        raise InvalidFieldsError({"name": "Another terminal has this name."}) from error
    if renamed is None:
        raise NotFoundError("terminal", terminal_id)


def _pairs(session: Session, statement: str) -> list[tuple[int, Any]]:
    return [(row[0], row[1]) for row in session.execute(text(statement))]
