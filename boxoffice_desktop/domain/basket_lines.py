"""Decides the lines of a basket: what promotions, a supervisor's yes and the booking fee make of its tickets.

The same tickets and offers give the same lines, in whatever order they come. A ticket's only discount is one that is
not combinable, or it has all the combinable ones: n for m first, then percents, then amounts. Of what is possible the
best for the customer is taken; of several n-for-m offers that are not combinable one applies per sale.

Tax: what is left of a ticket carries the ticket's own tax in proportion, halves up; a line's tax is what it takes of
it. So the taxes of a ticket and its lines come to exactly the tax of what was paid for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import chain
from uuid import UUID

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.promotions import Offer, PricedTicket, PromotionKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleAdjustment

_KIND_ORDER = {kind: place for place, kind in enumerate(PromotionKind)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Granted:
    """A supervisor's yes for one ticket: `price` in minor units, 0 for a complimentary ticket.

    `approval_id` is None until it was given; the lines can be shown before.
    """

    key: SeatKey
    kind: AdjustmentKind
    price: int = 0
    reason: str = ""
    approval_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingFee:
    """What the venue asks for each ticket on top, in minor units, tax inside."""

    amount: int
    tax: int
    tax_rate_id: int


@dataclass(slots=True)
class _Plan:
    """One way to use the offers: the discounts of each ticket, in order. `grouped` are seats used up by n for m."""

    lines: dict[SeatKey, list[tuple[Offer, int]]] = field(default_factory=lambda: defaultdict(list))
    grouped: dict[int, set[SeatKey]] = field(default_factory=lambda: defaultdict(set))
    taken: set[SeatKey] = field(default_factory=set)
    off: dict[SeatKey, int] = field(default_factory=dict)
    total: int = 0

    def add(self, offer: Offer, key: SeatKey, amount: int) -> None:
        if amount > 0:
            self.lines[key].append((offer, amount))
            self.off[key] = self.off.get(key, 0) + amount
            self.total += amount


_Covered = Sequence[tuple[Offer, tuple[PricedTicket, ...]]]
_Gains = Sequence[tuple[int, SeatKey, Offer, int]]


def price_basket(
    tickets: Iterable[PricedTicket],
    offers: Iterable[Offer] = (),
    *,
    day_ends_at: time,
    granted: Iterable[Granted] = (),
    fee: BookingFee | None = None,
) -> tuple[SaleAdjustment, ...]:
    """The lines besides the tickets, by ticket: discounts with their sign, then the fee; minor units.

    A ticket that was granted has no other discount, and one that is complimentary no fee.

    Raises:
        InvalidInputError: field `price`; a granted price is negative, or changes a ticket that costs nothing.
    """
    ordered = sorted(tickets, key=lambda ticket: ticket.key)
    allowed = {each.key: each for each in granted}
    free = [ticket for ticket in ordered if ticket.key not in allowed and ticket.amount > 0]
    covered = _cover(free, offers, day_ends_at)
    best = max(_plans(covered), key=lambda plan: plan.total)
    return tuple(chain.from_iterable(_lines_of(ticket, best, allowed.get(ticket.key), fee) for ticket in ordered))


def tax_of(ticket_amount: int, ticket_tax: int, left: int) -> int:
    """The tax inside what is left of a ticket: its own in proportion, halves up; minor units."""
    return (ticket_tax * left * 2 + ticket_amount) // (ticket_amount * 2) if ticket_amount else 0


def _lines_of(
    ticket: PricedTicket, plan: _Plan, granted: Granted | None, fee: BookingFee | None
) -> Iterator[SaleAdjustment]:
    left = ticket.amount
    if granted is not None:
        line = _grant(ticket, granted)
        if line is not None:
            yield line
    for offer, amount in plan.lines.get(ticket.key, ()):
        yield SaleAdjustment(
            kind=AdjustmentKind.PROMOTION,
            key=ticket.key,
            amount=-amount,
            tax=_tax_between(ticket, left, left - amount),
            promotion_id=offer.promotion.promotion_id,
            promotion_code_id=offer.promotion_code_id,
            reason=offer.promotion.name,
        )
        left -= amount
    if fee is not None and (granted is None or granted.kind is not AdjustmentKind.COMPLIMENTARY):
        yield SaleAdjustment(
            kind=AdjustmentKind.FEE, key=ticket.key, amount=fee.amount, tax=fee.tax, tax_rate_id=fee.tax_rate_id
        )


def _grant(ticket: PricedTicket, granted: Granted) -> SaleAdjustment | None:
    change = granted.price - ticket.amount
    if granted.price < 0 or (change and not ticket.amount):
        raise InvalidInputError("price", "This ticket cannot have that price.")
    if not change:
        return None
    return SaleAdjustment(
        kind=granted.kind,
        key=ticket.key,
        amount=change,
        tax=_tax_between(ticket, ticket.amount, granted.price),
        approval_id=granted.approval_id,
        reason=granted.reason,
    )


def _tax_between(ticket: PricedTicket, before: int, after: int) -> int:
    return tax_of(ticket.amount, ticket.tax, after) - tax_of(ticket.amount, ticket.tax, before)


def _cover(tickets: Sequence[PricedTicket], offers: Iterable[Offer], day_ends_at: time) -> _Covered:
    """Each offer once, in their own order, with the tickets that it holds for; none that holds for nothing."""
    found = []
    for _, offer in sorted({offer.order: offer for offer in offers}.items()):
        # What an offer asks of a ticket is the same for all tickets of a type in a show.
        known: dict[tuple[int, int], bool] = {}
        mine = []
        for ticket in tickets:
            kind = (ticket.key.show_id, ticket.ticket_type_id)
            if kind not in known:
                known[kind] = offer.promotion.covers(ticket, day_ends_at)
            if known[kind]:
                mine.append(ticket)
        if mine:
            found.append((offer, tuple(mine)))
    return found


def _plans(covered: _Covered) -> Iterator[_Plan]:
    """The ways worth comparing, simplest first: of equals the first one is taken."""
    single = [each for each in covered if not each[0].promotion.is_combinable]
    stack = sorted(
        (each for each in covered if each[0].promotion.is_combinable),
        key=lambda each: (_KIND_ORDER[each[0].promotion.kind], *each[0].order),
    )
    alone = _stacked(_Plan(), stack)
    yield alone
    plain = [each for each in single if each[0].promotion.kind is not PromotionKind.N_FOR_M]
    groups = [each for each in single if each[0].promotion.kind is PromotionKind.N_FOR_M]
    # Once against what the combinable ones would give each ticket, once for its own sake.
    for floor in (alone.off, {}) if stack else ({},):
        gains = _gains(plain, floor)
        for group in (None, *groups):
            plan = _Plan() if group is None else _grouped_only(*group)
            yield _stacked(_assigned(plan, gains), stack)


def _grouped_only(offer: Offer, found: Sequence[PricedTicket]) -> _Plan:
    plan = _Plan()
    _apply_groups(plan, offer, [(ticket, ticket.amount) for ticket in found])
    plan.taken |= plan.grouped[offer.promotion.promotion_id]
    return plan


def _gains(plain: _Covered, floor: Mapping[SeatKey, int]) -> _Gains:
    """What each offer would take off each ticket beyond `floor`, the largest gain first."""
    gains = [
        (off - floor.get(ticket.key, 0), ticket.key, offer, off)
        for offer, found in plain
        for ticket in found
        if (off := offer.promotion.take_off(ticket.amount)) > floor.get(ticket.key, 0)
    ]
    return sorted(gains, key=lambda gain: (-gain[0], gain[1], gain[2].order))


def _assigned(plan: _Plan, gains: _Gains) -> _Plan:
    """Gives each ticket at most one offer, the largest gain first, within what an offer's use takes."""
    used: dict[tuple[int, int], int] = defaultdict(int)
    for _, key, offer, off in gains:
        if key in plan.taken:
            continue
        most = offer.promotion.most_tickets
        if most is None or used[offer.order] < most:
            plan.add(offer, key, off)
            plan.taken.add(key)
            used[offer.order] += 1
    return plan


