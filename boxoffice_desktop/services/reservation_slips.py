"""What goes on the slip of a reservation."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.pages import ReservationSlip
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.reservations import get_reservation
from boxoffice_desktop.services.venue_paper import read_paper

_FACTS: Final = text(
    """
    SELECT v.name AS venue_name, v.time_zone, v.locale, v.currency, m.latin_title, m.certificate, w.format, w.language,
           coalesce(p.display_name, '') AS staff_name, h.created_at
      FROM boxoffice.reservation r
      JOIN boxoffice.hold h ON h.hold_id = r.hold_id
      JOIN boxoffice.venue v ON v.venue_id = r.venue_id
      JOIN boxoffice.show w ON w.show_id = r.show_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = h.staff_id
     WHERE r.hold_id = :hold
    """
)


def get_reservation_slip(session: Session, context: Context, *, hold_id: UUID) -> ReservationSlip:
    """The slip of a reservation, for any till of its venue. What the seats will cost is said at the counter.

    Raises:
        NotFoundError: no such reservation in this venue.
    """
    reservation = get_reservation(session, context, hold_id=hold_id)
    facts = session.connection().execute(_FACTS, {"hold": hold_id}).one()
    paper = read_paper(session, context.venue_id)
    return ReservationSlip(
        venue_name=facts.venue_name,
        locale=facts.locale,
        currency=facts.currency,
        name=reservation.name or reservation.phone,
        code=reservation.code,
        movie_title=reservation.title,
        latin_title=facts.latin_title,
        certificate=facts.certificate,
        format=facts.format,
        language=facts.language,
        starts_at=reservation.starts_at,
        hall_name=reservation.hall_name,
        seats=tuple(seat.seat_name for seat in reservation.seats),
        collect_by=reservation.collect_by,
        terminal_name=reservation.made_by,
        staff_name=facts.staff_name,
        made_at=facts.created_at.astimezone(ZoneInfo(facts.time_zone)),
        venue_lines=paper.lines,
        note=paper.note,
        logo=paper.logo,
    )
