"""The till says when it loses its database, keeps what it has, and comes back by itself."""

import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from signal import SIGINT
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.db.embedded import EmbeddedServer
from boxoffice_desktop.db.embedded.postmaster import find_postmaster
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.services import holds
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.tasks.link import LinkState
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters
from tests.support.event_loop import LoopWatch
from tests.support.storm import start_server

# Five seconds until offline; a busy machine may need some more for the rest.
_PATIENCE = 20_000
_END_BACKENDS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'boxoffice' AND pid <> pg_backend_pid()"
)

_END_LISTENER = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def counter(qtbot: QtBot, own_counters: Counters) -> Counter:
    counter = own_counters.open()
    counter.sign_in(qtbot)
    counter.open_show(qtbot, own_counters.cinema.show_id)
    return counter


def _state(counter: Counter) -> LinkState:
    return counter.desktop.link.link.state


def _stop_server(qtbot: QtBot, server: EmbeddedServer, counter: Counter) -> None:
    server.stop()
    qtbot.waitUntil(lambda: _state(counter) is LinkState.RECONNECTING, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: _state(counter) is LinkState.OFFLINE, timeout=_PATIENCE)


def _start_server(qtbot: QtBot, server: EmbeddedServer, counter: Counter) -> None:
    server.start()
    qtbot.waitUntil(lambda: _state(counter) is LinkState.CONNECTED, timeout=_PATIENCE)
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=_PATIENCE)


def _take_two(qtbot: QtBot, counter: Counter) -> tuple[str, ...]:
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    return counter.basket()


def test_offline_nothing_is_sold_and_the_basket_stays(
    qtbot: QtBot, own_server: EmbeddedServer, own_cinema: Cinema, counter: Counter
) -> None:
    seats = _take_two(qtbot, counter)
    _stop_server(qtbot, own_server, counter)
    window, panel = counter.desktop.window, counter.page.basket_panel
    assert window.banner.isVisible()
    assert re.fullmatch(
        r"No connection to the database since \d\d:\d\d\. Nothing can be sold; the basket stays on the screen\."
        r" It comes back by itself\.",
        window.banner.text,
    )
    assert window.status.text.startswith("offline since ")
    for key in ("1", Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete):
        counter.press(key)
    assert counter.desktop.tasks.is_idle() or not counter.desktop.tasks.is_writing()
    assert counter.page.controller.phase is Phase.CHOOSING
    assert counter.page.messages.text().startswith("Seats cannot be taken")
    assert not panel._pay.isEnabled()
    assert counter.basket() == seats
    _start_server(qtbot, own_server, counter)
    assert not window.banner.isVisible()
    assert window.status.text.startswith("connected ")
    assert not counter.desktop.presenter.notices.messages
    assert panel._pay.isEnabled()
    assert counter.basket() == seats
    # And the same cashier goes on, without a new sign-in.
    counter.seat_map.setFocus()
    counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.DONE, timeout=_PATIENCE)
    assert own_cinema.query("SELECT ticket_count FROM boxoffice.sale") == [(2,)]


def test_seats_that_were_lost_meanwhile_are_told(
    qtbot: QtBot, own_server: EmbeddedServer, own_cinema: Cinema, counter: Counter
) -> None:
    seats = _take_two(qtbot, counter)
    _stop_server(qtbot, own_server, counter)
    own_server.start()
    own_cinema.execute("UPDATE boxoffice.show_seat SET held_until = now() - interval '1 s' WHERE state = 'held'")
    _start_server(qtbot, own_server, counter)
    qtbot.waitUntil(lambda: counter.basket() == ())
    assert counter.page.messages.text().startswith("Hold ended, seats are free again")
    assert all(name in counter.page.messages.text() for name in seats)


def test_payment_waits_for_the_connection(
    qtbot: QtBot, own_server: EmbeddedServer, own_cinema: Cinema, counter: Counter
) -> None:
    _take_two(qtbot, counter)
    counter.press(Qt.Key.Key_Return)
    assert counter.page.controller.phase is Phase.PAYING
    counter.press("5")
    _stop_server(qtbot, own_server, counter)
    counter.page.payment_panel.submit()
    assert not counter.desktop.tasks.is_writing()
    _start_server(qtbot, own_server, counter)
    # What was typed is still there, and the cursor is back behind it.
    counter.press("0")
    assert counter.page.payment_panel.cash.given.text() == "50"
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.DONE, timeout=_PATIENCE)
    assert own_cinema.query("SELECT max(ticket_count) FROM boxoffice.sale") == [(2,)]


