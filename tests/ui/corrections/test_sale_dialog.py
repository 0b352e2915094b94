from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import (
    AlreadyRefundedError,
    InvalidInputError,
    OutcomeUnknownError,
    SeatHolder,
    SeatsUnavailableError,
)
from boxoffice_desktop.domain.refunding import (
    CompletedExchange,
    CompletedRefund,
    ExchangeOrder,
    PaidPart,
    RefundKind,
    RefundOrder,
)
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import CompletedSale, PaymentKind, SaleLine, TicketType
from boxoffice_desktop.services.approvals import Approver, list_approvers
from boxoffice_desktop.services.corrections import OpenedSale, price_changes
from boxoffice_desktop.services.history import HistoryLine
from boxoffice_desktop.services.sale_details import SaleDetails, TicketDetails
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.corrections.sale_dialog import SaleDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk

AT = datetime(2026, 3, 20, 20, 15, tzinfo=UTC)
TYPES = (
    TicketType(ticket_type_id=1, name="Adult", position=1),
    TicketType(ticket_type_id=2, name="Child", position=2),
)


def ticket(number: int, **changes: Any) -> TicketDetails:
    values: dict[str, Any] = {
        "ticket_id": number, "key": SeatKey(7, number), "seat_name": f"A{number}", "title": "Nosferatu",
        "hall_name": "Hall 1", "starts_at": AT, "ticket_type_id": 1, "ticket_type": "Adult", "value": 1200, "fee": 0,
        "ended": None, "ended_at": None, "ended_by": "", "ended_where": "", **changes,
    }  # fmt: skip
    return TicketDetails(**values)


SALE = SaleDetails(
    sale_id=UUID(int=5),
    number=17,
    terminal_name="Counter 1",
    staff_name="Anna",
    sold_at=AT,
    total=2400,
    currency="EUR",
    is_mine=True,
    tickets=(ticket(1), ticket(2)),
    payments=(PaidPart(payment_id=3, way="cash", amount=2400, left=2400),),
)
HISTORY = (HistoryLine(at=AT, what="sold", place="Counter 1", person="Anna", detail="17", sale_id=SALE.sale_id),)
OPENED = OpenedSale(sale=SALE, types=TYPES, shows=(), owed=(), history=HISTORY, may_refund=False)


