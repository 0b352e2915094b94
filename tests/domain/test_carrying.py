from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.carrying import TicketLine, carry_lines
from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleLine

ADULT, CHILD = 1, 2
YES = UUID(int=7)


def promotion(kind: PromotionKind, value: int = 0, **more: Any) -> Promotion:
    return Promotion(promotion_id=3, name="Offer", kind=kind, value=value, **more)


def off(amount: int, offer: Promotion) -> TicketLine:
    return TicketLine(kind=AdjustmentKind.PROMOTION, amount=-amount, promotion=offer, promotion_code_id=5)


def carried(price: int, new_price: int, *lines: TicketLine, ticket_type: int = ADULT) -> list[tuple[str, int]]:
    target = SaleLine(key=SeatKey(1, 1), ticket_type_id=ticket_type, amount=new_price)
    found = carry_lines(9, ADULT, price, lines, target)
    assert all((each.carried_from, each.key) == (9, target.key) for each in found)
    return [(each.kind.value, each.amount) for each in found]


HALF = promotion(PromotionKind.PERCENT, 5000)
EURO = promotion(PromotionKind.AMOUNT, 100)
PAIR = promotion(PromotionKind.N_FOR_M, take=2, pay=1)


@pytest.mark.parametrize(
    ("line", "price", "new_price", "amount"),
    [
        pytest.param(off(600, HALF), 1200, 1500, -750, id="percents of the new price"),
        pytest.param(off(300, HALF), 1200, 800, -200, id="percents that were changed since: the same share"),
        pytest.param(off(100, EURO), 1200, 1500, -100, id="an amount"),
        pytest.param(off(100, EURO), 1200, 60, -60, id="an amount, no more than the new price"),
        pytest.param(off(50, EURO), 50, 1200, -100, id="an amount that was more than the old price"),
        pytest.param(off(200, EURO), 1200, 1500, -200, id="an amount that was changed since: the same"),
        pytest.param(off(1200, PAIR), 1200, 1500, -1200, id="the free ticket of an offer, no dearer one"),
        pytest.param(off(1200, PAIR), 1200, 800, -800, id="the free ticket of an offer, a cheaper one"),
    ],
)
def test_a_discount_on_another_price(line: TicketLine, price: int, new_price: int, amount: int) -> None:
    assert carried(price, new_price, line) == [("promotion", amount)]


def test_a_promotion_that_is_not_for_the_new_type_is_left_behind_and_the_next_one_is_not() -> None:
    for_adults = off(600, promotion(PromotionKind.PERCENT, 5000, ticket_type_ids=frozenset({ADULT})))
    assert carried(1200, 800, for_adults, off(100, EURO), ticket_type=CHILD) == [("promotion", -100)]
    assert carried(1200, 1500, for_adults, off(100, EURO)) == [("promotion", -750), ("promotion", -100)]


def test_an_approved_price_takes_the_same_off() -> None:
    lower = TicketLine(kind=AdjustmentKind.MANUAL, amount=-500, approval_id=YES, reason="late")
    higher = TicketLine(kind=AdjustmentKind.MANUAL, amount=300, approval_id=YES, reason="sofa")
    assert carried(1200, 1500, lower) == [("manual", -500)]
    assert carried(1200, 400, lower) == [("manual", -400)]
    assert carried(1200, 800, higher) == [("manual", 300)]


def test_a_free_ticket_for_a_dearer_seat_costs_the_difference() -> None:
    free = TicketLine(kind=AdjustmentKind.COMPLIMENTARY, amount=-1200, approval_id=YES, reason="press")
    assert carried(1200, 1200, free) == [("complimentary", -1200)]
    assert carried(1200, 800, free) == [("complimentary", -800)]
    assert carried(1200, 1500, free) == [("manual", -1200)]
    assert carried(1200, 0, free) == []


def test_the_fee_stays_what_it_was() -> None:
    fee = TicketLine(kind=AdjustmentKind.FEE, amount=150, tax=11, tax_rate_id=4)
    target = SaleLine(key=SeatKey(1, 1), ticket_type_id=ADULT, amount=1500)
    (line,) = carry_lines(9, ADULT, 1200, (fee,), target)
    assert (line.amount, line.tax, line.tax_rate_id, line.carried_from) == (150, 11, 4, 9)


_offers = st.one_of(
    st.builds(promotion, st.just(PromotionKind.PERCENT), st.integers(1, 10_000)),
    st.builds(promotion, st.just(PromotionKind.AMOUNT), st.integers(1, 2000)),
    st.just(PAIR),
)


@given(st.integers(1, 3000), st.lists(st.tuples(_offers, st.integers(1, 10_000)), max_size=3))
def test_at_the_same_price_everything_is_as_it_was(price: int, offers: list[tuple[Promotion, int]]) -> None:
    lines, left = [], price
    for offer, share in offers:
        # What it gave then need not be what it gives now.
        amount = -(-left * share // 10_000)
        if amount:
            lines.append(off(amount, offer))
            left -= amount
    assert carried(price, price, *lines) == [("promotion", line.amount) for line in lines]


@given(st.integers(1, 3000), st.integers(0, 3000), st.lists(_offers, min_size=1, max_size=3))
def test_no_ticket_costs_less_than_nothing(price: int, new_price: int, offers: list[Promotion]) -> None:
    lines, left = [], price
    for offer in offers:
        if amount := offer.take_off(left):
            lines.append(off(amount, offer))
            left -= amount
    assert sum(amount for _, amount in carried(price, new_price, *lines)) >= -new_price
