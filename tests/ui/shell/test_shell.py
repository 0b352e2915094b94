from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.cash import CashKind, CashOrder, PayoutOrder, ShiftClosing, StoredAct
from boxoffice_desktop.domain.errors import BusyError, DatabaseUnavailableError, HoldExpiredError, NotStoredError
from boxoffice_desktop.domain.permissions import MANAGER
from boxoffice_desktop.domain.refunding import CompletedRefund, MoneyBack, RefundKind, RefundOrder
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import (
    AdjustmentKind,
    CompletedSale,
    PaymentGiven,
    PaymentKind,
    SaleAdjustment,
    SaleLine,
    SaleOrder,
)
from boxoffice_desktop.services.context import ResumedAttempt, SignedIn
from boxoffice_desktop.ui.tasks.link import Link, LinkState
from tests.ui.shell.conftest import Till

SALE_ID = UUID(int=7)
ORDER = SaleOrder(
    sale_id=SALE_ID,
    hold_id=UUID(int=8),
    lines=(SaleLine(key=SeatKey(show_id=1, seat_id=2), ticket_type_id=1, amount=1200),),
    payments=(PaymentGiven(kind=PaymentKind.CASH, amount=1200, given=2000),),
)
SALE = CompletedSale(
    sale_id=SALE_ID,
    number=12,
    sold_at=datetime(2026, 3, 20, 12, tzinfo=UTC),
    total=1200,
    change=800,
    journal_hash="0" * 64,
    tickets=(),
)
PAY_OUT = CashOrder(movement_id=UUID(int=9), kind=CashKind.PAY_OUT, amount=5000, reason="milk")


def test_before_sign_in_there_is_nowhere_to_go(qtbot: QtBot, till: Till) -> None:
    assert till.window.page is till.shell.sign_in_page
    assert not till.window.rail.isVisible()
    assert till.built == []


