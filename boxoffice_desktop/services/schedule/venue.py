"""What the schedule asks of its venue: zone, business day, clock."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_bounds, business_day_of
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class VenueTime:
    """The venue's zone and end of day; `now` is the database's clock. Never the machine's own zone."""

    zone: ZoneInfo
    day_ends_at: time
    now: datetime

    def day_of(self, moment: datetime) -> date:
        """The business day of a moment."""
        return business_day_of(moment, self.zone, self.day_ends_at)

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Start and end of a business day, in the venue's zone."""
        return business_day_bounds(day, self.zone, self.day_ends_at)


def read_venue_time(session: Session, context: Context) -> VenueTime:
    """The venue's time, one query."""
    zone, day_ends_at, now = session.execute(
        select(Venue.time_zone, Venue.day_ends_at, func.clock_timestamp()).where(Venue.venue_id == context.venue_id)
    ).one()
    return VenueTime(zone=ZoneInfo(zone), day_ends_at=day_ends_at, now=now)
