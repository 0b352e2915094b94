"""Folders for servers of tests."""

import shutil
import tempfile
from pathlib import Path


def make_open_folder() -> Path:
    """A new folder that the server's own account can enter when root runs the tests (pytest's tmp_path it cannot).

    On a disk in memory where there is one of some size.
    """
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-test-", dir=memory if roomy else None))
    folder.chmod(0o711)
    return folder
