"""What is built is what runs: a wheel carries migrations and resources, an installed one needs no checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.folders import make_open_folder

ROOT = Path(__file__).parents[2]
TRAVELLERS = ("migrations", "resources")
# The first start with nothing of the checkout at hand: server, schema, demo without its customers, a till.
FIRST_START = """
import sys
from datetime import UTC, datetime
from pathlib import Path

import boxoffice_desktop
from boxoffice_desktop import files
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.demo import customers
from boxoffice_desktop.services.local import LocalCinema
from boxoffice_desktop.services.staff import DEMO_PINS

print(boxoffice_desktop.__file__, files.migrations_folder(), files.resources_folder(), sep="\\n")
customers.fill_demo = lambda *_: None
cinema = LocalCinema(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
try:
    cinema.open()
    till, database = cinema.open_till(1)
    till.sign_in("anna", DEMO_PINS["anna"])
    print(sum(tile.shows for tile in till.call(programme.list_days, {})))
    database.close()
finally:
    cinema.close()
"""


def build(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("boxoffice_desktop-*")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def list_tracked(folder: str) -> set[str]:
    """The files of a folder that would be in a fresh clone, or are about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", folder]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in output.split("\0") if name and (ROOT / name).is_file()}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
@pytest.mark.parametrize("folder", TRAVELLERS)
def test_a_wheel_carries_every_file_of_the_folders_beside_the_package(names: set[str], folder: str) -> None:
    tracked = list_tracked(folder)

    assert tracked
    assert {f"boxoffice_desktop/_{name}" for name in tracked} <= names


def test_a_wheel_carries_the_program_and_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in names} == {"boxoffice_desktop"}
    assert "boxoffice_desktop/db/embedded/server.py" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_a_wheel_installs_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        text = archive.read(name).decode()

    assert "boxoffice = boxoffice_desktop.cli:main" in text


def test_a_source_archive_holds_what_a_wheel_is_built_from(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        folders = {name.split("/")[1] for name in archive.getnames() if name.count("/") > 1}

    assert {"boxoffice_desktop", *TRAVELLERS} <= folders


@pytest.fixture
def unpacked(wheel: Path) -> Iterator[Path]:
    folder = make_open_folder()
    shutil.unpack_archive(wheel, folder / "site", "zip")
    (folder / "empty").mkdir()
    yield folder
    shutil.rmtree(folder)


def run_unpacked(unpacked: Path, *words: str | Path) -> list[str]:
    """What Python prints with the wheel's files before everything else, in an empty folder that is not on its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BOXOFFICE", "COV"))}
    variables = {**clean, "PYTHONPATH": str(unpacked / "site"), "BOXOFFICE_DATA": str(unpacked / "data")}
    command = [sys.executable, "-P", *map(str, words)]
    done = subprocess.run(command, cwd=unpacked / "empty", env=variables, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_unpacked_wheel_says_its_version(unpacked: Path) -> None:
    assert run_unpacked(unpacked, "-m", "boxoffice_desktop", "--version") == [metadata.version("boxoffice-desktop")]


def test_an_unpacked_wheel_builds_its_cinema_and_opens_a_till(unpacked: Path) -> None:
    *places, shows = run_unpacked(unpacked, "-c", FIRST_START, unpacked / "data")
    assert len(places) == 3
    assert all(unpacked / "site" in Path(place).parents for place in places)
    assert int(shows) > 0


@pytest.mark.soak
def test_an_installed_wheel_runs_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "packaging" / "requirements.lock")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    shown = subprocess.run(
        [str(scripts / "boxoffice"), "--help"], cwd=empty, env=clean, check=True, capture_output=True
    )
    question = "from boxoffice_desktop import files; print(files.migrations_folder(), files.resources_folder())"
    found = subprocess.run(
        [str(scripts / "python"), "-c", question], cwd=empty, env=clean, check=True, capture_output=True
    )

    assert b"demo" in shown.stdout
    for folder in found.stdout.decode().split():
        assert Path(folder).is_dir()
        assert environment in Path(folder).parents
