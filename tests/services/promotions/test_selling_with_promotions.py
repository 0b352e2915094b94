from dataclasses import replace
from datetime import date

import pytest

from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.errors import ConflictError, GroupTooSmallError, InvalidInputError
from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.services import promotion_codes, promotions, sales
from boxoffice_desktop.services.promotions import CodeRefusedError
from boxoffice_desktop.services.tickets import list_ticket_pages
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, Cinema
from tests.support.promotions import basket, open_code, save


def test_a_sale_with_a_promotion_is_stored_and_the_journal_says_so(cinema: Cinema) -> None:
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    promotion = save(manager, value=2500)

    sale = till.call(sales.complete_sale, order=basket(cinema, till, "A1", "A2"))

    assert sale.total == 1800
    assert cinema.query("SELECT ticket_line, amount, tax FROM boxoffice.adjustment ORDER BY line") == [
        (1, -300, -22), (2, -300, -22),
    ]  # fmt: skip
    assert cinema.query("SELECT promotion_id, tickets, amount FROM boxoffice.promotion_redemption") == [
        (promotion.promotion_id, 2, 600)
    ]
    ((body,),) = cinema.query("SELECT body FROM boxoffice.journal WHERE kind = 'sale'")
    assert f"adjustment|1|1|promotion|-300|-22|1|{promotion.promotion_id}" in body
    assert find_wrong(cinema) == {}


def test_a_ticket_says_what_was_paid_for_it(cinema: Cinema) -> None:
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    save(manager, value=2500)
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1)

    sale = till.call(sales.complete_sale, order=basket(cinema, till, "A1"))

    (page,) = till.call(list_ticket_pages, sale_id=sale.sale_id)
    assert (page.amount, page.tax) == (900, 67)


