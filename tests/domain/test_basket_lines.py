from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.basket_lines import BookingFee, Granted, find_small_groups, price_basket, tax_of
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.price_rules import included_tax
from boxoffice_desktop.domain.promotions import Offer, PricedTicket, Promotion, PromotionKind
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleAdjustment

SIX = time(6)
FRIDAY = date(2026, 11, 20)
PERCENT, AMOUNT, GROUP = PromotionKind.PERCENT, PromotionKind.AMOUNT, PromotionKind.N_FOR_M


def ticket(seat: int, amount: int = 1200, **changes: object) -> PricedTicket:
    values = {"ticket_type_id": 1, "tax": included_tax(amount, 800), "movie_id": 1, "day": FRIDAY, "at": time(20)}
    return PricedTicket(key=SeatKey(1, seat), amount=amount, **{**values, **changes})  # type: ignore[arg-type]  # a test's own words


def offer(promotion_id: int, kind: PromotionKind = PERCENT, value: int = 1000, **changes: object) -> Offer:
    return Offer(
        promotion=Promotion(promotion_id=promotion_id, name=f"P{promotion_id}", kind=kind, value=value, **changes)
    )  # type: ignore[arg-type]  # a test's own words


def price(
    tickets: Sequence[PricedTicket], *offers: Offer, granted: Sequence[Granted] = (), fee: BookingFee | None = None
) -> tuple[SaleAdjustment, ...]:
    return price_basket(tickets, offers, day_ends_at=SIX, granted=granted, fee=fee)


def off(lines: Sequence[SaleAdjustment]) -> int:
    return -sum(line.amount for line in lines if line.kind is not AdjustmentKind.FEE)


def by_seat(lines: Sequence[SaleAdjustment]) -> dict[int, int]:
    found: Counter[int] = Counter()
    for line in lines:
        assert line.key is not None
        found[line.key.seat_id] += line.amount
    return dict(found)


def test_a_percent_is_rounded_half_up() -> None:
    assert by_seat(price([ticket(1, 1205)], offer(1, PERCENT, 1000))) == {1: -121}


def test_an_amount_never_takes_more_than_the_price() -> None:
    assert by_seat(price([ticket(1, 400)], offer(1, AMOUNT, 500))) == {1: -400}


def test_three_for_two_frees_the_cheapest_of_each_group_of_the_dearest() -> None:
    tickets = [ticket(seat, amount) for seat, amount in enumerate((900, 1500, 1500, 900, 800, 1500, 700), start=1)]

    lines = price(tickets, offer(1, GROUP, 0, take=3, pay=2))

    assert by_seat(lines) == {6: -1500, 5: -800}


@pytest.mark.parametrize(
    ("rules", "holds"),
    [
        ({"weekdays": frozenset({5})}, True),
        ({"weekdays": frozenset({6})}, False),
        ({"from_time": time(18)}, True),
        ({"to_time": time(18)}, False),
        ({"from_time": time(19), "to_time": time(2)}, True),
        ({"valid_from": FRIDAY, "valid_to": FRIDAY}, True),
        ({"valid_to": date(2026, 11, 19)}, False),
        ({"movie_id": 1}, True),
        ({"movie_id": 2}, False),
        ({"show_id": 2}, False),
        ({"ticket_type_ids": frozenset({1, 3})}, True),
        ({"ticket_type_ids": frozenset({2})}, False),
    ],
)
def test_a_promotion_holds_for_what_it_names(rules: dict[str, object], holds: bool) -> None:  # noqa: FBT001
    assert bool(price([ticket(1)], offer(1, **rules))) is holds


def test_one_that_is_not_combinable_stands_alone_and_the_better_one_is_taken() -> None:
    lines = price(
        [ticket(1, 1000)], offer(1, AMOUNT, 200), offer(2, PERCENT, 2500), offer(3, AMOUNT, 100, is_combinable=True)
    )

    assert [(line.promotion_id, line.amount) for line in lines] == [(2, -250)]


def test_combinable_ones_go_together_percents_before_amounts() -> None:
    lines = price(
        [ticket(1, 1000)], offer(1, AMOUNT, 100, is_combinable=True), offer(2, PERCENT, 5000, is_combinable=True)
    )

    assert [(line.promotion_id, line.amount) for line in lines] == [(2, -500), (1, -100)]


def test_each_ticket_has_its_own_best_offer() -> None:
    tickets = [ticket(1), ticket(2, 800, ticket_type_id=2)]

    lines = price(tickets, offer(1, AMOUNT, 300, ticket_type_ids=frozenset({1})), offer(2, AMOUNT, 200))

    assert [(line.promotion_id, line.amount) for line in lines] == [(1, -300), (2, -200)]


def test_two_vouchers_of_one_promotion_free_two_tickets() -> None:
    free = Promotion(promotion_id=1, name="Free ticket", kind=PERCENT, value=10_000, needs_code=True, most_tickets=1)

    lines = price(
        [ticket(1), ticket(2), ticket(3)],
        Offer(promotion=free, promotion_code_id=7),
        Offer(promotion=free, promotion_code_id=8),
    )

    assert [(line.key, line.promotion_code_id) for line in lines] == [(SeatKey(1, 1), 7), (SeatKey(1, 2), 8)]


def test_the_same_voucher_twice_is_one() -> None:
    free = offer(1, PERCENT, 10_000, most_tickets=1)

    assert len(price([ticket(1), ticket(2)], free, free)) == 1


