"""Taking seats, giving them back, losing them."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import BusyError, DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.ui.sell import till_basket
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.sell.conftest import Counter
from tests.ui.sell.fakes import CinemaDesk

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_a_click_holds_a_seat_and_a_second_click_gives_it_back(open_counter: Counter) -> None:
    open_counter.click_seat("E7")
    assert open_counter.desk.held_by_me() == {"E7"}
    assert open_counter.look_of("E7") == "mine"
    open_counter.click_seat("E7")
    assert open_counter.desk.held_by_me() == set()
    assert open_counter.look_of("E7") == "available"


def test_a_refused_seat_says_who_has_it_and_the_basket_stays(open_counter: Counter) -> None:
    open_counter.click_seat("E7")
    open_counter.desk.take_elsewhere(33, "C4")
    open_counter.click_seat("C4")
    assert open_counter.message == "C4 is with Counter 2"
    assert [line[0] for line in open_counter.basket()] == ["E7"]
    assert open_counter.look_of("C4") == "held"


def test_a_sold_seat_says_so(open_counter: Counter) -> None:
    open_counter.desk.sell_elsewhere(33, "C4")
    open_counter.click_seat("C4")
    assert open_counter.message == "C4 is sold"


def test_love_seats_come_only_when_asked_for(open_counter: Counter) -> None:
    open_counter.press("L", modifier=ALT)
    open_counter.press("2")
    assert open_counter.desk.held_by_me() == {"K14", "K15"}


def test_wheelchair_places_come_only_when_asked_for(open_counter: Counter) -> None:
    open_counter.press("W", modifier=ALT)
    open_counter.press("1")
    assert open_counter.desk.held_by_me() <= {"A1", "A16"}
    assert len(open_counter.desk.held_by_me()) == 1


def test_too_many_side_by_side_are_told(open_counter: Counter) -> None:
    for row in "ABCDEFGHJK":
        open_counter.desk.sell_elsewhere(33, *(f"{row}{n}" for n in range(1, 13)))
    open_counter.press("9")
    assert open_counter.message == "No 9 free seats side by side; the most is 4."


def test_a_basket_has_a_limit(open_counter: Counter) -> None:
    open_counter.press("8", "3")
    assert "at most 10" in open_counter.message
    assert len(open_counter.basket()) == 8


def test_escape_gives_everything_back_and_can_be_undone_with_its_types(open_counter: Counter) -> None:
    open_counter.press("3", Key.Key_F2)
    before, held = open_counter.basket(), open_counter.desk.held_by_me()
    open_counter.press(Key.Key_Escape)
    assert open_counter.desk.held_by_me() == set()
    open_counter.press("Z", modifier=CTRL)
    assert open_counter.basket() == before
    assert open_counter.desk.held_by_me() == held


def test_delete_gives_the_last_seat_back(open_counter: Counter) -> None:
    open_counter.press("3", Key.Key_Delete)
    assert len(open_counter.basket()) == 2
    assert len(open_counter.desk.held_by_me()) == 2


def test_seats_of_two_shows_go_into_one_sale(open_counter: Counter) -> None:
    open_counter.press("2")
    open_counter.open_show(23)
    open_counter.press("1", Key.Key_Return, Key.Key_Return)
    assert {line.key.show_id for line in open_counter.desk.orders[0].lines} == {23, 33}
    assert open_counter.phase is Phase.DONE


def test_the_end_of_the_hold_is_told_and_the_seats_can_be_taken_again(open_counter: Counter) -> None:
    open_counter.desk.hold_seconds = 0.2
    open_counter.press("2")
    held = open_counter.desk.held_by_me()
    open_counter.wait(lambda: open_counter.message.startswith("Hold ended, seats are free again"))
    open_counter.settle()
    assert open_counter.basket() == []
    assert open_counter.desk.held_by_me() == set()
    open_counter.desk.hold_seconds = 300
    open_counter.page.messages.act()
    open_counter.settle()
    assert open_counter.desk.held_by_me() == held


def test_the_end_of_the_hold_in_payment_comes_before_any_money(
    open_counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(till_basket, "_EXTEND_EVERY", 0.0)
    open_counter.desk.hold_seconds = 0.3
    open_counter.desk.faults["extend_hold"] = DatabaseUnavailableError("gone")
    open_counter.press("2", Key.Key_Return)
    open_counter.wait(lambda: open_counter.phase is Phase.CHOOSING)
    assert "take no money" in open_counter.message
    assert open_counter.desk.orders == []


def test_activity_in_payment_extends_the_hold(open_counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    open_counter.press("2", Key.Key_Return)
    ends_at = open_counter.page.controller.basket.ends_at
    monkeypatch.setattr(till_basket, "_EXTEND_EVERY", 0.0)
    open_counter.press("5")
    assert open_counter.desk.calls.count("extend_hold") == 1
    assert open_counter.page.controller.basket.ends_at > ends_at


def test_a_quick_sale_asks_for_no_more_time(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return, "5", "0", Key.Key_Return)
    assert "extend_hold" not in open_counter.desk.calls


def test_what_another_counter_does_appears_after_a_hint(open_counter: Counter) -> None:
    open_counter.desk.take_elsewhere(33, "C4")
    open_counter.page.on_hint(33)
    open_counter.settle()
    assert open_counter.look_of("C4") == "held"


def test_a_hint_of_no_show_means_any(open_counter: Counter) -> None:
    open_counter.desk.sell_elsewhere(33, "C4")
    open_counter.page.on_hint(None)
    open_counter.settle()
    assert open_counter.look_of("C4") == "sold"


def test_a_hint_of_another_show_reads_no_map(open_counter: Counter) -> None:
    before = open_counter.desk.calls.count("read_map")
    open_counter.page.on_hint(22)
    open_counter.settle()
    assert open_counter.desk.calls.count("read_map") == before


def test_counts_follow_our_own_seats_at_once(open_counter: Counter) -> None:
    open_counter.press("2")
    assert open_counter.page.view.map_panel.counts.text() == "158 free · 2 held · 0 sold"
    open_counter.press(Key.Key_Return, Key.Key_Return)
    assert open_counter.page.view.map_panel.counts.text() == "158 free · 0 held · 2 sold"


def test_leaving_the_page_gives_the_basket_back(open_counter: Counter) -> None:
    open_counter.press("2", Key.Key_Return)
    assert open_counter.page.may_leave()
    open_counter.page.leave()
    open_counter.settle()
    assert open_counter.desk.held_by_me() == set()
    assert open_counter.phase is Phase.CHOOSING


def test_seats_asked_for_and_let_go_before_the_answer_are_not_kept(open_counter: Counter) -> None:
    open_counter.desk.gate.clear()
    open_counter.hit("2")
    open_counter.hit(Key.Key_Escape)
    open_counter.desk.gate.set()
    open_counter.settle()
    assert open_counter.desk.held_by_me() == set()
    assert open_counter.basket() == []


def test_the_map_takes_no_seats_during_payment(open_counter: Counter) -> None:
    open_counter.press("1", Key.Key_Return)
    open_counter.click_seat("A5")
    assert len(open_counter.desk.held_by_me()) == 1
    assert "Esc" in open_counter.message


def test_a_broken_connection_is_posted_to_the_presenter(open_counter: Counter) -> None:
    fault = DatabaseUnavailableError("The database does not answer.")
    open_counter.desk.faults["hold_seats"] = fault
    open_counter.click_seat("A5")
    assert open_counter.posted == [fault]
    assert open_counter.basket() == []


def test_a_page_destroyed_under_a_hold_still_gives_the_seats_back(
    qtbot: QtBot, tasks: TaskRunner, desk: CinemaDesk
) -> None:
    page = QObject()
    basket = TillBasket(tasks, page)
    desk.gate.clear()
    basket.take(33, (501,))
    basket.outlive_page()
    shiboken6.delete(page)
    desk.gate.set()
    qtbot.waitUntil(tasks.is_idle)
    assert desk.calls == ["hold_seats", "release_seats"]
    assert desk.held_by_me() == set()


@pytest.mark.parametrize("error", [BusyError(), DatabaseUnavailableError("gone"), OutcomeUnknownError()])
def test_seats_whose_release_failed_are_released_as_soon_as_it_works(open_counter: Counter, error: Exception) -> None:
    basket = open_counter.page.controller.basket
    basket._release_again.setInterval(20)
    open_counter.press("2")
    open_counter.desk.faults["release_seats"] = error
    open_counter.press(Key.Key_Escape)
    assert open_counter.basket() == []
    assert len(open_counter.desk.held_by_me()) == 2
    # The next customer is served meanwhile, and keeps what is theirs.
    open_counter.click_seat("A3")
    open_counter.desk.faults.clear()
    open_counter.wait(lambda: open_counter.desk.held_by_me() == {"A3"})
    open_counter.settle()
    assert [line[0] for line in open_counter.basket()] == ["A3"]
    assert not basket._release_again.isActive()


def test_seats_of_two_baskets_are_released_when_the_connection_is_back(open_counter: Counter) -> None:
    open_counter.desk.faults["release_seats"] = DatabaseUnavailableError("gone")
    open_counter.press("2", Key.Key_Escape, "1", Key.Key_Escape)
    assert open_counter.desk.held_by_me()
    open_counter.desk.faults.clear()
    open_counter.page.come_back()
    open_counter.settle()
    assert open_counter.desk.held_by_me() == set()


def test_a_map_read_that_overtakes_the_release_does_not_show_the_seats_as_ours(open_counter: Counter) -> None:
    open_counter.press("2")
    names = open_counter.desk.held_by_me()
    open_counter.desk.overtaking_read = threading.Event()
    open_counter.press(Key.Key_Escape)
    assert {open_counter.look_of(name) for name in names} == {"available"}


def test_a_digit_takes_seats_also_while_the_basket_has_the_focus(open_counter: Counter) -> None:
    open_counter.press("1")
    open_counter.page.basket_panel.lines.setFocus()
    open_counter.press("2")
    assert len(open_counter.basket()) == 3
