"""The line is cut around COMMIT; asked again with the same ids, a shift, its cash and its Z report are there once."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import OutcomeUnknownError
from boxoffice_desktop.services import shifts
from tests.support.cinema import Cinema, Till
from tests.support.wire import Moment, Wire, open_wire

COUNTS = (
    "SELECT (SELECT count(*) FROM boxoffice.shift),"
    " (SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'pay_in'), (SELECT count(*) FROM boxoffice.z_report)"
)


@pytest.fixture
def wire(bare: Cinema) -> Iterator[Wire]:
    with open_wire(bare.admin_conninfo) as opened:
        yield opened


@pytest.fixture
def far(bare: Cinema, wire: Wire) -> Till:
    """Carla at Counter 1, behind a wire that can be cut."""
    return bare.till("Counter 1", "carla", wire.conninfo(bare.conninfo("Counter 1")))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("act", ["open", "pay_in", "close"])
def test_an_act_whose_answer_was_lost_is_done_once(
    bare: Cinema, far: Till, wire: Wire, moment: Moment, act: str
) -> None:
    opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=((1000, 2),))
    order = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500)
    closing = ShiftClosing(shift_id=opening.shift_id, count_id=uuid4(), pieces=((500, 5),))
    steps = {
        "open": lambda: far.call(shifts.open_shift, opening=opening),
        "pay_in": lambda: far.call(shifts.record_cash, order=order),
        "close": lambda: far.call(shifts.close_shift, closing=closing),
    }
    for name, step in steps.items():
        if name == act:
            wire.cut(moment)
            with pytest.raises(OutcomeUnknownError):
                step()
        step()
    assert bare.query(COUNTS) == [(1, 1, 1)]
    assert bare.query("SELECT expected_cash, counted_cash FROM boxoffice.z_report") == [(2500, 2500)]


@pytest.mark.parametrize(("moment", "stored"), [("before", 0), ("after", 1)])
def test_a_second_try_with_another_id_would_count_twice(
    bare: Cinema, far: Till, wire: Wire, moment: Moment, stored: int
) -> None:
    # The control: the answer is really lost both ways, and only the id saves the count.
    far.call(shifts.open_shift, opening=ShiftOpening(shift_id=uuid4(), float_id=uuid4()))
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        far.call(shifts.record_cash, order=CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500))
    far.call(shifts.record_cash, order=CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500))
    assert bare.query(COUNTS)[0][1] == stored + 1
