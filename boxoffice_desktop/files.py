"""Where the files lie that travel with the program: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    packed = _PACKAGE / f"_{name}"
    return packed if packed.is_dir() else _PACKAGE.parent / name


def resources_folder() -> Path:
    """The folder with icons, styles, fonts, translations and demo data."""
    return _folder("resources")


def migrations_folder() -> Path:
    """The folder with Alembic's environment and versions."""
    return _folder("migrations")
