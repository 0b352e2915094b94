"""Who changed what, when, before and after: reading what the database wrote."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_bounds
from boxoffice_desktop.domain.errors import NotAllowedError, NotSignedInError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import (
    Area,
    Audit,
    BrokenSeat,
    Hall,
    Movie,
    PriceList,
    PromotionCode,
    PromotionRow,
    Seat,
    Show,
    Staff,
    TaxRate,
    Terminal,
    TicketTypeRow,
    Venue,
)
from boxoffice_desktop.services.context import Context

PAGE: Final = 200
_Part = tuple[Any, Any]
_AREA: Final[_Part] = (Area.area_id, Area.name)
_BROKEN: Final[_Part] = (
    BrokenSeat.broken_seat_id,
    select(Seat.name).where(Seat.seat_id == BrokenSeat.seat_id).scalar_subquery(),
)
# By its promotion: the code itself is a secret.
_CODE: Final[_Part] = (
    PromotionCode.promotion_code_id,
    select(PromotionRow.name).where(PromotionRow.promotion_id == PromotionCode.promotion_id).scalar_subquery(),
)
_LIST: Final[_Part] = (PriceList.price_list_id, PriceList.name)
_MOVIE: Final[_Part] = (Movie.movie_id, Movie.title)
_PERSON: Final[_Part] = (Staff.staff_id, Staff.display_name)
_SHOW: Final[_Part] = (Show.show_id, Show.starts_at)
_TYPE: Final[_Part] = (TicketTypeRow.ticket_type_id, TicketTypeRow.name)
# What the parts of a table's key are called by.
_NAMED: Final[dict[str, tuple[_Part, ...]]] = {
    "venue": ((Venue.venue_id, Venue.name),),
    "area": (_AREA,),
    "broken_seat": (_BROKEN,),
    "hall": ((Hall.hall_id, Hall.name),),
    "seat": ((Seat.seat_id, Seat.name),),
    "movie": (_MOVIE,),
    "movie_poster": (_MOVIE,),
    "show": (_SHOW,),
    "show_price": (_SHOW, _AREA, _TYPE),
    "price_list": (_LIST,),
    "price": (_LIST, _AREA, _TYPE),
    "promotion": ((PromotionRow.promotion_id, PromotionRow.name),),
    "promotion_code": (_CODE,),
    "booking_fee": ((Venue.venue_id, Venue.name),),
    "tax_rate": ((TaxRate.tax_rate_id, TaxRate.name),),
    "ticket_type": (_TYPE,),
    "staff": (_PERSON,),
    "staff_permission": (_PERSON,),
    "staff_secret": (_PERSON,),
    "terminal": ((Terminal.terminal_id, Terminal.name),),
}


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which entries. None and empty mean any; days are business days of the venue, both included.

    `text` is looked for in what was there before and after, and in the row's key.
    """

    staff_id: int | None = None
    table: str = ""
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditChange:
    """One column of an entry; None where it was not there."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One changed row. `at` is in the venue's zone; `person` and `terminal` are empty for set-up and command line.

    `subject` is the name of what was changed where it has one, else its key.
    """

    audit_id: int
    at: datetime
    person: str
    terminal: str
    table: str
    subject: str
    operation: str
    changes: tuple[AuditChange, ...]


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """Entries, newest first; `next_before` continues below them, None at the end."""

    entries: tuple[AuditEntry, ...]
    next_before: int | None


