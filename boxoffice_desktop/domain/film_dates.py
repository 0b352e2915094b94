"""Release dates in the wrong century: lists with two-digit years in their past have `Dec 15 2039` for 1939.

| date | rule |
|---|---|
| more than two years after today | certainly wrong: 100 years are taken off |
| beyond the list's own time | the list ended before: 100 years are taken off |
| still in the future, or before 1888 | dropped |

A list's own time ends three years after the year by which 99 % of its believable dates lie. It is known only for a
list of at least 100 dates of which at least one is certainly wrong: a list without certain mistakes may well hold one
new film among old ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boxoffice_desktop.domain.film_fields import FIRST_FILM_YEAR, Field

_YEARS_AHEAD = 2
_ENOUGH_DATES = 100
_BULK_PER_CENT = 99
_YEARS_AFTER_BULK = 3


@dataclass(frozen=True, slots=True)
class CenturyRule:
    """What one file's dates are judged by.

    Attributes:
        latest: the latest date that can be true at all.
        last_year: the last year of the file's own time, None when that cannot be known.
    """

    latest: date
    last_year: int | None

    def mend(self, value: date) -> Field[date | None]:
        """The date as it stands when it can be true, else in the century before, else None."""
        if value <= self.latest and (self.last_year is None or value.year <= self.last_year):
            return Field(value)
        earlier = shift_years(value, -100)
        if earlier.year >= FIRST_FILM_YEAR and earlier <= self.latest:
            return Field(earlier, (f"release date {value} was in the wrong century; {earlier} was taken",))
        return Field(None, (f"release date {value} is impossible and was dropped",))


def find_century_rule(dates: Sequence[date], today: date) -> CenturyRule:
    """Judge a whole file by its dates; see the module's table."""
    latest = shift_years(today, _YEARS_AHEAD)
    believable = sorted(value.year for value in dates if value <= latest)
    if len(believable) == len(dates) or len(believable) < _ENOUGH_DATES:
        return CenturyRule(latest, None)
    bulk = believable[(len(believable) - 1) * _BULK_PER_CENT // 100]
    return CenturyRule(latest, bulk + _YEARS_AFTER_BULK)


def shift_years(value: date, years: int) -> date:
    """The same day in another year; 29 February becomes the 28th where there is none, years stay within 1 to 9999."""
    year = min(max(value.year + years, 1), 9999)
    try:
        return value.replace(year=year)
    except ValueError:
        return value.replace(year=year, day=28)
