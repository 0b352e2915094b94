"""What a customer is shown of the own sale: nothing of anybody else's, and nothing that is the cashier's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from boxoffice_desktop.domain.halls import HallPicture


class CustomerStage(StrEnum):
    """Where the customer's sale stands."""

    IDLE = "idle"
    CHOOSING = "choosing"
    PAYING = "paying"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerLine:
    """A ticket: its seat, its type, and its price in minor units; None while it has none."""

    seat_name: str
    ticket_type: str
    amount: int | None
    show_title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerExtra:
    """What the tickets cost more or less, all of one kind together: a promotion by its name, a fee; minor units."""

    text: str
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerView:
    """One picture of the sale. Money is in minor units; times are in the venue's zone.

    Attributes:
        title, starts_at, hall_name: the show of the seats that were taken last.
        picture: its hall, to show the seats in; None when the till has another show open.
        own: the customer's seats in it.
        taken: seats that cannot be had. Who has them is nobody's business.
        extras: discounts, fees and gift cards that are sold; `lines` and they come to `total`.
        change: what the customer gets back; None before the sale is stored.
    """

    stage: CustomerStage = CustomerStage.IDLE
    title: str = ""
    starts_at: datetime | None = None
    hall_name: str = ""
    picture: HallPicture | None = None
    own: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()
    lines: tuple[CustomerLine, ...] = ()
    extras: tuple[CustomerExtra, ...] = ()
    total: int = 0
    change: int | None = None
