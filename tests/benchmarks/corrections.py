"""Refund and exchange of two tickets through the services, against raw psycopg asking the same; a cancelled show.

Both sides work on the same database in turns, so that whatever else the machine does hits both.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg

from boxoffice_desktop.db.engine import HINT_CHANNEL
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import cancellations, holds, refunds, sales
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.benchmarks.house import House
from tests.support.cinema import ADULT, Till, grant

_ROUNDS = 100
_WARM_UP = 10
_AMOUNT = 1200
_SEATS = 447
_TAKE_BACK = (
    "SELECT * FROM boxoffice.take_back(%s, %s, %s, %s::bigint[], '', NULL, %s, %s::int[], %s::int[],"
    " %s::bigint[], %s::text[], %s::bigint[], %s::text[])"
)


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`refund_latency_ratio`, `exchange_latency_ratio` and `cancel_show_447_s`."""
    grant(house.cinema, "carla", Permission.REFUND)
    till = house.till()
    pairs = house.pairs()
    with psycopg.connect(till.database.conninfo, prepare_threshold=2) as raw:
        raw.execute("SELECT boxoffice.attach(%s)", (till.token,))
        raw.commit()
        refund = _compare(
            house, till, pairs, lambda sale: _refund(till, sale), lambda sale: _refund_raw(house, raw, sale)
        )
        exchange = _compare(
            house,
            till,
            pairs,
            lambda sale: _exchange(house, till, sale, next(pairs)),
            lambda sale: _exchange_raw(house, till, raw, sale, next(pairs)),
        )
    return {
        "refund_latency_ratio": {"value": round(refund, 2), "unit": "x", "budget": None, "runs": _ROUNDS},
        "exchange_latency_ratio": {"value": round(exchange, 2), "unit": "x", "budget": None, "runs": _ROUNDS},
        "cancel_show_447_s": {"value": _cancel(house, till, pairs), "unit": "s", "budget": None, "runs": 1},
    }


def _compare(
    house: House,
    till: Till,
    pairs: Iterator[tuple[int, int]],
    ours: Callable[[SaleDetails], object],
    theirs: Callable[[SaleDetails], object],
) -> float:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM_UP + _ROUNDS):
        for work, kept in zip((ours, theirs), times, strict=True):
            sale = _sell(house, till, next(pairs))
            start = time.perf_counter()
            work(sale)
            if number >= _WARM_UP:
                kept.append(time.perf_counter() - start)
    return statistics.median(times[0]) / statistics.median(times[1])


def _sell(house: House, till: Till, seats: tuple[int, int]) -> SaleDetails:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=seats)
    order = house.order(hold_id, seats)
    till.call(sales.complete_sale, order=order)
    return till.call(get_sale_details, sale_id=order.sale_id)


def _refund(till: Till, sale: SaleDetails) -> None:
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, tickets, kind=RefundKind.VOID))


def _exchange(house: House, till: Till, sale: SaleDetails, pair: tuple[int, int]) -> None:
    lines = tuple(
        SaleLine(key=SeatKey(house.show_id, seat), ticket_type_id=ADULT, amount=_AMOUNT) for seat in sorted(pair)
    )
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    till.call(refunds.exchange_tickets, order=refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=lines))


def _take_back_raw(
    raw: psycopg.Connection[Any], house: House, sale: SaleDetails, kind: str, new: UUID | None, seats: list[int]
) -> None:
    raw.execute(
        _TAKE_BACK,
        (
            uuid4(), kind, sale.sale_id, [ticket.ticket_id for ticket in sale.tickets], new,
            [house.show_id] * len(seats), seats, [sale.payments[0].payment_id],
            ["exchange" if new else "cash"], [2 * _AMOUNT], [""],
        ),
    ).fetchone()  # fmt: skip


def _refund_raw(house: House, raw: psycopg.Connection[Any], sale: SaleDetails) -> None:
    _take_back_raw(raw, house, sale, "void", None, [])
    raw.commit()
    _notify_raw(raw, house, [ticket.key.seat_id for ticket in sale.tickets])


def _exchange_raw(
    house: House, till: Till, raw: psycopg.Connection[Any], sale: SaleDetails, pair: tuple[int, int]
) -> None:
    """What somebody would write by hand: the same rows, one statement after the other."""
    sale_id, seats = uuid4(), sorted(pair)
    _take_back_raw(raw, house, sale, "exchange", sale_id, seats)
    row = raw.execute(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 2, 'EUR', %s)"
        " RETURNING first_serial",
        (sale_id, 2 * _AMOUNT),
    ).fetchone()
    assert row is not None
    for line, seat in enumerate(seats, start=1):
        made = raw.execute(
            "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id,"
            " ticket_type_id, amount, tax, tax_rate_id, code) VALUES (%s, %s, %s, %s, %s, %s, 1, %s, %s, 89, 1, %s)"
            " RETURNING ticket_id",
            (sale_id, line, till.context.terminal_id, row[0] + line - 1, house.show_id, seat, ADULT, _AMOUNT,
             uuid4().bytes),
        ).fetchone()  # fmt: skip
        assert made is not None
        raw.execute(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE show_id = %s AND seat_id = %s",
            (made[0], house.show_id, seat),
        )
    raw.execute(
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, origin)"
        " VALUES (%s, 1, 'exchange', %s, %s, 'cash')",
        (sale_id, 2 * _AMOUNT, 2 * _AMOUNT),
    )
    raw.execute("SELECT boxoffice.seal_sale(%s)", (sale_id,)).fetchone()
    raw.commit()
    _notify_raw(raw, house, [*seats, *(ticket.key.seat_id for ticket in sale.tickets)])


def _notify_raw(raw: psycopg.Connection[Any], house: House, seats: list[int]) -> None:
    raw.autocommit = True
    raw.execute("SELECT pg_notify(%s, %s)", (HINT_CHANNEL, f"{house.show_id}:{','.join(map(str, seats))}"))
    raw.autocommit = False


def _cancel(house: House, till: Till, pairs: Iterator[tuple[int, int]]) -> float:
    """Seconds for all sales of a show with at least 447 sold seats, one transaction each."""
    # What was exchanged above is still sold.
    for _ in range(_SEATS // 2 + 1 - 2 * (_ROUNDS + _WARM_UP)):
        _sell(house, till, next(pairs))
    house.cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = %s", house.show_id)
    waiting = till.call(cancellations.list_sales_to_refund, show_id=house.show_id)
    start = time.perf_counter()
    for sale_id in waiting:
        till.call(cancellations.refund_cancelled_sale, show_id=house.show_id, sale_id=sale_id)
    return round(time.perf_counter() - start, 2)
