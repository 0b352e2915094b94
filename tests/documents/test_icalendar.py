"""The calendar file is read back by the rules of RFC 5545."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.documents.icalendar import CalendarShow, escape, fold, write_calendar

VIENNA = ZoneInfo("Europe/Vienna")
MADE_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def show(**changes: object) -> CalendarShow:
    values: dict[str, object] = {
        "uid": "show-1@boxoffice",
        "title": "Nosferatu",
        "location": "Hall 1, Rialto",
        "description": "",
        "starts_at": datetime(2026, 5, 8, 20, 15, tzinfo=VIENNA),
        "ends_at": datetime(2026, 5, 8, 22, 4, tzinfo=VIENNA),
    }
    return CalendarShow(**{**values, **changes})  # type: ignore[arg-type]  # a test's own words


def unfold(data: bytes) -> list[str]:
    """Content lines: a CRLF before a space is no end of a line."""
    text = data.replace(b"\r\n ", b"").decode()
    assert text.endswith("\r\n")
    return text.removesuffix("\r\n").split("\r\n")


def unescape(value: str) -> str:
    text, rest = "", iter(value)
    for character in rest:
        if character == "\\":
            following = next(rest)
            text += "\n" if following in "nN" else following
        else:
            text += character
    return text


def read(data: bytes) -> list[dict[str, str]]:
    events: list[dict[str, str]] = []
    for line in unfold(data):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and line != "END:VEVENT" and name != "END":
            events[-1][name] = value
    return events


def test_a_calendar_has_its_frame_and_every_show_what_the_standard_asks_for() -> None:
    lines = unfold(write_calendar("Rialto", [show()], made_at=MADE_AT))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Box Office Desktop//Schedule//EN"]
    assert lines[-1] == "END:VCALENDAR"
    (event,) = read(write_calendar("Rialto", [show()], made_at=MADE_AT))
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
    assert (event["DTSTAMP"], event["STATUS"]) == ("20260501T120000Z", "CONFIRMED")


def test_times_are_in_utc_on_both_sides_of_a_clock_change() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=VIENNA)
    (early,) = read(write_calendar("", [show(starts_at=first)], made_at=MADE_AT))
    (late,) = read(write_calendar("", [show(starts_at=first.replace(fold=1))], made_at=MADE_AT))
    assert (early["DTSTART"], late["DTSTART"]) == ("20261025T003000Z", "20261025T013000Z")


def test_a_cancelled_show_says_so() -> None:
    (event,) = read(write_calendar("", [show(is_cancelled=True)], made_at=MADE_AT))
    assert event["STATUS"] == "CANCELLED"


def test_marks_of_the_format_are_escaped_and_controls_left_out() -> None:
    assert escape("a,b;c\\d\r\ne\x00f\x1b") == "a\\,b\\;c\\\\d\\nef"


def test_a_title_cannot_smuggle_in_lines_of_its_own() -> None:
    data = write_calendar("", [show(title="x\r\nEND:VEVENT\r\nBEGIN:VEVENT")], made_at=MADE_AT)
    assert len(read(data)) == 1


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_every_title_comes_back_whole_from_lines_of_75_octets(title: str) -> None:
    data = write_calendar("", [show(title=title)], made_at=MADE_AT)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert all(line.decode() is not None for line in data.split(b"\r\n"))
    (event,) = read(data)
    assert unescape(event["SUMMARY"]) == title


def test_a_line_of_75_octets_is_not_folded_and_of_76_is() -> None:
    assert fold("x" * 75) == b"x" * 75 + b"\r\n"
    assert fold("x" * 76) == b"x" * 75 + b"\r\n x\r\n"
