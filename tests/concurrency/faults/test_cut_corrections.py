"""The line is cut at every message of a refund, void, exchange and payout: nothing goes back twice, nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import PayoutOrder
from boxoffice_desktop.domain.errors import (
    AlreadyRefundedError,
    DatabaseUnavailableError,
    NotStoredError,
    OutcomeUnknownError,
)
from boxoffice_desktop.domain.refunding import ExchangeOrder, RefundKind, RefundOrder
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import cancellations, holds, refunds, sales
from boxoffice_desktop.services.attempts import get_order_id
from boxoffice_desktop.services.cancellations import OwedCash
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, PINS, Cinema
from tests.support.counters import SEATS, Counter, add_shows, make_order, open_counter, pairs
from tests.support.proxy import Cut, Direction, Proxy, When

_NEVER = 10_000
OrderT = TypeVar("OrderT", RefundOrder, ExchangeOrder)

# What is cut on its way to the server never arrived, or its answer is lost: the cuts on the way back are the hard ones.
every_cut = pytest.mark.parametrize(
    ("direction", "when"),
    [
        pytest.param(
            direction,
            when,
            id=f"{direction.value}-{when.value}",
            marks=[pytest.mark.soak] if direction is Direction.TO_SERVER else [],
        )
        for direction in Direction
        for when in When
    ],
)


@dataclass
class Desk:
    """A supervisor's counter behind the proxy; `unknown` and `refused` count what the till was told."""

    cinema: Cinema
    counter: Counter
    proxy: Proxy
    seats: Iterator[tuple[int, tuple[str, str]]]
    unknown: int = 0
    refused: int = 0

    def sell(self) -> SaleDetails:
        """A sale of two seats that nobody cuts."""
        show_id, names = next(self.seats)
        order = make_order(self.cinema, show_id, uuid4(), names)
        self.counter.hold(self.cinema, show_id, names, order.hold_id)
        self.counter.till.sell(order)
        self.counter.till.acknowledge(order.sale_id)
        return self.counter.till.call(get_sale_details, {"sale_id": order.sale_id})

    def take_back(self, kind: RefundKind) -> None:
        sale = self.sell()
        self.arm()
        # Of two tickets one goes back, but a void takes all.
        tickets = tickets_of(sale) if kind is RefundKind.VOID else tickets_of(sale)[:1]
        self.once(self.counter.till.refund, refunds.plan_refund(sale, tickets, kind=kind))

    def exchange(self) -> None:
        sale = self.sell()
        show_id, (name, _) = next(self.seats)
        line = SaleLine(key=SeatKey(show_id, self.cinema.seats[name]), ticket_type_id=ADULT, amount=_price(name))
        self.arm()
        order = refunds.plan_exchange(sale, tickets_of(sale), hold_id=uuid4(), lines=(line,))
        self.once(self.counter.till.exchange, order)

    def pay_out(self, owed: OwedCash) -> None:
        """What became of it is looked for; where it was not stored, the cashier presses the button again."""
        order = PayoutOrder(payout_id=uuid4(), refund_id=owed.refund_id, line=owed.line)
        self.arm()
        try:
            self.counter.till.pay_out(order)
        except OutcomeUnknownError:
            self.unknown += 1
            self.proxy.heal()
            (told,) = self.counter.till.resume_attempts()
            assert told.order == order
            if told.act is None:
                assert isinstance(told.problem, NotStoredError)
                self.hand_over(owed, uuid4())
        except DatabaseUnavailableError:
            self.refused += 1
            self.proxy.heal()
            self.counter.till.pay_out(order)
        self.counter.till.acknowledge(order.payout_id)

    def hand_over(self, owed: OwedCash, payout_id: UUID) -> UUID:
        values = {"payout_id": payout_id, "refund_id": owed.refund_id, "line": owed.line}
        return self.counter.till.call(cancellations.pay_out, values).payout_id

    def once(self, send: Callable[[OrderT], object], order: OrderT) -> None:
        try:
            send(order)
        except OutcomeUnknownError:
            self.unknown += 1
            self.proxy.heal()
            (resumed,) = self.counter.till.resume_attempts()
            assert resumed.order == order
            assert resumed.refund is not None, resumed.problem
        except DatabaseUnavailableError:
            # Nothing was stored: the dialog is still open, and the cashier presses the key again.
            self.refused += 1
            self.proxy.heal()
            send(order)
        self.counter.till.acknowledge(get_order_id(order))

    def arm(self) -> None:
        """From the first message of the act on; those of connecting are cut at in `test_cut_lines`."""
        self.proxy.cut_at(self.next_cut, stays_down=False)

    next_cut: Cut = field(default_factory=lambda: Cut(Direction.TO_TILL, _NEVER, When.BEFORE))


