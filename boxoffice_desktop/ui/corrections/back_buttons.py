"""The ways to take the ticked tickets of a sale back."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from boxoffice_desktop.documents.formatting import format_money
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.services.sale_details import SaleDetails, TicketDetails
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE


class BackButtons(QWidget):
    """A void where this till may void the sale and all of it is ticked, else a refund.

    Gift cards that were sold with the tickets go back with a void, and one that has paid since cannot: so the tickets
    alone can be refunded too.

    Signals:
        requested: the `RefundKind`.
    """

    requested = Signal(object)

    def __init__(self, sale: SaleDetails, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sale, self._locale = sale, locale
        self._kind = RefundKind.REFUND
        self.main = QPushButton()
        self.tickets = QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_INSIDE)
        for button in (self.tickets, self.main):
            button.setProperty("tall", True)
            button.setProperty("kind", "danger")
            button.setAutoDefault(False)
            row.addWidget(button)
        self.tickets.hide()
        self.main.clicked.connect(lambda _checked: self.requested.emit(self._kind))
        self.tickets.clicked.connect(lambda _checked: self.requested.emit(RefundKind.REFUND))

    def show_ticked(self, tickets: Collection[TicketDetails]) -> None:
        """Offer what can be done with these, and tell what goes back."""
        is_void = self._sale.is_mine and len(tickets) == len(self._sale.tickets)
        worth = self._money(self._sale.worth(frozenset(ticket.ticket_id for ticket in tickets), with_fees=False))
        if is_void:
            self._kind = RefundKind.VOID
            self.main.setText(self.tr("Void {amount}").format(amount=self._money(self._sale.void_worth)))
        else:
            self._kind = RefundKind.REFUND
            self.main.setText(self.tr("Refund {amount}").format(amount=worth))
        self.main.setEnabled(is_void or bool(tickets))
        self.tickets.setText(self.tr("Refund tickets {amount}").format(amount=worth))
        self.tickets.setVisible(is_void and bool(tickets) and self._sale.gift_cards > 0)

    def _money(self, amount: int) -> str:
        return format_money(amount, self._sale.currency, self._locale)
