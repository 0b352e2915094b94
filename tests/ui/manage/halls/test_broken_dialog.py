from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QDate, Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.layouts.broken import (
    BrokenPlan,
    Outage,
    TakenSeat,
    give_back,
    plan_out_of_order,
    take_out_of_order,
)
from boxoffice_desktop.services.programme import DayTile, list_days
from boxoffice_desktop.ui.manage.halls.broken_dialog import BrokenDialog
from boxoffice_desktop.ui.widgets.date_field import CalendarPopup
from tests.ui.fakes import FakeDesk
from tests.ui.manage.halls.hands import CTRL, Hand, wait_for


def test_broken_seats_show_who_has_them_before_they_are_kept_from_sale(
    qtbot: QtBot, hand: Hand, desk: FakeDesk
) -> None:
    hand.press(Qt.Key.Key_B, CTRL)
    assert "Select the broken seats" in hand.page.editor.status.whole_text()
    seat = TakenSeat(
        key=SeatKey(7, 1),
        seat_name="A1",
        title="Nosferatu",
        starts_at=datetime(2026, 3, 20, 20, tzinfo=UTC),
        state="sold",
        holder="Counter 2",
        sale_number=12,
        note="",
    )
    day = date(2026, 3, 20)
    outage = Outage(seat_name="A1", first=day, last=day, reason="cushion", person="Mona")
    plan = BrokenPlan(free=3, shows=2, taken=(seat,), kept=1, outages=(outage,))
    desk.answers |= {
        list_days: (DayTile(day=day, shows=1),),
        plan_out_of_order: plan,
        take_out_of_order: plan,
        give_back: 3,
    }
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_B, CTRL)
    dialog = wait_for(qtbot, hand.page, BrokenDialog)
    qtbot.waitUntil(dialog.table.isVisible)
    item = dialog.table.item(0, 2)
    assert item is not None
    assert item.text() == "sold: sale 12 at Counter 2"
    assert "A1 is out of order from 20/03/2026 to 20/03/2026: cushion (Mona)" in dialog.summary.text()
    assert not dialog.buttons["broken"].isEnabled()
    dialog.reason.setText("spring")
    dialog.buttons["broken"].click()
    qtbot.waitUntil(lambda: hand.page.editor.status.whole_text() == "Out of order: 3 places in 2 shows.")
    arguments = next(arguments for operation, arguments in desk.asked if operation is take_out_of_order)
    assert arguments == {
        "hall_id": 1,
        "seat_ids": (1,),
        "first": date(2026, 3, 20),
        "last": date(2026, 3, 20),
        "reason": "spring",
    }
    hand.press(Qt.Key.Key_B, CTRL)
    dialog = wait_for(qtbot, hand.page, BrokenDialog)
    qtbot.waitUntil(dialog.buttons["mended"].isEnabled)
    dialog.buttons["mended"].click()
    qtbot.waitUntil(lambda: hand.page.editor.status.whole_text() == "On sale again: 3 places in shows.")
    arguments = next(arguments for operation, arguments in desk.asked if operation is give_back)
    assert arguments == {"hall_id": 1, "seat_ids": (1,), "first": day}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_end_of_an_outage_is_chosen_from_a_calendar(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    day = date(2026, 3, 20)
    plan = BrokenPlan(free=3, shows=2, taken=(), kept=0, outages=())
    desk.answers |= {list_days: (DayTile(day=day, shows=1),), plan_out_of_order: plan}
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_B, CTRL)
    dialog = wait_for(qtbot, hand.page, BrokenDialog)
    dialog.last.button.click()
    popup = wait_for(qtbot, hand.page, CalendarPopup)
    popup.calendar.activated.emit(QDate(2026, 3, 28))
    assert dialog.last.find_day() == date(2026, 3, 28)

    def periods() -> list[tuple[object, object]]:
        return [(a["first"], a["last"]) for operation, a in desk.asked if operation is plan_out_of_order]

    qtbot.waitUntil(lambda: periods()[-1:] == [(day, date(2026, 3, 28))])
