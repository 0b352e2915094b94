"""The system account that the server runs as: ours, or one made for it when root starts the till.

PostgreSQL refuses to run as root, and root on a till is a fact of small installations and containers.
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from boxoffice_desktop.domain.errors import ServerStartError

ACCOUNT_NAME = "boxoffice"
_CONSOLE_OFF = 0x08000000  # CREATE_NO_WINDOW: no black window behind the till on Windows


@dataclass(frozen=True)
class ServerAccount:
    """Who runs PostgreSQL's programs. `identity` is (uid, gid) of another account, or None for ourselves."""

    identity: tuple[int, int] | None = None

    def start(self, command: Sequence[str | Path], output: IO[str] | int) -> subprocess.Popen[str]:
        """A program of PostgreSQL's, running as this account, with no input and `output` for all it says.

        Raises: ServerStartError when the system does not let us run it.
        """
        try:
            return subprocess.Popen(
                [str(part) for part in command],
                cwd=Path(command[0]).parent if self.identity is None else "/",
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                **self._platform_arguments(),
            )
        except PermissionError as error:
            raise ServerStartError(
                f"The system does not allow {command[0]} to run: {error}",
                "Allow it (a container needs SETUID and SETGID), or start the till as an ordinary user.",
            ) from error

    def run(self, command: Sequence[str | Path]) -> tuple[int, str]:
        """Exit code and output of a program that ends by itself."""
        with self.start(command, subprocess.PIPE) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def give(self, path: Path) -> None:
        """`path` belongs to this account."""
        if self.identity is not None and sys.platform != "win32":
            os.chown(path, *self.identity)

    def give_tree(self, top: Path) -> None:
        """`top` and everything in it belong to this account; links are changed, not followed."""
        if self.identity is None or sys.platform == "win32":
            return
        for folder, folders, files in os.walk(top):
            for name in (".", *folders, *files):
                os.chown(Path(folder, name), *self.identity, follow_symlinks=False)

    def find_obstacle(self, path: Path) -> Path | None:
        """The outermost part of `path` that this account may not enter or read, None when the way is free."""
        if self.identity is None:
            return None
        for part in (*reversed(path.parents), path):
            wanted = stat.S_IXOTH if part.is_dir() else stat.S_IROTH
            if not self._may(part.stat(), wanted):
                return part
        return None

    def owns(self, path: Path) -> bool:
        """True when `path` belongs to this account; always true when that is ourselves."""
        return self.identity is None or path.stat().st_uid == self.identity[0]

    def _may(self, status: os.stat_result, wanted: int) -> bool:
        uid, gid = self.identity or (-1, -1)
        if status.st_uid == uid:
            wanted <<= 6
        elif status.st_gid == gid:
            wanted <<= 3
        return bool(status.st_mode & wanted)

    def _platform_arguments(self) -> dict[str, Any]:
        if sys.platform == "win32":
            return {"creationflags": _CONSOLE_OFF}
        if self.identity is None:
            return {}
        return {"user": self.identity[0], "group": self.identity[1], "extra_groups": [], "umask": 0o077}


def _clean_environment() -> Mapping[str, str]:
    """Our environment without the variables that would steer PostgreSQL elsewhere or make it speak another language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C"}


def choose_account() -> ServerAccount:
    """Ourselves; for root the account `boxoffice`, created when it is missing. Raises: ServerStartError."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return ServerAccount()
    identity = _find_identity() or _create_account()
    return ServerAccount(identity)


def _find_identity() -> tuple[int, int] | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
    return (entry.pw_uid, entry.pw_gid)


def _create_account() -> tuple[int, int]:
    program = shutil.which("useradd", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin:/sbin")
    output = "there is no useradd"
    if program:
        options = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
        _, output = ServerAccount().run([program, *options, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME])
    # Another till may have created it at the same moment; then useradd failed and the account is there all the same.
    identity = _find_identity()
    if identity is None:
        raise ServerStartError(
            f"PostgreSQL does not run as root, and the account '{ACCOUNT_NAME}' could not be made: {output.strip()}",
            f"Create a system account named '{ACCOUNT_NAME}', or start the till as an ordinary user.",
        )
    return identity
