"""The demonstration is a promise of the README: it runs on a fresh machine, and what it shows is really there."""

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Program


def test_the_demo_sells_three_tickets_without_a_display(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    run = program.run("demo", "--headless", "--output", str(tmp_path))
    assert run.returncode == 0, run.stdout + run.stderr
    # What Qt has to say goes to the log.
    assert run.stderr == ""
    document = QPdfDocument()
    document.load(str(tmp_path / "tickets.pdf"))
    assert document.pageCount() == 3
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) > 10
    for picture in pictures:
        assert _colours(picture) > 8, f"{picture.name} is empty"


def test_three_counters_contend_for_the_same_seats(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    run = program.run("demo", "--headless", "--counters", "3", "--output", str(tmp_path))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("3 counters wanted it") == 3
    for name in ("counters-contending.png", "counters-sold.png"):
        picture = QImage(str(tmp_path / name))
        # Three windows and the gaps between them.
        assert picture.width() == 3 * 1040 + 2 * 8
        assert _colours(tmp_path / name) > 8


def _colours(file: Path) -> int:
    """How many colours a raster of points over the picture has."""
    picture = QImage(str(file))
    assert not picture.isNull(), file
    return len(
        {
            picture.pixel(x, y)
            for x in range(0, picture.width(), max(1, picture.width() // 150))
            for y in range(0, picture.height(), max(1, picture.height() // 150))
        }
    )
