"""What a sale costs the server, and how many sales eight tills make, against `pgbench` with the bare statements.

`pgbench` is the one that comes with the embedded server. Both sides work in one database, in turns.
"""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID, uuid4

from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, sales
from tests.benchmarks.bare import BareTables, make_bare
from tests.benchmarks.history import write_history
from tests.benchmarks.house import House
from tests.benchmarks.server_cpu import ServerCpu
from tests.concurrency.contention.crowd import Place, add_places, open_till
from tests.support.cinema import ADULT, Till

_ROUNDS = 5
_SALES = 200
_WARM_UP = 40
_OLD_SALES = 20_000
_TILLS = 8
_TILL_ROUNDS = 3
_TILL_SALES = 30
_AMOUNT = 1200
_barrier: list[Barrier] = []


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`server_cpu_per_sale_ratio`, `server_cpu_per_sale_ms` and `throughput_8_tills_ratio`."""
    write_history(house.cinema, sales=_OLD_SALES)
    bare = make_bare(house)
    pairs = house.pairs()
    till = house.till()
    cpu = ServerCpu(house.cinema.admin_conninfo)
    _sell(house.show_id, till, [next(pairs) for _ in range(_WARM_UP)])
    bare.run(clients=1, sales=_WARM_UP)
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_cost(cpu, lambda: _sell(house.show_id, till, [next(pairs) for _ in range(_SALES)])))
        theirs.append(_cost(cpu, lambda: bare.run(clients=1, sales=_SALES)))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    own_ms = statistics.median(ours) / _SALES * 1000
    bare_ms = statistics.median(theirs) / _SALES * 1000
    rate, bare_rate = _measure_eight(house, bare, [next(pairs) for _ in range(_TILLS * _TILL_ROUNDS * _TILL_SALES)])
    runs = _ROUNDS * _SALES
    return {
        "server_cpu_per_sale_ratio": {"value": round(ratio, 2), "unit": "x", "budget": 1.5, "runs": runs},
        "server_cpu_per_sale_ms": {"value": round(own_ms, 3), "unit": "ms", "budget": None, "runs": runs},
        "server_cpu_per_bare_sale_ms": {"value": round(bare_ms, 3), "unit": "ms", "budget": None, "runs": runs},
        "throughput_8_tills_ratio": {"value": round(rate / bare_rate, 2), "unit": "x", "budget": None, "runs": 3},
        "throughput_8_tills": {"value": round(rate), "unit": "sales/s", "budget": None, "runs": 3},
    }


def _cost(cpu: ServerCpu, work: Any) -> float:
    before, children = cpu.seconds(), cpu.count_children()
    work()
    cpu.wait_for(children)
    return cpu.seconds() - before


def _sell(show_id: int, till: Till, pairs: Sequence[tuple[int, int]]) -> None:
    for pair in pairs:
        hold_id = uuid4()
        till.call(holds.hold_seats, hold_id=hold_id, show_id=show_id, seat_ids=pair)
        till.call(sales.complete_sale, order=make_order(show_id, hold_id, pair))


def make_order(show_id: int, hold_id: UUID, pair: tuple[int, int]) -> SaleOrder:
    """Two adults, paid in cash."""
    lines = tuple(SaleLine(key=SeatKey(show_id, seat), ticket_type_id=ADULT, amount=_AMOUNT) for seat in pair)
    paid = PaymentGiven(kind=PaymentKind.CASH, amount=2 * _AMOUNT, given=2 * _AMOUNT)
    return SaleOrder(sale_id=uuid4(), hold_id=hold_id, lines=lines, payments=(paid,))


def _measure_eight(house: House, bare: BareTables, pairs: list[tuple[int, int]]) -> tuple[float, float]:
    places = add_places(house.cinema, _TILLS)
    context = get_context("spawn")
    barrier = context.Barrier(_TILLS)
    rates, bare_rates = [], []
    with ProcessPoolExecutor(_TILLS, mp_context=context, initializer=_keep_barrier, initargs=(barrier,)) as pool:
        for number in range(_TILL_ROUNDS):
            mine = pairs[number * _TILLS * _TILL_SALES : (number + 1) * _TILLS * _TILL_SALES]
            jobs = [
                pool.submit(sell_in_process, place, house.show_id, mine[index::_TILLS])
                for index, place in enumerate(places)
            ]
            spans = [job.result() for job in jobs]
            rates.append((len(mine) - 5 * _TILLS) / (max(end for _, end in spans) - min(start for start, _ in spans)))
            bare_rates.append(bare.run(clients=_TILLS, sales=_TILL_SALES))
    return statistics.median(rates), statistics.median(bare_rates)


def _keep_barrier(barrier: Barrier) -> None:
    _barrier.append(barrier)


def sell_in_process(place: Place, show_id: int, pairs: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Sell at a till of its own, together with all others; first moment and last by `time.monotonic`."""
    till = open_till(place)
    _sell(show_id, till, pairs[:5])
    if _barrier:
        _barrier[0].wait()
    start = time.monotonic()
    _sell(show_id, till, pairs[5:])
    end = time.monotonic()
    till.database.close()
    return start, end
