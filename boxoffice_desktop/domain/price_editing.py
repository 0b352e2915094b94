"""A price list and a ticket type as a manager enters them, and what may be entered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

MAX_AMOUNT: Final = 100_000_000
KEYS: Final = 10
COLOURS: Final = 8
_LONGEST_LETTER: Final = 2
_LONGEST_NAME: Final = 60
_MOST_PRIORITY: Final = 1000
_SMALLEST_GROUP, _LARGEST_GROUP = 2, 100

Cell = tuple[int, int]
"""Area and ticket type of a price."""


@dataclass(frozen=True, kw_only=True)
class TicketTypeDraft:
    """A ticket type as entered. `position` 1 is F1; None keeps it off the keys."""

    name: str
    position: int | None = None
    is_active: bool = True
    needs_age_proof: bool = False
    is_for_members: bool = False
    group_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class PriceListDraft:
    """A price list as entered; None means any. `amounts` are minor units, tax included; a cell that is missing is not
    sold. Weekdays are ISO numbers. Days are business days: 20:00 to 02:00 is one evening. `to_time` itself is excluded,
    `valid_to` is not. All its prices have one tax rate.
    """

    name: str
    tax_rate_id: int
    priority: int = 0
    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    to_time: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    format: str | None = None
    movie_id: int | None = None
    is_active: bool = True
    amounts: Mapping[Cell, int] = field(default_factory=dict)


def check_price_list(draft: PriceListDraft) -> dict[str, str]:
    """What cannot be saved, by field, in words for the field; `amounts` is for prices."""
    problems = check_name(draft.name)
    if not -_MOST_PRIORITY <= draft.priority <= _MOST_PRIORITY:
        problems["priority"] = f"From -{_MOST_PRIORITY} to {_MOST_PRIORITY}."
    if draft.weekdays is not None and not draft.weekdays:
        problems["weekdays"] = "Choose at least one day, or all of them."
    if draft.from_time is not None and draft.from_time == draft.to_time:
        problems["to_time"] = "Start and end are the same; leave both empty for the whole day."
    if draft.valid_from and draft.valid_to and draft.valid_from > draft.valid_to:
        problems["valid_to"] = "The last day must not be before the first."
    if draft.is_active and not draft.amounts:
        problems["amounts"] = "Enter at least one price."
    if any(not 0 <= amount <= MAX_AMOUNT for amount in draft.amounts.values()):
        problems["amounts"] = "A price is negative or too large."
    return problems


def check_ticket_type(draft: TicketTypeDraft) -> dict[str, str]:
    """What cannot be saved, by field, in words for the field."""
    problems = check_name(draft.name)
    if draft.position is not None and not 1 <= draft.position <= KEYS:
        problems["position"] = f"F1 to F{KEYS}."
    if draft.group_from is not None and not _SMALLEST_GROUP <= draft.group_from <= _LARGEST_GROUP:
        problems["group_from"] = f"A group has from {_SMALLEST_GROUP} to {_LARGEST_GROUP} people."
    return problems


def check_area(name: str, letter: str, colour: int) -> dict[str, str]:
    """What cannot be saved of an area, by field, in words for the field."""
    problems = check_name(name)
    if not 1 <= len(letter.strip()) <= _LONGEST_LETTER or not letter.isprintable():
        problems["letter"] = "One or two characters, which stand on every map."
    if not 0 <= colour < COLOURS:
        problems["colour"] = "That colour is not in the series."
    return problems


def check_name(name: str) -> dict[str, str]:
    """What is wrong with a name, as field `name`."""
    tidy = tidy_name(name)
    if not tidy:
        return {"name": "It needs a name."}
    if len(tidy) > _LONGEST_NAME or not tidy.isprintable():
        return {"name": f"At most {_LONGEST_NAME} printable characters."}
    return {}


def tidy_name(name: str) -> str:
    """A name without stray spaces."""
    return " ".join(name.split())
