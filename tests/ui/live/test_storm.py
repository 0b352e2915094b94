"""A hall of 2,787 seats in which everything changes at once: the window goes on."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatLook
from tests.support.cinema import Cinema
from tests.support.desktop import Counters
from tests.support.event_loop import LoopWatch
from tests.support.palace import add_palace
from tests.support.storm import forge_hints, hold_everything

_SEATS = 2787
# What one hold takes, so that the hall fills quickly.
_AT_ONCE = 45


def test_a_storm_in_the_largest_hall_never_freezes_the_window(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    show_id = add_palace(cinema)
    # One other counter stands for all: the whole hall is its basket, which no real venue may allow.
    cinema.execute("ALTER TABLE boxoffice.venue DROP CONSTRAINT venue_basket_limit_sane")
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = %s", _SEATS)
    counter = counters.open()
    counter.desktop.window.resize(1920, 1080)
    counter.sign_in(qtbot)
    counter.open_show(qtbot, show_id)
    reads: list[object] = []
    counter.page.controller.map_feed.state_read.connect(reads.append)
    opened = counter.page.controller.opened
    assert opened is not None
    seat_ids = [seat.seat_id for seat in opened.picture.seats]
    assert len(seat_ids) == _SEATS
    seat_map = counter.seat_map

    def shows_everything() -> bool:
        return all((status := seat_map.status_of(one)) and status.look is SeatLook.HELD for one in seat_ids)

    watch = LoopWatch()
    plain = replace(cinema, _tills=[])
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as others:
        # Starting a process takes this thread's time; both are there before the measuring begins.
        others.submit(forge_hints, plain, 0, 1).result()
        others.submit(forge_hints, plain, 0, 1).result()
        watch.start()
        storm = [
            others.submit(hold_everything, plain, show_id, seat_ids, _AT_ONCE),
            others.submit(forge_hints, plain, show_id, 20_000),
        ]
        qtbot.waitUntil(lambda: all(one.done() for one in storm), timeout=60_000)
        for one in storm:
            one.result()
        qtbot.waitUntil(shows_everything, timeout=20_000)
        longest = watch.stop()
    # 62 blocks of 45 seats and 20,000 forged hints: a read is under way and one waits, whatever comes.
    assert 1 < len(reads) < 1000
    assert longest < 100, f"the event loop was away for {longest:.0f} ms"
