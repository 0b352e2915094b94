"""How long the search box waits for its answer, for every meaning that a text can have.

Among a million tickets of old sales, a show with hundreds of reservations, and a few sales of today.
"""

import statistics
import time
from typing import Any
from uuid import uuid4

from boxoffice_desktop.domain.ticket_codes import short_code
from boxoffice_desktop.services import finding, holds, reservations, sales
from tests.benchmarks.history import write_history
from tests.benchmarks.house import House, open_house
from tests.support.cinema import Till

_TICKETS, _FEW_TICKETS = 1_000_000, 20_000
_RESERVATIONS = 300
_SALES = 20
_WARM_UP, _RUNS = 5, 40


def measure() -> dict[str, dict[str, Any]]:
    """`find_anything_20k_ms`: quick enough to be measured with the others."""
    return _measure("find_anything_20k_ms", _FEW_TICKETS)


def measure_scale() -> dict[str, dict[str, Any]]:
    """`find_anything_ms` among a million tickets."""
    return _measure("find_anything_ms", _TICKETS)


def _measure(name: str, tickets: int) -> dict[str, dict[str, Any]]:
    """The median of the slowest kind of query, and which that is."""
    with open_house() as house:
        write_history(house.cinema, sales=tickets // 2)
        till = house.till()
        took = {kind: _time(till, query) for kind, query in _prepare(house, till).items()}
    slowest = max(took, key=lambda kind: took[kind])
    rows = {name: {"value": _ms(took[slowest]), "unit": "ms", "budget": None, "runs": _RUNS * len(took)}}
    each = {
        f"{name[:-3]}_by_{kind}_ms": {"value": _ms(seconds), "unit": "ms", "budget": None, "runs": _RUNS}
        for kind, seconds in took.items()
    }
    return rows | each


def _prepare(house: House, till: Till) -> dict[str, str]:
    """Something to be found by every kind of query."""
    pairs = house.pairs()
    for number in range(_RESERVATIONS):
        made = till.call(
            reservations.reserve_seats,
            hold_id=uuid4(),
            show_id=house.show_id,
            seat_ids=next(pairs),
            name=f"Customer {number} Müller",
            phone=f"0660 {100_000 + number}",
        )
    for _ in range(_SALES):
        hold_id, pair = uuid4(), next(pairs)
        till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=pair)
        sale = till.call(sales.complete_sale, order=house.order(hold_id, pair))
    return {
        "name": "muller",
        "one_name": f"customer {_RESERVATIONS - 1}",
        "code": made.code,
        "phone": "0660100007",
        "seat": "A1",
        "sale": f"#{sale.number}",
        "old_sale": "#1000200",
        "ticket": short_code(sale.tickets[0].code),
        "film": "nosferatu",
        "nothing": "xyzzy",
    }


def _time(till: Till, query: str) -> float:
    took = []
    for _ in range(_WARM_UP + _RUNS):
        start = time.perf_counter()
        till.call(finding.find_anything, query=query)
        took.append(time.perf_counter() - start)
    return statistics.median(took[_WARM_UP:])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
