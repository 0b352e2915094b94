"""Tickets through a real print server, CUPS with a queue that prints to PDF: exact size, silent, the right tray."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.domain.printing import PrinterChoice, PrinterKind
from tests.support.cups_server import QUEUE, CupsServer, cups_server

_ROOT = Path(__file__).resolve().parents[3]
# A program of its own: libcups reads once which server it works with.
_PRINT = """
import sys, threading
from pathlib import Path
from PySide6.QtWidgets import QApplication
from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import PrinterChoice
from boxoffice_desktop.ui.widgets.printer_access import MachinePrinters
application = QApplication(["till"])
def work():
    try:
        choice = PrinterChoice.from_text(sys.argv[1])
        MachinePrinters().send(Path(sys.argv[2]).read_bytes(), choice, "sale 7", kick=False)
        print("printed")
    except PrinterError as error:
        print("refused:", error)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.fixture(scope="module")
def print_server() -> Iterator[CupsServer]:
    with cups_server() as running:
        yield running


def make_tickets(file: Path) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file), pagesize=(227, 400))
    for number in (1, 2):
        canvas.drawString(20, 200, f"Ticket {number}")
        # Ten centimetres that a scaled print would not have.
        canvas.rect(20, 50, 180, 283.46, fill=1)
        canvas.showPage()
    canvas.save()
    return file


def send(server: CupsServer, pdf: Path, **changes: str) -> str:
    choice = PrinterChoice(kind=PrinterKind.SYSTEM, **{"address": QUEUE, **changes})  # type: ignore[arg-type]
    run = subprocess.run(
        [sys.executable, "-c", _PRINT, choice.to_text(), str(pdf)],
        env={**server.environment, "QT_QPA_PLATFORM": "offscreen"},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_tickets_come_out_in_their_size_from_the_tray_that_was_chosen(print_server: CupsServer, tmp_path: Path) -> None:
    pdf = make_tickets(tmp_path / "tickets.pdf")
    assert send(print_server, pdf, tray="Lower") == "printed"
    (paper,) = print_server.wait_for_pages(1)
    document = QPdfDocument()
    document.load(str(paper))
    assert document.pageCount() == 2
    size = document.pagePointSize(0)
    assert abs(size.width() - 227) <= 1
    assert abs(size.height() - 400) <= 1
    assert abs(_inked_rows(document) - 283) <= 2
    log = (print_server.folder / "log" / "error").read_text(errors="replace")
    assert "InputSlot=Lower" in log
    assert "media=Custom.227x400" in log
    # Two pages of one job: nothing was asked and nothing printed twice.
    assert len(print_server.run("lpstat", "-W", "completed", "-o").splitlines()) == 1


def test_a_printer_that_the_system_does_not_know_takes_nothing(print_server: CupsServer, tmp_path: Path) -> None:
    pdf = make_tickets(tmp_path / "tickets.pdf")
    before = print_server.run("lpstat", "-W", "all", "-o")
    assert send(print_server, pdf, address="Gone").startswith("refused: The system does not see the printer Gone")
    assert print_server.run("lpstat", "-W", "all", "-o") == before


def _inked_rows(document: QPdfDocument) -> int:
    """How many rows of points of the first page are black in their middle."""
    picture = document.render(0, document.pagePointSize(0).toSize())
    middle = picture.width() // 2
    colours = (picture.pixelColor(middle, row) for row in range(picture.height()))
    return sum(1 for colour in colours if colour.alpha() > 100 and colour.lightness() < 128)