def list_audit(
    session: Session, context: Context, *, query: AuditQuery, before: int | None = None, limit: int = PAGE
) -> AuditPage:
    """The entries that match, newest first, at most `limit`; below the entry `before` if given.

    Raises:
        NotAllowedError: the signed-in person neither views reports nor manages staff.
    """
    _permit(context)
    zone, day_ends_at = session.execute(
        select(Venue.time_zone, Venue.day_ends_at).where(Venue.venue_id == context.venue_id)
    ).one()
    conditions = _conditions(query, ZoneInfo(zone), day_ends_at)
    if before is not None:
        conditions.append(Audit.audit_id < before)
    rows = session.execute(
        select(Audit, Staff.display_name, Terminal.name)
        .outerjoin(Staff, Staff.staff_id == Audit.staff_id)
        .outerjoin(Terminal, Terminal.terminal_id == Audit.terminal_id)
        .where(*conditions)
        .order_by(Audit.audit_id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    names = _read_names(session, {(row[0].table_name, row[0].row_key) for row in shown}, ZoneInfo(zone))
    entries = tuple(_as_entry(row[0], row[1], row[2], names, ZoneInfo(zone)) for row in shown)
    return AuditPage(entries=entries, next_before=entries[-1].audit_id if len(rows) > limit else None)


def list_audit_people(session: Session, context: Context) -> tuple[tuple[int, str], ...]:
    """Id and name of everybody who may have changed something, for the filter."""
    _permit(context)
    rows = session.execute(select(Staff.staff_id, Staff.display_name).order_by(Staff.display_name))
    return tuple((row[0], row[1]) for row in rows)


def _permit(context: Context) -> None:
    if context.staff_id is None:
        raise NotSignedInError
    if not context.permissions & {Permission.VIEW_REPORTS, Permission.MANAGE_STAFF}:
        raise NotAllowedError(Permission.VIEW_REPORTS.value)


def _conditions(query: AuditQuery, zone: ZoneInfo, day_ends_at: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.staff_id is not None:
        conditions.append(Audit.staff_id == query.staff_id)
    if query.table:
        conditions.append(Audit.table_name == query.table)
    if query.first_day is not None:
        conditions.append(Audit.at >= business_day_bounds(query.first_day, zone, day_ends_at)[0])
    if query.last_day is not None:
        conditions.append(Audit.at < business_day_bounds(query.last_day, zone, day_ends_at)[1])
    if query.text.strip():
        wanted = query.text.strip()
        conditions.append(
            or_(
                cast(Audit.before, Text).icontains(wanted, autoescape=True),
                cast(Audit.after, Text).icontains(wanted, autoescape=True),
                Audit.row_key == wanted,
            )
        )
    return conditions


def _read_names(session: Session, rows: set[tuple[str, str]], zone: ZoneInfo) -> dict[tuple[str, str], str]:
    """What each row is called; a key of several parts by the names of its parts: a price's list, area and type."""
    names: dict[tuple[str, str], str] = {}
    for table, parts in _NAMED.items():
        keys = [row_key for found, row_key in rows if found == table]
        if not keys:
            continue
        known = [
            _names_of(session, part, {int(key.split(",")[place]) for key in keys}, zone)
            for place, part in enumerate(parts)
        ]
        for key in keys:
            words = (called.get(int(word)) for called, word in zip(known, key.split(","), strict=False))
            names[table, key] = " · ".join(word for word in words if word) or key
    return names


def _names_of(session: Session, part: _Part, keys: set[int], zone: ZoneInfo) -> dict[int, str]:
    if part is not _SHOW:
        return {row[0]: row[1] for row in session.execute(select(*part).where(part[0].in_(keys)))}
    rows = session.execute(
        select(Show.show_id, Movie.title, Show.starts_at)
        .join(Movie, Movie.movie_id == Show.movie_id)
        .where(Show.show_id.in_(keys))
    )
    return {row[0]: f"{row[1]} {row[2].astimezone(zone):%Y-%m-%d %H:%M}" for row in rows}


def _as_entry(
    entry: Audit, person: str | None, terminal: str | None, names: dict[tuple[str, str], str], zone: ZoneInfo
) -> AuditEntry:
    columns = sorted({*entry.before, *entry.after})
    return AuditEntry(
        audit_id=entry.audit_id,
        at=entry.at.astimezone(zone),
        person=person or "",
        terminal=terminal or "",
        table=entry.table_name,
        subject=names.get((entry.table_name, entry.row_key), entry.row_key),
        operation=entry.operation,
        changes=tuple(
            AuditChange(column=column, before=_say(entry.before, column), after=_say(entry.after, column))
            for column in columns
        ),
    )


def _say(values: dict[str, Any], column: str) -> str | None:
    if column not in values or values[column] is None:
        return None
    value = values[column]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
