"""Cinema tickets as a PDF, by a design: one page a seat, or several tickets on a sheet.

Black on white only, since thermal printers have nothing else.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.design import Design, DesignKind, Paper
from boxoffice_desktop.documents.designs import default_design
from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font
from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.documents.pages import RenderedDocument, TicketPage
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.placing import PlacedTicket
from boxoffice_desktop.documents.text import clean
from boxoffice_desktop.documents.words import TicketWords, words_for
from boxoffice_desktop.domain.errors import InvalidInputError

__all__ = ["ENGLISH", "RenderedDocument", "TicketPage", "TicketWords", "list_cut_fields", "render_tickets"]

ENGLISH = TicketWords()


def render_tickets(
    pages: Sequence[TicketPage], design: Design | None = None, *, words: TicketWords | None = None
) -> RenderedDocument:
    """The tickets as one PDF, in the given order. Safe from any thread; one document is made at a time.

    Without a design they are those of a receipt roll; without words, the ones of the venue's language.

    Raises:
        InvalidInputError: there are no pages, a locale does not exist, a code is not 16 bytes long or the design is not
            one for tickets.
    """
    chosen = choose_design(design)
    if not pages:
        raise InvalidInputError("pages", "There is no ticket to print.")
    buffer = BytesIO()
    with FONT_LOCK:
        canvas = open_canvas(buffer)
        warnings = draw_tickets(canvas, pages, chosen, words)
        canvas.save()
    return RenderedDocument(pdf=buffer.getvalue(), warnings=warnings)


def draw_tickets(
    canvas: Canvas, pages: Sequence[TicketPage], design: Design, words: TicketWords | None = None
) -> tuple[str, ...]:
    """Draw one ticket or more from the canvas' current page on; returns the warnings. Hold `FONT_LOCK`."""
    first = pages[0]
    canvas.setTitle(f"{clean(first.movie_title)} - {format_date_time(first.starts_at, first.locale)}")
    canvas.setAuthor(clean(first.venue_name))
    spoken = words or words_for(first.locale).ticket
    canvas.setSubject(f"{spoken.sale} {first.sale_number}")
    placed = (PlacedTicket(design, page, words or words_for(page.locale).ticket) for page in pages)
    return _draw_all(canvas, design.paper, placed)


def list_cut_fields(page: TicketPage, design: Design, words: TicketWords | None = None) -> tuple[str, ...]:
    """Names of the fields in which this ticket's text is too long for the design and ends in an ellipsis.

    Raises:
        InvalidInputError: see `render_tickets`.
    """
    chosen = choose_design(design)
    with FONT_LOCK:
        return PlacedTicket(chosen, page, words or words_for(page.locale).ticket).cut


def open_canvas(buffer: BytesIO) -> Canvas:
    """A canvas for any document of ours: with embedded fonts only, printed in its exact size. Hold `FONT_LOCK`."""
    get_font("NotoSans-Regular")
    # Every page names the canvas' first font; without this a Helvetica that no page uses and nobody embeds.
    # The stubs take this name for a number.
    canvas = Canvas(buffer, initialFontName="NotoSans-Regular", pageCompression=1)  # type: ignore[arg-type]
    canvas.setCreator("Box Office Desktop")
    # A printer driver that fits the page to its paper would shrink the QR code and the seat.
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def choose_design(design: Design | None) -> Design:
    """The design for tickets, that of a receipt roll without one.

    Raises:
        InvalidInputError: it is for something else.
    """
    chosen = design or _default()
    if chosen.kind is not DesignKind.TICKET:
        raise InvalidInputError("design", f"The design '{chosen.name}' is for a {chosen.kind}, not for tickets.")
    return chosen


@lru_cache(maxsize=1)
def _default() -> Design:
    """Read once a process: it comes with the program."""
    return default_design(DesignKind.TICKET)


def _draw_all(canvas: Canvas, paper: Paper, tickets: Iterable[PlacedTicket]) -> tuple[str, ...]:
    warnings: dict[str, None] = {}
    places = paper.across * paper.down
    number = -1
    for number, ticket in enumerate(tickets):
        place = number % places
        if place == 0 and number:
            canvas.showPage()
        height = (paper.height or ticket.height) * MM
        if place == 0:
            canvas.setPageSize((paper.width * MM, height))
            _draw_cut_marks(canvas, paper, height)
        left = place % paper.across * paper.ticket_width * MM
        top = height - place // paper.across * ticket.height * MM
        ticket.draw(canvas, left, top)
        warnings.update(dict.fromkeys(ticket.warnings))
    canvas.showPage()
    return tuple(warnings)


def _draw_cut_marks(canvas: Canvas, paper: Paper, height: float) -> None:
    if not paper.cut_marks:
        return
    canvas.setLineWidth(0.4)
    canvas.setDash([2, 4])
    for column in range(1, paper.across):
        x = column * paper.ticket_width * MM
        canvas.line(x, 0, x, height)
    for row in range(1, paper.down):
        y = height - row * height / paper.down
        canvas.line(0, y, paper.width * MM, y)
    canvas.setDash([])
