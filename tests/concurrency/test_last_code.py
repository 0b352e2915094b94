"""Two tills redeem the last use of a code at the same moment: one wins; without the lock both would."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from boxoffice_desktop.domain.errors import BoxOfficeError, ConflictError
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import promotion_codes, sales
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.promotions import basket, open_code, save
from tests.support.threads import held_open, wait_for_lock_waiter


def test_two_tills_cannot_both_redeem_the_last_use_of_a_code(cinema: Cinema) -> None:
    first, second = _redeem_together(cinema)

    assert isinstance(first, CompletedSale)
    assert isinstance(second, ConflictError)
    assert str(second) == "This code was used already."
    assert cinema.query("SELECT used FROM boxoffice.promotion_code") == [(1,)]
    assert find_wrong(cinema) == {}


def test_without_the_lock_both_redeem_it(cinema: Cinema) -> None:
    # The control: the same two sales with the locks taken out of the functions, and without the net under them.
    cinema.execute("ALTER TABLE boxoffice.promotion_code DROP CONSTRAINT promotion_code_uses_within_limit")
    for function in ("redeem_promotions(uuid)", "lock_promotions(integer[],bigint[])"):
        ((source,),) = cinema.query(f"SELECT pg_get_functiondef('boxoffice.{function}'::regprocedure)")
        assert "FOR UPDATE" in source
        cinema.execute(source.replace("FOR UPDATE OF u", "").replace("FOR UPDATE", ""))

    answers = _redeem_together(cinema)

    assert [type(each) for each in answers] == [CompletedSale, CompletedSale]
    assert cinema.query("SELECT used, uses_limit FROM boxoffice.promotion_code") == [(2, 1)]


def test_with_the_lock_off_the_limit_in_the_table_still_holds(cinema: Cinema) -> None:
    ((source,),) = cinema.query("SELECT pg_get_functiondef('boxoffice.redeem_promotions(uuid)'::regprocedure)")
    cinema.execute(source.replace("FOR UPDATE", ""))
    ((source,),) = cinema.query(
        "SELECT pg_get_functiondef('boxoffice.lock_promotions(integer[],bigint[])'::regprocedure)"
    )
    cinema.execute(source.replace("FOR UPDATE OF u", "").replace("FOR UPDATE", ""))

    with pytest.raises(Exception, match="promotion_code_uses_within_limit"):
        _redeem_together(cinema)

    assert cinema.query("SELECT used FROM boxoffice.promotion_code") == [(1,)]


def _redeem_together(cinema: Cinema) -> list[CompletedSale | BoxOfficeError]:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True)
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1)
    one, two = cinema.till("Counter 1"), cinema.till("Counter 2")
    orders = [basket(cinema, till, seat, codes=[open_code(till, code)]) for till, seat in ((one, "A1"), (two, "B1"))]
    sell_first = partial(sales.complete_sale, context=one.context, order=orders[0])
    with ThreadPoolExecutor(1) as pool:
        with held_open(one, sell_first) as first:
            second = pool.submit(_try_to_sell, two, orders[1])
            wait_for_lock_waiter(cinema)
        return [first.result(), _answer(second)]


def _try_to_sell(till: Till, order: object) -> CompletedSale | BoxOfficeError:
    try:
        return till.call(sales.complete_sale, order=order)
    except BoxOfficeError as refusal:
        return refusal


def _answer(future: Future[CompletedSale | BoxOfficeError]) -> CompletedSale | BoxOfficeError:
    return future.result(10)
