"""Refunds and exchanges through the services, against raw psycopg writing their rows in bare tables, in one run.

What guards, seals and journal cost too; `corrections` compares with the same guards on both sides.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import CompletedSale, SaleLine
from boxoffice_desktop.services import holds, refunds, sales
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.benchmarks.house import House
from tests.support.cinema import ADULT, Till

_ROUNDS = 100
_WARM_UP = 10
_AMOUNT = 1200
_TABLES = ("show_seat", "sale", "ticket", "payment", "terminal_chain", "refund", "refund_line", "refund_payment")


def measure(house: House) -> dict[str, dict[str, Any]]:
    """`refund_bare_ratio` and `exchange_bare_ratio` (÷ bare tables), `refund_ms`, `exchange_ms`."""
    till = house.cinema.till("Counter 1", "sid")
    pairs = house.pairs()
    times: dict[str, list[float]] = {"refund": [], "raw refund": [], "exchange": [], "raw exchange": []}
    sold = [_sell(house, till, next(pairs)) for _ in range(4 * (_WARM_UP + _ROUNDS))]
    _copy_tables(house)
    details = (till.call(get_sale_details, sale_id=sale.sale_id) for sale in sold)
    with psycopg.connect(house.cinema.admin_conninfo, prepare_threshold=2) as raw:
        for number in range(_WARM_UP + _ROUNDS):
            works: dict[str, Callable[[], object]] = {
                "refund": _refund(till, next(details)),
                "raw refund": _refund_raw(raw, next(details)),
                "exchange": _exchange(house, till, next(details), next(pairs)),
                "raw exchange": _exchange_raw(raw, next(details), next(pairs)),
            }
            for name, work in works.items():
                start = time.perf_counter()
                work()
                if number >= _WARM_UP:
                    times[name].append(time.perf_counter() - start)
    middle = {name: statistics.median(took) for name, took in times.items()}
    rows: dict[str, dict[str, Any]] = {}
    for name in ("refund", "exchange"):
        ratio, took = middle[name] / middle[f"raw {name}"], middle[name] * 1000
        rows[f"{name}_bare_ratio"] = {"value": round(ratio, 2), "unit": "x", "budget": None, "runs": _ROUNDS}
        rows[f"{name}_ms"] = {"value": round(took, 2), "unit": "ms", "budget": None, "runs": _ROUNDS}
    return rows


def _sell(house: House, till: Till, seats: tuple[int, ...]) -> CompletedSale:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=house.show_id, seat_ids=seats)
    order = house.order(hold_id, (seats[0], seats[-1]))
    total = _AMOUNT * len(seats)
    payment = replace(order.payments[0], amount=total, given=total)
    order = replace(order, lines=order.lines[: len(seats)], payments=(payment,))
    return till.call(sales.complete_sale, order=order)


def _refund(till: Till, sale: SaleDetails) -> Callable[[], object]:
    order = refunds.plan_refund(sale, [ticket.ticket_id for ticket in sale.tickets])
    return lambda: till.call(refunds.refund_tickets, order=order)


def _exchange(house: House, till: Till, sale: SaleDetails, pair: tuple[int, int]) -> Callable[[], object]:
    lines = [SaleLine(key=SeatKey(house.show_id, seat), ticket_type_id=ADULT, amount=_AMOUNT) for seat in pair]
    order = refunds.plan_exchange(sale, [ticket.ticket_id for ticket in sale.tickets], hold_id=uuid4(), lines=lines)
    return lambda: till.call(refunds.exchange_tickets, order=order)


def _copy_tables(house: House) -> None:
    """Keys and checks stay; guards, seals and journal do not."""
    with house.cinema.admin() as admin:
        admin.execute("CREATE SCHEMA bare")
        for table in _TABLES:
            names = (sql.Identifier("bare", table), sql.Identifier("boxoffice", table))
            admin.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(*names))
            admin.execute(sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM {}").format(*names))
        for table in ("ticket", "payment"):
            admin.execute(
                f"SELECT setval(pg_get_serial_sequence('bare.{table}', '{table}_id'), max({table}_id))"
                f" FROM bare.{table}"
            )
        admin.execute("ANALYZE")


def _refund_raw(raw: psycopg.Connection[Any], sale: SaleDetails) -> Callable[[], object]:
    def run() -> None:
        _take_back_raw(raw, sale, "refund", None)
        raw.commit()

    return run


def _take_back_raw(raw: psycopg.Connection[Any], sale: SaleDetails, kind: str, new_sale: UUID | None) -> None:
    refund_id, tickets = uuid4(), [ticket.ticket_id for ticket in sale.tickets]
    raw.execute("SELECT FROM bare.sale WHERE sale_id = %s FOR UPDATE", (sale.sale_id,))
    raw.execute("SELECT FROM bare.show_seat WHERE ticket_id = ANY(%s) ORDER BY show_id, seat_id FOR UPDATE", (tickets,))
    raw.execute(
        "WITH c AS (UPDATE bare.terminal_chain SET refund_number = refund_number + 1"
        " WHERE terminal_id = 1 RETURNING *)"
        " INSERT INTO bare.refund (refund_id, sale_id, kind, terminal_id, staff_id, shift_id, number, refunded_at,"
        " currency, total, reason, new_sale_id) SELECT %s, %s, %s, 1, 1, c.shift_id, c.refund_number,"
        " clock_timestamp(), 'EUR', %s, '', %s FROM c",
        (refund_id, sale.sale_id, kind, 2 * _AMOUNT, new_sale),
    )
    raw.execute(
        "INSERT INTO bare.refund_line (refund_id, line, ticket_id, amount, tax)"
        " SELECT %s, line, ticket_id, amount, tax FROM bare.ticket WHERE ticket_id = ANY(%s)",
        (refund_id, tickets),
    )
    raw.execute(
        "INSERT INTO bare.refund_payment (refund_id, line, payment_id, kind, amount, rounding, reference)"
        " VALUES (%s, 1, %s, %s, %s, 0, '')",
        (refund_id, sale.payments[0].payment_id, "exchange" if new_sale else "cash", 2 * _AMOUNT),
    )
    raw.execute("UPDATE bare.ticket SET voided_by = %s WHERE ticket_id = ANY(%s)", (refund_id, tickets))
    raw.execute("UPDATE bare.show_seat SET state = 'available', ticket_id = NULL WHERE ticket_id = ANY(%s)", (tickets,))


def _exchange_raw(raw: psycopg.Connection[Any], sale: SaleDetails, pair: tuple[int, int]) -> Callable[[], object]:
    def run() -> None:
        sale_id, show_id = uuid4(), sale.tickets[0].key.show_id
        _take_back_raw(raw, sale, "exchange", sale_id)
        row = raw.execute(
            "WITH c AS (UPDATE bare.terminal_chain SET sale_number = sale_number + 1,"
            " ticket_serial = ticket_serial + 2 WHERE terminal_id = 1 RETURNING *)"
            " INSERT INTO bare.sale (sale_id, terminal_id, staff_id, shift_id, number, first_serial, ticket_count,"
            " sold_at, currency, total) SELECT %s, 1, 1, c.shift_id, c.sale_number, c.ticket_serial - 1, 2,"
            " clock_timestamp(), 'EUR', %s FROM c RETURNING first_serial",
            (sale_id, 2 * _AMOUNT),
        ).fetchone()
        assert row is not None
        for line, seat_id in enumerate(pair, start=1):
            raw.execute(
                "WITH k AS (INSERT INTO bare.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id,"
                " ticket_type_id, amount, tax, tax_rate_id, code) VALUES (%s, %s, 1, %s, %s, %s, 1, %s, %s, 89, 1, %s)"
                " RETURNING *) UPDATE bare.show_seat x SET state = 'sold', ticket_id = k.ticket_id FROM k"
                " WHERE x.show_id = k.show_id AND x.seat_id = k.seat_id",
                (sale_id, line, row[0] + line - 1, show_id, seat_id, ADULT, _AMOUNT, uuid4().bytes),
            )
        raw.execute(
            "INSERT INTO bare.payment (sale_id, line, kind, origin, amount, given)"
            " VALUES (%s, 1, 'exchange', 'cash', %s, %s)",
            (sale_id, 2 * _AMOUNT, 2 * _AMOUNT),
        )
        raw.commit()

    return run
