"""`boxoffice journal`: whether the record of all money is what was written on the day."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from boxoffice_desktop.cli.imports import work_as_owner_here
from boxoffice_desktop.cli.running import SlowProgress, guarded, say
from boxoffice_desktop.cli.server import ADMIN_URL, CA_FILE, INSECURE, ask_url, tell_warnings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from boxoffice_desktop.services.context import Context
    from boxoffice_desktop.services.journal import JournalFault, JournalReport, PrintedHash

_WORDS: Final = {
    "missing": "is missing: it was removed, or its number was changed.",
    "unchained": "does not follow the entry before it: something was removed, moved or added here.",
    "changed": "is not what was sealed: its text or its hash was changed.",
    "rows": "does not agree with its sale: the sale, its tickets or its payments were changed.",
    "end": "is not where the terminal's own record ends: entries were cut off or added at the end.",
    "printed": "may be missing: no entry has the hash that was printed. The end was cut off or written anew.",
    "unsealed": "is the number of a sale or ticket that stands without an entry: the entry was removed.",
}


def add_journal_commands(commands: typer.Typer) -> None:
    """Add `journal` to the commands."""
    journal = typer.Typer(help="The record of all money.", no_args_is_help=True)
    commands.add_typer(journal, name="journal")

    @journal.callback()
    def _about() -> None:
        # With one command alone Typer would drop its name.
        pass

    @journal.command("verify")
    def verify(
        *,
        digits: Annotated[
            str | None, typer.Option("--hash", help="The 8 digits on the last ticket that a terminal printed.")
        ] = None,
        terminal: Annotated[str | None, typer.Option(help='The terminal that printed it, e.g. "Counter 1".')] = None,
        admin_url: Annotated[str | None, ADMIN_URL] = None,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Check that no entry was changed, removed, moved or cut off; names the first of each terminal that was.

        The exit code is 1 when something is wrong. Without a server, this machine's cinema is checked.
        """
        raise typer.Exit(guarded(_verify, digits, terminal, admin_url, ca, insecure=insecure))


def _verify(digits: str | None, terminal: str | None, admin_url: str | None, ca: Path | None, *, insecure: bool) -> int:
    from boxoffice_desktop.services.journal import verify_journal

    printed = _read_printed(digits, terminal)
    with SlowProgress("Verifying") as bar:

        def work(session: "Session", context: "Context") -> "JournalReport":
            return verify_journal(session, context, printed=printed, progress=bar.show)

        report = work_as_owner_here(work) if admin_url is None else _work_there(admin_url, ca, work, insecure=insecure)
    for fault in report.faults:
        say(_describe(fault))
    if not report.faults:
        say(f"All {report.entries} entries of {report.terminals} terminals are as they were sealed.")
    return 1 if report.faults else 0


def _work_there(
    admin_url: str, ca: Path | None, work: "Callable[[Session, Context], JournalReport]", *, insecure: bool
) -> "JournalReport":
    from boxoffice_desktop import app
    from boxoffice_desktop.db.admin import connect_admin
    from boxoffice_desktop.services.imports.owner import work_as_owner

    url = ask_url(admin_url, ca, insecure=insecure)
    tell_warnings(url)
    # Says what to do when there is no connection.
    with connect_admin(url):
        return work_as_owner(url.conninfo, app.read_clock(), work)


def _read_printed(digits: str | None, terminal: str | None) -> "PrintedHash | None":
    from boxoffice_desktop.domain.errors import InvalidInputError
    from boxoffice_desktop.services.journal import PrintedHash

    if digits is None and terminal is None:
        return None
    if digits is None or terminal is None:
        raise InvalidInputError("hash", "--hash and --terminal go together: a hash is one terminal's.")
    return PrintedHash(terminal=terminal, digits=digits)


def _describe(fault: "JournalFault") -> str:
    return f"{fault.terminal}, number {fault.number}: {_WORDS[fault.what]}"
