"""What goes on the tickets of a stored sale."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.ticket import TicketPage
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.domain.ticket_codes import SignedFacts
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.venue_paper import read_paper

_PAGES = text(
    """
    SELECT v.name AS venue_name, v.time_zone, v.locale, m.title, m.latin_title, m.certificate, w.format, w.language,
           w.starts_at, h.name AS hall_name, e.zone, e.row_label, e.number, e.name AS seat_name, e.kind,
           t.show_id, t.seat_id, a.name AS area_name, y.name AS ticket_type,
           t.amount + d.amount AS amount, t.tax + d.tax AS tax, x.name AS tax_label,
           s.currency, t.serial, s.number AS sale_number, l.name AS terminal_name, s.sold_at, j.hash, c.code, c.copy
      FROM boxoffice.sale s
      JOIN boxoffice.ticket t ON t.sale_id = s.sale_id
      JOIN boxoffice.printable_codes(:sale) c ON c.line = t.line
      JOIN boxoffice.journal j ON j.sale_id = s.sale_id AND j.kind = 'sale'
      JOIN boxoffice.terminal l ON l.terminal_id = s.terminal_id
      JOIN boxoffice.show w ON w.show_id = t.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.venue v ON v.venue_id = h.venue_id
      JOIN boxoffice.seat e ON e.seat_id = t.seat_id
      JOIN boxoffice.area a ON a.area_id = t.area_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = t.ticket_type_id
      JOIN boxoffice.tax_rate x ON x.tax_rate_id = t.tax_rate_id
      -- What was paid for the seat: its discounts taken off; the booking fee is no part of it.
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(q.amount), 0)::bigint AS amount, coalesce(sum(q.tax), 0)::bigint AS tax
          FROM boxoffice.adjustment q
         WHERE q.sale_id = t.sale_id AND q.ticket_line = t.line AND q.kind <> 'fee') d
     WHERE s.sale_id = :sale AND t.voided_by IS NULL
       AND (CAST(:job AS uuid) IS NULL OR CAST(:job AS uuid) = s.sale_id
            OR t.ticket_id IN (SELECT r.ticket_id FROM boxoffice.ticket_copy r WHERE r.reprint_id = CAST(:job AS uuid)))
     ORDER BY t.line
    """
)


def list_ticket_pages(
    session: Session, context: Context, *, sale_id: UUID, job_id: UUID | None = None
) -> tuple[TicketPage, ...]:
    """The valid tickets of a sale in the order of its lines, for the till that made it, or that prints it in its place.

    Each with the code of its newest copy. With the `job_id` of a reprint only the ticket that was printed again.

    Raises:
        NotFoundError: no such sale at this terminal, or no ticket of it is valid.
    """
    rows = session.execute(_PAGES, {"sale": sale_id, "job": job_id}).all()
    if not rows:
        raise NotFoundError("sale", sale_id)
    key_id = context.signer.find_key_id(session) if context.signer is not None else None
    logo = read_paper(session, context.venue_id).logo
    return tuple(
        TicketPage(
            venue_name=row.venue_name,
            movie_title=row.title,
            latin_title=row.latin_title,
            certificate=row.certificate,
            format=row.format,
            language=row.language,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.time_zone)),
            hall_name=row.hall_name,
            # The zone goes on paper where it is part of the seat's name: in halls that have several.
            zone=row.zone if row.zone and row.seat_name.startswith(f"{row.zone} ") else "",
            row_label=row.row_label,
            seat_number=row.number,
            seat_kind=SeatKind(row.kind),
            area_name=row.area_name,
            ticket_type=row.ticket_type,
            amount=row.amount,
            tax=row.tax,
            tax_label=row.tax_label,
            currency=row.currency,
            locale=row.locale,
            serial=row.serial,
            sale_number=row.sale_number,
            terminal_name=row.terminal_name,
            sold_at=row.sold_at.astimezone(ZoneInfo(row.time_zone)),
            journal_hash=row.hash.hex(),
            code=row.code,
            payload=sign_ticket(context, key_id, row, row.copy),
            copy=row.copy,
            logo=logo,
        )
        for row in rows
    )


def sign_ticket(context: Context, key_id: int | None, row: Row[Any], copy: int = 1) -> bytes:
    """What the QR code of a copy carries, 96 bytes; empty where nobody signs, and the code goes bare.

    `row` has `show_id`, `seat_id`, `serial` and the copy's `code`.
    """
    if context.signer is None or key_id is None:
        return b""
    return context.signer.sign(
        SignedFacts(
            key_id=key_id,
            show_id=row.show_id,
            seat_id=row.seat_id,
            serial=row.serial,
            copy=copy,
            code=bytes(row.code),
        )
    )
