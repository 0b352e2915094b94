"""Taking a card: the till keeps the terminal's reference and never a card number."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from boxoffice_desktop.domain.cards import LONGEST_REFERENCE, check_card_reference, looks_like_card_number
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.ui.sell.controls import make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import restyle

# A card reader in keyboard mode types on for a moment after the number has been recognised.
_WIPE_AFTER_MS = 400


class CardPage(QWidget):
    """The amount for the card terminal and the reference it shows.

    Signals:
        edited: the reference has changed.
    """

    edited = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._total = 0
        self._build()
        self._wipe_soon = QTimer(self, interval=_WIPE_AFTER_MS, singleShot=True)
        self._wipe_soon.timeout.connect(self._wipe)
        self.reference.textChanged.connect(self._on_reference_changed)

    def start(self, total: int) -> None:
        """Begin with an empty field for a sale of `total` minor units."""
        self._total = total
        self.reference.clear()
        self._amount.setText(self._formats.money(total))
        self._refuse("")

    def get_payment(self) -> PaymentGiven:
        """The payment as it stands.

        Raises:
            InvalidInputError: there is no reference, or it looks like a card number; then the field is emptied.
        """
        try:
            reference = check_card_reference(self.reference.text())
        except InvalidInputError as error:
            if looks_like_card_number(self.reference.text()):
                self._wipe()
            else:
                self._refuse(str(error))
            raise
        return PaymentGiven(kind=PaymentKind.CARD, amount=self._total, given=self._total, reference=reference)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(QLabel(self.tr("Enter on the card terminal")))
        self._amount = make_label("figure")
        column.addWidget(self._amount)
        label = QLabel(self.tr("Reference from the card terminal"))
        self.reference = QLineEdit()
        self.reference.setMaxLength(2 * LONGEST_REFERENCE)
        self.reference.setFixedHeight(48)
        self.reference.setAccessibleName(label.text())
        label.setBuddy(self.reference)
        column.addWidget(label)
        column.addWidget(self.reference)
        self._problem = make_label("error")
        self._problem.setWordWrap(True)
        column.addWidget(self._problem)
        hint = make_label("small", self.tr("Never type a card number here. The reference is on the terminal's slip."))
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addStretch(1)

    def _refuse(self, words: str) -> None:
        self._problem.setText(words)
        if bool(self.reference.property("error")) != bool(words):
            self.reference.setProperty("error", bool(words))
            restyle(self.reference)

    def _refuse_card_number(self) -> None:
        self._refuse(self.tr("That looks like a card number. It was not kept. Type the terminal's reference."))

    def _wipe(self) -> None:
        self._wipe_soon.stop()
        # setText also forgets what Undo could bring back.
        self.reference.blockSignals(True)
        self.reference.setText("")
        self.reference.blockSignals(False)
        self._refuse_card_number()

    def _on_reference_changed(self, text: str) -> None:
        if looks_like_card_number(text):
            self._refuse_card_number()
            self._wipe_soon.start()
        elif not self._wipe_soon.isActive():
            self._refuse("")
        else:
            # The rest of a swipe: it goes with the number.
            self._wipe_soon.start()
        self.edited.emit()
