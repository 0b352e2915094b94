"""The papers of a sale: its tickets, and the gift cards that it has sold, on the same paper."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from boxoffice_desktop.documents.design import Design, DesignKind, Paper
from boxoffice_desktop.documents.fitting import fit_line
from boxoffice_desktop.documents.fonts import FONT_LOCK
from boxoffice_desktop.documents.formatting import format_date_time
from boxoffice_desktop.documents.pages import GiftCardSlip, RenderedDocument, TicketPage
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.running import Writer
from boxoffice_desktop.documents.text import clean
from boxoffice_desktop.documents.ticket import choose_design, draw_tickets, open_canvas, render_tickets
from boxoffice_desktop.documents.words import GiftCardWords, words_for

_CODE_SIZE: Final = 30.0
_CODE_SMALLEST: Final = 12.0
_MARGIN: Final = 4.0
# Millimetres.
_LOW: Final = 90.0


def render_sale(
    pages: Sequence[TicketPage], cards: Sequence[GiftCardSlip] = (), design: Design | None = None
) -> RenderedDocument:
    """Tickets and gift cards as one PDF, a card a page after the tickets. Safe from any thread.

    Raises:
        InvalidInputError: there is nothing to print, a locale does not exist, or the design is not one for tickets.
    """
    if not cards:
        return render_tickets(pages, design)
    chosen = choose_design(design)
    buffer = BytesIO()
    with FONT_LOCK:
        canvas = open_canvas(buffer)
        warnings: list[str] = []
        if pages:
            warnings += draw_tickets(canvas, pages, chosen)
        else:
            canvas.setTitle(words_for(cards[0].locale).gift_card.heading)
            canvas.setAuthor(clean(cards[0].venue_name))
        for card in cards:
            writer = Writer(_make_design(chosen), currency=card.currency, locale=card.locale)
            is_low = (chosen.paper.height or _LOW) < _LOW
            _write_card(_shorten(card) if is_low else card, words_for(card.locale).gift_card, writer)
            writer.sheet.draw(canvas, "")
            warnings += writer.warnings
        canvas.save()
    return RenderedDocument(pdf=buffer.getvalue(), warnings=tuple(dict.fromkeys(warnings)))


def _make_design(tickets: Design) -> Design:
    """The tickets' paper, a whole sheet of it for each card."""
    paper = tickets.paper
    margin = max(paper.margin, _MARGIN)
    return Design(
        key=tickets.key,
        name=tickets.name,
        kind=DesignKind.RECEIPT,
        paper=Paper(width=paper.width, height=paper.height, margin=margin),
    )


def _shorten(card: GiftCardSlip) -> GiftCardSlip:
    """On low stock the code goes before what is on every other paper too."""
    return replace(card, venue_lines=(), note="", logo=None)


def _write_card(card: GiftCardSlip, words: GiftCardWords, out: Writer) -> None:
    out.logo(card.logo)
    out.venue(card.venue_name, card.venue_lines)
    out.pair(words.heading, out.money(card.amount), out.type.large * 1.2, bold=True)
    out.gap()
    room = out.sheet.content - 6 * MM
    code = fit_line(out.write(card.code), room, _CODE_SIZE, _CODE_SMALLEST, bold=True)
    out.sheet.add_frame(code, fit_line(out.write(words.code), room, out.type.normal, out.type.small))
    out.gap()
    out.text(words.valid.format(venue=card.venue_name), lines=3)
    out.text(words.keep, lines=3)
    out.rule(dashed=True)
    out.pair(words.sold, format_date_time(card.sold_at, card.locale), out.type.small)
    out.pair(words.sale, f"{card.sale_number}, {card.terminal_name}", out.type.small)
    if card.note:
        out.gap()
        out.text(card.note, centred=True, lines=4)
