from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.errors import ConflictError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.price_editing import PriceListDraft, TicketTypeDraft
from boxoffice_desktop.domain.price_rules import RuleKind
from boxoffice_desktop.services import price_lists, pricing, repricing
from tests.support.cinema import ADULT, CHILD, PRICES, Cinema, Till
from tests.support.seats import sell

STANDARD, PREMIUM = 1, 2
SATURDAY = date(2026, 11, 21)
DEARER = {cell: amount + 300 for cell, amount in PRICES.items()}
WEEKEND = PriceListDraft(
    name="Weekend evening",
    tax_rate_id=1,
    priority=5,
    weekdays=frozenset({6, 7}),
    from_time=time(18),
    valid_from=date(2026, 1, 1),
    format="2D",
    amounts=DEARER,
)


@pytest.fixture
def manager(cinema: Cinema) -> Till:
    return cinema.till("Counter 3", "mona")


def explain(till: Till, **changes: Any) -> repricing.Explanation:
    question = {
        "day": SATURDAY,
        "at": time(20),
        "show_format": "2D",
        "movie_id": 1,
        "area_id": PREMIUM,
        "ticket_type_id": ADULT,
    }
    return till.call(repricing.explain_price, **{**question, **changes})


def test_the_book_has_areas_types_rates_and_lists(manager: Till) -> None:
    book = manager.call(price_lists.get_price_book)
    assert [area.name for area in book.areas] == ["Standard", "Premium"]
    assert [each.draft.name for each in book.ticket_types] == ["Adult", "Child"]
    assert [(rate.name, rate.basis_points) for rate in book.tax_rates] == [("VAT 8 %", 800)]
    assert [each.draft for each in book.lists] == [PriceListDraft(name="Standard", tax_rate_id=1, amounts=PRICES)]


def test_a_new_list_is_stored_with_its_rules_and_prices(manager: Till) -> None:
    stored = manager.call(price_lists.save_price_list, draft=WEEKEND)
    assert stored.draft == WEEKEND
    assert manager.call(price_lists.get_price_book).lists[0] == stored


def test_a_changed_cell_is_the_only_one_written(manager: Till, cinema: Cinema) -> None:
    (stored,) = manager.call(price_lists.get_price_book).lists
    amounts = {**PRICES, (PREMIUM, CHILD): 1100}
    draft = replace(stored.draft, amounts=amounts)
    manager.call(price_lists.save_price_list, draft=draft, price_list_id=1, version=stored.version)
    rows = cinema.query(
        "SELECT row_key, after FROM boxoffice.audit WHERE table_name = 'price' AND operation = 'update'"
    )
    assert rows == [("1,2,2", {"amount": 1100})]


def test_a_cell_that_is_emptied_is_no_longer_sold(manager: Till) -> None:
    (stored,) = manager.call(price_lists.get_price_book).lists
    draft = replace(stored.draft, amounts={(STANDARD, ADULT): 1200})
    saved = manager.call(price_lists.save_price_list, draft=draft, price_list_id=1, version=stored.version)
    assert saved.draft.amounts == {(STANDARD, ADULT): 1200}


