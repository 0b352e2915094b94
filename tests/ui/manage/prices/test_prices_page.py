from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGridLayout, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.edits import InvalidFieldsError, StaleEditError
from boxoffice_desktop.domain.price_editing import PriceListDraft, TicketTypeDraft
from boxoffice_desktop.domain.price_rules import RuleCheck, RuleKind
from boxoffice_desktop.services import films, price_lists, repricing
from boxoffice_desktop.services.clock import ClockReading, read_clock_difference
from boxoffice_desktop.services.price_lists import (
    AreaName,
    PriceBook,
    PriceListDetails,
    TaxRateDetails,
    TicketTypeDetails,
)
from boxoffice_desktop.services.repricing import AffectedShow, Explanation, Verdict
from boxoffice_desktop.ui.manage.prices.prices_page import PricesPage
from boxoffice_desktop.ui.manage.prices.type_tab import format_percent, read_percent
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from boxoffice_desktop.ui.widgets.price_words import describe_rules
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk

SATURDAY = date(2026, 3, 21)
STANDARD = PriceListDraft(
    name="Standard", tax_rate_id=1, amounts={(1, 1): 1200, (1, 2): 800, (2, 1): 1500, (2, 2): 1000}
)
WEEKEND = replace(STANDARD, name="Weekend", priority=5, weekdays=frozenset({6, 7}), from_time=time(18))
BOOK = PriceBook(
    areas=(
        AreaName(area_id=1, name="Standard", letter="S", colour=0),
        AreaName(area_id=2, name="Premium", letter="P", colour=1),
    ),
    ticket_types=(
        TicketTypeDetails(ticket_type_id=1, version=1, draft=TicketTypeDraft(name="Adult", position=1)),
        TicketTypeDetails(ticket_type_id=2, version=1, draft=TicketTypeDraft(name="Child", position=2)),
        TicketTypeDetails(ticket_type_id=3, version=1, draft=TicketTypeDraft(name="Old", is_active=False)),
    ),
    tax_rates=(TaxRateDetails(tax_rate_id=1, version=1, name="VAT", basis_points=775),),
    lists=(
        PriceListDetails(price_list_id=2, version=4, draft=WEEKEND, movie_title=""),
        PriceListDetails(price_list_id=1, version=3, draft=STANDARD, movie_title=""),
    ),
)
EXPLANATION = Explanation(
    amount=1200,
    tax=86,
    day=SATURDAY,
    day_ends_at=time(6),
    verdicts=(
        Verdict(
            price_list_id=2,
            name="Weekend",
            priority=5,
            checks=(RuleCheck(kind=RuleKind.WEEKDAY, holds=True),),
            applies=True,
        ),
        Verdict(price_list_id=1, name="Standard", priority=0, checks=(), applies=False),
    ),
)
SHOW = AffectedShow(
    show_id=9,
    title="Nosferatu",
    hall_name="Hall 2",
    starts_at=datetime(2026, 3, 21, 20, tzinfo=UTC),
    changes=4,
    sold=3,
    list_name="Weekend",
    problem="",
)


class Page:
    def __init__(self, page: PricesPage, desk: FakeDesk, tasks: TaskRunner, qtbot: QtBot) -> None:
        self.page, self.desk, self._tasks, self._qtbot = page, desk, tasks, qtbot
        self.grid, self.model = page.editor.grid, page.editor.model

    def settle(self) -> None:
        self._qtbot.waitUntil(self._tasks.is_idle)

    def asked(self, operation: Callable[..., object]) -> list[dict[str, object]]:
        return [arguments for each, arguments in self.desk.asked if each == operation]

    def cell(self, row: int, column: int) -> str:
        return self.model.text(self.model.index(row, column))

    def select(self, *cells: tuple[int, int]) -> None:
        self.grid.clearSelection()
        self.grid.setCurrentIndex(self.model.index(*cells[0]))
        for place in cells:
            self.grid.selectionModel().select(self.model.index(*place), QItemSelectionModel.SelectionFlag.Select)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.grid, key, modifier)

    def press(self, kind: type[ChoiceDialog], text: str) -> None:
        (found,) = [each for each in self.page.findChildren(kind) if each.isVisible()]
        next(each for each in found.findChildren(QPushButton) if each.text() == text).click()


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> Iterator[Page]:
    desk.answers = {
        films.list_films: (),
        read_clock_difference: ClockReading(
            database_now=datetime(2026, 3, 21, 12, tzinfo=UTC), till_ahead=timedelta(0)
        ),
        price_lists.get_price_book: BOOK,
        repricing.list_shows_to_reprice: (SHOW,),
        repricing.explain_price: EXPLANATION,
    }
    widget = PricesPage(tasks)
    qtbot.addWidget(widget)
    widget.resize(1290, 740)
    show_in_front(qtbot, widget)
    hands = Page(widget, desk, tasks, qtbot)
    hands.settle()
    yield hands
    hands.settle()


