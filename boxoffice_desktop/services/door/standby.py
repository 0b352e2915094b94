"""What a door needs to open while its server is away: who it is. The book that it decides by is `DoorMemory`'s."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from boxoffice_desktop.db.credentials import write_private
from boxoffice_desktop.domain.admission import is_fresh
from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.services.context import TillFacts
from boxoffice_desktop.services.door.offline import DoorMemory

_log = logging.getLogger(__name__)
_FILE: Final = "door.json"
# What a server says that is there: a tablet whose terminal was revoked is no door any more.
_REFUSALS: Final = ("authentication failed", "not permitted to log in", "does not exist")


def keep_facts(folder: Path, facts: TillFacts) -> None:
    """Remember who this door is. A disk that does not take it costs the next start during an outage, and no more."""
    try:
        write_private(folder / _FILE, json.dumps(asdict(facts)))
    except OSError:
        _log.warning("the door could not note who it is", exc_info=True)


def find_facts(folder: Path, now: datetime) -> TillFacts | None:
    """Who this door is, when it remembers that and has a book of the last day; None when it cannot decide alone.

    `now` is aware, by the machine's own clock: there is no other.
    """
    book = DoorMemory(folder).find_book()
    if book is None or not is_fresh(book, now):
        return None
    with suppress(OSError, ValueError, TypeError):
        return TillFacts(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    return None


def is_server_away(error: BaseException) -> bool:
    """Whether a till could not start because nobody answered; not when the server answered and refused its login."""
    known = error if isinstance(error, DatabaseUnavailableError) else error.__cause__
    return isinstance(known, DatabaseUnavailableError) and not any(words in known.detail for words in _REFUSALS)


class AwayDesk:
    """A till whose server is away: it knows who it is, and every question ends as on a connection that is cut."""

    def __init__(self, facts: TillFacts) -> None:
        self._facts = facts

    def describe(self) -> TillFacts:
        """What venue and terminal this is."""
        return self._facts

    def call(self, operation: Callable[..., Any], arguments: Mapping[str, object]) -> NoReturn:  # noqa: ARG002  a desk's
        """Ask nobody.

        Raises:
            DatabaseUnavailableError: always.
        """
        raise DatabaseUnavailableError("The server is away.")