def tickets_of(sale: SaleDetails) -> list[int]:
    return [ticket.ticket_id for ticket in sale.tickets]


def _price(name: str) -> int:
    return 1500 if name.startswith("E") else 1200


@contextmanager
def open_desk(cinema: Cinema, folder: Path, *, shows: int = 8) -> Iterator[Desk]:
    conninfo = cinema.conninfo()
    with Proxy(conninfo) as proxy, open_counter(cinema, folder, conninfo=proxy.through(conninfo)) as counter:
        counter.till.sign_in("sid", PINS["sid"])
        yield Desk(cinema, counter, proxy, pairs(add_shows(cinema, shows)))


def cut_everywhere(desk: Desk, direction: Direction, when: When, act: Callable[[], None]) -> int:
    """Act until a round was through without meeting its cut; returns how many rounds that were."""
    for number in count(1):
        desk.next_cut = Cut(direction, number, when)
        act()
        assert desk.counter.open_attempts() == 0
        if desk.proxy.cuts < number:
            break
        desk.proxy.heal()
    assert desk.proxy.cuts > 6
    assert desk.unknown > 0
    assert find_wrong(desk.cinema) == {}
    return number


@every_cut
@pytest.mark.parametrize("kind", [RefundKind.REFUND, RefundKind.VOID])
def test_a_refund_and_a_void_are_stored_once(
    cinema: Cinema, tmp_path: Path, kind: RefundKind, direction: Direction, when: When
) -> None:
    with open_desk(cinema, tmp_path / "attempts") as desk:
        rounds = cut_everywhere(desk, direction, when, lambda: desk.take_back(kind))
    tickets = 2 if kind is RefundKind.VOID else 1
    assert cinema.query("SELECT count(*), count(DISTINCT sale_id) FROM boxoffice.refund") == [(rounds, rounds)]
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NOT NULL") == [(rounds * tickets,)]


