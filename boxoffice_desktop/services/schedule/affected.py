"""Whom a show concerns when it is cancelled or moved: its sales and reservations, as a list to call by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.contact_list import (
    ContactList,
    ContactRow,
    render_contact_list,
    write_contact_csv,
)
from boxoffice_desktop.documents.formatting import format_date_long, format_date_time, format_time
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.models import Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.schedule.reading import read_block
from boxoffice_desktop.services.schedule.venue import read_venue_time


class ContactForm(StrEnum):
    """What a list of contacts is written as."""

    PDF = "pdf"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class ContactWords:
    """What stands on a list of contacts, in the language of who asks for it."""

    title: str = "Whom it concerns"
    headings: tuple[str, str, str, str, str, str, str, str, str] = (
        "When",
        "Sold at",
        "Sale",
        "By",
        "For",
        "Phone",
        "Seats",
        "Paid by",
        "Total",
    )
    reserved: str = "reserved"
    nothing: str = "Nothing is sold or reserved."
    kinds: tuple[tuple[str, str], ...] = (("cash", "cash"), ("card", "card"))


@dataclass(frozen=True, kw_only=True)
class AffectedSale:
    """A sale with valid tickets for a show, or seats that are kept for somebody (then without number and amount).

    Attributes:
        at: when it was sold or reserved, in the venue's zone.
        cashier: who did it; empty when that is not known.
        name, phone: whom a reservation was made for; sales at the counter know neither.
        amount: what those tickets cost with their discounts and fees, in minor units.
        payment_kinds: how the sale was paid, in the order of the payments.
    """

    sale_id: UUID | None
    number: int | None
    terminal_name: str
    cashier: str
    at: datetime
    name: str
    phone: str
    seat_names: tuple[str, ...]
    amount: int
    payment_kinds: tuple[str, ...]


_SALES: Final = """
    SELECT a.sale_id, a.number, t.name AS terminal_name, coalesce(p.display_name, '') AS cashier, a.sold_at AS at,
           '' AS name, '' AS phone, array_agg(e.name ORDER BY k.line) AS seat_names,
           CAST(sum(v.amount) AS bigint) AS amount,
           ARRAY(SELECT y.kind FROM boxoffice.payment y WHERE y.sale_id = a.sale_id ORDER BY y.line) AS payment_kinds,
           0 AS kept
      FROM boxoffice.ticket k
      JOIN LATERAL boxoffice.ticket_values(k.sale_id, true) v ON v.ticket_id = k.ticket_id
      JOIN boxoffice.sale a ON a.sale_id = k.sale_id
      JOIN boxoffice.terminal t ON t.terminal_id = a.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = a.staff_id
      JOIN boxoffice.seat e ON e.seat_id = k.seat_id
     WHERE k.show_id = :show AND k.voided_by IS NULL
     GROUP BY a.sale_id, t.name, p.display_name
"""
_RESERVATIONS: Final = """
    SELECT CAST(NULL AS uuid), CAST(NULL AS bigint), t.name, coalesce(p.display_name, ''), h.created_at,
           h.name, coalesce(r.phone, ''), array_agg(e.name ORDER BY e.seat_id), CAST(0 AS bigint),
           CAST('{}' AS text[]), 1
      FROM boxoffice.show_seat x
      JOIN boxoffice.hold h ON h.hold_id = x.hold_id
      JOIN boxoffice.terminal t ON t.terminal_id = h.terminal_id
      LEFT JOIN boxoffice.staff p ON p.staff_id = h.staff_id
      LEFT JOIN boxoffice.reservation r ON r.hold_id = h.hold_id
      JOIN boxoffice.seat e ON e.seat_id = x.seat_id
     WHERE x.show_id = :show AND x.state = 'held' AND h.kind = 'reservation'
       AND (x.held_until IS NULL OR x.held_until > clock_timestamp())
     GROUP BY h.hold_id, t.name, p.display_name, r.phone
"""
_AFFECTED: Final = text(f"{_SALES} UNION ALL {_RESERVATIONS} ORDER BY kept, at, number")


def list_affected_sales(session: Session, context: Context, *, show_id: int) -> tuple[AffectedSale, ...]:
    """Whom a change of the show concerns: every sale with valid tickets, then every reservation, oldest first."""
    context.permit(Permission.MANAGE_SCHEDULE)
    zone = read_venue_time(session, context).zone
    rows = session.connection().execute(_AFFECTED, {"show": show_id})
    return tuple(
        AffectedSale(
            sale_id=row.sale_id,
            number=row.number,
            terminal_name=row.terminal_name,
            cashier=row.cashier,
            at=row.at.astimezone(zone),
            name=row.name,
            phone=row.phone,
            seat_names=tuple(row.seat_names),
            amount=row.amount,
            payment_kinds=tuple(dict.fromkeys(row.payment_kinds)),
        )
        for row in rows
    )


def export_affected(
    session: Session, context: Context, *, show_id: int, form: ContactForm, words: ContactWords | None = None
) -> bytes:
    """The list of `list_affected_sales` as a file, with the words of who asks for it.

    Raises:
        NotFoundError: no such show.
    """
    rows = list_affected_sales(session, context, show_id=show_id)
    block = read_block(session, context, show_id=show_id)
    now = read_venue_time(session, context).now.astimezone(block.span.starts_at.tzinfo)
    venue = session.execute(
        select(Venue.name, Venue.currency, Venue.locale).where(Venue.venue_id == context.venue_id)
    ).one()
    said = words or ContactWords()
    starts_at = block.span.starts_at
    when = f"{format_date_long(starts_at, venue.locale)}, {format_time(starts_at, venue.locale)}"
    contacts = ContactList(
        venue=venue.name,
        title=said.title,
        show=block.title,
        facts=f"{when} · {block.hall_name}",
        headings=said.headings,
        rows=tuple(_as_row(each, said, venue.locale) for each in rows),
        nothing=said.nothing,
        footer=f"{context.staff_name} · {format_date_time(now, venue.locale)}",
        currency=venue.currency,
        locale=venue.locale,
    )
    return render_contact_list(contacts) if form is ContactForm.PDF else write_contact_csv(contacts)


def _as_row(sale: AffectedSale, words: ContactWords, locale: str) -> ContactRow:
    kinds = dict(words.kinds)
    return ContactRow(
        when=format_date_time(sale.at, locale),
        terminal=sale.terminal_name,
        sale=words.reserved if sale.number is None else str(sale.number),
        cashier=sale.cashier,
        name=sale.name,
        phone=sale.phone,
        seats=sale.seat_names,
        # A kind of payment that these words do not know yet is told as the database calls it.
        paid_by=", ".join(kinds.get(kind, kind.replace("_", " ")) for kind in sale.payment_kinds),
        total=None if sale.number is None else sale.amount,
    )
