"""The help promises a hall of 447 seats in five minutes: its steps, done by hand and key, and how long they take."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.services.layouts.saving import create_hall
from boxoffice_desktop.ui.manage.halls.dialogs import TextDialog
from boxoffice_desktop.ui.manage.halls.help import list_steps
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from tests.ui.fakes import FakeDesk
from tests.ui.manage.halls.hands import Hand, answer_saves

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
# The keystroke-level model (Card, Moran, Newell 1980): s for a key of a slow typist, a pointing, making up one's mind.
KEY, POINT, THINK = 0.5, 1.1, 1.35
FIVE_MINUTES = 300.0


@dataclass
class Person:
    """Works the editor as a person does, and adds up the time."""

    hand: Hand
    seconds: float = 0.0
    acts: int = 0

    def decide(self) -> None:
        self.seconds += THINK

    def click_seat(self, name: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._act(POINT + KEY)
        self.hand.click(*self.hand.places()[name], modifier)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1
    ) -> None:
        for _ in range(times):
            self._act(KEY if modifier is Qt.KeyboardModifier.NoModifier else 2 * KEY)
            self.hand.press(key, modifier)

    def type_into(self, field: QWidget, text: str) -> None:
        """Point at a field, select what is in it, type."""
        self._act(POINT + KEY * (2 + len(text)))
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(field, text)
        if isinstance(field, QSpinBox):
            field.interpretText()

    def choose(self, box: QComboBox, text: str) -> None:
        """Point at a box and then at one of its entries."""
        self._act(2 * (POINT + KEY))
        at = next(i for i in range(box.count()) if text in box.itemText(i))
        box.setCurrentIndex(at)
        box.activated.emit(at)

    def click(self, button: QPushButton) -> None:
        self._act(POINT + KEY)
        button.click()

    def _act(self, seconds: float) -> None:
        self.seconds += seconds
        self.acts += 1


def name_hall(qtbot: QtBot, page: HallsPage, person: Person) -> None:
    person.click(page.list.new)
    dialogs: list[TextDialog] = []
    qtbot.waitUntil(lambda: bool(dialogs or dialogs.extend(page.findChildren(TextDialog))))
    person.type_into(dialogs[0].edit, "Hall 9")
    person.click(dialogs[0].buttons["ok"])
    qtbot.waitUntil(page.editor.isVisible)


def draw_rows(person: Person) -> None:
    panel = person.hand.page.editor.block_panel
    person.press(Qt.Key.Key_B)
    for field, text in (
        (panel.rows, "18"),
        (panel.seats, "17"),
        (panel.widen, "1"),
        (panel.curve, "20"),
        (panel.aisles, "5, 12"),
    ):
        person.type_into(field, text)
    # A person clicks; the middle of the first row is the ghost's place.
    canvas = person.hand.canvas
    canvas.put_ghost(QPointF(400, 110))
    person.press(Qt.Key.Key_Return)


def remove_corners(person: Person) -> None:
    last = max((name for name in person.hand.places() if name[0] == "T"), key=lambda name: int(name[1:]))
    for first, arrow in (("T1", Qt.Key.Key_Right), (last, Qt.Key.Key_Left)):
        person.click_seat(first)
        person.press(arrow, SHIFT, times=5)
        person.press(Qt.Key.Key_Delete)


def mark_areas_and_kinds(person: Person) -> None:
    panel = person.hand.page.editor.selection_panel
    person.click_seat("T15")
    person.press(Qt.Key.Key_Up, SHIFT, times=2)
    person.press(Qt.Key.Key_R, CTRL)
    person.choose(panel.area, "Premium")
    for seat, kind in (("A1", "Wheelchair"), ("A2", "Companion")):
        person.click_seat(seat)
        person.choose(panel.kind, kind)


@pytest.fixture
def person(page: HallsPage) -> Person:
    return Person(Hand(page))


def test_the_steps_of_the_help_draw_447_seats_within_five_minutes(
    qtbot: QtBot, page: HallsPage, person: Person, desk: FakeDesk
) -> None:
    editor, hand = page.editor, person.hand
    name_hall(qtbot, page, person)
    person.decide()
    draw_rows(person)
    assert len(hand.places()) == 459
    assert {name[0] for name in hand.places()} == set("ABCDEFGHJKLMNPQRST")
    person.decide()
    remove_corners(person)
    assert len(hand.places()) == 447
    person.decide()
    mark_areas_and_kinds(person)
    person.decide()
    person.press(Qt.Key.Key_A, CTRL)
    person.click(editor.selection_panel.number_button)
    person.decide()
    person.press(Qt.Key.Key_P)
    person.press(Qt.Key.Key_Return)
    answer_saves(desk, hand)
    person.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: editor.status.whole_text() == "Saved.")
    sent = next(arguments["document"] for operation, arguments in desk.asked if operation is create_hall)
    seats = {seat.row_label + seat.number: seat for seat in sent.seats}  # type: ignore[attr-defined]  # a document
    assert len(seats) == 447
    assert {name for name in seats if name[0] == "T"} == {f"T{number}" for number in range(1, 23)}
    premium = {name[0] for name, seat in seats.items() if seat.area_id == 2}
    assert premium == set("RST")
    assert (seats["A1"].kind, seats["A2"].kind) == (SeatKind.WHEELCHAIR, SeatKind.COMPANION)
    # The time to read the steps belongs to it: 200 words a minute.
    reading = sum(len(step.split()) for step in list_steps()) / 200 * 60
    assert person.acts < 60
    assert person.seconds + reading < FIVE_MINUTES


def test_the_clock_of_that_test_can_run_out(hand: Hand) -> None:
    """The control: a click for every seat takes longer than the promise allows, also without the drawing itself."""
    person = Person(hand)
    for _ in range(447 // 18):
        for name in list(hand.places()):
            person.click_seat(name)
    assert person.seconds > FIVE_MINUTES
