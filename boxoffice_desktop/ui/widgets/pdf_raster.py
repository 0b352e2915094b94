"""Pages of a PDF as the black and white dots of a receipt printer. Runs on a worker."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.receipt_printer import Bitmap
from boxoffice_desktop.domain.errors import PrinterError

# Receipt printers set 8 dots on a millimetre (203 dpi): 576 across the 72 mm that they reach on 80 mm paper.
_DOTS_PER_POINT: Final = 8 * 25.4 / 72
# A line that is drawn along the margin has half of its stroke outside.
_HALF_A_STROKE: Final = 3


def raster_pdf(pdf: bytes, dots: int) -> tuple[Bitmap, ...]:
    """Every page in its exact size, `dots` across; blank margins that the printer does not reach are left out.

    Raises:
        PrinterError: the document cannot be read, or something on it does not fit across the paper.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    if document.pageCount() == 0:
        raise PrinterError(QCoreApplication.translate("pdf_raster", "The document cannot be read."))
    pages = tuple(_fit(_draw(document, page), dots) for page in range(document.pageCount()))
    document.close()
    return pages


def _draw(document: QPdfDocument, page: int) -> QImage:
    points = document.pagePointSize(page)
    size = QSize(round(points.width() * _DOTS_PER_POINT), round(points.height() * _DOTS_PER_POINT))
    paper = QImage(size, QImage.Format.Format_Grayscale8)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, document.render(page, size))
    painter.end()
    return paper


def _fit(page: QImage, dots: int) -> Bitmap:
    beyond = page.width() - dots
    left = beyond // 2 if beyond > 0 else 0
    kept = page.copy(QRect(left, 0, min(dots, page.width()), page.height()))
    right = page.width() - left - kept.width()
    for start, width in ((0, left - _HALF_A_STROKE), (left + kept.width() + _HALF_A_STROKE, right - _HALF_A_STROKE)):
        if width > 0 and _has_ink(page.copy(QRect(start, 0, width, page.height()))):
            words = QCoreApplication.translate("pdf_raster", "The design is wider than the paper of this printer.")
            raise PrinterError(words)
    mono = kept.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    if mono.color(1) != QColor(Qt.GlobalColor.black).rgb():
        mono.invertPixels()
    stride = (mono.width() + 7) // 8
    lines = bytes(mono.constBits())
    rows = b"".join(
        lines[row * mono.bytesPerLine() : row * mono.bytesPerLine() + stride] for row in range(mono.height())
    )
    return Bitmap(width=mono.width(), height=mono.height(), rows=_clear_beyond(rows, mono.width(), stride))


def _clear_beyond(rows: bytes, width: int, stride: int) -> bytes:
    """Qt pads a row with whatever; a printer would set those dots."""
    spare = stride * 8 - width
    if not spare:
        return rows
    mask = 0xFF << spare & 0xFF
    cleared = bytearray(rows)
    for last in range(stride - 1, len(cleared), stride):
        cleared[last] &= mask
    return bytes(cleared)


def _has_ink(part: QImage) -> bool:
    mono = part.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    black = QColor(Qt.GlobalColor.black).rgb()
    return any(mono.pixel(x, y) == black for x in range(mono.width()) for y in range(mono.height()))
