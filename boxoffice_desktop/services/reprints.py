"""Printing a ticket again: with a reason, under a new code; the old code opens no door any more."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.cards import refuse_card_number
from boxoffice_desktop.domain.errors import InvalidInputError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import Context

REPRINT_ACT: Final = "reprint"
"""The act that a supervisor approves; its subject is the id of the reprint, its amount 0."""

_CODE_BYTES: Final = 16
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, kw_only=True)
class ReprintableTicket:
    """A ticket of a sale as somebody sees it who is to print it again.

    Attributes:
        starts_at: of the show, in the venue's zone.
        copies: how often it was printed, by the queue and again.
        is_valid: False when it was refunded, exchanged or voided.
    """

    ticket_id: int
    sale_id: UUID
    title: str
    starts_at: datetime
    seat_name: str
    ticket_type: str
    copies: int
    is_valid: bool


_TICKETS: Final = text(
    """
    SELECT t.ticket_id, t.sale_id, m.title, w.starts_at, v.time_zone, h.name AS hall_name, e.name AS seat_name,
           y.name AS ticket_type, t.voided_by IS NULL AS is_valid,
           1 + (SELECT count(*) FROM boxoffice.ticket_copy c WHERE c.ticket_id = t.ticket_id) AS copies
      FROM boxoffice.sale s
      JOIN boxoffice.terminal l ON l.terminal_id = s.terminal_id
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id
      JOIN boxoffice.ticket t ON t.sale_id = s.sale_id
      JOIN boxoffice.show w ON w.show_id = t.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.seat e ON e.seat_id = t.seat_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = t.ticket_type_id
     WHERE v.venue_id = :venue AND s.number = :number AND l.name = :terminal
     ORDER BY t.line
    """
)


def list_reprintable(
    session: Session, context: Context, *, terminal_name: str, sale_number: int
) -> tuple[ReprintableTicket, ...]:
    """The tickets of a sale of this venue, as its number and till stand on every one of them.

    Raises:
        NotFoundError: that till made no such sale.
    """
    values = {"venue": context.venue_id, "number": sale_number, "terminal": terminal_name}
    rows = session.execute(_TICKETS, values).all()
    if not rows:
        raise NotFoundError("sale", sale_number)
    return tuple(
        ReprintableTicket(
            ticket_id=row.ticket_id,
            sale_id=row.sale_id,
            title=row.title,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
            seat_name=f"{row.hall_name}: {row.seat_name}",
            ticket_type=row.ticket_type,
            copies=row.copies,
            is_valid=row.is_valid,
        )
        for row in rows
    )


def reprint_ticket(
    session: Session,
    context: Context,
    *,
    reprint_id: UUID,
    ticket_id: int,
    reason: str,
    approval_id: UUID | None = None,
) -> int:
    """Put another copy of a ticket into this till's print queue and end its old code; returns which copy it is.

    The till makes `reprint_id`: the same asked twice is one copy. `approval_id` is a supervisor's yes to the act
    `reprint` with `reprint_id` as its subject, for who lacks the permission.

    Raises:
        NotAllowedError: neither the permission nor an approval.
        InvalidInputError: no reason, or one that is too long or holds a card number.
        ConflictError: the ticket is not valid any more, or its sale is still in the print queue.
    """
    if approval_id is None:
        context.permit(Permission.REPRINT)
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        raise InvalidInputError("reason", f"A reason, of {_LONGEST_REASON} characters at most.")
    refuse_card_number("reason", words)
    return int(
        session.execute(
            text("SELECT boxoffice.reprint_ticket(:reprint, :ticket, :reason, :code, :approval)"),
            {
                "reprint": reprint_id,
                "ticket": ticket_id,
                "reason": words,
                "code": secrets.token_bytes(_CODE_BYTES),
                "approval": approval_id,
            },
        ).scalar_one()
    )
