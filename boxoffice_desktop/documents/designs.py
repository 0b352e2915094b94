"""Where designs lie: those that come with the program, and a venue's own in a folder, which go before ours."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from boxoffice_desktop.documents.design import Design, DesignError, DesignKind
from boxoffice_desktop.documents.design_checks import list_problems
from boxoffice_desktop.documents.design_reading import MAX_BYTES, parse_design
from boxoffice_desktop.files import resources_folder

DEFAULT_DESIGNS: Final = {
    DesignKind.TICKET: "ticket-80mm",
    DesignKind.RECEIPT: "receipt-80mm",
    DesignKind.RESERVATION: "reservation-80mm",
    DesignKind.REPORT: "report-80mm",
}
"""The designs of a till that has chosen none: paper that every receipt printer has."""

_SUFFIX: Final = ".toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedDesign:
    """A design in a list to choose from.

    Attributes:
        key: what a setting stores and `load_design` takes.
        name: what a person calls it; the key where the file cannot be read.
        kind: None where the file cannot be read.
        is_own: it lies in the venue's folder.
        problems: sentences about why it cannot be used; empty for a good one.
    """

    key: str
    name: str
    kind: DesignKind | None
    is_own: bool
    problems: tuple[str, ...] = ()


def list_designs(folder: Path | None = None, kind: DesignKind | None = None) -> tuple[ListedDesign, ...]:
    """Every design, by name; with `kind`, those of that kind and those of which nobody can tell.

    `folder` holds the venue's own; it need not exist.
    """
    listed = []
    for key, file in _find_files(folder).items():
        is_own = file.parent != shipped_folder()
        try:
            design = read_design(file)
        except DesignError as error:
            listed.append(ListedDesign(key=key, name=key, kind=None, is_own=is_own, problems=error.problems))
        else:
            listed.append(ListedDesign(key=key, name=design.name, kind=design.kind, is_own=is_own))
    chosen = (item for item in listed if kind is None or item.kind in {kind, None})
    return tuple(sorted(chosen, key=lambda item: (item.kind or "~", item.name.casefold())))


def load_design(name: str, folder: Path | None = None, kind: DesignKind | None = None) -> Design:
    """The design with this key, the venue's own before ours; with `kind`, it must be of that kind.

    Raises:
        DesignError: there is none of that name, it cannot be used, or it is of another kind.
    """
    files = _find_files(folder)
    if name not in files:
        raise DesignError(name, (f"There is no such design. There are: {', '.join(sorted(files))}.",))
    design = read_design(files[name])
    if kind is not None and design.kind is not kind:
        raise DesignError(name, (f"It is for a {design.kind}, not for a {kind}.",))
    return design


def default_design(kind: DesignKind) -> Design:
    """The design of a till that has chosen none."""
    return load_design(DEFAULT_DESIGNS[kind])


def read_design(file: Path) -> Design:
    """The design in a file, checked.

    Raises:
        DesignError: the file cannot be read, or something in it must be mended.
    """
    key = file.name.removesuffix(_SUFFIX)
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise DesignError(key, (f"The file cannot be read: {error.strerror or error}.",)) from error
    design = parse_design(data, key)
    problems = list_problems(design)
    if problems:
        raise DesignError(key, problems)
    return design


def shipped_folder() -> Path:
    """Where our own designs lie."""
    return resources_folder() / "designs"


def _find_files(folder: Path | None) -> dict[str, Path]:
    """Keys and files; a name is only ever compared with those of files that are there, never made a path."""
    files: dict[str, Path] = {}
    for place in (shipped_folder(), folder):
        if place is not None and place.is_dir():
            files |= {file.name.removesuffix(_SUFFIX): file for file in sorted(place.glob(f"*{_SUFFIX}"))}
    return files
