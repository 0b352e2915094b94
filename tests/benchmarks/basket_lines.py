"""Pricing a large basket: 20 tickets of two shows under 50 rules of every kind, half of them combinable."""

import statistics
import time as clock
from datetime import date, time
from typing import Any

from boxoffice_desktop.domain.basket_lines import BookingFee, price_basket
from boxoffice_desktop.domain.promotions import Offer, PricedTicket, Promotion, PromotionKind
from boxoffice_desktop.domain.seats import SeatKey

_RUNS = 200
_BUDGET_US = 16_000


def measure() -> dict[str, dict[str, Any]]:
    """`price_basket_us`: what every key at the counter costs; the budget is one frame."""
    tickets = [
        PricedTicket(
            key=SeatKey(1 + seat % 2, seat),
            ticket_type_id=1 + seat % 3,
            amount=900 + 50 * seat,
            tax=67 + 4 * seat,
            movie_id=1 + seat % 2,
            day=date(2026, 11, 20),
            at=time(20, 15),
        )
        for seat in range(20)
    ]
    offers = [Offer(promotion=_rule(number)) for number in range(50)]
    fee = BookingFee(amount=100, tax=7, tax_rate_id=1)
    times = []
    for _ in range(_RUNS):
        start = clock.perf_counter()
        lines = price_basket(tickets, offers, day_ends_at=time(6), fee=fee)
        times.append(clock.perf_counter() - start)
    if len(lines) <= len(tickets):
        raise RuntimeError("no rule has found a ticket")
    value = round(statistics.median(times) * 1_000_000)
    return {"price_basket_us": {"value": value, "unit": "us", "budget": _BUDGET_US, "runs": _RUNS}}


def _rule(number: int) -> Promotion:
    kind = list(PromotionKind)[number % 3]
    is_group = kind is PromotionKind.N_FOR_M
    return Promotion(
        promotion_id=number + 1,
        name=f"Rule {number}",
        kind=kind,
        value=0 if is_group else 100 + number,
        take=4 if is_group else 0,
        pay=3 if is_group else 0,
        is_combinable=number % 2 == 0,
        weekdays=frozenset({5, 6}) if number % 5 == 0 else None,
        from_time=time(18) if number % 7 == 0 else None,
        ticket_type_ids=frozenset({1, 2}) if number % 4 == 0 else None,
    )
