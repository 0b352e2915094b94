"""What happened to a seat of a show, and to a sale: who held, sold, printed, scanned and took back, where and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One thing that happened.

    Attributes:
        at: in the venue's zone.
        what: `held`, `released`, `sold`, `refunded`, `printed`, `reprinted`, `admitted`, `let_out`, `refund`, `void`,
            `exchange`, `cancellation` or `paid_out`.
        place, person: the terminal or door, and who it was; empty when nobody knows.
        detail: a number, a seat or a reason.
        sale_id: the sale it was about, if it was about one.
    """

    at: datetime
    what: str
    place: str
    person: str
    detail: str
    sale_id: UUID | None


# What happens to tickets; `n` are the tickets that are asked about.
_OF_TICKETS: Final = """
    SELECT c.at, 'reprinted' AS what, t.name AS place, p.display_name AS person,
           n.seat || ': ' || c.copy || ', ' || c.reason AS detail, n.sale_id
      FROM n JOIN boxoffice.ticket_copy c ON c.ticket_id = n.ticket_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = c.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = c.staff_id
     UNION ALL
    SELECT a.admitted_at, 'admitted', a.door, p.display_name, n.seat, n.sale_id
      FROM n JOIN boxoffice.admission a ON a.ticket_id = n.ticket_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = a.staff_id
     UNION ALL
    SELECT a.undone_at, 'let_out', a.door, p.display_name, n.seat, n.sale_id
      FROM n JOIN boxoffice.admission a ON a.ticket_id = n.ticket_id AND a.undone_at IS NOT NULL
      LEFT JOIN boxoffice.staff p ON p.staff_id = a.undone_by
     UNION ALL
    SELECT DISTINCT r.refunded_at, r.kind, t.name, p.display_name,
           concat_ws(', ', r.number, nullif(r.reason, '')), r.sale_id
      FROM n JOIN boxoffice.refund r ON r.refund_id = n.voided_by
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = r.staff_id
     UNION ALL
    SELECT DISTINCT o.paid_at, 'paid_out', t.name, p.display_name, '', r.sale_id
      FROM n JOIN boxoffice.refund r ON r.refund_id = n.voided_by
      JOIN boxoffice.payout o ON o.refund_id = r.refund_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = o.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = o.staff_id
     UNION ALL
    SELECT DISTINCT coalesce(j.changed_at, j.made_at), 'printed', t.name, p.display_name, j.printer, n.sale_id
      FROM n JOIN boxoffice.print_job j ON j.job_id = n.sale_id AND j.state = 'done'
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = j.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = j.staff_id
     UNION ALL
    SELECT DISTINCT s.sold_at, 'sold', t.name, p.display_name, s.number::text, s.sale_id
      FROM n JOIN boxoffice.sale s ON s.sale_id = n.sale_id
      LEFT JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = s.staff_id
"""
_SEAT: Final = text(
    f"""
    WITH n AS (
      SELECT k.ticket_id, k.sale_id, k.voided_by, e.name AS seat
        FROM boxoffice.ticket k JOIN boxoffice.seat e ON e.seat_id = k.seat_id
       WHERE k.show_id = :show AND k.seat_id = :seat)
    SELECT * FROM (
      {_OF_TICKETS}
       UNION ALL
      SELECT a.at, a.what, t.name, p.display_name, '', NULL
        FROM boxoffice.seat_activity a
        LEFT JOIN boxoffice.terminal t ON t.terminal_id = a.terminal_id
        LEFT JOIN boxoffice.staff p ON p.staff_id = a.staff_id
       WHERE a.show_id = :show AND :seat = ANY (a.seat_ids) AND a.what IN ('held', 'released')) h
     ORDER BY h.at DESC, h.what LIMIT 200
    """  # noqa: S608  put together from this module's own words
)
_SALE: Final = text(
    f"""
    WITH n AS (
      SELECT k.ticket_id, k.sale_id, k.voided_by, e.name AS seat
        FROM boxoffice.ticket k JOIN boxoffice.seat e ON e.seat_id = k.seat_id WHERE k.sale_id = :sale)
    SELECT * FROM ({_OF_TICKETS}) h ORDER BY h.at DESC, h.what LIMIT 200
    """  # noqa: S608  put together from this module's own words
)


def list_seat_history(session: Session, context: Context, *, show_id: int, seat_id: int) -> tuple[HistoryLine, ...]:
    """What happened to a seat of a show, newest first, at most 200 lines."""
    return _read(session, context, _SEAT, {"show": show_id, "seat": seat_id})


def list_sale_history(session: Session, context: Context, *, sale_id: UUID) -> tuple[HistoryLine, ...]:
    """What happened to a sale and its tickets, newest first, at most 200 lines."""
    return _read(session, context, _SALE, {"sale": sale_id})


def _read(session: Session, context: Context, statement: object, values: dict[str, object]) -> tuple[HistoryLine, ...]:
    context.permit(Permission.SELL)
    zone = ZoneInfo(session.execute(select(Venue.time_zone).where(Venue.venue_id == context.venue_id)).scalar_one())
    rows = session.connection().execute(statement, values)  # type: ignore[call-overload]  # one of this module's texts
    return tuple(
        HistoryLine(
            at=row.at.astimezone(zone),
            what=row.what,
            place=row.place or "",
            person=row.person or "",
            detail=row.detail or "",
            sale_id=row.sale_id,
        )
        for row in rows
    )