def test_the_second_of_two_managers_is_shown_the_first_ones_prices(manager: Till) -> None:
    (stored,) = manager.call(price_lists.get_price_book).lists
    first = replace(stored.draft, amounts=DEARER)
    manager.call(price_lists.save_price_list, draft=first, price_list_id=1, version=stored.version)
    with pytest.raises(StaleEditError) as stale:
        manager.call(price_lists.save_price_list, draft=stored.draft, price_list_id=1, version=stored.version)
    assert isinstance(stale.value.current, price_lists.PriceListDetails)
    assert (stale.value.current.draft, stale.value.changed_by) == (first, "Mona")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "Standard"}),
        ("priority", {"priority": 5000}),
        ("weekdays", {"weekdays": frozenset()}),
        ("to_time", {"to_time": time(18)}),
        ("valid_to", {"valid_to": date(2025, 1, 1)}),
        ("amounts", {"amounts": {}}),
        ("amounts", {"amounts": {(STANDARD, ADULT): -1}}),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(manager: Till, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(price_lists.save_price_list, draft=replace(WEEKEND, **changes))
    assert list(invalid.value.problems) == [field]


def test_a_cashier_changes_no_price(cinema: Cinema) -> None:
    with pytest.raises(NotAllowedError):
        cinema.till().call(price_lists.save_price_list, draft=WEEKEND)


def test_a_ticket_type_keeps_its_rules(manager: Till) -> None:
    draft = TicketTypeDraft(name="Group", position=3, needs_age_proof=True, is_for_members=True, group_from=10)
    stored = manager.call(price_lists.save_ticket_type, draft=draft)
    assert manager.call(price_lists.get_price_book).ticket_types[2] == stored
    assert stored.draft == draft


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("name", TicketTypeDraft(name="Adult")),
        ("position", TicketTypeDraft(name="Group", position=1)),
        ("position", TicketTypeDraft(name="Group", position=11)),
        ("group_from", TicketTypeDraft(name="Group", group_from=1)),
    ],
)
def test_a_ticket_type_that_cannot_be_is_said_at_its_field(manager: Till, field: str, draft: TicketTypeDraft) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(price_lists.save_ticket_type, draft=draft)
    assert list(invalid.value.problems) == [field]


def test_a_stale_ticket_type_is_not_overwritten(manager: Till) -> None:
    adult = manager.call(price_lists.get_price_book).ticket_types[0]
    draft = replace(adult.draft, needs_age_proof=True)
    manager.call(price_lists.save_ticket_type, draft=draft, ticket_type_id=ADULT, version=adult.version)
    with pytest.raises(StaleEditError):
        manager.call(price_lists.save_ticket_type, draft=adult.draft, ticket_type_id=ADULT, version=adult.version)


def test_tax_rates_are_added_and_changed(manager: Till) -> None:
    new = manager.call(price_lists.save_tax_rate, name="VAT 19 %", basis_points=1900)
    changed = manager.call(
        price_lists.save_tax_rate, name="VAT 20 %", basis_points=2000, tax_rate_id=new.tax_rate_id, version=new.version
    )
    assert manager.call(price_lists.get_price_book).tax_rates[1] == changed
    with pytest.raises(InvalidFieldsError):
        manager.call(price_lists.save_tax_rate, name="x", basis_points=10001)
    with pytest.raises(NotFoundError):
        manager.call(price_lists.save_tax_rate, name="x", basis_points=1, tax_rate_id=99, version=1)


def test_areas_are_added_and_changed_by_who_manages_halls(manager: Till) -> None:
    new = manager.call(price_lists.save_area, name=" Box  seats ", letter="B", colour=3)
    changed = manager.call(price_lists.save_area, name="Boxes", letter="BX", colour=4, was=new)
    assert manager.call(price_lists.get_price_book).areas[2] == changed
    with pytest.raises(StaleEditError):
        manager.call(price_lists.save_area, name="Lounge", letter="L", colour=4, was=new)
    with pytest.raises(NotFoundError):
        manager.call(price_lists.save_area, name="Lounge", letter="L", colour=4, was=replace(new, area_id=99))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "Standard"}),
        ("letter", {"letter": "S"}),
        ("letter", {"letter": "ABC"}),
        ("colour", {"colour": 8}),
    ],
)
def test_an_area_that_cannot_be_is_said_at_its_field(manager: Till, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldsError) as invalid:
        manager.call(price_lists.save_area, **{"name": "Box", "letter": "B", "colour": 1, **changes})
    assert list(invalid.value.problems) == [field]


