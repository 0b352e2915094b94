"""`boxoffice ticket`: what paper will look like, and what is wrong with a design of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boxoffice_desktop.cli.running import guarded, say, warn

if TYPE_CHECKING:
    from boxoffice_desktop.documents.design import Design

_FOLDER = "designs"


def add_ticket_commands(commands: typer.Typer) -> None:
    """Add `ticket` to the commands."""
    tickets = typer.Typer(help="Look at the designs of tickets, receipts and reports.", no_args_is_help=True)
    commands.add_typer(tickets, name="ticket")

    @tickets.command("preview")
    def preview(
        design: Annotated[str, typer.Argument(help="A design's name, or a TOML file.")] = "ticket-80mm",
        output: Annotated[Path | None, typer.Option(help="The PDF to write; beside you unless told.")] = None,
        *,
        png: Annotated[bool, typer.Option("--png", help="Write every page as a picture too.")] = False,
        locale: Annotated[str, typer.Option(help="Whose words, dates and money, e.g. de_AT.")] = "en_GB",
        currency: Annotated[str, typer.Option(help="The currency, e.g. EUR.")] = "GBP",
    ) -> None:
        """Print a design with sample data, a long title among them, and say what does not fit; exit code 1 then."""
        raise typer.Exit(guarded(_preview, design, output, locale, currency, png=png))

    @tickets.command("designs")
    def designs() -> None:
        """List every design, ours and those of this venue; exit code 1 when one cannot be used."""
        raise typer.Exit(guarded(_list_designs))


def _own_folder() -> Path:
    from boxoffice_desktop import app

    return app.read_settings().data_folder / _FOLDER


def _load(name: str) -> "Design":
    from boxoffice_desktop.documents.designs import load_design, read_design

    return read_design(Path(name)) if name.endswith(".toml") else load_design(name, _own_folder())


def _preview(name: str, output: Path | None, locale: str, currency: str, *, png: bool) -> int:
    from boxoffice_desktop.documents.design import DesignError
    from boxoffice_desktop.documents.samples import inspect_design

    try:
        design = _load(name)
    except DesignError as error:
        for problem in error.problems:
            warn(problem)
        return 1
    seen = inspect_design(design, locale=locale, currency=currency)
    file = output or Path(f"{design.key}.pdf")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(seen.document.pdf)
        say(str(file))
        if png:
            from boxoffice_desktop.ui.widgets.pdf_pictures import save_pictures

            for picture in save_pictures(seen.document.pdf, file.with_suffix(".png")):
                say(str(picture))
    except OSError as error:
        warn(f"{error.filename or file} cannot be written: {error.strerror or error}.")
        return 1
    for problem in seen.problems:
        warn(problem)
    return 1 if seen.problems else 0


def _list_designs() -> int:
    from boxoffice_desktop.documents.designs import list_designs

    listed = list_designs(_own_folder())
    width = max(len(item.key) for item in listed)
    for item in listed:
        say(f"{item.key:{width}}  {item.name}{'  (own)' if item.is_own else ''}")
        for problem in item.problems:
            warn(f"{item.key}: {problem}")
    return 1 if any(item.problems for item in listed) else 0
