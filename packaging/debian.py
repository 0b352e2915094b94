"""Packages of Debian and Ubuntu."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence

_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
# Another apt may be at work on a machine that has just started.
_PATIENCE = ("-o", "DPkg::Lock::Timeout=300")


def is_available() -> bool:
    """True on Debian, Ubuntu and their relatives."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def is_root() -> bool:
    """True when packages may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def command(packages: Sequence[str]) -> str:
    """What an ordinary user types."""
    return shlex.join(["sudo", *_INSTALL, *packages])


def install(packages: Sequence[str]) -> bool:
    """True when the packages are there. The lists are fetched when they are missing or too old to install from."""
    print(f"Installing {' '.join(packages)}…", flush=True)
    return _apt(*_INSTALL, *packages, quiet=True) or (
        _apt("apt-get", "update", quiet=False) and _apt(*_INSTALL, *packages, quiet=False)
    )


def _apt(*arguments: str, quiet: bool) -> bool:
    """The first try may fail and is then repeated, so what it says is of no use to anybody."""
    return (
        subprocess.run(
            [arguments[0], "-qq", *_PATIENCE, *arguments[1:]],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            check=False,
        ).returncode
        == 0
    )
