"""Tells what became of sales and acts with cash whose answer had got lost.

It is about money, so nothing of it goes away by itself.
"""

import logging
from collections import deque
from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.documents.formatting import format_money
from boxoffice_desktop.domain.cash import CashAct, PayoutOrder, StoredAct
from boxoffice_desktop.domain.promotions import spell_code
from boxoffice_desktop.domain.refunding import CompletedRefund, ExchangeOrder
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind, SaleOrder
from boxoffice_desktop.services.attempts import Order, get_order_id
from boxoffice_desktop.services.context import ResumedAttempt, TillFacts
from boxoffice_desktop.ui.shell.dialogs import AcknowledgeDialog
from boxoffice_desktop.ui.shell.error_presenter import Action, ErrorPresenter
from boxoffice_desktop.ui.shell.lost_acts import say_lost, say_stored
from boxoffice_desktop.ui.shell.message import Message, Severity
from boxoffice_desktop.ui.shell.words import describe
from boxoffice_desktop.ui.widgets.formats import Formats

log = logging.getLogger(__name__)


class ResumedSales(QObject):
    """A stored sale becomes a warning with a button for its tickets, a lost one a dialog that must be acknowledged.

    Signals:
        stored: the `CompletedSale` of an attempt that turned out to be stored.
        print_requested: the `CompletedSale` whose tickets somebody wants.
        receipt_requested: the refund or payout whose receipt somebody wants.
        drawer_requested: with it goes cash that may still lie in the drawer.
        seen: the id of an order whose outcome is on the screen, or was acknowledged.
    """

    stored = Signal(object)
    print_requested = Signal(object)
    receipt_requested = Signal(object)
    drawer_requested = Signal()
    seen = Signal(object)

    def __init__(self, window: QWidget, presenter: ErrorPresenter, facts: TillFacts) -> None:
        super().__init__(window)
        self._window = window
        self._presenter = presenter
        self._facts = facts
        self._formats = Formats.of(facts)
        self._lost: deque[ResumedAttempt] = deque()
        self._dialog: AcknowledgeDialog | None = None

    @property
    def dialog(self) -> AcknowledgeDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def show_attempts(self, attempts: Sequence[ResumedAttempt]) -> None:
        """Tell about each; several dialogs come one after the other."""
        for attempt in attempts:
            if attempt.problem is not None or not (attempt.sale or attempt.refund or attempt.act):
                self._lost.append(attempt)
                continue
            if attempt.refund is not None:
                self._show_refund(attempt.refund)
            if attempt.sale is not None:
                self._show_stored(attempt.sale, attempt.order)
            if attempt.act is not None and isinstance(attempt.order, CashAct):
                self._show_act(attempt.order, attempt.act)
            self.seen.emit(get_order_id(attempt.order))
        self._show_next_lost()

    def _show_stored(self, sale: CompletedSale, order: Order) -> None:
        text = self.tr("The connection had broken while paying. Tickets: {count}, total {total}.").format(
            count=len(sale.tickets), total=self._money(sale.total)
        )
        sold = order.adjustments if isinstance(order, SaleOrder) else ()
        codes = [spell_code(line.gift_card_code) for line in sold if line.gift_card_code]
        if codes:
            # Nobody else tells them: once they are printed, the database keeps a hash.
            text += " " + self.tr("Codes of its gift cards: {codes}.").format(codes=", ".join(codes))
        message = Message(
            title=self.tr("Sale {number} is stored").format(number=sale.number), text=text, severity=Severity.WARNING
        )
        self._presenter.show_message(message, (self.tr("Print tickets"), lambda: self.print_requested.emit(sale)))
        self.stored.emit(sale)

    def _show_refund(self, refund: CompletedRefund) -> None:
        message = Message(
            title=self.tr("Refund {number} is stored").format(number=refund.number),
            text=self.tr("The connection had broken while {total} went back.").format(total=self._money(refund.total)),
            severity=Severity.WARNING,
        )
        self._presenter.show_message(message, self._offer_receipt(refund.refund_id, gives_cash=refund.gives_cash))

    def _show_act(self, act: CashAct, stored: StoredAct) -> None:
        offered = self._offer_receipt(act.payout_id, gives_cash=True) if isinstance(act, PayoutOrder) else None
        self._presenter.show_message(say_stored(act, stored, self._formats), offered)

    def _offer_receipt(self, subject: UUID, *, gives_cash: bool) -> Action:
        def ask() -> None:
            if gives_cash:
                self.drawer_requested.emit()
            self.receipt_requested.emit(subject)

        return self.tr("Print the receipt"), ask

    def _show_next_lost(self) -> None:
        if self._dialog is not None or not self._lost:
            return
        attempt = self._lost.popleft()
        order = attempt.order
        understood = self.tr("Understood")
        if isinstance(order, CashAct):
            title, lines, money = say_lost(order, attempt.problem, self._formats)
        elif isinstance(order, SaleOrder):
            lines = self._list_lines(attempt)
            title = self.tr("A sale of {total} was not stored").format(total=self._money(order.total))
            # Of a gift card nothing was taken.
            paid = [payment for payment in order.payments if payment.kind is not PaymentKind.GIFT_CARD]
            money = [self._describe_payment(payment) for payment in paid]
            understood = self.tr("The money is given back")
        else:
            lines = self._list_lines(attempt)
            back = order.refund.money if isinstance(order, ExchangeOrder) else order.money
            total = self._money(sum(part.amount for part in back))
            title = self.tr("A refund of {total} was not stored").format(total=total)
            money = [self.tr("Give no money back for it. The tickets are as they were.")]
            if isinstance(order, ExchangeOrder):
                returned = (PaymentKind.CASH, PaymentKind.CARD)
                paid = [payment for payment in order.sale.payments if payment.kind in returned]
                money += [self._describe_payment(payment) for payment in paid if payment.amount]
        self._dialog = AcknowledgeDialog(title, lines, money, understood, self._window)
        self._dialog.accepted.connect(lambda: self._on_acknowledged(attempt))
        self._dialog.open()

    def _list_lines(self, attempt: ResumedAttempt) -> list[str]:
        if not isinstance(attempt.order, SaleOrder):
            lines = [self.tr("The connection broke while tickets were taken back.")]
            return lines + ([describe(attempt.problem).title + "."] if attempt.problem is not None else [])
        lines = [self.tr("The connection broke while paying, and the seats could not be sold any more.")]
        if attempt.problem is not None:
            lines.append(describe(attempt.problem).title + ".")
        lines.append(self.tr("If the customer is still here, sell again as a new sale."))
        return lines

    def _describe_payment(self, payment: PaymentGiven) -> str:
        amount = self._money(payment.amount + payment.rounding)
        if payment.kind is PaymentKind.CASH:
            return self.tr("Give back in cash: {amount}").format(amount=amount)
        if not payment.reference:
            return self.tr("Give back on the card: {amount}").format(amount=amount)
        return self.tr("Give back on the card: {amount}, reference {reference}").format(
            amount=amount, reference=payment.reference
        )

    def _on_acknowledged(self, attempt: ResumedAttempt) -> None:
        log.info("lost order %s acknowledged", get_order_id(attempt.order))
        self.seen.emit(get_order_id(attempt.order))
        self._dialog = None
        self._show_next_lost()

    def _money(self, amount: int) -> str:
        return format_money(amount, self._facts.currency, self._facts.locale)
