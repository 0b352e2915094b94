"""A PDF on paper, in its exact size, through the system's printers."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPrintSupport import QPrinter

from boxoffice_desktop.domain.errors import PrinterError
from boxoffice_desktop.domain.printing import PrintDoubtError

_POINTS_PER_INCH: Final = 72
# Finer than this no eye sees; a printer of 2,400 dpi would want half a gigabyte for one ticket.
_FINEST_DPI: Final = 600
# A ticket at 600 dpi is six million: drawn at once, the window would stand still for a fifth of a second.
_STRIP_PIXELS: Final = 500_000


class PdfPrintJob(QObject):
    """Sends a document to a printer, a strip of a page each time the event loop comes round: the window goes on.

    Signals:
        finished: how many pages the printer has taken.
        failed: a `PrinterError`; pages may have come out already.
    """

    finished = Signal(int)
    failed = Signal(object)

    def __init__(self, pdf: bytes, printer: QPrinter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._printer = printer
        self._painter = QPainter()
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument(self)
        self._document.load(self._buffer)
        self._page = 0
        self._rows_sent = 0
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._on_next_timeout)

    def fit_paper(self) -> None:
        """Ask for paper of the size of the first page, without margins; a person may choose other paper afterwards."""
        size = QPageSize(
            self._document.pagePointSize(0), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch
        )
        self._printer.setFullPage(True)
        self._printer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))

    def start(self) -> None:
        """Begin; `finished` or `failed` tells how it ended."""
        self._next.start()

    def run(self) -> int:
        """Send all of it before returning, on a worker thread; how many pages the printer has taken.

        Raises:
            PrinterError: the printer took nothing.
            PrintDoubtError: it took a part.
        """
        try:
            while not self._step():
                pass
        except PrinterError as error:
            self._end()
            if self._page or self._rows_sent:
                raise PrintDoubtError(str(error)) from error
            raise
        if not self._end():
            raise PrintDoubtError(self.tr("It stopped before the end."))
        return self._page

    def _on_next_timeout(self) -> None:
        try:
            is_whole = self._step()
        except PrinterError as error:
            self._next.stop()
            self._end()
            self.failed.emit(error)
            return
        if not is_whole:
            return
        self._next.stop()
        if not self._end():
            self.failed.emit(PrinterError(self.tr("It stopped before the end.")))
        else:
            self.finished.emit(self._page)

    def _step(self) -> bool:
        """Send a strip; True when it was the document's last."""
        if not self._send_strip():
            return False
        self._page += 1
        self._rows_sent = 0
        return self._page == self._document.pageCount()

    def _send_strip(self) -> bool:
        """Send the next rows of the page; True when they were the last."""
        if self._document.pageCount() == 0:
            raise PrinterError(self.tr("The document cannot be read."))
        if self._rows_sent == 0:
            self._begin_page()
        points = self._document.pagePointSize(self._page)
        dpi = self._printer.resolution()
        # A whole number of the printer's dots to a pixel: strips meet without a seam.
        dots = -(-dpi // _FINEST_DPI)
        per_point = dpi / dots / _POINTS_PER_INCH
        whole = QSize(max(1, round(points.width() * per_point)), max(1, round(points.height() * per_point)))
        rows = min(max(1, _STRIP_PIXELS // whole.width()), whole.height() - self._rows_sent)
        strip = QRect(0, self._rows_sent, whole.width(), rows)
        place = QRect(0, strip.top() * dots, strip.width() * dots, strip.height() * dots)
        self._painter.drawImage(place, self._draw(strip, whole))
        self._rows_sent += rows
        return self._rows_sent == whole.height()

    def _begin_page(self) -> None:
        begun = self._painter.isActive()
        if not (self._printer.newPage() if begun else self._painter.begin(self._printer)):
            raise PrinterError(self._printer.printerName() or self._printer.outputFileName())

    def _draw(self, strip: QRect, whole: QSize) -> QImage:
        """The rows `strip` of the page as it is when it is `whole` pixels large, on white."""
        options = QPdfDocumentRenderOptions()
        options.setScaledSize(whole)
        # Qt scales by the distance between the rectangle's corner pixels, which is one less than its size.
        options.setScaledClipRect(strip.adjusted(0, 0, 1, 1))
        drawn = self._document.render(self._page, strip.size(), options)
        paper = QImage(strip.size(), QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        painter = QPainter(paper)
        painter.drawImage(0, 0, drawn)
        painter.end()
        return paper

    def _end(self) -> bool:
        return self._painter.isActive() and self._painter.end()
