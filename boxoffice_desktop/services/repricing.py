"""Why a ticket costs what it costs, which shows on sale would cost something else by now, and applying it to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice_desktop.domain.business_day import business_day_of, local_moment
from boxoffice_desktop.domain.errors import ConflictError, NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.price_rules import RuleCheck, included_tax
from boxoffice_desktop.models import Hall, Movie, Price, PriceList, Show, ShowPrice, ShowSeat, TaxRate, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.pricing import find_list_of_show, resolve_show_prices, rule_of


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one active price list stands to a show: each of its conditions, and whether its price is the one."""

    price_list_id: int
    name: str
    priority: int
    checks: tuple[RuleCheck, ...]
    applies: bool

    @property
    def holds(self) -> bool:
        """Whether the show meets all conditions of the list; it may still give way to a higher priority."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a ticket costs and why.

    Attributes:
        amount: minor units, tax included; None when no list applies or the applying one has no price for the cell.
        tax: the part of `amount` that is tax.
        day: the business day that the rules look at; it may be the day before the calendar's.
        day_ends_at: when that business day ends, local.
        verdicts: every active list, the one that applies first, then by priority.
    """

    amount: int | None
    tax: int
    day: date
    day_ends_at: time
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class AffectedShow:
    """A show on sale whose prices are not what its list says now. `starts_at` is in the venue's zone.

    Attributes:
        changes: how many prices differ.
        sold: tickets sold so far; they keep their price.
        list_name: the list whose prices it would get.
        problem: why it cannot be re-applied; empty when it can.
    """

    show_id: int
    title: str
    hall_name: str
    starts_at: datetime
    changes: int
    sold: int
    list_name: str
    problem: str


def explain_price(
    session: Session,
    context: Context,
    *,
    day: date,
    at: time,
    show_format: str,
    movie_id: int | None,
    area_id: int,
    ticket_type_id: int,
) -> Explanation:
    """What a ticket would cost for a show on the calendar day `day` at the local time `at`, by the lists of now.

    `movie_id` None is a film that no list is for.

    Raises:
        InvalidInputError: the clocks go forward over that time.
    """
    context.permit(Permission.MANAGE_PRICES)
    venue = session.get_one(Venue, context.venue_id)
    zone = ZoneInfo(venue.time_zone)
    moment = local_moment(day, at, zone, later=False)
    business_day = business_day_of(moment, zone, venue.day_ends_at)
    lists = session.execute(
        select(PriceList).where(PriceList.venue_id == venue.venue_id, PriceList.is_active),
        execution_options={"populate_existing": True},
    ).scalars()
    judged = [
        (
            each,
            rule_of(each).check(
                day=business_day,
                at=at,
                day_ends_at=venue.day_ends_at,
                show_format=show_format,
                movie_id=movie_id or 0,
            ),
        )
        for each in lists
    ]
    fitting = [each for each, checks in judged if all(check.holds for check in checks)]
    winner = max(fitting, key=lambda each: (each.priority, each.price_list_id), default=None)
    verdicts = [
        Verdict(
            price_list_id=each.price_list_id,
            name=each.name,
            priority=each.priority,
            checks=checks,
            applies=each is winner,
        )
        for each, checks in judged
    ]
    amount, tax = _price_in(session, winner, area_id, ticket_type_id)
    ordered = sorted(verdicts, key=lambda each: (not each.applies, not each.holds, -each.priority, -each.price_list_id))
    return Explanation(amount=amount, tax=tax, day=business_day, day_ends_at=venue.day_ends_at, verdicts=tuple(ordered))