def test_the_same_order_again_is_the_same_sale_and_one_use(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"), uses_limit=1)
    till = cinema.till()
    order = basket(cinema, till, "A1")

    first = till.call(sales.complete_sale, order=order)
    again = till.call(sales.complete_sale, order=order, resuming=True)

    assert again.repeated
    assert again.total == first.total
    assert cinema.query("SELECT used FROM boxoffice.promotion_use") == [(1,)]


def test_the_last_use_in_all_is_the_last(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"), uses_limit=1)
    till = cinema.till()
    late = basket(cinema, till, "A2")
    till.call(sales.complete_sale, order=basket(cinema, till, "A1"))

    with pytest.raises(ConflictError, match="Half price is used up"):
        till.call(sales.complete_sale, order=late)


def test_a_promotion_that_is_used_up_is_offered_no_more_and_the_next_customer_pays_the_list_price(
    cinema: Cinema,
) -> None:
    save(cinema.till("Counter 3", "mona"), uses_limit=1)
    till = cinema.till()
    assert till.call(sales.complete_sale, order=basket(cinema, till, "A1")).total == 600

    assert till.call(promotions.list_offers).promotions == ()
    assert till.call(sales.complete_sale, order=basket(cinema, till, "A2")).total == 1200


def test_a_code_takes_off_what_its_promotion_says_as_often_as_it_may(cinema: Cinema) -> None:
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    promotion = save(manager, "Voucher", value=10_000, needs_code=True, most_tickets=1)
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1)

    opened = open_code(till, code.lower())
    sale = till.call(sales.complete_sale, order=basket(cinema, till, "A1", "A2", codes=[opened]))

    assert sale.total == 1200
    with pytest.raises(CodeRefusedError) as refused:
        open_code(till, code)
    assert refused.value.why == "used"


def test_without_its_code_a_promotion_takes_nothing_off(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"), needs_code=True)
    till = cinema.till()

    assert basket(cinema, till, "A1").adjustments == ()


@pytest.mark.parametrize("typed", ["", "  ", "AB", "x" * 41, "kaffee & kuchen"])
def test_what_is_no_code_is_told_at_the_field_before_anything_is_asked(cinema: Cinema, typed: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        open_code(cinema.till(), typed)

    assert list(refused.value.problems) == ["code"]


def test_a_misspelt_code_and_an_expired_one_are_told_apart(cinema: Cinema) -> None:
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    promotion = save(manager, needs_code=True)
    manager.call(promotion_codes.add_code, promotion_id=promotion.promotion_id, code="Summer-26")
    cinema.execute("UPDATE boxoffice.promotion_code SET valid_until = '2020-01-01'")

    for typed, why in (("SUMMER26", "expired"), ("SUMMER27", "unknown")):
        with pytest.raises(CodeRefusedError) as refused:
            open_code(till, typed)
        assert refused.value.why == why


def test_the_eleventh_wrong_code_waits(cinema: Cinema) -> None:
    till = cinema.till()
    for number in range(10):
        with pytest.raises(CodeRefusedError, match="no such code"):
            open_code(till, f"GUESS{number}")

    with pytest.raises(CodeRefusedError, match="Too many wrong codes") as refused:
        open_code(till, "GUESS10")

    assert 0 < refused.value.wait_seconds <= 60


def test_the_booking_fee_is_a_line_of_each_ticket(cinema: Cinema) -> None:
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1)

    sale = till.call(sales.complete_sale, order=basket(cinema, till, "A1", "A2", types=(ADULT, CHILD)))

    assert sale.total == 1200 + 800 + 300
    assert cinema.query("SELECT ticket_line, kind, amount, tax FROM boxoffice.adjustment") == [
        (1, "fee", 150, 11), (2, "fee", 150, 11),
    ]  # fmt: skip


def test_a_group_type_is_sold_to_groups_only(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.ticket_type SET group_from = 3 WHERE ticket_type_id = %s", CHILD)
    till = cinema.till()

    with pytest.raises(GroupTooSmallError, match="Child is for 3 people or more; here are 2") as refused:
        till.call(sales.complete_sale, order=basket(cinema, till, "A1", "A2", types=(CHILD, CHILD)))
    assert (refused.value.ticket_type, refused.value.had, refused.value.wanted) == ("Child", 2, 3)
    sale = till.call(sales.complete_sale, order=basket(cinema, till, "B1", "B2", "B3", types=(CHILD,) * 3))

    assert len(sale.tickets) == 3


def test_a_discount_of_a_seat_that_is_not_sold_is_refused(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"))
    till = cinema.till()
    order = basket(cinema, till, "A1")
    (line,) = order.adjustments
    (elsewhere,) = cinema.keys("C1")

    with pytest.raises(InvalidInputError):
        till.call(sales.complete_sale, order=replace(order, adjustments=(replace(line, key=elsewhere),)))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("value", {"value": 0}),
        ("value", {"value": -5}),
        ("value", {"value": 10_001}),
        ("value", {"kind": PromotionKind.AMOUNT, "value": 10**9}),
        ("take", {"kind": PromotionKind.N_FOR_M, "value": 0, "take": 1, "pay": 1}),
        ("pay", {"kind": PromotionKind.N_FOR_M, "value": 0, "take": 3, "pay": 3}),
        ("valid_to", {"valid_from": date(2026, 12, 1), "valid_to": date(2026, 11, 1)}),
        ("weekdays", {"weekdays": frozenset()}),
        ("ticket_type_ids", {"ticket_type_ids": frozenset()}),
        ("most_tickets", {"most_tickets": 0}),
        ("uses_limit", {"uses_limit": -1}),
        ("name", {"name": "  "}),
    ],
)
def test_what_a_promotion_cannot_be_is_told_at_its_field(cinema: Cinema, field: str, values: dict[str, object]) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        save(cinema.till("Counter 3", "mona"), **values)  # type: ignore[arg-type]  # a test's own words

    assert field in refused.value.problems


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("count", {"count": 0}),
        ("count", {"count": 10_001}),
        ("uses_limit", {"uses_limit": 0}),
        ("valid_until", {"valid_until": date(2020, 1, 1)}),
    ],
)
def test_codes_that_cannot_be_are_told_at_their_field(cinema: Cinema, field: str, values: dict[str, object]) -> None:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True)

    with pytest.raises(InvalidFieldsError) as refused:
        manager.call(promotion_codes.make_codes, **{"promotion_id": promotion.promotion_id, "count": 1, **values})

    assert list(refused.value.problems) == [field]


def test_a_thousand_codes_are_all_different_and_only_the_manager_reads_them(cinema: Cinema) -> None:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True)

    codes = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1000)

    assert len(set(codes)) == 1000
    assert [
        each.code for each in manager.call(promotion_codes.list_codes, promotion_id=promotion.promotion_id)
    ] == list(codes)
    blocked = manager.call(promotion_codes.list_codes, promotion_id=promotion.promotion_id)[0]
    manager.call(promotion_codes.block_codes, promotion_code_ids=(blocked.promotion_code_id,))
    with pytest.raises(CodeRefusedError, match="expired"):
        open_code(cinema.till(), blocked.code)
