"""How much processor time a database server has used, all its processes together, the ended ones included."""

from pathlib import Path
from threading import Event

import psutil
import psycopg

_TRIES = 250


class ServerCpu:
    """Reads the times of the postmaster's whole family."""

    def __init__(self, admin_conninfo: str) -> None:
        with psycopg.connect(admin_conninfo) as admin:
            row = admin.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        pid = int(Path(row[0], "postmaster.pid").read_text(encoding="ascii").split()[0])
        self._postmaster = psutil.Process(pid)
        self._pause = Event()

    def wait_for(self, children: int) -> None:
        """Return when no more than `children` processes are left: what the ended ones used counts only then."""
        for _ in range(_TRIES):
            if self.count_children() <= children:
                return
            self._pause.wait(0.02)

    def count_children(self) -> int:
        """How many processes the server has besides the first."""
        return len(self._postmaster.children())

    def seconds(self) -> float:
        """User and system time since the server started."""
        own = self._postmaster.cpu_times()
        total = own.user + own.system + own.children_user + own.children_system
        for process in self._postmaster.children():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total
