"""Orders, overlaps, expiries, releases, sales and extensions at the same moment: no deadlock, nothing inexplicable."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text

from boxoffice_desktop.domain.errors import HoldExpiredError, SeatsUnavailableError
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import holds, sales
from tests.concurrency.contention.crowd import Outcome, add_places, open_till, race, try_hold
from tests.concurrency.contention.history import find_unexplained, replay
from tests.concurrency.contention.test_same_seats import count_deadlocks
from tests.concurrency.storm.careless import forget_locks
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, seat_rows

_SEATS = ("A1", "A2", "A3", "A4", "A5", "A6")
_TILLS = 6
_ROUNDS = 25

Answers = list[tuple[Outcome, tuple[str, ...]]]


def test_overlapping_sets_in_any_order_end_in_answers_that_some_order_explains(cinema: Cinema) -> None:
    answers = _crowd_around(cinema, _take_and_let_go)
    assert find_unexplained(replay(cinema), answers) == []
    assert {outcome.error for outcome, _ in answers} == {None, "SeatsUnavailableError"}
    assert count_deadlocks(cinema) == 0


def test_seats_locked_in_no_order_deadlock(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    unordered = str(holds.LOCK_SEATS).replace("ORDER BY ss.show_id, ss.seat_id", "ORDER BY random()")
    for name in ("LOCK_SEATS", "_LOCK_AT_ONCE"):
        monkeypatch.setattr(holds, name, text(unordered))
    cinema.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 50', current_database()); END $$"
    )
    _crowd_around(cinema, _take_and_keep, rounds=6)
    assert count_deadlocks(cinema) > 0


def test_without_locks_and_nets_answers_fit_into_no_order(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER show_seat_guard")
    for module, name in (
        (holds, "LOCK_SEATS"),
        (holds, "_LOCK_AT_ONCE"),
        (holds, "_TAKE_SEATS"),
        (holds, "_judge_basket"),
        (sales, "_judge"),
        (sales, "_LOCK_LINES"),
        (sales, "_INSERT_LINES"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    forget_locks()
    answers = _crowd_around(cinema, _take_and_let_go)
    assert find_unexplained(replay(cinema), answers) != []


def test_a_record_without_a_release_explains_nothing(cinema: Cinema) -> None:
    # Rounds enough that some seat goes from one till to the other, whatever the machine does meanwhile.
    answers = _crowd_around(cinema, _take_and_let_go, tills=3, rounds=12)
    cinema.execute("DELETE FROM boxoffice.seat_activity WHERE what = 'released'")
    assert find_unexplained(replay(cinema), answers) != []


def test_holds_that_expire_under_contention_go_to_one_taker_each(cinema: Cinema) -> None:
    stop = threading.Event()
    expiries: list[tuple[str, float]] = []

    def expire_now_and_then() -> None:
        luck = random.Random(2)  # noqa: S311
        with cinema.admin() as admin:
            while not stop.wait(0.004):
                name = luck.choice(_SEATS)
                rows = admin.execute(
                    "UPDATE boxoffice.show_seat SET held_until = clock_timestamp() WHERE seat_id = %s"
                    " AND state = 'held' RETURNING extract(epoch FROM clock_timestamp())::float8",
                    cinema.ids(name),
                ).fetchall()
                expiries.extend((name, row[0]) for row in rows)

    with ThreadPoolExecutor(1) as owner:
        expiring = owner.submit(expire_now_and_then)
        try:
            answers = _crowd_around(cinema, _take_and_keep)
        finally:
            stop.set()
        expiring.result()
    assert find_unexplained(replay(cinema, expiries), answers) == []
    assert sum(outcome.error is None for outcome, _ in answers) > len(_SEATS)
    assert count_deadlocks(cinema) == 0


def test_a_sale_that_races_a_release_sells_all_or_nothing(cinema: Cinema) -> None:
    till = cinema.till()
    for number in range(_ROUNDS):
        names = [f"{row}{number % 8 + 1}" for row in ("A", "B")] if number < 8 else ["C1", "C2"]
        held = hold(cinema, till, *names)
        order = cinema.order(held.hold_id, *names)
        keys = cinema.keys(*names)
        sale, let_go = race(
            lambda order=order: till.call(sales.complete_sale, order=order),
            lambda held=held, keys=keys: till.call(holds.release_seats, hold_id=held.hold_id, seats=keys),
        )
        assert let_go is None
        states = [row[1] for row in seat_rows(cinema, *names)]
        if isinstance(sale, CompletedSale):
            assert states == ["sold", "sold"]
            if number >= 8:
                break
        else:
            assert isinstance(sale, HoldExpiredError)
            assert states == ["available", "available"]
    assert count_deadlocks(cinema) == 0


def test_an_extension_that_races_a_taker_leaves_one_of_them_with_the_seats(cinema: Cinema) -> None:
    mine, other = cinema.till("Counter 1"), cinema.till("Counter 2")
    names = ("A1", "A2")
    for number in range(_ROUNDS):
        held = hold(cinema, mine, *names)
        cinema.execute(
            "UPDATE boxoffice.show_seat SET held_until = clock_timestamp() + %s * interval '1 ms' WHERE state = 'held'",
            number % 6,
        )
        theirs = uuid4()
        extended, taken = race(
            lambda held=held: till_extend(mine, cinema, held.hold_id, names),
            lambda theirs=theirs: hold(cinema, other, *reversed(names), hold_id=theirs),
        )
        owners = {row[2:] for row in seat_rows(cinema, *names)}
        if isinstance(taken, holds.HeldSeats):
            assert isinstance(extended, HoldExpiredError)
            assert owners == {(theirs, "Counter 2")}
            other.call(holds.release_seats, hold_id=theirs, seats=cinema.keys(*names))
        else:
            assert isinstance(taken, SeatsUnavailableError)
            assert {seat.holder for seat in taken.seats} == {"Counter 1"}
            assert isinstance(extended, holds.HeldSeats | HoldExpiredError)
            assert owners == {(held.hold_id, "Counter 1")}
            mine.call(holds.release_seats, hold_id=held.hold_id, seats=cinema.keys(*names))
    assert count_deadlocks(cinema) == 0


def till_extend(till: Till, cinema: Cinema, hold_id: object, names: tuple[str, ...]) -> holds.HeldSeats:
    return till.call(holds.extend_hold, hold_id=hold_id, seats=cinema.keys(*names))


def _crowd_around(
    cinema: Cinema,
    act: Callable[[Cinema, Till, tuple[str, ...]], Outcome],
    *,
    tills: int = _TILLS,
    rounds: int = _ROUNDS,
) -> Answers:
    """Let tills go for random seats of the six, in random orders, again and again."""

    def work(numbered: tuple[int, Till]) -> Answers:
        luck = random.Random(numbered[0])  # noqa: S311
        go.wait(30)
        answers = []
        for _ in range(rounds):
            names = tuple(luck.sample(_SEATS, luck.randint(2, 4)))
            answers.append((act(cinema, numbered[1], names), names))
        return answers

    open_tills = [open_till(place) for place in add_places(cinema, tills)]
    go = threading.Barrier(tills)
    with ThreadPoolExecutor(tills) as crowd:
        answers = [answer for answers in crowd.map(work, enumerate(open_tills)) for answer in answers]
    for till in open_tills:
        till.database.close()
    return answers


def _take_and_let_go(cinema: Cinema, till: Till, names: tuple[str, ...]) -> Outcome:
    outcome = try_hold(till, cinema.show_id, cinema.ids(*names))
    if outcome.hold_id is not None:
        till.call(holds.release_seats, hold_id=outcome.hold_id, seats=cinema.keys(*names))
    return outcome


def _take_and_keep(cinema: Cinema, till: Till, names: tuple[str, ...]) -> Outcome:
    return try_hold(till, cinema.show_id, cinema.ids(*names))
