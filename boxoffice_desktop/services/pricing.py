"""Prices of shows: resolved from the price lists once, when a show goes on sale."""

from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.errors import ConflictError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.price_rules import PriceRule, find_applying_rule, included_tax
from boxoffice_desktop.domain.selling import ShowPrice as PriceOfShow
from boxoffice_desktop.domain.selling import TicketType
from boxoffice_desktop.models import (
    Area,
    Hall,
    Price,
    PriceList,
    Show,
    ShowPrice,
    ShowSeat,
    TaxRate,
    TicketTypeRow,
    Venue,
)
from boxoffice_desktop.services.context import Context


def resolve_show_prices(session: Session, context: Context, *, show_id: int) -> int:
    """Write the show's prices from the list that applies to it and return that list's id.

    A list that somebody chose for the show wins over the rules; one that was only noted when its prices were resolved
    before does not. Prices that were resolved before are replaced; what was sold keeps its own.

    Raises:
        NotFoundError: no such show.
        ConflictError: no list applies, or it leaves out an area that the show has.
    """
    context.permit(Permission.MANAGE_PRICES)
    show = session.execute(
        select(Show, Venue)
        .join(Hall, Hall.hall_id == Show.hall_id)
        .join(Venue, Venue.venue_id == Hall.venue_id)
        .where(Show.show_id == show_id)
    ).one_or_none()
    if show is None:
        raise NotFoundError("show", show_id)
    price_list_id = find_list_of_show(session, show.Show, show.Venue)
    cells = session.execute(
        select(Price.area_id, Price.ticket_type_id, Price.amount, Price.tax_rate_id, TaxRate.basis_points)
        .join(TaxRate, TaxRate.tax_rate_id == Price.tax_rate_id)
        .where(Price.price_list_id == price_list_id)
    ).all()
    if not cells:
        raise ConflictError("The price list has no prices.")
    _require_all_areas(session, show_id, {cell.area_id for cell in cells})
    session.execute(delete(ShowPrice).where(ShowPrice.show_id == show_id))
    session.execute(
        insert(ShowPrice),
        [
            {
                "show_id": show_id,
                "area_id": cell.area_id,
                "ticket_type_id": cell.ticket_type_id,
                "amount": cell.amount,
                "tax": included_tax(cell.amount, cell.basis_points),
                "tax_rate_id": cell.tax_rate_id,
            }
            for cell in cells
        ],
    )
    if show.Show.price_list_id != price_list_id:
        session.execute(update(Show).where(Show.show_id == show_id).values(price_list_id=price_list_id))
    return price_list_id


def list_ticket_types(session: Session, context: Context) -> tuple[TicketType, ...]:
    """The venue's active ticket types in the order of their keys."""
    rows = session.execute(
        select(TicketTypeRow.ticket_type_id, TicketTypeRow.name, TicketTypeRow.position)
        .where(
            TicketTypeRow.venue_id == context.venue_id,
            TicketTypeRow.is_active,
            TicketTypeRow.position.is_not(None),
        )
        .order_by(TicketTypeRow.position, TicketTypeRow.ticket_type_id)
    )
    return tuple(TicketType(ticket_type_id=row[0], name=row[1], position=row[2] or 0) for row in rows)


def list_show_prices(session: Session, context: Context, *, show_id: int) -> tuple[PriceOfShow, ...]:  # noqa: ARG001
    """The prices that hold for a show."""
    rows = session.execute(
        select(ShowPrice.area_id, ShowPrice.ticket_type_id, ShowPrice.amount, ShowPrice.tax).where(
            ShowPrice.show_id == show_id
        )
    )
    return tuple(PriceOfShow(area_id=row[0], ticket_type_id=row[1], amount=row[2], tax=row[3]) for row in rows)


def find_list_of_show(session: Session, show: Show, venue: Venue) -> int:
    """The id of the list that applies to a show now: the one somebody chose, else by the rules.

    Raises:
        ConflictError: no list applies.
    """
    # A draft's list can only have been chosen: nothing has been resolved yet.
    if show.price_list_id is not None and (show.is_price_list_chosen or show.status == "draft"):
        return show.price_list_id
    zone = ZoneInfo(venue.time_zone)
    lists = session.execute(
        select(PriceList).where(PriceList.venue_id == venue.venue_id, PriceList.is_active)
    ).scalars()
    rule = find_applying_rule(
        map(rule_of, lists),
        day=business_day_of(show.starts_at, zone, venue.day_ends_at),
        at=show.starts_at.astimezone(zone).time(),
        day_ends_at=venue.day_ends_at,
        show_format=show.format,
        movie_id=show.movie_id,
    )
    if rule is None:
        raise ConflictError("No price list applies to this show.")
    return rule.price_list_id


def rule_of(price_list: PriceList) -> PriceRule:
    """When a stored price list holds."""
    return PriceRule(
        price_list_id=price_list.price_list_id,
        priority=price_list.priority,
        weekdays=None if price_list.weekdays is None else frozenset(price_list.weekdays),
        from_time=price_list.from_time,
        to_time=price_list.to_time,
        valid_from=price_list.valid_from,
        valid_to=price_list.valid_to,
        format=price_list.format,
        movie_id=price_list.movie_id,
    )


def _require_all_areas(session: Session, show_id: int, priced: set[int]) -> None:
    rows = session.execute(
        select(Area.area_id, Area.name)
        .where(Area.area_id.in_(select(ShowSeat.area_id).where(ShowSeat.show_id == show_id)))
        .order_by(Area.name)
    )
    missing = [row.name for row in rows if row.area_id not in priced]
    if missing:
        raise ConflictError(f"The price list has no price for {', '.join(missing)}.")