class RefundingDesk(FakeDesk):
    """Stores what it is sent, or raises `fault`."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[RefundOrder | ExchangeOrder] = []
        self.fault: Exception | None = None

    def refund(self, order: RefundOrder) -> CompletedRefund:
        self.sent.append(order)
        if self.fault:
            raise self.fault
        return CompletedRefund(
            refund_id=order.refund_id, sale_id=order.sale_id, kind=order.kind, number=3, refunded_at=AT,
            total=sum(part.amount for part in order.money), money=order.money,
        )  # fmt: skip

    def exchange(self, order: ExchangeOrder) -> CompletedExchange:
        refund = self.refund(order.refund)
        self.sent[-1] = order
        sale = CompletedSale(
            sale_id=order.sale_id, number=18, sold_at=AT, total=order.sale.total, change=0, journal_hash="0" * 64,
            tickets=(),
        )  # fmt: skip
        return CompletedExchange(refund=refund, sale=sale)


@pytest.fixture
def desk() -> RefundingDesk:
    desk = RefundingDesk()
    desk.answers[price_changes] = (SaleLine(key=SeatKey(7, 1), ticket_type_id=2, amount=800),)
    desk.answers[list_approvers] = (Approver(user_name="sid", display_name="Sid"),)
    return desk


def open_dialog(qtbot: QtBot, tasks: TaskRunner, opened: OpenedSale = OPENED) -> SaleDialog:
    dialog = SaleDialog(tasks, opened)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.rows.focus_first()
    return dialog


def untick(dialog: SaleDialog, row: int) -> None:
    dialog.rows._rows[row][1].setChecked(False)


def test_the_type_of_the_last_sale_is_corrected_with_three_keys(
    qtbot: QtBot, qapp: QApplication, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    # F12 opened it; F2, Enter: as quick as a sale (digit, F2, Enter, Enter, Enter).
    apply_theme(qapp, dark=False)
    desk.answers[price_changes] = tuple(SaleLine(key=SeatKey(7, seat), ticket_type_id=2, amount=800) for seat in (1, 2))
    dialog = open_dialog(qtbot, tasks)
    told: list[str] = []
    dialog.told.connect(told.append)
    qtbot.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(tasks.is_idle)
    assert dialog.summary == "The customer gets €8.00 back"
    with qtbot.waitSignal(dialog.tickets_made):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    (order,) = desk.sent
    assert isinstance(order, ExchangeOrder)
    assert sorted((part.kind, part.amount) for part in order.refund.money) == [("cash", 800), ("exchange", 1600)]
    assert told == ["Refund 3: cash €8.00"]
    qtbot.waitUntil(tasks.is_idle)
    assert desk.acknowledged == [order.refund.refund_id]
    assert dialog.isHidden()


def test_enter_does_nothing_while_nothing_is_changed(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    dialog = open_dialog(qtbot, tasks)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert desk.sent == []


def test_the_own_sale_is_voided_without_an_approval(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    dialog = open_dialog(qtbot, tasks)
    assert dialog.back.main.text() == "Void €24.00"
    with qtbot.waitSignal(dialog.told):
        dialog.back.main.click()
    assert [order.kind for order in desk.sent if isinstance(order, RefundOrder)] == [RefundKind.VOID]


def test_a_part_of_it_is_a_refund_that_a_supervisor_approves(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    dialog = open_dialog(qtbot, tasks)
    untick(dialog, 1)
    assert dialog.back.main.text() == "Refund €12.00"
    dialog.back.main.click()
    assert desk.sent == []
    asked = dialog.findChild(ApprovalDialog)
    assert asked is not None
    assert (asked._request.act, asked._request.amount) == ("refund", 1200)
    qtbot.waitUntil(tasks.is_idle)
    asked.reject()


def test_a_supervisor_is_asked_for_no_approval(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    dialog = open_dialog(qtbot, tasks, replace(OPENED, may_refund=True))
    untick(dialog, 1)
    with qtbot.waitSignal(dialog.told):
        dialog.back.main.click()
    assert [order.ticket_ids for order in desk.sent if isinstance(order, RefundOrder)] == [(1,)]


def test_the_payment_is_corrected(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    desk.answers[price_changes] = tuple(
        SaleLine(key=SeatKey(7, seat), ticket_type_id=1, amount=1200) for seat in (1, 2)
    )
    dialog = open_dialog(qtbot, tasks)
    dialog.money.pay_by.setCurrentIndex(2)
    dialog.money.reference.setText("T 9")
    qtbot.waitUntil(tasks.is_idle)
    with qtbot.waitSignal(dialog.tickets_made):
        dialog.make_change()
    (order,) = desk.sent
    assert isinstance(order, ExchangeOrder)
    assert [(part.kind, part.amount) for part in order.refund.money] == [("cash", 2400)]
    assert [(paid.kind, paid.amount, paid.reference) for paid in order.sale.payments] == [
        (PaymentKind.CARD, 2400, "T 9")
    ]


def test_a_price_that_comes_late_is_not_the_price_of_what_is_chosen_now(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    dialog = open_dialog(qtbot, tasks)
    untick(dialog, 1)
    qtbot.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(dialog.change_button.isEnabled)
    for_one = dialog.rows.list_changes()
    desk.block()
    dialog.rows._rows[1][1].setChecked(True)
    dialog._on_priced(for_one, desk.answers[price_changes])
    assert not dialog.change_button.isEnabled()
    assert dialog.summary == ""
    desk.let_go()
    qtbot.waitUntil(dialog.change_button.isEnabled)


def test_tickets_that_ended_cannot_be_chosen_and_tell_why(qtbot: QtBot, tasks: TaskRunner) -> None:
    ended = ticket(2, ended="refund", ended_at=AT, ended_by="Sid", ended_where="Counter 2")
    dialog = open_dialog(qtbot, tasks, replace(OPENED, sale=replace(SALE, tickets=(ticket(1), ended))))
    assert [one.ticket_id for one in dialog.rows.list_chosen()] == [1]
    assert not dialog.rows._rows[1][1].isEnabled()
    assert dialog.back.main.text() == "Refund €12.00"


def test_a_seat_that_does_not_exist_is_told(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    desk.answers[price_changes] = InvalidInputError("seat", "That show has no seat Z9.")
    dialog = open_dialog(qtbot, tasks)
    dialog.rows.set_places({1: (SeatKey(7, 99), "Z9")})
    qtbot.waitUntil(tasks.is_idle)
    assert dialog.problem == "That show has no seat Z9."
    assert not dialog.change_button.isEnabled()


def test_a_refusal_stays_on_the_screen(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    desk.fault = AlreadyRefundedError(why="refund", seat="A1", at="2026-03-20", place="Counter 2", person="Sid")
    dialog = open_dialog(qtbot, tasks)
    with qtbot.waitSignal(dialog.failed):
        dialog.back.main.click()
    assert not dialog.isHidden()
    assert "Counter 2" in dialog.problem


def test_a_seat_that_was_taken_meanwhile_is_told_and_another_can_be_chosen(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    desk.fault = SeatsUnavailableError((SeatHolder(seat_id=9, seat_name="B4", state="held", holder="Counter 2"),))
    dialog = open_dialog(qtbot, tasks)
    dialog.rows.set_places({1: (SeatKey(7, 9), "B4")})
    qtbot.waitUntil(dialog.change_button.isEnabled)
    dialog.change_button.click()
    qtbot.waitUntil(lambda: bool(dialog.problem))
    assert dialog.problem == "B4 was taken meanwhile. Choose another seat on the map."
    assert not dialog.isHidden()
    assert dialog.seats_button.isEnabled()


def test_an_unknown_outcome_closes_it_so_that_nothing_is_tried_again(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    desk.fault = OutcomeUnknownError()
    dialog = open_dialog(qtbot, tasks)
    with qtbot.waitSignal(dialog.failed):
        dialog.back.main.click()
    qtbot.waitUntil(dialog.isHidden)


def test_everything_a_finger_hits_is_44_pixels_high(qtbot: QtBot, qapp: QApplication, tasks: TaskRunner) -> None:
    apply_theme(qapp, dark=False)
    dialog = open_dialog(qtbot, tasks)
    assert min(button.height() for button in dialog.findChildren(QPushButton)) >= 44
