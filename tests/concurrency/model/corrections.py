"""Voids, refunds and exchanges in the lives of the tills, with the money: it is in valid tickets or went back.

Adults may have a quarter off, in so many sales at a time: an exchange takes it along, and a use comes back when the
last ticket that has its discount goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund, RefundKind, RefundOrder
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services import holds, promotions, refunds
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.concurrency.model.machine import SEATS, TILLS, TillMachine
from tests.support.cinema import ADULT, CHILD, PRICES
from tests.support.promotions import order_for, priced

_tills = st.integers(0, len(TILLS) - 1)
_seats = st.lists(st.sampled_from(SEATS), min_size=1, max_size=2, unique=True).map(tuple)
_picks = st.integers(0, 7)
_kinds = st.sampled_from((ADULT, CHILD))

_MONEY = """
    SELECT t.name,
           (SELECT coalesce(sum(y.amount), 0) FROM boxoffice.payment y JOIN boxoffice.sale s USING (sale_id)
             WHERE s.shift_id = c.shift_id)::bigint,
           (SELECT coalesce(sum(b.amount), 0) FROM boxoffice.refund_payment b JOIN boxoffice.refund r USING (refund_id)
             WHERE r.shift_id = c.shift_id)::bigint
      FROM boxoffice.terminal t JOIN boxoffice.terminal_chain c USING (terminal_id)
