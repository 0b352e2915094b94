"""Counting cash: the coins and notes of a currency, and what a drawer full of them comes to. Minor units throughout."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from boxoffice_desktop.domain.cards import CARD_REFUSED, holds_card_number
from boxoffice_desktop.domain.edits import require_fields
from boxoffice_desktop.domain.errors import InvalidInputError

MOST_CASH: Final = 100_000_000_000
"""The largest amount that the database takes."""
MOST_PIECES: Final = 1_000_000
LONGEST_REASON: Final = 500

# Notes and coins that are paid with today, largest first; the bar divides them by the smallest note.
_PIECES: Final[Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]] = MappingProxyType(
    {
        "EUR": ((50000, 20000, 10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1)),
        "GBP": ((5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1)),
        "USD": ((10000, 5000, 2000, 1000, 500, 200, 100), (50, 25, 10, 5, 1)),
        "CHF": ((100000, 20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10, 5)),
        "PLN": ((50000, 20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10, 5, 2, 1)),
        "CZK": ((500000, 200000, 100000, 50000, 20000, 10000), (5000, 2000, 1000, 500, 200, 100)),
        "SEK": ((100000, 50000, 20000, 10000, 5000, 2000), (1000, 500, 200, 100)),
        "NOK": ((100000, 50000, 20000, 10000, 5000), (2000, 1000, 500, 100)),
        "DKK": ((100000, 50000, 20000, 10000, 5000), (2000, 1000, 500, 200, 100, 50)),
        "HUF": ((2000000, 1000000, 500000, 200000, 100000, 50000), (20000, 10000, 5000, 2000, 1000, 500)),
        "JPY": ((10000, 5000, 2000, 1000), (500, 100, 50, 10, 5, 1)),
        "INR": ((50000, 20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50)),
        "TRY": ((20000, 10000, 5000, 2000, 1000, 500), (100, 50, 25, 10, 5, 1)),
    }
)
# For a currency that nobody has told us about: steps of 1, 2 and 5 fit nearly all of them.
_OTHER: Final = ((50000, 20000, 10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1))


class CashKind(StrEnum):
    """What moved cash, or counted it, beside sales; the values stand in the database."""

    FLOAT = "float"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    DROP = "drop"
    DRAWER = "drawer"
    COUNT = "count"


Pieces = tuple[tuple[int, int], ...]
"""How many pieces there are of a denomination: pairs of both, each denomination once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftOpening:
    """A shift to be opened with a counted float. The till makes both ids: the same order sent twice is one shift."""

    shift_id: UUID
    float_id: UUID
    pieces: Pieces = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CashOrder:
    """Cash to be moved in the open shift. The till makes `movement_id`; `amount` is never negative."""

    movement_id: UUID
    kind: CashKind
    amount: int = 0
    reason: str = ""
    approval_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftClosing:
    """A shift to be closed with what was counted blind. `reason` is why the count is off, empty while nobody asked."""

    shift_id: UUID
    count_id: UUID
    pieces: Pieces = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PayoutOrder:
    """Cash that a cancelled show owes, to be handed over. The till makes `payout_id`; `line` is the refund's."""

    payout_id: UUID
    refund_id: UUID
    line: int


CashAct: TypeAlias = ShiftOpening | CashOrder | ShiftClosing | PayoutOrder
"""What moves or counts cash and is no sale; each is one act by its id, however often it is sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAct:
    """An act that turned out to be stored when its answer had got lost.

    Attributes:
        amount: minor units: the float, the cash that moved, the count, or what the drawer gave for owed cash.
        number: of the shift that was opened or closed, else 0.
        difference: what a count was off by, negative where something is missing, else 0.
    """

    at: datetime
    amount: int
    number: int = 0
    difference: int = 0


def get_act_id(act: CashAct) -> UUID:
    """The key that makes an act one however often it is sent."""
    match act:
        case ShiftOpening():
            return act.shift_id
        case CashOrder():
            return act.movement_id
        case ShiftClosing():
            return act.count_id
        case PayoutOrder():
            return act.payout_id


def list_notes(currency: str) -> tuple[int, ...]:
    """The notes of a currency, largest first."""
    return _PIECES.get(currency, _OTHER)[0]


def list_coins(currency: str) -> tuple[int, ...]:
    """The coins of a currency, largest first."""
    return _PIECES.get(currency, _OTHER)[1]


def list_denominations(currency: str) -> tuple[int, ...]:
    """Everything that a drawer is counted by, largest first."""
    return list_notes(currency) + list_coins(currency)


def parse_pieces(text: str) -> int:
    """How many pieces somebody typed; an empty field is none.

    Raises:
        InvalidInputError: `pieces` is no whole number from 0 to `MOST_PIECES`.
    """
    typed = text.strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > len(str(MOST_PIECES)) or int(typed) > MOST_PIECES:
        raise InvalidInputError("pieces", f"A whole number of pieces, {MOST_PIECES} at most.")
    return int(typed)


def count_cash(pieces: Iterable[tuple[int, int]]) -> int:
    """What the pieces come to.

    Raises:
        InvalidFieldsError: a denomination that is none or comes twice, a number of pieces below 0 or too high; the
            fields are the denominations.
    """
    problems: dict[str, str] = {}
    seen: dict[int, int] = {}
    for denomination, number in pieces:
        if denomination <= 0 or denomination in seen:
            problems[str(denomination)] = "Each coin and note once."
        elif not 0 <= number <= MOST_PIECES:
            problems[str(denomination)] = f"A whole number of pieces, {MOST_PIECES} at most."
        seen[denomination] = number
    require_fields(problems)
    total = sum(denomination * number for denomination, number in seen.items())
    if total > MOST_CASH:
        require_fields({"pieces": "That is more than a drawer takes."})
    return total


def check_cash_order(order: CashOrder) -> None:
    """Refuse what cannot be moved, with a sentence for each field.

    Raises:
        InvalidFieldsError: an amount that is not positive or too large, a pay-out without a reason, a reason that is
            too long or holds a card number.
    """
    problems: dict[str, str] = {}
    if order.kind is CashKind.DRAWER:
        if order.amount:
            problems["amount"] = "Opening the drawer moves no money."
    elif not 0 < order.amount <= MOST_CASH:
        problems["amount"] = "Enter an amount above zero." if order.amount <= 0 else "That amount is too large."
    if order.kind is CashKind.PAY_OUT and not order.reason.strip():
        problems["reason"] = "Say what the money is for."
    elif len(order.reason) > LONGEST_REASON:
        problems["reason"] = f"{LONGEST_REASON} letters at most."
    elif holds_card_number(order.reason):
        problems["reason"] = CARD_REFUSED
    require_fields(problems)
