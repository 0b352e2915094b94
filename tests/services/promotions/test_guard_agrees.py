"""The database accepts every basket that the till decides, whatever promotions there are: both read the same rules."""

import random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services import sales
from boxoffice_desktop.services.context import Context
from tests.support.cinema import ADULT, CHILD, Cinema, Till
from tests.support.promotions import order_for, priced, save
from tests.support.seats import hold

_SEATS = ("A1", "A2", "A3", "B1", "B2", "E1", "E2", "E3")


class _TakeBackError(Exception):
    """Ends a transaction whose sale is not wanted."""


def _sell_and_take_back(session: Session, context: Context, **arguments: Any) -> CompletedSale:
    sale = sales.complete_sale(session, context, **arguments)
    raise _TakeBackError(sale.total)


def _rule(luck: random.Random) -> dict[str, Any]:
    kind = luck.choice(list(PromotionKind))
    take = luck.randint(2, 4)
    group = {"value": 0, "take": take, "pay": luck.randint(1, take - 1)}
    return {
        "kind": kind,
        **(group if kind is PromotionKind.N_FOR_M else {"value": luck.randint(1, 1600)}),
        "is_combinable": luck.random() < 0.5,
        "most_tickets": luck.choice((None, None, 1, 2)),
        "ticket_type_ids": luck.choice((None, frozenset({ADULT}), frozenset({CHILD}))),
    }


def _sell(cinema: Cinema, till: Till, luck: random.Random, **changes: Any) -> int:
    names = luck.sample(_SEATS, luck.randint(1, len(_SEATS)))
    tickets = priced(cinema, names, [luck.choice((ADULT, CHILD)) for _ in names])
    held = hold(cinema, till, *names, hold_id=uuid4())
    order = order_for(till, tickets, held.hold_id, **changes)
    with pytest.raises(_TakeBackError) as stored:
        till.call(_sell_and_take_back, order=order)
    assert stored.value.args == (order.total,)
    cinema.execute(
        "UPDATE boxoffice.show_seat SET state = 'available', hold_id = NULL, held_by = NULL, held_until = NULL"
    )
    return len(order.adjustments)


def test_the_guard_takes_what_the_till_decides(cinema: Cinema) -> None:
    luck = random.Random(11)  # noqa: S311  baskets, not secrets
    manager, till = cinema.till("Counter 3", "mona"), cinema.till()
    lines = 0
    for round_ in range(12):
        cinema.execute("UPDATE boxoffice.promotion SET is_active = false")
        for number in range(luck.randint(1, 6)):
            save(manager, f"P{round_}.{number}", **_rule(luck))
        for _ in range(3):
            lines += _sell(cinema, till, luck)
    assert lines > 60
