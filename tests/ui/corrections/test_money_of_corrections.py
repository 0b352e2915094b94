"""What the window says a correction costs: with what tickets take along, rounded in cash, gift cards included."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.carrying import TicketLine
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.promotions import Promotion, PromotionKind
from boxoffice_desktop.domain.refunding import ExchangeOrder, PaidPart, RefundKind, RefundOrder
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import AdjustmentKind, SaleLine
from boxoffice_desktop.services.corrections import price_changes
from boxoffice_desktop.services.sale_details import SaleDetails, TicketDetails
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.corrections.test_sale_dialog import OPENED, SALE, RefundingDesk, desk, open_dialog, ticket

__all__ = ["desk"]

HALF = TicketLine(
    kind=AdjustmentKind.PROMOTION,
    amount=-600,
    promotion=Promotion(promotion_id=1, name="Half price", kind=PromotionKind.PERCENT, value=5000),
)


def sold_for(total: int, *tickets: object, **changes: object) -> SaleDetails:
    paid = (PaidPart(payment_id=3, way="cash", amount=total, left=total),)
    return replace(SALE, total=total, tickets=tickets, payments=paid, **changes)  # type: ignore[arg-type]  # parts of a sale


@pytest.mark.parametrize(
    ("price", "words", "total"),
    [(1200, "Nothing to pay", 600), (1500, "The customer pays €1.50", 750), (800, "The customer gets €2.00 back", 400)],
)
def test_a_discount_goes_along(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk, price: int, words: str, total: int
) -> None:
    opened = replace(OPENED, sale=sold_for(600, ticket(1, value=600, lines=(HALF,))))
    desk.answers[price_changes] = (SaleLine(key=SeatKey(7, 9), ticket_type_id=2, amount=price),)
    dialog = open_dialog(qtbot, tasks, opened)
    qtbot.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(tasks.is_idle)
    assert dialog.summary == words
    with qtbot.waitSignal(dialog.tickets_made):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    (order,) = desk.sent
    assert isinstance(order, ExchangeOrder)
    assert order.sale.total == total
    assert sum(payment.amount for payment in order.sale.payments) == total


@pytest.mark.parametrize(
    ("price", "words"), [(1605, "The customer pays CHF 4.00"), (801, "The customer gets CHF 4.00 back")]
)
def test_cash_is_told_as_the_coins_are(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk, price: int, words: str
) -> None:
    opened = replace(OPENED, sale=sold_for(1203, ticket(1, value=1203), currency="CHF"))
    desk.answers[price_changes] = (SaleLine(key=SeatKey(7, 9), ticket_type_id=2, amount=price),)
    dialog = open_dialog(qtbot, tasks, opened)
    qtbot.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(tasks.is_idle)
    assert dialog.summary.replace("\N{NO-BREAK SPACE}", " ") == words


def test_a_sale_of_gift_cards_alone_is_voided(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    dialog = open_dialog(qtbot, tasks, replace(OPENED, sale=sold_for(5000, gift_cards=5000)))
    assert (dialog.back.main.text(), dialog.back.main.isEnabled()) == ("Void €50.00", True)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.back.main, Qt.MouseButton.LeftButton)
    (order,) = desk.sent
    assert isinstance(order, RefundOrder)
    assert (order.kind, order.ticket_ids, [part.amount for part in order.money]) == (RefundKind.VOID, (), [5000])


def test_a_void_with_tickets_counts_the_gift_cards(qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk) -> None:
    dialog = open_dialog(qtbot, tasks, replace(OPENED, sale=sold_for(4200, ticket(1), gift_cards=3000)))
    assert dialog.back.main.text() == "Void €42.00"


def test_tickets_go_back_without_a_gift_card_that_has_paid_since(
    qtbot: QtBot, tasks: TaskRunner, desk: RefundingDesk
) -> None:
    sale = sold_for(4200, ticket(1), gift_cards=3000)
    dialog = open_dialog(qtbot, tasks, replace(OPENED, sale=sale, may_refund=True))
    desk.fault = ConflictError("A gift card has paid for sale 18.")
    dialog.back.main.click()
    qtbot.waitUntil(lambda: dialog.problem == "A gift card has paid for sale 18.")
    desk.fault = None
    assert dialog.back.tickets.text() == "Refund tickets €12.00"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.back.tickets, Qt.MouseButton.LeftButton)
    orders = [order for order in desk.sent if isinstance(order, RefundOrder)]
    assert [(order.kind, [part.amount for part in order.money]) for order in orders] == [
        (RefundKind.VOID, [4200]), (RefundKind.REFUND, [1200]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tickets", "changes"),
    [((ticket(1),), {}), ((), {"gift_cards": 3000}), ((ticket(1),), {"gift_cards": 3000, "is_mine": False})],
    ids=["no gift cards", "gift cards alone", "of another till"],
)
def test_one_way_back_has_one_button(
    qtbot: QtBot, tasks: TaskRunner, tickets: Sequence[TicketDetails], changes: dict[str, object]
) -> None:
    dialog = open_dialog(qtbot, tasks, replace(OPENED, sale=sold_for(4200, *tickets, **changes)))
    assert dialog.back.main.isVisible()
    assert not dialog.back.tickets.isVisible()
