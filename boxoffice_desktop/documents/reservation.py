"""The slip for seats that wait at the counter."""

from collections.abc import Callable, Mapping

from boxoffice_desktop.documents.design import Design, DesignKind
from boxoffice_desktop.documents.fitting import fit_line
from boxoffice_desktop.documents.formatting import format_date_long, format_date_time, format_time
from boxoffice_desktop.documents.pages import RenderedDocument, ReservationSlip
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.running import Writer, finish
from boxoffice_desktop.documents.words import SlipWords, words_for

_CODE_SIZE, _CODE_SMALLEST = 40.0, 12.0


def render_reservation(
    slip: ReservationSlip, design: Design | None = None, *, words: SlipWords | None = None
) -> RenderedDocument:
    """The slip as a PDF, on a receipt roll without a design. Safe from any thread.

    Raises:
        InvalidInputError: the locale does not exist, or the design is not one for reservations.
    """
    return draw_reservation(slip, design, words)[0]


def draw_reservation(
    slip: ReservationSlip, design: Design | None = None, words: SlipWords | None = None
) -> tuple[RenderedDocument, tuple[str, ...]]:
    """The slip, and the texts that were too long for the design."""
    spoken = words or words_for(slip.locale).reservation
    return finish(
        design,
        DesignKind.RESERVATION,
        currency=slip.currency,
        locale=slip.locale,
        title=lambda: f"{spoken.heading} {slip.code} - {format_date_time(slip.starts_at, slip.locale)}",
        venue_name=slip.venue_name,
        page_word="",
        blocks=lambda writer: _Slip(slip, spoken, writer).blocks(),
    )


class _Slip:
    def __init__(self, slip: ReservationSlip, words: SlipWords, writer: Writer) -> None:
        self._slip, self._words, self._out = slip, words, writer

    def blocks(self) -> Mapping[str, Callable[[], None]]:
        slip, out = self._slip, self._out
        return {
            "logo": lambda: out.logo(slip.logo),
            "venue": lambda: out.venue(slip.venue_name, slip.venue_lines),
            "heading": self._heading,
            "code": self._code,
            "film": self._film,
            "seats": self._seats,
            "collect": self._collect,
            "facts": self._facts,
            "note": self._note,
        }

    def _heading(self) -> None:
        slip, words, out = self._slip, self._words, self._out
        out.copy_bar(words.copy, slip.copy)
        out.text(words.heading, out.type.large, bold=True)
        out.gap(0.5)
        out.text(words.name, keeps=True)
        out.text(slip.name, out.type.large, bold=True, lines=3)

    def _code(self) -> None:
        out = self._out
        out.gap()
        room = out.sheet.content - 6 * MM
        code = fit_line(out.write(self._slip.code), room, _CODE_SIZE, _CODE_SMALLEST, bold=True)
        out.sheet.add_frame(code, fit_line(out.write(self._words.code), room, out.type.normal, out.type.small))

    def _film(self) -> None:
        slip, out = self._slip, self._out
        out.gap(1.5)
        out.text(slip.movie_title, out.type.large * 1.1, bold=True, lines=3, latin=slip.latin_title)
        out.text(" · ".join(text for text in (slip.certificate, slip.format, slip.language) if text.strip()))
        out.gap(0.5)
        out.text(format_date_long(slip.starts_at, slip.locale), out.type.normal * 1.3, bold=True)
        out.pair(slip.hall_name, format_time(slip.starts_at, slip.locale), out.type.large * 1.2, bold=True)

    def _seats(self) -> None:
        slip, words, out = self._slip, self._words, self._out
        out.gap(0.5)
        out.text(f"{words.seats} ({len(slip.seats)})", keeps=True)
        out.text(", ".join(slip.seats), out.type.large, bold=True, lines=6)

    def _collect(self) -> None:
        slip, words, out = self._slip, self._words, self._out
        out.gap()
        moment = f"{words.collect_by} {format_date_time(slip.collect_by, slip.locale)}"
        room = out.sheet.content - 4 * MM
        out.sheet.add_bar(fit_line(out.write(moment), room, out.type.large, out.type.small, bold=True))
        if slip.amount is not None:
            out.gap()
            out.pair(words.to_pay, out.money(slip.amount), out.type.large, bold=True)

    def _facts(self) -> None:
        slip, words, out = self._slip, self._words, self._out
        out.rule(dashed=True)
        out.pair(words.terminal, slip.terminal_name, out.type.small)
        if slip.staff_name:
            out.pair(words.staff, slip.staff_name, out.type.small)
        out.text(format_date_time(slip.made_at, slip.locale), out.type.small)

    def _note(self) -> None:
        out = self._out
        out.gap()
        out.text(self._words.no_ticket, bold=True, centred=True)
        out.text(self._slip.note, centred=True, lines=4)
