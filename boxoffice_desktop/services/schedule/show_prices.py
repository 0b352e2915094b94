"""Which price list a show follows and why, and letting it follow another whatever the rules say."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.business_day import business_day_of
from boxoffice_desktop.domain.errors import NotFoundError
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.price_rules import RuleCheck
from boxoffice_desktop.domain.schedule import ShowStatus, WrongStatusError
from boxoffice_desktop.models import PriceList, Show, Venue
from boxoffice_desktop.services.context import Context
from boxoffice_desktop.services.price_lists import PriceListDetails, list_price_lists
from boxoffice_desktop.services.pricing import resolve_show_prices, rule_of
from boxoffice_desktop.services.schedule.drafts import ChangedShow
from boxoffice_desktop.services.schedule.locking import lock_show
from boxoffice_desktop.services.schedule.reading import ShowBlock, read_block

_SELLING: Final = frozenset({ShowStatus.ON_SALE, ShowStatus.CLOSED})


@dataclass(frozen=True, kw_only=True)
class ListVerdict:
    """A price list and how each of its conditions stands to a show."""

    details: PriceListDetails
    checks: tuple[RuleCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether the show meets all conditions; it may still give way to a higher priority."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, kw_only=True)
class ShowPrices:
    """Whose prices a show has.

    Attributes:
        day: the business day that the rules look at, which ends at the local time `day_ends_at`.
        chosen_id: the list that somebody chose for this show; None lets the rules decide.
        ruled_id: the list that the rules say now; None when none holds.
        selling_id: the list whose prices it sells at since they were last applied; None while it is a draft.
        lists: those in use and the chosen one, by priority, the highest first.
    """

    block: ShowBlock
    day: date
    day_ends_at: time
    chosen_id: int | None
    ruled_id: int | None
    selling_id: int | None
    lists: tuple[ListVerdict, ...]

    @property
    def applies(self) -> ListVerdict | None:
        """The list that applies now: the chosen one, else that of the rules."""
        return self.find(self.chosen_id if self.chosen_id is not None else self.ruled_id)

    def find(self, price_list_id: int | None) -> ListVerdict | None:
        """A list of these."""
        return next((each for each in self.lists if each.details.price_list_id == price_list_id), None)


def explain_show_prices(session: Session, context: Context, *, show_id: int) -> ShowPrices:
    """Which price list applies to a show and why.

    Raises:
        NotFoundError: no such show.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    block = read_block(session, context, show_id=show_id)
    venue = session.get_one(Venue, context.venue_id, populate_existing=True)
    show = session.get_one(Show, show_id, populate_existing=True)
    is_chosen = show.price_list_id is not None and (show.is_price_list_chosen or show.status == "draft")
    local = show.starts_at.astimezone(ZoneInfo(venue.time_zone))
    day = business_day_of(show.starts_at, ZoneInfo(venue.time_zone), venue.day_ends_at)
    rules = {
        row.price_list_id: rule_of(row)
        for row in session.execute(select(PriceList).where(PriceList.venue_id == context.venue_id)).scalars()
    }
    verdicts = tuple(
        ListVerdict(
            details=details,
            checks=rules[details.price_list_id].check(
                day=day,
                at=local.time(),
                day_ends_at=venue.day_ends_at,
                show_format=show.format,
                movie_id=show.movie_id,
            ),
        )
        for details in list_price_lists(session, context.venue_id)
        if details.draft.is_active or details.price_list_id == show.price_list_id
    )
    fitting = [each.details for each in verdicts if each.holds and each.details.draft.is_active]
    ruled = max(fitting, key=lambda each: (each.draft.priority, each.price_list_id), default=None)
    return ShowPrices(
        block=block,
        day=day,
        day_ends_at=venue.day_ends_at,
        chosen_id=show.price_list_id if is_chosen else None,
        ruled_id=ruled.price_list_id if ruled is not None else None,
        selling_id=show.price_list_id if block.status in _SELLING else None,
        lists=verdicts,
    )


def choose_price_list(
    session: Session,
    context: Context,
    *,
    show_id: int,
    version: int,
    price_list_id: int | None,
    applies_now: bool = False,
) -> ChangedShow:
    """Let a show follow this list whatever the rules say, or with None the rules again.

    A show that is on sale keeps its prices until they are applied anew, which `applies_now` does at once; what was sold
    keeps its own.

    Raises:
        NotFoundError: no such show or list.
        StaleShowError: somebody changed the show since `version`.
        WrongStatusError: it is cancelled.
        ConflictError: with `applies_now`, the list leaves out an area that the show has.
    """
    context.permit(Permission.MANAGE_SCHEDULE)
    before = lock_show(session, context, show_id=show_id, version=version)
    if before.status is ShowStatus.CANCELLED:
        raise WrongStatusError(before.status)
    if price_list_id is not None:
        _require_list(session, context, price_list_id)
    is_chosen = price_list_id is not None
    values: dict[str, object] = {"is_price_list_chosen": is_chosen}
    if is_chosen or before.status not in _SELLING:
        values["price_list_id"] = price_list_id
    session.execute(update(Show).where(Show.show_id == show_id).values(values))
    if applies_now and before.status in _SELLING:
        resolve_show_prices(session, context, show_id=show_id)
    add_hint(session, show_id, ())
    return ChangedShow(before=before, after=read_block(session, context, show_id=show_id))


def _require_list(session: Session, context: Context, price_list_id: int) -> None:
    found = session.execute(
        select(PriceList.price_list_id).where(
            PriceList.price_list_id == price_list_id, PriceList.venue_id == context.venue_id
        )
    ).scalar()
    if found is None:
        raise NotFoundError("price list", price_list_id)
