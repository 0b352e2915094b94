"""A little book kept beside the tills, by hand: what a Z report has to say, known without asking the product."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Sums = Counter[str]


@dataclass
class CashBook:
    """One till's shift as somebody with a pencil would note it. Minor units; every amount is given by the test.

    Attributes:
        drawer: the cash that should lie there.
        sold: how many sales; `tickets`: what the tickets cost before discounts.
        payments, extras, refunds, back: sums by kind, as they are called on the Z report.
    """

    drawer: int = 0
    sold: int = 0
    tickets: int = 0
    payments: Sums = field(default_factory=Counter)
    extras: Sums = field(default_factory=Counter)
    refunds: Sums = field(default_factory=Counter)
    back: Sums = field(default_factory=Counter)
    moved: Sums = field(default_factory=Counter)
    paid_out: int = 0
    reprints: int = 0

    def sell(self, tickets: int, *, rounding: int = 0, extras: dict[str, int] | None = None, **payments: int) -> None:
        """A sale, paid with `cash`, `card`, `gift_card` and `exchange`; it has to come out even here, too."""
        assert tickets + sum((extras or {}).values()) == sum(payments.values()), "noted wrongly"
        self.sold += 1
        self.tickets += tickets
        self.extras.update(extras or {})
        self.payments.update(payments)
        self.drawer += payments.get("cash", 0) + rounding

    def give_back(self, kind: str, *, rounding: int = 0, **ways: int) -> None:
        """A refund of this kind; `owed` is cash that has not left yet."""
        self.refunds[kind] += sum(ways.values())
        self.back.update(ways)
        self.drawer -= ways.get("cash", 0) + rounding

    def move(self, kind: str, amount: int) -> None:
        """Cash beside sales."""
        self.moved[kind] += amount
        self.drawer += amount if kind == "pay_in" else -amount

    def pay_out(self, amount: int) -> None:
        """Owed cash that somebody came for."""
        self.paid_out += amount
        self.drawer -= amount

    def as_report(self) -> dict[str, Any]:
        """The figures in the form that `read_report` gives them."""
        return {
            "expected": self.drawer,
            "sales": (self.sold, self.tickets + sum(self.extras.values())),
            "tickets": self.tickets,
            "payments": dict(self.payments),
            "adjustments": dict(self.extras),
            "refunds": dict(self.refunds),
            "refund_payments": dict(self.back),
            "movements": dict(self.moved),
            "payouts": self.paid_out,
            "reprints": self.reprints,
        }

    @property
    def left(self) -> int:
        """What was sold less what was taken back."""
        return self.tickets + sum(self.extras.values()) - sum(self.refunds.values())


def read_report(body: dict[str, Any]) -> dict[str, Any]:
    """The same figures out of a Z report's body."""
    moved: Sums = Counter()
    for line in body["movements"]:
        moved[line["kind"]] += line["amount"]
    by_kind = {
        name: {line["kind"]: line["amount"] for line in body[name]}
        for name in ("payments", "adjustments", "refunds", "refund_payments")
    }
    return {
        **by_kind,
        "expected": body["cash"]["expected"],
        "sales": (body["sales"]["count"], body["sales"]["amount"]),
        "tickets": sum(line["amount"] for line in body["types"]),
        "movements": dict(moved),
        "payouts": body["payouts"]["amount"] + body["payouts"]["rounding"],
        "reprints": body["reprints"],
    }
