"""What a record has: the others' changes, typing that is not lost, types, areas and rates."""

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.price_editing import TicketTypeDraft
from boxoffice_desktop.services import price_lists
from boxoffice_desktop.services.price_lists import (
    AreaName,
    TaxRateDetails,
    TicketTypeDetails,
)
from boxoffice_desktop.ui.manage.prices.type_tab import format_percent, read_percent
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from tests.ui.manage.prices.hands import BOOK, Page, differences


@pytest.mark.parametrize(
    ("tab", "operation", "theirs", "rows"),
    [
        (
            "types",
            price_lists.save_ticket_type,
            TicketTypeDetails(
                ticket_type_id=1, version=2, draft=TicketTypeDraft(name="Adults", position=3, needs_age_proof=True)
            ),
            [["Name", "Grown-up", "Adults"], ["Key", "F1", "F3"], ["Ask for proof of age", "no", "yes"]],
        ),
        (
            "rates",
            price_lists.save_tax_rate,
            TaxRateDetails(tax_rate_id=1, version=2, name="VAT", basis_points=810),
            [["Name", "Grown-up", "VAT"], ["Per cent", "7.75", "8.1"]],
        ),
        (
            "areas",
            price_lists.save_area,
            AreaName(area_id=1, name="Standard", letter="T", colour=3),
            [["Name", "Grown-up", "Standard"], ["Letter", "S", "T"], ["Colour", "Colour 1", "Colour 4"]],
        ),
    ],
)
def test_the_others_change_of_a_record_is_shown_field_by_field(
    page: Page, tab: str, operation: Callable[..., object], theirs: object, rows: list[list[str]]
) -> None:
    records = getattr(page.page, tab)
    page.page.tabs.setCurrentWidget(records)
    records.form.set_text("name", "Grown-up")
    page.desk.answers[operation] = StaleEditError(theirs, changed_by="Sam")
    records.save()
    page.settle()
    assert differences(page) == rows
    page.desk.answers[operation] = theirs
    page.press(StaleDialog, "Save mine over it")
    page.settle()
    again = page.asked(operation)[1]
    assert again.get("version") == 2 or again.get("was") == theirs


@pytest.mark.parametrize(
    ("tab", "what"), [("types", "the ticket type"), ("rates", "the tax rate"), ("areas", "the area")]
)
def test_typing_in_a_record_is_not_lost(page: Page, tab: str, what: str) -> None:
    records = getattr(page.page, tab)
    page.page.tabs.setCurrentWidget(records)
    assert page.page.may_leave()
    line = records.form._editors["name"]
    line.selectAll()
    QTest.keyClicks(line, "Other")
    page.page.tabs.setCurrentIndex(0)
    assert not page.page.may_leave()
    assert page.page.describe_unsaved() == f"{what} has changes that are not saved"
    assert page.page.tabs.currentWidget() is records
    page.page.reload()
    page.settle()
    assert line.text() == "Other"
    records.start_new()
    assert line.text() == "Other"
    page.press(ChoiceDialog, "Discard")
    assert line.text() == ""
    assert page.page.may_leave()


def test_another_row_is_shown_only_after_a_question(page: Page) -> None:
    types = page.page.types
    page.page.tabs.setCurrentWidget(types)
    line = types.form._editors["name"]
    QTest.keyClicks(line, "My ")
    types.table.select_row(1)
    assert (line.text(), types.table.currentIndex().row()) == ("My Adult", 0)
    page.press(ChoiceDialog, "Discard")
    assert (line.text(), types.table.currentIndex().row()) == ("Child", 1)


def test_a_ticket_type_is_saved_with_its_rules(page: Page) -> None:
    form = page.page.types.form
    page.page.types.start_new()
    form.set_text("name", "Group")
    form.set_text("group_from", "10")
    page.desk.answers[price_lists.save_ticket_type] = InvalidFieldsError({"name": "Taken."})
    page.page.types.save()
    page.settle()
    assert page.asked(price_lists.save_ticket_type) == [
        {"draft": TicketTypeDraft(name="Group", group_from=10), "ticket_type_id": None, "version": None}
    ]
    assert form.problems() == {"name": "Taken."}


def test_an_area_is_saved_as_it_was_read(page: Page) -> None:
    page.page.areas.form.set_text("letter", "")
    page.page.areas.save()
    assert set(page.page.areas.form.problems()) == {"letter"}
    page.page.areas.form.set_text("letter", "T")
    page.desk.answers[price_lists.save_area] = BOOK.areas[0]
    page.page.areas.save()
    page.settle()
    assert page.asked(price_lists.save_area) == [{"name": "Standard", "letter": "T", "colour": 0, "was": BOOK.areas[0]}]


@pytest.mark.parametrize(("text", "basis_points"), [("8", 800), ("7,75 %", 775), ("0.5", 50), ("100", 10000)])
def test_rates_are_read_and_written(text: str, basis_points: int) -> None:
    assert read_percent(text) == basis_points
    assert read_percent(format_percent(basis_points)) == basis_points


@pytest.mark.parametrize("text", ["", "x", "-1", "101", "7.755", "7.x", "²"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    assert read_percent(text) is None