def list_shows_to_reprice(session: Session, context: Context) -> tuple[AffectedShow, ...]:
    """Shows on sale that have not started and whose prices differ from what the lists say now, by time."""
    context.permit(Permission.MANAGE_PRICES)
    venue = session.get_one(Venue, context.venue_id)
    rows = session.execute(
        select(Show, Movie.title, Hall.name)
        .join(Movie, Movie.movie_id == Show.movie_id)
        .join(Hall, Hall.hall_id == Show.hall_id)
        .where(Hall.venue_id == context.venue_id, Show.status == "on_sale", Show.starts_at > func.clock_timestamp())
        .order_by(Show.starts_at, Show.show_id)
    ).all()
    present = _prices_of_shows(session, [row[0].show_id for row in rows])
    wanted: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    names = {row[0]: row[1] for row in session.execute(select(PriceList.price_list_id, PriceList.name))}
    sold = _sold_of_shows(session, [row[0].show_id for row in rows])
    zone = ZoneInfo(venue.time_zone)
    found = []
    for show, title, hall_name in rows:
        try:
            list_id, problem = find_list_of_show(session, show, venue), ""
        except ConflictError as error:
            list_id, problem = 0, str(error)
        if list_id and list_id not in wanted:
            wanted[list_id] = _prices_of_list(session, list_id)
        changes = _count_changes(present.get(show.show_id, {}), wanted.get(list_id, {}))
        if changes:
            found.append(
                AffectedShow(
                    show_id=show.show_id,
                    title=title,
                    hall_name=hall_name,
                    starts_at=show.starts_at.astimezone(zone),
                    changes=changes,
                    sold=sold.get(show.show_id, 0),
                    list_name=names.get(list_id, ""),
                    problem=problem,
                )
            )
    return tuple(found)


def reapply_prices(session: Session, context: Context, *, show_ids: Sequence[int]) -> int:
    """Give shows on sale the prices that their lists have now; returns how many. What was sold keeps its price.

    Raises:
        NotFoundError: no such show.
        ConflictError: one is not on sale, or its list does not cover it; nothing was changed then.
    """
    context.permit(Permission.MANAGE_PRICES)
    for show_id in sorted(show_ids):
        # Locked first: a sale that is being made is finished with the old prices, or refused with a word.
        status = session.execute(select(Show.status).where(Show.show_id == show_id).with_for_update()).scalar()
        if status is None:
            raise NotFoundError("show", show_id)
        if status != "on_sale":
            raise ConflictError(f"The show is {status.replace('_', ' ')}; its prices stay.")
        resolve_show_prices(session, context, show_id=show_id)
    return len(show_ids)


def _price_in(session: Session, winner: PriceList | None, area_id: int, ticket_type_id: int) -> tuple[int | None, int]:
    if winner is None:
        return None, 0
    amount, basis_points = session.execute(
        select(Price.amount, TaxRate.basis_points)
        .join(TaxRate, TaxRate.tax_rate_id == Price.tax_rate_id)
        .where(
            Price.price_list_id == winner.price_list_id,
            Price.area_id == area_id,
            Price.ticket_type_id == ticket_type_id,
        )
    ).one_or_none() or (None, 0)
    return amount, 0 if amount is None else included_tax(amount, basis_points)


def _prices_of_shows(session: Session, show_ids: Sequence[int]) -> dict[int, dict[tuple[int, int], tuple[int, int]]]:
    prices: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for row in session.execute(select(ShowPrice).where(ShowPrice.show_id.in_(show_ids))).scalars():
        prices.setdefault(row.show_id, {})[row.area_id, row.ticket_type_id] = (row.amount, row.tax)
    return prices


def _prices_of_list(session: Session, price_list_id: int) -> dict[tuple[int, int], tuple[int, int]]:
    rows = session.execute(
        select(Price.area_id, Price.ticket_type_id, Price.amount, TaxRate.basis_points)
        .join(TaxRate, TaxRate.tax_rate_id == Price.tax_rate_id)
        .where(Price.price_list_id == price_list_id)
    )
    return {(row[0], row[1]): (row[2], included_tax(row[2], row[3])) for row in rows}


def _sold_of_shows(session: Session, show_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(ShowSeat.show_id, func.count())
        .where(ShowSeat.show_id.in_(show_ids), ShowSeat.state == "sold")
        .group_by(ShowSeat.show_id)
    )
    return {row[0]: row[1] for row in rows}


def _count_changes(
    present: dict[tuple[int, int], tuple[int, int]], wanted: dict[tuple[int, int], tuple[int, int]]
) -> int:
    return sum(present.get(cell) != wanted.get(cell) for cell in present.keys() | wanted.keys())
