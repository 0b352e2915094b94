"""The simplest cinema that keeps the rules: seats, holds and sales in plain objects, on a clock that is told.

It knows nothing of locks, guards or SQL. What it says about an act is what the services must answer.
"""

from dataclasses import dataclass, field
from uuid import UUID

HOLD_SECONDS = 300
CAP_SECONDS = 900
BASKET_LIMIT = 4


@dataclass(kw_only=True)
class PlainSeat:
    """One seat; `until` is on the model's clock. A held seat whose time is over stays held, as it does in a row."""

    name: str
    state: str = "available"
    hold: UUID | None = None
    terminal: str | None = None
    until: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PlainSale:
    terminal: str
    number: int
    seats: tuple[str, ...]
    total: int


@dataclass(kw_only=True)
class PlainCinema:
    """All seats of one show, and every sale. Acts either change it or answer with the name of the refusal."""

    seats: dict[str, PlainSeat]
    now: float = 0.0
    made: dict[UUID, float] = field(default_factory=dict)
    sales: dict[UUID, PlainSale] = field(default_factory=dict)

    def is_live(self, seat: PlainSeat) -> bool:
        """Whether somebody's time on it still runs."""
        return seat.state == "held" and seat.until > self.now

    def left(self, hold: UUID) -> float:
        """How many seconds a basket gets now."""
        return min(HOLD_SECONDS, self.made.get(hold, self.now) + CAP_SECONDS - self.now)

    def seats_of(self, hold: UUID) -> tuple[str, ...]:
        return tuple(seat.name for seat in self.seats.values() if seat.hold == hold)

    def refusal_of_hold(self, terminal: str, hold: UUID, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """The refusal's name, with seats and holders where it names them; None when the seats can be had."""
        if len(names) > BASKET_LIMIT:
            return ("BasketFullError",)
        taken = [seat for name in names if not self._can_take(seat := self.seats[name], terminal)]
        if taken:
            return ("SeatsUnavailableError", *sorted(f"{seat.name} {seat.state} {seat.terminal}" for seat in taken))
        if self.left(hold) <= 0:
            return ("HoldExpiredError",)
        # A terminal has one basket, in however many holds: what it keeps alive already counts too.
        kept = {n for n, s in self.seats.items() if s.state == "held" and s.terminal == terminal and self.is_live(s)}
        return ("BasketFullError",) if len(kept | set(names)) > BASKET_LIMIT else None

    def hold(self, terminal: str, hold: UUID, names: tuple[str, ...]) -> None:
        self.made.setdefault(hold, self.now)
        for name in names:
            seat = self.seats[name]
            seat.state, seat.hold, seat.terminal, seat.until = "held", hold, terminal, self.now + self.left(hold)

    def refusal_of_release(self, terminal: str, hold: UUID, names: tuple[str, ...]) -> tuple[str, ...] | None:
        foreign = [n for n in names if self.seats[n].hold == hold and self.seats[n].terminal != terminal]
        return ("ConflictError",) if any(self.is_live(self.seats[name]) for name in foreign) else None

    def release(self, hold: UUID, names: tuple[str, ...]) -> None:
        for name in names:
            if self.seats[name].hold == hold:
                self._free(self.seats[name])

    def refusal_of_extend(self, hold: UUID, names: tuple[str, ...]) -> tuple[str, ...] | None:
        seats = [self.seats[name] for name in names]
        alive = names and all(seat.hold == hold and self.is_live(seat) for seat in seats)
        return None if alive else ("HoldExpiredError",)

    def refusal_of_sale(
        self, terminal: str, hold: UUID, names: tuple[str, ...], *, resuming: bool
    ) -> tuple[str, ...] | None:
        seats = [self.seats[name] for name in names]
        if len(names) > BASKET_LIMIT:
            return ("BasketFullError",)
        if resuming:
            # Money may have been taken: what is free again, or still this hold's, is sold all the same.
            if any(s.state == "sold" or (s.hold != hold and self.is_live(s)) for s in seats):
                return ("SeatsUnavailableError",)
        else:
            lost = [seat for seat in seats if seat.hold != hold]
            if lost and all(seat.state == "available" for seat in lost):
                return ("HoldExpiredError",)
            if lost:
                return ("SeatsUnavailableError",)
        # Whoever sells with another till's hold is stopped at the first seat whose time still runs.
        if any(seat.hold == hold and self.is_live(seat) and seat.terminal != terminal for seat in seats):
            return ("ConflictError",)
        return None if resuming or all(self.is_live(seat) for seat in seats) else ("HoldExpiredError",)

    def sell(self, terminal: str, sale: UUID, names: tuple[str, ...], total: int) -> PlainSale:
        for name in names:
            seat = self.seats[name]
            self._free(seat)
            seat.state, seat.terminal = "sold", terminal
        number = 1 + sum(done.terminal == terminal for done in self.sales.values())
        self.sales[sale] = PlainSale(terminal=terminal, number=number, seats=names, total=total)
        return self.sales[sale]

    def restart(self, terminal: str) -> int:
        """A till starts anew: what its last run left in baskets is free. How many seats that were."""
        left_over = [seat for seat in self.seats.values() if seat.state == "held" and seat.terminal == terminal]
        for seat in left_over:
            self._free(seat)
        return len(left_over)

    def _can_take(self, seat: PlainSeat, terminal: str) -> bool:
        return seat.state == "available" or (
            seat.state == "held" and (not self.is_live(seat) or seat.terminal == terminal)
        )

    @staticmethod
    def _free(seat: PlainSeat) -> None:
        seat.state, seat.hold, seat.terminal, seat.until = "available", None, None, 0.0
