"""`boxoffice server` and `boxoffice terminal` as they are typed, and the till that opens afterwards."""

import io
import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import keyring
import psycopg
import pytest
from keyring.backends import fail
from pytestqt.qtbot import QtBot

from boxoffice_desktop import app, cli
from boxoffice_desktop.cli import server as server_commands
from boxoffice_desktop.db.embedded import ServerAddress
from boxoffice_desktop.domain.errors import BoxOfficeError, CredentialError, SetupError
from boxoffice_desktop.services import programme
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.ui.tasks.live import LiveHints
from tests.support.cinema import build_cinema

_databases = count(1)
VENUE = ("--venue", "Rialto", "--city", "Gdynia", "--currency", "pln", "--locale", "pl_PL")
ZONE = ("--time-zone", "Europe/Warsaw")


class Typed:
    """Runs `boxoffice …` with `stdin` piped in; remembers what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str) -> None:
        self._patch, self._capsys = monkeypatch, capsys
        self.url = url
        self.out = self.err = ""

    def __call__(self, *words: str, stdin: str = "") -> int:
        self._patch.setattr(sys, "argv", ["boxoffice", *words])
        self._patch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            cli.main()
        self.out, self.err = self._capsys.readouterr()
        return int(end.value.code or 0)

    def provision(self, *more: str, stdin: str = "") -> int:
        return self("server", "provision", "--admin-url", self.url, *more, stdin=stdin)

    def pair(self, name: str, *more: str) -> int:
        return self("terminal", "pair", "--admin-url", self.url, "--name", name, *more)


@pytest.fixture
def url(server: ServerAddress) -> Iterator[str]:
    name = f"cli_{os.getpid()}_{next(_databases)}"
    yield server.conninfo(name)
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def boxoffice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str
) -> Iterator[Typed]:
    monkeypatch.setenv("BOXOFFICE_DATA", str(tmp_path / "till"))
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield Typed(monkeypatch, capsys, url)
    keyring.set_keyring(before)


@pytest.fixture
def provisioned(boxoffice: Typed) -> Typed:
    assert boxoffice.provision(*VENUE, *ZONE, "--admin-user", "ada", stdin="4711\n") == 0
    return boxoffice


def test_provisioning_prints_each_step_and_a_second_time_changes_nothing(boxoffice: Typed) -> None:
    assert boxoffice.provision(*VENUE, *ZONE, "--admin-user", "ada", stdin="4711\n") == 0
    assert "created   venue Rialto" in boxoffice.out
    assert "created   administrator ada" in boxoffice.out
    assert "4711" not in boxoffice.out + boxoffice.err
    assert boxoffice.provision(*VENUE, *ZONE, "--admin-user", "ada") == 0
    assert "was there venue Rialto" in boxoffice.out
    assert "created" not in boxoffice.out


@pytest.mark.parametrize(
    ("options", "stdin", "words"),
    [
        ((*VENUE, "--time-zone", "Mars/Base"), "", "no time zone 'Mars/Base'"),
        (("--venue", "Rialto", "--currency", "EURO", *ZONE), "", "no currency"),
        (("--venue", "Rialto", "--locale", "zz_ZZ", *ZONE), "", "no locale"),
        (("--venue", " ", *ZONE), "", "needs a name"),
        ((*VENUE, *ZONE, "--admin-user", "ada"), "12\n", "at least 4"),
        ((*VENUE, *ZONE, "--admin-user", "ada"), "", "at least 4"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_made(
    boxoffice: Typed, options: tuple[str, ...], stdin: str, words: str
) -> None:
    assert boxoffice.provision(*options, stdin=stdin) == 1
    assert words in boxoffice.err
    assert boxoffice.out == ""


def test_an_administrator_without_a_venue_is_refused_and_nothing_kept(boxoffice: Typed) -> None:
    assert boxoffice.provision("--admin-user", "ada", stdin="4711\n") == 1
    assert "--venue" in boxoffice.err
    assert boxoffice.provision() == 0
    assert "there is no venue yet" in boxoffice.out


def test_a_pin_is_typed_twice_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["4711", "4711", "4711", "1174"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert server_commands._ask_pin("ada") == "4711"
    with pytest.raises(BoxOfficeError, match="two different"):
        server_commands._ask_pin("ada")


def test_a_till_is_paired_listed_revoked_and_forgotten(provisioned: Typed, tmp_path: Path) -> None:
    boxoffice = provisioned
    assert boxoffice.pair("Counter 3") == 0
    assert "created   Counter 3 (mark 3)" in boxoffice.out
    assert "Only this account can read it" in boxoffice.err
    password = (tmp_path / "till" / "till-1.password").read_text()
    assert password not in boxoffice.out + boxoffice.err

    assert boxoffice("terminal", "list", "--admin-url", boxoffice.url) == 0
    assert "Counter 3" in boxoffice.out
    assert "not connected" in boxoffice.out

    assert boxoffice.pair("Counter 4") == 1
    assert "unpair first" in boxoffice.err

    assert boxoffice("terminal", "revoke", "Counter 3", "--admin-url", boxoffice.url) == 0
    assert boxoffice("terminal", "list", "--admin-url", boxoffice.url) == 0
    assert "revoked 20" in boxoffice.out

    assert boxoffice("terminal", "unpair") == 0
    assert not list((tmp_path / "till").glob("till-1*"))
    assert boxoffice("terminal", "unpair") == 0
    assert "was not paired" in boxoffice.out


def test_the_check_works_with_the_administrators_and_with_the_tills_own_login(provisioned: Typed) -> None:
    assert provisioned.pair("Counter 3") == 0
    for more in (("--admin-url", provisioned.url), ()):
        # The test server runs without fsync, which is a problem and is named.
        assert provisioned("server", "check", *more) == 1
        assert "PROBLEM fsync is off" in provisioned.out
        assert "why: " in provisioned.out
        assert "do:  " in provisioned.out
        assert "ok      the server is PostgreSQL 18" in provisioned.out


def test_a_check_without_a_server_says_how_to_name_one(boxoffice: Typed) -> None:
    assert boxoffice("server", "check") == 1
    assert "--admin-url" in boxoffice.err


def test_a_password_in_a_url_is_not_repeated(boxoffice: Typed) -> None:
    for url in ("postgresql://u:s3cret@192.0.2.1/x?sslmode=disable", "nonsense://u:s3cret@h/x"):
        assert boxoffice("server", "check", "--admin-url", url) == 1
        assert "s3cret" not in boxoffice.out + boxoffice.err


def test_a_paired_machine_opens_that_till(provisioned: Typed, qtbot: QtBot) -> None:
    build_cinema(provisioned.url).close()
    assert provisioned.pair("Counter 7", "--venue", "Test Cinema") == 0
    settings = app.read_settings()
    said: list[str] = []
    opened = app.open_till(settings, LiveHints(), said.append)
    try:
        assert opened.cinema is None
        assert opened.till.describe().terminal_name == "Counter 7"
        opened.till.sign_in("carla", "1234")
        assert opened.till.call(programme.list_days, {})
    finally:
        opened.close()
    assert said[0].startswith("Connecting to ")


def test_a_revoked_till_says_so_when_it_starts(provisioned: Typed, qtbot: QtBot) -> None:
    assert provisioned.pair("Counter 3") == 0
    assert provisioned("terminal", "revoke", "Counter 3", "--admin-url", provisioned.url) == 0
    with pytest.raises(SetupError, match="does not accept this till's credential") as refused:
        app.open_till(app.read_settings(), LiveHints(), lambda _text: None)
    assert "terminal pair" in refused.value.advice


def test_a_password_that_others_could_read_stops_the_start(provisioned: Typed, tmp_path: Path, qtbot: QtBot) -> None:
    assert provisioned.pair("Counter 3") == 0
    (tmp_path / "till" / "till-1.password").chmod(0o644)
    with pytest.raises(CredentialError):
        app.open_till(app.read_settings(), LiveHints(), lambda _text: None)


def test_a_paired_machine_without_a_display_does_not_sell_by_itself(provisioned: Typed) -> None:
    assert provisioned.pair("Counter 3") == 0
    assert provisioned("--counter", "1") == 1
    assert "real seats" in provisioned.err


def test_a_machine_with_sales_of_unknown_outcome_is_not_unpaired(
    provisioned: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert provisioned.pair("Counter 3") == 0
    monkeypatch.setattr(AttemptFile, "list_orders", lambda _file: (object(),))
    assert provisioned("terminal", "unpair") == 1
    assert "--force" in provisioned.err
    assert provisioned("terminal", "unpair", "--force") == 0


def test_films_are_imported_into_the_server_that_is_named(provisioned: Typed, tmp_path: Path) -> None:
    films = tmp_path / "films.json"
    films.write_text('[{"title": "Wings"}]')
    assert provisioned("import", "movies", str(films), "--admin-url", provisioned.url) == 0
    assert "1 film" in provisioned.out
    with psycopg.connect(provisioned.url) as admin:
        assert admin.execute("SELECT title FROM boxoffice.movie").fetchall() == [("Wings",)]


def test_a_machine_takes_up_its_own_place_again_and_no_other(provisioned: Typed, tmp_path: Path) -> None:
    assert provisioned.pair("Counter 3") == 0
    before = (tmp_path / "till" / "till-1.password").read_text()
    assert provisioned.pair("Counter 4", "--again") == 1
    assert "This machine is Counter 3" in provisioned.err
    assert (tmp_path / "till" / "till-1.password").read_text() == before
    assert provisioned.pair("Counter 3", "--again") == 0
    assert "renewed   Counter 3" in provisioned.out
    (tmp_path / "till" / "till-1.json").write_text("{")
    assert provisioned.pair("Counter 3") == 1
    assert "cannot be read" in provisioned.err
    assert provisioned.pair("Counter 3", "--again") == 0
