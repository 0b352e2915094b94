"""Reports of imports as lines of text, for a terminal or a log."""

from collections.abc import Iterator
from typing import Final

from boxoffice_desktop.services.imports.films import FilmImportReport
from boxoffice_desktop.services.imports.halls import HallImportReport

_TRIED: Final = "Tried only; nothing was kept."


def describe_film_import(report: FilmImportReport, *, with_mendings: bool = True) -> Iterator[str]:
    """Counts first, then what was mended, then every refused row with its reason."""
    yield _TRIED if report.dry_run else "Imported."
    yield f"{report.total:>7,} rows in the file"
    yield f"{report.added:>7,} films added"
    yield f"{report.completed:>7,} films in the catalogue got empty fields filled"
    yield f"{report.unchanged:>7,} films were in the catalogue already"
    yield f"{report.mended:>7,} of all these were mended"
    yield f"{report.without_running_time:>7,} have no running time (a show will need one)"
    yield f"{report.without_release_date:>7,} have no release date"
    yield f"{report.without_certificate:>7,} have no certificate"
    yield f"{len(report.refused):>7,} rows refused"
    if report.ignored:
        yield f"Columns without a meaning here: {', '.join(report.ignored)}"
    yield from (f"Warning: {warning}" for warning in report.warnings)
    if with_mendings:
        yield from (f"  mended  row {each.row:,} '{each.title}': {each.mending}" for each in report.mendings)
    for refused in report.refused:
        title = f" '{refused.title}'" if refused.title else ""
        yield f"  refused row {refused.row:,}{title}: {refused.reason}"


def describe_hall_import(report: HallImportReport) -> Iterator[str]:
    """What the hall has, and what the plan held that was not understood."""
    if report.dry_run:
        yield _TRIED
    done = "is there already, with this very layout" if report.status == "unchanged" else "was added"
    yield f"{report.hall_name} ({report.venue_name}) {done}: {report.seats:,} seats"
    yield from (f"{count:>7,} in area {area}" for area, count in report.seats_by_area.items())
    yield from (f"{count:>7,} of kind {kind.value.replace('_', ' ')}" for kind, count in report.seats_by_kind.items())
    if report.new_areas:
        yield f"New areas, which need prices: {', '.join(report.new_areas)}"
    yield from (f"Warning: {warning}" for warning in report.warnings)
