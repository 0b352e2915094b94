"""Tills in processes of their own, as the test sees them: started, listened to, killed."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import psutil

from tests.support.cinema import ADULT, PINS, PRICES, Cinema
from tests.support.till_process import TillSettings, as_json

_ROOT = Path(__file__).parents[2]
CONFIRMED = ("sold", "resumed")


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Return when `condition` holds; fails after that time, saying what did not happen."""
    end = monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert monotonic() < end, f"not within {seconds} s: {what}"
        pause.wait(0.005)


@dataclass
class TillProcess:
    """The till of one terminal, in a folder that outlives its processes."""

    cinema: Cinema
    folder: Path
    name: str
    shows: tuple[int, ...]
    mode: str = "sells"
    _process: psutil.Popen | None = field(default=None, init=False)
    _heard: int = field(default=0, init=False)

    @property
    def attempts(self) -> Path:
        return self.folder / "attempts"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        _, login, _ = self.cinema.logins[self.name]
        settings = TillSettings(
            conninfo=self.cinema.conninfo(self.name),
            login=login,
            user_name="carla",
            pin=PINS["carla"],
            attempts=str(self.attempts),
            said=str(self.folder / "said"),
            shows=list(self.shows),
            prices=[
                (seat_id, PRICES[(2 if name[0] == "E" else 1, ADULT)]) for name, seat_id in self.cinema.seats.items()
            ],
            mode=self.mode,
        )
        command = [sys.executable, "-m", "tests.support.till_process", as_json(settings)]
        with (self.folder / "errors").open("ab") as errors:
            self._process = psutil.Popen(command, cwd=_ROOT, stderr=errors, stdin=subprocess.DEVNULL)
        self.listen()

    def kill(self) -> None:
        """End it as a power cut would. Does nothing when it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def freeze(self) -> None:
        """Stop it in the middle of what it does; the system keeps its connections alive."""
        assert self._process is not None
        self._process.suspend()

    def said(self) -> list[tuple[str, str]]:
        """All whole lines so far: word and value."""
        path = self.folder / "said"
        whole = path.read_text("utf-8").rpartition("\n")[0] if path.exists() else ""
        return [(word, value) for word, _, value in (line.partition(" ") for line in whole.splitlines())]

    def ids(self, *words: str) -> list[str]:
        """The sales of which it said one of these words."""
        return [value for word, value in self.said() if word in words]

    def listen(self) -> None:
        """What is said from now on counts as new."""
        self._heard = len(self.said())

    def wait_for(self, *words: str, seconds: float = 30) -> str:
        """The value of the first new line with one of these words."""

        def find() -> list[str]:
            # Looked at before what it said: its last line comes before its end.
            ended = self._process is not None and self._process.poll() is not None
            found = [value for word, value in self.said()[self._heard :] if word in words]
            assert found or not ended, self.errors()
            return found

        wait_until(find, seconds, f"{self.name} says {words}; {self.errors()}")
        return find()[0]

    def errors(self) -> str:
        return (self.folder / "errors").read_text("utf-8", errors="replace")[-2000:]
