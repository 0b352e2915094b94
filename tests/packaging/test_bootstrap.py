"""The way from a fresh machine: what can be tried without fetching anything, and the whole way as a soak test."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "packaging"
QT = Path(PySide6.__file__).parent / "Qt"


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import system_libraries

    return system_libraries


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the set-up's own files, in a place with a space in its name."""
    folder = tmp_path / "box office"
    shutil.copytree(SCRIPTS, folder / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def bootstrap(checkout: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "packaging" / "bootstrap.py"), *options]
    # No pip configuration and no index: whatever wants to fetch something fails at once.
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, **variables}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=600)


def pretend_finished(checkout: Path) -> None:
    """An environment as a finished set-up leaves it, as far as a second run looks."""
    python = checkout / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    (checkout / ".venv" / "pyvenv.cfg").write_text("version = 3.11.0\n")
    script = """
import environment as e, json
e.STAMP.write_text(json.dumps({"root": str(e.ROOT), "run": e._digest(e.RUN_LOCKS), "libraries": "complete"}))
"""
    subprocess.run(
        [sys.executable, "-c", script], cwd=checkout, env={**os.environ, "PYTHONPATH": "packaging"}, check=True
    )


def test_nothing_is_done_when_nothing_has_changed(checkout: Path) -> None:
    pretend_finished(checkout)

    again = bootstrap(checkout)

    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_changed_lock_is_noticed_and_a_broken_environment_made_again(checkout: Path) -> None:
    pretend_finished(checkout)
    with (checkout / "packaging" / "requirements.lock").open("a") as file:
        file.write("\n# changed\n")

    again = bootstrap(checkout)

    assert again.returncode == 1
    assert "Making .venv" in again.stdout
    assert "Installing the locked dependencies" in again.stdout


def test_without_a_network_the_advice_is_to_run_it_again(checkout: Path) -> None:
    first = bootstrap(checkout)

    assert first.returncode == 1
    assert "Run this again" in first.stderr
    assert "Traceback" not in first.stderr
    assert not (checkout / ".venv" / "boxoffice-bootstrap.json").exists()


def test_a_moved_checkout_makes_its_environment_again(checkout: Path) -> None:
    pretend_finished(checkout)
    moved = checkout.rename(checkout.with_name("moved"))

    assert "has moved" in bootstrap(moved).stdout


def test_an_old_python_understands_the_first_file() -> None:
    source = (SCRIPTS / "bootstrap.py").read_text("utf-8")

    ast.parse(source, feature_version=(3, 6))


def test_no_lock_names_an_index() -> None:
    for lock in SCRIPTS.glob("*.lock"):
        text = lock.read_text("utf-8")
        assert "--index" not in text
        assert "://" not in text
        assert "--hash=sha256:" in text


@pytest.mark.skipif(sys.platform != "linux", reason="the dynamic linker of Linux")
def test_a_library_that_is_missing_is_found_by_asking_the_linker(libraries: ModuleType, tmp_path: Path) -> None:
    plugin = tmp_path / "lib" / "libQt6XcbQpa.so.6"
    plugin.parent.mkdir()
    whole = (QT / "lib" / "libQt6XcbQpa.so.6").read_bytes()
    assert b"libxcb-icccm.so.4" in whole
    plugin.write_bytes(whole.replace(b"libxcb-icccm.so.4", b"libxcb-absent.so4"))

    missing = libraries.find_missing(tmp_path, ("lib/libQt6XcbQpa.so.6",))

    assert "libxcb-absent.so4" in missing
    assert "libc.so.6" not in missing


def test_libraries_are_named_by_their_packages_once(libraries: ModuleType) -> None:
    missing = ["libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libnobody.so.7"]

    assert libraries.to_packages(missing) == ["libegl1", "libglib2.0-0"]


@pytest.mark.skipif(sys.platform != "linux", reason="Debian")
def test_an_ordinary_user_is_told_the_exact_command(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.debian, "is_available", lambda: True)

    advice = libraries._advice(["libEGL.so.1", "libnobody.so.7"])

    assert "sudo apt-get install --yes --no-install-recommends libegl1" in advice
    assert "libnobody.so.7" in advice


@pytest.mark.soak
def test_a_fresh_folder_becomes_a_working_environment(checkout: Path) -> None:
    for name in ("boxoffice_desktop", "migrations", "resources", "README.md", "LICENSE"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, checkout / name)
    script = [sys.executable, str(checkout / "packaging" / "bootstrap.py")]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    subprocess.run(script, check=True, env=clean)

    program = checkout / ".venv" / ("Scripts/boxoffice.exe" if os.name == "nt" else "bin/boxoffice")
    assert b"demo" in subprocess.run([str(program), "--help"], check=True, env=clean, capture_output=True).stdout
