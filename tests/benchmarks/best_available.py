"""Choosing the best four seats side by side in the largest hall, half sold."""

import random
import statistics
import time
from typing import Any

from boxoffice_desktop.domain.best_available import find_best_seats, prepare_rows
from tests.ui.widgets.demo_halls import load_hall

_RUNS = 200


def measure() -> dict[str, dict[str, Any]]:
    """`best_available_ms_2787`: the search alone, the rows prepared as a till keeps them."""
    hall = load_hall(2787)
    rows = prepare_rows(hall.seats)
    luck = random.Random(7)  # noqa: S311  seats, not secrets
    times = []
    for _ in range(_RUNS):
        free = {seat.seat_id for seat in hall.seats if luck.random() < 0.5}
        start = time.perf_counter()
        find_best_seats(rows, free, 4, best_x=hall.best_x, best_y=hall.best_y)
        times.append(time.perf_counter() - start)
    value = round(statistics.median(times) * 1000, 2)
    return {"best_available_ms_2787": {"value": value, "unit": "ms", "budget": 5, "runs": _RUNS}}
