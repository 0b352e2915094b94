"""Many tills over many shows until all is sold: nothing twice, nothing lost, every number in its place."""

import pytest

from tests.concurrency.contention.crowd import add_places
from tests.concurrency.storm.audit import TWICE, find_faults
from tests.concurrency.storm.careless import forget_locks
from tests.concurrency.storm.customers import Ledger, StormPlan, storm
from tests.concurrency.storm.shows import add_shows
from tests.support.cinema import Cinema

# Parties as large as a basket takes, so that thousands of seats are sold in the time that a test may take.
_PARTIES = (1, 2, 4, 6, 8, 10, 10)
# The CHECK is a net too: a careless hold that waited for a sale would put a holder beside the ticket.
_NETS = (
    "DROP INDEX boxoffice.ticket_seat_sold_once",
    "ALTER TABLE boxoffice.show_seat DISABLE TRIGGER show_seat_guard",
    "ALTER TABLE boxoffice.show_seat DROP CONSTRAINT show_seat_state_consistent",
)


def test_a_storm_sells_every_seat_once(cinema: Cinema) -> None:
    show_ids = add_shows(cinema, shows=10, seats=500)
    ledgers = storm(add_places(cinema, 4), StormPlan(show_ids=show_ids, groups=_PARTIES))
    assert find_faults(cinema, show_ids, ledgers) == []
    _assert_it_was_a_storm(ledgers, seats=5000)


@pytest.mark.soak
def test_a_storm_of_eight_tills_sells_120_000_seats_once(cinema: Cinema) -> None:
    show_ids = add_shows(cinema, shows=120, seats=1000)
    ledgers = storm(add_places(cinema, 8), StormPlan(show_ids=show_ids, groups=_PARTIES))
    assert find_faults(cinema, show_ids, ledgers) == []
    _assert_it_was_a_storm(ledgers, seats=120_000)


def test_without_locks_and_nets_a_storm_sells_seats_twice(cinema: Cinema) -> None:
    show_ids = add_shows(cinema, shows=2, seats=100)
    for statement in _NETS:
        cinema.execute(statement)
    plan = StormPlan(show_ids=show_ids, tamper=forget_locks, groups=(2, 3, 4))
    ledgers = storm(add_places(cinema, 6), plan)
    assert [fault for fault in find_faults(cinema, show_ids, ledgers) if fault.startswith(TWICE)]


def _assert_it_was_a_storm(ledgers: list[Ledger], *, seats: int) -> None:
    assert sum(len(sale.tickets) for ledger in ledgers for sale in ledger.sales) == seats
    assert all(ledger.sales for ledger in ledgers)
    assert sum(ledger.refused for ledger in ledgers) > 10
    assert sum(ledger.let_go for ledger in ledgers) > 10
    assert not any(ledger.busy for ledger in ledgers)
