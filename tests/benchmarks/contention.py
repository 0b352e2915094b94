"""A thousand terminals after one seat, a hundred after the same row of four, and the map while eight tills sell.

Seconds of the crowds run from the first ask to the last answer; opening the connections is not part of it.
"""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from boxoffice_desktop.services import seat_maps
from tests.benchmarks.house import House
from tests.benchmarks.throughput import sell_in_process
from tests.concurrency.contention.crowd import Outcome, add_places, race_for_seats
from tests.concurrency.contention.test_same_seats import big_cinema

_ROW = ("B3", "B4", "B5", "B6")
_TILLS = 8
_SALES = 60
_LEAST_READS = 100


def measure_crowds() -> dict[str, dict[str, Any]]:
    """`one_seat_1000_sessions_s` and `row_of_4_100_sessions_s`."""
    with big_cinema() as cinema:
        row = race_for_seats(add_places(cinema, 100), cinema.show_id, cinema.ids(*_ROW), processes=4)
        one = race_for_seats(add_places(cinema, 1000), cinema.show_id, cinema.ids("A1"), processes=4)
    return {
        "one_seat_1000_sessions_s": _row(one),
        "row_of_4_100_sessions_s": _row(row),
    }


def _row(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    winners = sum(outcome.error is None for outcome in outcomes)
    refused = sum(outcome.error == "SeatsUnavailableError" for outcome in outcomes)
    if (winners, refused) != (1, len(outcomes) - 1):
        raise RuntimeError(f"{winners} won and {refused} were refused of {len(outcomes)}")
    seconds = max(outcome.ended for outcome in outcomes) - min(outcome.started for outcome in outcomes)
    return {"value": round(seconds, 2), "unit": "s", "budget": None, "runs": 1}


def measure_map_under_load(house: House) -> dict[str, dict[str, Any]]:
    """`map_read_p99_ms_under_load`: reading the map of a show at which eight other tills sell as fast as they can."""
    till, pairs = house.till(), house.pairs()
    places = add_places(house.cinema, _TILLS)
    context = get_context("spawn")
    took = []
    with ProcessPoolExecutor(_TILLS, mp_context=context) as pool:
        jobs = [
            pool.submit(sell_in_process, place, house.show_id, [next(pairs) for _ in range(_SALES)]) for place in places
        ]
        while not _are_done(jobs) or len(took) < _LEAST_READS:
            start = time.perf_counter()
            till.call(seat_maps.read_map, show_id=house.show_id)
            took.append((time.perf_counter() - start) * 1000)
        for job in jobs:
            job.result()
    p99 = statistics.quantiles(took, n=100)[98]
    return {"map_read_p99_ms_under_load": {"value": round(p99, 1), "unit": "ms", "budget": None, "runs": len(took)}}


def _are_done(jobs: Sequence[Future[Any]]) -> bool:
    return all(job.done() for job in jobs)
