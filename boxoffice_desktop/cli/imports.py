"""`boxoffice import`: films and halls from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, NamedTuple, TypeVar

import typer
from sqlalchemy.orm import Session

from boxoffice_desktop.cli.running import SlowProgress, guarded, say_all, warn
from boxoffice_desktop.cli.server import ADMIN_URL, CA_FILE, INSECURE, ask_url
from boxoffice_desktop.services.context import Context

T = TypeVar("T")

_DRY_RUN: Final = typer.Option(help="Try everything and keep nothing.")


class Place(NamedTuple):
    """The server that gets the import; no URL for this machine's own."""

    admin_url: str | None
    ca: Path | None
    insecure: bool


HERE: Final = Place(None, None, insecure=False)


def add_import_commands(commands: typer.Typer) -> None:
    """Add `import` to the commands."""
    imports = typer.Typer(help="Bring in films and halls from files.", no_args_is_help=True)
    commands.add_typer(imports, name="import")

    @imports.command("movies")
    def import_movies(
        file: Annotated[Path, typer.Argument(help="A list of films, JSON or CSV.")],
        *,
        dry_run: Annotated[bool, _DRY_RUN] = False,
        details: Annotated[bool, typer.Option(help="List every mending too.")] = False,
        admin_url: Annotated[str | None, ADMIN_URL] = None,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Add the films of a list that the catalogue lacks; says what was mended and refused, and why."""
        raise typer.Exit(
            guarded(_import_movies, file, Place(admin_url, ca, insecure), dry_run=dry_run, details=details)
        )

    @imports.command("hall")
    def import_hall(
        file: Annotated[Path, typer.Argument(help="A seating plan, JSON.")],
        *,
        venue: Annotated[str, typer.Option(help="The venue that gets the hall.")],
        hall: Annotated[str, typer.Option(help="The hall's name.")],
        dry_run: Annotated[bool, _DRY_RUN] = False,
        admin_url: Annotated[str | None, ADMIN_URL] = None,
        ca: Annotated[Path | None, CA_FILE] = None,
        insecure: Annotated[bool, INSECURE] = False,
    ) -> None:
        """Make a seating plan a hall with its areas and seats: all of it, or nothing."""
        place = Place(admin_url, ca, insecure)
        raise typer.Exit(guarded(_import_hall, file, venue, hall, place, dry_run=dry_run))


def _import_movies(file: Path, place: Place, *, dry_run: bool, details: bool) -> None:
    from boxoffice_desktop import app
    from boxoffice_desktop.domain.film_import import parse_films
    from boxoffice_desktop.services.imports.files import MAX_FILMS_BYTES, read_import_file
    from boxoffice_desktop.services.imports.films import import_films
    from boxoffice_desktop.services.imports.wording import describe_film_import

    data = read_import_file(file, MAX_FILMS_BYTES)
    with SlowProgress("Reading") as reading:
        films = parse_films(data, today=app.read_clock().astimezone().date(), progress=reading.show)
    with SlowProgress("Importing") as storing:
        report = work_as_owner_here(
            lambda session, context: import_films(
                session, context, films=films, dry_run=dry_run, progress=storing.show
            ),
            place,
        )
    say_all(describe_film_import(report, with_mendings=details))


def _import_hall(file: Path, venue: str, hall: str, place: Place, *, dry_run: bool) -> None:
    from boxoffice_desktop.domain.seating_plan import parse_plan
    from boxoffice_desktop.services.imports.files import MAX_PLAN_BYTES, read_import_file
    from boxoffice_desktop.services.imports.halls import import_hall
    from boxoffice_desktop.services.imports.wording import describe_hall_import

    plan = parse_plan(read_import_file(file, MAX_PLAN_BYTES))
    report = work_as_owner_here(
        lambda session, context: import_hall(
            session, context, plan=plan, venue_name=venue, hall_name=hall, dry_run=dry_run
        ),
        place,
    )
    say_all(describe_hall_import(report))


def work_as_owner_here(work: Callable[[Session, Context], T], place: Place = HERE) -> T:
    """Run `work` on the server that was named, else on this machine's cinema: all of it or nothing."""
    from boxoffice_desktop import app
    from boxoffice_desktop.db.admin import connect_admin
    from boxoffice_desktop.services.imports.owner import work_as_owner
    from boxoffice_desktop.services.local import LocalCinema

    if place.admin_url is not None:
        url = ask_url(place.admin_url, place.ca, insecure=place.insecure)
        with connect_admin(url):
            # Says what is wrong with the URL in words; the work itself opens a connection of its own.
            return work_as_owner(url.conninfo, app.read_clock(), work)
    cinema = LocalCinema(app.read_settings().data_folder, clock=app.read_clock, progress=warn)
    try:
        cinema.open()
        return work_as_owner(cinema.admin_conninfo, app.read_clock(), work)
    finally:
        cinema.close()
