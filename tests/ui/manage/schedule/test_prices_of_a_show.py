"""Whose prices a show has is told, with the reason, and another list is chosen and taken back."""

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule.drafts import ChangedShow
from boxoffice_desktop.services.schedule.locking import StaleShowError
from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.services.schedule.show_prices import choose_price_list, explain_show_prices
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.manage.schedule.price_dialog import PriceListDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.manage.schedule.conftest import FRIDAY, at, block, moved, prices_of


def asked(desk: FakeDesk) -> list[dict[str, Any]]:
    return [arguments for each, arguments in desk.asked if each is choose_price_list]


def open_dialog(page: SchedulePage, qtbot: QtBot, show_id: int) -> PriceListDialog:
    page.timeline.view.select(show_id)
    QTest.keyClick(page.timeline.view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(page.findChildren(PriceListDialog)))
    (dialog,) = page.findChildren(PriceListDialog)
    return dialog


def test_the_list_of_the_selected_show_is_told(
    page: SchedulePage, qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, shown: Schedule
) -> None:
    page.timeline.view.select(1)
    qtbot.waitUntil(lambda: page.prices.text() == "Prices: Standard")
    desk.answers[explain_show_prices] = prices_of(shown.blocks[0], chosen_id=2)
    page.timeline.view.select(1)
    qtbot.waitUntil(lambda: page.prices.text() == "Prices: Weekend, chosen")


def test_prices_of_a_show_that_is_not_selected_any_more_are_not_told(page: SchedulePage, shown: Schedule) -> None:
    page.timeline.view.select(2)
    page.show_prices(prices_of(shown.blocks[0]))
    assert page.prices.text() == ""


def test_another_list_is_chosen_with_the_version_that_was_seen_and_taken_back(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    first = shown.blocks[0]
    dialog = open_dialog(page, qtbot, 1)
    assert dialog.applies.text() == "“Standard” applies"
    dialog.choice.setCurrentIndex(dialog.choice.findData(2))
    assert dialog.verdict.text() == "Its own rules are only for: Sat, Sun"
    assert not dialog.now.isVisible()
    desk.answers[choose_price_list] = ChangedShow(before=first, after=moved(first))
    dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    page.controller.undo()
    qtbot.waitUntil(tasks.is_idle)
    assert asked(desk) == [
        {"show_id": 1, "version": 7, "price_list_id": 2, "applies_now": False},
        {"show_id": 1, "version": 8, "price_list_id": None, "applies_now": False},
    ]


def test_a_show_on_sale_gets_the_prices_at_once_unless_somebody_says_no(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    sold = shown.blocks[2]
    desk.answers[explain_show_prices] = prices_of(sold, chosen_id=2, selling_id=1)
    desk.answers[choose_price_list] = ChangedShow(before=sold, after=moved(sold))
    dialog = open_dialog(page, qtbot, 3)
    assert "It still sells at the prices of “Standard”." in dialog.reason.text()
    assert dialog.chosen_id == 2
    dialog.choice.setCurrentIndex(0)
    dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    assert asked(desk) == [{"show_id": 3, "version": 7, "price_list_id": None, "applies_now": True}]


def test_a_show_after_midnight_says_whose_day_it_has(qtbot: QtBot, page: SchedulePage) -> None:
    night = block(1, at(0, 30, FRIDAY + timedelta(days=1)))
    dialog = PriceListDialog(prices_of(night), page.words, page)
    assert "business day of Friday 8 May 2026, which ends at 06:00" in dialog.reason.text()
    dialog.close()


def test_without_a_list_it_says_what_to_do(qtbot: QtBot, page: SchedulePage, shown: Schedule) -> None:
    dialog = PriceListDialog(prices_of(shown.blocks[0], ruled_id=None), page.words, page)
    assert "cannot go on sale" in dialog.applies.text()
    dialog.close()


def test_the_second_manager_is_asked_before_the_list_is_chosen_all_the_same(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner, shown: Schedule
) -> None:
    theirs = moved(block(1, at(16)))
    dialog = open_dialog(page, qtbot, 1)
    desk.answers[choose_price_list] = StaleShowError(theirs)
    dialog.choice.setCurrentIndex(dialog.choice.findData(2))
    dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    (question,) = [each for each in page.findChildren(AskDialog) if each is not dialog]
    desk.answers[choose_price_list] = ChangedShow(before=theirs, after=moved(theirs))
    question.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    assert [each["version"] for each in asked(desk)] == [7, 8]


def test_s_puts_on_sale_and_closes(page: SchedulePage, shown: Schedule) -> None:
    wanted: list[object] = []
    page.controller.set_status = lambda block, status: wanted.append((block.show_id, status))  # type: ignore[method-assign]
    for show_id in (1, 3):
        page.timeline.view.select(show_id)
        QTest.keyClick(page.timeline.view, Qt.Key.Key_S)
    page.controller.toggle_sales(block(9, at(9), status=ShowStatus.CANCELLED))
    assert wanted == [(1, ShowStatus.ON_SALE), (3, ShowStatus.CLOSED)]
    assert page.message.text() == "The show is cancelled"


def test_the_timeline_zooms_by_keys(page: SchedulePage) -> None:
    before = page.timeline.view.geometry_now
    QTest.keyClick(page.timeline.view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    after = page.timeline.view.geometry_now
    assert before is not None
    assert after is not None
    assert after.per_minute > before.per_minute


def test_the_help_lists_every_key_of_the_page(page: SchedulePage) -> None:
    listed = " ".join(key for key, _ in page.list_keys())
    for key in (
        "Ctrl+N",
        "Ctrl+Shift+F",
        "Ctrl+P",
        "Ctrl+I",
        "Ctrl+R",
        "Ctrl+G",
        "Ctrl+Z",
        "Ctrl+T",
        "Ctrl+D",
        "Ctrl+W",
    ):
        assert key in listed