def test_a_price_is_explained_by_the_list_that_applies_and_those_that_do_not(manager: Till) -> None:
    manager.call(price_lists.save_price_list, draft=WEEKEND)
    explained = explain(manager)
    assert (explained.amount, explained.tax) == (1800, 133)
    weekend, standard = explained.verdicts
    assert (weekend.name, weekend.applies, weekend.holds) == ("Weekend evening", True, True)
    assert [check.kind for check in weekend.checks] == [RuleKind.WEEKDAY, RuleKind.TIME, RuleKind.DATE, RuleKind.FORMAT]
    assert (standard.name, standard.applies, standard.holds) == ("Standard", False, True)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"day": SATURDAY - timedelta(days=1)}, RuleKind.WEEKDAY),
        ({"at": time(17, 59)}, RuleKind.TIME),
        ({"day": date(2025, 11, 22)}, RuleKind.DATE),
        ({"show_format": "3D"}, RuleKind.FORMAT),
    ],
)
def test_the_condition_that_fails_is_named(manager: Till, changes: dict[str, Any], kind: RuleKind) -> None:
    manager.call(price_lists.save_price_list, draft=WEEKEND)
    explained = explain(manager, **changes)
    assert explained.amount == PRICES[PREMIUM, ADULT]
    assert [check.kind for check in explained.verdicts[1].checks if not check.holds] == [kind]


def test_a_show_after_midnight_belongs_to_the_evening_before(manager: Till) -> None:
    manager.call(price_lists.save_price_list, draft=replace(WEEKEND, from_time=None))
    assert explain(manager, day=date(2026, 11, 23), at=time(0, 30)).amount == DEARER[PREMIUM, ADULT]


def test_without_a_list_there_is_no_price(manager: Till, cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.price_list SET is_active = false")
    explained = explain(manager)
    assert (explained.amount, explained.verdicts) == (None, ())


def test_a_show_on_sale_keeps_its_prices_until_they_are_applied_anew(cinema: Cinema, manager: Till) -> None:
    (stored,) = manager.call(price_lists.get_price_book).lists
    sold = sell(cinema, cinema.till(), "A1")
    assert manager.call(repricing.list_shows_to_reprice) == ()
    manager.call(
        price_lists.save_price_list,
        draft=replace(stored.draft, amounts=DEARER),
        price_list_id=1,
        version=stored.version,
    )
    assert {p.amount for p in manager.call(pricing.list_show_prices, show_id=cinema.show_id)} == set(PRICES.values())
    (show,) = manager.call(repricing.list_shows_to_reprice)
    assert (show.show_id, show.changes, show.sold, show.problem) == (cinema.show_id, 4, 1, "")
    assert manager.call(repricing.reapply_prices, show_ids=(show.show_id,)) == 1
    assert {p.amount for p in manager.call(pricing.list_show_prices, show_id=cinema.show_id)} == set(DEARER.values())
    assert manager.call(repricing.list_shows_to_reprice) == ()
    assert cinema.query("SELECT amount FROM boxoffice.ticket") == [(sold.tickets[0].amount,)] == [(1200,)]


def test_a_new_list_reaches_a_show_on_sale_when_applied_anew(cinema: Cinema, manager: Till) -> None:
    holiday = PriceListDraft(name="Holiday", tax_rate_id=1, priority=9, amounts=DEARER)
    stored = manager.call(price_lists.save_price_list, draft=holiday)
    (show,) = manager.call(repricing.list_shows_to_reprice)
    assert show.list_name == "Holiday"
    manager.call(repricing.reapply_prices, show_ids=(cinema.show_id,))
    assert cinema.query("SELECT price_list_id FROM boxoffice.show") == [(stored.price_list_id,)]


def test_a_show_that_no_list_covers_keeps_its_prices(cinema: Cinema, manager: Till) -> None:
    cinema.execute("UPDATE boxoffice.price_list SET is_active = false")
    (show,) = manager.call(repricing.list_shows_to_reprice)
    assert show.problem == "No price list applies to this show."
    with pytest.raises(ConflictError):
        manager.call(repricing.reapply_prices, show_ids=(cinema.show_id,))
    assert {p.amount for p in manager.call(pricing.list_show_prices, show_id=cinema.show_id)} == set(PRICES.values())


def test_prices_of_a_closed_show_stay(cinema: Cinema, manager: Till) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'closed'")
    with pytest.raises(ConflictError, match="closed"):
        manager.call(repricing.reapply_prices, show_ids=(cinema.show_id,))
