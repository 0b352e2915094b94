"""What composition decides for the door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSettings


@dataclass(frozen=True, kw_only=True)
class DoorSettings:
    """Settings of the admission screen.

    Attributes:
        folder: where the door keeps what it needs without the server, and what it then decided.
        venue_now: now by the database's clock, as far as the till knows it; None before it was read.
        store: where the chosen place is remembered.
    """

    folder: Path
    venue_now: Callable[[], datetime | None]
    store: QSettings


def door_folder(settings_file: Path) -> Path:
    """Where the door of the window with these settings keeps its files."""
    return settings_file.with_suffix(".door")
