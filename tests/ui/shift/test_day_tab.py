"""The table of all tills' shifts at the width that a small screen leaves it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.services.shift_reports import ShiftDay, ShiftLine, list_shifts
from boxoffice_desktop.ui.shift.day_tab import DayTab
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
LINE = ShiftLine(
    shift_id=UUID(int=1),
    number=1204,
    terminal_id=1,
    terminal_name="Counter 1 at the entrance",
    opened_at=AT,
    opened_by="Carla Kowalska",
    closed_at=AT + timedelta(hours=8),
    closed_by="Sid Winter",
    sales=312,
    tickets=812,
    sold=1_245_600,
    cash=456_700,
    card=788_900,
    other=12_000,
    refunded=4_800,
    expected=500_000,
    counted=498_500,
    is_old=False,
)
# 1024 pixels of window without the rail and the page's margins.
SMALL = 907


@pytest.fixture
def tab(qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: FakeDesk) -> DayTab:
    apply_theme(qapp, dark=False)
    desk.answers[list_shifts] = ShiftDay(day=date(2026, 11, 20), shifts=(LINE,))
    tab = DayTab(tasks, Formats(currency="CHF", locale="de_CH"), may_close=True)
    qtbot.addWidget(tab)
    tab.resize(SMALL, 430)
    tab.show()
    tab.reload()
    qtbot.waitUntil(lambda: tasks.is_idle() and tab.model.rowCount() == 1)
    return tab


def headings(tab: DayTab) -> list[str]:
    return [each.title for place, each in enumerate(tab.model.columns) if not tab.table.isColumnHidden(place)]


def test_on_a_small_screen_no_money_and_no_heading_is_cut(tab: DayTab) -> None:
    table = tab.table
    assert headings(tab) == ["Till", "Shift", "Closed", "Sold", "Cash", "Card", "Other", "Taken back", "Drawer"]
    assert table.horizontalHeader().length() <= table.viewport().width()
    metrics = QFontMetrics(table.font())
    for place, column in enumerate(tab.model.columns):
        if table.isColumnHidden(place):
            continue
        width = table.columnWidth(place)
        assert width >= table.horizontalHeader().sectionSizeHint(place), column.title
        if column.is_number or column.title == "Drawer":
            # Fusion keeps three pixels on each side of a cell's text.
            assert metrics.horizontalAdvance(column.text(LINE)) + 6 <= width, column.title


def test_where_there_is_room_every_column_is_shown(qtbot: QtBot, tab: DayTab) -> None:
    tab.resize(1500, 430)
    qtbot.waitUntil(lambda: len(headings(tab)) == len(tab.model.columns))
