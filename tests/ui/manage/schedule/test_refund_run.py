from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError
from boxoffice_desktop.domain.refunding import CompletedRefund, MoneyBack, RefundKind
from boxoffice_desktop.services.cancellations import CardRefund, list_card_refunds, list_sales_to_refund
from boxoffice_desktop.services.cancellations import refund_cancelled_sale as refund_sale
from boxoffice_desktop.ui.manage.schedule.refund_run import RefundRunDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

SALES = tuple(UUID(int=number) for number in (1, 2, 3))


class Block:
    """What the run needs of a show."""

    show_id = 7
    title = "Nosferatu"


class Cashbox(FakeDesk):
    """Pays sales back, and remembers which."""

    def __init__(self) -> None:
        super().__init__()
        self.paid: list[UUID] = []
        self.before: Callable[[], object] = lambda: None
        self.answers[list_card_refunds] = (
            CardRefund(sale_number=4, terminal_name="Counter 1", reference="T 9", amount=1200),
        )

    def call(self, operation: Any, arguments: Any) -> Any:
        if operation is list_sales_to_refund:
            return tuple(sale for sale in SALES if sale not in self.paid)
        if operation is refund_sale:
            self.before()
            self.paid.append(arguments["sale_id"])
            return CompletedRefund(
                refund_id=UUID(int=9), sale_id=arguments["sale_id"], kind=RefundKind.CANCELLATION, number=1,
                refunded_at=datetime(2026, 3, 20, tzinfo=UTC), total=1200,
                money=(MoneyBack(payment_id=1, kind="owed", amount=1200),),
            )  # fmt: skip
        return super().call(operation, arguments)


@pytest.fixture
def desk() -> Cashbox:
    return Cashbox()


@pytest.fixture
def dialog(qtbot: QtBot, tasks: TaskRunner) -> RefundRunDialog:
    dialog = RefundRunDialog(tasks, Block(), "Pay back", lambda amount: f"{amount / 100:.2f}")  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(tasks.is_idle)
    return dialog


def test_all_sales_are_paid_back_in_one_run(
    qtbot: QtBot, tasks: TaskRunner, desk: Cashbox, dialog: RefundRunDialog
) -> None:
    assert dialog.way_out.text() == "Later"
    dialog.deed.click()
    qtbot.waitUntil(lambda: len(desk.paid) == 3 and tasks.is_idle())
    assert dialog.way_out.text() == "Close"
    assert tuple(desk.paid) == SALES
    assert dialog.progress.value() == dialog.progress.maximum() == 3
    assert "36.00 waits as cash" in dialog.summary.text()
    assert not dialog.deed.isEnabled()
    assert dialog.cards.texts() == [["4", "Counter 1", "T 9", "12.00"]]


def test_it_pauses_and_goes_on(qtbot: QtBot, tasks: TaskRunner, desk: Cashbox, dialog: RefundRunDialog) -> None:
    desk.block()
    desk.before = desk.wait_at_gate
    dialog.deed.click()
    assert dialog.deed.text() == "Pause"
    dialog.deed.click()
    desk.let_go()
    qtbot.waitUntil(tasks.is_idle)
    assert len(desk.paid) == 1
    assert dialog.deed.text() == "Go on"
    dialog.deed.click()
    qtbot.waitUntil(lambda: len(desk.paid) == 3 and tasks.is_idle())


def test_trouble_stops_it_and_what_was_paid_stays(
    qtbot: QtBot, tasks: TaskRunner, desk: Cashbox, dialog: RefundRunDialog
) -> None:
    def fail() -> None:
        if desk.paid:
            raise DatabaseUnavailableError("gone")

    desk.before = fail
    with qtbot.waitSignal(dialog.failed):
        dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    assert (len(desk.paid), dialog.is_running) == (1, False)
    desk.before = lambda: None
    dialog.deed.click()
    qtbot.waitUntil(lambda: len(desk.paid) == 3 and tasks.is_idle())
