"""The rules of selling that a venue sets itself. The database judges every hold and sale by them from the save on."""

from dataclasses import asdict, dataclass, fields
from datetime import time
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.edits import require_fields
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.edits import refuse_stale

# The same bounds as the venue's checks in the database.
_SHORTEST_HOLD_SECONDS: Final = 30
_LONGEST_HOLD_SECONDS: Final = 3600
_LONGEST_CAP_SECONDS: Final = 7200
_LARGEST_BASKET: Final = 100
_LONGEST_RESERVATION_MINUTES: Final = 1440
_LARGEST_RESERVATION: Final = 1000


@dataclass(frozen=True, kw_only=True)
class SellingRules:
    """What a venue decides about selling.

    Attributes:
        hold_seconds: how long a basket keeps its seats after the last activity.
        hold_cap_seconds: how long activity can keep them at most.
        basket_limit: how many seats one sale takes.
        day_ends_at: when the business day ends, local, to the minute.
        reservation_minutes: how long before the show the seats of a reservation that nobody collected go back.
        reservation_limit: how many seats one reservation keeps.
    """

    hold_seconds: int
    hold_cap_seconds: int
    basket_limit: int
    day_ends_at: time
    reservation_minutes: int
    reservation_limit: int


def get_selling_rules(session: Session, context: Context) -> SellingRules:
    """The rules as they are now.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    return _read(session, context)


def save_selling_rules(session: Session, context: Context, *, rules: SellingRules, read: SellingRules) -> SellingRules:
    """Store `rules` in the place of those that were `read`. Holds that exist keep the end they have.

    Raises:
        NotAllowedError: the signed-in person does not manage terminals.
        InvalidFieldsError: a value outside its bounds.
        StaleEditError: somebody else saved since; carries the `SellingRules` as they are now.
    """
    context.permit(Permission.MANAGE_TERMINALS)
    require_fields(_check(rules))
    current = _read(session, context, lock=True)
    if current != read:
        raise refuse_stale(session, "venue", context.venue_id, current)
    if current != rules:
        session.execute(update(Venue).where(Venue.venue_id == context.venue_id).values(asdict(rules)))
    return rules


def _check(rules: SellingRules) -> dict[str, str]:
    problems = {}
    if not _SHORTEST_HOLD_SECONDS <= rules.hold_seconds <= _LONGEST_HOLD_SECONDS:
        problems["hold_seconds"] = "From half a minute to 60 minutes."
    if not rules.hold_seconds <= rules.hold_cap_seconds <= _LONGEST_CAP_SECONDS:
        problems["hold_cap_seconds"] = "Not shorter than seats are kept, and 120 minutes at most."
    if not 1 <= rules.basket_limit <= _LARGEST_BASKET:
        problems["basket_limit"] = f"From 1 to {_LARGEST_BASKET} seats."
    if rules.day_ends_at != rules.day_ends_at.replace(second=0, microsecond=0, tzinfo=None):
        problems["day_ends_at"] = "A local time to the minute."
    if not 0 <= rules.reservation_minutes <= _LONGEST_RESERVATION_MINUTES:
        problems["reservation_minutes"] = "From 0 to 1440 minutes, a day."
    if not 1 <= rules.reservation_limit <= _LARGEST_RESERVATION:
        problems["reservation_limit"] = f"From 1 to {_LARGEST_RESERVATION} seats."
    return problems


def _read(session: Session, context: Context, *, lock: bool = False) -> SellingRules:
    columns = [getattr(Venue, rule.name) for rule in fields(SellingRules)]
    statement = select(*columns).where(Venue.venue_id == context.venue_id)
    # Rows that refer to the venue can be made meanwhile.
    row = session.execute(statement.with_for_update(key_share=True) if lock else statement).mappings().one_or_none()
    if row is None:
        raise NotFoundError("venue", context.venue_id)
    return SellingRules(**row)
