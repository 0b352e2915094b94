from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from boxoffice_desktop.documents.pages import ReceiptKind
from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.domain.refunding import CompletedRefund, MoneyBack, RefundKind
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services.refund_receipts import ReceiptSubject, list_receipts
from boxoffice_desktop.ui.corrections.done_dialog import DoneDialog, Settlement, settle_refund
from boxoffice_desktop.ui.corrections.receipts_button import ReceiptsButton
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

AT = datetime(2026, 3, 20, 20, 15, tzinfo=UTC)
REFUND, SALE = UUID(int=3), UUID(int=5)
SETTLED = Settlement(subject=REFUND, title="Refund 3", lines=(("Back in cash", "€8.00"),), gives_cash=True)


def refund(*money: MoneyBack, kind: RefundKind = RefundKind.EXCHANGE) -> CompletedRefund:
    return CompletedRefund(
        refund_id=REFUND, sale_id=SALE, kind=kind, number=3, refunded_at=AT, total=0, money=money
    )  # fmt: skip


def pays(kind: PaymentKind) -> tuple[PaymentGiven, ...]:
    return (PaymentGiven(kind=kind, amount=398, given=500, rounding=2),)


def part(kind: str, amount: int, rounding: int = 0) -> MoneyBack:
    return MoneyBack(payment_id=1, kind=kind, amount=amount, rounding=rounding)


@pytest.mark.parametrize(
    ("money", "paid", "expected", "gives_cash"),
    [
        ((part("cash", 803, 2), part("exchange", 1600)), (), (("Back in cash", "805"),), True),
        ((part("cash", 400), part("cash", 400)), (), (("Back in cash", "800"),), True),
        ((part("card", 800), part("owed", 100)), (), (("Back on the card", "800"), ("To be paid out", "100")), False),
        ((part("exchange", 800),), pays(PaymentKind.CASH), (("The customer pays", "400"),), False),
        ((part("exchange", 800),), pays(PaymentKind.CARD), (("The customer pays", "400"),), False),
        ((part("exchange", 800),), (), None, None),
    ],
)
def test_every_way_that_money_goes_is_named_once_and_cash_is_known(
    money: tuple[MoneyBack, ...],
    paid: tuple[PaymentGiven, ...],
    expected: tuple[tuple[str, str], ...] | None,
    gives_cash: bool | None,  # noqa: FBT001 - a column of the table above
) -> None:
    found = settle_refund(refund(*money), paid, str)
    assert (found and found.lines, found and found.gives_cash) == (expected, gives_cash)


def test_r_prints_one_receipt_and_enter_goes_on(qtbot: QtBot) -> None:
    dialog = DoneDialog((SETTLED,))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    asked: list[UUID] = []
    dialog.receipt_requested.connect(asked.append)
    dialog.open()
    assert "€8.00" in {label.text() for label in dialog.findChildren(QLabel)}
    for _ in range(2):
        qtbot.keyClick(dialog, Qt.Key.Key_R)
    assert asked == [REFUND]
    dialog.offer_receipt()
    qtbot.keyClick(dialog, Qt.Key.Key_R)
    assert asked == [REFUND, REFUND]
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isHidden()


def receipts(*kinds: ReceiptKind) -> tuple[ReceiptSubject, ...]:
    return tuple(
        ReceiptSubject(subject=UUID(int=place), kind=kind, number=place, at=AT) for place, kind in enumerate(kinds, 1)
    )


def test_the_only_receipt_is_asked_for_at_once(qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk) -> None:
    desk.answers[list_receipts] = receipts(ReceiptKind.SALE)
    button = ReceiptsButton(tasks, SALE)
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.requested) as asked:
        button.click()
    assert asked.args == [UUID(int=1)]


def test_of_several_one_is_chosen(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answers[list_receipts] = receipts(*ReceiptKind)
    button = ReceiptsButton(tasks, SALE)
    qtbot.addWidget(button)
    # The platform of the tests has no menus that pop up.
    opened: list[object] = []
    monkeypatch.setattr(button.menu_of_receipts, "popup", opened.append)
    button.click()
    qtbot.waitUntil(lambda: bool(opened))
    assert len(button.menu_of_receipts.actions()) == len(ReceiptKind)
    action = button.menu_of_receipts.actions()[1]
    assert action.text() == "Refund 2  ·  20 Mar 2026, 20:15"
    with qtbot.waitSignal(button.requested) as asked:
        action.trigger()
    assert asked.args == [UUID(int=2)]


def test_a_database_that_is_away_is_told(qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk) -> None:
    desk.answers[list_receipts] = DatabaseUnavailableError("away")
    button = ReceiptsButton(tasks, SALE)
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.failed):
        button.click()
