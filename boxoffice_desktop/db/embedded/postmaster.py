"""The server behind `postmaster.pid`, if it is one.

The file outlives a crash, and the number in it may by then belong to any other process.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

_PID_LINE, _PORT_LINE, _SOCKET_LINE, _HOST_LINE, _STATUS_LINE = 0, 3, 4, 5, 7


@dataclass(frozen=True)
class Postmaster:
    """A server that runs on our data.

    Attributes:
        process: its main process.
        host: the folder of its socket, else the address it listens on; empty until it has written it down.
        port: its number; 0 until it has written it down.
        status: PostgreSQL's word: `starting`, `ready`, `standby`, `stopping`, or empty.
    """

    process: psutil.Process
    host: str
    port: int
    status: str

    @property
    def is_ready(self) -> bool:
        return self.status == "ready" and bool(self.host) and self.port > 0

    def ends_within(self, seconds: float) -> bool:
        """Waits for its end at most so long; True when it has ended."""
        try:
            self.process.wait(timeout=seconds)
        except psutil.TimeoutExpired:
            return False
        return True


def find_postmaster(cluster: Path) -> Postmaster | None:
    """The server that runs on `cluster`, None when none does (whatever `postmaster.pid` says)."""
    lines = _read_lines(cluster)
    process = _find_process(lines)
    if process is None or not _serves(process, cluster):
        return None
    port = _line(lines, _PORT_LINE)
    return Postmaster(
        process=process,
        host=_line(lines, _SOCKET_LINE) or _line(lines, _HOST_LINE),
        port=int(port) if port.isdecimal() else 0,
        status=_line(lines, _STATUS_LINE),
    )


def remove_stale_pid_file(cluster: Path) -> bool:
    """Removes a `postmaster.pid` that would keep the server from starting although no server runs; True when it did.

    Call it with the start lock held and `find_postmaster` None. A file with the number of no process is left to
    PostgreSQL, which clears it itself. Processes that survived their postmaster are PostgreSQL's to find too: since
    version 12 it looks for their shared memory whether the file is there or not.
    """
    path = cluster / "postmaster.pid"
    if not path.exists():
        return False
    pid = _line(_read_lines(cluster), _PID_LINE)
    with contextlib.suppress(OverflowError):
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            return False
    path.unlink(missing_ok=True)
    return True


def _read_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _line(lines: list[str], number: int) -> str:
    return lines[number].strip() if number < len(lines) else ""


def _find_process(lines: list[str]) -> psutil.Process | None:
    pid = _line(lines, _PID_LINE)
    try:
        process = psutil.Process(int(pid)) if pid.isdecimal() else None
        if process is None or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except (psutil.NoSuchProcess, OverflowError):
        return None
    return process


def _serves(process: psutil.Process, cluster: Path) -> bool:
    """True when the process is a postgres on this data. Where the system hides its folder, the doubt keeps the file."""
    try:
        if not process.name().lower().startswith("postgres"):
            return False
        command = process.cmdline()
        if "-D" in command[:-1]:
            return _is_same(command[command.index("-D") + 1], cluster)
        return _is_same(process.cwd(), cluster)
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def _is_same(path: str, cluster: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(cluster)
