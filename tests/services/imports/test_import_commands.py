"""`boxoffice import` as it is typed, on a cinema that is already running."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop import cli
from boxoffice_desktop.cli import imports, running
from boxoffice_desktop.domain.errors import BusyError
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.imports.owner import work_as_owner
from tests.support.cinema import Cinema

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOUNGE = resources_folder() / "demo" / "lounge.json"
Command = Callable[..., int]


@pytest.fixture
def command(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `boxoffice import …` in the test's cinema and gives the exit code."""
    monkeypatch.setattr(
        imports, "work_as_owner_here", lambda work, _place: work_as_owner(cinema.admin_conninfo, NOW, work)
    )

    def run(*words: object) -> int:
        monkeypatch.setattr(sys, "argv", ["boxoffice", "import", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return int(end.value.code or 0)

    return run


@pytest.fixture
def films(tmp_path: Path) -> Path:
    path = tmp_path / "films.json"
    path.write_text(json.dumps([{"title": "Wings"}, {"title": 300}, {"title": None}]))
    return path


def count(cinema: Cinema, table: str) -> int:
    return int(cinema.query(f"SELECT count(*) FROM boxoffice.{table}")[0][0])


def test_films_are_imported_and_the_refused_rows_named(
    cinema: Cinema, command: Command, films: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("movies", films) == 0
    out = capsys.readouterr().out
    assert "      2 films added" in out
    assert "  refused row 3: the title is missing" in out
    assert "the title was a number" not in out
    assert count(cinema, "movie") == 3


def test_mendings_are_listed_when_asked_for(command: Command, films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("movies", films, "--details") == 0
    assert "  mended  row 2 '300': the title was a number" in capsys.readouterr().out


def test_a_dry_run_keeps_no_film(cinema: Cinema, command: Command, films: Path) -> None:
    assert command("movies", films, "--dry-run") == 0
    assert count(cinema, "movie") == 1


def test_a_hall_is_imported_once(cinema: Cinema, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("hall", LOUNGE, "--venue", "Test Cinema", "--hall", "Lounge")
    assert command(*words, "--dry-run") == 0
    assert count(cinema, "hall") == 1
    assert command(*words) == 0
    assert "Lounge (Test Cinema) was added: 48 seats" in capsys.readouterr().out
    assert command(*words) == 0
    assert "is there already" in capsys.readouterr().out
    assert count(cinema, "hall") == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not JSON at all", "line 1, column 1: The file is not JSON"),
        ('{"name": "Hall", "zones": []}', "The key 'size' is missing."),
    ],
    ids=["no JSON", "no size"],
)
def test_a_bad_plan_ends_with_its_place_and_no_traceback(
    cinema: Cinema, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    (tmp_path / "plan.json").write_text(content)
    assert command("hall", tmp_path / "plan.json", "--venue", "Test Cinema", "--hall", "X") == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert count(cinema, "hall") == 1


def test_an_unknown_venue_ends_with_its_name(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("hall", LOUNGE, "--venue", "Odeon", "--hall", "X") == 1
    assert "There is no venue 'Odeon'." in capsys.readouterr().err


def test_what_fails_half_way_leaves_nothing(cinema: Cinema) -> None:
    def work(session: Session, _context: Context) -> None:
        session.execute(text("INSERT INTO boxoffice.movie (title, title_key) VALUES ('A', 'a')"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        work_as_owner(cinema.admin_conninfo, NOW, work)
    assert count(cinema, "movie") == 1


def test_a_lock_that_others_keep_is_said_as_busy(cinema: Cinema) -> None:
    def work(session: Session, _context: Context) -> None:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        session.execute(text("LOCK TABLE boxoffice.movie"))

    with cinema.admin() as other, other.transaction():
        other.execute("LOCK TABLE boxoffice.movie")
        with pytest.raises(BusyError):
            work_as_owner(cinema.admin_conninfo, NOW, work)
    # The control: without the lock it goes through.
    work_as_owner(cinema.admin_conninfo, NOW, work)


def test_progress_appears_only_on_a_terminal_and_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter([0.0, 0.5, 2.0, 3.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments, 4.0))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with running.SlowProgress("Importing") as progress:
        progress.show(1, 4)
        progress.show(2, 4)
        assert capsys.readouterr().err == ""
        progress.show(3, 4)
        progress.show(4, 4)
    assert "100%" in capsys.readouterr().err
