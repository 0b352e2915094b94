"""The arithmetic of a basket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.basket import Basket, PriceTable, change_due, quick_amounts
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.seats import SeatKey, SeatKind
from boxoffice_desktop.domain.selling import HeldSeat, ShowPrice

ADULT, CHILD = 1, 2
STANDARD, PREMIUM = 10, 20


def price(area: int, ticket_type: int, amount: int) -> ShowPrice:
    return ShowPrice(area_id=area, ticket_type_id=ticket_type, amount=amount, tax=0)


PRICES = PriceTable().with_show(
    1, [price(STANDARD, ADULT, 1200), price(STANDARD, CHILD, 800), price(PREMIUM, ADULT, 1500)]
)


def held(seat_id: int, *, area: int = STANDARD, show: int = 1) -> HeldSeat:
    return HeldSeat(key=SeatKey(show, seat_id), name=f"E{seat_id}", area_id=area, kind=SeatKind.STANDARD)


def adults(*seats: HeldSeat) -> Basket:
    return Basket().with_seats(seats, {seat.key: ADULT for seat in seats}, PRICES)


def test_the_total_is_the_sum_of_the_lines() -> None:
    assert adults(held(7), held(8, area=PREMIUM)).total == 2700


def test_a_seat_that_is_there_already_is_not_added_again() -> None:
    basket = adults(held(7))
    assert basket.with_seats([held(7)], {SeatKey(1, 7): CHILD}, PRICES) == basket


def test_only_the_named_lines_change_their_type() -> None:
    basket = adults(held(7), held(8)).retyped([SeatKey(1, 8)], CHILD, PRICES)
    assert [line.amount for line in basket.lines] == [1200, 800]


def test_a_line_keeps_its_type_where_the_new_one_is_not_sold() -> None:
    basket = adults(held(7), held(8, area=PREMIUM))
    retyped = basket.retyped(basket.keys, CHILD, PRICES)
    assert [line.ticket_type_id for line in retyped.lines] == [CHILD, ADULT]


def test_a_seat_without_a_price_makes_the_basket_unpayable() -> None:
    seat = held(8, area=PREMIUM)
    basket = Basket().with_seats([seat], {seat.key: CHILD}, PRICES)
    assert not basket.is_payable
    with pytest.raises(InvalidInputError):
        basket.sale_lines()


def test_an_empty_basket_is_not_payable() -> None:
    assert not Basket().is_payable


def test_sale_lines_stand_in_the_order_of_locking() -> None:
    prices = PRICES.with_show(2, [price(STANDARD, ADULT, 900)])
    seats = [held(9, show=2), held(8), held(7)]
    basket = Basket().with_seats(seats, {seat.key: ADULT for seat in seats}, prices)
    assert [line.key for line in basket.sale_lines()] == [SeatKey(1, 7), SeatKey(1, 8), SeatKey(2, 9)]
    assert basket.show_ids == (2, 1)


def test_taking_lines_out_leaves_the_others() -> None:
    assert adults(held(7), held(8)).without({SeatKey(1, 7)}).keys == (SeatKey(1, 8),)


def test_new_prices_of_a_show_replace_its_old_ones() -> None:
    table = PRICES.with_show(1, [price(STANDARD, ADULT, 500)])
    assert table.find_amount(1, STANDARD, ADULT) == 500
    assert table.find_amount(1, STANDARD, CHILD) is None


def test_change_is_what_is_over() -> None:
    assert change_due(2350, 5000) == 2650
    assert change_due(2350, 2350) == 0


def test_too_little_money_is_refused() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        change_due(2350, 2349)
    assert refusal.value.field == "given"


@pytest.mark.parametrize(
    ("total", "currency", "expected"),
    [
        (2350, "EUR", (2350, 2500, 3000, 4000, 5000)),
        (2000, "EUR", (2000, 5000, 10000)),
        (2350, "GBP", (2350, 2500, 3000, 4000, 5000)),
        (1800, "JPY", (1800, 2000, 5000, 10000)),
        (5000, "XXX", (5000, 6000, 10000)),
        (0, "EUR", (0,)),
    ],
)
def test_quick_amounts_follow_the_notes(total: int, currency: str, expected: tuple[int, ...]) -> None:
    assert quick_amounts(total, currency) == expected


@given(st.integers(min_value=0, max_value=10**7), st.sampled_from(["EUR", "PLN", "JPY", "HUF", "BRL"]))
def test_quick_amounts_cover_the_total_and_rise(total: int, currency: str) -> None:
    amounts = quick_amounts(total, currency)
    assert amounts[0] == total
    assert list(amounts) == sorted(set(amounts))
