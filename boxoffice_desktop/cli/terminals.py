"""`boxoffice terminal`: the tills of a shared server, and which of them this machine is."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from boxoffice_desktop.cli.running import guarded, say, warn
from boxoffice_desktop.cli.server import ADMIN_URL, CA_FILE, INSECURE, ask_url, tell_warnings

if TYPE_CHECKING:
    from boxoffice_desktop.db.credentials import PairingStore
    from boxoffice_desktop.services.setup.terminals import PairedTerminal

_COUNTER: Final = typer.Option(help="Which window of this machine, if it has several.", min=1, max=3)
_VENUE: Final = typer.Option(help="The venue, if the database has several.")


def add_terminal_commands(commands: typer.Typer) -> None:
    """Add `terminal` to the commands."""
    terminals = typer.Typer(help="Tills of a shared server.", no_args_is_help=True)
    commands.add_typer(terminals, name="terminal")
    _add_pair(terminals)
    _add_list_and_ends(terminals)


def _add_pair(terminals: typer.Typer) -> None:
    @terminals.command("pair")
    def pair(
        *,
        admin_url: Annotated[str, ADMIN_URL],
        name: Annotated[str, typer.Option(help='What people call the till, e.g. "Counter 3".')],
        mark: Annotated[str | None, typer.Option(help="One or two characters that other maps show.")] = None,
        venue: Annotated[str | None, _VENUE] = None,
        again: Annotated[bool, typer.Option(help="Take the place of a till that exists.")] = False,
        keyring: Annotated[bool, typer.Option(help="Keep the password in the system's keyring.")] = True,
        counter: Annotated[int, _COUNTER] = 1,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Make this machine a till of a shared server, with a login of its own."""
        raise typer.Exit(
            guarded(
                _pair,
                admin_url,
                name,
                mark,
                venue,
                ca,
                again=again,
                keyring=keyring,
                counter=counter,
                insecure=insecure,
            )
        )


def _add_list_and_ends(terminals: typer.Typer) -> None:
    @terminals.command("list")
    def list_(
        *,
        admin_url: Annotated[str, ADMIN_URL],
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """List the tills: which are connected, who is signed in, which are revoked."""
        raise typer.Exit(guarded(_list, admin_url, ca, insecure=insecure))

    @terminals.command("revoke")
    def revoke(
        name: Annotated[str, typer.Argument(help="The till's name.")],
        *,
        admin_url: Annotated[str, ADMIN_URL],
        venue: Annotated[str | None, _VENUE] = None,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """End a till at once: it cannot log in any more, and its connections are cut."""
        raise typer.Exit(guarded(_revoke, admin_url, name, venue, ca, insecure=insecure))

    @terminals.command("unpair")
    def unpair(
        *,
        counter: Annotated[int, _COUNTER] = 1,
        force: Annotated[bool, typer.Option(help="Also with sales whose outcome is not known.")] = False,
    ) -> None:
        """Forget the shared server on this machine; `terminal revoke` ends the login on the server."""
        raise typer.Exit(guarded(_unpair, counter, force=force))


def _pair(
    admin_url: str,
    name: str,
    mark: str | None,
    venue: str | None,
    ca: Path | None,
    *,
    again: bool,
    keyring: bool,
    counter: int,
    insecure: bool,
) -> None:
    from boxoffice_desktop import app
    from boxoffice_desktop.domain.errors import ConflictError, CredentialError
    from boxoffice_desktop.services.setup.terminals import pair_terminal

    store = app.pairing_store(app.read_settings(counter=counter))
    paired = None
    with contextlib.suppress(*([CredentialError] if again else [])):
        paired = store.find()
    if paired is not None and not (again and paired.terminal_name == name.strip()):
        # Sales of the other till may still wait for their answer here.
        raise ConflictError(f"This machine is {paired.terminal_name} already. Run boxoffice terminal unpair first.")
    url = ask_url(admin_url, ca, insecure=insecure)
    terminal = pair_terminal(url, name=name, mark=mark, venue=venue, again=again)
    say(f"{'created  ' if terminal.is_new else 'renewed  '} {terminal.name} (mark {terminal.mark}) on {url.shown}")
    _keep(store, terminal, keyring=keyring)
    _try_out(terminal)
    tell_warnings(terminal.url)
    say("paired    boxoffice opens this till from now on")


def _keep(store: "PairingStore", terminal: "PairedTerminal", *, keyring: bool) -> None:
    pairing = store.save(terminal.url.conninfo, terminal.login, terminal.name, terminal.password, keyring=keyring)
    if pairing.keeper == "keyring":
        say("kept      the password in this account's keyring")
    else:
        say(f"kept      the password in {store.password_file}")
        why = "there is no keyring here" if keyring else "as you asked"
        warn(f"Warning: the password lies in a file ({why}). Only this account can read it, and who copies the disk.")


def _try_out(terminal: "PairedTerminal") -> None:
    """The till's own way in, tried at once: pg_hba.conf may let the administrator in and not the till."""
    import psycopg

    from boxoffice_desktop.db.admin import explain_connection

    try:
        psycopg.connect(terminal.url.conninfo).close()
    except psycopg.OperationalError as error:
        raise explain_connection(error, terminal.url) from error


def _list(admin_url: str, ca: Path | None, *, insecure: bool) -> None:
    from boxoffice_desktop.services.setup.terminals import list_terminals

    lines = list_terminals(ask_url(admin_url, ca, insecure=insecure))
    if not lines:
        say('There is no till yet: boxoffice terminal pair --admin-url … --name "Counter 1"')
    for line in lines:
        if line.revoked_at is not None:
            state = f"revoked {line.revoked_at.astimezone():%Y-%m-%d %H:%M}"
        elif line.connections:
            state = f"connected ({line.signed_in or 'nobody signed in'})"
        else:
            state = "not connected"
        say(f"{line.mark:>2}  {line.name:<20} {state:<32} {line.venue}  {line.login}")


def _revoke(admin_url: str, name: str, venue: str | None, ca: Path | None, *, insecure: bool) -> None:
    from boxoffice_desktop.services.setup.terminals import revoke_terminal

    ended = revoke_terminal(ask_url(admin_url, ca, insecure=insecure), name=name, venue=venue)
    say(f"revoked   {name}: it cannot log in any more; {ended} of its connections were cut")


def _unpair(counter: int, *, force: bool) -> None:
    from boxoffice_desktop import app
    from boxoffice_desktop.domain.errors import ConflictError
    from boxoffice_desktop.services.attempts import AttemptFile

    settings = app.read_settings(counter=counter)
    store = app.pairing_store(settings)
    pairing = None if force else store.find()
    if pairing is not None and AttemptFile(app.attempts_folder(settings, pairing.login)).list_orders():
        raise ConflictError(
            "This till has sales whose outcome it does not know. Start it and sign in, so that it finds out;"
            " --force forgets them."
        )
    say("This machine is no till of a shared server any more." if store.forget() else "This machine was not paired.")
