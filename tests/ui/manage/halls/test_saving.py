from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.layout.moving import move
from boxoffice_desktop.domain.refunding import MoneyBack
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.layouts.planning import AffectedSeat, Effect
from boxoffice_desktop.services.layouts.saving import (
    SavedLayout,
    SeatDecision,
    StaleLayoutError,
    UndecidedSeatsError,
    create_hall,
    save_layout,
)
from boxoffice_desktop.services.layouts.tickets import PaidBack
from boxoffice_desktop.ui.manage.halls.dialogs import ChangesDialog, HallDialog, StaleDialog, TextDialog
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.manage.halls.paid_back_dialog import PaidBackDialog
from tests.ui.fakes import FakeDesk
from tests.ui.manage.halls.hands import CTRL, SHIFT, Hand, answer_saves, session_of, small_hall, wait_for


def affected(name: str) -> AffectedSeat:
    return AffectedSeat(
        key=SeatKey(7, 1),
        effect=Effect.RETIRED,
        seat_name=name,
        new_name="",
        title="Nosferatu",
        starts_at=datetime(2026, 3, 20, 20, tzinfo=UTC),
        state="reservation",
        holder="Counter 1",
        sale_number=None,
        note="Smith",
        may_move=True,
        sale_id=None,
    )


def test_saving_shows_what_changes_and_undo_goes_on_afterwards(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    hand.press(Qt.Key.Key_B)
    hand.canvas.put_ghost(QPointF(200, 240))
    hand.press(Qt.Key.Key_Return)
    answer_saves(desk, hand, shows=2)
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    assert "60 seats added: D1" in dialog.lines[0].text()
    assert "2 shows" in dialog.lines[1].text()
    dialog.buttons["save"].click()
    qtbot.waitUntil(lambda: not session_of(hand.page).history.is_changed)
    assert save_layout in [operation for operation, _ in desk.asked]
    assert all(seat.key > 0 for seat in session_of(hand.page).document.seats)
    hand.press(Qt.Key.Key_Z, CTRL)
    document = session_of(hand.page).document
    assert (len(document.seats), document.layout_version) == (18, 4)


def test_a_seat_that_somebody_has_is_decided_before_it_is_saved(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand, affected=(affected("A1"),))
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    item = dialog.table.item(0, 3)
    assert item is not None
    assert item.text() == "reservation Counter 1 Smith"
    assert dialog.decisions() == (SeatDecision(key=SeatKey(7, 1), effect=Effect.RETIRED),)
    box = dialog.table.cellWidget(0, 4)
    box.setCurrentIndex(1)  # type: ignore[union-attr]
    (decision,) = dialog.decisions()
    assert decision.move_to in {2, 7}
    desk.answers[save_layout] = UndecidedSeatsError((affected("A1"),))
    dialog.buttons["save"].click()
    again = wait_for(qtbot, hand.page, ChangesDialog, lambda d: d is not dialog)
    assert again.table.rowCount() == 1


def test_a_ticket_whose_seat_goes_can_be_paid_back_from_the_list(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    sale_id = uuid4()
    sold = replace(affected("A1"), state="sold", sale_id=sale_id, sale_number=12, value=1250, may_pay_back=True)
    hand.click(*hand.places()["A1"])
    hand.click(*hand.places()["A2"], SHIFT)
    hand.press(Qt.Key.Key_Delete)
    money = (
        MoneyBack(payment_id=1, kind="owed", amount=1000),
        MoneyBack(payment_id=2, kind="card", amount=150, reference="T 4711"),
        MoneyBack(payment_id=3, kind="gift_card", amount=100),
    )
    paid = PaidBack(sale_number=12, terminal_name="Counter 1", seat_names=("A1",), money=money)
    answer_saves(desk, hand, affected=(sold, replace(affected("A2"), key=SeatKey(7, 2))))
    saved = desk.answers[save_layout]
    assert isinstance(saved, SavedLayout)
    desk.answers[save_layout] = replace(saved, paid_back=(paid,))
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    box, other = (dialog.table.cellWidget(line, 4) for line in (0, 1))
    assert isinstance(box, QComboBox)
    assert isinstance(other, QComboBox)
    assert other.findText("Pay back", Qt.MatchFlag.MatchStartsWith) < 0
    assert dialog.decisions()[0].pay_back is None
    box.setCurrentIndex(box.findText("Pay back €12.50"))
    dialog.buttons["save"].click()
    told = wait_for(qtbot, hand.page, PaidBackDialog)
    (decision, _kept) = next(arguments["decisions"] for operation, arguments in desk.asked if operation is save_layout)
    assert (decision.pay_back, decision.move_to) == (sale_id, None)
    ways = [cell.text() for line in range(3) if (cell := told.table.item(line, 3)) is not None]
    assert ways == ["waits in cash at any till", "on the card, reference T 4711", "on the gift card"]


def test_all_sold_ones_are_paid_back_by_one_button_and_nobody_else(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_R, CTRL)
    hand.press(Qt.Key.Key_Delete)
    sold = replace(affected("A1"), state="sold", sale_id=uuid4(), sale_number=12, value=1250, may_pay_back=True)
    inside = replace(sold, key=SeatKey(7, 3), sale_id=uuid4(), may_pay_back=False)
    seats = (
        sold,
        replace(affected("A2"), key=SeatKey(7, 2)),
        inside,
        replace(sold, key=SeatKey(7, 4), sale_id=uuid4()),
    )
    answer_saves(desk, hand, affected=seats)
    hand.press(Qt.Key.Key_S, CTRL)
    dialog = wait_for(qtbot, hand.page, ChangesDialog)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Pay all sold ones back").click()
    assert [each.pay_back for each in dialog.decisions()] == [seats[0].sale_id, None, None, seats[3].sale_id]


def test_the_second_save_shows_the_first_and_asks(qtbot: QtBot, hand: Hand, desk: FakeDesk) -> None:
    theirs = replace(move(small_hall(), frozenset({18}), 9, 9), layout_version=4)
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand)
    at = datetime(2026, 3, 20, 19, tzinfo=UTC)
    desk.answers[save_layout] = StaleLayoutError(theirs, changed_by="Sid", changed_at=at)
    hand.press(Qt.Key.Key_S, CTRL)
    wait_for(qtbot, hand.page, ChangesDialog).buttons["save"].click()
    dialog = wait_for(qtbot, hand.page, StaleDialog)
    said = [line.text() for line in dialog.lines]
    assert said == ["Sid saved this hall while you worked on it (20 Mar 2026, 20:00):", "1 seats moved: C6"]
    dialog.buttons["theirs"].click()
    session = session_of(hand.page)
    assert session.document == theirs
    assert not session.history.is_changed
    hand.press(Qt.Key.Key_Z, CTRL)
    assert "A1" not in hand.places()


def test_mine_over_theirs_is_planned_anew_and_saved_over_their_version(
    qtbot: QtBot, hand: Hand, desk: FakeDesk
) -> None:
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    answer_saves(desk, hand)
    saved = desk.answers[save_layout]
    desk.answers[save_layout] = StaleLayoutError(replace(small_hall(), layout_version=9))
    hand.press(Qt.Key.Key_S, CTRL)
    first = wait_for(qtbot, hand.page, ChangesDialog)
    first.buttons["save"].click()
    stale = wait_for(qtbot, hand.page, StaleDialog)
    desk.answers[save_layout] = saved
    stale.buttons["mine"].click()
    wait_for(qtbot, hand.page, ChangesDialog, lambda d: d is not first).buttons["save"].click()
    qtbot.waitUntil(lambda: not session_of(hand.page).history.is_changed)
    versions = [arguments["expected_version"] for operation, arguments in desk.asked if operation is save_layout]
    assert versions == [3, 9]


def test_changes_are_not_lost_by_leaving(qtbot: QtBot, hand: Hand) -> None:
    page = hand.page
    assert page.may_leave()
    hand.click(*hand.places()["A1"])
    hand.press(Qt.Key.Key_Delete)
    assert not page.may_leave()
    page.editor.close_requested.emit()
    dialog = wait_for(qtbot, page, HallDialog)
    dialog.buttons["discard"].click()
    assert page.list.isVisible()
    assert page.may_leave()


def test_a_new_hall_begins_with_a_screen_and_is_created(qtbot: QtBot, page: HallsPage, desk: FakeDesk) -> None:
    page.list.new.click()
    dialog = wait_for(qtbot, page, TextDialog)
    assert not dialog.buttons["ok"].isEnabled()
    dialog.edit.setText("Hall 9")
    dialog.buttons["ok"].click()
    qtbot.waitUntil(page.editor.isVisible)
    hand = Hand(page)
    hand.press(Qt.Key.Key_S, CTRL)
    assert "no seats" in page.editor.status.whole_text()
    hand.press(Qt.Key.Key_B)
    hand.press(Qt.Key.Key_Return)
    answer_saves(desk, hand)
    hand.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.editor.status.whole_text() == "Saved.")
    assert any(operation is create_hall for operation, _ in desk.asked)
