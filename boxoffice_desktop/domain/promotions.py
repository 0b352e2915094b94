"""What a promotion is: for which tickets it holds, and what it takes off. Codes, as people spell them."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.price_editing import MAX_AMOUNT, check_name
from boxoffice_desktop.domain.price_rules import PriceRule
from boxoffice_desktop.domain.seats import SeatKey

WHOLE: Final = 10_000
"""All of a price, in basis points."""
MOST_CODES: Final = 10_000
MOST_USES: Final = 1_000_000
# Without 0, 1, I, L and O, which people take for each other.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 12
_SHORTEST_CODE, _LONGEST_CODE = 4, 40
_SMALLEST_GROUP, _LARGEST_GROUP = 2, 20
_MOST_TICKETS: Final = 100


class PromotionKind(StrEnum):
    """What a promotion does. The values stand in the database, and their order is the order of combination."""

    N_FOR_M = "n_for_m"
    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True, kw_only=True, slots=True)
class PricedTicket:
    """A ticket as the price list has it, and what promotions ask of its show.

    Attributes:
        amount, tax: the list price in minor units, and the tax that is inside.
        day: the show's business day.
        at: the show's local start.
    """

    key: SeatKey
    ticket_type_id: int
    amount: int
    tax: int
    movie_id: int
    day: date
    at: time


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """A discount and what it is for. None means any; days and times are the show's, as for price lists.

    Attributes:
        value: minor units off each ticket (`amount`), or basis points of the price (`percent`); 0 for `n_for_m`.
        take, pay: of each `take` tickets `pay` are paid, the dearest (`n_for_m`); 0 otherwise.
        is_combinable: it goes together with others that are; if not, it is a ticket's only discount.
        needs_code: it holds only for who has one of its codes.
        most_tickets: how many tickets one use takes something off, at most.
    """

    promotion_id: int
    name: str
    kind: PromotionKind
    value: int = 0
    take: int = 0
    pay: int = 0
    is_combinable: bool = False
    needs_code: bool = False
    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    to_time: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    movie_id: int | None = None
    show_id: int | None = None
    ticket_type_ids: frozenset[int] | None = None
    most_tickets: int | None = None

    def covers(self, ticket: PricedTicket, day_ends_at: time) -> bool:
        """Whether it holds for a ticket."""
        if self.ticket_type_ids is not None and ticket.ticket_type_id not in self.ticket_type_ids:
            return False
        if self.show_id is not None and self.show_id != ticket.key.show_id:
            return False
        rule = PriceRule(
            price_list_id=self.promotion_id,
            priority=0,
            weekdays=self.weekdays,
            from_time=self.from_time,
            to_time=self.to_time,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            movie_id=self.movie_id,
        )
        return rule.covers(
            day=ticket.day, at=ticket.at, day_ends_at=day_ends_at, show_format="", movie_id=ticket.movie_id
        )

    def take_off(self, left: int) -> int:
        """What it takes off a ticket of which `left` minor units are still to be paid; percents are rounded half up."""
        if self.kind is PromotionKind.PERCENT:
            return (left * self.value * 2 + WHOLE) // (WHOLE * 2)
        return min(self.value, left) if self.kind is PromotionKind.AMOUNT else left


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A promotion that may be used now: by itself, or by the code that the customer has shown."""

    promotion: Promotion
    promotion_code_id: int | None = None

    @property
    def order(self) -> tuple[int, int]:
        """What tells offers of equal worth apart, always the same."""
        return self.promotion.promotion_id, self.promotion_code_id or 0


@dataclass(frozen=True, kw_only=True)
class PromotionDraft:
    """A promotion as a manager enters it; see `Promotion`. `uses_limit` counts sales, all codes together."""

    name: str
    kind: PromotionKind = PromotionKind.PERCENT
    value: int = 0
    take: int = 0
    pay: int = 0
    is_combinable: bool = False
    needs_code: bool = False
    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    to_time: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    movie_id: int | None = None
    show_id: int | None = None
    ticket_type_ids: frozenset[int] | None = None
    most_tickets: int | None = None
    uses_limit: int | None = None
    is_active: bool = True


def check_promotion(draft: PromotionDraft) -> dict[str, str]:
    """What cannot be saved, by field, in words for the field."""
    problems = check_name(draft.name) | _check_worth(draft)
    if draft.weekdays is not None and not draft.weekdays:
        problems["weekdays"] = "Choose at least one day, or all of them."
    if draft.from_time is not None and draft.from_time == draft.to_time:
        problems["to_time"] = "Start and end are the same; leave both empty for the whole day."
    if draft.valid_from and draft.valid_to and draft.valid_from > draft.valid_to:
        problems["valid_to"] = "The last day must not be before the first."
    if draft.ticket_type_ids is not None and not draft.ticket_type_ids:
        problems["ticket_type_ids"] = "Choose at least one ticket type, or all of them."
    if draft.most_tickets is not None and not 1 <= draft.most_tickets <= _MOST_TICKETS:
        problems["most_tickets"] = f"From 1 to {_MOST_TICKETS} tickets, or empty."
    if draft.uses_limit is not None and not 1 <= draft.uses_limit <= MOST_USES:
        problems["uses_limit"] = f"From 1 to {MOST_USES:,} uses, or empty."
    return problems


def _check_worth(draft: PromotionDraft) -> dict[str, str]:
    if draft.kind is PromotionKind.N_FOR_M:
        if not _SMALLEST_GROUP <= draft.take <= _LARGEST_GROUP:
            return {"take": f"From {_SMALLEST_GROUP} to {_LARGEST_GROUP} tickets."}
        return {} if 1 <= draft.pay < draft.take else {"pay": "At least one is paid, and fewer than are taken."}
    most = WHOLE if draft.kind is PromotionKind.PERCENT else MAX_AMOUNT
    if 1 <= draft.value <= most:
        return {}
    return {"value": "More than 0 and at most 100 %." if most == WHOLE else "More than zero, and not that large."}


def fold_code(text: str) -> str:
    """A code as it is compared: capitals and figures, without the blanks and hyphens that people put in."""
    return re.sub(r"[\s\-_./]", "", text).upper()


def check_code(text: str) -> str:
    """The folded code.

    Raises:
        InvalidFieldsError: field `code`; no code looks like that.
    """
    code = fold_code(text)
    if not re.fullmatch(rf"[A-Z0-9]{{{_SHORTEST_CODE},{_LONGEST_CODE}}}", code):
        raise InvalidFieldsError({"code": f"A code has {_SHORTEST_CODE} to {_LONGEST_CODE} letters and figures."})
    return code


def make_code() -> str:
    """A new code that nobody guesses: 59 bits of luck in 12 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def spell_code(code: str) -> str:
    """A code in groups of four, for people."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
