"""A Z report balances to the cent, whatever was sold, taken off, given back and moved: against a plain ledger.

Sales with discounts, fees, exchanges and refunds of every kind are written as rows: only adding up is tested here.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing
from boxoffice_desktop.services import shift_reports, shifts
from tests.services.shifts.test_shifts import verify
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

Begin = Callable[..., UUID]
Sums = Counter[str]


class Ledger:
    """Writes rows past all guards and adds them up by itself. Amounts in minor units."""

    def __init__(self, admin: psycopg.Connection[Any], shift_id: UUID, chance: random.Random) -> None:
        self._admin = admin
        self._shift = shift_id
        self._chance = chance
        self._serial = 1000
        self.payments: Sums = Counter()
        self.adjustments: Sums = Counter()
        self.refunds: Sums = Counter()
        self.back: Sums = Counter()
        self.tickets = 0
        self.drawer = 0

    def write_sale(self) -> None:
        """One to three tickets, perhaps a discount and a fee, paid in one to three ways."""
        sale, count = uuid4(), self._chance.randint(1, 3)
        prices = [self._chance.randrange(1, 3000) for _ in range(count)]
        extras = [("fee", self._chance.randrange(1, 200)), ("promotion", -self._chance.randrange(1, sum(prices) + 1))]
        extras = [extra for extra in extras if self._chance.random() < 0.5]
        total = sum(prices) + sum(amount for _, amount in extras)
        self._admin.execute(
            "INSERT INTO boxoffice.sale VALUES (%s, 1, 1, %s, %s, %s, %s, now(), 'EUR', %s)",
            (sale, self._shift, self._serial, self._serial, count, total),
        )
        for number, price in enumerate(prices, start=1):
            self._admin.execute(
                "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id,"
                " ticket_type_id, amount, tax, tax_rate_id, code) VALUES (%s, %s, 1, %s, 1, %s, 1, %s, %s, %s, 1, %s)",
                (sale, number, self._serial, self._serial, number % 2 + 1, price, price // 11, uuid4().bytes),
            )
            self._serial += 1
        for number, (kind, amount) in enumerate(extras, start=1):
            self._admin.execute(
                "INSERT INTO boxoffice.adjustment (sale_id, line, ticket_line, kind, amount, tax, tax_rate_id,"
                " promotion_id) VALUES (%s, %s, 1, %s, %s, 0, 1, 1)",
                (sale, number, kind, amount),
            )
            self.adjustments[kind] += amount
        self.tickets += sum(prices)
        self._pay(sale, total)
        if self._chance.random() < 0.4:
            self._give_back(sale, min(prices[0], total))

    def _pay(self, sale: UUID, total: int) -> None:
        kinds = self._chance.sample(["cash", "card", "exchange"], self._chance.randint(1, 3))
        for number, kind in enumerate(kinds, start=1):
            amount = total if number == len(kinds) else self._chance.randint(0, total)
            rounding = self._chance.randint(-2, 2) if kind == "cash" else 0
            total -= amount
            self._admin.execute(
                "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, rounding, origin)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (sale, number, kind, amount, amount + max(rounding, 0), rounding,
                 "card" if kind == "exchange" else None) if amount else
                (sale, number, kind, 0, 0, 0, "card" if kind == "exchange" else None),
            )  # fmt: skip
            self.payments[kind] += amount
            self.drawer += amount + rounding if kind == "cash" and amount else 0

    def _give_back(self, sale: UUID, amount: int) -> None:
        if not amount:
            return
        kind = self._chance.choice(["refund", "void"])
        way = self._chance.choice(["cash", "card", "owed"])
        rounding = self._chance.randint(-2, 2) if way == "cash" else 0
        refund = uuid4()
        self._admin.execute(
            "INSERT INTO boxoffice.refund VALUES (%s, %s, %s, 1, 1, %s, %s, now(), 'EUR', %s, '', NULL, NULL)",
            (refund, sale, kind, self._shift, self._serial, amount),
        )
        self._admin.execute(
            "INSERT INTO boxoffice.refund_line SELECT %s, 1, min(ticket_id), %s, 0 FROM boxoffice.ticket"
            " WHERE sale_id = %s",
            (refund, amount, sale),
        )
        self._admin.execute(
            "INSERT INTO boxoffice.refund_payment SELECT %s, 1, min(payment_id), %s, %s, %s, '' FROM boxoffice.payment"
            " WHERE sale_id = %s",
            (refund, way, amount, rounding, sale),
        )
        self.refunds[kind] += amount
        self.back[way] += amount
        self.drawer -= amount + rounding if way == "cash" else 0
        if way == "owed" and self._chance.random() < 0.5:
            self._admin.execute(
                "INSERT INTO boxoffice.payout VALUES (%s, %s, 1, 1, 1, %s, now(), %s, 0)",
                (uuid4(), refund, self._shift, amount),
            )
            self.drawer -= amount


def by_kind(lines: list[dict[str, Any]]) -> dict[str, int]:
    return {line["kind"]: line["amount"] for line in lines}


@pytest.mark.parametrize("seed", range(5))
def test_a_z_report_balances_to_the_cent(bare: Cinema, here: Till, begin: Begin, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same sales each time
    shift_id = begin(here)
    with bare.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        ledger = Ledger(admin, shift_id, chance)
        for _ in range(chance.randint(5, 30)):
            ledger.write_sale()
    moved = 0
    for kind, sign in ((CashKind.PAY_IN, 1), (CashKind.PAY_OUT, -1), (CashKind.DROP, -1)):
        amount = chance.randint(1, 5000)
        here.call(shifts.record_cash, order=CashOrder(movement_id=uuid4(), kind=kind, amount=amount, reason="because"))
        moved += sign * amount
    closing = ShiftClosing(shift_id=shift_id, count_id=uuid4(), reason="not counted")
    closed = here.call(shifts.close_shift, closing=closing)
    assert closed.expected == 5000 + moved + ledger.drawer
    ((written,),) = bare.query("SELECT body FROM boxoffice.z_report")
    body = json.loads(written)
    assert by_kind(body["payments"]) == ledger.payments
    assert by_kind(body["adjustments"]) == ledger.adjustments
    assert by_kind(body["refunds"]) == ledger.refunds
    assert by_kind(body["refund_payments"]) == ledger.back
    assert sum(line["amount"] for line in body["types"]) == ledger.tickets
    assert sum(line["amount"] for line in body["films"]) == ledger.tickets
    # What came in less what went back is what was sold less what was taken back.
    left = sum(ledger.payments.values()) - sum(ledger.back.values())
    sold = ledger.tickets + sum(ledger.adjustments.values()) - sum(ledger.refunds.values())
    assert left == sold
    assert sum(line["amount"] - line["refunded"] for line in body["taxes"]) == sold
    report = here.call(shift_reports.get_z_report, shift_id=shift_id)
    assert sum(tax.gross for tax in report.by_tax) == sold


def test_the_days_sums_are_those_of_its_shifts(bare: Cinema, here: Till, begin: Begin) -> None:
    manager = bare.till("Counter 2", "sid")
    tills = [here, manager]
    opened = [begin(till) for till in tills]
    for number, till in enumerate([here, manager, here, here, manager], start=1):
        sell(bare, till, f"A{number}", f"B{number}")
    day = manager.call(shift_reports.list_shifts)
    expected = [5000 + 3 * 2400, 5000 + 2 * 2400]
    for till, shift_id, amount in zip(tills, opened, expected, strict=True):
        closing = ShiftClosing(shift_id=shift_id, count_id=uuid4(), pieces=((100, amount // 100),))
        assert till.call(shifts.close_shift, closing=closing).difference == 0
    bodies = [json.loads(row[0]) for row in bare.query("SELECT body FROM boxoffice.z_report ORDER BY terminal_id")]
    assert sum(body["sales"]["amount"] for body in bodies) == day.total("sold") == 5 * 2400
    assert sum(body["sales"]["tickets"] for body in bodies) == day.total("tickets") == 10
    assert sum(by_kind(body["payments"])["cash"] for body in bodies) == day.total("cash") == 5 * 2400
    assert verify(bare) == []
