"""Single fields of an imported film: each function gives the value and what had to be mended to get it."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from boxoffice_desktop.domain.text_repair import repair_text

MAX_RUNNING_MINUTES = 600
# Roundhay Garden Scene, the oldest film there is.
FIRST_FILM_YEAR = 1888

_T = TypeVar("_T")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "september", "sept"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
# Only what can mean one day: a date like 03/04/2010 is not among them.
_DATE_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.? (?P<month>[a-z]{3,9})\.?,? (?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[t ][\d:.+z-]*)?",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
    )
)
_MINUTES = re.compile(r"(\d{1,9})(?:\.0+)? ?(?:min|mins|minutes|m|')?\.?", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2}) ?(?:h|:|hrs?) ?([0-5]?\d) ?(?:min|mins|minutes|m)?\.?", re.IGNORECASE)
# What lists write when a film has no certificate.
_NO_CERTIFICATE = frozenset({"not rated", "open", "unrated", "nr", "none", "n/a", "-"})


@dataclass(frozen=True, slots=True)
class Field(Generic[_T]):
    """A value and the mendings it took, in words for the report."""

    value: _T
    mendings: tuple[str, ...] = ()


def read_text(name: str, raw: object, longest: int) -> Field[str]:
    """A repaired text; missing gives an empty one, numbers their digits. What is no text or too long is dropped."""
    if raw is None:
        return Field("")
    if isinstance(raw, bool | list | dict):
        return Field("", (f"{name} was no text and was dropped",))
    repaired = repair_text(raw if isinstance(raw, str) else str(raw))
    notes = tuple(f"{name}: {note}" for note in repaired.mendings)
    if len(repaired.text) > longest:
        return Field("", (*notes, f"{name} was longer than {longest} characters and was dropped"))
    return Field(repaired.text, notes)


def read_certificate(raw: object) -> Field[str]:
    """A certificate as its text; "Not Rated", "Open" and the like are none."""
    text = read_text("certificate", raw, 40)
    return Field("", text.mendings) if text.value.casefold() in _NO_CERTIFICATE else text


def read_running_minutes(raw: object) -> Field[int | None]:
    """Minutes from 1 to 600; missing is None without a mending, anything else that cannot be used None with one."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Field(None)
    minutes = _minutes_of(raw)
    if minutes is None:
        return Field(None, (f"running time {_show(raw)} could not be read and was dropped",))
    if not 1 <= minutes <= MAX_RUNNING_MINUTES:
        return Field(None, (f"running time {_show(raw)} is impossible and was dropped",))
    if isinstance(raw, float) and raw != minutes:
        return Field(minutes, (f"running time {_show(raw)} was rounded to {minutes} minutes",))
    return Field(minutes)


def _minutes_of(raw: object) -> int | None:
    if isinstance(raw, str):
        return _minutes_in(raw.strip())
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    return math.ceil(raw) if isinstance(raw, float) and math.isfinite(raw) else None


def _minutes_in(text: str) -> int | None:
    if found := _MINUTES.fullmatch(text):
        return int(found[1])
    if found := _HOURS.fullmatch(text):
        return int(found[1]) * 60 + int(found[2])
    return None


def read_date(raw: object) -> Field[date | None]:
    """A release date as it is written; whether its century can be right is for the whole file to say.

    A year alone becomes its first of January. Missing is None without a mending.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Field(None)
    text = " ".join(raw.split()).casefold() if isinstance(raw, str) else ""
    if isinstance(raw, int) and not isinstance(raw, bool):
        text = str(raw)
    if re.fullmatch(r"\d{4}", text) and int(text) >= FIRST_FILM_YEAR:
        return Field(date(int(text), 1, 1), (f"release date is only the year {text}; its first of January was taken",))
    found = next((match for form in _DATE_FORMS if (match := form.fullmatch(text))), None)
    value = _date_of(found) if found else None
    if value is None:
        return Field(None, (f"release date {_show(raw)} could not be read and was dropped",))
    if value.year < FIRST_FILM_YEAR:
        return Field(None, (f"release date {_show(raw)} is older than film itself and was dropped",))
    return Field(value)


def _date_of(found: re.Match[str]) -> date | None:
    month = found["month"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month, 0)
    try:
        return date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None


def _show(raw: object) -> str:
    """A value as a report shows it: short and printable."""
    text = raw if isinstance(raw, str) else repr(raw)
    printable = "".join(c if c.isprintable() else "?" for c in text[:30])
    return f"'{printable}{'…' if len(text) > len(printable) else ''}'"
