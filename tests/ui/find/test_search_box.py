"""The search box: what it asks, what it shows, and that the keyboard is enough."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.services.finding import Found, find_anything, list_kept
from boxoffice_desktop.ui.find.search_box import SearchBox
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.find.conftest import SearchDesk, find_house, find_reservation, find_seat, find_show

Key = Qt.Key


@pytest.fixture
def box(qtbot: QtBot, tasks: TaskRunner) -> SearchBox:
    box = SearchBox(tasks)
    qtbot.addWidget(box)
    # Its end would destroy it before the test has looked.
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    box.open()
    return box


def type_in(qtbot: QtBot, tasks: TaskRunner, box: SearchBox, text: str) -> None:
    qtbot.keyClicks(box.field, text)
    with qtbot.waitSignal(tasks.became_idle):
        pass


def test_typing_asks_once_for_the_whole_word(qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox) -> None:
    desk.found["ada"] = (find_reservation(),)
    type_in(qtbot, tasks, box, "ada")
    assert desk.queries == ["ada"]
    assert box.results() == desk.found["ada"]


def test_results_stand_under_their_kind_and_the_arrows_pass_over_the_headings(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox
) -> None:
    results = (find_reservation(), find_house(), find_seat(), find_show())
    desk.found["e7"] = results
    type_in(qtbot, tasks, box, "e7")
    rows = [box.list.item(row).text() for row in range(box.list.count())]
    assert rows[0] == "Reservations  1"
    assert (
        rows[1]
        == "K7F2QX · Ada Lovelace · 0660123\nE1 · waits · collect by Fri 20 19:45 · Nosferatu · Fri 20 20:15 · Hall 2"
    )
    assert rows[2] == "Kept by the house  1"
    chosen: list[Found] = []
    box.chosen.connect(chosen.append)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up):
        qtbot.keyClick(box.field, key)
    qtbot.keyClick(box.field, Key.Key_Return)
    assert chosen == [results[2]]
    assert box.isHidden()


def test_the_answer_to_an_older_query_is_dropped(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.found |= {"ada": (find_reservation(),), "adam": (find_house(),)}
    shown: list[Sequence[Found]] = []
    monkeypatch.setattr(box, "show_results", shown.append)
    desk.block()
    qtbot.keyClicks(box.field, "ada")
    qtbot.waitUntil(lambda: desk.queries == ["ada"])
    qtbot.keyClicks(box.field, "m")
    desk.let_go()
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [desk.found["adam"]]


def test_enter_before_the_answer_takes_the_first_result_of_what_stands_there(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox
) -> None:
    """A scanner types a code and Enter within milliseconds."""
    desk.found["K7F2QX"] = (find_reservation(), find_show())
    qtbot.keyClicks(box.field, "K7F2QX")
    with qtbot.waitSignal(box.chosen) as chosen:
        qtbot.keyClick(box.field, Key.Key_Return)
    assert chosen.args == [desk.found["K7F2QX"][0]]
    assert desk.queries == ["K7F2QX"]


def test_typing_on_after_a_quick_enter_takes_nothing(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox
) -> None:
    desk.found["adam"] = (find_reservation(),)
    desk.block()
    qtbot.keyClicks(box.field, "ada")
    qtbot.keyClick(box.field, Key.Key_Return)
    qtbot.keyClicks(box.field, "m")
    with qtbot.assertNotEmitted(box.chosen):
        desk.let_go()
        qtbot.waitUntil(lambda: bool(box.results()))


def test_nothing_found_is_said_with_what_was_looked_for(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox
) -> None:
    type_in(qtbot, tasks, box, "zz")
    assert box.verdict.text() == "Nothing found for “zz”."
    assert box.list.isHidden()
    qtbot.keyClick(box.field, Key.Key_Return)
    assert box.isVisible()


def test_a_search_that_fails_says_so_and_keeps_what_was_typed(
    qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk, box: SearchBox
) -> None:
    desk.answers[find_anything] = DatabaseUnavailableError("away")
    qtbot.keyClicks(box.field, "ada")
    with qtbot.waitSignal(box.failed):
        pass
    assert box.verdict.text() == "The search did not work."
    assert box.query() == "ada"


def test_with_a_show_what_is_kept_in_it_stands_there_first(qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk) -> None:
    desk.answers[list_kept] = (find_reservation(), find_house())
    box = SearchBox(tasks, 33)
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: len(box.results()) == 2)
    assert desk.asked[-1] == (list_kept, {"show_id": 33})


def test_a_show_in_which_nothing_is_kept_says_so(qtbot: QtBot, tasks: TaskRunner, desk: SearchDesk) -> None:
    desk.answers[list_kept] = ()
    box = SearchBox(tasks, 33)
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box.verdict.text().startswith("Nothing is reserved or kept in this show."))
