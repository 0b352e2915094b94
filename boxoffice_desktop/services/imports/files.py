"""Reading a file that somebody wants to import, without letting its size or kind hurt."""

from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import Final

from boxoffice_desktop.domain.errors import ImportRefusedError

MAX_PLAN_BYTES: Final = 32 * 1024 * 1024
MAX_FILMS_BYTES: Final = 128 * 1024 * 1024

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, from the thread that works."""


def read_import_file(path: Path, most: int) -> bytes:
    """All bytes of an ordinary file of at most `most` bytes; a larger one is refused before it is read.

    Raises:
        ImportRefusedError: no such file, no ordinary file, not readable, or too large.
    """
    place = str(path)
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise ImportRefusedError("This is not a file.", place)
        if status.st_size > most:
            raise ImportRefusedError(
                f"The file has {_megabytes(status.st_size)}; {_megabytes(most)} is the most.", place
            )
        with path.open("rb") as stream:
            # It may have grown since.
            data = stream.read(most + 1)
    except FileNotFoundError as error:
        raise ImportRefusedError("There is no such file.", place) from error
    except OSError as error:
        raise ImportRefusedError(f"The file cannot be read ({error.strerror}).", place) from error
    if len(data) > most:
        raise ImportRefusedError(f"The file has more than {_megabytes(most)}.", place)
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB"
