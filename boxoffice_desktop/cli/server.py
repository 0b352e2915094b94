"""`boxoffice server`: setting a shared PostgreSQL up, and telling what is wrong with it."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from boxoffice_desktop.cli.running import guarded, say, warn

if TYPE_CHECKING:
    from boxoffice_desktop.db.url import ServerUrl
    from boxoffice_desktop.services.setup.check import Finding
    from boxoffice_desktop.services.setup.provision import NewAdministrator, NewVenue

ADMIN_URL: Final = typer.Option(
    help="The server and an administrator's role, e.g. postgresql://postgres@db.example.org/boxoffice. The password is"
    " asked for, or taken from PGPASSWORD or ~/.pgpass.",
    envvar="BOXOFFICE_ADMIN_URL",
    show_envvar=True,
)
CA_FILE: Final = typer.Option(help="The file of the authority that signed the server's certificate.")
INSECURE: Final = typer.Option(help="Allow a connection without TLS, on a network that nobody else is on.")


def add_server_commands(commands: typer.Typer) -> None:
    """Add `server` to the commands."""
    server = typer.Typer(help="A PostgreSQL that many tills share.", no_args_is_help=True)
    commands.add_typer(server, name="server")
    _add_provision(server)

    @server.command("check")
    def check(
        *,
        admin_url: Annotated[str | None, ADMIN_URL] = None,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Tell in plain words what is wrong with the server; the exit code is 1 when something is."""
        raise typer.Exit(guarded(_check, admin_url, ca, insecure=insecure))


def _add_provision(server: typer.Typer) -> None:
    @server.command("provision")
    def provision(
        *,
        admin_url: Annotated[str, ADMIN_URL],
        venue: Annotated[str | None, typer.Option(help="The cinema's name.")] = None,
        city: Annotated[str, typer.Option(help="Where it is.")] = "",
        currency: Annotated[str, typer.Option(help="ISO 4217, e.g. EUR.")] = "EUR",
        locale: Annotated[str, typer.Option(help="How money and dates are written, e.g. de_AT.")] = "en_GB",
        time_zone: Annotated[str, typer.Option(help="IANA name, e.g. Europe/Vienna.")] = "UTC",
        admin_user: Annotated[
            str | None,
            typer.Option(help="User name of a first administrator; the PIN is asked for, or read from stdin."),
        ] = None,
        admin_name: Annotated[str, typer.Option(help="What the administrator is called on the screen.")] = "",
        demo: Annotated[bool, typer.Option(help="Fill an empty database with the demo cinema.")] = False,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Create database, roles, schema and guards. Safe to run twice; also upgrades after an update."""
        from boxoffice_desktop.services.setup.provision import NewVenue

        wanted = (
            NewVenue(name=venue, city=city, currency=currency, locale=locale, time_zone=time_zone)
            if venue is not None
            else None
        )
        raise typer.Exit(
            guarded(_provision, admin_url, ca, wanted, admin_user, admin_name, demo=demo, insecure=insecure)
        )


def ask_url(text: str, ca: Path | None, *, insecure: bool) -> "ServerUrl":
    """The administrator's URL, with the password asked for when the server wants one and nobody has said it."""
    import psycopg

    from boxoffice_desktop.db.admin import MAINTENANCE
    from boxoffice_desktop.db.url import with_password

    url = read_url(text, ca, insecure=insecure)
    if not sys.stdin.isatty():
        return url
    try:
        psycopg.connect(url.for_database(MAINTENANCE).conninfo).close()
    except psycopg.OperationalError as error:
        # Every other trouble is told by the command itself, which meets it again.
        if "no password supplied" in str(error):
            return with_password(url, getpass.getpass(f"Password of {url.login or 'the administrator'}: "))
    return url


def read_url(text: str, ca: Path | None, *, insecure: bool) -> "ServerUrl":
    """The URL; `postgres`, the database of every server, stands for ours."""
    from boxoffice_desktop.db.admin import MAINTENANCE
    from boxoffice_desktop.db.url import DEFAULT_DATABASE, read_server_url

    url = read_server_url(text, insecure=insecure, ca_file=ca)
    return url.for_database(DEFAULT_DATABASE) if url.database == MAINTENANCE else url


def tell_warnings(url: "ServerUrl") -> None:
    """What is not as safe as it should be, where warnings go."""
    for warning in url.warnings:
        warn(f"Warning: {warning}")


def _provision(
    admin_url: str,
    ca: Path | None,
    venue: "NewVenue | None",
    admin_user: str | None,
    admin_name: str,
    *,
    demo: bool,
    insecure: bool,
) -> None:
    from boxoffice_desktop import app
    from boxoffice_desktop.services.setup.provision import check_venue, find_administrator, provision_server

    checked = None if venue is None else check_venue(venue)
    url = ask_url(admin_url, ca, insecure=insecure)
    tell_warnings(url)
    administrator = None
    if admin_user is not None:
        is_there = find_administrator(url, admin_user)
        administrator = _administrator(admin_user, admin_name, lambda: "" if is_there else _ask_pin(admin_user))
    provision_server(url, venue=checked, administrator=administrator, demo=demo, clock=app.read_clock, say=say)


def _administrator(user_name: str, display_name: str, pin: Callable[[], str]) -> "NewAdministrator":
    from boxoffice_desktop.services.setup.provision import NewAdministrator

    return NewAdministrator(user_name=user_name, display_name=display_name, pin=pin())


def _ask_pin(user_name: str) -> str:
    """A PIN from the terminal, typed twice and not shown; or the first line of what is piped in."""
    from boxoffice_desktop.domain.errors import InvalidInputError
    from boxoffice_desktop.services.staff import make_secret

    if not sys.stdin.isatty():
        pin = sys.stdin.readline().rstrip("\r\n")
    else:
        pin = getpass.getpass(f"PIN for {user_name}: ")
        if getpass.getpass("The same again: ") != pin:
            raise InvalidInputError("pin", "These were two different PINs. Nothing was changed.")
    make_secret(pin)  # says at once, before anything is made, when it is too short
    return pin


def _check(admin_url: str | None, ca: Path | None, *, insecure: bool) -> int:
    from boxoffice_desktop import app
    from boxoffice_desktop.db.admin import connect_admin
    from boxoffice_desktop.db.server_checks import read_facts
    from boxoffice_desktop.services.setup.check import Grade, has_problems, judge

    url = ask_url(admin_url, ca, insecure=insecure) if admin_url else app.paired_url(app.read_settings())
    with connect_admin(url) as connection:
        findings = judge(read_facts(connection, clock=app.read_clock), url)
    say(f"Server {url.shown}, as {url.login or 'this account'}")
    for grade in (Grade.PROBLEM, Grade.HINT, Grade.FINE):
        for finding in findings:
            if finding.grade is grade:
                _tell_finding(finding)
    problems = sum(1 for finding in findings if finding.grade is Grade.PROBLEM)
    say(f"{problems} to mend." if problems else "All is well.")
    return 1 if has_problems(findings) else 0


def _tell_finding(finding: "Finding") -> None:
    signs = {"fine": "ok     ", "hint": "hint   ", "problem": "PROBLEM"}
    say(f"{signs[finding.grade]} {finding.what}")
    if finding.why:
        say(f"        why: {finding.why}")
        say(f"        do:  {finding.action}")
