"""What every command shares: errors as sentences, lines on the terminal, and a bar when it takes long."""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from boxoffice_desktop.domain.errors import BoxOfficeError, CredentialError, ServerStartError, SetupError


def guarded(work: Callable[..., int | None], *arguments: object, **named: object) -> int:
    """Run `work`; an error that is safe to show becomes a sentence and an exit code, not a traceback."""
    try:
        return work(*arguments, **named) or 0
    except (ServerStartError, CredentialError, SetupError) as error:
        sys.stderr.write(f"{error}\n{error.advice}\n")
    except BoxOfficeError as error:
        sys.stderr.write(f"{error}\n")
    return 1


def say(line: str) -> None:
    """One line on the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_all(lines: Iterable[str]) -> None:
    """Lines on the terminal."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def warn(line: str) -> None:
    """One line where warnings go, so that what is printed may be piped on."""
    sys.stderr.write(f"{line}\n")


class SlowProgress:
    """A progress bar on the terminal's error stream, once the work has gone on for a second."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._begun: float | None = None
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def show(self, done: int, total: int) -> None:
        """`done` of `total` are through."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
        if self._bar is None and now - self._begun > 1 and sys.stderr.isatty():
            import typer

            self._bar = typer.progressbar(length=total, label=self._label, file=sys.stderr)
        if self._bar is not None:
            self._bar.update(done - self._done)
            self._done = done
