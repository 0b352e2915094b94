"""The virtual environment: made, filled from the lock files, and left alone when it is up to date."""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "boxoffice-bootstrap.json"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
RUN_LOCKS = (ROOT / "packaging" / "requirements.lock", ROOT / "packaging" / "requirements-build.lock")
DEV_LOCKS = (ROOT / "packaging" / "requirements-dev.lock",)


class BootstrapError(Exception):
    """The environment cannot be made; the text says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 when the environment is complete."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Make .venv with everything the till needs.")
    parser.add_argument("--dev", action="store_true", help="also what the checks and tests need")
    options = parser.parse_args(arguments)
    try:
        prepare(dev=options.dev)
    except BootstrapError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on.", file=sys.stderr)
        return 130
    return 0


def prepare(*, dev: bool) -> None:
    """The environment is complete. Raises: BootstrapError."""
    stamp = _read_stamp()
    if stamp.get("root") not in {None, str(ROOT)}:
        print("The folder has moved; making .venv again.")
        shutil.rmtree(VENV)
        stamp = {}
    wanted = {"root": str(ROOT), "run": _digest(RUN_LOCKS)}
    # An environment for development is good for running too; it stays one until its own lock changes.
    if dev or "dev" in stamp:
        wanted["dev"] = _digest(DEV_LOCKS)
    installed = {key: value for key, value in stamp.items() if key != "libraries"}
    if wanted != installed or not python_path().exists():
        _make_venv()
        _install(DEV_LOCKS if "dev" in wanted else RUN_LOCKS)
        wanted = {"root": str(ROOT), "run": _digest(RUN_LOCKS)} | (
            {"dev": _digest(DEV_LOCKS)} if "dev" in wanted else {}
        )
        _write_stamp(wanted)
        stamp = wanted
    if sys.platform == "linux" and stamp.get("libraries") != "complete":
        import system_libraries

        if system_libraries.provide(_site_packages()):
            _write_stamp({**wanted, "libraries": "complete"})


def python_path() -> Path:
    """The environment's interpreter."""
    return SCRIPTS / ("python.exe" if os.name == "nt" else "python")


def clean_environment() -> dict[str, str]:
    """Ours, without what would make the environment's Python look elsewhere for its modules."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}


def _digest(locks: Sequence[Path]) -> str:
    """Changes when a lock, the project or the environment's own Python does."""
    total = hashlib.sha256()
    for path in (*locks, ROOT / "pyproject.toml", VENV / "pyvenv.cfg"):
        total.update(path.read_bytes() if path.exists() else b"")
        total.update(b"\0")
    return total.hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(stamp: Mapping[str, str]) -> None:
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    draft.replace(STAMP)


def _make_venv() -> None:
    """`.venv` exists and has a pip that works; a broken one is made again."""
    if _works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        _provide_ensurepip()
    print(f"Making .venv with Python {sys.version.split()[0]}…", flush=True)
    if VENV.is_symlink() or VENV.is_file():
        raise BootstrapError(f"{VENV} is in the way of the virtual environment; move it away.")
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")
    if not _works():
        raise BootstrapError(f"The Python in {VENV} does not run; remove that folder and try again.")


def _works() -> bool:
    if not python_path().exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    command = [str(python_path()), "-c", check]
    try:
        return subprocess.run(command, env=clean_environment(), capture_output=True, check=False).returncode == 0
    except OSError:
        # Copied from another machine, or half copied.
        return False


def _provide_ensurepip() -> None:
    """Debian packs the part of Python that makes environments apart."""
    import debian

    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not debian.is_available():
        raise BootstrapError(
            f"{sys.executable} has no ensurepip, which makes virtual environments. Install it, or another Python 3.11+."
        )
    if not debian.is_root():
        raise BootstrapError(
            f"Python's venv is missing. Install it, then run this again:\n  {debian.command([package])}"
        )
    if not debian.install([package]):
        raise BootstrapError(f"{package} could not be installed. Try it by hand:\n  {debian.command([package])}")
    importlib.invalidate_caches()


def _install(locks: Sequence[Path]) -> None:
    print("Installing the locked dependencies; the first time this fetches some hundred megabytes…", flush=True)
    pip = [str(python_path()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    files = [part for lock in locks for part in ("-r", str(lock))]
    _run(
        [*pip, "--require-hashes", *files],
        "The dependencies could not be installed. Is there a network? Run this again; it goes on where it stopped.",
    )
    # The build tool comes from the lock too: nothing is fetched without a hash.
    project = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    _run([*pip, *project], "The till itself could not be installed into .venv.")


def _run(command: Sequence[str], failure: str) -> None:
    if subprocess.run(command, env=clean_environment(), stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise BootstrapError(failure)


def _site_packages() -> Path:
    return next((VENV / "lib").glob("python3*/site-packages"))
