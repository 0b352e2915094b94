"""The cinema's day: it ends in the small hours, not at midnight; and local times that exist once, twice or never."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from boxoffice_desktop.domain.errors import InvalidInputError


def business_day_of(moment: datetime, zone: ZoneInfo, day_ends_at: time) -> date:
    """The business day that an aware `moment` belongs to: before `day_ends_at` it is still yesterday's."""
    local = moment.astimezone(zone)
    return local.date() if local.time() >= day_ends_at else local.date() - timedelta(days=1)


def business_day_bounds(day: date, zone: ZoneInfo, day_ends_at: time) -> tuple[datetime, datetime]:
    """Start (included) and end (excluded) of a business day, aware; 23 or 25 hours apart when clocks change."""
    start = datetime.combine(day, day_ends_at, zone)
    return start, datetime.combine(day + timedelta(days=1), day_ends_at, zone)


def local_moment(day: date, at: time, zone: ZoneInfo, *, later: bool | None = None) -> datetime:
    """The aware moment of a local time.

    Args:
        day: the calendar day.
        at: the local time on it.
        zone: where.
        later: which of two moments is meant when the clocks go back; None when it has not been asked.

    Raises:
        InvalidInputError: the time does not exist (clocks go forward), or it exists twice and `later` is None.
    """
    first = datetime.combine(day, at, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise InvalidInputError("starts_at", "The clocks go forward then: this time does not exist.")
    if later is None:
        raise InvalidInputError("starts_at", "The clocks go back then: this time comes twice. Which one?")
    return second if later else first
