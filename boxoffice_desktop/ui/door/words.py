"""What the door says, in a few words that can be read from two metres."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from boxoffice_desktop.documents.formatting import format_date_long, format_time
from boxoffice_desktop.domain.admission import Judgement, Outcome
from boxoffice_desktop.services.door.admissions import DoorShow


class Tone(StrEnum):
    """How an answer looks; each has a colour, a shape and a word of its own."""

    IN = "in"
    STOP = "stop"
    ASK = "ask"
    IDLE = "idle"


@dataclass(frozen=True, kw_only=True)
class Saying:
    """An answer in words: what to do, why, and what ticket it is."""

    tone: Tone
    headline: str
    why: str = ""
    ticket: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("DoorWords", text)


def idle() -> Saying:
    return Saying(tone=Tone.IDLE, headline=_tr("Scan a ticket"), why=_tr("Or type the code under it and press Enter."))


def checking() -> Saying:
    return Saying(tone=Tone.IDLE, headline=_tr("Checking…"))


def try_again(reason: str) -> Saying:
    """The scan was not judged, and may be tried again."""
    return Saying(tone=Tone.ASK, headline=_tr("Scan again"), why=reason)


def say(answer: Judgement, locale: str) -> Saying:
    """What to show for a judgement."""
    if answer.outcome is Outcome.ADMITTED:
        alone = _tr("Checked without the server.") if answer.offline else ""
        return Saying(tone=Tone.IN, headline=_tr("Let in"), why=alone, ticket=describe_ticket(answer, locale))
    tone = Tone.ASK if answer.outcome is Outcome.UNCHECKED else Tone.STOP
    headline, why = _refusal(answer, locale)
    return Saying(tone=tone, headline=headline, why=why, ticket=describe_ticket(answer, locale))


def describe_ticket(answer: Judgement, locale: str) -> str:
    """Seat, type, film, time and hall; empty when the ticket is not known."""
    when = format_time(answer.starts_at, locale) if answer.starts_at else ""
    kind = {
        "wheelchair": _tr("wheelchair place"),
        "companion": _tr("companion seat"),
        "love_seat": _tr("love seat"),
    }.get(answer.seat_kind, "")
    first = " · ".join(part for part in (answer.seat_name, kind, answer.ticket_type) if part)
    second = " · ".join(part for part in (answer.title, when, answer.hall_name) if part)
    return "\n".join(part for part in (first, second) if part)


def describe_line(answer: Judgement, locale: str) -> str:
    """One line of the list of scans."""
    headline = _tr("In") if answer.outcome is Outcome.ADMITTED else _refusal(answer, locale)[0]
    at = format_time(answer.since, locale) if answer.since and answer.outcome is Outcome.ADMITTED else ""
    return " · ".join(part for part in (at, headline, answer.seat_name, answer.title) if part)


def describe_conflict(answer: Judgement, locale: str) -> str:
    """Somebody whom a door let in by itself, and why the server would not have."""
    why = {
        Outcome.ALREADY_IN: _tr("was in already: two people on one ticket"),
        Outcome.VOIDED: _tr("the ticket had been refunded"),
        Outcome.REPLACED: _tr("the ticket had been replaced by a reprint"),
    }.get(answer.outcome, _tr("no such ticket: it may be forged"))
    at = format_time(answer.since, locale) if answer.since else ""
    what = " · ".join(part for part in (at, answer.seat_name, answer.title) if part)
    where = f"{answer.place}, {answer.person}" if answer.person else answer.place
    return f"{what}: {why} ({where})"


def name_place(show: DoorShow | None, hall_name: str, locale: str) -> str:
    """What the choice of a door's place says."""
    if show is not None:
        return f"{format_time(show.starts_at, locale)} {show.title} · {show.hall_name}"
    return _tr("{hall}: shows that are not over").format(hall=hall_name) if hall_name else _tr("Any show today")


def name_door(place: str, terminal: str) -> str:
    """What other doors are told when they ask where somebody went in."""
    return f"{terminal} · {place}" if place else terminal


def _refusal(answer: Judgement, locale: str) -> tuple[str, str]:
    """Headline and reason of everything but an admission."""
    when = format_time(answer.starts_at, locale) if answer.starts_at else ""
    outcome = answer.outcome
    if outcome is Outcome.ALREADY_IN:
        return _tr("Already in"), _already(answer, locale)
    if outcome is Outcome.VOIDED:
        return _voided(answer, locale)
    if outcome is Outcome.WRONG_DAY:
        day = format_date_long(answer.starts_at.date(), locale) if answer.starts_at else ""
        return _tr("Another day"), _tr("This ticket is for {day}, {time}.").format(day=day, time=when)
    return {
        Outcome.WRONG_HALL: (_tr("Wrong hall"), _tr("This ticket is for {hall}.").format(hall=answer.hall_name)),
        Outcome.WRONG_SHOW: (
            _tr("Wrong show"),
            _tr("This ticket is for {title} at {time}.").format(title=answer.title, time=when),
        ),
        Outcome.SHOW_OVER: (_tr("Show is over"), _tr("It began at {time}.").format(time=when)),
        Outcome.CANCELLED: (_tr("Show cancelled"), _tr("The box office gives the money back.")),
        Outcome.REPLACED: (_tr("Replaced"), _replaced(answer, locale)),
        Outcome.UNCHECKED: (
            _tr("Cannot be checked now"),
            _tr("Without the server only the QR code of a ticket for today can be checked. Ask the box office."),
        ),
    }.get(outcome, (_tr("No ticket"), _tr("Nobody has sold a ticket with this code. Check what you typed.")))


def _already(answer: Judgement, locale: str) -> str:
    if answer.since is None:
        return _tr("Before the server went away.")
    at = format_time(answer.since, locale)
    return _tr("At {time}: {door}.").format(time=at, door=_where(answer))


def _voided(answer: Judgement, locale: str) -> tuple[str, str]:
    headline = {
        "exchange": _tr("Exchanged"),
        "void": _tr("Sale taken back"),
        "cancellation": _tr("Show cancelled"),
    }.get(answer.detail, _tr("Refunded"))
    if answer.since is None:
        return headline, _tr("The ticket is not valid any more.")
    return headline, _tr("{when}: {where}.").format(when=_moment(answer.since, locale), where=_where(answer))


def _replaced(answer: Judgement, locale: str) -> str:
    if answer.since is None:
        return _tr("A reprint took its place. Only the newest copy is good.")
    words = _tr("Printed again {when}: {where}. Only copy {copy} is good.")
    return words.format(when=_moment(answer.since, locale), where=_where(answer), copy=answer.detail)


def _where(answer: Judgement) -> str:
    return ", ".join(part for part in (answer.place, answer.person) if part)


def _moment(at: datetime, locale: str) -> str:
    return f"{format_date_long(at.date(), locale)}, {format_time(at, locale)}"
