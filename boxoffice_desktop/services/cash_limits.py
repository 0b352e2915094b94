"""From which amounts on the database wants more of a cashier: an approval, or a reason. A venue sets them itself."""

from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.cash import MOST_CASH
from boxoffice_desktop.domain.edits import require_fields
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale


@dataclass(frozen=True, kw_only=True)
class CashLimits:
    """Minor units of the venue's currency.

    Attributes:
        pay_out_limit: a pay-out above it needs somebody who may approve.
        difference_limit: a count that is off by more needs a reason.
    """

    pay_out_limit: int
    difference_limit: int


def get_cash_limits(session: Session, context: Context) -> CashLimits:
    """The limits as they are now.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    return _read(session, context)


def save_cash_limits(session: Session, context: Context, *, limits: CashLimits, read: CashLimits) -> CashLimits:
    """Store `limits` in the place of those that were `read`; they hold from the next pay-out and closing on.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
        InvalidFieldsError: a limit below zero or too large.
        StaleEditError: somebody else saved since; carries the `CashLimits` as they are now.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    require_fields(
        {name: "From zero on." for name, value in asdict(limits).items() if not 0 <= value <= MOST_CASH},
    )
    current = _read(session, context, lock=True)
    if current != read:
        raise refuse_stale(session, "venue", context.venue_id, current)
    if current != limits:
        session.execute(update(Venue).where(Venue.venue_id == context.venue_id).values(asdict(limits)))
    return limits


def _read(session: Session, context: Context, *, lock: bool = False) -> CashLimits:
    statement = select(Venue.pay_out_limit, Venue.difference_limit).where(Venue.venue_id == context.venue_id)
    # Rows that refer to the venue can be made meanwhile.
    row = session.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()
    if row is None:
        raise NotFoundError("venue", context.venue_id)
    return CashLimits(pay_out_limit=row[0], difference_limit=row[1])
