"""Who answers is checked: the right authority and the right name, else no connection and no password sent."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.db.admin import connect_admin
from boxoffice_desktop.db.url import ServerUrl, read_server_url
from boxoffice_desktop.domain.errors import BoxOfficeError, SetupError
from boxoffice_desktop.services import holds
from tests.services.setup.conftest import SharedCinema
from tests.support.debian_server import SERVER_FILES, DebianServer, find_port

OpenCinema = Callable[[ServerUrl], SharedCinema]


@pytest.fixture
def shared(debian_url: ServerUrl, open_cinema: OpenCinema) -> SharedCinema:
    return open_cinema(debian_url)


@pytest.fixture
def wrong_ca(tmp_path: Path) -> Path:
    """An authority made as ours was, and not ours."""
    subprocess.run([SERVER_FILES / "make-certificates.sh", tmp_path, "localhost"], check=True, capture_output=True)
    return tmp_path / "ca.crt"


def test_the_right_authority_and_name_are_let_in(debian: DebianServer) -> None:
    for host in ("localhost", "127.0.0.1"):
        url = read_server_url(debian.conninfo(host=host), ca_file=debian.ca)
        with connect_admin(url) as admin:
            assert admin.pgconn.ssl_in_use
        assert url.sslmode == "verify-full"


def test_another_authority_is_refused(debian: DebianServer, wrong_ca: Path) -> None:
    url = read_server_url(debian.conninfo(), ca_file=wrong_ca)
    with pytest.raises(SetupError) as refused, connect_admin(url):
        pytest.fail("somebody else's certificate was accepted")
    assert "--ca FILE" in refused.value.advice
    assert debian.password not in f"{refused.value} {refused.value.advice}"


def test_another_name_is_refused(debian: DebianServer) -> None:
    url = read_server_url(debian.conninfo(host="till.example", hostaddr="127.0.0.1"), ca_file=debian.ca)
    with pytest.raises(SetupError) as refused, connect_admin(url):
        pytest.fail("a certificate for another name was accepted")
    assert "another name" in refused.value.advice


def test_the_server_lets_nobody_in_without_tls(debian: DebianServer) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf"):
        psycopg.connect(debian.conninfo(sslmode="disable"))


def test_a_till_sells_over_verified_tls(shared: SharedCinema) -> None:
    paired = shared.pair("Counter 7")
    till = shared.till(paired)
    hold_id = uuid4()
    seats = shared.cinema.ids("B1", "B2")
    till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": shared.cinema.show_id, "seat_ids": seats, "basket": ()})
    till.sell(shared.cinema.order(hold_id, "B1", "B2"))
    sessions = shared.cinema.query(
        "SELECT s.ssl, s.version FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.usename = %s",
        paired.login,
    )
    assert sessions
    assert set(sessions) == {(True, "TLSv1.3")}


def test_a_till_does_not_hand_its_password_to_whoever_asks_for_it(shared: SharedCinema, debian: DebianServer) -> None:
    paired = shared.pair("Counter 7")
    far = read_server_url(paired.url.conninfo.replace("host=localhost", "host=db.example hostaddr=192.0.2.1"))
    till = far.for_login(paired.login, paired.password)
    assert "require_auth=scram-sha-256" in till.conninfo
    # The same word with this server: it asks for SCRAM, so it is answered; a server that asks for the password is not.
    file = debian.data / "pg_hba.conf"
    before = file.read_text()
    conninfo = f"{paired.url.conninfo} require_auth=scram-sha-256"
    psycopg.connect(conninfo).close()
    file.write_text(f"hostssl all {paired.login} 127.0.0.1/32 password\n{before}")
    try:
        debian.reload()
        with pytest.raises(psycopg.OperationalError, match="authentication method requirement"):
            psycopg.connect(conninfo)
    finally:
        file.write_text(before)
        debian.reload()


def test_the_first_host_that_takes_writes_is_the_server(shared: SharedCinema, debian: DebianServer) -> None:
    paired = shared.pair("Counter 7")
    values = psycopg.conninfo.conninfo_to_dict(paired.url.conninfo)
    two = {**values, "host": "localhost,localhost", "port": f"{find_port()},{debian.port}"}
    url = read_server_url(psycopg.conninfo.make_conninfo(**two))
    assert url.places == (f"localhost:{two['port'].split(',')[0]}", f"localhost:{debian.port}")
    paired = type(paired)(**{**vars(paired), "url": url})
    assert shared.till(paired).describe().terminal_name == "Counter 7"


def test_a_host_that_takes_no_writes_is_passed_over(shared: SharedCinema, debian: DebianServer) -> None:
    login = shared.pair("Counter 7")
    shared.cinema.execute(f"ALTER ROLE {login.login} SET default_transaction_read_only = on")
    values = psycopg.conninfo.conninfo_to_dict(login.url.conninfo)
    two = {**values, "host": "localhost,localhost", "port": f"{debian.port},{debian.port}"}
    with pytest.raises(BoxOfficeError):
        shared.till(type(login)(**{**vars(login), "url": read_server_url(psycopg.conninfo.make_conninfo(**two))}))
    assert shared.till(login, None)  # the control: one host is taken as it is
