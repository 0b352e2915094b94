"""`boxoffice door`: the admission screen as a window of its own, for a tablet at the door."""

import sys
from dataclasses import replace
from typing import Annotated, Final

import typer

from boxoffice_desktop.cli.running import guarded

# In a cinema of one machine the first counters sell; the last one's terminal is free for the door.
_LOCAL_COUNTER: Final = 3


def add_door_command(commands: typer.Typer) -> None:
    """Add `door` to the commands."""

    @commands.command("door")
    def door(
        counter: Annotated[
            int | None,
            typer.Option(
                help="Which terminal of this machine: 1 to 3. By default the paired one, else 3.", min=1, max=3
            ),
        ] = None,
    ) -> None:
        """Open the admission screen alone: large, for fingers and a scanner.

        A tablet is a terminal like any other: pair it first (boxoffice terminal pair), so that it can be revoked alone.
        """
        raise typer.Exit(guarded(_open_door, counter))


def _open_door(counter: int | None) -> int:
    from boxoffice_desktop import app

    if not app.has_display():
        sys.stderr.write("There is no display here to show the door on.\n")
        return 1
    chosen = counter or (1 if app.pairing_store(app.read_settings()).file.exists() else _LOCAL_COUNTER)
    settings = app.read_settings(counter=chosen)
    file = settings.settings_file.with_name(f"door-{chosen}.ini")
    app.prepare_touch(file)
    return app.run_window(replace(settings, settings_file=file), only="door")