def test_the_grid_shows_areas_by_ticket_types_in_use(page: Page) -> None:
    assert (page.model.rowCount(), page.model.columnCount()) == (2, 2)
    assert [page.cell(row, column) for row in range(2) for column in range(2)] == ["12.00", "8.00", "15.00", "10.00"]


def test_typing_a_price_and_saving_sends_the_whole_list_with_its_version(page: Page) -> None:
    page.model.setData(page.model.index(0, 0), "12,5")
    page.desk.answers[price_lists.save_price_list] = BOOK.lists[0]
    page.page.editor.save()
    page.settle()
    ((sent),) = page.asked(price_lists.save_price_list)
    assert (sent["price_list_id"], sent["version"]) == (2, 4)
    assert sent["draft"] == replace(WEEKEND, amounts={**WEEKEND.amounts, (1, 1): 1250})


@pytest.mark.parametrize("text", ["abc", "-1", "1.234", "99999999999"])
def test_what_is_no_price_is_not_taken_and_said(page: Page, text: str) -> None:
    page.model.setData(page.model.index(0, 0), text)
    assert page.cell(0, 0) == "12.00"
    assert page.page.editor._problem.text().startswith(text)
    assert not page.page.editor.is_dirty


def test_delete_empties_the_selected_cells(page: Page) -> None:
    page.select((0, 0), (0, 1))
    page.key(Qt.Key.Key_Delete)
    assert page.model.amounts == {(2, 1): 1500, (2, 2): 1000}


def test_prices_are_copied_as_a_spreadsheet_takes_them(page: Page) -> None:
    page.select((0, 0), (0, 1), (1, 0), (1, 1))
    page.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "12.00\t8.00\n15.00\t10.00"


def test_prices_are_pasted_from_the_first_cell_on_and_what_does_not_fit_is_left(page: Page) -> None:
    QApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n7\t8\t9\n")
    page.select((0, 1))
    page.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.model.amounts == {(1, 1): 1200, (1, 2): 100, (2, 1): 1500, (2, 2): 400}


def test_one_price_fills_the_whole_selection(page: Page) -> None:
    QApplication.clipboard().setText("9.50")
    page.select((0, 0), (1, 1))
    page.grid.paste()
    assert page.model.amounts == {(1, 1): 950, (1, 2): 800, (2, 1): 1500, (2, 2): 950}


def test_a_paste_with_one_wrong_price_changes_nothing(page: Page) -> None:
    QApplication.clipboard().setText("1\tx")
    page.select((0, 0))
    page.grid.paste()
    assert page.model.amounts == WEEKEND.amounts


def test_the_rules_are_read_from_the_screen(page: Page) -> None:
    form = page.page.editor.form
    form.set_text("from_time", "17")
    form.set_text("valid_from", "2026-12-24")
    form.set_text("format", "3D")
    page.page.editor._days[1].setChecked(True)
    draft = page.page.editor.read_draft()
    wanted = replace(
        WEEKEND, from_time=time(17), valid_from=date(2026, 12, 24), format="3D", weekdays=frozenset({1, 6, 7})
    )
    assert draft == wanted


def test_a_wrong_rule_is_said_at_its_field(page: Page) -> None:
    page.page.editor.form.set_text("from_time", "quarter past")
    page.page.editor.form.set_text("valid_to", "tomorrow")
    page.page.editor.form.set_text("movie_id", "No such film")
    assert page.page.editor.read_draft() is None
    assert set(page.page.editor.form.problems()) == {"from_time", "valid_to", "movie_id"}


