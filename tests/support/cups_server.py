"""A print server of this test's own: CUPS with one queue of `cups-pdf`, on a socket in a folder of its own.

The system's CUPS is never looked at. cups-pdf reads its settings from one folder of the system only, so a file with the
name of this server lies there while it runs.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.debian_server import do_without, find_port

QUEUE = "Tickets"
_PPD = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
_BACKEND = Path("/usr/lib/cups/backend/cups-pdf")
_SECONDS = 30


@dataclass
class CupsServer:
    """A running server. `paper` is the folder in which what is printed comes out as PDF."""

    folder: Path
    port: int

    @property
    def paper(self) -> Path:
        return self.folder / "paper"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to print here, and nowhere else."""
        return {**os.environ, "CUPS_SERVER": f"127.0.0.1:{self.port}", "HOME": str(self.folder)}

    def run(self, *command: str) -> str:
        """A program of CUPS, e.g. `lpstat`; its output."""
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def wait_for_pages(self, count: int) -> list[Path]:
        """Until so many documents have come out."""
        end = time.monotonic() + _SECONDS
        pause = subprocess.Popen(["sleep", str(_SECONDS)])
        try:
            while len(found := sorted(self.paper.glob("*.pdf"))) < count or self.run("lpstat", "-o").strip():
                assert time.monotonic() < end, (self.folder / "log" / "error").read_text()[-4000:]
                with contextlib.suppress(subprocess.TimeoutExpired):
                    pause.wait(0.1)
        finally:
            pause.kill()
            pause.wait()
        return found


@contextlib.contextmanager
def cups_server() -> Iterator[CupsServer]:
    """A server with its queue, gone with everything it had at the end."""
    _require_programs()
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-cups-"))
    folder.chmod(0o755)
    server = CupsServer(folder, find_port())
    settings = Path(f"/etc/cups/cups-pdf-{folder.name}.conf")
    process = None
    try:
        _configure(server, settings)
        process = subprocess.Popen(
            ["/usr/sbin/cupsd", "-f", "-c", folder / "cupsd.conf", "-s", folder / "cups-files.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_answer(server, process)
        server.run("lpadmin", "-p", QUEUE, "-E", "-v", f"cups-pdf:/{folder.name}", "-P", str(folder / "queue.ppd"))
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(_SECONDS)
        settings.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _require_programs() -> None:
    missing = [name for name in ("cupsd", "lpadmin", "lpstat") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    if missing or not _PPD.exists():
        do_without("CUPS is not installed (Debian: apt-get install cups cups-client printer-driver-cups-pdf)")
    if os.geteuid() != 0 or not os.access(_BACKEND, os.X_OK):
        do_without("a print server with cups-pdf needs root")


def _configure(server: CupsServer, settings: Path) -> None:
    folder = server.folder
    for name in ("log", "spool", "spool/tmp", "cache", "state", "root/ppd", "pdf-spool"):
        (folder / name).mkdir(parents=True)
    server.paper.mkdir()
    server.paper.chmod(0o777)
    (folder / "queue.ppd").write_text(_with_trays(_PPD.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "cupsd.conf").write_text(
        f"Listen 127.0.0.1:{server.port}\nBrowsing Off\nDefaultAuthType None\nWebInterface No\nLogLevel debug\n"
        "PreserveJobFiles Yes\nPreserveJobHistory Yes\n"
        "<Location />\n  Order allow,deny\n  Allow 127.0.0.1\n</Location>\n"
        "<Policy default>\n  <Limit All>\n    Order allow,deny\n    Allow 127.0.0.1\n  </Limit>\n</Policy>\n",
        encoding="utf-8",
    )
    (folder / "cups-files.conf").write_text(
        f"ServerRoot {folder}/root\nRequestRoot {folder}/spool\nTempDir {folder}/spool/tmp\nCacheDir {folder}/cache\n"
        f"StateDir {folder}/state\nAccessLog {folder}/log/access\nErrorLog {folder}/log/error\n"
        f"PageLog {folder}/log/page\nFileDevice Yes\nSystemGroup root\n",
        encoding="utf-8",
    )
    settings.write_text(
        f"Out {server.paper}\nAnonDirName {server.paper}\nSpool {folder}/pdf-spool\nLog {folder}/log\nLabel 1\n"
        "AnonUser root\nUserUMask 0022\nAnonUMask 0022\n",
        encoding="utf-8",
    )


def _with_trays(ppd: str) -> str:
    """The printer as one with two paper trays."""
    trays = (
        "*OpenUI *InputSlot/Tray: PickOne\n*OrderDependency: 20 AnySetup *InputSlot\n*DefaultInputSlot: Upper\n"
        '*InputSlot Upper/Upper tray: ""\n*InputSlot Lower/Lower tray: ""\n*CloseUI: *InputSlot\n'
    )
    return ppd.replace("*OpenUI *PageSize", f"{trays}*OpenUI *PageSize", 1)


def _wait_for_answer(server: CupsServer, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _SECONDS
    while True:
        answer = subprocess.run(
            ["lpstat", "-r"], env=server.environment, capture_output=True, text=True, timeout=30, check=False
        )
        if "is running" in answer.stdout:
            return
        assert process.poll() is None, (server.folder / "log" / "error").read_text()
        assert time.monotonic() < end, answer.stdout + answer.stderr
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
