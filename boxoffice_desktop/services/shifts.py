"""A cashier's time at a till: opening with a counted float, cash beside sales, closing with a blind count.

The till makes every id, so that the same act sent twice is one. The database's functions do each act whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.cards import CARD_REFUSED, holds_card_number
from boxoffice_desktop.domain.cash import (
    LONGEST_REASON,
    CashKind,
    CashOrder,
    ShiftClosing,
    ShiftOpening,
    check_cash_order,
    count_cash,
)
from boxoffice_desktop.domain.edits import require_fields
from boxoffice_desktop.domain.errors import ConflictError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context

PAY_OUT_ACT: Final = "pay_out"
"""What the approval of a pay-out above the venue's limit is for; its subject is the movement's id."""

_SHIFT: Final = """
    SELECT f.shift_id, f.number, f.terminal_id, t.name AS terminal_name, f.opened_at, w.display_name AS opened_by,
           f.currency, v.time_zone, v.day_ends_at, clock_timestamp() AS right_now,
           t.revoked_at IS NOT NULL AS is_revoked,
           coalesce((SELECT m.amount FROM boxoffice.cash_movement m
                      WHERE m.shift_id = f.shift_id AND m.kind = 'float'), 0) AS opening
      FROM boxoffice.terminal_chain c
      JOIN boxoffice.shift f ON f.shift_id = c.shift_id
      JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id
      JOIN boxoffice.venue v ON v.venue_id = t.venue_id
      JOIN boxoffice.staff w ON w.staff_id = f.opened_by
"""
_SHIFT_HERE: Final = text(_SHIFT + " WHERE c.terminal_id = :terminal")
_SHIFTS_OF_VENUE: Final = text(_SHIFT + " WHERE t.venue_id = :venue ORDER BY f.opened_at, f.shift_id")
_SHIFT_WITH_ID: Final = text("SELECT s.terminal_id FROM boxoffice.shift s WHERE s.shift_id = :shift")
_RECORD: Final = text(
    "SELECT boxoffice.record_cash(:movement, :kind, :amount, :reason, :approval, CAST(:denominations AS bigint[]),"
    " CAST(:pieces AS integer[]))"
)
_MOVEMENTS: Final = text(
    """
    SELECT m.movement_id, m.kind, m.at, m.amount, m.reason, w.display_name AS staff_name, v.time_zone
      FROM boxoffice.cash_movement m
      JOIN boxoffice.staff w ON w.staff_id = m.staff_id
      JOIN boxoffice.venue v ON v.venue_id = :venue
     WHERE m.shift_id = :shift AND m.terminal_id = :terminal
     ORDER BY m.at DESC, m.movement_id
    """
)


@dataclass(frozen=True, kw_only=True)
class OpenShift:
    """A shift that is open.

    Attributes:
        opened_at: aware, in the venue's zone.
        opening: the float, minor units.
        is_old: it was opened on an earlier business day and nobody has closed it.
        is_revoked: its terminal was taken out of service.
    """

    shift_id: UUID
    number: int
    terminal_id: int
    terminal_name: str
    opened_at: datetime
    opened_by: str
    opening: int
    is_old: bool
    is_revoked: bool = False


@dataclass(frozen=True, kw_only=True)
class MovementLine:
    """Cash that moved beside sales; `amount` in minor units, never negative, `at` in the venue's zone."""

    movement_id: UUID
    kind: CashKind
    at: datetime
    amount: int
    reason: str
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class ShiftView:
    """The till's own shift as its page shows it: None when none is open; movements newest first."""

    shift: OpenShift | None
    movements: tuple[MovementLine, ...]


@dataclass(frozen=True, kw_only=True)
class ClosedShift:
    """What became of a closed shift; minor units."""

    shift_id: UUID
    number: int
    expected: int
    counted: int
    reason: str

    @property
    def difference(self) -> int:
        """What is missing (negative) or too much."""
        return self.counted - self.expected


def get_shift_view(session: Session, context: Context) -> ShiftView:
    """The open shift of this till and the cash that moved in it.

    Raises:
        NotAllowedError: the signed-in person does not sell.
    """
    context.permit(Permission.SELL)
    shift = find_open_shift(session, context)
    values = {
        "shift": None if shift is None else shift.shift_id,
        "terminal": context.terminal_id,
        "venue": context.venue_id,
    }
    movements = tuple(
        MovementLine(
            movement_id=row.movement_id,
            kind=CashKind(row.kind),
            at=row.at.astimezone(ZoneInfo(row.time_zone)),
            amount=row.amount,
            reason=row.reason,
            staff_name=row.staff_name,
        )
        for row in session.execute(_MOVEMENTS, values)
    )
    return ShiftView(shift=shift, movements=movements)


def find_open_shift(session: Session, context: Context) -> OpenShift | None:
    """The shift that is open at this till, whoever opened it; None when none is."""
    row = session.execute(_SHIFT_HERE, {"terminal": context.terminal_id}).one_or_none()
    return None if row is None else _read_shift(row)


