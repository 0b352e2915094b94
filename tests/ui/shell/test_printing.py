import threading
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QMarginsF, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import DocumentKind, PrinterChoice, PrinterKind
from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.ui.shell import ticket_window
from boxoffice_desktop.ui.shell.ticket_window import TicketDesk, TicketWindow
from boxoffice_desktop.ui.widgets.pdf_printing import PdfPrintJob
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.printers import SystemPrinters
from tests.ui.shell.conftest import Till
from tests.ui.shell.test_tickets import SALE, SALE_ID, make_pdf

PRINTERS = SystemPrinters(names=("Receipts", "Office"), default="Office")


def _file_printer(file: Path) -> QPrinter:
    """A printer whose paper is a PDF file."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    return printer


def _open(file: Path) -> QPdfDocument:
    document = QPdfDocument()
    document.load(str(file))
    return document


def test_every_page_comes_out_in_its_exact_size(qtbot: QtBot, tmp_path: Path) -> None:
    job = PdfPrintJob(make_pdf(3), _file_printer(tmp_path / "out.pdf"))
    job.fit_paper()
    with qtbot.waitSignal(job.finished) as finished:
        job.start()
    assert finished.args == [3]
    printed = _open(tmp_path / "out.pdf")
    assert printed.pageCount() == 3
    for page in range(3):
        size = printed.pagePointSize(page)
        assert (round(size.width()), round(size.height())) == (227, 400)
        source = _text_rows_of(make_pdf(3), page, tmp_path)
        # Drawn again on another grid: within one point.
        assert all(abs(a - b) <= 1 for a, b in zip(_text_rows(printed, page), source, strict=True))


def test_the_strips_of_a_page_make_up_the_page(qtbot: QtBot) -> None:
    job = PdfPrintJob(make_pdf(1), QPrinter(QPrinter.PrinterMode.HighResolution))
    whole = QSize(454, 800)
    at_once = job._draw(QRect(QPoint(), whole), whole)
    in_strips = QImage(whole, QImage.Format.Format_RGB32)
    painter = QPainter(in_strips)
    for top in range(0, 800, 37):
        rows = min(37, 800 - top)
        painter.drawImage(0, top, job._draw(QRect(0, top, 454, rows), whole))
    painter.end()
    assert in_strips == at_once
    assert any(_is_ink(at_once.pixelColor(column, 395)) for column in range(454))


def test_the_window_does_not_stand_still_while_it_prints(qtbot: QtBot, tmp_path: Path) -> None:
    printer = _file_printer(tmp_path / "out.pdf")
    printer.setResolution(600)
    job = PdfPrintJob(make_pdf(2), printer)
    job.fit_paper()
    turns: list[float] = []
    job._next.timeout.connect(lambda: turns.append(monotonic()))
    with qtbot.waitSignal(job.finished):
        job.start()
    # Each page comes in a dozen pieces, and the event loop has its turn between them.
    assert len(turns) >= 20
    gaps = sorted(later - earlier for earlier, later in pairwise(turns))
    assert gaps[len(gaps) // 2] < 0.1


def test_on_larger_paper_the_ticket_keeps_its_size(qtbot: QtBot, tmp_path: Path) -> None:
    printer = _file_printer(tmp_path / "out.pdf")
    job = PdfPrintJob(make_pdf(1), printer)
    job.fit_paper()
    printer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    with qtbot.waitSignal(job.finished):
        job.start()
    printed = _open(tmp_path / "out.pdf")
    assert round(printed.pagePointSize(0).width()) == 595
    rows = _text_rows(printed, 0)
    # The text stands 200 points from the foot of a page of 400: as far from the top of any paper.
    assert 185 < rows[0] < 200 < rows[1] + 3


def test_what_is_no_document_is_a_printer_error(qtbot: QtBot, tmp_path: Path) -> None:
    job = PdfPrintJob(b"no PDF", _file_printer(tmp_path / "out.pdf"))
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert isinstance(failed.args[0], PrinterError)


@pytest.mark.qt_log_ignore(".*")
def test_a_printer_that_takes_nothing_is_a_printer_error(qtbot: QtBot, tmp_path: Path) -> None:
    job = PdfPrintJob(make_pdf(1), _file_printer(tmp_path / "no" / "such" / "folder" / "out.pdf"))
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert isinstance(failed.args[0], PrinterError)


@pytest.fixture
def tickets(qtbot: QtBot, till: Till) -> TicketWindow:
    till.desk.documents[SALE_ID] = TicketsDocument(pdf=make_pdf(2), warnings=())
    desk = TicketDesk(till.window, till.tasks, till.presenter, PrinterChoices(till.settings))
    till.window.setProperty("kept", desk)
    with qtbot.waitSignal(desk.shown) as shown:
        desk.show_tickets(SALE)
    window = shown.args[0]
    assert isinstance(window, TicketWindow)
    return window


def test_without_a_printer_saving_is_offered(
    qtbot: QtBot, tickets: TicketWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_window, "list_printers", lambda: SystemPrinters(names=(), default=""))
    assert not tickets.preview._advice.isVisible()
    tickets.preview._print.click()
    qtbot.waitUntil(tickets.preview._advice.isVisible)
    assert tickets.preview._advice.isVisible()
    assert "no printer" in tickets.preview._advice.text()


def test_printing_opens_a_dialog_that_does_not_block(
    qtbot: QtBot, till: Till, tickets: TicketWindow, tmp_path: Path
) -> None:
    dialog = tickets.preview.ask_where_to_print(PRINTERS)
    assert dialog is not None
    dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog.printer().setOutputFileName(str(tmp_path / "out.pdf"))
    with qtbot.waitSignal(tickets.preview.printed) as printed:
        dialog.accepted.emit(dialog.printer())
    dialog.close()
    assert printed.args == [2]
    assert _open(tmp_path / "out.pdf").pageCount() == 2
    assert [message.title for message in till.presenter.notices.messages] == ["Sent to the printer"]


def test_the_systems_printers_are_asked_for_on_a_worker(
    qtbot: QtBot, tickets: TicketWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def list_slowly() -> SystemPrinters:
        threads.append(threading.get_ident())
        return PRINTERS

    monkeypatch.setattr(ticket_window, "list_printers", list_slowly)
    monkeypatch.setattr(QPrinter, "setPrinterName", lambda _printer, _name: None)
    tickets.preview._print.click()
    qtbot.waitUntil(lambda: bool(tickets.preview.findChildren(QPrintDialog)))
    assert threads[0] != threading.get_ident()
    tickets.preview.findChildren(QPrintDialog)[0].close()


def test_a_worker_prints_all_of_it_before_it_goes_on(tmp_path: Path) -> None:
    job = PdfPrintJob(make_pdf(3), _file_printer(tmp_path / "out.pdf"))
    job.fit_paper()
    assert job.run() == 3
    assert _open(tmp_path / "out.pdf").pageCount() == 3


def test_a_printer_that_is_away_gives_way_to_the_systems() -> None:
    assert PRINTERS.prefer("Kiosk") == "Office"
    assert SystemPrinters(names=("Receipts",), default="").prefer("") == "Receipts"


def test_a_till_that_prints_by_itself_offers_no_second_print_beside_the_queue(qtbot: QtBot, till: Till) -> None:
    choices = PrinterChoices(till.settings)
    choices.save(DocumentKind.TICKETS, PrinterChoice(kind=PrinterKind.NETWORK, address="printer"))
    till.desk.documents[SALE_ID] = TicketsDocument(pdf=make_pdf(1), warnings=())
    desk = TicketDesk(till.window, till.tasks, till.presenter, choices)
    with qtbot.waitSignal(desk.shown) as shown:
        desk.show_tickets(SALE)
    assert not shown.args[0].preview._print.isVisible()
    assert shown.args[0].preview._save.isVisible()
    shown.args[0].close()


def test_enter_prints(tickets: TicketWindow) -> None:
    assert tickets.preview._print.isDefault()
    assert not tickets.preview._save.autoDefault()


def test_a_refusing_printer_is_told(qtbot: QtBot, till: Till, tickets: TicketWindow) -> None:
    tickets.preview.print_failed.emit(PrinterError("LaserJet"))
    qtbot.waitUntil(lambda: bool(till.presenter.notices.messages))
    assert till.presenter.notices.messages[0].title == "The printer did not take the tickets"


def _text_rows(document: QPdfDocument, page: int) -> tuple[int, int]:
    """The first and last row of a page, in points from above, on which something is drawn."""
    points = document.pagePointSize(page)
    picture = document.render(page, points.toSize())
    dark = [
        row
        for row in range(picture.height())
        if any(_is_ink(picture.pixelColor(column, row)) for column in range(min(227, picture.width())))
    ]
    return dark[0], dark[-1]


def _is_ink(colour: QColor) -> bool:
    return colour.alpha() > 100 and colour.lightness() < 128


def _text_rows_of(pdf: bytes, page: int, tmp_path: Path) -> tuple[int, int]:
    file = tmp_path / "source.pdf"
    file.write_bytes(pdf)
    return _text_rows(_open(file), page)
