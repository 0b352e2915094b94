"""Where things are on the timeline: rows are halls of days, x is real time since the business day began.

A day on which clocks change has other hours than its neighbours from then on. The ruler above shows the ordinary ones;
such a day has a ruler of its own, in a band above its halls.
"""

from dataclasses import dataclass
from datetime import datetime

from boxoffice_desktop.domain.schedule import add_minutes, minutes_between
from boxoffice_desktop.services.schedule.reading import DayBounds, HallRow, Schedule, ShowBlock

STEP_MINUTES = 5
DAY_GAP = 10
BAND = 20
_HOUR = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A hall on a day. `top` is where it begins, in scene pixels."""

    index: int
    day: DayBounds
    hall: HallRow
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """A mark on a ruler: so many scene pixels from the left, and what the venue's clock shows there."""

    x: float
    moment: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """The ruler of a day on which clocks change, from the change on. `top` is in scene pixels; it is `BAND` high.

    `minutes` is how far the clocks go: forward is more than 0, back is less.
    """

    day: DayBounds
    top: float
    minutes: int
    hours: tuple[Hour, ...]


class Geometry:
    """The measures of one schedule at one zoom; scene pixels are device-independent pixels."""

    def __init__(self, schedule: Schedule, *, per_minute: float, row_height: int) -> None:
        self.schedule = schedule
        self.per_minute = per_minute
        self.row_height = row_height
        self.rows: list[Row] = []
        self.bands: list[Band] = []
        # A single day needs no other ruler than the one above; of several, an ordinary one is told there.
        ordinary = [day for day in schedule.days if not _shift_of(day)]
        self.ruler_day = ordinary[0] if ordinary else schedule.days[0]
        top = 0.0
        for place, day in enumerate(schedule.days):
            top += DAY_GAP if place else 0
            if day is not self.ruler_day and _shift_of(day):
                self.bands.append(self._make_band(day, top))
                top += BAND
            for hall in schedule.halls:
                self.rows.append(Row(index=len(self.rows), day=day, hall=hall, top=top))
                top += row_height
        self.height = top
        self.width = max(minutes_between(day.starts_at, day.ends_at) for day in schedule.days) * per_minute
        self._by_key = {(row.day.day, row.hall.hall_id): row for row in self.rows}

    def hours(self, day: DayBounds) -> tuple[Hour, ...]:
        """The marks of a day, an hour of real time apart: an hour that comes twice has two, a missing one none."""
        return tuple(
            Hour(x=minute * self.per_minute, moment=add_minutes(day.starts_at, minute))
            for minute in range(0, minutes_between(day.starts_at, day.ends_at), _HOUR)
        )

    def _make_band(self, day: DayBounds, top: float) -> Band:
        first = day.starts_at.utcoffset()
        hours = tuple(hour for hour in self.hours(day) if hour.moment.utcoffset() != first)
        return Band(day=day, top=top, minutes=_shift_of(day), hours=hours)

    def row_of(self, block: ShowBlock) -> Row | None:
        """The row a show stands in; None when its hall or day is not on the screen."""
        return self._by_key.get((block.day, block.hall_id))

    def row_at(self, y: float) -> Row | None:
        """The row at a height; beyond the ends the first or last, None without halls."""
        below = [row for row in self.rows if row.top <= y]
        return below[-1] if below else (self.rows[0] if self.rows else None)

    def next_row(self, row: Row, by: int) -> Row:
        """The row `by` halls further down on the same day; stays at the ends."""
        halls = len(self.schedule.halls)
        first = row.index // halls * halls
        return self.rows[min(max(row.index + by, first), first + halls - 1)]

    def x_of(self, row: Row, moment: datetime) -> float:
        """Where a moment is on a row."""
        return minutes_between(row.day.starts_at, moment) * self.per_minute

    def moment_at(self, row: Row, x: float) -> datetime:
        """The moment at x, on five minutes, within the row's day."""
        last = minutes_between(row.day.starts_at, row.day.ends_at) - STEP_MINUTES
        steps = round(x / self.per_minute / STEP_MINUTES)
        return add_minutes(row.day.starts_at, min(max(steps * STEP_MINUTES, 0), last))

    def block_at(self, x: float, y: float) -> ShowBlock | None:
        """The show at a place; live ones lie above cancelled ones."""
        row = self.row_at(y)
        if row is None or y >= row.top + self.row_height:
            return None
        found = None
        for block in self.schedule.blocks:
            if self.row_of(block) is row and self.x_of(row, block.span.starts_at) <= x < self.x_of(
                row, block.span.free_at
            ):
                if block.status != "cancelled":
                    return block
                found = block
        return found


def _shift_of(day: DayBounds) -> int:
    """By how many minutes the clocks go forward on a day; less than 0 for back, 0 on nearly all."""
    before, after = day.starts_at.utcoffset(), day.ends_at.utcoffset()
    return round((after - before).total_seconds() / 60) if before is not None and after is not None else 0
