"""The public schedule as an iCalendar file (RFC 5545): CRLF, lines of 75 octets at most, text escaped, times in UTC.

Times in UTC need no VTIMEZONE and are right on nights when clocks change; calendars show them in their own zone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_FOLD = 75
_PRODUCT = "-//Box Office Desktop//Schedule//EN"
# Line breaks become \n; other control characters have no place in a text (RFC 5545, 3.3.11).
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarShow:
    """One show as an appointment.

    Attributes:
        uid: the same for the same show for ever, so that a calendar that reads the file again moves it.
        starts_at, ends_at: aware; advertising and film, without cleaning.
        is_cancelled: the appointment is struck out instead of left out.
    """

    uid: str
    title: str
    location: str
    description: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False


def write_calendar(name: str, shows: Sequence[CalendarShow], *, made_at: datetime) -> bytes:
    """The file, in UTF-8. `made_at` is aware: the moment that the schedule was read."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
    ]
    for show in shows:
        lines += _write_show(show, made_at)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def escape(text: str) -> str:
    r"""A text value: `\`, `;` and `,` get a backslash before them, line breaks are written `\n`."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _CONTROLS.sub("", _BREAKS.sub(r"\\n", escaped))


def fold(line: str) -> bytes:
    """The line with its CRLF, broken where it would pass 75 octets; never inside a character of UTF-8."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        # A continued line begins with a space, which counts.
        if len(part) + len(octets) > _FOLD:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _write_show(show: CalendarShow, made_at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escape(show.uid)}",
        f"DTSTAMP:{_stamp(made_at)}",
        f"DTSTART:{_stamp(show.starts_at)}",
        f"DTEND:{_stamp(show.ends_at)}",
        f"SUMMARY:{escape(show.title)}",
        f"LOCATION:{escape(show.location)}",
        f"DESCRIPTION:{escape(show.description)}",
        f"STATUS:{'CANCELLED' if show.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
