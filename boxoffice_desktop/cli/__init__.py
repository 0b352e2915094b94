"""The command line: `boxoffice` opens the till; the commands beside it are for those who install and import."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from boxoffice_desktop.cli.running import guarded


def main() -> None:
    """Entry point of `boxoffice`."""
    # Typer takes a tenth of a second to load; opening the till needs none of it.
    if len(sys.argv) == 1:
        sys.exit(guarded(_open_till))
    _run_commands()


def _open_till(counter: int = 1, *, demo: bool = False, place: str = "") -> int:
    from boxoffice_desktop import app

    settings = app.read_settings(counter=counter)
    if place:
        # Where a demonstration puts the window is not where its counter wants it the next time.
        settings = replace(settings, settings_file=settings.settings_file.with_name(f"window-{counter}-beside.ini"))
    if app.has_display():
        return app.run_window(settings, demo=demo, place=_read_place(place))
    if not demo and app.pairing_store(settings).file.exists():
        # What drives itself sells: never on a server where the seats are real.
        sys.stderr.write("There is no display here, and this till sells real seats on a shared server.\n")
        return 1
    sys.stdout.write("There is no display here: driving the till's own window offscreen instead.\n")
    return app.run_headless(settings, Path("build/demo"))


def _open_demo(count: int, counter: int, place: str) -> int:
    from boxoffice_desktop import app

    if count == 1:
        return _open_till(counter, demo=True, place=place)
    if not app.has_display():
        sys.stdout.write("There is no display here: driving the tills' own windows offscreen instead.\n")
        return app.run_headless_counters(app.read_settings(), Path("build/demo"), count)
    from boxoffice_desktop.cli.counters import open_counters

    return open_counters(app.read_settings(), count)


def _read_place(text: str) -> tuple[int, int, int, int] | None:
    if not text:
        return None
    x, y, width, height = (int(number) for number in text.split(","))
    return x, y, width, height


def _run_commands() -> None:
    import typer

    from boxoffice_desktop import __version__
    from boxoffice_desktop.cli.door import add_door_command
    from boxoffice_desktop.cli.imports import add_import_commands
    from boxoffice_desktop.cli.journal import add_journal_commands
    from boxoffice_desktop.cli.server import add_server_commands
    from boxoffice_desktop.cli.terminals import add_terminal_commands
    from boxoffice_desktop.cli.tickets import add_ticket_commands

    commands = typer.Typer(
        help="Box Office Desktop: a box-office point of sale for cinemas.",
        no_args_is_help=False,
        add_completion=False,
        # Locals in a traceback could hold a credential.
        pretty_exceptions_enable=False,
    )

    @commands.callback(invoke_without_command=True)
    def till(
        context: typer.Context,
        counter: Annotated[int, typer.Option(help="Which counter of this machine: 1 to 3.", min=1, max=3)] = 1,
        version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    ) -> None:
        """Open the till: on the server it is paired with, else the cinema of this machine."""
        if version:
            typer.echo(__version__)
            raise typer.Exit
        if context.invoked_subcommand is None:
            raise typer.Exit(guarded(_open_till, counter))

    @commands.command()
    def demo(
        headless: Annotated[bool, typer.Option(help="Drive the window without a display, with pictures.")] = False,
        reset: Annotated[bool, typer.Option(help="Throw the demo cinema away and build it anew.")] = False,
        output: Annotated[Path, typer.Option(help="Where --headless leaves pictures and tickets.")] = Path(
            "build/demo"
        ),
        counters: Annotated[int, typer.Option(help="So many tills side by side on one database.", min=1, max=3)] = 1,
        counter: Annotated[int, typer.Option(hidden=True, min=1, max=3)] = 1,
        place: Annotated[str, typer.Option(hidden=True)] = "",
    ) -> None:
        """Open the demo cinema, or let it sell by itself."""
        from boxoffice_desktop import app

        settings = app.read_settings()
        if reset:
            code = guarded(app.reset_demo, settings)
            if code or not headless:
                raise typer.Exit(code)
        if headless and counters > 1:
            raise typer.Exit(guarded(app.run_headless_counters, settings, output, counters))
        if headless:
            raise typer.Exit(guarded(app.run_headless, settings, output))
        raise typer.Exit(guarded(_open_demo, counters, counter, place))

    add_door_command(commands)
    add_import_commands(commands)
    add_server_commands(commands)
    add_terminal_commands(commands)
    add_journal_commands(commands)
    add_ticket_commands(commands)
    commands()
