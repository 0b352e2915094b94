"""The life of the embedded server."""

import contextlib
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

import psycopg

from boxoffice_desktop.db.embedded import cluster
from boxoffice_desktop.db.embedded.account import ServerAccount, choose_account
from boxoffice_desktop.db.embedded.address import ServerAddress
from boxoffice_desktop.db.embedded.binaries import Binaries, find_binaries
from boxoffice_desktop.db.embedded.diagnosis import explain_failure, is_waiting_for_old_processes
from boxoffice_desktop.db.embedded.folders import SOCKET_PORT, DataFolder, explain_os_error
from boxoffice_desktop.db.embedded.locks import FileLock, UserRegister
from boxoffice_desktop.db.embedded.postmaster import Postmaster, find_postmaster, remove_stale_pid_file
from boxoffice_desktop.domain.errors import ServerStartError

_log = logging.getLogger(__name__)

# Recovery replays a few GB of WAL at most; a slow disk needs minutes, and stopping it would only start it over.
_RECOVERY_SECONDS = 900
_STOP_SECONDS = 120
_PATIENCE_SECONDS = 2.0
_ORPHAN_TRIES = 30
# "The database system is" starting up, in recovery mode, shutting down.
_NOT_YET = "the database system is "
_REFUSED = "authentication failed"
# A connection may also break in the moment in which the crash is noticed, or the rest is killed.
_MOST_SURPRISES = 5
_LOOPBACK = "127.0.0.1"


def _say_nothing(_message: str) -> None:
    """Progress that nobody watches."""


