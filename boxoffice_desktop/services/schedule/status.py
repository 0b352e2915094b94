"""Draft, on sale, closed, cancelled: what may be sold, at once on every till, and what has to be paid back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.schedule import NEXT_STATUSES, ShowStatus, WrongStatusError
from boxoffice_desktop.models import Show
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.programme import put_on_sale
from boxoffice_desktop.services.schedule.locking import ShowStamp, lock_show, require_no_sales, withdraw_row
from boxoffice_desktop.services.schedule.reading import ShowBlock, read_block


@dataclass(frozen=True, kw_only=True)
class RefusedStatus:
    """A show that stayed as it was, and why."""

    block: ShowBlock | None
    show_id: int
    problem: BoxOfficeError


@dataclass(frozen=True, kw_only=True)
class StatusReport:
    """What became of several shows: each changed whole or stayed as it was."""

    changed: tuple[ShowBlock, ...]
    refused: tuple[RefusedStatus, ...]


@dataclass(frozen=True, kw_only=True)
class DueRefund:
    """A cancelled show with tickets that still have to be paid back."""

    block: ShowBlock
    sales: int
    tickets: int
    amount: int


def change_status(
    session: Session, context: Context, *, stamps: Sequence[ShowStamp], status: ShowStatus
) -> StatusReport:
    """Put shows on sale, close, reopen or cancel them, or take unsold ones off sale, each for itself.

    Whatever is asked for, no till sells a show any more from the moment that this is committed unless it is on sale.
    A show that is already so is counted as changed.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    changed: list[ShowBlock] = []
    refused: list[RefusedStatus] = []
    for stamp in sorted(stamps, key=lambda each: each.show_id):
        try:
            with session.begin_nested():
                changed.append(_change_one(session, context, stamp, status))
        except BoxOfficeError as problem:
            refused.append(
                RefusedStatus(block=_find_block(session, context, stamp), show_id=stamp.show_id, problem=problem)
            )
    for block in changed:
        add_hint(session, block.show_id, ())
    return StatusReport(changed=tuple(changed), refused=tuple(refused))


def list_due_refunds(session: Session, context: Context) -> tuple[DueRefund, ...]:
    """Cancelled shows whose tickets have not all been paid back yet, the oldest first."""
    context.permit(Permission.MANAGE_SCHEDULE)
    rows = session.connection().execute(_DUE, {"venue": context.venue_id}).all()
    return tuple(
        DueRefund(
            block=read_block(session, context, show_id=row.show_id),
            sales=row.sales,
            tickets=row.tickets,
            amount=row.amount,
        )
        for row in rows
    )


_DUE: Final = text(
    """
    SELECT s.show_id, count(DISTINCT k.sale_id) AS sales, count(*) AS tickets, CAST(sum(v.amount) AS bigint) AS amount
      FROM boxoffice.show s
      JOIN boxoffice.hall h ON h.hall_id = s.hall_id AND h.venue_id = :venue
      JOIN boxoffice.ticket k ON k.show_id = s.show_id AND k.voided_by IS NULL
      JOIN LATERAL boxoffice.ticket_values(k.sale_id, true) v ON v.ticket_id = k.ticket_id
     WHERE s.status = 'cancelled'
     GROUP BY s.show_id ORDER BY s.starts_at, s.show_id
    """
)


def _change_one(session: Session, context: Context, stamp: ShowStamp, status: ShowStatus) -> ShowBlock:
    block = lock_show(session, context, show_id=stamp.show_id, version=stamp.version)
    if block.status is status:
        return block
    if status not in NEXT_STATUSES[block.status]:
        raise WrongStatusError(block.status)
    _STEPS[status](session, context, block)
    return read_block(session, context, show_id=stamp.show_id)


def _open(session: Session, context: Context, block: ShowBlock) -> None:
    if block.status is ShowStatus.DRAFT:
        put_on_sale(session, context, show_ids=(block.show_id,))
    else:
        _set(session, block, ShowStatus.ON_SALE)


def _close(session: Session, _context: Context, block: ShowBlock) -> None:
    _set(session, block, ShowStatus.CLOSED)


def _cancel(session: Session, _context: Context, block: ShowBlock) -> None:
    _set(session, block, ShowStatus.CANCELLED)


def _withdraw(session: Session, _context: Context, block: ShowBlock) -> None:
    require_no_sales(session, block)
    withdraw_row(session, block.show_id)


def _set(session: Session, block: ShowBlock, status: ShowStatus) -> None:
    session.execute(update(Show).where(Show.show_id == block.show_id).values(status=status.value))


_STEPS: Final[dict[ShowStatus, Callable[[Session, Context, ShowBlock], None]]] = {
    ShowStatus.ON_SALE: _open,
    ShowStatus.CLOSED: _close,
    ShowStatus.CANCELLED: _cancel,
    ShowStatus.DRAFT: _withdraw,
}


def _find_block(session: Session, context: Context, stamp: ShowStamp) -> ShowBlock | None:
    try:
        return read_block(session, context, show_id=stamp.show_id)
    except BoxOfficeError:
        return None
