"""Which price list applies to a show, and what tax is inside a price."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class RuleKind(StrEnum):
    """What a condition of a price list looks at."""

    WEEKDAY = "weekday"
    TIME = "time"
    DATE = "date"
    FORMAT = "format"
    FILM = "film"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleCheck:
    """One condition of a price list and whether a show meets it."""

    kind: RuleKind
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceRule:
    """When a price list holds. None means any.

    Attributes:
        weekdays: ISO numbers, of business days.
        from_time, to_time: clock times of the business day, `to_time` excluded: 20:00 to 02:00 passes midnight. One of
            them alone reaches to the business day's end, or from its begin.
        valid_from, valid_to: business days, both included.
    """

    price_list_id: int
    priority: int
    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    to_time: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    format: str | None = None
    movie_id: int | None = None

    def check(
        self, *, day: date, at: time, day_ends_at: time, show_format: str, movie_id: int
    ) -> tuple[RuleCheck, ...]:
        """The conditions that the list has, each with whether a show on the business day `day` at `at` meets it.

        `at` and `day_ends_at` are local: a show at 00:30 belongs to the evening before.
        """
        checks = []
        if self.weekdays is not None:
            checks.append(RuleCheck(kind=RuleKind.WEEKDAY, holds=day.isoweekday() in self.weekdays))
        if self.from_time is not None or self.to_time is not None:
            start = day_ends_at if self.from_time is None else self.from_time
            end = day_ends_at if self.to_time is None else self.to_time
            checks.append(RuleCheck(kind=RuleKind.TIME, holds=_is_between(at, start, end)))
        if self.valid_from is not None or self.valid_to is not None:
            holds = (self.valid_from is None or self.valid_from <= day) and (
                self.valid_to is None or day <= self.valid_to
            )
            checks.append(RuleCheck(kind=RuleKind.DATE, holds=holds))
        if self.format is not None:
            checks.append(RuleCheck(kind=RuleKind.FORMAT, holds=self.format == show_format))
        if self.movie_id is not None:
            checks.append(RuleCheck(kind=RuleKind.FILM, holds=self.movie_id == movie_id))
        return tuple(checks)

    def covers(self, *, day: date, at: time, day_ends_at: time, show_format: str, movie_id: int) -> bool:
        """Whether the list holds for a show on the business day `day` at the local time `at`."""
        checks = self.check(day=day, at=at, day_ends_at=day_ends_at, show_format=show_format, movie_id=movie_id)
        return all(check.holds for check in checks)


def find_applying_rule(
    rules: Iterable[PriceRule], *, day: date, at: time, day_ends_at: time, show_format: str, movie_id: int
) -> PriceRule | None:
    """The rule with the highest priority that covers the show; of equals the newest list. None when none does.

    `day` is the show's business day, `at` its local start.
    """
    fitting = [
        rule
        for rule in rules
        if rule.covers(day=day, at=at, day_ends_at=day_ends_at, show_format=show_format, movie_id=movie_id)
    ]
    return max(fitting, key=lambda rule: (rule.priority, rule.price_list_id), default=None)


def _is_between(at: time, start: time, end: time) -> bool:
    """Whether the clock shows `at` on its way from `start` to `end` (excluded); equal ends are a whole day."""
    if start < end:
        return start <= at < end
    return start <= at or at < end


def included_tax(amount: int, basis_points: int) -> int:
    """The tax inside `amount` at a rate of `basis_points`, in minor units, halves rounded away from zero.

    `amount` is gross and not negative: tax = amount x rate / (1 + rate).
    """
    base = 10_000 + basis_points
    return (amount * basis_points * 2 + base) // (base * 2)
