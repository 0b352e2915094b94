"""Hold and sale of two seats through the services, against raw psycopg writing the same rows under the same guards.

Both sides work on the same database in turns, so that whatever else the machine does hits both.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from boxoffice_desktop.db.engine import HINT_CHANNEL
from boxoffice_desktop.services import holds, sales
from tests.benchmarks.house import House
from tests.support.cinema import ADULT, Till

_ROUNDS = 300
_WARM_UP = 30
_AMOUNT = 1200


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`sale_latency_ratio`, `sale_ms`, `hold_round_trips` and `sale_round_trips`."""
    till = house.till()
    pairs = house.pairs()
    with psycopg.connect(till.database.conninfo, prepare_threshold=2) as raw:
        raw.execute("SELECT boxoffice.attach(%s)", (till.token,))
        raw.commit()
        ours, theirs = [], []
        for number in range(_WARM_UP + _ROUNDS):
            took = _time(lambda: _sell_by_services(house, till, next(pairs)))
            took_raw = _time(lambda: _sell_raw(house, till, raw, next(pairs)))
            if number >= _WARM_UP:
                ours.append(took)
                theirs.append(took_raw)
    hold_trips, sale_trips = _count_round_trips(house, till, next(pairs))
    ratio = statistics.median(ours) / statistics.median(theirs)
    return {
        "sale_latency_ratio": {"value": round(ratio, 2), "unit": "x", "budget": 1.8, "runs": _ROUNDS},
        "sale_ms": {"value": round(statistics.median(ours) * 1000, 2), "unit": "ms", "budget": None, "runs": _ROUNDS},
        "hold_round_trips": {"value": hold_trips, "unit": "trips", "budget": None, "runs": 1},
        "sale_round_trips": {"value": sale_trips, "unit": "trips", "budget": None, "runs": 1},
    }


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _sell_by_services(house: House, till: Till, pair: tuple[int, int]) -> None:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=pair)
    till.call(sales.complete_sale, order=house.order(hold_id, pair))


def _sell_raw(house: House, till: Till, raw: psycopg.Connection[Any], pair: tuple[int, int]) -> None:
    """What somebody would write by hand: the same rows, locks and hints, one statement after the other."""
    hold_id, sale_id = uuid4(), uuid4()
    _hold_raw(house, till, raw, pair, hold_id)
    raw.execute(
        "SELECT seat_id, state, hold_id FROM boxoffice.show_seat WHERE show_id = %s AND seat_id = ANY(%s)"
        " ORDER BY show_id, seat_id FOR UPDATE",
        (house.show_id, list(pair)),
    ).fetchall()
    row = raw.execute(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 2, 'EUR', %s)"
        " RETURNING number, first_serial",
        (sale_id, 2 * _AMOUNT),
    ).fetchone()
    assert row is not None
    for line, seat_id in enumerate(pair, start=1):
        _ticket_raw(house, till, raw, sale_id, line, row[1] + line - 1, seat_id)
    raw.execute(
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES (%s, 1, 'cash', %s, %s)",
        (sale_id, 2 * _AMOUNT, 2 * _AMOUNT),
    )
    raw.execute("SELECT boxoffice.seal_sale(%s)", (sale_id,)).fetchone()
    raw.commit()
    _notify_raw(raw, house, pair)


def _hold_raw(house: House, till: Till, raw: psycopg.Connection[Any], pair: tuple[int, int], hold_id: UUID) -> None:
    raw.execute(
        "SELECT seat_id, state, hold_id FROM boxoffice.show_seat WHERE show_id = %s AND seat_id = ANY(%s)"
        " ORDER BY show_id, seat_id FOR UPDATE",
        (house.show_id, list(pair)),
    ).fetchall()
    raw.execute(
        "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id) VALUES (%s, 'basket', %s, %s)",
        (hold_id, till.context.terminal_id, till.context.staff_id),
    )
    raw.execute(
        "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = %s,"
        " held_until = clock_timestamp() + interval '300 s' WHERE show_id = %s AND seat_id = ANY(%s)"
        " RETURNING seat_id",
        (hold_id, till.context.terminal_id, house.show_id, list(pair)),
    ).fetchall()
    raw.commit()
    _notify_raw(raw, house, pair)


def _ticket_raw(
    house: House, till: Till, raw: psycopg.Connection[Any], sale_id: UUID, line: int, serial: int, seat_id: int
) -> None:
    row = raw.execute(
        "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
        " amount, tax, tax_rate_id, code) VALUES (%s, %s, %s, %s, %s, %s, 1, %s, %s, 89, 1, %s) RETURNING ticket_id",
        (sale_id, line, till.context.terminal_id, serial, house.show_id, seat_id, ADULT, _AMOUNT, uuid4().bytes),
    ).fetchone()
    assert row is not None
    raw.execute(
        "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s, hold_id = NULL, held_by = NULL,"
        " held_until = NULL WHERE show_id = %s AND seat_id = %s",
        (row[0], house.show_id, seat_id),
    )


def _notify_raw(raw: psycopg.Connection[Any], house: House, pair: tuple[int, int]) -> None:
    raw.autocommit = True
    raw.execute("SELECT pg_notify(%s, %s)", (HINT_CHANNEL, f"{house.show_id}:{pair[0]},{pair[1]}"))
    raw.autocommit = False


def _count_round_trips(house: House, till: Till, pair: tuple[int, int]) -> tuple[int, int]:
    """Answers of the server that the till waits for: BEGIN, every statement, COMMIT, and the hint after it."""
    hold_id = uuid4()
    with _traced(till) as read_hold:
        till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=pair)
    with _traced(till) as read_sale:
        till.call(sales.complete_sale, order=house.order(hold_id, pair))
    return read_hold(), read_sale()


@contextmanager
def _traced(till: Till) -> Iterator[Callable[[], int]]:
    """Has libpq write down every message of the till's connections; the reader counts the server's "ready"."""
    with tempfile.NamedTemporaryFile(suffix=".trace") as file:
        traced: list[psycopg.Connection[Any]] = []

        def start(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
            raw = record.driver_connection
            assert isinstance(raw, psycopg.Connection)
            raw.pgconn.trace(file.fileno())
            traced.append(raw)

        engine = till.database._engine
        event.listen(engine, "checkout", start)
        yield lambda: count
        event.remove(engine, "checkout", start)
        for raw in traced:
            raw.pgconn.untrace()
        count = Path(file.name).read_text(encoding="utf-8", errors="replace").count("ReadyForQuery")
