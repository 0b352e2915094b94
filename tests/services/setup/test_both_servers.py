"""What every server must do, on the embedded 18 and on the system's own PostgreSQL with TLS."""

import threading
from collections.abc import Callable
from uuid import uuid4

from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.db.url import ServerUrl
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.setup.terminals import list_terminals
from tests.services.setup.conftest import VENUE, SharedCinema, provision

OpenCinema = Callable[[ServerUrl], SharedCinema]


def test_provisioning_twice_creates_once(any_url: ServerUrl) -> None:
    first, second = provision(any_url), provision(any_url)
    for what in (f"database {any_url.database}", "schema", "venue Rialto", "administrator ada"):
        assert any(line.startswith(f"created   {what}") for line in first), what
        assert any(line.startswith(f"was there {what}") for line in second), what
    assert not any(line.startswith("created") for line in second)


def test_the_first_administrator_can_sign_in(any_url: ServerUrl, open_cinema: OpenCinema) -> None:
    shared = open_cinema(any_url)
    provision(any_url)
    # People sign in at the tills of their own venue only.
    till = shared.till(shared.pair("Counter 7", venue=VENUE.name), "ada", "4711")
    assert till.describe().venue_name == VENUE.name


def test_a_paired_till_sells_and_another_hears_of_it(any_url: ServerUrl, open_cinema: OpenCinema) -> None:
    shared = open_cinema(any_url)
    here, there = shared.pair("Counter 7"), shared.pair("Counter 8")
    heard: list[int | None] = []
    hint = threading.Event()
    other = shared.till(there, None)

    def hear(show_id: int | None) -> None:
        heard.append(show_id)
        hint.set()

    listener = Listener(
        there.url.conninfo,
        terminal_id=other.terminal_id,
        terminal_name="Counter 8",
        on_hint=hear,
        on_state=lambda _connected: None,
    )
    listener.start()
    try:
        till = shared.till(here)
        hold_id = uuid4()
        seats = shared.cinema.ids("A1", "A2")
        till.call(
            holds.hold_seats,
            {"hold_id": hold_id, "show_id": shared.cinema.show_id, "seat_ids": seats, "basket": ()},
        )
        assert hint.wait(5)
        sale = till.sell(shared.cinema.order(hold_id, "A1", "A2"))
    finally:
        listener.stop()
    assert heard[0] == shared.cinema.show_id
    sold = shared.cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE sale_id = %s", sale.sale_id)
    assert sold == [(2,)]


def test_the_list_tells_who_is_connected_and_signed_in(any_url: ServerUrl, open_cinema: OpenCinema) -> None:
    shared = open_cinema(any_url)
    shared.till(shared.pair("Counter 7"))
    lines = {line.name: line for line in list_terminals(shared.url)}
    assert lines["Counter 7"].connections
    assert lines["Counter 7"].signed_in == "Carla"
    assert lines["Counter 7"].mark == "7"
    assert not lines["Counter 1"].connections
