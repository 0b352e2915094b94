from dataclasses import replace
from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.edits import StaleEditError
from boxoffice_desktop.services import price_lists, repricing
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, StaleDialog
from boxoffice_desktop.ui.widgets.price_words import describe_rules
from tests.ui.manage.prices.hands import BOOK, SATURDAY, STANDARD, WEEKEND, Page, differences


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
