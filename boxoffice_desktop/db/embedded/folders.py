"""The folders of the embedded server: its data, its socket, and what can be wrong with them."""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from boxoffice_desktop.db.embedded.account import ServerAccount
from boxoffice_desktop.domain.errors import ServerStartError

APPLICATION = "boxoffice-desktop"
SOCKET_PORT = 5432
# sun_path holds 104 bytes on macOS and 108 on Linux, its end mark included.
_LONGEST_SOCKET_PATH = 103
# Less than one more WAL segment: the server would start and stop itself at the first sale.
_LEAST_FREE_BYTES = 32 * 1024 * 1024
_ROOT_DATA = Path("/var/lib") / APPLICATION


def default_data_folder() -> Path:
    """Where the data lies unless told otherwise: the user's data folder; root's home is closed to others."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return _ROOT_DATA / "server"
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "server"


@dataclass(frozen=True)
class DataFolder:
    """The paths under one data folder."""

    top: Path

    @property
    def cluster(self) -> Path:
        return self.top / "cluster"

    @property
    def password_file(self) -> Path:
        return self.top / "superuser.password"

    @property
    def start_lock(self) -> Path:
        return self.top / "start.lock"

    @property
    def users(self) -> Path:
        return self.top / "users"

    @property
    def start_log(self) -> Path:
        """What the server says before its own log is open, and nothing older than the last start."""
        return self.top / "start.log"

    @property
    def log_folder(self) -> Path:
        return self.cluster / "log"

    def prepare(self, account: ServerAccount) -> None:
        """The folder exists, we can write in it and the server's account can enter it. Raises: ServerStartError."""
        try:
            self._make_passable(account)
            probe = self.top / f"probe-{secrets.token_hex(4)}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise explain_os_error(error, self.top) from error
        obstacle = account.find_obstacle(self.top)
        if obstacle is not None:
            raise ServerStartError(
                f"The account that PostgreSQL runs as may not enter {obstacle}.",
                f"Choose a data folder elsewhere, for example {_ROOT_DATA}, or allow passage: chmod o+x '{obstacle}'",
            )

    def _make_passable(self, account: ServerAccount) -> None:
        """Makes what is missing; others may pass through it to what is theirs, and list nothing."""
        new = [part for part in (self.top, *self.top.parents) if not part.exists()]
        for part in reversed(new):
            part.mkdir(mode=0o700, exist_ok=True)
        if account.identity is not None:
            for part in {self.top, *new}:
                part.chmod(part.stat().st_mode | stat.S_IXOTH)

    def check_space(self) -> None:
        """Raises: ServerStartError when the disk is as good as full."""
        free = shutil.disk_usage(self.top).free
        if free < _LEAST_FREE_BYTES:
            raise disk_full_error(self.top, free)

    def socket_folder(self, account: ServerAccount) -> Path:
        """A folder for the socket that only the server's account and root can enter.

        It lies in the data folder; where that is too deep for a socket's path, or has a comma in it (libpq reads
        several hosts then), in the folder for temporary files, under a name that belongs to this data folder alone.
        Raises: ServerStartError when somebody else owns that name.
        """
        folder = self.top / "socket"
        length = len(os.fsencode(folder / f".s.PGSQL.{SOCKET_PORT}.lock"))
        if length > _LONGEST_SOCKET_PATH or "," in str(folder):
            folder = self._short_socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32" and folder.lstat().st_uid not in {os.geteuid(), (account.identity or (-1,))[0]}:
            raise ServerStartError(
                f"The socket's folder {folder} belongs to somebody else.",
                f"Remove {folder}, or choose a data folder with a shorter path.",
            )
        account.give(folder)
        return folder

    def remove_socket_folder(self, folder: Path) -> None:
        """Nothing of a stopped server stays behind among the temporary files."""
        if folder == self._short_socket_folder():
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _short_socket_folder(self) -> Path:
        key = hashlib.sha256(os.fsencode(self.top.resolve())).hexdigest()[:16]
        return _short_folder() / f"boxoffice-{key}"


def _short_folder() -> Path:
    """The system's own folder rather than TMPDIR, which may be deep itself and differs between sessions."""
    common = Path("/tmp")  # noqa: S108 - the owner of what lies in it is checked
    return common if common.is_dir() else Path(tempfile.gettempdir())


def disk_full_error(folder: Path, free_bytes: int | None = None) -> ServerStartError:
    """The same words wherever a full disk shows."""
    free = "" if free_bytes is None else f" ({free_bytes // (1024 * 1024)} MB left)"
    return ServerStartError(
        f"The disk that holds {folder} is full{free}.",
        "Make room on that disk, at least some hundred MB, then start the till again. Nothing is lost.",
    )


def explain_os_error(error: OSError, folder: Path) -> ServerStartError:
    """What to tell about a file operation that failed in or around `folder`."""
    if error.errno == errno.ENOSPC:
        return disk_full_error(folder)
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return ServerStartError(
            f"A file is in the way of the data folder {folder}.",
            "Move that file away, or choose another data folder.",
        )
    return ServerStartError(
        f"The data folder {folder} cannot be written: {error.strerror or error}.",
        "Give your account the right to write there, or choose another data folder.",
    )
