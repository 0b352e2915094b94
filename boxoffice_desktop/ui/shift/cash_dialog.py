"""Asks what cash moves: an amount and a reason."""

from dataclasses import replace
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from boxoffice_desktop.domain.cash import CashKind, CashOrder, check_cash_order
from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.shift.words import say_kind
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog, make_label
from boxoffice_desktop.ui.widgets.form import Form
from boxoffice_desktop.ui.widgets.formats import Formats


class CashDialog(ChoiceDialog):
    """Keeps one movement's id for as long as it is open: trying again after a broken line cannot count twice.

    Signals:
        order_given: the `CashOrder`. Whoever stores it calls `accept`, `show_problems` or `show_trouble`.
    """

    order_given = Signal(object)

    def __init__(self, kind: CashKind, formats: Formats, parent: QWidget | None = None) -> None:
        texts = {
            CashKind.PAY_IN: self.tr("Cash that comes into the drawer without a sale."),
            CashKind.PAY_OUT: self.tr("Cash that leaves the drawer for a bill. The reason goes on the Z report."),
            CashKind.DROP: self.tr("Cash that goes from the drawer to the safe."),
            CashKind.DRAWER: self.tr("The drawer opens without a sale. That is counted on the Z report."),
        }
        super().__init__(say_kind(kind), texts.get(kind, ""), parent)
        self._kind = kind
        self._formats = formats
        self._movement_id: UUID = uuid4()
        self._approval_id: UUID | None = None
        self._order: CashOrder | None = None
        self.form = Form()
        if kind is not CashKind.DRAWER:
            self.form.add_line("amount", self.tr("Amount"))
        self.form.add_line(
            "reason", self.tr("Reason") if kind is CashKind.PAY_OUT else self.tr("Reason (may be empty)")
        )
        self._trouble = make_label("", "error")
        self._trouble.hide()
        self.body.addWidget(self.form)
        self.body.addWidget(self._trouble)
        self.button: QPushButton = self.add_button(say_kind(kind), self.submit, "primary", closes=False)

    @property
    def order(self) -> CashOrder | None:
        """What was handed on last, to be approved perhaps."""
        return self._order

    def use_approval(self, approval_id: UUID) -> None:
        """Somebody said yes to the amount as it stands; send it again with that."""
        self._approval_id = approval_id
        self.submit()

    def submit(self) -> None:
        """Check what was typed and hand it on."""
        if not self.button.isEnabled():
            return
        try:
            order = self._read()
            check_cash_order(order)
        except InvalidFieldsError as error:
            self.show_problems(error.problems)
            return
        except InvalidInputError as error:
            self.show_problems({"amount": str(error)})
            return
        self.form.show_problems({})
        self._trouble.hide()
        self.button.setEnabled(False)
        self._order = order
        # A yes is for one try: should this one fail, the next is asked for again.
        self._approval_id = None
        self.order_given.emit(order)

    def show_problems(self, problems: dict[str, str]) -> None:
        """Say at the fields what cannot be."""
        self.button.setEnabled(True)
        self.form.show_problems(problems)
        self._fit()

    def show_trouble(self, words: str) -> None:
        """It did not work; the same button tries again."""
        self.button.setEnabled(True)
        self._trouble.setText(words)
        self._trouble.show()
        self._fit()

    def show_unsure(self, words: str) -> None:
        """Nobody knows whether it was stored: nothing is sent from here until that has been found out."""
        self.form.setEnabled(False)
        self.show_trouble(words)
        self.button.setEnabled(False)

    def trouble(self) -> str:
        """What did not work; empty when nothing is wrong."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def _fit(self) -> None:
        """Grow with what is said."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.adjustSize()

    def _read(self) -> CashOrder:
        order = CashOrder(
            movement_id=self._movement_id,
            kind=self._kind,
            reason=self.form.text("reason").strip(),
            approval_id=self._approval_id,
        )
        if self._kind is CashKind.DRAWER:
            return order
        return replace(order, amount=self._formats.parse(self.form.text("amount")))
