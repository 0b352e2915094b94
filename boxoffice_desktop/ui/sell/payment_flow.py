"""From the money to the tickets: sends the sale, says what became of it, makes the tickets."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    ConflictError,
    HoldExpiredError,
    InvalidInputError,
    SeatsUnavailableError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven
from boxoffice_desktop.ui.sell.pricing import BasketPricing
from boxoffice_desktop.ui.sell.sale_flow import SaleFlow
from boxoffice_desktop.ui.sell.tickets_flow import TicketsFlow
from boxoffice_desktop.ui.sell.till_basket import TillBasket
from boxoffice_desktop.ui.tasks.printing import PrintReport
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class PaymentFlow(QObject):
    """Works on the payment and the tickets panel of the page.

    Signals:
        finished: the `CompletedSale`; its panel is filled, the basket is still as it was.
        refused: a `BoxOfficeError` after which the seats are not ours any more.
        price_refused: words; a discount, a fee or a gift card has changed, the seats are ours as before.
        message_posted: an exception for the shell's presenter.
        attempts_resumed: see `SaleFlow`.
        tickets_requested: the `CompletedSale` whose tickets somebody wants to see.
        print_requested: something waits in the print queue.
    """

    finished = Signal(object)
    refused = Signal(object)
    price_refused = Signal(str)
    message_posted = Signal(object)
    attempts_resumed = Signal(object)
    tickets_requested = Signal(object)
    print_requested = Signal()

    def __init__(
        self, page: "SellPage", tasks: TaskRunner, basket: TillBasket, pricing: BasketPricing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._basket = basket
        self._payments: tuple[PaymentGiven, ...] | None = None
        self._pricing = pricing
        self._was_unknown = False
        self._sale = SaleFlow(tasks, self)
        self._tickets = TicketsFlow(tasks, self)
        self._connect()

    def is_sending(self) -> bool:
        """Whether a sale is under way or its outcome is not known."""
        return self._sale.is_sending()

    def start(self) -> None:
        """Show what is to be paid for the basket."""
        card = self._pricing.gift_card
        paying = None if card is None or card.gift_card_id is None else (card.gift_card_id, card.balance)
        self._page.payment_panel.start(self._pricing.total, len(self._basket.basket.lines), paying)

    def press_letter(self, key: Qt.Key) -> None:
        """P shows the tickets of the sale, S prints or saves them again, R prints the receipt."""
        if key == Qt.Key.Key_P:
            self.show_tickets()
        elif key == Qt.Key.Key_R:
            self.print_receipt()
        else:
            self.print_tickets_again()

    def show_tickets(self) -> None:
        """Ask for the preview."""
        self._tickets.show()

    def print_tickets_again(self) -> None:
        """Try once more to print or save tickets that did not come out."""
        self._tickets.print_again()

    def print_receipt(self) -> None:
        """Have the receipt printed."""
        self._page.done_panel.show_receipt_asked()
        self._tickets.print_receipt()

    def take_report(self, report: PrintReport) -> None:
        """Something was printed, or not."""
        self._tickets.take_report(report)

    def forget(self) -> None:
        """The customer has gone."""
        self._tickets.forget()

    def _connect(self) -> None:
        self._page.payment_panel.payment_given.connect(self._on_payment_given)
        self._page.payment_panel.touched.connect(self._basket.extend)
        self._page.done_panel.preview_requested.connect(self.show_tickets)
        self._page.done_panel.again_requested.connect(self.print_tickets_again)
        self._page.done_panel.receipt_requested.connect(self.print_receipt)
        self._sale.completed.connect(self._on_completed)
        self._sale.refused.connect(self._on_refused)
        self._sale.outcome_unknown.connect(self._on_outcome_unknown)
        self._sale.bug_found.connect(self.message_posted)
        self._sale.attempts_resumed.connect(self.attempts_resumed)
        self._tickets.reported.connect(self._on_reported)
        self._tickets.failed.connect(self._on_receipt_failed)
        self._tickets.print_requested.connect(self.print_requested)
        self._tickets.preview_requested.connect(self.tickets_requested)

    def _on_payment_given(self, payments: tuple[PaymentGiven, ...]) -> None:
        self._payments = payments
        self._was_unknown = False
        self._basket.freeze(frozen=True)
        self._page.payment_panel.lock(self.tr("Saving the sale…"))
        basket, pricing = self._basket, self._pricing
        lines = basket.basket.sale_lines() if basket.basket.lines else ()
        # An approval is for one sale: that one keeps its identity also when it is paid in another way.
        sale_id = pricing.sale_id if any(line.approval_id for line in pricing.lines) else None
        self._sale.submit(basket.hold_id, lines, payments, sale_id=sale_id, adjustments=pricing.lines)

    def _on_completed(self, sale: CompletedSale) -> None:
        payments = self._payments
        if payments is None:
            return
        cards = tuple((line.gift_card_code, line.amount) for line in self._pricing.lines if line.gift_card_code)
        self._basket.freeze(frozen=False)
        self._page.done_panel.show_sale(sale, self._basket.basket.lines, payments, cards)
        self._tickets.make(sale)
        self.finished.emit(sale)

    def _on_refused(self, error: BoxOfficeError) -> None:
        if isinstance(error, HoldExpiredError | SeatsUnavailableError):
            self._page.payment_panel.unlock()
            self.refused.emit(error)
            self._basket.freeze(frozen=False)
            return
        if isinstance(error, ShiftClosedError):
            self.message_posted.emit(error)
        if type(error) is ConflictError and (self._pricing.lines or self._pricing.gift_card):
            self._refuse_price(error)
            return
        if isinstance(error, InvalidInputError):
            words = str(error)
        elif self._was_unknown:
            words = self.tr("Not sold after all: {reason} Pay again, or give the money back.").format(reason=error)
        else:
            words = self.tr("Not sold: {reason} Try again before you take the money.").format(reason=error)
        self._page.payment_panel.unlock(words, "error")
        self._page.payment_panel.focus_field()
        # The end of the hold, if it has come meanwhile, is told now.
        self._basket.freeze(frozen=False)

    def _refuse_price(self, error: ConflictError) -> None:
        """Paid again, it would be refused again: back to the basket, whose total is read anew."""
        self._page.payment_panel.unlock()
        self._basket.freeze(frozen=False)
        words = self.tr("Not sold: {reason} The seats are still yours.")
        if self._was_unknown:
            words = self.tr("Not sold after all: {reason} The seats are still yours.")
        money = self.tr("If you took money, give it back. Look at the new total before you take it again.")
        self.price_refused.emit(f"{words.format(reason=error)} {money}")

    def _on_outcome_unknown(self) -> None:
        self._was_unknown = True
        words = self.tr("Not sent: the connection broke while paying. Do not take the money again.")
        self._page.payment_panel.lock(words + "\n" + self.tr("The till is finding out by itself…"), "error")

    def _on_receipt_failed(self, error: Exception) -> None:
        self._page.done_panel.offer_receipt()
        self.message_posted.emit(error)

    def _on_reported(self, report: PrintReport) -> None:
        panel = self._page.done_panel
        if report.state is PrintState.DONE:
            panel.show_printed(report.printer, report.warnings, report.saved_to)
        elif report.state is PrintState.DOUBT:
            words = self.tr("Did the tickets come out? {reason} Answer in the print queue.")
            panel.show_trouble(words.format(reason=report.error))
        elif report.printer:
            words = self.tr("The tickets wait for the printer: {reason} The sale is safe.")
            panel.show_trouble(words.format(reason=report.error), self.tr("Print again  S"))
        else:
            words = self.tr("The tickets could not be saved: {reason} The sale is safe.")
            panel.show_trouble(words.format(reason=report.error), self.tr("Save again  S"))
