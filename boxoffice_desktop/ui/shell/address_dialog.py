"""Asks where tickets shall be sent. The address is used once and kept nowhere."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.domain.mail import is_address
from boxoffice_desktop.ui.widgets.dialogs import ChoiceDialog
from boxoffice_desktop.ui.widgets.form import Form


class AddressDialog(ChoiceDialog):
    """One line for one address.

    Signals:
        chosen: the address.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Tickets by e-mail"), parent=parent)
        self.form = Form()
        self.form.add_line("address", self.tr("The customer's address; it is not kept"))
        self.body.addWidget(self.form)
        self.add_button(self.tr("Send"), self.choose, "primary", closes=False)
        self.form.submitted.connect(self.choose)
        self.form.focus_field("address")

    def choose(self) -> None:
        """Take what was typed, if it is one address."""
        address = self.form.text("address").strip()
        self.form.show_problems({} if is_address(address) else {"address": self.tr("One e-mail address.")})
        if is_address(address):
            self.accept()
            self.chosen.emit(address)
