"""The schema is upgraded while tills of the last release are open: they finish a basket, then ask for the update."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from boxoffice_desktop.db import provisioning
from boxoffice_desktop.db.schema import HEAD
from boxoffice_desktop.domain.errors import SchemaMismatchError
from boxoffice_desktop.services import best_seats, holds, reservations
from tests.support.books import count_sold, find_wrong
from tests.support.cinema import PINS, Cinema
from tests.support.counters import Counter, make_order, open_counter
from tests.support.threads import wait_for_lock_waiter

_NEXT = "9999_of_the_next_release"
_TABLES = ("show_seat", "hold", "sale", "ticket", "payment", "journal", "terminal_chain", "show", "seat", "venue")


@contextmanager
def upgrade(cinema: Cinema) -> Iterator[Connection]:
    """What the next release's upgrade does: behind the lock, a column more in every table that selling needs."""
    with provisioning.owner_connection(cinema.admin_conninfo) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (provisioning._UPGRADE_LOCK,))
        for table in _TABLES:
            connection.exec_driver_sql(f"ALTER TABLE boxoffice.{table} ADD COLUMN of_the_next_release text")
        connection.exec_driver_sql("UPDATE boxoffice.alembic_version SET version_num = %s", (_NEXT,))
        yield connection
        connection.commit()


@pytest.fixture
def counter(cinema: Cinema, tmp_path: Path) -> Iterator[Counter]:
    """A till that has been selling for a while: what it says is prepared on its connection."""
    with open_counter(cinema, tmp_path / "attempts") as opened:
        for names in (("A1", "A2"), ("A3", "A4"), ("A5", "A6")):
            serve(cinema, opened, *names)
        yield opened


def serve(cinema: Cinema, counter: Counter, *names: str) -> None:
    hold_id = uuid4()
    counter.hold(cinema, cinema.show_id, names, hold_id)
    counter.till.sell(make_order(cinema, cinema.show_id, hold_id, names))


def test_a_basket_that_was_begun_is_finished(cinema: Cinema, counter: Counter) -> None:
    hold_id = uuid4()
    counter.hold(cinema, cinema.show_id, ("B1",), hold_id)
    with upgrade(cinema):
        pass

    more = {"hold_id": hold_id, "show_id": cinema.show_id, "basket": cinema.keys("B1")}
    counter.till.call(holds.hold_seats, {**more, "seat_ids": cinema.ids("B2", "B3")})
    counter.till.call(holds.release_seats, {"hold_id": hold_id, "seats": cinema.keys("B3")})
    counter.till.call(holds.extend_hold, {"hold_id": hold_id, "seats": cinema.keys("B1", "B2")})
    sale = counter.till.sell(make_order(cinema, cinema.show_id, hold_id, ("B1", "B2")))

    assert counter.till.render_tickets(sale.sale_id).pdf
    assert find_wrong(cinema) == {}
    assert count_sold(cinema) == (8, 8, 4)


def test_a_till_whose_basket_meets_the_upgrade_waits_for_it(cinema: Cinema, counter: Counter) -> None:
    hold_id = uuid4()
    counter.hold(cinema, cinema.show_id, ("B1", "B2"), hold_id)
    with ThreadPoolExecutor(1) as pool:
        with upgrade(cinema):
            sold = pool.submit(counter.till.sell, make_order(cinema, cinema.show_id, hold_id, ("B1", "B2")))
            wait_for_lock_waiter(cinema)
        assert sold.result(10).number == 4


def test_the_next_basket_asks_for_the_update(cinema: Cinema, counter: Counter) -> None:
    with upgrade(cinema):
        pass

    with pytest.raises(SchemaMismatchError) as refusal:
        counter.hold(cinema, cinema.show_id, ("B1",), uuid4())
    assert (refusal.value.found, refusal.value.wanted, refusal.value.newer) == (_NEXT, HEAD, True)
    best = {"hold_id": uuid4(), "show_id": cinema.show_id, "count": 2}
    with pytest.raises(SchemaMismatchError):
        counter.till.call(best_seats.hold_best_seats, {**best, "basket": ()})
    with pytest.raises(SchemaMismatchError):
        counter.till.check_schema()
    with pytest.raises(SchemaMismatchError):
        counter.till.sign_in("sid", PINS["sid"])
    assert cinema.query("SELECT count(*) FROM boxoffice.show_seat WHERE state = 'held'") == [(0,)]


def test_a_reservation_is_served_after_the_update(cinema: Cinema, counter: Counter) -> None:
    hold_id = uuid4()
    wanted = {"hold_id": hold_id, "show_id": cinema.show_id, "seat_ids": cinema.ids("B1"), "name": "Ada"}
    counter.till.call(reservations.reserve_seats, wanted)
    serving = {"hold_id": hold_id, "basket_id": uuid4()}
    with upgrade(cinema):
        pass
    with pytest.raises(SchemaMismatchError):
        counter.till.call(reservations.serve_reservation, serving)
    cinema.execute("UPDATE boxoffice.alembic_version SET version_num = %s", HEAD)
    assert counter.till.call(reservations.serve_reservation, serving).missing == ()


def test_without_an_upgrade_the_next_basket_is_only_a_basket(cinema: Cinema, counter: Counter) -> None:
    """The control of the above."""
    counter.till.check_schema()
    serve(cinema, counter, "B1")


def test_an_unknown_sale_is_still_found_out_about_after_the_upgrade(cinema: Cinema, counter: Counter) -> None:
    hold_id = uuid4()
    counter.hold(cinema, cinema.show_id, ("B1",), hold_id)
    order = make_order(cinema, cinema.show_id, hold_id, ("B1",))
    counter.attempts.mkdir(exist_ok=True)
    counter.till._attempts.write(order)
    with upgrade(cinema):
        pass

    (resumed,) = counter.till.resume_attempts()

    assert resumed.sale is not None
