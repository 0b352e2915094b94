"""What goes on the papers of gift cards that a sale has sold."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.documents.pages import GiftCardSlip
from boxoffice_desktop.domain.promotions import spell_code
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.venue_paper import read_paper

_CARDS: Final = text(
    """
    SELECT c.code, c.balance, s.number, s.sold_at, s.currency, l.name AS terminal_name,
           v.name AS venue_name, v.city, v.locale, v.time_zone
      FROM boxoffice.printable_gift_cards(:sale) c
      JOIN boxoffice.sale s ON s.sale_id = :sale
      JOIN boxoffice.terminal l ON l.terminal_id = s.terminal_id
      JOIN boxoffice.venue v ON v.venue_id = l.venue_id
     ORDER BY c.line
    """
)


def list_gift_card_slips(session: Session, context: Context, *, sale_id: UUID) -> tuple[GiftCardSlip, ...]:
    """The gift cards of a sale that are not on paper yet, in the order of its lines, with what is on them now.

    For the terminal that is printing the sale's papers; the database forgets the codes when that is done.
    """
    rows = session.connection().execute(_CARDS, {"sale": sale_id}).all()
    paper = read_paper(session, context.venue_id) if rows else None
    return tuple(
        GiftCardSlip(
            venue_name=row.venue_name,
            venue_lines=(paper.lines if paper else ()) or tuple(line for line in (row.city,) if line),
            note=paper.note if paper else "",
            logo=paper.logo if paper else None,
            locale=row.locale,
            currency=row.currency,
            code=spell_code(row.code),
            amount=row.balance,
            sale_number=row.number,
            terminal_name=row.terminal_name,
            sold_at=row.sold_at.astimezone(ZoneInfo(row.time_zone)),
        )
        for row in rows
    )