def list_open_shifts(session: Session, context: Context) -> tuple[OpenShift, ...]:
    """Every shift of the venue that is open, oldest first, those of revoked terminals too.

    Raises:
        NotAllowedError: the signed-in person does not manage shifts.
    """
    context.permit(Permission.MANAGE_SHIFTS)
    return tuple(_read_shift(row) for row in session.execute(_SHIFTS_OF_VENUE, {"venue": context.venue_id}))


def open_shift(session: Session, context: Context, *, opening: ShiftOpening) -> OpenShift:
    """Open a shift at this till with a counted float; the same opening again answers with the same shift.

    Raises:
        NotAllowedError: the signed-in person does not sell.
        InvalidFieldsError: pieces that cannot be.
        ConflictError: another shift is open here; or this one was opened and is closed already.
    """
    context.permit(Permission.SELL)
    total = count_cash(opening.pieces)
    stored = session.execute(_SHIFT_WITH_ID, {"shift": opening.shift_id}).one_or_none()
    if stored is None:
        session.execute(text("INSERT INTO boxoffice.shift (shift_id) VALUES (:shift)"), {"shift": opening.shift_id})
    shift = find_open_shift(session, context)
    if shift is None or shift.shift_id != opening.shift_id:
        raise ConflictError("This shift was closed already.")
    _record(session, opening.float_id, CashKind.FLOAT, total, pieces=opening.pieces)
    return find_open_shift(session, context) or shift


def record_cash(session: Session, context: Context, *, order: CashOrder) -> ShiftView:
    """Move cash in the open shift of this till, once; answers with the shift as it is then.

    Raises:
        NotAllowedError: the signed-in person does not sell; or, with the permission `approve`, the pay-out is above the
            venue's limit and has no approval.
        InvalidFieldsError: an amount or a reason that cannot be.
        ShiftClosedError: no shift is open here.
        ConflictError: the id belongs to another movement.
    """
    context.permit(Permission.SELL)
    check_cash_order(order)
    if order.kind in {CashKind.FLOAT, CashKind.COUNT}:
        raise ConflictError("A float or a count belongs to the opening or the closing of a shift.")
    _record(session, order.movement_id, order.kind, order.amount, order.reason.strip(), order.approval_id)
    return get_shift_view(session, context)


def close_shift(session: Session, context: Context, *, closing: ShiftClosing) -> ClosedShift:
    """Close a shift with what was counted; the same shift again answers with what it had come to.

    Raises:
        NotAllowedError: the shift is another till's and the signed-in person does not manage shifts, or does not sell.
        InvalidFieldsError: pieces that cannot be, a reason that is too long.
        DifferenceReasonNeededError: the count is off by more than the venue's limit and nobody says why.
        NotFoundError: there is no such shift.
        ConflictError: it is not the open shift of its terminal.
    """
    count_cash(closing.pieces)
    if len(closing.reason.strip()) > LONGEST_REASON:
        require_fields({"reason": f"{LONGEST_REASON} letters at most."})
    if holds_card_number(closing.reason):
        require_fields({"reason": CARD_REFUSED})
    stored = session.execute(_SHIFT_WITH_ID, {"shift": closing.shift_id}).one_or_none()
    if stored is None:
        raise NotFoundError("shift", closing.shift_id)
    context.permit(Permission.SELL if stored.terminal_id == context.terminal_id else Permission.MANAGE_SHIFTS)
    session.execute(
        text(
            "SELECT boxoffice.close_shift(:shift, :count, CAST(:denominations AS bigint[]), CAST(:pieces AS integer[]),"
            " :reason)"
        ),
        {
            "shift": closing.shift_id,
            "count": closing.count_id,
            "reason": closing.reason.strip(),
            **_arrays(closing.pieces),
        },
    )
    row = session.execute(
        text(
            "SELECT z.number, z.expected_cash, z.counted_cash, z.reason FROM boxoffice.z_report z"
            " WHERE z.shift_id = :shift"
        ),
        {"shift": closing.shift_id},
    ).one()
    return ClosedShift(
        shift_id=closing.shift_id,
        number=row.number,
        expected=row.expected_cash,
        counted=row.counted_cash,
        reason=row.reason,
    )


def _record(
    session: Session,
    movement_id: UUID,
    kind: CashKind,
    amount: int,
    reason: str = "",
    approval_id: UUID | None = None,
    pieces: Iterable[tuple[int, int]] = (),
) -> None:
    session.execute(
        _RECORD,
        {
            "movement": movement_id,
            "kind": kind.value,
            "amount": amount,
            "reason": reason,
            "approval": approval_id,
            **_arrays(pieces),
        },
    )


def _arrays(pieces: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
    there = [(denomination, number) for denomination, number in pieces if number]
    return {"denominations": [each[0] for each in there], "pieces": [each[1] for each in there]}


def _read_shift(row: Any) -> OpenShift:
    zone = ZoneInfo(row.time_zone)
    opened_on = business_day_of(row.opened_at, zone, row.day_ends_at)
    return OpenShift(
        shift_id=row.shift_id,
        number=row.number,
        terminal_id=row.terminal_id,
        terminal_name=row.terminal_name,
        opened_at=row.opened_at.astimezone(zone),
        opened_by=row.opened_by,
        opening=row.opening,
        is_old=opened_on < business_day_of(row.right_now, zone, row.day_ends_at),
        is_revoked=row.is_revoked,
    )
