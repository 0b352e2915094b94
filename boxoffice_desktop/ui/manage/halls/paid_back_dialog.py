"""What goes back to the customers whose seats a saved layout has dropped."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QTableWidget, QWidget

from boxoffice_desktop.domain.refunding import MoneyBack
from boxoffice_desktop.services.layouts.tickets import PaidBack
from boxoffice_desktop.ui.manage.halls.actions import tr
from boxoffice_desktop.ui.manage.halls.dialogs import HallDialog, fit_columns, make_cell

_WIDTH, _TABLE = 760, 200


class PaidBackDialog(HallDialog):
    """A line for each part of the money: what the manager tells the customer, or the operator of the card terminal."""

    def __init__(
        self, paid_back: Sequence[PaidBack], money: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        """`money` words an amount."""
        lines = (
            tr("These tickets have ended. What was paid by card goes back at the card terminal or by its operator."),
        )
        super().__init__(tr("Paid back"), lines, (("cancel", tr("Done"), "primary"),), parent, width=_WIDTH)
        parts = [(sale, part) for sale in paid_back for part in sale.money]
        self.table = QTableWidget(len(parts), 4)
        self.table.setHorizontalHeaderLabels((tr("Sale"), tr("Seats"), tr("Amount"), tr("How")))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for line, (sale, part) in enumerate(parts):
            number = tr("{number} at {counter}").format(number=sale.sale_number, counter=sale.terminal_name)
            texts = (number, ", ".join(sale.seat_names), money(part.amount), _describe_way(part))
            for column, text in enumerate(texts):
                self.table.setItem(line, column, make_cell(text))
        fit_columns(self.table, 1, 3)
        self.table.setMinimumHeight(_TABLE)
        self.body.addWidget(self.table)


def _describe_way(part: MoneyBack) -> str:
    if part.kind == "owed":
        return tr("waits in cash at any till")
    if part.kind == "card":
        return tr("on the card, reference {reference}").format(reference=part.reference)
    return tr("on the gift card")
