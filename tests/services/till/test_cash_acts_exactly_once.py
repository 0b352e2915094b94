"""The link is really cut, around COMMIT; what cash did is there once, and the next start of the till tells of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.cash import CashAct, CashKind, CashOrder, PayoutOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import (
    ConflictError,
    DifferenceReasonNeededError,
    NotStoredError,
    OutcomeUnknownError,
)
from boxoffice_desktop.services import cancellations, shifts
from boxoffice_desktop.services.attempts import AttemptFile, get_order_id
from boxoffice_desktop.services.till import Till
from tests.support.books import find_wrong
from tests.support.cinema import Cinema
from tests.support.processes import wait_until
from tests.support.seats import sell
from tests.support.shifts import forget_shifts
from tests.support.wire import Moment, Wire

AROUND_COMMIT = [("before", False), ("after", True)]
ACTS = ["opening", "pay_in", "pay_out", "drop", "drawer", "closing", "payout"]
OPENING = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=((1000, 5),))
PAY_IN = "SELECT boxoffice.record_cash(%s, 'pay_in', 500, '', NULL, '{}', '{}')"
WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
STORED = (
    "SELECT (SELECT count(*) FROM boxoffice.shift)"
    " + (SELECT count(*) FROM boxoffice.cash_movement WHERE kind <> 'float')"
    " + (SELECT count(*) FROM boxoffice.payout)"
)


def prepare(cinema: Cinema, till: Till, what: str) -> tuple[CashAct, Callable[[], object]]:
    """An act that is possible now, and what sends it. The till has a shift but for the opening."""
    if what == "payout":
        order = owe(cinema)
        return order, lambda: till.pay_out(order)
    with cinema.admin() as admin:
        forget_shifts(admin)
    if what == "opening":
        return OPENING, lambda: till.open_shift(OPENING)
    shift = till.call(shifts.open_shift, {"opening": OPENING})
    if what == "closing":
        closing = ShiftClosing(shift_id=shift.shift_id, count_id=uuid4(), pieces=((1000, 5),))
        return closing, lambda: till.close_shift(closing)
    amount = 0 if what == "drawer" else 500
    moved = CashOrder(movement_id=uuid4(), kind=CashKind(what), amount=amount, reason="milk")
    return moved, lambda: till.record_cash(moved)


def owe(cinema: Cinema) -> PayoutOrder:
    """A sale of A1 for 12.00 in cash, whose show is cancelled."""
    manager = cinema.till("Counter 3", "mona")
    sale = sell(cinema, manager, "A1")
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = %s", cinema.show_id)
    manager.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale.sale_id)
    (owed,) = manager.call(cancellations.list_owed)
    return PayoutOrder(payout_id=uuid4(), refund_id=owed.refund_id, line=owed.line)


def count_stored(cinema: Cinema) -> int:
    return int(cinema.query(STORED)[0][0])


@pytest.mark.parametrize(("moment", "is_stored"), AROUND_COMMIT)
@pytest.mark.parametrize("what", ACTS)
def test_the_next_start_tells_what_became_of_it_and_books_nothing(
    cinema: Cinema, make_till: Callable[..., Till], wire: Wire, what: str, moment: Moment, *, is_stored: bool
) -> None:
    till = make_till()
    till.sign_in("sid", "2345")
    act, send = prepare(cinema, till, what)
    before = count_stored(cinema)
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        send()
    started = make_till()
    started.sign_in("carla", "1234")
    (told,) = started.resume_attempts()
    assert told.order == act
    assert (told.act is not None, type(told.problem)) == ((True, type(None)) if is_stored else (False, NotStoredError))
    assert count_stored(cinema) - before == is_stored
    # The control: the same again is the same act, and where it was not stored it can still be done.
    send()
    send()
    assert count_stored(cinema) - before == 1
    assert find_wrong(cinema) == {}


@pytest.mark.parametrize("what", ACTS)
def test_what_nobody_saw_is_told_at_the_next_start(
    cinema: Cinema, till: Till, make_till: Callable[..., Till], attempts: AttemptFile, what: str
) -> None:
    act, send = prepare(cinema, till, what)
    send()
    assert attempts.list_orders() == ()
    # Dead before the window had shown it.
    AttemptFile(attempts._folder)
    started = make_till()
    started.sign_in("carla", "1234")
    (told,) = started.resume_attempts()
    assert told.act is not None
    amounts = {"opening": (5000, 1), "closing": (5000, 1), "payout": (1200, 0), "drawer": (0, 0)}
    assert (told.act.amount, told.act.number) == amounts.get(what, (500, 0))
    started.acknowledge(get_order_id(act))
    assert make_till().resume_attempts() == ()


def test_a_refused_act_leaves_nothing_to_tell(cinema: Cinema, till: Till, attempts: AttemptFile) -> None:
    closing, _ = prepare(cinema, till, "closing")
    assert isinstance(closing, ShiftClosing)
    with pytest.raises(DifferenceReasonNeededError):
        till.close_shift(replace(closing, pieces=((1000, 90),)))
    assert list(attempts._folder.glob("*")) == []


def test_a_pay_in_of_yesterday_is_not_booked_in_the_shift_of_today(
    cinema: Cinema, till: Till, attempts: AttemptFile
) -> None:
    order, _ = prepare(cinema, till, "pay_in")
    assert isinstance(order, CashOrder)
    attempts.write(order)
    till.close_shift(ShiftClosing(shift_id=OPENING.shift_id, count_id=uuid4(), pieces=((1000, 5),)))
    till.open_shift(ShiftOpening(shift_id=uuid4(), float_id=uuid4()))
    (told,) = till.resume_attempts()
    assert isinstance(told.problem, NotStoredError)
    assert cinema.query("SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'pay_in'") == [(0,)]


def test_a_shift_that_somebody_else_has_closed_is_told_so(cinema: Cinema, till: Till, attempts: AttemptFile) -> None:
    closing, send = prepare(cinema, till, "closing")
    assert isinstance(closing, ShiftClosing)
    send()
    attempts.write(replace(closing, count_id=uuid4()))
    (told,) = till.resume_attempts()
    assert isinstance(told.problem, ConflictError)
    assert not isinstance(told.problem, NotStoredError)


@contextmanager
def connect(cinema: Cinema, name: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction of the terminal's login with Carla signed in; rolled back if nobody commits it."""
    token = cinema.till(name, "carla").token
    with psycopg.connect(cinema.conninfo(name)) as connection:
        connection.execute("SELECT boxoffice.attach(%s)", (token,))
        connection.commit()
        yield connection
        connection.rollback()


def test_who_asks_waits_for_an_act_that_is_still_under_way(cinema: Cinema, till: Till, attempts: AttemptFile) -> None:
    order = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500)
    attempts.write(order)
    with connect(cinema, "Counter 1") as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(PAY_IN, (order.movement_id,))
        asked = pool.submit(till.resume_attempts)
        wait_until(lambda: cinema.query(WAITING), 10, "the till waits")
        connection.commit()
        (told,) = asked.result(10)
    assert told.act is not None


def test_who_asks_keeps_nobody_waiting(cinema: Cinema) -> None:
    with connect(cinema, "Counter 1") as asking, connect(cinema, "Counter 2") as moving:
        asking.execute("SELECT boxoffice.await_acts(%s)", (cinema.logins["Counter 2"][0],))
        moving.execute("SET lock_timeout = '1s'")
        moving.execute(PAY_IN, (uuid4(),))
