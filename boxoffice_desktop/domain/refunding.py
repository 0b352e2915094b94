"""Taking sales back: what goes back, by which way, and what becomes of it. Money is minor units of the currency."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from boxoffice_desktop.domain.cash_rounding import cash_rounding
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind, SaleOrder


class RefundKind(StrEnum):
    """Why tickets end."""

    REFUND = "refund"
    VOID = "void"
    EXCHANGE = "exchange"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidPart:
    """A payment of a sale. `way` is how the money first came in, `left` what of it has not gone back yet."""

    payment_id: int
    way: str
    amount: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyBack:
    """A part of what goes back for a payment: `kind` is `cash`, `card`, `gift_card`, `exchange` or `owed`.

    `reference` is the card terminal's own for a refund on a card. `rounding` is added to cash where the currency asks
    for it; the largest piece carries what the sum is rounded by.
    """

    payment_id: int
    kind: str
    amount: int
    reference: str = ""
    rounding: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundOrder:
    """Everything that takes tickets of one sale back. The till makes `refund_id`: the same order twice is one refund.

    `money` comes to the worth of the tickets. `approval_id` where who is signed in may not give refunds.
    """

    refund_id: UUID
    kind: RefundKind
    sale_id: UUID
    ticket_ids: tuple[int, ...]
    money: tuple[MoneyBack, ...]
    reason: str = ""
    approval_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeOrder:
    """Tickets that end and the sale that their value goes over to, in one."""

    refund: RefundOrder
    sale: SaleOrder

    @property
    def sale_id(self) -> UUID:
        """The new sale's."""
        return self.sale.sale_id

    @property
    def paid_on_top(self) -> tuple[PaymentGiven, ...]:
        """What the customer pays beside what goes over."""
        return tuple(each for each in self.sale.payments if each.kind is not PaymentKind.EXCHANGE)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedRefund:
    """A refund that is stored for good. `number` runs without gaps per terminal."""

    refund_id: UUID
    sale_id: UUID
    kind: RefundKind
    number: int
    refunded_at: datetime
    total: int
    money: tuple[MoneyBack, ...]

    @property
    def gives_cash(self) -> bool:
        """Whether some of it comes out of the drawer."""
        return any(each.kind == "cash" for each in self.money)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedExchange:
    """An exchange that is stored for good."""

    refund: CompletedRefund
    sale: CompletedSale


def split_money(
    parts: Sequence[PaidPart],
    amount: int,
    *,
    currency: str,
    carried: int = 0,
    reference: str = "",
    cash_as: str = "cash",
) -> tuple[MoneyBack, ...]:
    """How `amount` goes back over the payments of a sale: `carried` of it into an exchange, the rest as it came.

    Cash goes back last, so that as little of it as may be leaves the drawer; an exchange takes cash first for the same
    reason. `reference` is for what goes back on a card, `cash_as` is `owed` where nobody is here to take the cash; that
    is rounded when it is paid out.

    Raises:
        InvalidInputError: less than `amount` is left of the payments.
    """
    if not 0 <= carried <= amount or sum(part.left for part in parts) < amount:
        raise InvalidInputError("amount", "More would go back than was paid.")
    left = {part.payment_id: part.left for part in parts}
    backwards = sorted(parts, key=lambda part: (part.way == "cash", part.payment_id))
    money: list[MoneyBack] = []
    for wanted, order, is_carried in ((carried, reversed(backwards), True), (amount - carried, backwards, False)):
        rest = wanted
        for part in order:
            share = min(rest, left[part.payment_id])
            if share:
                kind = "exchange" if is_carried else cash_as if part.way == "cash" else part.way
                money.append(
                    MoneyBack(
                        payment_id=part.payment_id,
                        kind=kind,
                        amount=share,
                        reference=reference if kind == "card" else "",
                    )
                )
                left[part.payment_id] -= share
                rest -= share
    return _round_cash(money, currency)


def round_payment(payment: PaymentGiven, currency: str) -> PaymentGiven:
    """A payment as it is stored: cash rounded where the currency asks for it, `given` no less than that."""
    if payment.kind is not PaymentKind.CASH or not (rounding := cash_rounding(payment.amount, currency)):
        return payment
    due = payment.amount + rounding
    given = due if payment.given == payment.amount else max(due, payment.given)
    return replace(payment, rounding=rounding, given=given)


def _round_cash(money: Sequence[MoneyBack], currency: str) -> tuple[MoneyBack, ...]:
    cash = [each for each in money if each.kind == "cash"]
    if not (rounding := cash_rounding(sum(each.amount for each in cash), currency)):
        return tuple(money)
    largest = max(cash, key=lambda each: each.amount)
    return tuple(replace(each, rounding=rounding) if each is largest else each for each in money)


def carry_over(parts: Sequence[PaidPart], money: Sequence[MoneyBack]) -> tuple[PaymentGiven, ...]:
    """The payments of the new sale that an exchange's money makes: one for each way that it had come in."""
    ways = {part.payment_id: part.way for part in parts}
    sums: dict[str, int] = {}
    for each in money:
        if each.kind == "exchange":
            way = ways[each.payment_id]
            sums[way] = sums.get(way, 0) + each.amount
    return tuple(
        PaymentGiven(kind=PaymentKind.EXCHANGE, amount=amount, given=amount, origin=way)
        for way, amount in sorted(sums.items())
    )
