"""The line between till and server is cut at every message of a hold and a sale: nothing is lost or doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.domain.selling import CompletedSale, SaleOrder
from tests.support.books import count_sold, find_wrong
from tests.support.cinema import Cinema
from tests.support.counters import Counter, add_shows, make_order, open_counter, pairs
from tests.support.proxy import Cut, Direction, Proxy, When

# More than a whole hold and sale have; the proof ends when a round was through without meeting its cut.
_SHOWS = 16
_LOST = (OutcomeUnknownError, DatabaseUnavailableError)


@dataclass
class Customers:
    """Serves one customer after the other at a till whose line is being cut, as the window does.

    Attributes:
        sales: what the till was told of each customer's sale, in the order of serving.
        unknown: how often the outcome of a sale was unknown.
        refused: how often the till was told that the database cannot be reached.
    """

    cinema: Cinema
    counter: Counter
    proxy: Proxy
    sales: list[CompletedSale] = field(default_factory=list)
    unknown: int = 0
    refused: int = 0

    def serve(self, show_id: int, names: tuple[str, ...]) -> None:
        hold_id = uuid4()
        self.hold(show_id, names, hold_id)
        self.sell(make_order(self.cinema, show_id, hold_id, names))

    def hold(self, show_id: int, names: tuple[str, ...], hold_id: UUID) -> None:
        try:
            self.counter.hold(self.cinema, show_id, names, hold_id)
        except _LOST:
            self.refused += 1
            self.proxy.heal()
            self.counter.hold(self.cinema, show_id, names, hold_id)

    def sell(self, order: SaleOrder) -> None:
        try:
            sale = self.counter.till.sell(order)
        except OutcomeUnknownError:
            self.unknown += 1
            self.proxy.heal()
            (resumed,) = self.counter.till.resume_attempts()
            assert resumed.order == order
            assert resumed.sale is not None, resumed.problem
            sale = resumed.sale
        except DatabaseUnavailableError:
            # Nothing was stored: the basket is still on the screen, and the cashier presses the key again.
            self.refused += 1
            self.proxy.heal()
            sale = self.counter.till.sell(order)
        assert sale.sale_id == order.sale_id
        self.sales.append(sale)


@contextmanager
def behind_a_proxy(cinema: Cinema, folder: Path) -> Iterator[tuple[Proxy, Counter]]:
    conninfo = cinema.conninfo()
    with Proxy(conninfo) as proxy, open_counter(cinema, folder, conninfo=proxy.through(conninfo)) as counter:
        yield proxy, counter


@pytest.mark.parametrize(
    "stays_down", [pytest.param(False, id="comes back"), pytest.param(True, id="stays down", marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("when", When, ids=lambda when: when.value)
@pytest.mark.parametrize("direction", Direction, ids=lambda direction: direction.value)
def test_a_line_cut_at_any_message_loses_and_doubles_nothing(
    cinema: Cinema, tmp_path: Path, direction: Direction, when: When, *, stays_down: bool
) -> None:
    customers_served = 0
    with behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, counter):
        customers = Customers(cinema, counter, proxy)
        for number, (show_id, names) in zip(count(1), pairs(add_shows(cinema, _SHOWS)), strict=False):
            # From the first message of connecting on; and what is prepared on one connection is not on the next.
            counter.database.close()
            proxy.cut_at(Cut(direction, number, when), stays_down=stays_down)
            customers.serve(show_id, names)
            customers_served += 1
            assert counter.open_attempts() == 0
            if proxy.cuts < number:
                break
            proxy.heal()
        else:
            raise AssertionError("there are more messages than seats to sell")

    assert proxy.cuts > 30
    assert customers.unknown > 0
    assert customers.refused > 0 or not stays_down
    assert find_wrong(cinema) == {}
    assert count_sold(cinema) == (2 * customers_served, 2 * customers_served, customers_served)
    assert {sale.sale_id for sale in customers.sales} == {
        row[0] for row in cinema.query("SELECT sale_id FROM boxoffice.sale")
    }
    assert [sale.number for sale in customers.sales] == list(range(1, customers_served + 1))


def sell_anew(customers: Customers, order: SaleOrder, again: SaleOrder) -> None:
    """What a till without attempts would do: after an unknown outcome, a new sale with a new id."""
    try:
        customers.counter.till.sell(order)
    except DatabaseUnavailableError:
        customers.counter.till.sell(order)
    except OutcomeUnknownError:
        customers.unknown += 1
        customers.counter.till.sell(again)


def test_a_fresh_id_for_the_retry_would_charge_twice(cinema: Cinema, tmp_path: Path) -> None:
    """The control: cuts around COMMIT, and the retry is a new sale (of new seats: the first ones are not to be had)."""
    seats = pairs(add_shows(cinema, _SHOWS // 2))
    # What the control leaves held in every round is more than one basket.
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 100")
    with behind_a_proxy(cinema, tmp_path / "attempts") as (proxy, counter):
        customers = Customers(cinema, counter, proxy)

        def serve(number: int) -> None:
            orders = [make_order(cinema, show_id, uuid4(), names) for show_id, names in islice(seats, 2)]
            for order in orders:
                keys = tuple(line.key for line in order.lines)
                counter.hold_keys(keys, order.hold_id)
            counter.database.close()
            proxy.cut_at(Cut(Direction.TO_TILL, number, When.BEFORE))
            sell_anew(customers, *orders)

        serve(10_000)
        all_messages = proxy.messages[Direction.TO_TILL]
        # The end of a sale: COMMIT's answer, then the hint with its own.
        rounds = range(all_messages - 15, all_messages + 1)
        for number in rounds:
            serve(number)

    assert proxy.cuts == len(rounds)
    assert customers.unknown > 0
    assert count_sold(cinema)[2] > 1 + len(rounds)
