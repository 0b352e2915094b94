"""What a sale is made of before and after it is stored. Money is integer minor units of the venue's currency."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from boxoffice_desktop.domain.seats import SeatKey, SeatKind


class PaymentKind(StrEnum):
    """How money came in."""

    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    EXCHANGE = "exchange"


class AdjustmentKind(StrEnum):
    """What a line of a sale is that is no ticket."""

    PROMOTION = "promotion"
    COMPLIMENTARY = "complimentary"
    MANUAL = "manual"
    FEE = "fee"
    GIFT_CARD = "gift_card"


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketType:
    """A kind of ticket, e.g. Adult. `position` is its place on the keys: 1 is F1."""

    ticket_type_id: int
    name: str
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowPrice:
    """The price of a ticket type in an area for one show: `amount` in minor units, `tax` of it already inside."""

    area_id: int
    ticket_type_id: int
    amount: int
    tax: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldSeat:
    """A seat that is in the till's basket."""

    key: SeatKey
    name: str
    area_id: int
    kind: SeatKind


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleLine:
    """One ticket to be sold: the seat, the type and the price the customer was told."""

    key: SeatKey
    ticket_type_id: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleAdjustment:
    """A line of a sale that is no ticket: minor units with its sign, tax inside.

    Attributes:
        key: the ticket it belongs to; None for a gift card that is sold.
        tax_rate_id: of a fee; a discount has its ticket's.
        approval_id: who said yes to a complimentary or manual price.
        reason: what the customer or the reader of the journal is told.
        gift_card_code: the secret of a gift card that is sold, as the till made it.
        carried_from: the ticket that had it, where that was exchanged for this one; nothing is used up again then.
    """

    kind: AdjustmentKind
    amount: int
    tax: int = 0
    key: SeatKey | None = None
    tax_rate_id: int | None = None
    promotion_id: int | None = None
    promotion_code_id: int | None = None
    approval_id: UUID | None = None
    reason: str = ""
    gift_card_code: str = ""
    carried_from: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentGiven:
    """Money taken: `amount` counts towards the sale, `given` is what the customer handed over (cash only, else equal).

    `reference` is the card terminal's own reference; anything that looks like a card number is refused. `rounding` is
    what cash is rounded by where the currency asks for it. `gift_card_id` is the gift card that pays. `origin` is
    how the money of an exchange had come in: `cash`, `card` or `gift_card`.
    """

    kind: PaymentKind
    amount: int
    given: int
    reference: str = ""
    rounding: int = 0
    gift_card_id: int | None = None
    origin: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleOrder:
    """Everything that makes a sale. `sale_id` is made by the till: the same order sent twice is one sale."""

    sale_id: UUID
    hold_id: UUID
    lines: tuple[SaleLine, ...]
    payments: tuple[PaymentGiven, ...]
    adjustments: tuple[SaleAdjustment, ...] = ()

    @property
    def total(self) -> int:
        """The sum of the lines, discounts and fees included, in minor units."""
        return sum(line.amount for line in self.lines) + sum(each.amount for each in self.adjustments)


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldTicket:
    """A ticket of a stored sale. `code` is the 16 random bytes in its QR code."""

    key: SeatKey
    serial: int
    ticket_type_id: int
    amount: int
    code: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedSale:
    """A sale that is stored for good.

    Attributes:
        number: runs without gaps per terminal.
        total, change: minor units.
        journal_hash: 64 hexadecimal digits; the first 8 go on the ticket.
        repeated: the sale had been stored before; this was a second ask with the same `sale_id`.
    """

    sale_id: UUID
    number: int
    sold_at: datetime
    total: int
    change: int
    journal_hash: str
    tickets: tuple[SoldTicket, ...]
    repeated: bool = False