def test_a_complimentary_ticket_has_no_fee_and_no_other_discount() -> None:
    granted = Granted(key=SeatKey(1, 1), kind=AdjustmentKind.COMPLIMENTARY, reason="Press")
    fee = BookingFee(amount=150, tax=11, tax_rate_id=1)

    lines = price([ticket(1, 1200), ticket(2, 1200)], offer(1), granted=[granted], fee=fee)

    assert [(line.kind.value, line.key and line.key.seat_id, line.amount, line.tax) for line in lines] == [
        ("complimentary", 1, -1200, -89),
        ("promotion", 2, -120, -9),
        ("fee", 2, 150, 11),
    ]


def test_a_manual_price_may_be_higher_and_carries_more_tax() -> None:
    granted = Granted(key=SeatKey(1, 1), kind=AdjustmentKind.MANUAL, price=2400)

    (line,) = price([ticket(1, 1200)], granted=[granted])

    assert (line.amount, line.tax) == (1200, 89)


def test_a_manual_price_that_is_the_price_is_no_line() -> None:
    assert price([ticket(1)], granted=[Granted(key=SeatKey(1, 1), kind=AdjustmentKind.MANUAL, price=1200)]) == ()


@pytest.mark.parametrize(("amount", "wanted"), [(1200, -1), (0, 500)])
def test_a_manual_price_must_make_sense(amount: int, wanted: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        price([ticket(1, amount)], granted=[Granted(key=SeatKey(1, 1), kind=AdjustmentKind.MANUAL, price=wanted)])

    assert caught.value.field == "price"


def test_a_group_type_wants_its_people_in_one_show() -> None:
    seats = (
        [(SeatKey(1, seat), 5) for seat in range(9)]
        + [(SeatKey(2, seat), 5) for seat in range(4)]
        + [(SeatKey(1, 99), 1)]
    )

    assert find_small_groups(seats, {5: 10}) == {5: (4, 10)}
    assert find_small_groups(seats, {5: 4}) == {}


def _offer(promotion_id: int, kind: PromotionKind, value: int, take: int, rules: tuple[bool, int | None, int]) -> Offer:
    combinable, most, wanted = rules
    types = None if wanted == 0 else frozenset({wanted})
    promotion = Promotion(
        promotion_id=promotion_id,
        name="P",
        kind=kind,
        value=0 if kind is GROUP else value,
        take=take if kind is GROUP else 0,
        pay=take - 1 if kind is GROUP else 0,
        is_combinable=combinable,
        most_tickets=most,
        ticket_type_ids=types,
    )
    return Offer(promotion=promotion, promotion_code_id=value % 3 or None)


_tickets = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 3000), st.integers(1, 3)),
    min_size=1,
    max_size=9,
    unique_by=lambda t: t[0],
).map(lambda rows: [ticket(seat, amount, ticket_type_id=kind) for seat, amount, kind in rows])
_offers = st.lists(
    st.builds(
        _offer,
        st.integers(1, 6),
        st.sampled_from(PromotionKind),
        st.integers(1, 10_000),
        st.integers(2, 4),
        st.tuples(st.booleans(), st.none() | st.integers(1, 3), st.integers(0, 3)),
    ),
    max_size=6,
    unique_by=lambda each: each.promotion.promotion_id,
)


@given(_tickets, _offers)
def test_no_ticket_costs_less_than_nothing_and_taxes_come_to_what_is_paid(
    tickets: list[PricedTicket], offers: list[Offer]
) -> None:
    lines = price(tickets, *offers)
    left = {each.key: each.amount for each in tickets}
    taxes = {each.key: each.tax for each in tickets}
    for line in lines:
        assert line.key is not None
        assert line.amount < 0
        assert line.tax <= 0
        left[line.key] += line.amount
        taxes[line.key] += line.tax
    assert min(left.values()) >= 0
    assert taxes == {each.key: tax_of(each.amount, each.tax, left[each.key]) for each in tickets}


@given(_tickets, _offers, st.randoms(use_true_random=False))
def test_the_order_of_seats_and_offers_changes_nothing(
    tickets: list[PricedTicket], offers: list[Offer], luck: object
) -> None:
    shuffled, turned = tickets[:], offers[:]
    luck.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    luck.shuffle(turned)  # type: ignore[attr-defined]  # the same

    assert price(shuffled, *turned) == price(tickets, *offers)


@given(_tickets, _offers)
def test_together_they_are_worth_at_least_what_each_is_alone(tickets: list[PricedTicket], offers: list[Offer]) -> None:
    alone = [off(price(tickets, each)) for each in offers]
    stacked = off(price(tickets, *(each for each in offers if each.promotion.is_combinable)))

    worth = off(price(tickets, *offers))

    assert worth >= max(
        [stacked, *(a for a, each in zip(alone, offers, strict=True) if not each.promotion.is_combinable)]
    )


@given(_tickets, _offers)
def test_who_is_not_combinable_shares_no_ticket(tickets: list[PricedTicket], offers: list[Offer]) -> None:
    kinds = {each.promotion.promotion_id: each.promotion for each in offers}
    seats = defaultdict(list)
    uses: Counter[int] = Counter()
    for line in price(tickets, *offers):
        assert line.promotion_id is not None
        seats[line.key].append(line.promotion_id)
        uses[line.promotion_id] += 1
    for found in seats.values():
        assert len(set(found)) == len(found)
        assert len(found) == 1 or all(kinds[each].is_combinable for each in found)
    assert all(
        kinds[each].most_tickets is None or count <= (kinds[each].most_tickets or 0) for each, count in uses.items()
    )
