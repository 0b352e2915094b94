"""Every reason not to start has a sentence about what happened and one about what to do."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxoffice_desktop.db.embedded import binaries
from boxoffice_desktop.domain.errors import ServerStartError
from tests.db.embedded.conftest import MakeServer

is_root = os.name != "nt" and os.geteuid() == 0


def mount(folder: Path, options: str) -> None:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if not is_root or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk")


@pytest.fixture
def small_disk(open_folder: Path) -> Iterator[Path]:
    """A disk of 110 MB: enough for a new cluster and its first start, not for much more.

    Ask for it before `make_server`: the servers are stopped first then.
    """
    folder = open_folder / "disk"
    mount(folder, "size=110m,mode=711")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_nothing_is_lost(small_disk: Path, make_server: MakeServer) -> None:
    server = make_server(small_disk / "data")
    server.start()
    server.stop()
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4096))

    with pytest.raises(ServerStartError, match="is full") as refused:
        server.start()

    assert "Make room" in refused.value.advice
    filler.unlink()
    server.start()


def test_a_disk_too_small_for_a_new_cluster_leaves_no_half_of_one(small_disk: Path, make_server: MakeServer) -> None:
    (small_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 34 * 1024 * 1024))

    with pytest.raises(ServerStartError, match="is full"):
        make_server(small_disk / "data").start()

    assert not (small_disk / "data" / "cluster").exists()
    assert not list((small_disk / "data").glob("initializing-*"))


def test_a_folder_that_cannot_be_written_is_refused(make_server: MakeServer, open_folder: Path) -> None:
    folder = open_folder / "locked"
    if is_root:
        mount(folder, "size=1m,ro")
    else:
        folder.mkdir(mode=0o500)
    try:
        with pytest.raises(ServerStartError, match="cannot be written") as refused:
            make_server(folder / "data").start()
    finally:
        if is_root:
            subprocess.run(["umount", str(folder)], check=True)

    assert "another data folder" in refused.value.advice


def test_a_file_in_the_way_is_refused(make_server: MakeServer, open_folder: Path) -> None:
    (open_folder / "data").write_text("not a folder")

    with pytest.raises(ServerStartError, match="file is in the way") as refused:
        make_server(open_folder / "data").start()

    assert "Move that file away" in refused.value.advice
    (open_folder / "data").unlink()


@pytest.mark.skipif(not is_root, reason="an ordinary user's server runs as that user")
def test_a_folder_that_the_servers_account_cannot_enter_is_refused(make_server: MakeServer, open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(ServerStartError, match="may not enter") as refused:
        make_server(closed / "data").start()

    assert f"chmod o+x '{closed}'" in refused.value.advice


def test_a_socket_that_another_program_serves_is_refused(make_server: MakeServer, data: Path) -> None:
    (data / "socket").mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(data / "socket" / ".s.PGSQL.5432"))
        other.listen()

        with pytest.raises(ServerStartError, match="Another program already listens") as refused:
            make_server(data).start()

    assert "Close the other program" in refused.value.advice


def test_a_port_that_another_program_serves_is_refused(make_server: MakeServer, data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = {"port": str(other.getsockname()[1])}

        with pytest.raises(ServerStartError, match="Another program already listens"):
            make_server(data, tcp=True, settings=settings).start()


def test_data_of_another_version_is_refused(make_server: MakeServer, data: Path) -> None:
    (data / "cluster" / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServerStartError, match="PostgreSQL 17"):
        make_server(data).start()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_data_that_was_copied_by_halves_is_refused_and_kept(make_server: MakeServer, data: Path, missing: str) -> None:
    (data / "cluster" / missing).unlink()
    before = sorted(path.name for path in (data / "cluster").iterdir())

    with pytest.raises(ServerStartError, match=f"{missing} is missing") as refused:
        make_server(data).start()

    assert "backup" in refused.value.advice
    assert sorted(path.name for path in (data / "cluster").iterdir()) == before


def test_a_lost_password_is_refused(make_server: MakeServer, data: Path) -> None:
    (data / "superuser.password").unlink()

    with pytest.raises(ServerStartError, match="password"):
        make_server(data).start()


def test_a_server_that_does_not_let_this_till_in_is_named(make_server: MakeServer, data: Path) -> None:
    server = make_server(data)
    server.start()
    (data / "superuser.password").write_text("another")

    with pytest.raises(ServerStartError, match="does not let this till in") as refused:
        server.start()

    assert "process number" in refused.value.advice


def test_a_wrong_setting_is_named(make_server: MakeServer, data: Path) -> None:
    with pytest.raises(ServerStartError, match="shared_buffers") as refused:
        make_server(data, settings={"shared_buffers": "plenty"}).start()

    assert "Undo the last change" in refused.value.advice


def test_a_damaged_control_file_is_named(make_server: MakeServer, data: Path) -> None:
    control = data / "cluster" / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)

    with pytest.raises(ServerStartError) as refused:
        make_server(data).start()

    assert "restore the last backup" in refused.value.advice


def test_a_platform_without_the_programs_is_refused(
    make_server: MakeServer, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_PACKAGE", "no_such_wheel")

    with pytest.raises(ServerStartError, match="not installed") as refused:
        make_server(data).start()

    assert "network" in refused.value.advice
