"""What results open: a reservation in parts, giving up that asks once, house seats that not everybody gives back."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.reservations import ReservedSeatState
from boxoffice_desktop.ui.find.dialogs import HouseDialog, ReservationDialog
from boxoffice_desktop.ui.find.words import FindWords, reservation_word, seat_state_word
from tests.ui.find.conftest import find_house, find_reservation, find_seat, make_reservation

KEPT, SERVED, COLLECTED, GONE = ReservedSeatState
WORDS = FindWords(currency="EUR", locale="en_GB")


def open_reservation(qtbot: QtBot, *states: ReservedSeatState) -> ReservationDialog:
    found = find_reservation(*states)
    assert found.reservation is not None
    dialog = ReservationDialog(found.reservation, found, WORDS)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def open_house(qtbot: QtBot, *, may_give_back: bool) -> HouseDialog:
    found = find_house()
    assert found.house is not None
    dialog = HouseDialog(found.house, found, WORDS, may_give_back=may_give_back)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_what_waits_is_ticked_and_what_was_collected_cannot_be(qtbot: QtBot) -> None:
    dialog = open_reservation(qtbot, KEPT, COLLECTED, GONE, KEPT)
    assert dialog.ticked() == (1, 4)
    assert [box.isEnabled() for box in dialog.boxes.values()] == [True, False, True, True]


def test_a_part_is_served(qtbot: QtBot) -> None:
    dialog = open_reservation(qtbot, KEPT, KEPT, KEPT)
    dialog.boxes[2].setChecked(False)
    assert dialog.serve_button.text() == "Sell 2  Enter"
    with qtbot.waitSignal(dialog.serve_requested) as served:
        dialog.serve_button.click()
    assert served.args == [(1, 3)]


def test_enter_serves_wherever_the_keyboard_is(qtbot: QtBot) -> None:
    dialog = open_reservation(qtbot, KEPT, KEPT)
    with qtbot.waitSignal(dialog.serve_requested) as served:
        qtbot.keyClick(dialog.boxes[2], Qt.Key.Key_Return)
    assert served.args == [(1, 2)]


def test_nothing_ticked_serves_nothing(qtbot: QtBot) -> None:
    dialog = open_reservation(qtbot, KEPT)
    dialog.boxes[1].setChecked(False)
    assert not dialog.serve_button.isEnabled()


def test_giving_up_asks_once(qtbot: QtBot) -> None:
    dialog = open_reservation(qtbot, KEPT, KEPT, COLLECTED)
    with qtbot.assertNotEmitted(dialog.give_up_requested):
        dialog.give_up_button.click()
    assert dialog.give_up_button.text() == "Yes, free 2"
    with qtbot.waitSignal(dialog.give_up_requested):
        dialog.give_up_button.click()


def test_what_is_over_cannot_be_given_up(qtbot: QtBot) -> None:
    assert not open_reservation(qtbot, COLLECTED, GONE).give_up_button.isEnabled()


def test_house_seats_are_given_back_by_who_may_and_after_one_question(qtbot: QtBot) -> None:
    assert not open_house(qtbot, may_give_back=False).back_button.isEnabled()
    dialog = open_house(qtbot, may_give_back=True)
    with qtbot.assertNotEmitted(dialog.give_back_requested):
        dialog.back_button.click()
    with qtbot.waitSignal(dialog.give_back_requested):
        dialog.back_button.click()


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ((KEPT, KEPT), "waits"),
        ((COLLECTED, KEPT), "1 of 2 collected"),
        ((SERVED, KEPT), "being served"),
        ((COLLECTED, COLLECTED), "collected"),
        ((GONE, GONE), "given up, or its time is over"),
    ],
)
def test_where_a_reservation_stands_is_said_in_words(states: tuple[ReservedSeatState, ...], word: str) -> None:
    assert reservation_word(make_reservation(*states)) == word


def test_every_state_of_a_seat_has_a_word() -> None:
    states = (
        "available",
        "basket",
        "reservation",
        "house",
        "out_of_order",
        "sold",
        *(s.value for s in ReservedSeatState),
    )
    assert all(seat_state_word(state) != state for state in states if state not in {"sold", "collected"})
    assert WORDS.describe(find_seat("E7", "reservation"))[0] == "E7 · reserved"
