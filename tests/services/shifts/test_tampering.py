"""Whoever changes shifts, cash or Z reports as the owner, with all guards off, is found out."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, ShiftClosing
from boxoffice_desktop.services import shifts
from tests.services.shifts.test_shifts import verify
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

_MOVED = "movement_id = (SELECT movement_id FROM boxoffice.cash_movement WHERE kind = 'pay_out')"
# A forger who owns the database seals the whole chain anew, so that no entry looks changed.
_FORGED = (
    "UPDATE boxoffice.z_report SET body = replace(body, '\"amount\": 1200', '\"amount\": 1100')",
    (
        "UPDATE boxoffice.journal j SET body = regexp_replace(j.body, '[0-9a-f]{64}$',"
        " encode(sha256(convert_to(z.body, 'UTF8')), 'hex')) FROM boxoffice.z_report z"
        " WHERE j.kind = 'z' AND j.subject = z.shift_id"
    ),
    "UPDATE boxoffice.journal SET hash = sha256(previous_hash || convert_to(body, 'UTF8')) WHERE kind = 'z'",
    (
        "UPDATE boxoffice.terminal_chain c SET journal_hash = j.hash FROM boxoffice.journal j"
        " WHERE j.kind = 'z' AND j.terminal_id = c.terminal_id"
    ),
    "UPDATE boxoffice.z_report z SET journal_hash = j.hash FROM boxoffice.journal j WHERE j.kind = 'z'",
)
_EDITS = {
    "a shift's person": (("UPDATE boxoffice.shift SET opened_by = 2",), "rows"),
    "a shift's number": (("UPDATE boxoffice.shift SET number = number + 7",), "rows"),
    "a movement's amount": ((f"UPDATE boxoffice.cash_movement SET amount = amount + 1 WHERE {_MOVED}",), "rows"),
    "a movement's reason": ((f"UPDATE boxoffice.cash_movement SET reason = 'x' WHERE {_MOVED}",), "rows"),
    "a movement's kind": ((f"UPDATE boxoffice.cash_movement SET kind = 'drop' WHERE {_MOVED}",), "rows"),
    "a movement away": ((f"DELETE FROM boxoffice.cash_movement WHERE {_MOVED}",), "rows"),
    "a movement more": (
        (
            (
                "INSERT INTO boxoffice.cash_movement"
                " SELECT gen_random_uuid(), shift_id, 1, 1, at, 'pay_in', 5, '', NULL"
                " FROM boxoffice.cash_movement LIMIT 1"
            ),
        ),
        "rows",
    ),
    "a movement in another shift's time": (
        (f"UPDATE boxoffice.cash_movement SET shift_id = gen_random_uuid() WHERE {_MOVED}",),
        "rows",
    ),
    "a piece counted more": (("UPDATE boxoffice.cash_count SET pieces = pieces + 1",), "rows"),
    "a piece away": (("DELETE FROM boxoffice.cash_count",), "rows"),
    "a Z report's count": (("UPDATE boxoffice.z_report SET counted_cash = counted_cash - 100",), "rows"),
    "a Z report's text": (("UPDATE boxoffice.z_report SET body = replace(body, '1200', '1100')",), "rows"),
    "a Z report that is no text of ours": (("UPDATE boxoffice.z_report SET body = 'none'",), "rows"),
    "a Z report away": (("DELETE FROM boxoffice.z_report",), "rows"),
    "a Z report forged with its whole chain": (_FORGED, "rows"),
    "a sale in a shift that was closed before": (
        (
            (
                "UPDATE boxoffice.sale SET shift_id = (SELECT shift_id FROM boxoffice.shift WHERE number = 1)"
                " WHERE number = 2"
            ),
        ),
        "rows",
    ),
}


@pytest.fixture
def closed(bare: Cinema, here: Till, begin: Callable[..., UUID]) -> Cinema:
    """A closed shift with a sale and a pay-out, and an open one with a sale."""
    shift_id = begin(here)
    sell(bare, here, "A1")
    here.call(
        shifts.record_cash,
        order=CashOrder(movement_id=uuid4(), kind=CashKind.PAY_OUT, amount=100, reason="milk"),
    )
    closing = ShiftClosing(shift_id=shift_id, count_id=uuid4(), pieces=((100, 61),))
    here.call(shifts.close_shift, closing=closing)
    begin(here, (100, 0))
    sell(bare, here, "A2")
    return bare


def test_untouched_shifts_verify(closed: Cinema) -> None:
    assert verify(closed) == []


@pytest.mark.parametrize("edit", _EDITS)
def test_every_change_is_found(closed: Cinema, edit: str) -> None:
    statements, fault = _EDITS[edit]
    with closed.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            assert admin.execute(statement).rowcount > 0
    assert verify(closed) == [fault]


def test_a_shift_without_an_entry_is_found(closed: Cinema) -> None:
    with closed.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "INSERT INTO boxoffice.shift VALUES (gen_random_uuid(), 2, 1, 1, now(), 'EUR'),"
            " (gen_random_uuid(), 3, 4, 1, now(), 'EUR')"
        )
    assert verify(closed) == ["unsealed", "unsealed"]
