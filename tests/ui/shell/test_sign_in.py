from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, SignInRefusedError
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.staff import list_sign_in_names
from boxoffice_desktop.ui.shell.name_list import NameButton
from boxoffice_desktop.ui.shell.sign_in import SignInPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.keypad import Keypad
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.fakes import KOWALSKA, FakeDesk
from tests.ui.shell.conftest import NAMES


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("boxoffice_desktop.ui.shell.sign_in.monotonic", clock)
    return clock


@pytest.fixture
def people() -> list[SignedIn]:
    return []


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, desk: FakeDesk, tasks: TaskRunner, people: list[SignedIn]
) -> Iterator[SignInPage]:
    apply_theme(qapp, dark=False)
    desk.answers[list_sign_in_names] = NAMES
    page = SignInPage(tasks)
    qtbot.addWidget(page)
    page.signed_in.connect(people.append)
    page.resize(1290, 740)
    show_in_front(qtbot, page)
    qtbot.waitUntil(tasks.is_idle)
    yield page
    page.hide()


def pin_field(page: SignInPage) -> QLineEdit:
    return page._pin


def type_pin(qtbot: QtBot, page: SignInPage, pin: str) -> None:
    for digit in pin:
        qtbot.keyClick(QApplication.focusWidget() or page, digit)
    qtbot.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Return)


def test_the_right_pin_signs_in(qtbot: QtBot, page: SignInPage, tasks: TaskRunner, people: list[SignedIn]) -> None:
    type_pin(qtbot, page, "1234")
    qtbot.waitUntil(tasks.is_idle)
    assert people == [KOWALSKA]
    assert page.verdict == ""


def test_keys_alone_choose_a_name_by_its_letters_and_sign_in(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner, people: list[SignedIn]
) -> None:
    boss = SignedIn(staff_id=3, display_name="F. Oyelaran", permissions=frozenset())
    desk.pins["oyelaran"], desk.people["oyelaran"] = "3456", boss
    for letter in "oy":
        qtbot.keyClick(QApplication.focusWidget(), letter)
    assert page.user_name == "oyelaran"
    type_pin(qtbot, page, "3456")
    qtbot.waitUntil(tasks.is_idle)
    assert people == [boss]


def test_arrows_move_through_the_names_and_stop_at_the_ends(qtbot: QtBot, page: SignInPage) -> None:
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
        seen.append(page.user_name)
    assert seen == ["kowalska", "mbeki", "oyelaran", "oyelaran", "mbeki"]


