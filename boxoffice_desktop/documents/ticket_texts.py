"""What each field of a design says for a ticket."""

from collections.abc import Callable

from boxoffice_desktop.documents.formatting import (
    format_date_long,
    format_date_plain,
    format_date_time,
    format_money,
    format_time,
    format_weekday,
)
from boxoffice_desktop.documents.pages import TicketPage
from boxoffice_desktop.documents.qr import code_text
from boxoffice_desktop.documents.text import clean, make_readable
from boxoffice_desktop.documents.words import TicketWords

_HASH_SHOWN = 8
# Three groups are the twelve letters that a person has to type at a door.
_CODE_GROUP = 4


class TicketTexts:
    """The texts of one ticket, written with the letters that the fonts have. Hold `FONT_LOCK`.

    Attributes:
        warnings: sentences about what could not be written as it is spelt.
    """

    def __init__(self, page: TicketPage, words: TicketWords) -> None:
        self.warnings: list[str] = []
        self._page = page
        self._words = words

    def say(self, show: str, own: str) -> str:
        """The text of a field; empty when the ticket has nothing to say there. `own` is a design's own text."""
        if show == "text":
            return self.write(own)
        if show == "title":
            return self.write(self._page.movie_title, self._page.latin_title)
        return _SAYINGS[show](self, self._page, self._words)

    def label(self, show: str) -> str:
        """The word before or above a field; empty for fields that need none."""
        name = _LABELS.get(show)
        return self.write(str(getattr(self._words, name))) if name else ""

    def write(self, text: str, latin: str | None = None) -> str:
        """The text as the fonts can write it; empty when there is nothing to write."""
        if not text:
            return ""
        readable = make_readable(text, latin)
        if readable.is_changed:
            cleaned = clean(text)
            if not cleaned:
                return ""
            self.warnings.append(f"No font here can write all of “{cleaned}”. The ticket says “{readable.text}”.")
        return readable.text

    def money(self, amount: int) -> str:
        """The amount with its currency, as the venue's locale writes it."""
        return self.write(format_money(amount, self._page.currency, self._page.locale))

    def join(self, *texts: str) -> str:
        """The texts that say something, with dots between them."""
        return " · ".join(text for text in map(self.write, texts) if text)

    def tax(self) -> str:
        """The tax that is inside the price; empty where tickets show none."""
        label = clean(self._page.tax_label)
        return self.write(f"{self._words.including} {label} {self.money(self._page.tax)}") if label else ""

    def copy(self) -> str:
        """`Copy 2` and so on; empty on the first print."""
        return self.write(f"{self._words.copy} {self._page.copy}") if self._page.copy > 1 else ""


def group_code(code: bytes) -> str:
    """The QR code's text in groups, so that a person can read it out and type it."""
    text = code_text(code)
    return " ".join(text[place : place + _CODE_GROUP] for place in range(0, len(text), _CODE_GROUP))


_LABELS = {
    "row": "row",
    "seat": "seat",
    "hall": "hall",
    "place": "hall",
    "time": "time",
    "serial": "ticket",
    "sale": "sale",
    "terminal": "terminal",
    "sold": "sold",
    "journal": "journal",
    "code": "code",
}

_SAYINGS: dict[str, Callable[[TicketTexts, TicketPage, TicketWords], str]] = {
    "venue": lambda texts, page, _: texts.write(page.venue_name),
    "certificate": lambda texts, page, _: texts.write(page.certificate),
    "facts": lambda texts, page, _: texts.join(page.format, page.language),
    "time": lambda texts, page, _: texts.write(format_time(page.starts_at, page.locale)),
    "weekday": lambda texts, page, _: texts.write(format_weekday(page.starts_at, page.locale)),
    "date": lambda texts, page, _: texts.write(format_date_plain(page.starts_at, page.locale)),
    "day": lambda texts, page, _: texts.write(format_date_long(page.starts_at, page.locale)),
    "hall": lambda texts, page, _: texts.write(page.hall_name),
    "zone": lambda texts, page, _: texts.write(page.zone),
    "place": lambda texts, page, _: texts.join(page.hall_name, page.zone),
    "row": lambda texts, page, _: texts.write(page.row_label),
    "seat": lambda texts, page, _: texts.write(page.seat_number),
    "row_and_seat": lambda texts, page, words: texts.join(
        f"{words.row} {page.row_label}" if clean(page.row_label) else "",
        f"{words.seat} {page.seat_number}" if clean(page.seat_number) else "",
    ),
    "type": lambda texts, page, _: texts.write(page.ticket_type),
    "price": lambda texts, page, _: texts.money(page.amount),
    "area": lambda texts, page, words: texts.join(page.area_name, words.kinds.get(page.seat_kind, "")),
    "tax": lambda texts, _page, _: texts.tax(),
    "serial": lambda texts, page, _: texts.write(str(page.serial)),
    "sale": lambda texts, page, _: texts.write(str(page.sale_number)),
    "terminal": lambda texts, page, _: texts.write(page.terminal_name),
    "sold": lambda texts, page, _: texts.write(format_date_time(page.sold_at, page.locale)),
    "journal": lambda texts, page, _: texts.write(page.journal_hash[:_HASH_SHOWN]),
    "code": lambda texts, page, _: texts.write(group_code(page.code)),
    "copy": lambda texts, _page, _: texts.copy(),
}
