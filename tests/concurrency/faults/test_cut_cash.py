"""The line is cut at every message of what moves or counts cash beside sales: booked once, and the till knows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import CashAct, CashKind, CashOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import DatabaseUnavailableError, NotStoredError, OutcomeUnknownError
from boxoffice_desktop.services import shifts
from boxoffice_desktop.services.attempts import get_order_id
from tests.support.books import find_wrong
from tests.support.cinema import Cinema
from tests.support.counters import Counter, open_counter
from tests.support.proxy import Cut, Direction, Proxy, When
from tests.support.shifts import forget_shifts

NEVER = Cut(Direction.TO_TILL, 10_000, When.BEFORE)
FLOAT = ((1000, 5),)

# The answer that gets lost is the hard one.
every_cut = pytest.mark.parametrize(
    ("direction", "when"),
    [
        pytest.param(
            direction,
            when,
            id=f"{direction.value}-{when.value}",
            marks=[] if (direction, when) == (Direction.TO_TILL, When.BEFORE) else [pytest.mark.soak],
        )
        for direction in Direction
        for when in When
    ],
)


@dataclass
class Desk:
    """A counter behind the proxy; `stored` and `lost` count what the till found out of unknown outcomes."""

    cinema: Cinema
    counter: Counter
    proxy: Proxy
    next_cut: Cut = NEVER
    stored: int = 0
    lost: int = 0

    def open_shift(self) -> None:
        self.end_shift()
        self.once(ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=FLOAT))

    def close_shift(self) -> None:
        self.once(ShiftClosing(shift_id=self.begin_shift(), count_id=uuid4(), pieces=FLOAT))

    def pay_in(self) -> None:
        # The answer lists what has moved in the shift: in one shift every round would have a message more.
        self.end_shift()
        self.begin_shift()
        self.once(CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500))

    def begin_shift(self) -> UUID:
        """A new shift with the float, which nobody cuts."""
        opening = ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=FLOAT)
        return self.counter.till.call(shifts.open_shift, {"opening": opening}).shift_id

    def end_shift(self) -> None:
        """Close the shift that is open, if one is; nobody cuts it."""
        shift = self.counter.till.call(shifts.find_open_shift, {})
        if shift is not None:
            closing = ShiftClosing(shift_id=shift.shift_id, count_id=uuid4(), pieces=FLOAT, reason="counted nothing")
            self.counter.till.call(shifts.close_shift, {"closing": closing})

    def once(self, act: CashAct) -> None:
        self.proxy.cut_at(self.next_cut, stays_down=False)
        try:
            self.send(act)
        except OutcomeUnknownError:
            self.proxy.heal()
            (told,) = self.counter.till.resume_attempts()
            assert told.order == act
            if told.act is None:
                assert isinstance(told.problem, NotStoredError)
                self.lost += 1
                self.send(act)
            else:
                self.stored += 1
        except DatabaseUnavailableError:
            self.proxy.heal()
            self.send(act)
        self.counter.till.acknowledge(get_order_id(act))

    def send(self, act: CashAct) -> None:
        match act:
            case ShiftOpening():
                self.counter.till.open_shift(act)
            case ShiftClosing():
                self.counter.till.close_shift(act)
            case CashOrder():
                self.counter.till.record_cash(act)


@contextmanager
def open_desk(cinema: Cinema, folder: Path) -> Iterator[Desk]:
    with cinema.admin() as admin:
        forget_shifts(admin)
    conninfo = cinema.conninfo()
    with Proxy(conninfo) as proxy, open_counter(cinema, folder, conninfo=proxy.through(conninfo)) as counter:
        yield Desk(cinema, counter, proxy)


def cut_everywhere(desk: Desk, act: Callable[[], None], direction: Direction, when: When) -> int:
    """Act until a round was through without meeting its cut; returns how many rounds that were."""
    for number in count(1):
        desk.next_cut = Cut(direction, number, when)
        act()
        assert desk.counter.open_attempts() == 0
        if desk.proxy.cuts < number:
            break
        desk.proxy.heal()
    assert desk.proxy.cuts > 4
    assert desk.stored + desk.lost > 0
    assert find_wrong(desk.cinema) == {}
    return number


@every_cut
def test_cash_moves_once(cinema: Cinema, tmp_path: Path, direction: Direction, when: When) -> None:
    with open_desk(cinema, tmp_path / "attempts") as desk:
        rounds = cut_everywhere(desk, desk.pay_in, direction, when)
    found = "SELECT count(*), sum(amount)::int FROM boxoffice.cash_movement WHERE kind = 'pay_in'"
    assert cinema.query(found) == [(rounds, rounds * 500)]


@every_cut
def test_a_shift_is_opened_once_with_its_float(
    cinema: Cinema, tmp_path: Path, direction: Direction, when: When
) -> None:
    with open_desk(cinema, tmp_path / "attempts") as desk:
        rounds = cut_everywhere(desk, desk.open_shift, direction, when)
    floats = "(SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'float')"
    assert cinema.query(f"SELECT count(*), {floats} FROM boxoffice.shift") == [(rounds, rounds)]


@every_cut
def test_a_shift_is_closed_once_with_its_count(
    cinema: Cinema, tmp_path: Path, direction: Direction, when: When
) -> None:
    with open_desk(cinema, tmp_path / "attempts") as desk:
        rounds = cut_everywhere(desk, desk.close_shift, direction, when)
    counts = "(SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'count')"
    assert cinema.query(f"SELECT count(*), max(number)::int, {counts} FROM boxoffice.z_report") == [
        (rounds, rounds, rounds)
    ]


def test_cash_under_a_fresh_key_would_be_booked_twice(cinema: Cinema, tmp_path: Path) -> None:
    """The control: what a till that does not find out would do after an unknown outcome."""
    unknown = 0
    with open_desk(cinema, tmp_path / "attempts") as desk:
        desk.pay_in()
        last = desk.proxy.messages[Direction.TO_TILL]
        rounds = range(max(1, last - 10), last + 5)
        for number in rounds:
            desk.end_shift()
            desk.begin_shift()
            order = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_IN, amount=500)
            desk.proxy.cut_at(Cut(Direction.TO_TILL, number, When.BEFORE), stays_down=False)
            try:
                desk.send(order)
            except (OutcomeUnknownError, DatabaseUnavailableError) as error:
                unknown += isinstance(error, OutcomeUnknownError)
                desk.proxy.heal()
                desk.send(replace(order, movement_id=uuid4()))
    assert unknown > 0
    ((booked,),) = cinema.query("SELECT count(*) FROM boxoffice.cash_movement WHERE kind = 'pay_in'")
    assert booked > 1 + len(rounds)