def test_the_map_is_read_again_after_the_return(
    qtbot: QtBot, own_server: EmbeddedServer, own_cinema: Cinema, counter: Counter
) -> None:
    _stop_server(qtbot, own_server, counter)
    own_server.start()
    other = own_cinema.till("Counter 2", "sid")
    # Before this till listens again: nobody hears the hint.
    other.call(holds.hold_seats, hold_id=uuid4(), show_id=own_cinema.show_id, seat_ids=own_cinema.ids("A8"))
    _start_server(qtbot, own_server, counter)

    def is_painted() -> bool:
        status = counter.status("A8")
        return status is not None and status.look is SeatLook.HELD and status.holder == "Counter 2"

    qtbot.waitUntil(is_painted, timeout=_PATIENCE)


def test_ended_backends_are_replaced_and_the_cashier_stays(qtbot: QtBot, own_cinema: Cinema, counter: Counter) -> None:
    seats = _take_two(qtbot, counter)
    states: list[LinkState] = []
    counter.desktop.link.changed.connect(lambda link: states.append(link.state))
    own_cinema.execute(_END_BACKENDS)
    qtbot.waitUntil(lambda: LinkState.RECONNECTING in states, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: _state(counter) is LinkState.CONNECTED, timeout=_PATIENCE)
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    assert LinkState.OFFLINE not in states
    assert counter.basket() == seats
    counter.press("1")
    qtbot.waitUntil(lambda: len(counter.basket()) == 3)


def test_names_come_by_themselves_when_the_database_does(
    qtbot: QtBot, own_server: EmbeddedServer, own_counters: Counters
) -> None:
    counter = own_counters.open()
    qtbot.waitUntil(counter.desktop.tasks.is_idle)
    _stop_server(qtbot, own_server, counter)
    assert "Nothing can be sold" not in counter.desktop.window.banner.text
    sign_in = counter.desktop.shell.sign_in_page
    sign_in.read_names()
    qtbot.waitUntil(sign_in._again.isVisible, timeout=_PATIENCE)
    _start_server(qtbot, own_server, counter)
    qtbot.waitUntil(lambda: not sign_in._again.isVisible())
    counter.sign_in(qtbot)


def test_the_window_never_freezes_while_the_server_goes_and_comes(
    qtbot: QtBot, own_server: EmbeddedServer, counter: Counter
) -> None:
    _take_two(qtbot, counter)
    watch = LoopWatch()
    postmaster = find_postmaster(own_server._folder.cluster)
    assert postmaster is not None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(id, 0).result()
        watch.start()
        # The server's fast shutdown; `stop` would fork here, in the process whose window is watched.
        postmaster.process.send_signal(SIGINT)
        qtbot.waitUntil(lambda: _state(counter) is LinkState.OFFLINE, timeout=_PATIENCE)
        qtbot.waitUntil(lambda: not postmaster.process.is_running(), timeout=_PATIENCE)
        started = process.submit(start_server, own_server._folder.top)
        qtbot.waitUntil(lambda: _state(counter) is LinkState.CONNECTED, timeout=_PATIENCE)
        qtbot.waitUntil(started.done, timeout=_PATIENCE)
        longest = watch.stop()
        started.result()
    assert longest < 100, f"the event loop was away for {longest:.0f} ms"


def test_a_counter_that_another_window_took_sells_nothing_until_it_has_it_back(
    qtbot: QtBot, own_cinema: Cinema, counter: Counter
) -> None:
    window, panel = counter.desktop.window, counter.page.basket_panel
    _take_two(qtbot, counter)
    own_cinema.query(_END_LISTENER, counter.till.terminal_id)
    other = Listener(
        counter.database.conninfo,
        terminal_id=counter.till.terminal_id,
        terminal_name="Counter 1",
        on_hint=lambda _show: None,
        on_state=lambda _connected: None,
    )
    other.start()
    try:
        qtbot.waitUntil(lambda: _state(counter) is LinkState.TAKEN, timeout=_PATIENCE)
        assert window.banner.isVisible()
        assert window.banner.text.startswith(
            "This counter is open in another window; nothing can be sold here. Go on there"
        )
        assert window.status.text.startswith("open in another window")
        # The database answers all the while: nothing but the window itself refuses.
        counter.press("1")
        counter.press(Qt.Key.Key_Return)
        assert not counter.desktop.tasks.is_writing()
        assert counter.page.controller.phase is Phase.CHOOSING
        assert counter.page.messages.text().startswith("Seats cannot be taken")
        assert not panel._pay.isEnabled()
        assert len(counter.basket()) == 2
    finally:
        other.stop()
    qtbot.waitUntil(lambda: _state(counter) is LinkState.CONNECTED, timeout=_PATIENCE)
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=_PATIENCE)
    assert not window.banner.isVisible()
    assert panel._pay.isEnabled()
    counter.seat_map.setFocus()
    counter.press("1")
    qtbot.waitUntil(lambda: len(counter.basket()) == 3, timeout=_PATIENCE)