class EmbeddedServer:
    """PostgreSQL 18 on the data in one folder.

    Several objects, in one process or in many, may share a folder: the first starts the server, the others adopt it,
    and the last to `stop` stops it. A process that dies counts as gone. Usable as a context manager.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        progress: Callable[[str], None] = _say_nothing,
        settings: Mapping[str, str] | None = None,
        tcp: bool = sys.platform == "win32",
    ) -> None:
        """Nothing happens yet.

        Args:
            data_dir: the folder of the data; created by `start`.
            progress: hears a sentence whenever `start` begins something that may take seconds.
            settings: PostgreSQL settings over ours, for a server that this object starts; `fsync=off`, for tests, also
                spares the syncs of initdb.
            tcp: listen on a free port of 127.0.0.1 instead of a socket in a private folder.
        """
        self._folder = DataFolder(data_dir.absolute())
        self._progress = progress
        self._settings = dict(settings or {})
        self._tcp = tcp
        self._users = UserRegister(self._folder.users)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> ServerAddress:
        """The server accepts connections, and this object counts as its user.

        Makes the cluster when there is none, waits for a server that is on its way up or repairs itself. Does nothing
        to a server that runs. Raises: ServerStartError, with what to do about it.
        """
        account = choose_account()
        self._folder.prepare(account)
        try:
            with self._start_lock():
                address = self._adopt() or self._launch(account)
                self._users.join()
        except OSError as error:
            raise explain_os_error(error, self._folder.top) from error
        return address

    def stop(self) -> None:
        """This object uses the server no more; when nobody else does either, it is stopped, all commits on disk."""
        if not self._folder.top.is_dir():
            return
        with self._start_lock():
            self._users.leave()
            if not self._users.has_others():
                self._shut_down()

    def is_running(self) -> bool:
        """True when a server on this data accepts connections."""
        postmaster = find_postmaster(self._folder.cluster)
        return postmaster is not None and postmaster.is_ready

    @contextlib.contextmanager
    def _start_lock(self) -> Iterator[None]:
        lock = FileLock(self._folder.start_lock)
        with contextlib.ExitStack() as stack:
            try:
                if not lock.try_acquire():
                    self._progress("Another till is starting or stopping the database; waiting for it…")
                    stack.enter_context(lock.held(_RECOVERY_SECONDS))
                else:
                    stack.callback(lock.release)
            except TimeoutError as error:
                raise ServerStartError(
                    "Another till has been starting the database for a very long time.",
                    "Close the other till on this machine, or restart the machine.",
                ) from error
            yield

    def _adopt(self) -> ServerAddress | None:
        """The address of a server that runs already, once it is ready; None when there is none."""
        announced = False
        waited = 0.0
        while (postmaster := find_postmaster(self._folder.cluster)) is not None:
            if postmaster.is_ready:
                return self._check_in(postmaster)
            if waited > _RECOVERY_SECONDS:
                raise _still_recovering_error()
            if waited > _PATIENCE_SECONDS and not announced:
                self._announce_recovery()
                announced = True
            postmaster.ends_within(0.1)
            waited += 0.1
        return None

    def _launch(self, account: ServerAccount) -> ServerAddress:
        folder = self._folder
        binaries = find_binaries(account)
        folder.check_space()
        if not cluster.exists(folder):
            self._progress("Preparing the database for its first use…")
            cluster.create(folder, binaries, account, sync=self._settings.get("fsync") != "off")
        cluster.read_password(folder)
        self._mend_ownership(account)
        if remove_stale_pid_file(folder.cluster):
            _log.warning("removed a stale postmaster.pid")
        self._progress("Starting the database…")
        output = self._run_start(binaries, account)
        for _ in range(_ORPHAN_TRIES):
            if output is None or not is_waiting_for_old_processes(output):
                break
            self._progress("Waiting for the last processes of a killed database server…")
            Event().wait(1.0)
            output = self._run_start(binaries, account)
        if output is not None:
            raise explain_failure(output, folder.cluster)
        return self._expect_ready()

    def _mend_ownership(self, account: ServerAccount) -> None:
        """A cluster that root copied from elsewhere belongs to root; PostgreSQL insists on its own account."""
        if not account.owns(self._folder.cluster):
            account.give_tree(self._folder.cluster)
        self._folder.cluster.chmod(0o700)

    def _listen(self, account: ServerAccount) -> dict[str, str]:
        """Where to listen: never where another cluster on this machine could be. Raises: ServerStartError."""
        if self._tcp:
            with socket.socket() as probe:
                probe.bind((_LOOPBACK, 0))
                port: int = probe.getsockname()[1]
            return {"listen_addresses": _LOOPBACK, "port": str(port), "unix_socket_directories": ""}
        folder = self._folder.socket_folder(account)
        _clear_socket(folder)
        return {
            "listen_addresses": "",
            "port": str(SOCKET_PORT),
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
        }

    def _run_start(self, binaries: Binaries, account: ServerAccount) -> str | None:
        """Starts the server and waits until it is ready; None, or what it said when it ended instead."""
        folder = self._folder
        cluster.write_settings(folder, account, {**cluster.SETTINGS, **self._listen(account), **self._settings})
        folder.start_log.unlink(missing_ok=True)
        folder.start_log.touch(mode=0o600)
        account.give(folder.start_log)
        sizes = {path: path.stat().st_size for path in folder.log_folder.glob("*.log")}
        command: list[str | Path] = [binaries.program("pg_ctl"), "start", "--silent", "--wait"]
        command += ["--timeout", str(_RECOVERY_SECONDS), "--pgdata", folder.cluster, "--log", folder.start_log]
        with account.start(command, subprocess.DEVNULL) as process:
            code = self._wait_for(process)
        if code == 0:
            return None
        if find_postmaster(folder.cluster) is not None:
            raise _still_recovering_error()
        return _read_news(folder, sizes)

    def _wait_for(self, process: subprocess.Popen[str]) -> int:
        """The exit code of pg_ctl, which waits for the server; whoever watches hears why that takes long."""
        try:
            return process.wait(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._announce_recovery()
        return process.wait()

    def _announce_recovery(self) -> None:
        self._progress("The database repairs itself after an unclean end; this can take some minutes. Nothing is lost.")

    def _expect_ready(self) -> ServerAddress:
        postmaster = find_postmaster(self._folder.cluster)
        if postmaster is None:
            raise ServerStartError("The database server ended as soon as it had started.", "Start the till again.")
        return self._check_in(postmaster)

    def _check_in(self, postmaster: Postmaster) -> ServerAddress:
        """The address, after one connection has proved that it is right and the password too."""
        address = ServerAddress(
            host=postmaster.host, port=postmaster.port, password=cluster.read_password(self._folder)
        )
        surprises = 0
        for _ in range(_RECOVERY_SECONDS):
            try:
                psycopg.connect(address.conninfo(), connect_timeout=10).close()
            except psycopg.OperationalError as error:
                surprises += _NOT_YET not in str(error)
                if surprises > _MOST_SURPRISES or _REFUSED in str(error):
                    raise _locked_out_error(self._folder.cluster, postmaster, error) from error
                # One of its processes crashed, so it starts all the others anew although its pid file says `ready`.
                self._progress("The database repairs itself; waiting for it…")
                Event().wait(1.0)
            else:
                return address
        raise _still_recovering_error()

    def _shut_down(self) -> None:
        postmaster = find_postmaster(self._folder.cluster)
        if postmaster is None:
            return
        account = choose_account()
        command: list[str | Path] = [find_binaries(account).program("pg_ctl"), "stop", "--silent", "--wait"]
        command += ["--mode=fast", "--timeout", str(_STOP_SECONDS), "--pgdata", self._folder.cluster]
        code, output = account.run(command)
        if code != 0 and find_postmaster(self._folder.cluster) is not None:
            # It goes on stopping by itself; the next start waits for that.
            _log.warning("the database server has not stopped yet: %s", output.strip())
        self._folder.remove_socket_folder(Path(postmaster.host))


def _locked_out_error(data: Path, postmaster: Postmaster, error: Exception) -> ServerStartError:
    return ServerStartError(
        f"A database server runs on the data in {data}, but does not let this till in: {error}",
        f"Stop the server with process number {postmaster.process.pid}, then start the till again.",
    )


def _still_recovering_error() -> ServerStartError:
    return ServerStartError(
        "The database still repairs itself after an unclean end.",
        "Leave the machine on and start the till again in some minutes. Nothing is lost.",
    )


def _clear_socket(folder: Path) -> None:
    """No left-over of a dead server is in the way. Raises: ServerStartError when something alive listens there."""
    path = folder / f".s.PGSQL.{SOCKET_PORT}"
    if path.exists():
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise explain_failure(f"could not bind {path}: address already in use", folder)
    for left_over in (path, folder / f"{path.name}.lock"):
        left_over.unlink(missing_ok=True)


def _read_news(folder: DataFolder, sizes: Mapping[Path, int]) -> str:
    """What the server wrote since `sizes` were taken."""
    parts = [folder.start_log.read_text("utf-8", errors="replace")]
    for path in sorted(folder.log_folder.glob("*.log")):
        with path.open("rb") as file:
            file.seek(sizes.get(path, 0))
            parts.append(file.read().decode("utf-8", errors="replace"))
    return "\n".join(parts)