@every_cut
def test_an_exchange_is_stored_once_with_its_sale(
    cinema: Cinema, tmp_path: Path, direction: Direction, when: When
) -> None:
    with open_desk(cinema, tmp_path / "attempts") as desk:
        rounds = cut_everywhere(desk, direction, when, desk.exchange)
    assert cinema.query("SELECT count(*), count(DISTINCT new_sale_id) FROM boxoffice.refund") == [(rounds, rounds)]
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(2 * rounds,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NULL") == [(rounds,)]


def owe(cinema: Cinema, customers: int) -> tuple[OwedCash, ...]:
    """Cash that waits for as many customers of cancelled shows."""
    manager = cinema.till("Counter 3", "mona")
    shows = add_shows(cinema, 1 + (customers - 1) // len(SEATS))
    for number in range(customers):
        order = make_order(cinema, shows[number // len(SEATS)], uuid4(), (SEATS[number % len(SEATS)],))
        key = order.lines[0].key
        manager.call(holds.hold_seats, hold_id=order.hold_id, show_id=key.show_id, seat_ids=(key.seat_id,))
        manager.call(sales.complete_sale, order=order)
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = ANY(%s)", list(shows))
    for show_id in shows:
        for sale_id in manager.call(cancellations.list_sales_to_refund, show_id=show_id):
            manager.call(cancellations.refund_cancelled_sale, show_id=show_id, sale_id=sale_id)
    return manager.call(cancellations.list_owed)


@every_cut
def test_owed_cash_is_handed_over_once(cinema: Cinema, tmp_path: Path, direction: Direction, when: When) -> None:
    waiting = iter(owe(cinema, 40))
    with open_desk(cinema, tmp_path / "attempts", shows=1) as desk:
        rounds = cut_everywhere(desk, direction, when, lambda: desk.pay_out(next(waiting)))
    assert cinema.query("SELECT count(*), count(DISTINCT (refund_id, line)) FROM boxoffice.payout") == [
        (rounds, rounds)
    ]


def rounds_around_commit(desk: Desk, act: Callable[[], None]) -> Iterator[Cut]:
    """The cuts at the last messages that `act` has: the answer to COMMIT is among them."""
    act()
    last = desk.proxy.messages[Direction.TO_TILL]
    for number in range(max(1, last - 8), last + 1):
        yield Cut(Direction.TO_TILL, number, When.BEFORE)


def test_a_refund_under_a_fresh_key_is_refused_with_who_and_when(cinema: Cinema, tmp_path: Path) -> None:
    """The control: what a till without attempts would do after an unknown outcome."""
    told = []
    with open_desk(cinema, tmp_path / "attempts") as desk:

        def again() -> None:
            sale = desk.sell()
            order = refunds.plan_refund(sale, tickets_of(sale))
            desk.arm()
            try:
                desk.counter.till.refund(order)
            except OutcomeUnknownError:
                desk.proxy.heal()
                with pytest.raises(AlreadyRefundedError) as refusal:
                    desk.counter.till.refund(replace(order, refund_id=uuid4()))
                told.append((refusal.value.why, refusal.value.place, refusal.value.person))
            except DatabaseUnavailableError:
                desk.proxy.heal()
                desk.counter.till.refund(order)

        for cut in rounds_around_commit(desk, again):
            desk.next_cut = cut
            again()
    assert told
    assert set(told) == {("refund", "Counter 1", "Sid")}
    assert find_wrong(cinema) == {}


def test_a_payout_under_a_fresh_key_would_be_paid_twice_without_the_net(cinema: Cinema, tmp_path: Path) -> None:
    """The control: with the net the second is refused; without it the drawer pays again."""
    waiting = iter(owe(cinema, 24))
    told: list[str] = []
    with open_desk(cinema, tmp_path / "attempts", shows=1) as desk:

        def again() -> None:
            owed = next(waiting)
            desk.arm()
            try:
                desk.hand_over(owed, uuid4())
            except OutcomeUnknownError:
                desk.proxy.heal()
                try:
                    desk.hand_over(owed, uuid4())
                except AlreadyRefundedError as error:
                    told.append(error.why)
            except DatabaseUnavailableError:
                desk.proxy.heal()
                desk.hand_over(owed, uuid4())

        cuts = list(rounds_around_commit(desk, again))
        for cut in cuts:
            desk.next_cut = cut
            again()
        assert told
        assert set(told) == {"paid_out"}
        assert paid_twice(cinema) == 0
        forget_the_net(cinema)
        for cut in cuts:
            desk.next_cut = cut
            again()
    assert paid_twice(cinema) > 0


def paid_twice(cinema: Cinema) -> int:
    ((twice,),) = cinema.query(
        "SELECT count(*) FROM (SELECT FROM boxoffice.payout GROUP BY refund_id, line HAVING count(*) > 1) p"
    )
    return int(twice)


def forget_the_net(cinema: Cinema) -> None:
    """Let `pay_out_owed` look for its own key alone, and the table take the same money twice."""
    ((body,),) = cinema.query("SELECT pg_get_functiondef('boxoffice.pay_out_owed'::regproc)")
    looks = "WHERE p.refund_id = p_refund AND p.line = p_line"
    assert looks in body
    ((unique,),) = cinema.query(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'boxoffice.payout'::regclass AND contype = 'u'"
    )
    with cinema.admin() as admin:
        admin.execute(body.replace(looks, "WHERE p.payout_id = p_payout"))
        admin.execute(f"ALTER TABLE boxoffice.payout DROP CONSTRAINT {unique}")
