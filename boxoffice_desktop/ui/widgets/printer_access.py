"""Carries documents to the printers of this machine and of its network. Blocks, so it belongs on a worker."""

from typing import TYPE_CHECKING, Final

from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import PrinterChoice

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_DOTS_OF_WIDE: Final = 512
# Qt's own way to hand options of a job to CUPS (PPK_CupsOptions in qtbase's qcups_p.h); others pass it over.
_CUPS_OPTIONS: Final = 0xFE00
_MM_OF_WIDE: Final = 80
_MM_OF_NARROW: Final = 58


class MachinePrinters:
    """Every kind of printer that a till can choose, but for the folder."""

    def send(self, pdf: bytes, choice: PrinterChoice, title: str, *, kick: bool) -> None:
        """Print all of it before returning, in its exact size and without a question.

        Raises:
            PrinterError: nothing went out.
            PrintDoubtError: something did.
        """
        if choice.kind.is_receipt_printer:
            _send_to_receipt_printer(pdf, choice, kick=kick)
        else:
            _send_to_system(pdf, choice, title)


def print_test_page(choice: PrinterChoice, venue_name: str, terminal_name: str, said: str) -> None:
    """Print a page with a ruler, after the drawer, if one hangs on this printer. `said` has `{mm}` for its length.

    Raises:
        PrinterError: it is not on paper, or nobody knows.
    """
    from boxoffice_desktop.documents.test_page import render_test_page

    width_mm = _MM_OF_NARROW if choice.kind.is_receipt_printer and choice.dots < _DOTS_OF_WIDE else _MM_OF_WIDE
    pdf = render_test_page(venue_name, terminal_name, said, width_mm=width_mm)
    MachinePrinters().send(pdf, choice, "Test page", kick=True)


def _choose_tray(printer: "QPrinter", tray: str) -> None:
    from PySide6.QtPrintSupport import QPrintEngine, QPrinter

    sources = {source.name.casefold(): source for source in QPrinter.PaperSource}
    if tray.casefold() in sources:
        # Windows; for CUPS Qt does nothing with it.
        printer.setPaperSource(sources[tray.casefold()])
    key = QPrintEngine.PrintEnginePropertyKey(_CUPS_OPTIONS)
    printer.printEngine().setProperty(key, ["InputSlot", tray])


def _send_to_receipt_printer(pdf: bytes, choice: PrinterChoice, *, kick: bool) -> None:
    from boxoffice_desktop.documents.receipt_printer import build_commands
    from boxoffice_desktop.services.receipt_printer import deliver
    from boxoffice_desktop.ui.widgets.pdf_raster import raster_pdf

    deliver(choice, build_commands(raster_pdf(pdf, choice.dots)), kick=kick)


def _send_to_system(pdf: bytes, choice: PrinterChoice, title: str) -> None:
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    from boxoffice_desktop.ui.widgets.pdf_printing import PdfPrintJob

    found = QPrinterInfo.printerInfo(choice.address)
    if found.isNull():
        # Without this QPrinter takes the system's default instead, or a file.
        raise PrinterError(f"The system does not see the printer {choice.address} now. Is it switched on?")
    printer = QPrinter(found, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    if choice.tray:
        _choose_tray(printer, choice.tray)
    job = PdfPrintJob(pdf, printer)
    job.fit_paper()
    job.run()
