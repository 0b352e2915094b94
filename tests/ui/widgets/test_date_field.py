"""A day is typed as the locale writes it, chosen from the calendar, or stepped with the arrows."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.widgets.date_field import CalendarPopup, DateField
from boxoffice_desktop.ui.widgets.form import Form, Reading
from tests.support.windows import show_in_front

DAY = date(2026, 12, 3)
# Said by the offscreen platform of every popup.
a_popup_opens = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def field(qtbot: QtBot) -> DateField:
    made = DateField("de_AT")
    qtbot.addWidget(made)
    made.resize(160, 36)
    show_in_front(qtbot, made)
    return made


def popup_of(field: DateField) -> CalendarPopup:
    (popup,) = [each for each in field.findChildren(CalendarPopup) if each.isVisible()]
    return popup


def test_a_day_stands_as_the_locale_writes_it(field: DateField) -> None:
    field.show_day(DAY)
    assert (field.text(), field.read_day()) == ("3.12.2026", DAY)
    field.show_day(None)
    assert (field.text(), field.read_day()) == ("", None)
    assert field.placeholderText() == field.say_example() == "31.12.2026"


def test_typing_tells_of_every_day_that_can_be_read(field: DateField) -> None:
    heard: list[object] = []
    field.day_changed.connect(heard.append)
    QTest.keyClicks(field, "3.12.26")
    assert heard == [date(2002, 12, 3), DAY]
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert heard[-1] is None


def test_what_is_no_day_is_refused_and_not_guessed(field: DateField) -> None:
    QTest.keyClicks(field, "tomorrow")
    assert field.find_day() is None
    with pytest.raises(InvalidInputError):
        field.read_day()


@a_popup_opens
@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_the_calendar_opens_by_key_on_the_day_and_enter_takes_another(
    field: DateField, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    field.show_day(DAY)
    edits: list[str] = []
    field.textEdited.connect(edits.append)
    QTest.keyClick(field, key, modifier)
    popup = popup_of(field)
    assert popup.calendar.selectedDate() == QDate(2026, 12, 3)
    assert popup.calendar.firstDayOfWeek() is Qt.DayOfWeek.Monday
    popup.calendar.setSelectedDate(QDate(2026, 12, 24))
    popup.calendar.activated.emit(QDate(2026, 12, 24))
    assert field.read_day() == date(2026, 12, 24)
    assert edits == ["24.12.2026"]
    assert not [each for each in field.findChildren(CalendarPopup) if each.isVisible()]


@a_popup_opens
def test_the_button_opens_the_calendar_and_escape_chooses_nothing(field: DateField) -> None:
    field.show_day(DAY)
    QTest.mouseClick(field.button, Qt.MouseButton.LeftButton)
    popup = popup_of(field)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert field.read_day() == DAY


def test_arrows_step_a_day(field: DateField) -> None:
    field.show_day(DAY)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.read_day() == DAY + timedelta(days=1)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.read_day() == DAY - timedelta(days=1)
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == ""


def test_a_form_reads_days_and_says_how_they_are_written(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.add_day("day", "Day", "en_GB")
    form.set_day("day", DAY)
    assert form.text("day") == "03/12/2026"
    assert Reading(form).day("day") == DAY
    form.set_text("day", "31/2/2026")
    reading = Reading(form)
    assert reading.day("day") is None
    assert reading.problems == {"day": "A day like 31/12/2026."}


def test_midnight_is_typed_as_an_end_too(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.add_line("at", "At")
    form.set_text("at", "24:00")
    found = Reading(form).clock("at")
    assert found is not None
    assert (found.hour, found.minute) == (0, 0)
