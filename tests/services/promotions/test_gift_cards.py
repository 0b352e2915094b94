from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError
from boxoffice_desktop.domain.promotions import make_code, spell_code
from boxoffice_desktop.domain.selling import (
    AdjustmentKind,
    CompletedSale,
    PaymentGiven,
    PaymentKind,
    SaleAdjustment,
    SaleOrder,
)
from boxoffice_desktop.services import sales
from boxoffice_desktop.services.attempts import AttemptFile
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.promotions import open_code
from tests.support.seats import hold
from tests.support.threads import held_open, wait_for_lock_waiter


def card_order(code: str, amount: int = 5000) -> SaleOrder:
    return SaleOrder(
        sale_id=uuid4(),
        hold_id=uuid4(),
        lines=(),
        adjustments=(SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=amount, gift_card_code=code),),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=amount, given=amount),),
    )


def sell_card(till: Till, amount: int = 5000) -> str:
    code = make_code()
    till.call(sales.complete_sale, order=card_order(code, amount))
    return code


def pay_by_card(cinema: Cinema, till: Till, card: int, amount: int, *names: str) -> SaleOrder:
    order = cinema.order(hold(cinema, till, *names).hold_id, *names)
    by_card = PaymentGiven(kind=PaymentKind.GIFT_CARD, amount=amount, given=amount, gift_card_id=card)
    rest = order.total - amount
    in_cash = PaymentGiven(kind=PaymentKind.CASH, amount=rest, given=rest)
    return replace(order, payments=(by_card, in_cash) if rest else (by_card,))


def test_a_gift_card_is_sold_alone_and_its_code_is_kept_as_a_hash(cinema: Cinema) -> None:
    till = cinema.till()

    code = sell_card(till)

    assert cinema.query("SELECT total, ticket_count FROM boxoffice.sale") == [(5000, 0)]
    assert open_code(cinema.till("Counter 2"), spell_code(code).lower()).balance == 5000
    assert code not in str(cinema.query("SELECT * FROM boxoffice.gift_card, boxoffice.adjustment, boxoffice.journal"))
    assert find_wrong(cinema) == {}


def test_a_gift_card_pays_a_part_and_cash_the_rest(cinema: Cinema) -> None:
    till = cinema.till()
    card = open_code(till, sell_card(till, 1000))
    assert card.gift_card_id is not None

    sale = till.call(sales.complete_sale, order=pay_by_card(cinema, till, card.gift_card_id, 1000, "A1"))

    assert sale.total == 1200
    assert cinema.query("SELECT kind, amount, balance FROM boxoffice.gift_card_entry ORDER BY number") == [
        ("sale", 1000, 1000),
        ("payment", -1000, 0),
    ]
    assert find_wrong(cinema) == {}


def test_a_gift_card_never_pays_more_than_is_on_it(cinema: Cinema) -> None:
    till = cinema.till()
    card = open_code(till, sell_card(till, 1000)).gift_card_id or 0

    with pytest.raises(ConflictError, match="not enough on the gift card"):
        till.call(sales.complete_sale, order=pay_by_card(cinema, till, card, 1200, "A1"))

    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(1000,)]


def test_a_till_pays_with_no_card_whose_code_it_was_not_shown(cinema: Cinema) -> None:
    card = open_code(one := cinema.till(), sell_card(one)).gift_card_id or 0

    two = cinema.till("Counter 2")
    order = pay_by_card(cinema, two, card, 1200, "A1")

    with pytest.raises(ConflictError, match="no such gift card"):
        two.call(sales.complete_sale, order=order)


def test_a_gift_card_does_not_pay_for_a_gift_card(cinema: Cinema) -> None:
    till = cinema.till()
    card = open_code(till, sell_card(till)).gift_card_id or 0
    order = card_order(make_code())
    payment = PaymentGiven(kind=PaymentKind.GIFT_CARD, amount=5000, given=5000, gift_card_id=card)

    with pytest.raises(InvalidInputError):
        till.call(sales.complete_sale, order=replace(order, payments=(payment,)))


def test_the_same_card_sale_again_is_one_sale_and_one_card(cinema: Cinema) -> None:
    till = cinema.till()
    order = card_order(make_code())

    first = till.call(sales.complete_sale, order=order)
    again = till.call(sales.complete_sale, order=order, resuming=True)

    assert again.repeated
    assert again.number == first.number
    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(5000,)]


