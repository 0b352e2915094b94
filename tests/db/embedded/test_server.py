import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from boxoffice_desktop.db.embedded import ServerAddress
from boxoffice_desktop.db.embedded.postmaster import find_postmaster
from tests.db.embedded.conftest import MakeServer

START_AND_DIE = """
import os, sys
from pathlib import Path
from boxoffice_desktop.db.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1]), settings={"fsync": "off"}).start()
os._exit(9)
"""


def ask(address: ServerAddress, question: str) -> object:
    with psycopg.connect(address.conninfo()) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_a_new_server_speaks_utf8_counts_in_utc_and_checks_its_pages(
    make_server: MakeServer, open_folder: Path
) -> None:
    address = make_server(open_folder / "new").start()

    with psycopg.connect(address.conninfo()) as connection:
        row = connection.execute(
            "SELECT current_setting('server_encoding'), datlocale, current_setting('timezone'),"
            " current_setting('data_checksums'), current_setting('password_encryption')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "C.UTF-8", "UTC", "on", "scram-sha-256")


def test_data_outlives_a_stop(make_server: MakeServer, data: Path) -> None:
    server = make_server(data)
    with psycopg.connect(server.start().conninfo()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not server.is_running()

    assert ask(server.start(), "SELECT answer FROM kept") == 42


def test_starting_a_server_that_runs_changes_nothing(make_server: MakeServer, data: Path) -> None:
    server = make_server(data)
    first = server.start()
    born = ask(first, "SELECT pg_postmaster_start_time()")

    assert server.start() == first
    assert ask(first, "SELECT pg_postmaster_start_time()") == born


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_gets_in_without_the_password(make_server: MakeServer, data: Path, password: str) -> None:
    address = make_server(data).start()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.conninfo(user="postgres", password=password))


def test_the_password_is_for_its_owner_alone_and_not_in_any_repr(make_server: MakeServer, data: Path) -> None:
    address = make_server(data).start()

    assert stat.S_IMODE((data / "superuser.password").stat().st_mode) == 0o600
    assert len(address.password) >= 32
    assert address.password not in repr(address)


def test_two_clusters_run_side_by_side(make_server: MakeServer, data: Path, open_folder: Path) -> None:
    one, two = make_server(data), make_server(open_folder / "second")

    assert one.start().host != two.start().host
    assert one.is_running()
    assert two.is_running()


def test_nothing_listens_on_the_network(make_server: MakeServer, data: Path) -> None:
    assert ask(make_server(data).start(), "SHOW listen_addresses") == ""


def test_where_there_are_no_sockets_it_listens_on_the_machine_itself_only(make_server: MakeServer, data: Path) -> None:
    address = make_server(data, tcp=True).start()

    assert address.host == "127.0.0.1"
    assert ask(address, "SHOW listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize("name", ["a cinema's till, no. 1", "Kino Światowid", "deep/" + "folder" * 20])
def test_the_data_folder_may_have_any_name(make_server: MakeServer, open_folder: Path, name: str) -> None:
    address = make_server(open_folder / name).start()

    assert ask(address, "SELECT 1") == 1


def test_the_socket_of_a_deep_folder_is_closed_to_others(make_server: MakeServer, open_folder: Path) -> None:
    address = make_server(open_folder / ("deep" * 30)).start()

    assert stat.S_IMODE(Path(address.host).stat().st_mode) == 0o700


def test_the_caller_may_overrule_settings(make_server: MakeServer, data: Path) -> None:
    address = make_server(data, settings={"work_mem": "7MB"}).start()

    assert ask(address, "SHOW work_mem") == "7MB"


def test_the_last_to_leave_stops_the_server(make_server: MakeServer, data: Path) -> None:
    one, two = make_server(data), make_server(data)
    one.start()
    two.start()

    one.stop()
    assert two.is_running()
    two.stop()
    assert not two.is_running()


def test_a_till_that_dies_leaves_the_server_to_the_next(make_server: MakeServer, data: Path) -> None:
    subprocess.run([sys.executable, "-c", START_AND_DIE, str(data)], check=False, timeout=60)
    server = make_server(data)
    before = find_postmaster(data / "cluster")
    assert before is not None

    address = server.start()

    assert ask(address, "SHOW data_directory") == str(data / "cluster")
    assert find_postmaster(data / "cluster").process.pid == before.process.pid
    server.stop()
    assert not server.is_running()


def test_tills_that_start_at_one_moment_share_one_server(make_server: MakeServer, open_folder: Path) -> None:
    folder = open_folder / "new"
    script = START_AND_DIE.replace("os._exit(9)", "print(len(list(Path(sys.argv[1]).glob('users/*'))), flush=True)")
    script += "sys.stdin.readline()"
    command = [sys.executable, "-c", script, str(folder)]
    tills = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        for _ in range(3)
    ]
    try:
        users = sorted(int(till.stdout.readline()) for till in tills)
    finally:
        for till in tills:
            till.communicate("go\n", timeout=60)

    assert users == [1, 2, 3]
    assert make_server(folder).is_running()
    assert [till.returncode for till in tills] == [0, 0, 0]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root needs another account for the server")
def test_root_lets_another_account_run_the_server(make_server: MakeServer, data: Path) -> None:
    make_server(data).start()

    process = find_postmaster(data / "cluster").process
    assert process.uids().effective != 0
    assert (data / "cluster").stat().st_uid == process.uids().effective


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_a_strict_umask_is_no_obstacle(make_server: MakeServer, open_folder: Path) -> None:
    before = os.umask(0o077)
    try:
        make_server(open_folder / "outer" / "inner" / "data").start()
    finally:
        os.umask(before)

    assert stat.S_IMODE((open_folder / "outer" / "inner" / "data" / "cluster").stat().st_mode) == 0o700
