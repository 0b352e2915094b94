"""After the sale: the change, the tickets, and one key to the next customer."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boxoffice_desktop.domain.basket import BasketLine
from boxoffice_desktop.domain.promotions import spell_code
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind
from boxoffice_desktop.ui.sell.controls import make_label, make_wide_button
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import restyle

_HUGE = 64


class DonePanel(QFrame):
    """What the customer gets back and what the printer does.

    Signals:
        next_requested: the next customer.
        preview_requested: show the tickets.
        again_requested: print or save them again after that has failed.
        receipt_requested: print the receipt.
        correct_requested: the sale is not as it should be: another type, seat, show or payment, or all back.
    """

    next_requested = Signal()
    preview_requested = Signal()
    again_requested = Signal()
    receipt_requested = Signal()
    correct_requested = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self.saved_to: Path | None = None
        self._has_tickets = True
        self.setProperty("card", True)
        self._build()

    def show_sale(
        self,
        sale: CompletedSale,
        lines: tuple[BasketLine, ...],
        payments: tuple[PaymentGiven, ...],
        gift_cards: tuple[tuple[str, int], ...] = (),
    ) -> None:
        """Show a stored sale; the tickets are still being made. `gift_cards` that it sold: code and minor units."""
        in_cash = [payment for payment in payments if payment.kind is PaymentKind.CASH]
        is_cash = bool(in_cash)
        self._change_name.setText(self.tr("Change") if is_cash else _describe_kinds(payments))
        self._change.setText(self._formats.money(sale.change if is_cash else sale.total))
        self._number.setText(self.tr("Sale {number}").format(number=sale.number))
        given = self.tr("Total {total}").format(total=self._formats.money(sale.total))
        if is_cash:
            given += " · " + self.tr("given {given}").format(
                given=self._formats.money(sum(payment.given for payment in in_cash))
            )
        self._sum.setText(given)
        self._seats.setText("   ".join(line.seat_name for line in lines))
        self._tickets.setText(self.tr("Tickets: {count}").format(count=len(sale.tickets)))
        for widget in (self._tickets, self._preview):
            widget.setVisible(bool(sale.tickets))
        self._cards.setText(
            "\n".join(f"{spell_code(code)}   {self._formats.money(amount)}" for code, amount in gift_cards)
        )
        self._cards.setVisible(bool(gift_cards))
        self._has_tickets = bool(sale.tickets)
        self._say(self.tr("Making the tickets…") if sale.tickets else self.tr("Making the gift card…"), "muted")
        self.saved_to = None
        self._again.hide()
        self.offer_receipt()
        self._place.setText("")
        self._warnings.setText("")

    def show_printed(self, printer: str, warnings: tuple[str, ...], saved_to: Path | None) -> None:
        """The tickets are with `printer`, or as PDF in `saved_to` when that is empty."""
        if self._has_tickets:
            self._say(self.tr("Tickets printed") if printer else self.tr("Tickets ready (PDF)"), "ok")
        else:
            self._say(self.tr("Gift card printed") if printer else self.tr("Gift card ready (PDF)"), "ok")
        self.saved_to = saved_to
        self._again.hide()
        self._place.setText(printer or str(saved_to or ""))
        self._warnings.setText("\n".join(warnings))

    def show_trouble(self, words: str, again: str = "") -> None:
        """The tickets did not come out, or nobody knows; `again` is the button that tries once more, empty for none."""
        self._say(words, "error")
        self._again.setText(again)
        self._again.setVisible(bool(again))

    def offer_receipt(self) -> None:
        """The receipt can be asked for."""
        self._receipt.setText(self.tr("Print the receipt  R"))
        self._receipt.setEnabled(True)

    def show_receipt_asked(self) -> None:
        """The receipt is in the print queue; one of a sale is enough."""
        self._receipt.setText(self.tr("Receipt is being printed"))
        self._receipt.setEnabled(False)

    def status_text(self) -> str:
        """The state of the tickets."""
        return self._status.text()

    def summary(self) -> str:
        """The sale in one line, for when the panel went by too quickly."""
        return f"{self._number.text()} · {self._change_name.text()} {self._change.text()}"

    def focus_next(self) -> None:
        """Put the focus on the key for the next customer."""
        self._next.setFocus()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        self._number = make_label("title")
        self._sum = make_label("muted")
        column.addWidget(self._number)
        column.addWidget(self._sum)
        column.addSpacing(12)
        self._change_name = QLabel()
        self._change = make_label("figure")
        column.addWidget(self._change_name)
        column.addWidget(self._change)
        column.addSpacing(12)
        self._tickets = QLabel()
        self._seats = make_label("muted")
        self._seats.setWordWrap(True)
        self._cards = make_label("title")
        self._cards.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cards.setAccessibleName(self.tr("Codes of the gift cards"))
        self._cards.setWordWrap(True)
        self._cards.hide()
        column.addWidget(self._cards)
        column.addWidget(self._tickets)
        column.addWidget(self._seats)
        column.addSpacing(12)
        self._status = make_label("muted")
        self._status.setWordWrap(True)
        column.addWidget(self._status)
        self._place = ElidedLabel()
        self._place.setProperty("role", "small")
        column.addWidget(self._place)
        self._warnings = make_label("warn")
        self._warnings.setWordWrap(True)
        self._warnings.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._warnings)
        column.addStretch(1)
        self._build_buttons(column)

    def _build_buttons(self, column: QVBoxLayout) -> None:
        self._preview = make_wide_button(self.tr("Tickets  P"), "ticket-add")
        self._preview.setToolTip(self.tr("Look at the tickets"))
        self._preview.clicked.connect(self.preview_requested)
        self._correct = make_wide_button(self.tr("Correct  F12"))
        self._correct.setToolTip(self.tr("Another type, seat, show or payment; or take it back"))
        self._correct.clicked.connect(self.correct_requested)
        # Side by side: on a small screen each line of buttons is one of words less.
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._preview, 1)
        row.addWidget(self._correct)
        column.addLayout(row)
        self._receipt = make_wide_button("")
        self._receipt.clicked.connect(self.receipt_requested)
        column.addWidget(self._receipt)
        self._again = make_wide_button("")
        self._again.clicked.connect(self.again_requested)
        self._again.hide()
        column.addWidget(self._again)
        self._next = make_wide_button(self.tr("Next customer  Enter"), kind="primary", height=_HUGE)
        self._next.clicked.connect(self.next_requested)
        column.addWidget(self._next)

    def _say(self, words: str, tone: str) -> None:
        self._status.setText(words)
        self._status.setProperty("role", tone)
        restyle(self._status)


def _describe_kinds(payments: tuple[PaymentGiven, ...]) -> str:
    if any(payment.kind is PaymentKind.CARD for payment in payments):
        return QCoreApplication.translate("DonePanel", "Paid by card")
    return QCoreApplication.translate("DonePanel", "Paid by gift card")
