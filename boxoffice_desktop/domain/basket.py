"""The rules of a basket: its lines, their prices, the total, the change. Nothing here is changed in place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.domain.selling import HeldSeat, SaleLine, ShowPrice

# What people hand over, in minor units; other currencies are treated like the euro.
_NOTES: Mapping[str, tuple[int, ...]] = {
    "EUR": (500, 1000, 2000, 5000, 10000),
    "GBP": (500, 1000, 2000, 5000),
    "USD": (500, 1000, 2000, 5000, 10000),
    "CHF": (1000, 2000, 5000, 10000),
    "PLN": (1000, 2000, 5000, 10000, 20000),
    "CZK": (10000, 20000, 50000, 100000, 200000),
    "SEK": (2000, 5000, 10000, 20000, 50000),
    "NOK": (5000, 10000, 20000, 50000),
    "DKK": (5000, 10000, 20000, 50000),
    "HUF": (50000, 100000, 200000, 500000, 1000000),
    "JPY": (1000, 5000, 10000),
    "INR": (5000, 10000, 20000, 50000),
    "TRY": (5000, 10000, 20000),
}
_MOST_QUICK_AMOUNTS = 5


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices of the shows that a basket may hold, in minor units."""

    amounts: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    taxes: Mapping[tuple[int, int, int], int] = field(default_factory=dict)

    def with_show(self, show_id: int, prices: Iterable[ShowPrice]) -> "PriceTable":
        """The table with the prices of one show, replacing what it knew about that show."""
        kept = {key: amount for key, amount in self.amounts.items() if key[0] != show_id}
        taxes = {key: tax for key, tax in self.taxes.items() if key[0] != show_id}
        found = tuple(prices)
        return PriceTable(
            kept | {(show_id, p.area_id, p.ticket_type_id): p.amount for p in found},
            taxes | {(show_id, p.area_id, p.ticket_type_id): p.tax for p in found},
        )

    def find_tax(self, show_id: int, area_id: int, ticket_type_id: int) -> int:
        """The tax that is inside the price, in minor units; 0 when the type is not sold there."""
        return self.taxes.get((show_id, area_id, ticket_type_id), 0)

    def find_amount(self, show_id: int, area_id: int, ticket_type_id: int) -> int | None:
        """The price in minor units; None when the type is not sold there."""
        return self.amounts.get((show_id, area_id, ticket_type_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class BasketLine:
    """A held seat with its ticket type. Both `ticket_type_id` and `amount` are None while no type is sold there."""

    key: SeatKey
    seat_name: str
    area_id: int
    kind: SeatKind
    ticket_type_id: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class Basket:
    """Seats held by this till, in the order in which they were taken; of one show or of several."""

    lines: tuple[BasketLine, ...] = ()

    @property
    def keys(self) -> tuple[SeatKey, ...]:
        return tuple(line.key for line in self.lines)

    @property
    def show_ids(self) -> tuple[int, ...]:
        """The shows of the lines, each once, in the order in which they came in."""
        return tuple(dict.fromkeys(line.key.show_id for line in self.lines))

    @property
    def total(self) -> int:
        """The sum of the priced lines, in minor units."""
        return sum(line.amount for line in self.lines if line.amount is not None)

    @property
    def is_payable(self) -> bool:
        """There is something to pay and every line has a price."""
        return bool(self.lines) and all(line.amount is not None for line in self.lines)

    def with_seats(self, seats: Iterable[HeldSeat], types: Mapping[SeatKey, int], prices: PriceTable) -> "Basket":
        """The basket with more seats. A seat whose wanted type is not sold in its area stays without a price."""
        present = set(self.keys)
        added = tuple(_priced(seat, types.get(seat.key), prices) for seat in seats if seat.key not in present)
        return Basket(self.lines + added)

    def without(self, keys: Collection[SeatKey]) -> "Basket":
        """The basket without these seats; unknown ones do not matter."""
        return Basket(tuple(line for line in self.lines if line.key not in keys))

    def retyped(self, keys: Collection[SeatKey], ticket_type_id: int, prices: PriceTable) -> "Basket":
        """The basket with these lines set to a type; lines in whose area it is not sold keep what they had."""
        return Basket(
            tuple(_retyped(line, ticket_type_id, prices) if line.key in keys else line for line in self.lines)
        )

    def sale_lines(self) -> tuple[SaleLine, ...]:
        """The lines as they are sold, in the order in which locks are taken.

        Raises:
            InvalidInputError: the basket is empty or a line has no price.
        """
        if not self.is_payable:
            raise InvalidInputError("basket", "Every seat needs a ticket type with a price.")
        return tuple(
            SaleLine(key=line.key, ticket_type_id=line.ticket_type_id, amount=line.amount)
            for line in sorted(self.lines, key=lambda line: line.key)
            if line.ticket_type_id is not None and line.amount is not None
        )


def change_due(total: int, given: int) -> int:
    """What goes back to the customer, in minor units.

    Raises:
        InvalidInputError: field `given`; it does not cover the total.
    """
    if given < total:
        raise InvalidInputError("given", "That does not cover the total.")
    return given - total


def quick_amounts(total: int, currency: str) -> tuple[int, ...]:
    """What a customer is likely to hand over, in minor units: the exact total first, then what the notes come to.

    For every note the total is rounded up to a whole number of them; ascending, each once, at most five in all.
    """
    notes = _NOTES.get(currency, _NOTES["EUR"])
    rounded = {-(-total // note) * note for note in notes}
    return (total, *sorted(amount for amount in rounded if amount > total))[:_MOST_QUICK_AMOUNTS]


def _priced(seat: HeldSeat, wanted: int | None, prices: PriceTable) -> BasketLine:
    amount = None if wanted is None else prices.find_amount(seat.key.show_id, seat.area_id, wanted)
    return BasketLine(
        key=seat.key,
        seat_name=seat.name,
        area_id=seat.area_id,
        kind=seat.kind,
        ticket_type_id=None if amount is None else wanted,
        amount=amount,
    )


def _retyped(line: BasketLine, ticket_type_id: int, prices: PriceTable) -> BasketLine:
    amount = prices.find_amount(line.key.show_id, line.area_id, ticket_type_id)
    return line if amount is None else replace(line, ticket_type_id=ticket_type_id, amount=amount)