def test_the_others_prices_are_shown_cell_by_cell_and_can_be_taken(page: Page) -> None:
    theirs = replace(BOOK.lists[0], version=5, draft=replace(WEEKEND, amounts={**WEEKEND.amounts, (2, 1): 1600}))
    page.desk.answers[price_lists.save_price_list] = StaleEditError(theirs, changed_by="Sam")
    page.model.setData(page.model.index(0, 0), "13")
    page.page.editor.save()
    page.settle()
    (dialog,) = page.page.findChildren(StaleDialog)
    words = [label.text() for label in dialog.findChildren(type(page.page.explain._amount))]
    assert words[words.index("Premium, Adult") :][:3] == ["Premium, Adult", "15.00", "16.00"]
    page.desk.answers[price_lists.get_price_book] = replace(BOOK, lists=(theirs, BOOK.lists[1]))
    page.press(StaleDialog, "Take theirs")
    page.settle()
    assert page.cell(1, 0) == "16.00"


def differences(page: Page) -> list[list[str]]:
    """The rows of the dialog that is open: what it is called, mine, theirs."""
    (dialog,) = [each for each in page.page.findChildren(StaleDialog) if each.isVisible()]
    grids = [each for each in dialog.findChildren(QGridLayout) if each.rowCount() > 0]
    return [
        [grids[0].itemAtPosition(row, c).widget().text() for c in range(3)] for row in range(1, grids[0].rowCount())
    ]  # type: ignore[union-attr]  # every cell has its label


def test_the_others_rules_are_told_in_words(page: Page) -> None:
    draft = replace(WEEKEND, weekdays=frozenset({5}), to_time=time(2), valid_from=date(2026, 12, 3), movie_id=7)
    theirs = replace(BOOK.lists[0], version=5, draft=draft, movie_title="Nosferatu")
    page.desk.answers[price_lists.save_price_list] = StaleEditError(theirs, changed_by="Sam")
    page.page.editor.set_dirty(dirty=True)
    page.page.editor.save()
    page.settle()
    assert differences(page) == [
        ["Days of the week", "Sat, Sun", "Fri"],
        ["Shows before", "any", "02:00"],
        ["First day", "any", "03/12/2026"],
        ["Film", "any", "Nosferatu"],
    ]


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


def test_a_price_is_explained_in_words(page: Page) -> None:
    assert page.page.explain._amount.text() == "€12.00"
    assert "because “Weekend” holds: Sat, Sun · from 18:00" in page.page.explain._because.text()
    assert page.page.explain._others.text() == "Standard: holds too, but has priority 0"


def test_a_show_after_midnight_says_whose_day_it_has(page: Page) -> None:
    form = page.page.explain._form
    form.set_text("day", "2026-03-22")
    form.set_text("at", "00:30")
    page.page.explain.ask()
    page.settle()
    text = page.page.explain._because.text()
    assert "still Saturday 21 March 2026, which ends at 06:00" in text


def test_times_after_midnight_are_told_as_such() -> None:
    night = replace(STANDARD, from_time=time(20), to_time=time(2))
    assert describe_rules(night, "", "en_GB") == "from 20:00 before 02:00 after midnight"
    assert describe_rules(replace(night, to_time=time(0)), "", "en_GB") == "from 20:00 before 24:00"
    assert describe_rules(replace(night, from_time=None), "", "en_GB") == "before 02:00"


def test_another_question_is_asked_as_it_stands(page: Page) -> None:
    page.page.explain._form.set_text("at", "14:30")
    page.page.explain.ask()
    page.settle()
    assert page.asked(repricing.explain_price)[-1] == {
        "day": SATURDAY,
        "at": time(14, 30),
        "show_format": "2D",
        "movie_id": None,
        "area_id": 1,
        "ticket_type_id": 1,
    }


def test_shows_on_sale_get_new_prices_only_after_a_question(page: Page) -> None:
    assert page.page.tabs.tabText(4) == "Shows on sale (1)"
    page.page.tabs.setCurrentIndex(4)
    page.page.reprice.table.selectAll()
    page.page.reprice._apply.click()
    assert page.asked(repricing.reapply_prices) == []
    page.desk.answers[repricing.reapply_prices] = 1
    page.press(ChoiceDialog, "Apply")
    page.settle()
    assert page.asked(repricing.reapply_prices) == [{"show_ids": (9,)}]


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
