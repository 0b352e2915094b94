"""A private cluster of the system's own PostgreSQL (Debian: package `postgresql`), set up by `packaging/server`.

It lies in a folder of its own on a free loopback port; the system's clusters are never looked at.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from boxoffice_desktop.db.embedded.account import ServerAccount, choose_account

ROOT = Path(__file__).resolve().parents[2]
SERVER_FILES = ROOT / "packaging" / "server"
_START_SECONDS = 60


def find_programs() -> Path:
    """The folder with `initdb`; without it the test is skipped, or failed where every proof is asked for."""
    found = _find_installed()
    if found is None:
        do_without("the system's PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found


def do_without(reason: str) -> NoReturn:
    """Leave a test out that cannot run on this machine; with `BOXOFFICE_REQUIRE_ALL=1`, as in CI, it fails."""
    if os.environ.get("BOXOFFICE_REQUIRE_ALL") == "1":
        pytest.fail(f"every proof is asked for (BOXOFFICE_REQUIRE_ALL=1), but {reason}", pytrace=False)
    pytest.skip(reason)


@cache
def _find_installed() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@dataclass
class DebianServer:
    """A cluster in `folder`. It listens on 127.0.0.1 and ::1 is not used; `localhost` is in its certificate."""

    folder: Path
    programs: Path
    account: ServerAccount
    password: str
    port: int
    data: Path
    _process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @property
    def ca(self) -> Path:
        return self.folder / "tls" / "ca.crt"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.data.name}.log"

    @property
    def url(self) -> str:
        """The administrator's URL; TLS is verified with `ca`."""
        return f"postgresql://postgres:{self.password}@localhost:{self.port}/boxoffice"

    def conninfo(self, database: str = "postgres", **changes: str) -> str:
        """The administrator's connection with verified TLS, or somebody else's."""
        values = {
            "host": "localhost",
            "port": str(self.port),
            "dbname": database,
            "user": "postgres",
            "password": self.password,
            "sslmode": "verify-full",
            "sslrootcert": str(self.ca),
        }
        return make_conninfo(**{**values, **changes})

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.conninfo(database), autocommit=True)

    def run_script(self, name: str, *arguments: str | Path) -> str:
        """A script of packaging/server as the server's account, with the path that an account has; its output."""
        return self._run("/usr/bin:/bin", self.folder / "scripts" / name, *arguments)

    def run(self, *command: str | Path) -> str:
        """A program as the server's account, with the server's programs on the path; its output."""
        return self._run(f"{self.programs}:/usr/bin:/bin", *command)

    def _run(self, path: str, *command: str | Path) -> str:
        environment = {
            "PATH": path,
            "PGHOST": "localhost",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.password,
            "PGSSLMODE": "require",
            "HOME": str(self.folder),
            "LC_ALL": "C",
        }
        words = ["/usr/bin/env", *(f"{name}={value}" for name, value in environment.items())]
        code, output = self.account.run([*words, *command])
        assert code == 0, output
        return output

    def start(self) -> None:
        with self.log.open("a") as log:
            self._process = self.account.start(
                [self.programs / "postgres", "-D", self.data, "-p", str(self.port)], log.fileno()
            )
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.admin().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, self.log.read_text()
                assert time.monotonic() < end, self.log.read_text()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.1)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is PostgreSQL's fast shutdown, SIGQUIT an immediate one, as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START_SECONDS)
            self._process = None

    def configure(self, **settings: str) -> None:
        """Settings over those of `packaging/server`, for the next start or reload."""
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def reload(self) -> None:
        with self.admin() as admin:
            admin.execute("SELECT pg_reload_conf()")

    def make_sibling(self, name: str) -> "DebianServer":
        """Another server beside this one, with an empty data folder and the same certificate."""
        return DebianServer(self.folder, self.programs, self.account, self.password, find_port(), self.folder / name)


@contextlib.contextmanager
def debian_server(**settings: str) -> Iterator[DebianServer]:
    """A running server, gone with everything it had at the end."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-debian-"))
    folder.chmod(0o755)
    server = DebianServer(folder, programs, choose_account(), secrets.token_urlsafe(16), find_port(), folder / "data")
    try:
        _create(server)
        if settings:
            server.configure(**settings)
        server.start()
        yield server
    finally:
        # As in a crash: nobody needs the data any more, and a fast shutdown waits for the archive.
        server.stop(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def find_port() -> int:
    """A port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _create(server: DebianServer) -> None:
    """What packaging/server/README.md says, with this test's own folders and network."""
    if shutil.which("openssl") is None:
        do_without("openssl is not installed")
    tls, wal = server.folder / "tls", server.backups / "wal"
    wal.mkdir(parents=True)
    subprocess.run(
        [SERVER_FILES / "make-certificates.sh", tls, "localhost", "127.0.0.1"], check=True, capture_output=True
    )
    tls.chmod(0o755)
    scripts = server.folder / "scripts"
    shutil.copytree(SERVER_FILES, scripts)
    password_file = server.folder / "password"
    password_file.write_text(server.password)
    server.account.give_tree(server.folder)
    initdb = ("initdb", "--pgdata", server.data, "--username=postgres", "--pwfile", password_file)
    server.run(*initdb, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-sync")
    ours = (SERVER_FILES / "boxoffice.conf").read_text(encoding="utf-8")
    ours = ours.replace("/etc/boxoffice/tls", str(tls)).replace("/var/backups/boxoffice/wal", str(wal))
    ours = ours.replace("/usr/local/lib/boxoffice", str(scripts)).replace("'*'", "'127.0.0.1'")
    lines = (SERVER_FILES / "pg_hba.conf").read_text(encoding="utf-8")
    lines = lines.replace("192.168.1.0/24", "127.0.0.1/32").replace("192.168.1.10/32", "127.0.0.1/32")
    # Every test has a database of its own.
    lines = lines.replace("hostssl  boxoffice ", "hostssl  all ")
    # The backup connects as a replication client, as Debian's own lines allow it over the socket.
    lines = "hostssl replication postgres 127.0.0.1/32 scram-sha-256\n" + lines
    (server.data / "pg_hba.conf").write_text(lines, encoding="utf-8")
    (server.data / "boxoffice.conf").write_text(ours, encoding="utf-8")
    with (server.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(
            f"\ninclude = 'boxoffice.conf'\nunix_socket_directories = ''\ncluster_name = '{server.folder.name}'\n"
        )
    server.account.give_tree(server.data)
