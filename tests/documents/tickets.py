"""What the tests of documents share: a ticket to vary, and a look at a finished PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.ticket import TicketPage, render_tickets
from boxoffice_desktop.domain.seats import SeatKind

LONDON = ZoneInfo("Europe/London")
DOTS_PER_MM = 8
"""A receipt printer's 203 dots an inch."""

_IS_INK = bytes([1] * 250 + [0] * 6)


def make_page(**changes: Any) -> TicketPage:
    """A ticket like most; every field may be changed by name."""
    fields: dict[str, Any] = {
        "venue_name": "Rio Cinema",
        "movie_title": "Nosferatu",
        "latin_title": None,
        "certificate": "12A",
        "format": "3D",
        "language": "German, English subtitles",
        "starts_at": datetime(2026, 11, 20, 20, 15, tzinfo=LONDON),
        "hall_name": "Hall 2",
        "zone": "",
        "row_label": "E",
        "seat_number": "7",
        "seat_kind": SeatKind.STANDARD,
        "area_name": "Premium",
        "ticket_type": "Adult",
        "amount": 1200,
        "tax": 89,
        "tax_label": "VAT 8 %",
        "currency": "GBP",
        "locale": "en_GB",
        "serial": 40123,
        "sale_number": 9876,
        "terminal_name": "Counter 3",
        "sold_at": datetime(2026, 11, 19, 18, 2, tzinfo=LONDON),
        "journal_hash": "a1b2c3d4e5f60718" * 4,
        "code": bytes(range(16)),
    }
    return TicketPage(**fields | changes)


@dataclass(frozen=True)
class Picture:
    """A page in grey, eight dots a millimetre; `rows` of one byte a dot, 0 is black."""

    rows: tuple[bytes, ...]

    def ink_bounds(self) -> tuple[int, int, int, int]:
        """The left, top, right and bottom dot that is not white."""
        inked = [row.translate(_IS_INK) for row in self.rows]
        tops = [place for place, row in enumerate(inked) if 1 in row]
        assert tops, "nothing is drawn"
        left = min(inked[place].find(1) for place in tops)
        right = max(inked[place].rfind(1) for place in tops)
        return left, tops[0], right, tops[-1]

    def is_dark(self, x: float, y: float) -> bool:
        return self.rows[int(y)][int(x)] < 128


@dataclass(frozen=True)
class Opened:
    """A PDF opened by Qt, the way the till's preview does it."""

    document: QPdfDocument

    def text(self, page: int = 0) -> str:
        return " ".join(self.document.getAllText(page).text().split())

    def size_mm(self, page: int = 0) -> tuple[float, float]:
        size = self.document.pagePointSize(page)
        return size.width() / 72 * 25.4, size.height() / 72 * 25.4

    def picture(self, page: int = 0) -> Picture:
        width, height = (round(side * DOTS_PER_MM) for side in self.size_mm(page))
        paper = QImage(width, height, QImage.Format.Format_RGB32)
        paper.fill(0xFFFFFFFF)
        painter = QPainter(paper)
        painter.drawImage(0, 0, self.document.render(page, QSize(width, height)))
        painter.end()
        grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
        dots, pitch = bytes(grey.constBits()), grey.bytesPerLine()
        return Picture(tuple(dots[y * pitch : y * pitch + width] for y in range(height)))


def open_pdf(pdf: bytes) -> Opened:
    document = QPdfDocument()
    # The document reads from the buffer to its end: one must not die before the other.
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    assert document.status() == QPdfDocument.Status.Ready
    return Opened(document)


def render_one(**changes: Any) -> Opened:
    return open_pdf(render_tickets([make_page(**changes)]).pdf)
