"""What became of an act with cash whose answer got lost: opening and closing a shift, cash beside sales, owed cash.

Looked for, never sent again by itself: a pay-in of yesterday is not booked in today's shift, and a count of yesterday
closes nothing. Whoever did it is told, and does it again where it was not stored.
"""

from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.cash import CashAct, CashOrder, PayoutOrder, ShiftClosing, ShiftOpening, StoredAct
from boxoffice_desktop.domain.errors import ConflictError, NotStoredError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context

_AWAIT: Final = text(
    "SELECT boxoffice.await_acts(coalesce((SELECT s.terminal_id FROM boxoffice.shift s"
    " WHERE s.shift_id = :shift), :terminal))"
)
_OPENED: Final = text(
    """
    SELECT f.opened_at AS at, m.amount, f.number, 0 AS difference
      FROM boxoffice.shift f JOIN boxoffice.cash_movement m ON m.shift_id = f.shift_id AND m.movement_id = :float
     WHERE f.shift_id = :shift
    """
)
_MOVED: Final = text(
    "SELECT m.at, m.amount, 0 AS number, 0 AS difference FROM boxoffice.cash_movement m WHERE m.movement_id = :movement"
)
_CLOSED: Final = text(
    """
    SELECT z.closed_at AS at, z.counted_cash AS amount, z.number, z.counted_cash - z.expected_cash AS difference,
           EXISTS (SELECT FROM boxoffice.cash_movement m WHERE m.movement_id = :count) AS is_ours
      FROM boxoffice.z_report z WHERE z.shift_id = :shift
    """
)
_PAID: Final = text(
    "SELECT p.paid_at AS at, p.amount + p.rounding AS amount, 0 AS number, 0 AS difference"
    " FROM boxoffice.payout p WHERE p.payout_id = :payout"
)


def get_stored_act(session: Session, context: Context, *, act: CashAct) -> StoredAct:
    """What the database has of an act that was sent and not answered; decided for good, whatever it is.

    Raises:
        NotAllowedError: the signed-in person does not sell.
        BusyError: the act is still under way; ask again.
        NotStoredError: it was not stored and never will be.
        ConflictError: a shift that somebody else has closed.
    """
    context.permit(Permission.SELL)
    shift = act.shift_id if isinstance(act, ShiftClosing) else None
    # First this, then a statement of its own: only what began after the waiting sees what was waited for.
    session.execute(_AWAIT, {"shift": shift, "terminal": context.terminal_id})
    row = session.execute(*_question(act)).one_or_none()
    if row is None:
        raise NotStoredError("It was not stored.")
    if isinstance(act, ShiftClosing) and not row.is_ours:
        raise ConflictError("Somebody else has closed this shift.")
    return StoredAct(at=row.at, amount=row.amount, number=row.number, difference=row.difference)


def _question(act: CashAct) -> tuple[TextClause, dict[str, Any]]:
    match act:
        case ShiftOpening():
            return _OPENED, {"shift": act.shift_id, "float": act.float_id}
        case CashOrder():
            return _MOVED, {"movement": act.movement_id}
        case ShiftClosing():
            return _CLOSED, {"shift": act.shift_id, "count": act.count_id}
        case PayoutOrder():
            return _PAID, {"payout": act.payout_id}