def test_a_code_that_is_a_cards_already_sells_no_second(cinema: Cinema) -> None:
    till = cinema.till()
    code = sell_card(till)

    with pytest.raises(ConflictError, match="gift card with this code"):
        till.call(sales.complete_sale, order=card_order(code))


def test_two_tills_cannot_both_empty_one_card(cinema: Cinema) -> None:
    answers = _empty_together(cinema)

    assert isinstance(answers[0], CompletedSale)
    assert isinstance(answers[1], ConflictError)
    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(0,)]


def test_without_the_lock_the_second_till_is_stopped_by_the_table_alone(cinema: Cinema) -> None:
    # The control: both have seen the money on the card; only the CHECK under the lock is left.
    for function in ("move_gift_card(bigint,text,bigint,uuid,uuid)", "lock_gift_cards(bigint[])"):
        ((source,),) = cinema.query(f"SELECT pg_get_functiondef('boxoffice.{function}'::regprocedure)")
        assert "FOR UPDATE" in source
        cinema.execute(source.replace("FOR UPDATE", ""))

    with pytest.raises(Exception, match="gift_card_balance_sane"):
        _empty_together(cinema)


def test_what_a_card_paid_goes_back_onto_it_by_the_guard_of_refunds(cinema: Cinema) -> None:
    till = cinema.till()
    card = open_code(till, sell_card(till)).gift_card_id or 0
    till.call(sales.complete_sale, order=pay_by_card(cinema, till, card, 1200, "A1"))
    ((payment,),) = cinema.query("SELECT payment_id FROM boxoffice.payment WHERE kind = 'gift_card'")

    cinema.execute("SELECT boxoffice.refund_to_gift_card(%s, 700, %s)", payment, uuid4())

    assert cinema.query("SELECT balance FROM boxoffice.gift_card") == [(4500,)]


def test_a_voided_card_sale_takes_back_what_was_not_used_and_nothing_else(cinema: Cinema) -> None:
    till = cinema.till()
    order = card_order(make_code())
    till.call(sales.complete_sale, order=order)

    cinema.execute("SELECT boxoffice.take_back_gift_cards(%s, %s)", order.sale_id, uuid4())

    with pytest.raises(psycopg.Error, match="not enough"):
        cinema.execute("SELECT boxoffice.take_back_gift_cards(%s, %s)", order.sale_id, uuid4())


def test_an_order_with_every_kind_of_line_comes_back_from_its_file(tmp_path: Path) -> None:
    order = replace(
        card_order("ABCD2345"),
        adjustments=(
            SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=5000, gift_card_code="ABCD2345"),
            SaleAdjustment(kind=AdjustmentKind.MANUAL, amount=-1, approval_id=uuid4(), reason="x"),
        ),
        payments=(PaymentGiven(kind=PaymentKind.GIFT_CARD, amount=1, given=1, gift_card_id=7, rounding=2),),
    )
    attempts = AttemptFile(tmp_path)

    attempts.write(order)

    assert attempts.list_orders() == (order,)


def _empty_together(cinema: Cinema) -> list[CompletedSale | ConflictError]:
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    code = sell_card(one, 1200)
    cards = [open_code(till, code).gift_card_id or 0 for till in (one, two)]
    orders = [
        pay_by_card(cinema, till, card, 1200, seat)
        for till, card, seat in ((one, cards[0], "A1"), (two, cards[1], "B1"))
    ]

    def sell_second() -> CompletedSale | ConflictError:
        try:
            return two.call(sales.complete_sale, order=orders[1])
        except ConflictError as refusal:
            return refusal

    with ThreadPoolExecutor(1) as pool:
        with held_open(one, partial(sales.complete_sale, context=one.context, order=orders[0])) as first:
            second = pool.submit(sell_second)
            wait_for_lock_waiter(cinema)
        return [first.result(), second.result(10)]


def test_a_sale_of_gift_cards_alone_has_them_to_print(cinema: Cinema) -> None:
    sell_card(cinema.till())

    assert cinema.query("SELECT kind, state FROM boxoffice.print_job") == [("tickets", "waiting")]
