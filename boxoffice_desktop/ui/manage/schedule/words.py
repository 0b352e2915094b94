"""What the schedule says: statuses, refusals, reasons. Short, and always with what would help."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents.formatting import (
    format_date_long,
    format_date_plain,
    format_day_short,
    format_time,
)
from boxoffice_desktop.domain.errors import BoxOfficeError, InvalidInputError
from boxoffice_desktop.domain.schedule import (
    Clash,
    ClashKind,
    HallTakenError,
    ShowHasSalesError,
    ShowStatus,
    WrongStatusError,
)
from boxoffice_desktop.domain.week_plan import PlanConflict, PlanTrouble
from boxoffice_desktop.services.schedule.reading import ShowBlock

_CONTEXT = "Schedule"
translate = QCoreApplication.translate


def plain(title: str) -> str:
    """A title of any script, set apart so that a right-to-left one does not turn the sentence around it."""
    return f"\N{LEFT-TO-RIGHT MARK}\N{FIRST STRONG ISOLATE}{title}\N{POP DIRECTIONAL ISOLATE}"


def status_word(status: ShowStatus) -> str:
    """What a status is called."""
    return {
        ShowStatus.DRAFT: translate(_CONTEXT, "draft"),
        ShowStatus.ON_SALE: translate(_CONTEXT, "on sale"),
        ShowStatus.CLOSED: translate(_CONTEXT, "closed"),
        ShowStatus.CANCELLED: translate(_CONTEXT, "cancelled"),
    }[status]


class Words:
    """Sentences with times and days of a locale."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._times: dict[tuple[int, int], str] = {}

    @property
    def locale(self) -> str:
        """The locale, e.g. `en_GB`."""
        return self._locale

    def time(self, moment: datetime) -> str:
        """E.g. `20:15`. Kept, since a week says the same times hundreds of times."""
        key = moment.hour, moment.minute
        if key not in self._times:
            self._times[key] = format_time(moment, self._locale)
        return self._times[key]

    def day(self, day: date) -> str:
        """E.g. `Fri 20`."""
        return format_day_short(day, self._locale)

    def day_long(self, day: date) -> str:
        """E.g. `Friday 20 November 2026`."""
        return format_date_long(day, self._locale)

    def days(self, first: date, last: date) -> str:
        """E.g. `Mon 16 - Sun 22 November 2026`."""
        if first == last:
            return self.day_long(first)
        return f"{self.day(first)} \N{EN DASH} {self.day(last).split()[0]} {format_date_plain(last, self._locale)}"

    def when(self, block: ShowBlock) -> str:
        """Day and start, e.g. `Fri 20 20:15`."""
        return f"{self.day(block.day)} {self.time(block.span.starts_at)}"

    def times(self, block: ShowBlock) -> str:
        """From the first advertisement to the film's end."""
        return f"{self.time(block.span.starts_at)}\N{EN DASH}{self.time(block.span.ends_at)}"

    def clash(self, clash: Clash) -> str:
        """Which show is in the way and by how much."""
        values = {
            "title": plain(clash.other.title),
            "minutes": clash.minutes,
            "time": self.time(clash.other.span.starts_at),
        }
        if clash.kind is ClashKind.OVERLAP:
            return translate(_CONTEXT, "{title} ({time}) is in the hall then: {minutes} min overlap").format(**values)
        if clash.is_before:
            return translate(_CONTEXT, "Cleaning after {title} ({time}) would be {minutes} min short").format(**values)
        return translate(_CONTEXT, "Cleaning before {title} ({time}) would be {minutes} min short").format(**values)

    def describe(self, block: ShowBlock) -> str:
        """A show in one line, also for a screen reader."""
        facts = [
            self.day(block.day),
            self.times(block),
            block.hall_name,
            " ".join(each for each in (block.format, block.language) if each),
            status_word(block.status),
            translate(_CONTEXT, "advertising {minutes} min").format(minutes=block.advertising_minutes),
            translate(_CONTEXT, "break {minutes} min").format(minutes=block.pause_minutes),
            self.sales(block),
        ]
        return " · ".join(fact for fact in facts if fact)

    def sales(self, block: ShowBlock) -> str:
        """How many seats are sold and held; empty for drafts."""
        if block.status is ShowStatus.DRAFT:
            return ""
        sold = translate(_CONTEXT, "{sold} of {capacity} sold").format(sold=block.sold, capacity=block.capacity)
        held = translate(_CONTEXT, "{held} held").format(held=block.held) if block.held else ""
        return " · ".join(each for each in (sold, held) if each)

    def problem(self, error: BoxOfficeError) -> str:
        """Why something was refused."""
        if isinstance(error, HallTakenError):
            return self.clash(error.clash)
        if isinstance(error, ShowHasSalesError):
            if error.sold:
                return translate(
                    _CONTEXT, "{sold} tickets are sold: use Move with tickets… to see who would sit where"
                ).format(sold=error.sold)
            return translate(_CONTEXT, "{held} seats are being bought right now: try again in a few minutes").format(
                held=error.held
            )
        if isinstance(error, WrongStatusError):
            return translate(_CONTEXT, "The show is {status}").format(status=status_word(error.status))
        if isinstance(error, InvalidInputError) and error.field == "starts_at":
            return str(error)
        return str(error)

    def conflict(self, conflict: PlanConflict) -> str:
        """Why a wish found no place."""
        reasons = {
            PlanTrouble.NO_ROOM: translate(_CONTEXT, "no hall is free"),
            PlanTrouble.NO_SUCH_TIME: translate(_CONTEXT, "the clocks go forward: this time does not exist"),
            PlanTrouble.NOT_IN_PRIME: translate(_CONTEXT, "not in prime time"),
            PlanTrouble.TOO_CLOSE: translate(_CONTEXT, "too close to another start"),
            PlanTrouble.NO_HALL: translate(_CONTEXT, "no hall was chosen"),
            PlanTrouble.PAST: translate(_CONTEXT, "that time is over"),
        }
        if conflict.clash is not None:
            return self.clash(conflict.clash)
        return reasons[conflict.trouble]
