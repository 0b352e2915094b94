"""A page to try a printer with: as wide as a receipt roll, with a ruler that tells whether it was scaled."""

from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fitting import fit_line
from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.text import draw_line

_MARGIN: Final = 4 * MM
_HEIGHT: Final = 45 * MM
_RULER_MM: Final = 60
_SHORT_RULER_MM: Final = 40


def render_test_page(venue_name: str, terminal_name: str, said: str, *, width_mm: int) -> bytes:
    """The page as PDF. `said` is a sentence about the ruler, in the reader's language; `width_mm` is the paper's."""
    width = width_mm * MM
    room = width - 2 * _MARGIN
    buffer = BytesIO()
    with FONT_LOCK:
        get_font("NotoSans-Regular")
        # Without this the page names a Helvetica that nobody embeds. The stubs take this name for a number.
        canvas = Canvas(buffer, initialFontName="NotoSans-Regular", pageCompression=1)  # type: ignore[arg-type]
        canvas.setViewerPreference("PrintScaling", "None")
        canvas.setPageSize((width, _HEIGHT))
        length = _RULER_MM if width_mm > _RULER_MM + 2 * _MARGIN / MM else _SHORT_RULER_MM
        top = _HEIGHT - _MARGIN
        for text, size in ((venue_name, 14), (terminal_name, 12), (said.format(mm=length), 9)):
            line = fit_line(text, room, size, 6)
            top -= 1.5 * line.size
            draw_line(canvas, line.lines[0], _MARGIN, top, line.size)
        _draw_ruler(canvas, length)
        canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _draw_ruler(canvas: Canvas, length: int) -> None:
    """At the foot of the page: a line with a mark at every millimetre, longer ones at five and ten."""
    base = _MARGIN
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, base, _MARGIN + length * MM, base)
    for mark in range(length + 1):
        high = 5 if mark % 10 == 0 else 3.5 if mark % 5 == 0 else 2
        canvas.line(_MARGIN + mark * MM, base, _MARGIN + mark * MM, base + high * MM)