def _stacked(plan: _Plan, stack: _Covered) -> _Plan:
    """Adds the combinable offers to the tickets that have none of the others."""
    had: dict[int, set[SeatKey]] = defaultdict(set)
    for offer, found in stack:
        mine = had[offer.promotion.promotion_id]
        rest = [
            (ticket, ticket.amount - plan.off.get(ticket.key, 0))
            for ticket in found
            if ticket.key not in plan.taken and ticket.key not in mine
        ]
        if offer.promotion.kind is PromotionKind.N_FOR_M:
            mine |= _apply_groups(plan, offer, [(ticket, left) for ticket, left in rest if left == ticket.amount])
            continue
        worth = sorted(((offer.promotion.take_off(left), ticket.key) for ticket, left in rest), key=_dearest)
        for off, key in worth[: offer.promotion.most_tickets]:
            plan.add(offer, key, off)
            mine.add(key)
    return plan


def _apply_groups(plan: _Plan, offer: Offer, tickets: Sequence[tuple[PricedTicket, int]]) -> set[SeatKey]:
    """Groups tickets, the dearest together, and makes the cheapest of each group free. Returns all that are used up."""
    promotion = offer.promotion
    ranked = sorted(((left, ticket.key) for ticket, left in tickets), key=_dearest)
    spare = promotion.take - promotion.pay
    groups = len(ranked) // promotion.take
    if promotion.most_tickets is not None:
        groups = min(groups, -(-promotion.most_tickets // spare))
    used = ranked[: groups * promotion.take]
    freed = [one for rank, one in enumerate(used) if rank % promotion.take >= promotion.pay]
    for left, key in freed[: promotion.most_tickets]:
        plan.add(offer, key, left)
    keys = {key for _, key in used}
    plan.grouped[promotion.promotion_id] |= keys
    return keys


def _dearest(one: tuple[int, SeatKey]) -> tuple[int, SeatKey]:
    return -one[0], one[1]


def find_small_groups(
    tickets: Iterable[tuple[SeatKey, int]], group_from: Mapping[int, int]
) -> dict[int, tuple[int, int]]:
    """Ticket types that are sold for groups only and have too few tickets of one show: type to (had, wanted).

    `tickets` are seats with their types, `group_from` the types that have a smallest group.
    """
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for key, type_id in tickets:
        if type_id in group_from:
            counts[key.show_id, type_id] += 1
    return {
        type_id: (count, group_from[type_id])
        for (_, type_id), count in sorted(counts.items())
        if count < group_from[type_id]
    }
