"""What a reservation is told by: a code that can be spoken, a name that can be misspelt, a phone number in any form."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from boxoffice_desktop.domain.cards import refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError

# Without 0 and O, 1 and I: read out loud or from a slip, nothing is taken for something else.
CODE_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH: Final = 6
_LONGEST_NAME: Final = 200
_FEWEST_DIGITS: Final = 3
_MOST_DIGITS: Final = 20
_PHONE_MARKS: Final = re.compile(r"[\s()./\-\u2013]+")


class ReservedSeatState(StrEnum):
    """What became of one seat of a reservation."""

    KEPT = "kept"
    SERVED = "served"
    COLLECTED = "collected"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservedSeat:
    """One seat of a reservation; `seat_name` is what a cashier calls it."""

    seat_id: int
    seat_name: str
    state: ReservedSeatState


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Seats of one show that are kept for somebody.

    Attributes:
        hold_id: its key.
        code: six letters and digits, what the customer was told.
        starts_at, collect_by: when the show begins and when the seats go back to everybody, in the venue's zone.
        made_by: the name of the terminal that made it.
    """

    hold_id: UUID
    code: str
    name: str
    phone: str
    show_id: int
    title: str
    hall_name: str
    starts_at: datetime
    collect_by: datetime
    made_by: str
    seats: tuple[ReservedSeat, ...]

    def count(self, state: ReservedSeatState) -> int:
        """How many of its seats are in that state."""
        return sum(seat.state is state for seat in self.seats)

    @property
    def is_open(self) -> bool:
        """Whether somebody may still come for seats of it."""
        return any(seat.state in (ReservedSeatState.KEPT, ReservedSeatState.SERVED) for seat in self.seats)


def make_code() -> str:
    """A new code; 30 bits of chance, so that nobody guesses one by trying."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str | None:
    """The code that somebody typed or read out, in any case and with blanks; None when it cannot be one."""
    plain = re.sub(r"[\s\-]+", "", text).upper()
    return plain if re.fullmatch(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}", plain) else None


def read_phone(text: str) -> str:
    """The digits of a phone number, with a leading `+` if it was given; empty for none.

    Raises:
        InvalidInputError: field `phone`; it has other characters, too few or too many digits, or is a card's.
    """
    plain = _PHONE_MARKS.sub("", text.strip())
    if not plain:
        return ""
    digits = plain.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS):
        raise InvalidInputError("phone", "A phone number has 3 to 20 digits.")
    refuse_card_number("phone", plain)
    return plain


def read_name(text: str) -> str:
    """The name with single blanks.

    Raises:
        InvalidInputError: field `name`; it is too long or holds a card number.
    """
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError("name", f"A name has at most {_LONGEST_NAME} characters.")
    refuse_card_number("name", name)
    return name


def fold_name(name: str) -> str:
    """How a name is looked for: without case, accents and signs, so that `Muller` finds Müller."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())
