"""Whether a sale takes longer in a database of ten million show seats than in one of a hundred thousand.

The seats are written by the administrator past all guards; the sales go through the services. Takes 2 GB and minutes.
"""

import statistics
import time
from typing import Any
from uuid import uuid4

from boxoffice_desktop.services import holds, sales
from tests.benchmarks.history import write_history
from tests.benchmarks.house import House, open_house

_SMALL = 100_000
_LARGE = 10_000_000
_SEATS_A_SHOW = 1000
_WARM_UP = 50
_SALES = 300


def measure() -> dict[str, dict[str, Any]]:
    """`sale_time_10m_vs_100k_ratio`."""
    with open_house() as house:
        small = _time_sales(house, _SMALL, old_sales=10_000)
    with open_house() as house:
        large = _time_sales(house, _LARGE, old_sales=1_000_000)
    return {
        "sale_time_10m_vs_100k_ratio": {"value": round(large / small, 2), "unit": "x", "budget": 1.2, "runs": _SALES},
        "sale_ms_with_10m_show_seats": {"value": round(large * 1000, 2), "unit": "ms", "budget": None, "runs": _SALES},
    }


def _time_sales(house: House, show_seats: int, *, old_sales: int) -> float:
    """Seconds that hold and sale of two seats take, the median."""
    with house.cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "INSERT INTO boxoffice.show_seat (show_id, seat_id, area_id) SELECT 1000000 + n / %s, n %% %s, 1"
            " FROM generate_series(0, %s) n",
            (_SEATS_A_SHOW, _SEATS_A_SHOW, show_seats - 1),
        )
    write_history(house.cinema, sales=old_sales)
    till, pairs = house.till(), house.pairs()
    took = []
    for _ in range(_WARM_UP + _SALES):
        pair, hold_id = next(pairs), uuid4()
        start = time.perf_counter()
        till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=pair)
        till.call(sales.complete_sale, order=house.order(hold_id, pair))
        took.append(time.perf_counter() - start)
    return statistics.median(took[_WARM_UP:])