def test_the_rail_shows_only_what_one_may_do(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    assert till.window.rail.keys == ("sell", "door")
    till.shell.sign_out()
    till.desk.pins["oyelaran"] = "3456"
    till.desk.people["oyelaran"] = SignedIn(staff_id=3, display_name="F. Oyelaran", permissions=MANAGER)
    till.sign_in(qtbot, "oyelaran", "3456")
    assert till.window.rail.keys == ("sell", "films", "door")


def test_after_sign_in_the_first_place_is_open_and_the_person_is_named(qtbot: QtBot, till: Till) -> None:
    with qtbot.waitSignal(till.shell.signed_in):
        till.sign_in(qtbot)
    assert till.window.page is till.built[0]
    assert till.window.rail.marked == "sell"
    assert till.window.status.text == "connected  ·  Counter 1  ·  A. Kowalska  Demo"


def test_going_elsewhere_and_back_finds_the_page_as_it_was(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    qtbot.keyClick(till.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: till.window.rail.marked == "door")
    till.shell.go_to("sell")
    assert till.window.page is till.built[0]
    assert len(till.built) == 2
    assert till.built[0].left == 0


def test_ctrl_l_leaves_every_page_and_signs_out(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.shell.go_to("door")
    with qtbot.waitSignal(till.shell.signed_out):
        qtbot.keyClick(till.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert [page.left for page in till.built] == [1, 1]
    assert till.window.page is till.shell.sign_in_page
    assert not till.window.rail.isVisible()
    assert "Kowalska" not in till.window.status.text
    qtbot.waitUntil(till.tasks.is_idle)
    assert till.desk.sign_outs == 1
    assert till.shell.person is None


def test_the_next_person_gets_fresh_pages(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.shell.sign_out()
    till.sign_in(qtbot)
    assert len(till.built) == 2
    assert till.window.page is till.built[1]


def test_a_page_that_objects_keeps_everybody_where_they_are_and_comes_into_sight(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.shell.go_to("door")
    till.built[0].objects_to_leaving = True
    till.shell.sign_out()
    assert till.shell.person is not None
    assert till.window.page is till.built[0]
    assert [page.left for page in till.built] == [0, 0]
    assert till.presenter.notices.messages[0].title == "Not signed out: a sale is still under way"


def test_a_window_with_a_sale_under_way_closes_only_when_the_person_insists(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.built[0].objects_to_leaving = True
    till.window.close()
    assert till.window.isVisible()
    assert till.presenter.notices.messages[0].title == "Not closed: a sale is still under way"
    button = next(b for b in till.presenter.notices.findChildren(QPushButton) if b.text() == "Close anyway")
    with qtbot.waitSignal(till.shell.closed):
        button.click()
    assert not till.window.isVisible()


def test_a_page_with_something_unsaved_says_what_it_is(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.built[0].objects_to_leaving = True
    till.built[0].describe_unsaved = lambda: "the film has changes"  # type: ignore[attr-defined]  # what an editor says
    till.shell.sign_out()
    assert till.presenter.notices.messages[0].title == "Not signed out: the film has changes"
    assert till.shell.person is not None
    button = next(b for b in till.presenter.notices.findChildren(QPushButton) if b.text() == "Discard and sign out")
    button.click()
    assert till.shell.person is None


def test_a_sale_under_way_cannot_be_given_up_with_what_is_not_saved(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    till.built[0].objects_to_leaving = True
    till.shell.sign_out()
    assert [b.text() for b in till.presenter.notices.findChildren(QPushButton) if "Discard" in b.text()] == []


def test_closing_waits_for_what_a_page_is_still_writing(qtbot: QtBot, till: Till) -> None:
    till.sign_in(qtbot)
    written: list[str] = []

    def give_back_seats(_session: object, _context: object) -> None:
        written.append("given back")

    till.built[0].leave = lambda: till.tasks.write(till.built[0], give_back_seats, {})  # type: ignore[method-assign]  # what a page of seats does
    till.desk.block()
    till.window.close()
    assert till.window.isVisible()
    with qtbot.waitSignal(till.shell.closed):
        till.desk.let_go()
    assert written == ["given back"]
    assert till.desk.sign_outs == 1
    assert not till.window.isVisible()


def test_a_window_nobody_signed_in_at_closes_at_once(qtbot: QtBot, till: Till) -> None:
    with qtbot.waitSignal(till.shell.closed):
        till.window.close()
    assert not till.window.isVisible()


def test_a_failure_nobody_took_is_shown(qtbot: QtBot, till: Till) -> None:
    till.tasks.failed.emit(BusyError())
    qtbot.waitUntil(lambda: len(till.presenter.notices.messages) == 1)
    assert till.presenter.notices.messages[0].title == "Busy, nothing was changed"


def test_a_sale_that_was_stored_after_all_offers_its_tickets(qtbot: QtBot, till: Till) -> None:
    till.desk.attempts = (ResumedAttempt(order=ORDER, sale=SALE, problem=None),)
    till.sign_in(qtbot)
    assert [message.title for message in till.presenter.notices.messages] == ["Sale 12 is stored"]
    assert "12.00" in till.presenter.notices.messages[0].text
    button = next(b for b in till.presenter.notices.findChildren(QPushButton) if b.text() == "Print tickets")
    with qtbot.waitSignal(till.shell.print_requested) as asked:
        button.click()
    assert asked.args == [SALE]


def test_a_gift_card_that_was_sold_after_all_has_its_code_told(qtbot: QtBot, till: Till) -> None:
    card = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=5000, gift_card_code="ABCD2345EFGH")
    till.desk.attempts = (ResumedAttempt(order=replace(ORDER, adjustments=(card,)), sale=SALE, problem=None),)

    till.sign_in(qtbot)

    assert "ABCD-2345-EFGH" in till.presenter.notices.messages[0].text


def test_what_a_gift_card_would_have_paid_is_not_given_back(qtbot: QtBot, till: Till) -> None:
    parts = (
        PaymentGiven(kind=PaymentKind.GIFT_CARD, amount=1000, given=1000, gift_card_id=1),
        PaymentGiven(kind=PaymentKind.CASH, amount=203, given=205, rounding=2),
    )
    order = replace(ORDER, payments=parts)
    till.desk.attempts = (ResumedAttempt(order=order, sale=None, problem=HoldExpiredError()),)

    till.sign_in(qtbot)

    dialog = till.shell._resumed.dialog
    assert dialog is not None
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Give back in cash: €2.05" in words
    assert "10.00" not in words
    dialog.button.click()


def test_a_sale_that_is_lost_must_be_acknowledged(qtbot: QtBot, till: Till) -> None:
    lost = ResumedAttempt(order=ORDER, sale=None, problem=HoldExpiredError())
    till.desk.attempts = (lost, lost)
    till.sign_in(qtbot)
    for _ in range(2):
        dialog = till.shell._resumed.dialog
        assert dialog is not None
        assert dialog.isVisible()
        words = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert "was not stored" in words
        assert "Give back in cash: €12.00" in words
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
            qtbot.keyClick(dialog, key)
        dialog.close()
        assert dialog.isVisible()
        dialog.button.click()
    assert till.shell._resumed.dialog is None


def test_a_broken_connection_is_said_with_its_time(qtbot: QtBot, till: Till) -> None:
    since = datetime(2026, 3, 20, 14, 3, tzinfo=UTC)
    till.shell.show_link(Link(state=LinkState.RECONNECTING, since=since))
    assert till.window.status.text.startswith("reconnecting since 14:03")
    till.shell.show_link(Link(state=LinkState.CONNECTED))
    assert till.window.status.text.startswith("connected  ")


def test_a_save_is_mentioned_only_when_it_takes_long(qtbot: QtBot, till: Till) -> None:
    qtbot.waitUntil(till.tasks.is_idle)
    till.desk.block()
    till.tasks.write(till.window, lambda _session, _context: None, {})
    assert not till.window.status._saving.isVisible()
    qtbot.waitUntil(till.window.status._saving.isVisible)
    till.desk.let_go()
    qtbot.waitUntil(lambda: not till.window.status._saving.isVisible())


def test_what_cash_did_before_the_till_died_is_told_and_acknowledged(qtbot: QtBot, till: Till) -> None:
    stored = StoredAct(at=datetime(2026, 3, 20, 12, tzinfo=UTC), amount=5000, number=4, difference=-150)
    closing = ShiftClosing(shift_id=uuid4(), count_id=uuid4(), pieces=((500, 10),))
    paid = PayoutOrder(payout_id=uuid4(), refund_id=uuid4(), line=1)
    till.desk.attempts = tuple(
        ResumedAttempt(order=order, sale=None, problem=None, act=stored) for order in (PAY_OUT, closing, paid)
    )
    with qtbot.waitSignal(till.shell.attempts_told) as told:
        till.sign_in(qtbot)
    assert {message.title for message in till.presenter.notices.messages} == {
        "Written down: Pay-out €50.00",
        "Shift 4 is closed",
        "€50.00 is paid out",
    }
    assert any("€1.50 missing" in message.text for message in till.presenter.notices.messages)
    assert told.args == [frozenset({PAY_OUT.movement_id, closing.count_id, paid.payout_id})]
    qtbot.waitUntil(lambda: set(till.desk.acknowledged) == told.args[0])


def test_money_that_went_back_before_the_till_died_has_its_receipt(qtbot: QtBot, till: Till) -> None:
    back = RefundOrder(refund_id=uuid4(), kind=RefundKind.REFUND, sale_id=ORDER.sale_id, ticket_ids=(1,), money=())
    refund = CompletedRefund(
        refund_id=back.refund_id,
        sale_id=back.sale_id,
        kind=back.kind,
        number=3,
        refunded_at=datetime(2026, 3, 20, 12, tzinfo=UTC),
        total=1200,
        money=(MoneyBack(payment_id=1, kind="cash", amount=1200),),
    )
    paid = PayoutOrder(payout_id=uuid4(), refund_id=uuid4(), line=1)
    stored = StoredAct(at=refund.refunded_at, amount=5000)
    till.desk.attempts = (
        ResumedAttempt(order=back, sale=None, problem=None, refund=refund),
        ResumedAttempt(order=paid, sale=None, problem=None, act=stored),
    )
    till.sign_in(qtbot)
    asked: list[object] = []
    till.shell.receipt_requested.connect(asked.append)
    till.shell.drawer_requested.connect(lambda: asked.append("drawer"))
    for button in till.presenter.notices.findChildren(QPushButton):
        if button.text() == "Print the receipt":
            button.click()
    assert sorted(map(str, asked)) == sorted(map(str, ["drawer", refund.refund_id, "drawer", paid.payout_id]))


def test_cash_that_was_not_written_down_must_be_acknowledged(qtbot: QtBot, till: Till) -> None:
    till.desk.attempts = (ResumedAttempt(order=PAY_OUT, sale=None, problem=NotStoredError("It was not stored.")),)
    till.sign_in(qtbot)
    dialog = till.shell._resumed.dialog
    assert dialog is not None
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Not written down: Pay-out €50.00" in words
    assert "write it down again, under Shift" in words
    assert till.desk.acknowledged == []
    dialog.button.click()
    qtbot.waitUntil(lambda: till.desk.acknowledged == [PAY_OUT.movement_id])


def test_while_the_server_does_not_answer_it_is_asked_again(
    qtbot: QtBot, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.sign_in(qtbot)
    answers = [DatabaseUnavailableError("gone")]
    till.shell._again.setInterval(0)

    def resume() -> tuple[ResumedAttempt, ...]:
        if answers:
            raise answers.pop()
        return ()

    monkeypatch.setattr(till.desk, "resume_attempts", resume)
    with qtbot.waitSignal(till.shell.attempts_told):
        till.shell.resume_attempts()
    assert answers == []
