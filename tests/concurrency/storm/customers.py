"""One process of a storm: holds, lets go, extends and sells over many shows until everything is sold."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from uuid import UUID, uuid4

from boxoffice_desktop.domain.errors import BusyError, ConflictError, HoldExpiredError, SeatsUnavailableError
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, sales, seat_maps
from tests.concurrency.contention.crowd import Place, open_till
from tests.support.cinema import ADULT, Till

AMOUNT = 1200
_PATIENCE_SECONDS = 60.0
_MOST_LOOKS = 200
_barriers: list[Barrier] = []


@dataclass(kw_only=True)
class Ledger:
    """What one till believes afterwards: the sales that were confirmed to it, and how often it was refused."""

    terminal_id: int
    sales: list[CompletedSale] = field(default_factory=list)
    refused: int = 0
    busy: int = 0
    let_go: int = 0


@dataclass(frozen=True, kw_only=True)
class StormPlan:
    """What every process of a storm does; `groups` are the sizes of parties, `tamper` is for controls."""

    show_ids: tuple[int, ...]
    groups: tuple[int, ...] = (1, 2, 2, 3, 4, 6, 8)
    seed: int = 1895
    tamper: Callable[[], None] | None = None
    let_go_share: float = 0.12
    extend_share: float = 0.06


def storm(places: Sequence[Place], plan: StormPlan) -> list[Ledger]:
    """Let a process at every place sell until no seat of the shows is left."""
    context = get_context("spawn")
    barrier = context.Barrier(len(places))
    with ProcessPoolExecutor(len(places), mp_context=context, initializer=_keep_barrier, initargs=(barrier,)) as pool:
        jobs = [pool.submit(_sell_out, place, plan, number) for number, place in enumerate(places)]
        return [job.result() for job in jobs]


def _keep_barrier(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _sell_out(place: Place, plan: StormPlan, number: int) -> Ledger:
    if plan.tamper is not None:
        plan.tamper()
    till = open_till(place)
    crew = _Crew(till, plan, random.Random(plan.seed + number))  # noqa: S311  customers, not secrets
    _barriers[0].wait(_PATIENCE_SECONDS)
    try:
        crew.work()
    finally:
        till.database.close()
    return crew.ledger


class _Crew:
    """The customers at one till. They look at the map as cashiers do: now and then, not before every hold."""

    def __init__(self, till: Till, plan: StormPlan, luck: random.Random) -> None:
        self._till = till
        self._plan = plan
        self._luck = luck
        self._free: dict[int, list[int]] = {}
        self._open = list(plan.show_ids)
        self._looks: Counter[int] = Counter()
        self._pause = threading.Event()
        self._seats = till.database.run(
            lambda session: {
                show_id: [
                    row[0]
                    for row in session.connection().exec_driver_sql(
                        "SELECT seat_id FROM boxoffice.show_seat WHERE show_id = %s", (show_id,)
                    )
                ]
                for show_id in plan.show_ids
            }
        )
        self.ledger = Ledger(terminal_id=till.context.terminal_id)

    def work(self) -> None:
        while self._open:
            # Everybody crowds into the first shows: that is where tills meet.
            show_id = self._open[min(int(self._luck.expovariate(1.0)), len(self._open) - 1)]
            seats = self._choose(show_id)
            if seats:
                self._serve(show_id, seats)

    def _choose(self, show_id: int) -> tuple[int, ...]:
        free = self._free.get(show_id)
        if not free:
            state = self._till.call(seat_maps.read_map, show_id=show_id)
            taken = {status.seat_id for status in state.statuses}
            free = self._free[show_id] = [seat for seat in self._seats[show_id] if seat not in taken]
            if not free:
                self._look_elsewhere(show_id, held=state.held)
                return ()
        size = min(self._luck.choice(self._plan.groups), len(free))
        start = self._luck.randrange(len(free) - size + 1) if self._luck.random() < 0.5 else 0
        chosen = free[start : start + size]
        self._luck.shuffle(chosen)
        return tuple(chosen)

    def _look_elsewhere(self, show_id: int, *, held: int) -> None:
        # What is left is in other tills' baskets for a moment; what stays there is a fault that the audit tells.
        self._looks[show_id] += 1
        if held == 0 or self._looks[show_id] > _MOST_LOOKS:
            self._open.remove(show_id)
        self._pause.wait(0.005)

    def _serve(self, show_id: int, seats: tuple[int, ...]) -> None:
        hold_id = uuid4()
        keys = tuple(SeatKey(show_id, seat) for seat in seats)
        try:
            self._till.call(holds.hold_seats, hold_id=hold_id, show_id=show_id, seat_ids=seats)
            fate = self._luck.random()
            if fate < self._plan.let_go_share:
                self._till.call(holds.release_seats, hold_id=hold_id, seats=keys)
                self.ledger.let_go += 1
                return
            if fate < self._plan.let_go_share + self._plan.extend_share:
                self._till.call(holds.extend_hold, hold_id=hold_id, seats=keys)
            self.ledger.sales.append(self._till.call(sales.complete_sale, order=_order(hold_id, keys)))
        except (SeatsUnavailableError, HoldExpiredError):
            self.ledger.refused += 1
            self._free.pop(show_id)
            return
        except BusyError:
            self.ledger.busy += 1
            return
        except ConflictError:
            if self._plan.tamper is None:
                raise
            self.ledger.refused += 1
        self._free[show_id] = [seat for seat in self._free[show_id] if seat not in seats]


def _order(hold_id: UUID, keys: tuple[SeatKey, ...]) -> SaleOrder:
    total = AMOUNT * len(keys)
    return SaleOrder(
        sale_id=uuid4(),
        hold_id=hold_id,
        lines=tuple(SaleLine(key=key, ticket_type_id=ADULT, amount=AMOUNT) for key in keys),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=total, given=total),),
    )
