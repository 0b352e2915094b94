"""Which price list applies to a show on its business day, and choosing another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.price_editing import PriceListDraft
from boxoffice_desktop.domain.price_rules import RuleKind
from boxoffice_desktop.domain.schedule import ShowStatus, WrongStatusError
from boxoffice_desktop.services import price_lists, pricing, repricing
from boxoffice_desktop.services.schedule import discarding, show_prices
from boxoffice_desktop.services.schedule.drafts import ChangedShow
from boxoffice_desktop.services.schedule.locking import StaleShowError
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.services.schedule.show_prices import ShowPrices
from boxoffice_desktop.services.schedule.status import change_status
from tests.services.schedule.conftest import ZURICH, House, Office, stamp
from tests.support.cinema import PRICES
from tests.support.seats import sell

# Saturdays whose nights have a change of clocks, and one without.
SPRING, AUTUMN, ORDINARY = date(2036, 3, 29), date(2036, 10, 25), date(2036, 6, 14)
DEARER = {cell: amount + 300 for cell, amount in PRICES.items()}
EVENING = PriceListDraft(
    name="Saturday night",
    tax_rate_id=1,
    priority=5,
    weekdays=frozenset({6}),
    from_time=time(20),
    to_time=time(4),
    amounts=DEARER,
)


@pytest.fixture
def evening(house: House) -> Iterator[int]:
    """The list of Saturday nights, in use for one test."""
    listed = {each.draft.name: each for each in house.manager.call(price_lists.get_price_book).lists}
    known = listed.get(EVENING.name)
    stored = house.manager.call(
        price_lists.save_price_list,
        draft=EVENING,
        price_list_id=known.price_list_id if known else None,
        version=known.version if known else None,
    )
    yield stored.price_list_id
    house.cinema.execute("UPDATE boxoffice.price_list SET is_active = price_list_id = 1")


def explain(office: Office, show_id: int) -> ShowPrices:
    return office.till.call(show_prices.explain_show_prices, show_id=show_id)


def choose(office: Office, block: ShowBlock, price_list_id: int | None, **changes: Any) -> ChangedShow:
    return office.till.call(
        show_prices.choose_price_list,
        show_id=block.show_id,
        version=block.version,
        price_list_id=price_list_id,
        **changes,
    )


def amounts(office: Office, show_id: int) -> set[int]:
    return {price.amount for price in office.till.call(pricing.list_show_prices, show_id=show_id)}


def short_show(office: Office, starts_at: datetime) -> ShowBlock:
    return office.create(starts_at, movie_id=office.short_movie_id, advertising_minutes=0)


@pytest.mark.parametrize("saturday", [SPRING, AUTUMN, ORDINARY])
@pytest.mark.parametrize(
    ("hour", "minute", "days", "covered"),
    [(19, 55, 0, False), (20, 0, 0, True), (0, 30, 1, True), (3, 30, 1, True), (4, 0, 1, False), (20, 0, 1, False)],
)
def test_a_night_has_the_prices_of_its_evening_also_when_clocks_change(
    office: Office,
    evening: int,
    saturday: date,
    hour: int,
    minute: int,
    days: int,
    covered: bool,  # noqa: FBT001
) -> None:
    office = replace(office, day=saturday)
    block = short_show(office, office.at(hour, minute, days=days))
    prices = explain(office, block.show_id)
    office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    assert prices.ruled_id == (evening if covered else 1)


def test_both_shows_of_the_hour_that_comes_twice_have_the_evenings_prices(office: Office, evening: int) -> None:
    sunday = AUTUMN + timedelta(days=1)
    for later in (False, True):
        block = short_show(office, local_moment(sunday, time(2, 30), ZURICH, later=later))
        prices = explain(office, block.show_id)
        office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
        assert (prices.ruled_id, prices.day) == (evening, AUTUMN)


def test_the_conditions_that_fail_are_named(office: Office, evening: int) -> None:
    office = replace(office, day=ORDINARY)
    block = short_show(office, office.at(15))
    verdict = explain(office, block.show_id).find(evening)
    office.till.call(discarding.discard_drafts, stamps=[stamp(block)])
    assert verdict is not None
    assert [check.kind for check in verdict.checks if not check.holds] == [RuleKind.TIME]


def test_what_sells_at_night_costs_what_the_explanation_says(office: Office, evening: int) -> None:
    saturday = office.day + timedelta(days=(5 - office.day.weekday()) % 7)
    office = replace(office, day=saturday)
    block = office.put_on_sale(office.at(0, 30, days=1))
    question = {"show_format": "2D", "movie_id": 1, "area_id": 1, "ticket_type_id": 1}
    said = office.till.call(repricing.explain_price, day=saturday + timedelta(days=1), at=time(0, 30), **question)
    assert (said.amount, said.day, said.day_ends_at) == (1500, saturday, time(6))
    assert amounts(office, block.show_id) == set(DEARER.values())


def test_a_draft_follows_the_list_that_was_chosen_when_it_goes_on_sale(office: Office, evening: int) -> None:
    block = office.create(office.at(14))
    chosen = choose(office, block, evening).after
    assert (explain(office, block.show_id).chosen_id, explain(office, block.show_id).ruled_id) == (evening, 1)
    moved = office.change(chosen, starts_at=office.at(15)).after
    elsewhere = office.change(moved, hall_id=office.other_hall_id).after
    office.till.call(change_status, stamps=[stamp(elsewhere)], status=ShowStatus.ON_SALE)
    assert amounts(office, elsewhere.show_id) == set(DEARER.values())


def test_the_rules_decide_again(office: Office, evening: int) -> None:
    block = office.create(office.at(14))
    chosen = choose(office, block, evening).after
    choose(office, chosen, None)
    prices = explain(office, block.show_id)
    assert (prices.chosen_id, prices.applies) == (None, prices.find(1))


def test_a_show_on_sale_keeps_its_prices_until_they_are_applied(office: Office, evening: int) -> None:
    block = office.put_on_sale(office.at(14))
    sold = sell(office.cinema, office.cashier, "A1")
    chosen = choose(office, office.read(block.show_id), evening).after
    assert amounts(office, block.show_id) == set(PRICES.values())
    assert [each.list_name for each in office.till.call(repricing.list_shows_to_reprice)] == [EVENING.name]
    again = choose(office, chosen, evening, applies_now=True).after
    assert amounts(office, block.show_id) == set(DEARER.values())
    assert office.cinema.query("SELECT amount FROM boxoffice.ticket WHERE sale_id = %s", sold.sale_id) == [(1200,)]
    choose(office, again, None, applies_now=True)
    assert amounts(office, block.show_id) == set(PRICES.values())


def test_a_show_that_goes_off_sale_keeps_its_chosen_list(office: Office, evening: int) -> None:
    block = office.put_on_sale(office.at(14))
    chosen = choose(office, block, evening).after
    office.till.call(change_status, stamps=[stamp(chosen)], status=ShowStatus.DRAFT)
    assert explain(office, block.show_id).chosen_id == evening


def test_a_list_without_the_shows_areas_is_not_applied(office: Office, evening: int) -> None:
    block = office.put_on_sale(office.at(14))
    office.cinema.execute("DELETE FROM boxoffice.price WHERE price_list_id = %s AND area_id = 2", evening)
    with pytest.raises(ConflictError, match="no price for Premium"):
        choose(office, block, evening, applies_now=True)
    assert explain(office, block.show_id).chosen_id is None


def test_the_second_of_two_managers_is_told(office: Office, evening: int) -> None:
    block = office.create(office.at(14))
    office.change(block, till=office.other_till, starts_at=office.at(15))
    with pytest.raises(StaleShowError):
        choose(office, block, evening)


def test_unknown_lists_cancelled_shows_and_cashiers_are_refused(office: Office) -> None:
    block = office.create(office.at(14))
    with pytest.raises(NotFoundError):
        choose(office, block, 999)
    with pytest.raises(NotAllowedError):
        office.cashier.call(show_prices.explain_show_prices, show_id=block.show_id)
    with pytest.raises(NotFoundError):
        explain(office, 999_999)
    sold = office.put_on_sale(office.at(20))
    report = office.till.call(change_status, stamps=[stamp(sold)], status=ShowStatus.CANCELLED)
    with pytest.raises(WrongStatusError):
        choose(office, report.changed[0], 1)
