"""A sale on the screen: correct it, exchange it, take it back, pay out what it is owed, see what happened to it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.documents.formatting import format_money
from boxoffice_desktop.domain.cash import PayoutOrder
from boxoffice_desktop.domain.cash_rounding import cash_rounding
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    InvalidInputError,
    OutcomeUnknownError,
    SeatsUnavailableError,
)
from boxoffice_desktop.domain.refunding import (
    CompletedExchange,
    CompletedRefund,
    ExchangeOrder,
    RefundKind,
    RefundOrder,
)
from boxoffice_desktop.domain.selling import PaymentGiven, SaleLine
from boxoffice_desktop.services.approvals import Approval, ApprovalRequest
from boxoffice_desktop.services.cancellations import PaidOut
from boxoffice_desktop.services.corrections import OpenedSale, TicketChange, price_changes
from boxoffice_desktop.services.refunds import list_carried, plan_exchange, plan_refund
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.corrections.back_buttons import BackButtons
from boxoffice_desktop.ui.corrections.done_dialog import settle_payout, settle_refund
from boxoffice_desktop.ui.corrections.money_fields import MoneyFields
from boxoffice_desktop.ui.corrections.receipts_button import ReceiptsButton
from boxoffice_desktop.ui.corrections.seat_dialog import SeatDialog
from boxoffice_desktop.ui.corrections.ticket_rows import TicketRows
from boxoffice_desktop.ui.corrections.words import describe_history, describe_sale, say_refund
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label, make_scroll, prefer_size
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_WIDTH, _HEIGHT = 720, 640


class SaleDialog(QDialog):
    """Enter makes the change that stands on the screen; F1 to F10 choose a type for the ticked tickets, as in selling.

    It stays open while an outcome is not known, and deletes itself when it is closed.

    Signals:
        told: what to tell, e.g. `Refund 3: 24.00 € in cash`.
        tickets_made: the `CompletedSale` of an exchange, whose tickets come out now.
        settled: a `Settlement`: money goes back or is to be taken, and there is a receipt of it.
        receipt_requested: the subject of a receipt that somebody wants.
        failed: an exception that has nothing to do with what was typed.
    """

    told = Signal(str)
    tickets_made = Signal(object)
    settled = Signal(object)
    receipt_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, opened: OpenedSale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks, self._opened, self._sale = tasks, opened, opened.sale
        self._locale = tasks.desk.describe().locale
        self._lines: tuple[SaleLine, ...] = ()
        self._busy = False
        self._owed = list(opened.owed)
        self.rows = TicketRows(opened, self._locale)
        self.money = MoneyFields()
        self._sum, self._problem = make_label("", "title"), make_label("", "error")
        self.seats: SeatDialog | None = None
        self.seats_button = QPushButton(self.tr("Other &seats or show…"))
        self.receipts = ReceiptsButton(tasks, opened.sale.sale_id)
        self.change_button = QPushButton(self.tr("Change  Enter"))
        self.back = BackButtons(opened.sale, self._locale)
        self._build()
        self._connect()
        self._reprice()

    @property
    def problem(self) -> str:
        """What the dialog says is wrong; empty when nothing is."""
        return self._problem.text()

    @property
    def summary(self) -> str:
        """What the change on the screen costs or gives back."""
        return self._sum.text()

    def make_change(self) -> None:
        """Exchange the ticked tickets for what they shall become."""
        if self._busy or not self.change_button.isEnabled():
            return
        try:
            order = self._plan_exchange()
        except InvalidInputError as problem:
            self._say(str(problem))
            return
        back = sum(part.amount for part in order.refund.money if part.kind != "exchange")
        worth = sum(part.amount for part in order.refund.money)
        if self._sale.is_mine or self._opened.may_refund:
            self._send_exchange(order)
        else:
            words = self.tr("Exchange {worth} of sale {number}, {back} goes back")
            text = words.format(worth=self._money(worth), number=self._sale.number, back=self._money(back))
            request = ApprovalRequest(
                act="exchange", subject=order.refund.refund_id, amount=worth, reason=self.money.reason.text()
            )
            refund = order.refund
            self._ask_approval(
                request,
                text,
                lambda yes: self._send_exchange(replace(order, refund=replace(refund, approval_id=yes.approval_id))),
            )

    def take_back(self, kind: RefundKind) -> None:
        """Take the ticked tickets back; a void takes the gift cards that were sold with them as well."""
        if self._busy:
            return
        chosen = [ticket.ticket_id for ticket in self.rows.list_chosen()]
        try:
            order = plan_refund(
                self._sale, chosen, kind=kind, reason=self.money.reason.text(), reference=self.money.reference_text()
            )
        except InvalidInputError as problem:
            self._say(str(problem))
            return
        if kind is RefundKind.VOID or self._opened.may_refund:
            self._send_refund(order)
            return
        total = sum(part.amount for part in order.money)
        words = self.tr("Refund {total} of sale {number}").format(total=self._money(total), number=self._sale.number)
        request = ApprovalRequest(act="refund", subject=order.refund_id, amount=total, reason=order.reason)
        self._ask_approval(request, words, lambda yes: self._send_refund(replace(order, approval_id=yes.approval_id)))

    def pay_out(self) -> None:
        """Hand over what this sale is owed from a cancelled show."""
        if self._busy or not self._owed:
            return
        owed = self._owed[0]
        order = PayoutOrder(payout_id=uuid4(), refund_id=owed.refund_id, line=owed.line)
        self._begin()
        self._tasks.write_call(self, self._tasks.desk.pay_out, order, done=self._on_paid_out, failed=self._on_failed)

    def choose_seats(self, ticket_id: int | None = None) -> None:
        """Show the map, on which the ticked tickets get other seats; first of all this one."""
        tickets = self.rows.list_chosen()
        if self._busy or self.seats is not None or not tickets:
            return
        dialog = self.seats = SeatDialog(
            self._tasks,
            tickets,
            types=self.rows.types(),
            places=self.rows.places(),
            shows=self._opened.shows,
            parent=self,
        )
        if ticket_id is not None:
            dialog.begin_with(ticket_id)
        dialog.taken.connect(self.rows.set_places)
        dialog.failed.connect(self.failed)
        dialog.finished.connect(self._on_seats_finished)
        dialog.open()

    def on_hint(self, show_id: int | None) -> None:
        """Somebody changed seats of a show (None: of any): the map follows while it is open."""
        if self.seats is not None:
            self.seats.on_hint(show_id)

    def _build(self) -> None:
        sale = self._sale
        self.setWindowTitle(self.tr("Sale {number}").format(number=sale.number))
        prefer_size(self, _WIDTH, _HEIGHT)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_INSIDE)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(make_label(self.tr("Sale {number}").format(number=sale.number), "title"))
        column.addWidget(make_label(describe_sale(sale, self._locale), "muted"))
        column.addWidget(self.rows)
        # Set before a layout asks for its height.
        self.seats_button.setProperty("tall", True)
        self.seats_button.setAutoDefault(False)
        column.addWidget(self.seats_button, alignment=Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.money)
        column.addWidget(self._sum)
        column.addWidget(self._problem)
        for owed in self._opened.owed:
            words = self.tr("{amount} waits to be paid out for a cancelled show")
            column.addWidget(make_label(words.format(amount=self._money(owed.amount)), "warn"))
        column.addWidget(make_label(self.tr("History"), "small"))
        for line in self._opened.history:
            column.addWidget(make_label(describe_history(line, self._locale), "muted"))
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, SPACE_BETWEEN)
        layout.addWidget(make_scroll(inner), 1)
        layout.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_AROUND, 0, SPACE_AROUND, 0)
        row.setSpacing(SPACE_INSIDE)
        close = QPushButton(self.tr("Close  Esc"))
        close.clicked.connect(self.reject)
        row.addWidget(close)
        row.addWidget(self.receipts)
        row.addStretch(1)
        if self._opened.owed:
            self.pay_out_button = QPushButton(self.tr("Pay out"))
            self.pay_out_button.clicked.connect(self.pay_out)
            row.addWidget(self.pay_out_button)
        self.change_button.setProperty("kind", "primary")
        row.addWidget(self.back)
        row.addWidget(self.change_button)
        for button in (*self.findChildren(QPushButton), close, self.receipts, self.change_button):
            button.setProperty("tall", True)
            button.setAutoDefault(False)
        return row

    def _connect(self) -> None:
        self.rows.changed.connect(self._reprice)
        self.rows.seats_requested.connect(self.choose_seats)
        self.seats_button.clicked.connect(lambda _checked: self.choose_seats())
        self.receipts.requested.connect(self.receipt_requested)
        self.receipts.failed.connect(self.failed)
        self.money.changed.connect(self._reprice)
        self.change_button.clicked.connect(self.make_change)
        self.back.requested.connect(self.take_back)

    def _reprice(self) -> None:
        chosen = self.rows.list_chosen()
        self.back.show_ticked(chosen)
        self.change_button.setEnabled(False)
        self._lines = ()
        self._say("")
        self._sum.setText("")
        if not chosen or not (self.rows.is_changed() or self.money.is_repaid):
            return
        changes = self.rows.list_changes()
        done = partial(self._on_priced, changes)
        self._tasks.read(self, price_changes, {"changes": changes}, done=done, failed=self._on_failed, key="price")

    def _on_priced(self, changes: tuple[TicketChange, ...], lines: tuple[SaleLine, ...]) -> None:
        if changes != self.rows.list_changes():
            # Something else was chosen meanwhile; its own price is on the way.
            return
        self._lines = lines
        difference = self._total() - self._worth()
        if self.money.is_repaid:
            words = self.tr("{worth} goes back, {total} is paid anew").format(
                worth=self._money(self._worth()), total=self._money(self._total())
            )
        elif difference > 0:
            words = self.tr("The customer pays {amount}").format(amount=self._money(self._in_cash(difference)))
        elif difference < 0:
            is_cash = all(part.way == "cash" for part in self._sale.payments)
            back = self._in_cash(-difference) if is_cash else -difference
            words = self.tr("The customer gets {amount} back").format(amount=self._money(back))
        else:
            words = self.tr("Nothing to pay")
        self._sum.setText(words)
        self.change_button.setEnabled(not self._busy)

    def _total(self) -> int:
        chosen = [ticket.ticket_id for ticket in self.rows.list_chosen()]
        carried = list_carried(self._sale, chosen, self._lines)
        return sum(line.amount for line in self._lines) + sum(line.amount for line in carried)

    def _in_cash(self, amount: int) -> int:
        return amount + cash_rounding(amount, self._sale.currency)

    def _worth(self) -> int:
        return self._sale.worth(frozenset(ticket.ticket_id for ticket in self.rows.list_chosen()), with_fees=True)

    def _plan_exchange(self) -> ExchangeOrder:
        due = self._total() if self.money.is_repaid else max(0, self._total() - self._worth())
        return plan_exchange(
            self._sale,
            [ticket.ticket_id for ticket in self.rows.list_chosen()],
            hold_id=uuid4(),
            lines=self._lines,
            payments=self.money.list_payments(due),
            carried=0 if self.money.is_repaid else None,
            reason=self.money.reason.text(),
            reference=self.money.reference_text(),
        )

    def _ask_approval(self, request: ApprovalRequest, words: str, then: Callable[[Approval], None]) -> None:
        dialog = ApprovalDialog(self._tasks, request, words, self)
        dialog.approved.connect(then)
        dialog.failed.connect(self._on_failed)
        dialog.open()

    def _send_refund(self, order: RefundOrder) -> None:
        self._begin()
        self._tasks.write_call(self, self._tasks.desk.refund, order, done=self._on_refunded, failed=self._on_failed)

    def _send_exchange(self, order: ExchangeOrder) -> None:
        self._begin()
        done = partial(self._on_exchanged, order.paid_on_top)
        self._tasks.write_call(self, self._tasks.desk.exchange, order, done=done, failed=self._on_failed)

    def _on_refunded(self, refund: CompletedRefund) -> None:
        self._settle(refund)
        self._tasks.write_call(self, self._tasks.desk.acknowledge, refund.refund_id)
        self.accept()

    def _on_exchanged(self, paid: tuple[PaymentGiven, ...], exchange: CompletedExchange) -> None:
        self._settle(exchange.refund, paid)
        self.tickets_made.emit(exchange.sale)
        self._tasks.write_call(self, self._tasks.desk.acknowledge, exchange.refund.refund_id)
        self.accept()

    def _on_paid_out(self, paid: PaidOut) -> None:
        self.told.emit(self.tr("Paid out: {amount}").format(amount=self._money(paid.amount + paid.rounding)))
        self.settled.emit(settle_payout(paid, self._money))
        self._tasks.write_call(self, self._tasks.desk.acknowledge, paid.payout_id)
        self._busy = False
        del self._owed[0]
        if self._owed:
            self.pay_out()
        else:
            self.accept()

    def _settle(self, refund: CompletedRefund, paid: tuple[PaymentGiven, ...] = ()) -> None:
        """Tell what goes where; `paid` is what the customer pays on top of what went over to the new sale."""
        self.told.emit(say_refund(refund, self._money))
        if settlement := settle_refund(refund, paid, self._money):
            self.settled.emit(settlement)

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._set_enabled()
        if isinstance(error, InvalidInputError):
            self._say(str(error))
            return
        if isinstance(error, SeatsUnavailableError):
            names = ", ".join(seat.seat_name for seat in error.seats)
            self._say(self.tr("{seats} was taken meanwhile. Choose another seat on the map.").format(seats=names))
            return
        self.failed.emit(error)
        if isinstance(error, OutcomeUnknownError) or not isinstance(error, BoxOfficeError):
            # The till finds out by itself and tells; nothing may be tried again from here.
            self.reject()
        else:
            self._say(str(error))

    def _begin(self) -> None:
        self._busy = True
        self._say("")
        self._set_enabled()

    def _set_enabled(self) -> None:
        self.rows.setEnabled(not self._busy)
        self.seats_button.setEnabled(not self._busy)
        self.back.setEnabled(not self._busy)
        self.change_button.setEnabled(not self._busy and bool(self._lines))

    def _on_seats_finished(self, _result: int) -> None:
        self.seats = None

    def _say(self, words: str) -> None:
        self._problem.setText(words)

    def _money(self, amount: int) -> str:
        return format_money(amount, self._sale.currency, self._locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.make_change()
        elif Qt.Key.Key_F1.value <= event.key() <= Qt.Key.Key_F10.value:
            self.rows.set_type(event.key() - Qt.Key.Key_F1.value + 1)
        else:
            super().keyPressEvent(event)