"""
_STANDING = (
    "SELECT k.sale_id, e.name, v.amount FROM boxoffice.ticket k JOIN boxoffice.seat e USING (seat_id),"
    " LATERAL boxoffice.ticket_values(k.sale_id, true) v WHERE v.ticket_id = k.ticket_id AND k.voided_by IS NULL"
)
USES = 2
OFFER = {"kind": PromotionKind.PERCENT, "value": 2500, "ticket_type_ids": frozenset({ADULT}), "uses_limit": USES}


@dataclass
class PlainMoney:
    """What every valid ticket cost, and by terminal (each has one shift) what was paid and what went back."""

    standing: dict[tuple[UUID, str], int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TILLS, 0))
    back: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TILLS, 0))
    before: dict[UUID, UUID] = field(default_factory=dict)
    # The sale whose use of the offer a valid ticket has its discount from.
    uses: dict[tuple[UUID, str], UUID] = field(default_factory=dict)

    def sell(self, terminal: str, sale_id: UUID, values: dict[str, int]) -> None:
        self.standing |= {(sale_id, name): value for name, value in values.items()}
        self.paid[terminal] += sum(values.values())

    def take_back(self, terminal: str, sale_id: UUID, names: Sequence[str]) -> None:
        self.back[terminal] += sum(self.standing.pop((sale_id, name)) for name in names)
        for name in names:
            self.uses.pop((sale_id, name), None)

    def count_uses(self) -> int:
        return len(set(self.uses.values()))

    def have_ended(self, sale_id: UUID, names: Sequence[str]) -> bool:
        return any((sale_id, name) not in self.standing for name in names)


class CorrectingMachine(TillMachine):
    """The tills of `TillMachine`, with supervisors at them who also take back."""

    def __init__(self) -> None:
        super().__init__()
        self.admin.execute("UPDATE boxoffice.promotion_use SET used = 0")
        # Read once: no till has heard yet that the offer is used up.
        self.offers = self.tills[0].call(promotions.list_offers)
        self.money = PlainMoney()
        self.stale: list[SaleDetails] = []
        self.done: list[tuple[int, RefundOrder, CompletedRefund]] = []

    @rule(till=_tills, names=_seats, kind=_kinds, offer=st.sampled_from((True, True, False)))
    def buy(self, till: int, names: tuple[str, ...], kind: int, *, offer: bool) -> None:
        """A hold and a sale in one: most lives shall have something to take back."""
        hold = uuid4()
        held = self._expect(
            self.plain.refusal_of_hold(TILLS[till], hold, names),
            lambda: self.tills[till].call(
                holds.hold_seats, hold_id=hold, show_id=self.cinema.show_id, seat_ids=self.cinema.ids(*names)
            ),
        )
        if held is not None:
            self.plain.hold(TILLS[till], hold, names)
            order = self.cinema.order(hold, *names, ticket_type=kind)
            if offer:
                tickets = priced(self.cinema, names, [kind] * len(names))
                order = order_for(self.tills[till], tickets, hold, offers=self.offers)
            self._try_sale(till, order, names, resuming=False)

    @rule(till=_tills, which=_picks, some=st.booleans(), void=st.booleans(), stale=_picks)
    def take_back(self, till: int, which: int, stale: int, *, some: bool, void: bool) -> None:
        sale = self._pick_sale(till, which, is_stale=stale == 0)
        if sale is None:
            return
        names = self._names(sale, some=some and not void)
        kind = RefundKind.VOID if void else RefundKind.REFUND
        refusal = self._refusal(sale, names)
        if refusal is None and void and (self._is_foreign(till, sale.sale_id) or len(names) < len(sale.tickets)):
            refusal = ("ConflictError",)
        order = refunds.plan_refund(sale, _ids(sale, names), kind=kind)
        made = self._expect(refusal, lambda: self.tills[till].call(refunds.refund_tickets, order=order))
        if made is not None:
            assert made.total == sum(self.money.standing[sale.sale_id, name] for name in names)
            self._end(till, sale, names)
            self.done.append((till, order, made))

    @rule(which=_picks)
    def ask_again_for_money(self, which: int) -> None:
        """The same refund once more, as after a broken link, is the same refund."""
        if self.done:
            till, order, made = self.done[which % len(self.done)]
            assert self.tills[till].call(refunds.refund_tickets, order=order) == made

    @rule(till=_tills, which=_picks, some=st.booleans(), name=st.sampled_from(SEATS), kind=_kinds, stale=_picks)
    def exchange(self, till: int, which: int, name: str, kind: int, stale: int, *, some: bool) -> None:
        sale = self._pick_sale(till, which, is_stale=stale == 0)
        if sale is None:
            return
        names = self._names(sale, some=some)
        seat = self.plain.seats[name]
        refusal = self._refusal(sale, names)
        if refusal is None and name not in names and (seat.state == "sold" or self.plain.is_live(seat)):
            refusal = ("SeatsUnavailableError",)
        price = PRICES[(2 if name[0] == "E" else 1, kind)]
        worth = sale.worth(frozenset(_ids(sale, names)), with_fees=True)
        use = self.money.uses.get((sale.sale_id, names[0])) if kind == ADULT else None
        total = price * 3 // 4 if use else price
        more = max(0, total - worth)
        order = refunds.plan_exchange(
            sale,
            _ids(sale, names),
            hold_id=uuid4(),
            lines=(SaleLine(key=self.cinema.keys(name)[0], ticket_type_id=kind, amount=price),),
            payments=(PaymentGiven(kind=PaymentKind.CASH, amount=more, given=more),) if more else (),
        )
        made: CompletedExchange | None = self._expect(
            refusal, lambda: self.tills[till].call(refunds.exchange_tickets, order=order)
        )
        if made is None:
            return
        self._end(till, sale, names)
        self.money.before[made.sale.sale_id] = sale.sale_id
        self.plain.sell(TILLS[till], made.sale.sale_id, (name,), total)
        self._remember(till, made.sale.sale_id, {name: total})
        if use:
            self.money.uses[made.sale.sale_id, name] = use

    @invariant()
    def the_money_of_every_shift_is_in_tickets_or_went_back(self) -> None:
        rows = {row[0]: row[1:] for row in self.admin.execute(_MONEY).fetchall()}
        assert rows == {name: (self.money.paid[name], self.money.back[name]) for name in TILLS}
        standing = {(row[0], row[1]): row[2] for row in self.admin.execute(_STANDING).fetchall()}
        assert standing == self.money.standing
        assert sum(paid - back for paid, back in rows.values()) == sum(standing.values())

    @invariant()
    def the_offer_counts_the_uses_that_stand(self) -> None:
        row = self.admin.execute("SELECT used FROM boxoffice.promotion_use").fetchone()
        assert row == (self.money.count_uses(),)

    def _refusal_of_lines(self, order: SaleOrder) -> tuple[str, ...] | None:
        return ("ConflictError",) if order.adjustments and self.money.count_uses() >= USES else None

    def _try_sale(self, till: int, order: SaleOrder, names: tuple[str, ...], *, resuming: bool) -> None:
        was_stored = order.sale_id in self.plain.sales
        super()._try_sale(till, order, names, resuming=resuming)
        if not was_stored and order.sale_id in self.plain.sales:
            off = {line.key: line.amount for line in order.adjustments}
            values = {name: line.amount + off.get(line.key, 0) for name, line in zip(names, order.lines, strict=True)}
            self._remember(till, order.sale_id, values)
            if off:
                self.money.uses |= {(order.sale_id, name): order.sale_id for name in names}

    def _valid(self, sale_id: UUID, names: tuple[str, ...]) -> tuple[str, ...]:
        is_new = all(sale_id != known.sale_id for known in self.stale)
        return tuple(name for name in names if is_new or (sale_id, name) in self.money.standing)

    def _remember(self, till: int, sale_id: UUID, values: dict[str, int]) -> None:
        self.money.sell(TILLS[till], sale_id, values)
        self.stale.append(self.tills[till].call(get_sale_details, sale_id=sale_id))

    def _pick_sale(self, till: int, which: int, *, is_stale: bool) -> SaleDetails | None:
        """A sale as it is now, or as it was when it was made: a dialog that stood open meanwhile."""
        if not self.stale:
            return None
        known = self.stale[which % len(self.stale)]
        names = [ticket.seat_name for ticket in known.tickets]
        # Its payments are out of date with its tickets, so it is of use only where a ticket will be refused.
        if is_stale and self.money.have_ended(known.sale_id, names):
            return known
        fresh = self.tills[till].call(get_sale_details, sale_id=known.sale_id)
        return fresh if any(ticket.ended is None for ticket in fresh.tickets) else None

    def _names(self, sale: SaleDetails, *, some: bool) -> list[str]:
        alive = [ticket.seat_name for ticket in sale.tickets if ticket.ended is None]
        ended = [name for name in alive if (sale.sale_id, name) not in self.money.standing]
        return (ended or alive)[:1] if some else alive

    def _refusal(self, sale: SaleDetails, names: Sequence[str]) -> tuple[str, ...] | None:
        return ("AlreadyRefundedError",) if self.money.have_ended(sale.sale_id, names) else None

    def _is_foreign(self, till: int, sale_id: UUID) -> bool:
        """Whether it, or a sale that its money came from, was made elsewhere."""
        at: UUID | None = sale_id
        while at is not None:
            if self.plain.sales[at].terminal != TILLS[till]:
                return True
            at = self.money.before.get(at)
        return False

    def _end(self, till: int, sale: SaleDetails, names: Sequence[str]) -> None:
        self.money.take_back(TILLS[till], sale.sale_id, names)
        for name in names:
            self.plain._free(self.plain.seats[name])


def _ids(sale: SaleDetails, names: Sequence[str]) -> list[int]:
    return [ticket.ticket_id for ticket in sale.tickets if ticket.seat_name in names]
