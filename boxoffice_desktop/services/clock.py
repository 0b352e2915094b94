"""What time it is: the database's clock decides everything; the till's own is only compared with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class ClockReading:
    """The database's time, aware, in the venue's zone, and how far the till's clock is ahead of it."""

    database_now: datetime
    till_ahead: timedelta


def read_clock_difference(session: Session, context: Context) -> ClockReading:
    """Compare the till's clock with the database's; right to within the time that the question took.

    Needs nobody to be signed in.
    """
    zone, now = session.execute(
        select(Venue.time_zone, func.clock_timestamp()).where(Venue.venue_id == context.venue_id)
    ).one()
    return ClockReading(database_now=now.astimezone(ZoneInfo(zone)), till_ahead=context.now - now)
