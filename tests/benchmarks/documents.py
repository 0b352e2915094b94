"""How long a ticket takes: alone, in a thousand, and against the least that ReportLab can be asked for."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from statistics import median
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.qr import code_text
from boxoffice_desktop.documents.ticket import TicketPage, render_tickets
from boxoffice_desktop.domain.seats import SeatKind

_SINGLE_RUNS = 60
_MANY_RUNS = 3
_MANY = 1000
_PAGE = (227, 340)
_SHOW = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)


def measure() -> dict[str, dict[str, Any]]:
    """`ticket_pdf_ms`, `ticket_pdf_per_s` and `ticket_pdf_ratio`, each with value, unit, budget and runs.

    The fonts are loaded before, as a till does at its first ticket. The bare side draws one QR code of the same text
    with ReportLab's own widget on an empty page; both sides take turns.
    """
    render_tickets([_make_page(0)])
    ours, bare = [], []
    for number in range(1, _SINGLE_RUNS + 1):
        page = _make_page(number)
        ours.append(_time(lambda page=page: render_tickets([page])))
        bare.append(_time(lambda page=page: _draw_bare(page.code)))
    rates = []
    for run in range(_MANY_RUNS):
        pages = [_make_page(_MANY * (run + 1) + number) for number in range(_MANY)]
        rates.append(_MANY / _time(lambda pages=pages: render_tickets(pages)))
    return {
        "ticket_pdf_ms": _row(median(ours) * 1000, "ms", "≤ 15", _SINGLE_RUNS),
        "ticket_pdf_per_s": _row(median(rates), "pages/s", "≥ 200", _MANY_RUNS),
        "ticket_pdf_ratio": _row(median(ours) / median(bare), "x", "≤ 2", _SINGLE_RUNS),
    }


def _row(value: float, unit: str, budget: str, runs: int) -> dict[str, Any]:
    return {"value": round(value, 3), "unit": unit, "budget": budget, "runs": runs}


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _draw_bare(code: bytes) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=_PAGE, pageCompression=1)
    drawing = Drawing(100, 100)
    drawing.add(QrCodeWidget(code_text(code), barLevel="Q", barWidth=100, barHeight=100))
    renderPDF.draw(drawing, canvas, 20, 20)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _make_page(number: int) -> TicketPage:
    """A ticket whose seat, numbers and code are its own, as in a real print run of one show."""
    return TicketPage(
        venue_name="Rio Cinema",
        movie_title="Nosferatu",
        latin_title=None,
        certificate="12A",
        format="3D",
        language="German, English subtitles",
        starts_at=_SHOW,
        hall_name="Hall 2",
        zone="",
        row_label="ABCDEFGHJKLMNOPQRST"[number // 40 % 19],
        seat_number=str(number % 40 + 1),
        seat_kind=SeatKind.STANDARD,
        area_name="Standard",
        ticket_type=("Adult", "Child", "Senior")[number % 3],
        amount=1200,
        tax=89,
        tax_label="VAT 8 %",
        currency="EUR",
        locale="en_GB",
        serial=100_000 + number,
        sale_number=5_000 + number // 3,
        terminal_name="Counter 1",
        sold_at=_SHOW,
        journal_hash=f"{number:08x}" * 8,
        code=number.to_bytes(4, "big") * 4,
    )


if __name__ == "__main__":
    for key, row in measure().items():
        print(f"{key:20} {row['value']:>10} {row['unit']:8} budget {row['budget']}")  # noqa: T201 - its answer
