from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from boxoffice_desktop.cli.tickets import add_ticket_commands
from boxoffice_desktop.documents.designs import shipped_folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOXOFFICE_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "designs").mkdir(parents=True)
    return tmp_path


def test_preview_writes_a_pdf_and_pictures_of_it(data: Path) -> None:
    done = _run("preview", "ticket-a6", "--output", str(data / "out" / "t.pdf"), "--png")
    assert done.exit_code == 0, done.output
    assert (data / "out" / "t.pdf").read_bytes().startswith(b"%PDF")
    with Image.open(data / "out" / "t-2.png") as picture:
        assert picture.width == round(105 / 25.4 * 203)


def test_preview_of_a_design_with_a_mistake_says_it_and_writes_nothing(data: Path) -> None:
    text = (shipped_folder() / "ticket-a6.toml").read_text(encoding="utf-8").replace("width = 105", "width = 90")
    (data / "data" / "designs" / "mine.toml").write_text(text, encoding="utf-8")
    done = _run("preview", "mine", "--output", str(data / "t.pdf"))
    assert done.exit_code == 1
    assert "runs 10.0 mm out of the paper" in done.output or "out of the paper at the right edge" in done.output
    assert not (data / "t.pdf").exists()


def test_preview_of_a_design_that_cuts_the_long_title_shows_it_with_exit_code_1(data: Path) -> None:
    text = (shipped_folder() / "ticket-a6.toml").read_text(encoding="utf-8")
    file = data / "own.toml"
    file.write_text(text.replace("lines = 3", "lines = 1", 1).replace("smallest = 12", "smallest = 30", 1), "utf-8")
    done = _run("preview", str(file), "--output", str(data / "t.pdf"))
    assert done.exit_code == 1
    assert "is cut in 'title'" in done.output
    assert (data / "t.pdf").exists()


def test_designs_lists_ours_and_the_venue_s_and_names_the_broken_one(data: Path) -> None:
    assert _run("designs").exit_code == 0
    (data / "data" / "designs" / "mine.toml").write_text("x = 1", encoding="utf-8")
    done = _run("designs")
    assert done.exit_code == 1
    assert "ticket-8x3" in done.output
    assert "mine: The design: there is no key 'x'." in done.output


def test_a_place_that_cannot_be_written_is_told(data: Path) -> None:
    (data / "file").write_text("", encoding="utf-8")
    done = _run("preview", "ticket-a6", "--output", str(data / "file" / "t.pdf"))
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def _run(*words: str) -> Result:
    commands = typer.Typer()
    add_ticket_commands(commands)
    return CliRunner().invoke(commands, ["ticket", *words])
