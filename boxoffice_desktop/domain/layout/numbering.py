"""Names of rows and numbers of seats by rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, replace_seats, rows_of, seats_of

# I and O are left out: on a ticket they look like 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MOST = 999
_MOST_LETTERS = 2


class Pattern(StrEnum):
    """Which numbers a row uses."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatRule:
    """How the seats of a row are numbered; `start` is raised to the next odd or even number where needed."""

    from_right: bool = False
    pattern: Pattern = Pattern.ALL
    start: int = 1

    def numbers(self) -> Iterator[str]:
        """The numbers in the order in which seats get them."""
        step = 1 if self.pattern is Pattern.ALL else 2
        wanted = {Pattern.ODD: 1, Pattern.EVEN: 0}.get(self.pattern)
        at = self.start if wanted is None or self.start % 2 == wanted else self.start + 1
        while True:
            yield str(at)
            at += step


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRule:
    """How rows are named: `start` is a letter (or letters) or a number, and says which of the two it is.

    `from_back`: the first name goes to the row farthest from the screen. `all_letters` keeps I and O.
    """

    start: str = "A"
    from_back: bool = False
    all_letters: bool = False

    def labels(self) -> Iterator[str]:
        """The labels in the order in which rows get them.

        Raises:
            InvalidInputError: the start is neither letters of the alphabet in use nor a whole number.
        """
        start = self.start.strip().upper()
        if start.isdecimal() and int(start) <= _MOST:
            at = int(start)
            while True:
                yield str(at)
                at += 1
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if self.all_letters else LETTERS
        if not start or len(start) > _MOST_LETTERS or any(letter not in alphabet for letter in start):
            raise InvalidInputError("start", "Rows start at a number or at one or two letters; I and O are left out.")
        value = _to_number(start, alphabet)
        while True:
            yield _to_letters(value, alphabet)
            value += 1


def _to_number(label: str, alphabet: str) -> int:
    value = 0
    for letter in label:
        value = value * len(alphabet) + alphabet.index(letter) + 1
    return value


def _to_letters(value: int, alphabet: str) -> str:
    letters = ""
    while value:
        value, rest = divmod(value - 1, len(alphabet))
        letters = alphabet[rest] + letters
    return letters


def free_labels(document: HallDocument, zone: str, rule: RowRule) -> Iterator[str]:
    """The rule's labels without those that the zone has already."""
    taken = {seat.row_label for seat in document.seats if seat.zone == zone}
    return (label for label in rule.labels() if label not in taken)


def number_row(seats: list[LayoutSeat], rule: SeatRule) -> list[LayoutSeat]:
    """The seats of one row, given from left to right, with their numbers."""
    ordered = list(reversed(seats)) if rule.from_right else seats
    return [replace(seat, number=number) for seat, number in zip(ordered, rule.numbers(), strict=False)]


def number_seats(document: HallDocument, keys: Keys, rule: SeatRule) -> HallDocument:
    """Number the selected seats of every row by the rule; other seats of those rows keep their numbers."""
    rows = rows_of(seats_of(document, keys)).values()
    return replace_seats(document, (seat for row in rows for seat in number_row(row, rule)))


def name_rows(document: HallDocument, keys: Keys, rule: RowRule) -> HallDocument:
    """Give the rows of the selected seats new labels, from the screen backwards or from the back.

    Raises:
        InvalidInputError: the rule cannot begin where it says.
    """
    rows = list(rows_of(seats_of(document, keys)).values())
    if rule.from_back:
        rows.reverse()
    named = zip(rows, rule.labels(), strict=False)
    return replace_seats(document, (replace(seat, row_label=label) for row, label in named for seat in row))
