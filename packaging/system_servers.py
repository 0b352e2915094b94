"""The system's own PostgreSQL and CUPS for CI: `python3 packaging/system_servers.py`. Exit code: 0 when both are there.

Only the programs (and openssl, which makes PostgreSQL's certificates): the tests make servers of their own, and a
cluster that the package would make and start takes a port which is not ours. Needs Debian or Ubuntu, and root; else it
does nothing.
"""

import shutil
import sys
from pathlib import Path

import debian

_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
_PRINTING = ("cups-daemon", "cups-client", "cups-filters", "printer-driver-cups-pdf")


def has_postgresql() -> bool:
    """True when the programs of a server and openssl are there."""
    has_server = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return has_server and shutil.which("openssl") is not None


def has_cups() -> bool:
    """True when a print server with a printer that makes PDF can be set up."""
    programs = (Path("/usr/sbin/cupsd"), Path("/usr/sbin/lpadmin"), Path("/usr/lib/cups/backend/cups-pdf"))
    return all(program.exists() for program in programs)


def install_postgresql() -> None:
    """Install without making or starting a cluster; the setting for that is put back afterwards."""
    if not debian.install(["postgresql-common", "openssl"]):
        return
    before = _SETTINGS.read_text(encoding="utf-8")
    try:
        _SETTINGS.write_text(before + "\ncreate_main_cluster = false\n", encoding="utf-8")
        debian.install(["postgresql"])
    finally:
        _SETTINGS.write_text(before, encoding="utf-8")


def main() -> int:
    """Exit code: 0 when both are installed, whoever did it."""
    if debian.is_available() and debian.is_root():
        if not has_postgresql():
            install_postgresql()
        if not has_cups():
            debian.install(_PRINTING)
    return 0 if has_postgresql() and has_cups() else 1


if __name__ == "__main__":
    sys.exit(main())
