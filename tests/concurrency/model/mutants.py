"""Seeded faults of the services. Each says how to break them, and where a guard of the database stops it, a proof."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.services import holds, sales
from tests.concurrency.model.machine import TillMachine

Apply = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A fault. `is_stopped` acts it out with the guards on and expects the database to refuse."""

    name: str
    apply: Apply
    is_stopped: Callable[[TillMachine], None] | None = None


def _swap(module: Any, name: str, what: str, by: str) -> Apply:
    def apply(monkeypatch: pytest.MonkeyPatch) -> None:
        was = str(getattr(module, name))
        changed = re.sub(what, by, was, flags=re.DOTALL)
        assert changed != was, f"{name} has nothing like {what}"
        monkeypatch.setattr(module, name, text(changed))

    return apply


def _wrap(module: Any, name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Apply:
    return lambda monkeypatch: monkeypatch.setattr(module, name, around(getattr(module, name)))


def _both(*applies: Apply) -> Apply:
    def apply(monkeypatch: pytest.MonkeyPatch) -> None:
        for one in applies:
            one(monkeypatch)

    return apply


def _hold_some(_real: Callable[..., Any]) -> Callable[..., Any]:
    def hold(
        session: Any, context: Any, *, hold_id: Any, show_id: int, seat_ids: tuple[int, ...], basket: Any = ()
    ) -> Any:
        keys = sorted({holds.SeatKey(show_id, seat_id) for seat_id in seat_ids}.union(basket))
        locked = holds._lock(session, context, keys)
        holds._judge_basket(keys, locked)
        taken = holds._take(session, context, hold_id, keys)
        got = {(row.show_id, row.seat_id) for row in taken}
        return holds.HeldSeats(
            hold_id=hold_id,
            seats=tuple(holds._as_held(row) for row in locked if (row.show_id, row.seat_id) in got),
            seconds_left=min((row.seconds_left for row in taken), default=0.0),
        )

    return hold


def _count_one_more(real: Callable[..., Any]) -> Callable[..., Any]:
    def complete(*values: Any, **named: Any) -> Any:
        sale = real(*values, **named)
        return replace(sale, total=sale.total + 1)

    return complete


def _forget_the_id(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values, order, **named: real(*values, order=replace(order, sale_id=uuid4()), **named)


def _judge_nothing(_real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_values, **_named: None


def _judge_unless_resuming(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values, resuming, **named: None if resuming else real(*values, resuming=resuming, **named)


def _leave_leftovers(_real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_values, **_named: 0


def _hold(life: TillMachine, till: int, *names: str) -> Any:
    hold = uuid4()
    life.tills[till].call(holds.hold_seats, hold_id=hold, show_id=life.cinema.show_id, seat_ids=life.cinema.ids(*names))
    return hold


def _take_theirs(life: TillMachine) -> None:
    life.plain.hold("Counter 1", _hold(life, 0, "A1"), ("A1",))
    life.plain.seats["A1"].hold = life.admin.execute(
        "SELECT hold_id FROM boxoffice.show_seat WHERE state = 'held'"
    ).fetchall()[0][0]
    with pytest.raises(ConflictError):
        _hold(life, 1, "A1", "A2")


def _free_theirs(life: TillMachine) -> None:
    hold = _hold(life, 0, "A1")
    life.plain.hold("Counter 1", hold, ("A1",))
    with pytest.raises(ConflictError):
        life.tills[1].call(holds.release_seats, hold_id=uuid4(), seats=life.cinema.keys("A1"))


def _outlive_the_cap(life: TillMachine) -> None:
    hold = _hold(life, 0, "A1")
    life.plain.hold("Counter 1", hold, ("A1",))
    life.admin.execute("UPDATE boxoffice.hold SET created_at = created_at - interval '800 s'")
    with pytest.raises(ConflictError):
        life.tills[0].call(holds.extend_hold, hold_id=hold, seats=life.cinema.keys("A1"))


def _sell_theirs(life: TillMachine, *, resuming: bool = False) -> None:
    hold = _hold(life, 0, "A1")
    life.plain.hold("Counter 1", hold, ("A1",))
    with pytest.raises(ConflictError):
        life.tills[1].call(sales.complete_sale, order=life.cinema.order(uuid4(), "A1"), resuming=resuming)


_SALE_JUDGEMENT = r"AND \(\(ss\.state = 'held'.*(?=RETURNING)"

MUTANTS = (
    Mutant(
        name="expired holds are not free",
        apply=_swap(holds, "_TAKE_SEATS", r"ss\.held_until <= clock_timestamp\(\)", "false"),
    ),
    Mutant(
        name="release frees the seats of others",
        apply=_swap(holds, "_LET_GO", r"AND ss\.hold_id = :hold", "AND :hold IS NOT NULL"),
        is_stopped=_free_theirs,
    ),
    Mutant(
        name="a hold takes what others hold",
        apply=_both(
            _swap(holds, "_LOCK_AT_ONCE", r"ss\.state = 'sold' OR \(.*?\) AS is_taken", "false AS is_taken"),
            _swap(holds, "_TAKE_SEATS", r"AND \(+ss\.state = 'available'.*(?=RETURNING)", ""),
        ),
        is_stopped=_take_theirs,
    ),
    Mutant(
        name="a hold outlives its cap",
        apply=_swap(holds, "_TAKE_SEATS", r"hold_cap_seconds", "hold_cap_seconds + 9999"),
        is_stopped=_outlive_the_cap,
    ),
    Mutant(name="some of the seats are held", apply=_wrap(holds, "hold_seats", _hold_some)),
    Mutant(name="leftovers stay", apply=_wrap(holds, "release_leftovers", _leave_leftovers)),
    Mutant(
        name="a sale takes seats of any hold",
        apply=_both(_wrap(sales, "_judge", _judge_nothing), _swap(sales, "_INSERT_LINES", _SALE_JUDGEMENT, "")),
        is_stopped=_sell_theirs,
    ),
    Mutant(
        name="a sale takes seats whose time is over",
        apply=_swap(sales, "_INSERT_LINES", r"\(:resuming OR ss\.held_until > clock_timestamp\(\)\)", "true"),
    ),
    Mutant(
        name="a resumed sale takes the seats of others",
        apply=_both(
            _wrap(sales, "_judge", _judge_unless_resuming),
            _swap(sales, "_INSERT_LINES", r"OR \(:resuming AND \(.*?\(\)\)\)", "OR :resuming"),
        ),
        is_stopped=lambda life: _sell_theirs(life, resuming=True),
    ),
    Mutant(name="the total is wrong", apply=_wrap(sales, "complete_sale", _count_one_more)),
    Mutant(name="a second ask is a second sale", apply=_wrap(sales, "complete_sale", _forget_the_id)),
)
