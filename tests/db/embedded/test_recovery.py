"""What a crash, a kill or a restart of the machine leaves behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from boxoffice_desktop.db.embedded import cluster
from boxoffice_desktop.db.embedded.account import choose_account
from boxoffice_desktop.db.embedded.binaries import find_binaries
from boxoffice_desktop.db.embedded.folders import DataFolder
from boxoffice_desktop.db.embedded.postmaster import find_postmaster
from tests.db.embedded.conftest import MakeServer

START = """
import sys
from collections.abc import Iterator
from pathlib import Path
from boxoffice_desktop.db.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
"""


def kill_server(data: Path) -> None:
    process = find_postmaster(data / "cluster").process
    process.kill()
    process.wait(timeout=10)


def count_rows(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        return connection.execute("SELECT count(*) FROM sale").fetchone()[0]


def test_a_killed_server_comes_back_with_every_commit(make_server: MakeServer, data: Path) -> None:
    server = make_server(data, settings={})
    with psycopg.connect(server.start().conninfo()) as connection:
        connection.execute("CREATE TABLE sale AS SELECT generate_series(1, 1000)")
    kill_server(data)
    assert not server.is_running()

    assert count_rows(server.start().conninfo()) == 1000


@pytest.fixture
def spoilt(data: Path) -> Iterator[int]:
    """Leaves a pid file with the number of a process that lives, is no server, and belongs to the server's account."""
    with choose_account().start(["/bin/sleep", "300"], subprocess.DEVNULL) as other:
        (data / "cluster" / "postmaster.pid").write_text(f"{other.pid}\n{data / 'cluster'}\n1700000000\n5432\n\n\n")
        yield other.pid
        other.kill()


@pytest.mark.skipif(os.name == "nt", reason="/bin/sleep")
def test_a_pid_file_with_the_number_of_another_process_is_not_believed(
    make_server: MakeServer, data: Path, spoilt: int
) -> None:
    server = make_server(data)
    assert not server.is_running()

    server.start()

    assert find_postmaster(data / "cluster").process.pid != spoilt


@pytest.mark.skipif(os.name == "nt", reason="/bin/sleep")
def test_postgresql_alone_would_believe_that_pid_file(data: Path, spoilt: int) -> None:
    """The control of the test above: without our check the same file keeps the server down."""
    account = choose_account()
    account.give_tree(data / "cluster")
    cluster.write_settings(DataFolder(data), account, {"listen_addresses": "", "unix_socket_directories": ""})

    code, output = account.run([find_binaries(account).program("postgres"), "-D", data / "cluster"])

    assert code != 0
    assert 'lock file "postmaster.pid" already exists' in output


@pytest.mark.parametrize("content", ["", "not a number\n", "99999999999999999999\n", "\0\0\0\0"])
def test_a_spoilt_pid_file_is_no_obstacle(make_server: MakeServer, data: Path, content: str) -> None:
    (data / "cluster" / "postmaster.pid").write_text(content)

    make_server(data).start()


def test_a_dead_socket_is_no_obstacle(make_server: MakeServer, data: Path) -> None:
    server = make_server(data)
    server.start()
    kill_server(data)
    assert (data / "socket" / ".s.PGSQL.5432").exists()

    server.start()


def test_a_killed_first_start_leaves_nothing_that_hinders_the_second(
    make_server: MakeServer, open_folder: Path
) -> None:
    folder = open_folder / "data"
    till = subprocess.Popen([sys.executable, "-c", START, str(folder)])
    while not list(folder.glob("initializing-*/cluster/PG_VERSION")):
        assert till.poll() is None
        Event().wait(0.002)
    for process in (psutil.Process(till.pid), *psutil.Process(till.pid).children(recursive=True)):
        process.kill()
    till.wait()
    assert not (folder / "cluster").exists()

    make_server(folder).start()

    assert not list(folder.glob("initializing-*"))


def test_a_long_recovery_is_waited_out_and_announced(make_server: MakeServer, data: Path) -> None:
    """A recovery that asks a slow archive first is as slow as one with much to replay."""
    (data / "cluster" / "recovery.signal").touch()
    said: list[str] = []
    server = make_server(data, progress=said.append, settings={"restore_command": "sleep 1.3; false"})

    server.start()

    assert server.is_running()
    assert any("repairs itself" in sentence for sentence in said)


def test_a_second_till_waits_for_the_recovery_that_another_began(make_server: MakeServer, data: Path) -> None:
    (data / "cluster" / "recovery.signal").touch()
    slow = """EmbeddedServer(Path(sys.argv[1]), settings={"restore_command": "sleep 1.3; false"})"""
    script = START.replace("EmbeddedServer(Path(sys.argv[1]))", slow)
    till = subprocess.Popen([sys.executable, "-c", script, str(data)])
    while (postmaster := find_postmaster(data / "cluster")) is None or postmaster.status != "starting":
        Event().wait(0.01)
    till.kill()
    till.wait()

    assert make_server(data).start().host == str(data / "socket")


def test_a_whole_copy_of_the_data_starts_elsewhere(make_server: MakeServer, data: Path, open_folder: Path) -> None:
    server = make_server(data)
    with psycopg.connect(server.start().conninfo()) as connection:
        connection.execute("CREATE TABLE sale AS SELECT generate_series(1, 7)")
    server.stop()
    shutil.copytree(data, open_folder / "copy")

    assert count_rows(make_server(open_folder / "copy").start().conninfo()) == 7


def test_a_till_that_comes_while_the_server_restarts_its_processes_waits(make_server: MakeServer, data: Path) -> None:
    said: list[str] = []
    address = make_server(data, settings={"fsync": "off"}).start()
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE sale AS SELECT generate_series(1, 300000)")
        victim = psutil.Process(connection.info.backend_pid)
        checkpointer = next(
            p for p in find_postmaster(data / "cluster").process.children() if "checkpoint" in p.cmdline()[0]
        )
        # Whoever is asked to go and does not, keeps the server in recovery mode until it is killed five seconds later.
        checkpointer.suspend()
        victim.kill()

    again = make_server(data, progress=said.append).start()

    assert any("repairs itself" in sentence for sentence in said)
    assert count_rows(again.conninfo()) == 300000
