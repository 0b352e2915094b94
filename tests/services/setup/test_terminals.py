"""Pairing and revoking: one login a till, and an end that is an end."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from boxoffice_desktop.db.admin import connect_admin
from boxoffice_desktop.db.embedded import EmbeddedServer
from boxoffice_desktop.db.url import ServerUrl, read_server_url
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SetupError,
)
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.door.signing import TicketSigner
from boxoffice_desktop.services.setup.terminals import list_terminals, pair_terminal, revoke_terminal
from boxoffice_desktop.services.till import Till
from tests.services.setup.conftest import SharedCinema, provision
from tests.support.debian_server import DebianServer

OpenCinema = Callable[[ServerUrl], SharedCinema]


@pytest.fixture
def shared(embedded_url: ServerUrl, open_cinema: OpenCinema) -> SharedCinema:
    return open_cinema(embedded_url)


def _find_key(session: Session, _context: Context, *, signer: TicketSigner) -> int | None:
    return signer.find_key_id(session)


def list_days(till: Till) -> object:
    return till.call(programme.list_days, {})


def test_revoking_ends_a_working_till_at_once(any_url: ServerUrl, open_cinema: OpenCinema) -> None:
    shared = open_cinema(any_url)
    paired = shared.pair("Counter 7")
    till = shared.till(paired)
    assert list_days(till)  # the control: until now it works
    with psycopg.connect(paired.url.conninfo) as bystander:
        assert revoke_terminal(shared.url, name="Counter 7", venue="Test Cinema") >= 2
        with pytest.raises(psycopg.OperationalError):
            bystander.execute("SELECT 1")
    with pytest.raises(BoxOfficeError):
        list_days(till)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(paired.url.conninfo)


def test_revoking_one_till_leaves_the_others_working(shared: SharedCinema) -> None:
    other = shared.till(shared.pair("Counter 8"))
    shared.pair("Counter 7")
    revoke_terminal(shared.url, name="Counter 7", venue="Test Cinema")
    assert list_days(other)


def test_a_revoked_till_may_be_taken_up_again_and_goes_on_with_its_numbers(shared: SharedCinema) -> None:
    first = shared.pair("Counter 7")
    revoke_terminal(shared.url, name="Counter 7", venue="Test Cinema")
    second = shared.pair("Counter 7", again=True)
    assert second.login == first.login
    assert second.password != first.password
    assert list_days(shared.till(second))
    assert [line.revoked_at for line in list_terminals(shared.url) if line.name == "Counter 7"] == [None]


def test_pairing_again_ends_the_till_that_had_the_place(shared: SharedCinema) -> None:
    first = shared.pair("Counter 7")
    old = shared.till(first)
    assert list_days(old)
    shared.pair("Counter 7", again=True)
    with pytest.raises(BoxOfficeError):
        list_days(old)


def test_pairing_again_ends_the_key_that_signed_tickets(shared: SharedCinema, tmp_path: Path) -> None:
    signer = TicketSigner(tmp_path / "till.key")
    first = shared.till(shared.pair("Counter 7"))
    key_id = first.call(_find_key, {"signer": signer})
    assert key_id is not None
    again = shared.till(shared.pair("Counter 7", again=True))
    # The same machine gets a fresh one at its next start; the old one signs nothing that a door believes.
    fresh = again.call(_find_key, {"signer": TicketSigner(tmp_path / "till.key")})
    assert fresh not in {None, key_id}
    with connect_admin(shared.url) as admin:
        living = admin.execute("SELECT ticket_key_id FROM boxoffice.ticket_key WHERE revoked_at IS NULL").fetchall()
    assert living == [(fresh,)]


def test_a_name_is_taken_over_only_when_asked(shared: SharedCinema) -> None:
    shared.pair("Counter 7")
    with pytest.raises(ConflictError, match="--again"):
        shared.pair("Counter 7")


def test_the_server_keeps_no_more_than_a_scram_verifier(shared: SharedCinema) -> None:
    paired = shared.pair("Counter 7")
    ((stored,),) = shared.cinema.query("SELECT rolpassword FROM pg_authid WHERE rolname = %s", paired.login)
    assert stored.startswith("SCRAM-SHA-256$")
    assert paired.password not in repr(paired)


def test_the_password_does_not_reach_the_servers_log(
    debian: DebianServer, debian_url: ServerUrl, open_cinema: OpenCinema
) -> None:
    shared = open_cinema(debian_url)
    debian.configure(log_statement="all")
    debian.reload()
    try:
        paired = shared.pair("Counter 7")
    finally:
        debian.configure(log_statement="none")
        debian.reload()
    log = debian.log.read_text()
    assert paired.login in log  # the control: the statement was logged
    assert paired.password not in log


@pytest.mark.parametrize(("name", "mark"), [("", None), ("x" * 61, None), ("Counter 7", ""), ("Counter 7", "abc")])
def test_names_and_marks_that_do_not_fit_are_refused(shared: SharedCinema, name: str, mark: str | None) -> None:
    with pytest.raises(InvalidInputError):
        pair_terminal(shared.url, name=name, mark=mark, venue="Test Cinema")


def test_the_venue_is_asked_for_when_there_are_several(shared: SharedCinema) -> None:
    provision(shared.url)
    with pytest.raises(InvalidInputError, match="Rialto, Test Cinema"):
        pair_terminal(shared.url, name="Counter 7")
    with pytest.raises(NotFoundError):
        pair_terminal(shared.url, name="Counter 7", venue="Odeon")


def test_a_database_that_is_not_set_up_says_so(embedded_url: ServerUrl) -> None:
    with pytest.raises(SetupError) as refused:
        list_terminals(embedded_url)
    assert "provision" in refused.value.advice


@pytest.fixture
def installer() -> Iterator[ServerUrl]:
    """A role that may make roles and databases and nothing more, on a fresh embedded server."""
    # Not pytest's folder, which is closed to the account that the server runs as when root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="boxoffice-installer-"))
    folder.chmod(0o755)
    with EmbeddedServer(folder / "data", settings={"fsync": "off"}) as running:
        address = running.start()
        with psycopg.connect(address.conninfo(), autocommit=True) as admin:
            admin.execute("CREATE ROLE installer LOGIN CREATEROLE CREATEDB PASSWORD 'installs'")
        yield read_server_url(address.conninfo("boxoffice", user="installer", password="installs"))
    shutil.rmtree(folder)


def test_a_role_without_superpowers_can_provision_pair_and_revoke(
    installer: ServerUrl, open_cinema: OpenCinema
) -> None:
    lines = provision(installer)
    assert any("pg_read_all_stats" in line for line in lines)
    shared = open_cinema(installer)
    till = shared.till(shared.pair("Counter 7"))
    other = shared.till(shared.pair("Counter 8"))
    assert list_days(till)
    assert list_days(other)
    assert revoke_terminal(installer, name="Counter 7", venue="Test Cinema") > 0
    with pytest.raises(BoxOfficeError):
        list_days(till)
    assert list_days(other)


def test_a_role_that_may_not_says_what_it_lacks(embedded_url: ServerUrl) -> None:
    with psycopg.connect(embedded_url.for_database("postgres").conninfo, autocommit=True) as admin:
        admin.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
        try:
            with pytest.raises(SetupError) as refused:
                provision(embedded_url.for_login("guest", "guest"))
        finally:
            admin.execute("DROP ROLE guest")
    assert "CREATEROLE" in refused.value.advice
