"""Seats of an exchange, chosen on the map: by mouse and by keys, in the same show and in another."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.domain.seats import SeatKey, SeatLook
from boxoffice_desktop.services.corrections import ShowChoice
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.ui.corrections.seat_dialog import SeatDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.sell.fakes import CinemaDesk
from tests.ui.sell.shows import ADULT, CHILD, SHOWS

AT = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)
SHOW, LATER = 33, 34
CHOICES = tuple(
    ShowChoice(show_id=tile.show_id, title=tile.title, hall_name=tile.hall_name, starts_at=tile.starts_at)
    for tile in SHOWS
)


def ticket(number: int, show_id: int = SHOW) -> TicketDetails:
    """Ticket 1 has seat E1, ticket 2 seat E2."""
    values: dict[str, Any] = {
        "ticket_id": number, "key": SeatKey(show_id, 400 + number), "seat_name": f"E{number}", "title": "Nosferatu",
        "hall_name": "Hall 2", "starts_at": AT, "ticket_type_id": ADULT, "ticket_type": "Adult", "value": 1200,
        "fee": 0, "ended": None, "ended_at": None, "ended_by": "", "ended_where": "",
    }  # fmt: skip
    return TicketDetails(**values)


@pytest.fixture
def desk() -> CinemaDesk:
    desk = CinemaDesk()
    desk.sell_elsewhere(SHOW, "E1", "E2", "E3")
    desk.take_elsewhere(SHOW, "E4")
    return desk


class Hands:
    """A dialog and the hands in front of it."""

    def __init__(self, dialog: SeatDialog, desk: CinemaDesk, tasks: TaskRunner, qtbot: QtBot) -> None:
        self.dialog, self.desk, self.tasks, self.qtbot = dialog, desk, tasks, qtbot
        self.taken: list[dict[int, tuple[SeatKey, str]]] = []
        dialog.taken.connect(self.taken.append)

    def settle(self) -> None:
        self.qtbot.waitUntil(self.tasks.is_idle)

    def click(self, name: str) -> None:
        seat = next(seat for seat in self.desk.hall.seats if seat.name == name)
        seat_map = self.dialog.map_panel.seat_map
        self.qtbot.mouseClick(seat_map.viewport(), Qt.MouseButton.LeftButton, pos=seat_map.seat_position(seat))

    def press(self, key: Qt.Key | str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        self.qtbot.keyClick(target, key)

    def look_of(self, name: str) -> SeatLook | None:
        seat = next(seat for seat in self.desk.hall.seats if seat.name == name)
        status = self.dialog.map_panel.seat_map.status_of(seat.seat_id)
        return status.look if status else None

    def tickets(self) -> list[str]:
        return [button.text() for button in self.dialog._tickets.buttons()]

    def hint(self) -> None:
        """Another till did something, and its hint came."""
        self.dialog.on_hint(SHOW)
        self.settle()

    def go_to(self, show_id: int) -> None:
        rows = [choice.show_id for choice in sorted(CHOICES, key=lambda show: (show.starts_at, show.show_id))]
        self.dialog.shows.list.setCurrentRow(rows.index(show_id))
        self.settle()


def open_dialog(
    qtbot: QtBot,
    qapp: QApplication,
    tasks: TaskRunner,
    desk: CinemaDesk,
    *tickets: TicketDetails,
    kind: int = ADULT,
    shows: tuple[ShowChoice, ...] = CHOICES,
) -> Hands:
    apply_theme(qapp, dark=False)
    places = {each.ticket_id: (each.key, each.seat_name) for each in tickets}
    dialog = SeatDialog(tasks, tickets, types=dict.fromkeys(places, kind), places=places, shows=shows)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    show_in_front(qtbot, dialog)
    hands = Hands(dialog, desk, tasks, qtbot)
    hands.settle()
    return hands


@pytest.fixture
def hands(qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: CinemaDesk) -> Iterator[Hands]:
    hands = open_dialog(qtbot, qapp, tasks, desk, ticket(1), ticket(2))
    yield hands
    desk.let_go()
    hands.settle()


def test_the_customers_own_seats_are_marked_and_others_are_not(hands: Hands) -> None:
    assert [hands.look_of(name) for name in ("E1", "E2", "E3", "E4", "E5")] == [
        SeatLook.CHOSEN, SeatLook.CHOSEN, SeatLook.SOLD, SeatLook.HELD, None,
    ]  # fmt: skip
    assert hands.tickets() == ["E1", "E2"]


def test_a_click_gives_the_seat_to_the_ticket_that_is_up_and_the_next_one_follows(hands: Hands) -> None:
    hands.click("F7")
    assert hands.tickets() == ["E1 → F7", "E2"]
    assert (hands.look_of("F7"), hands.look_of("E1")) == (SeatLook.CHOSEN, SeatLook.LEAVING)
    hands.click("F8")
    assert hands.tickets() == ["E1 → F7", "E2 → F8"]
    hands.dialog.take_button.click()
    assert hands.taken == [{1: (SeatKey(SHOW, 507), "F7"), 2: (SeatKey(SHOW, 508), "F8")}]
    assert hands.dialog.isHidden()


def test_a_seat_that_was_given_up_can_be_taken_by_the_other_ticket(hands: Hands) -> None:
    hands.click("F7")
    hands.click("E1")
    assert hands.tickets() == ["E1 → F7", "E2 → E1"]


def test_a_chosen_seat_makes_its_ticket_the_next_one(hands: Hands) -> None:
    hands.click("E2")
    hands.click("F7")
    assert hands.tickets() == ["E1", "E2 → F7"]


def test_the_whole_choice_works_by_keys(hands: Hands) -> None:
    # The focus is on the first ticket's own seat: E1, then E2 to E5 to the right.
    assert hands.dialog.map_panel.seat_map.hasFocus()
    for _ in range(4):
        hands.press(Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_Space)
    assert hands.tickets() == ["E1 → E5", "E2"]
    hands.press(Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_Return)
    assert hands.taken == [{1: (SeatKey(SHOW, 405), "E5"), 2: (SeatKey(SHOW, 406), "E6")}]


def test_a_digit_takes_the_best_seats_side_by_side(hands: Hands) -> None:
    hands.press("2")
    (_, one), (_, two) = hands.dialog.plan.places.values()
    assert (one[0], int(two[1:]) - int(one[1:])) == (two[0], 1)
    assert hands.dialog.take_button.isEnabled()


def test_a_seat_of_somebody_else_is_refused_in_words(hands: Hands) -> None:
    hands.click("E4")
    assert hands.dialog.problem == "E4 is with Counter 2"
    hands.click("E3")
    assert "E3" in hands.dialog.problem
    assert hands.tickets() == ["E1", "E2"]


def test_a_seat_that_somebody_takes_meanwhile_is_lost_and_told(hands: Hands) -> None:
    hands.click("F7")
    hands.desk.take_elsewhere(SHOW, "F7")
    hands.hint()
    assert hands.dialog.problem == "F7 is with Counter 2"
    assert hands.tickets() == ["E1 → ?", "E2"]
    assert not hands.dialog.take_button.isEnabled()
    hands.press(Qt.Key.Key_Return)
    assert hands.taken == []
    hands.click("F9")
    assert hands.tickets() == ["E1 → F9", "E2"]


def test_a_seat_that_somebody_gives_back_can_be_taken_at_once(hands: Hands) -> None:
    hands.desk.held.clear()
    hands.hint()
    hands.click("E4")
    assert hands.tickets() == ["E1 → E4", "E2"]


def test_another_show_keeps_the_seats_where_they_are_free_there(hands: Hands) -> None:
    hands.desk.sell_elsewhere(LATER, "E2")
    hands.go_to(LATER)
    assert hands.tickets() == ["E1 → E1", "E2 → ?"]
    hands.click("G3")
    hands.press(Qt.Key.Key_Return)
    assert hands.taken == [{1: (SeatKey(LATER, 401), "E1"), 2: (SeatKey(LATER, 603), "G3")}]


def test_the_way_back_to_the_own_show_leads_to_the_own_seats(hands: Hands) -> None:
    hands.desk.sell_elsewhere(LATER, "E2")
    hands.go_to(LATER)
    hands.go_to(SHOW)
    assert hands.tickets() == ["E1", "E2"]


def test_a_show_that_cannot_be_opened_changes_nothing(hands: Hands) -> None:
    told: list[Exception] = []
    hands.dialog.failed.connect(told.append)
    hands.desk.faults["open_show"] = DatabaseUnavailableError("gone")
    hands.go_to(LATER)
    assert [type(error) for error in told] == [DatabaseUnavailableError]
    assert hands.tickets() == ["E1", "E2"]
    assert "20:15" in hands.dialog.shows.list.currentItem().text()
    hands.click("F7")
    assert hands.tickets() == ["E1 → F7", "E2"]


def test_a_show_is_searched_and_opened_by_keys(hands: Hands) -> None:
    hands.dialog.shows.search.setFocus()
    for letter in "22:45":
        hands.press(letter)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert hands.dialog.plan.show_of(hands.dialog.plan.tickets[0]) == LATER
    assert hands.dialog.map_panel.seat_map.hasFocus()
    assert hands.taken == []


def test_a_type_that_an_area_does_not_sell_is_told_before_anything_is_sent(
    qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: CinemaDesk
) -> None:
    hands = open_dialog(qtbot, qapp, tasks, desk, ticket(1), kind=CHILD)
    hands.click("J5")
    assert hands.dialog.problem.startswith("J5 is not sold as Child")
    assert hands.tickets() == ["E1"]


def test_a_show_that_is_not_on_sale_any_more_is_in_the_list_for_its_own_tickets(
    qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: CinemaDesk
) -> None:
    others = tuple(choice for choice in CHOICES if choice.show_id != SHOW)
    hands = open_dialog(qtbot, qapp, tasks, desk, ticket(1), shows=others)
    texts = [hands.dialog.shows.list.item(row).text() for row in range(hands.dialog.shows.list.count())]
    assert any("20:15" in text and "Nosferatu" in text for text in texts)


def test_tickets_of_two_shows_are_each_shown_on_their_map(
    qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: CinemaDesk
) -> None:
    hands = open_dialog(qtbot, qapp, tasks, desk, ticket(1), ticket(2, LATER))
    hands.dialog._tickets.buttons()[1].click()
    hands.settle()
    hands.click("F7")
    hands.press(Qt.Key.Key_Return)
    assert hands.taken == [{1: (SeatKey(SHOW, 401), "E1"), 2: (SeatKey(LATER, 507), "F7")}]


def test_escape_changes_nothing(hands: Hands) -> None:
    hands.click("F7")
    hands.press(Qt.Key.Key_Escape)
    assert hands.dialog.isHidden()
    assert hands.taken == []


def test_it_fits_a_small_screen_and_every_target_is_high_enough_for_a_finger(hands: Hands) -> None:
    hands.dialog.resize(1000, 560)
    hands.settle()
    assert hands.dialog.height() == 560
    assert hands.dialog.map_panel.seat_map.height() >= 300
    assert min(button.height() for button in hands.dialog.findChildren(QPushButton)) >= 44
