"""The venue's own limits of cash: saved by who manages terminals, heard by the database at once."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder
from boxoffice_desktop.domain.edits import StaleEditError
from boxoffice_desktop.domain.errors import InvalidInputError, NotAllowedError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services import shifts
from boxoffice_desktop.services.cash_limits import CashLimits, get_cash_limits, save_cash_limits
from tests.support.cinema import Cinema, Till, grant

FIRST = CashLimits(pay_out_limit=5000, difference_limit=500)
WANTED = CashLimits(pay_out_limit=10, difference_limit=0)


@pytest.fixture
def manager(bare: Cinema) -> Till:
    grant(bare, "mona", Permission.MANAGE_TERMINALS)
    return bare.till("Counter 3", "mona")


def test_a_new_limit_holds_for_the_next_pay_out(here: Till, manager: Till, begin: Callable[..., UUID]) -> None:
    begin(here)
    assert manager.call(save_cash_limits, limits=WANTED, read=FIRST) == WANTED
    order = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_OUT, amount=11, reason="milk")
    with pytest.raises(NotAllowedError):
        here.call(shifts.record_cash, order=order)


def test_the_second_of_two_managers_is_told(manager: Till) -> None:
    manager.call(save_cash_limits, limits=WANTED, read=FIRST)
    with pytest.raises(StaleEditError) as refused:
        manager.call(save_cash_limits, limits=FIRST, read=FIRST)
    assert refused.value.current == WANTED


@pytest.mark.parametrize("amount", [-1, 100_000_000_001])
def test_limits_that_cannot_be_are_refused(manager: Till, amount: int) -> None:
    with pytest.raises(InvalidInputError):
        manager.call(save_cash_limits, limits=CashLimits(pay_out_limit=amount, difference_limit=0), read=FIRST)
    assert manager.call(get_cash_limits) == FIRST


def test_a_cashier_neither_reads_nor_sets_limits(here: Till) -> None:
    with pytest.raises(NotAllowedError):
        here.call(get_cash_limits)
    with pytest.raises(NotAllowedError):
        here.call(save_cash_limits, limits=WANTED, read=FIRST)
