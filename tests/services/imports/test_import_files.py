"""Files are looked at before they are read."""

import os
from pathlib import Path

import pytest

from boxoffice_desktop.domain.errors import ImportRefusedError
from boxoffice_desktop.services.imports.files import MAX_PLAN_BYTES, read_import_file


def test_a_file_comes_back_as_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(b"{}")
    assert read_import_file(tmp_path / "plan.json", 2) == b"{}"


def test_a_file_of_500_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(500 * 1024 * 1024)
    # Unreadable, so that reading it would be another refusal.
    huge.chmod(0)
    with pytest.raises(ImportRefusedError, match="500 MB; 32 MB is the most"):
        read_import_file(huge, MAX_PLAN_BYTES)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="no such file") as refusal:
        read_import_file(tmp_path / "missing.json", 10)
    assert refusal.value.place == str(tmp_path / "missing.json")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="not a file"):
        read_import_file(tmp_path, 10)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_that_nobody_writes_to_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImportRefusedError, match="not a file"):
        read_import_file(tmp_path / "pipe", 10)


def test_a_path_through_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(b"{}")
    with pytest.raises(ImportRefusedError, match="cannot be read"):
        read_import_file(tmp_path / "plan.json" / "inner", 10)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs a file that is longer than it says")
def test_a_file_that_is_longer_than_it_says_is_not_read_to_its_end() -> None:
    with pytest.raises(ImportRefusedError, match="more than"):
        read_import_file(Path("/proc/self/status"), 10)
