"""The pages of a PDF as pictures, for looking at them without a PDF reader. Needs no window and no display."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.domain.errors import InvalidInputError

_POINTS_PER_INCH = 72


def save_pictures(pdf: bytes, file: Path, dpi: int = 203) -> tuple[Path, ...]:
    """Each page as PNG beside `file`: `ticket.png`, `ticket-2.png` and so on; returns the files.

    Raises:
        InvalidInputError: the document cannot be read.
        OSError: a picture cannot be written.
    """
    document = QPdfDocument()
    # The document reads from the buffer to its end: one must not die before the other.
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if document.status() is not QPdfDocument.Status.Ready:
        raise InvalidInputError("pdf", "The document cannot be read.")
    saved = []
    for page in range(document.pageCount()):
        name = file.name if page == 0 else f"{file.stem}-{page + 1}{file.suffix}"
        place = file.with_name(name)
        if not _draw(document, page, dpi).save(str(place), "PNG"):  # type: ignore[call-overload]  # the stubs want bytes
            raise OSError(0, "The picture cannot be written", str(place))
        saved.append(place)
    return tuple(saved)


def _draw(document: QPdfDocument, page: int, dpi: int) -> QImage:
    points = document.pagePointSize(page)
    size = QSize(
        max(1, round(points.width() / _POINTS_PER_INCH * dpi)), max(1, round(points.height() / _POINTS_PER_INCH * dpi))
    )
    paper = QImage(size, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, document.render(page, size))
    painter.end()
    return paper