def test_fingers_alone_sign_in(qtbot: QtBot, page: SignInPage, tasks: TaskRunner, people: list[SignedIn]) -> None:
    qtbot.mouseClick(page.findChildren(NameButton)[0], Qt.MouseButton.LeftButton)
    keys = {key.accessibleName(): key for key in page.findChild(Keypad).findChildren(QPushButton)}
    for digit in "12934":
        qtbot.mouseClick(keys[digit], Qt.MouseButton.LeftButton)
        if digit == "9":
            qtbot.mouseClick(keys["Delete the last digit"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page._enter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tasks.is_idle)
    assert people == [KOWALSKA]


def test_everything_a_finger_hits_is_44_pixels_high(page: SignInPage) -> None:
    targets = [*page.findChildren(NameButton), *page.findChild(Keypad).findChildren(QPushButton), page._enter]
    assert len(targets) == 3 + 12 + 1
    assert min(target.height() for target in targets) >= 44


def test_a_wrong_pin_is_refused_in_words_and_the_field_is_empty(
    qtbot: QtBot, page: SignInPage, tasks: TaskRunner, people: list[SignedIn]
) -> None:
    type_pin(qtbot, page, "9999")
    assert pin_field(page).text() == ""
    qtbot.waitUntil(tasks.is_idle)
    assert people == []
    assert page.verdict == "That name and PIN do not go together."
    assert pin_field(page).text() == ""
    assert pin_field(page).hasFocus()


def test_the_pin_is_never_readable_on_the_screen(qtbot: QtBot, page: SignInPage) -> None:
    pin_field(page).setText("1234")
    assert "1" not in pin_field(page).displayText()


def test_a_delay_is_counted_down_and_no_try_is_sent_before_it_ends(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner, people: list[SignedIn], clock: Clock
) -> None:
    desk.refusal = SignInRefusedError(wait_seconds=8)
    type_pin(qtbot, page, "9999")
    qtbot.waitUntil(tasks.is_idle)
    assert page.verdict.endswith("Next try in 8 s.")
    assert not pin_field(page).isEnabled()
    clock.now += 5.5
    qtbot.waitUntil(lambda: page.verdict.endswith("Next try in 3 s."))
    pin_field(page).setText("1234")
    page._try()
    assert tasks.is_idle()
    clock.now += 3
    qtbot.waitUntil(pin_field(page).isEnabled)
    assert page.verdict == ""
    type_pin(qtbot, page, "1234")
    qtbot.waitUntil(tasks.is_idle)
    assert people == [KOWALSKA]


def test_a_delay_is_the_names_own(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner, clock: Clock
) -> None:
    desk.refusal = SignInRefusedError(wait_seconds=8)
    type_pin(qtbot, page, "9999")
    qtbot.waitUntil(tasks.is_idle)
    page._names.choose(1)
    assert pin_field(page).isEnabled()
    assert page.verdict == ""
    page._names.choose(0)
    assert not pin_field(page).isEnabled()


def test_a_locked_name_is_told_who_can_help(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner, clock: Clock
) -> None:
    desk.refusal = SignInRefusedError(wait_seconds=900, locked=True)
    type_pin(qtbot, page, "9999")
    qtbot.waitUntil(tasks.is_idle)
    assert page.verdict == "Too many wrong PINs. Locked for 15:00; a manager can unlock it."


def test_while_the_till_checks_nothing_can_be_sent_twice(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner, people: list[SignedIn]
) -> None:
    desk.block()
    type_pin(qtbot, page, "1234")
    assert page._progress.isVisible()
    assert not page._enter.isEnabled()
    page._try()
    desk.let_go()
    qtbot.waitUntil(tasks.is_idle)
    assert people == [KOWALSKA]
    assert not page._progress.isVisible()


def test_an_empty_pin_is_not_sent(qtbot: QtBot, page: SignInPage, tasks: TaskRunner) -> None:
    page._try()
    assert tasks.is_idle()
    assert page.verdict == "Type the PIN, then Enter."


def test_a_dead_database_is_no_wrong_pin(qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner) -> None:
    desk.refusal = DatabaseUnavailableError("Nobody answers.")
    with qtbot.waitSignal(page.failed) as failure:
        type_pin(qtbot, page, "9999")
    assert isinstance(failure.args[0], DatabaseUnavailableError)
    assert page.verdict == "No connection to the database."


def test_names_that_cannot_be_read_leave_a_way_to_try_again(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner
) -> None:
    desk.answers[list_sign_in_names] = DatabaseUnavailableError("Nobody answers.")
    page.read_names()
    qtbot.waitUntil(page._again.isVisible)
    desk.answers[list_sign_in_names] = NAMES
    page._again.click()
    qtbot.waitUntil(tasks.is_idle)
    assert page._names.isVisible()
    assert not page._again.isVisible()


def test_pins_stand_beside_the_names_only_where_the_till_gives_them(
    qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner
) -> None:
    def texts() -> str:
        return " ".join(label.text() for button in page._names._buttons for label in button.findChildren(QLabel))

    assert "PIN 1234" in texts()
    desk.answers[list_sign_in_names] = tuple(replace(name, demo_pin=None) for name in NAMES)
    page.read_names()
    qtbot.waitUntil(tasks.is_idle)
    assert "PIN" not in texts()
    assert "Kowalska" in texts()


def test_nobody_to_sign_in_says_what_to_do(qtbot: QtBot, page: SignInPage, desk: FakeDesk, tasks: TaskRunner) -> None:
    page.show_names(())
    assert "A manager adds people" in page._no_names_text.text()
    page._pin.setText("1234")
    page._try()
    assert tasks.is_idle()
