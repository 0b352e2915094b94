"""Imports from the command line: whoever may start the server on this machine works as the schema's owner."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.failures import translate
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context

T = TypeVar("T")

# No row of staff has this number: the owner is nobody's colleague.
_NOBODY: Final = 0


def work_as_owner(admin_conninfo: str, now: datetime, work: Callable[[Session, Context], T]) -> T:
    """Run `work` in one transaction as the schema's owner, who may manage films and halls, and commit it.

    Raises:
        BoxOfficeError: what `work` raises, or the driver's error in our words; nothing is kept.
    """
    context = Context(
        terminal_id=_NOBODY,
        terminal_name="command line",
        venue_id=_NOBODY,
        staff_id=_NOBODY,
        staff_name="owner",
        permissions=frozenset({Permission.MANAGE_FILMS, Permission.MANAGE_HALLS}),
        now=now,
    )
    try:
        with provisioning.owner_connection(admin_conninfo) as connection, Session(connection) as session:
            result = work(session, context)
            session.commit()
            return result
    except (SQLAlchemyError, psycopg.Error) as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error
