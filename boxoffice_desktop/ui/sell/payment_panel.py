"""Taking the money. It stands where the basket was; the map stays in sight."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.cash_rounding import cash_step
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.ui.sell.card_page import CardPage
from boxoffice_desktop.ui.sell.cash_page import CashPage
from boxoffice_desktop.ui.sell.controls import make_label, make_wide_button
from boxoffice_desktop.ui.widgets.countdown_ring import CountdownRing
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import icon, restyle

_LARGE = 52


class PaymentPanel(QFrame):
    """Cash or card, then one key. While a sale is being sent nothing can be changed.

    Signals:
        payment_given: `PaymentGiven`s that cover the total together, as a tuple.
        back_requested: back to the basket.
        touched: the cashier is doing something; the hold may be extended.
    """

    payment_given = Signal(object)
    back_requested = Signal()
    touched = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._is_locked = False
        self._is_offline = False
        self._had_focus = False
        self._rest = 0
        self._parts: list[PaymentGiven] = []
        self.setProperty("card", True)
        self._build()
        self._connect()

    def start(self, total: int, tickets: int, gift_card: tuple[int, int] | None = None) -> None:
        """Begin a payment of `total` minor units in cash, unlocked. A gift card (id and balance) pays first."""
        self._total.setText(self._formats.money(total))
        self._count.setText(self.tr("Tickets: {count}").format(count=tickets))
        self._parts = []
        self._rest = total
        self.part.clear()
        self._part_box.hide()
        if gift_card is not None and min(gift_card[1], total) > 0:
            amount = min(gift_card[1], total)
            kind = PaymentKind.GIFT_CARD
            self._take_part(PaymentGiven(kind=kind, amount=amount, given=amount, gift_card_id=gift_card[0]))
        self._start_rest()
        self.unlock()
        self.choose_cash()

    def press_function_key(self, place: int) -> None:
        """F1 is cash, F2 card, F3 splits."""
        acts = (self.choose_cash, self.choose_card, self.split)
        if place <= len(acts):
            acts[place - 1]()

    def split(self) -> None:
        """Ask how much is paid by this kind; the rest is paid by another."""
        if not self._is_locked and self._rest > 0:
            self._part_box.show()
            self.part.setFocus()

    def undo_part(self) -> bool:
        """Take the last part back that was noted here; whether there was one. A gift card stays."""
        if self._is_locked or not self._parts or self._parts[-1].kind is PaymentKind.GIFT_CARD:
            return False
        self._rest += self._parts.pop().amount
        self._start_rest()
        self.focus_field()
        return True

    def show_deadline(self, ends_at: float | None, whole_seconds: float) -> None:
        """Run the ring until `ends_at` (of `time.monotonic`)."""
        self.ring.setVisible(ends_at is not None)
        if ends_at is None:
            self.ring.stop()
            self._time.setText("")
        else:
            self.ring.run_until(ends_at, whole_seconds)

    def choose_cash(self) -> None:
        """Turn to cash and put the cursor into the amount."""
        if not self._is_locked:
            self._choose(0)

    def choose_card(self) -> None:
        """Turn to the card and put the cursor into the reference."""
        if not self._is_locked:
            self._choose(1)

    def is_card(self) -> bool:
        return self._pages.currentWidget() is self.card

    def focus_field(self) -> None:
        """Put the cursor where something is to be typed."""
        (self.card.reference if self.is_card() else self.cash.given).setFocus()

    def submit(self) -> None:
        """Give the payment as it stands; what is wrong with it is said at its field."""
        if self._is_locked or self._is_offline:
            return
        if self._parts and self._rest == 0:
            self.payment_given.emit(tuple(self._parts))
            return
        if self._part_problem.text():
            self.part.setFocus()
            return
        try:
            payment = self.card.get_payment() if self.is_card() else self.cash.get_payment()
        except InvalidInputError:
            self.focus_field()
            return
        if payment.amount == self._rest:
            self.payment_given.emit((*self._parts, payment))
        elif payment.rounding or (payment.kind is PaymentKind.CASH and cash_step(self._formats.currency) > 1):
            # Each would be rounded; the last one may be cash.
            self._refuse_part(self.tr("Cash comes last here: the rest is rounded."))
        else:
            self._take_part(payment)
            self.part.clear()
            self._part_box.hide()
            self._start_rest()
            self.focus_field()

    def lock(self, words: str, tone: str = "muted") -> None:
        """Take no input and say why, until `unlock`."""
        self._is_locked = True
        self._say(words, tone)
        self._enable()

    def unlock(self, words: str = "", tone: str = "muted") -> None:
        """Take input again."""
        self._is_locked = False
        self._say(words, tone)
        self._enable()

    def set_offline(self, *, offline: bool) -> None:
        """Take no payment while the database is away; what was typed stays, and afterwards the cursor is back."""
        focused = QApplication.focusWidget()
        if offline:
            self._had_focus = focused is not None and self.isAncestorOf(focused)
        self._is_offline = offline
        self._enable()
        if not offline and self._had_focus and not self._is_locked:
            self.focus_field()

    def status_text(self) -> str:
        """What stands above the buttons."""
        return self._status.text()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addWidget(self._build_head())
        self._cash_tab = make_wide_button(self.tr("Cash  F1"), "cash")
        self._card_tab = make_wide_button(self.tr("Card  C"), "card")
        self._tabs = QButtonGroup(self)
        tabs = QHBoxLayout()
        for button in (self._cash_tab, self._card_tab):
            button.setCheckable(True)
            self._tabs.addButton(button)
            tabs.addWidget(button)
        self._card_tab.setToolTip(self.tr("C or F2"))
        self._split = make_wide_button(self.tr("Split  F3"))
        self._split.setToolTip(self.tr("Pay a part by this kind, the rest by another"))
        tabs.addWidget(self._split)
        column.addLayout(tabs)
        column.addWidget(self._build_part())
        self.cash = CashPage(self._formats)
        self.card = CardPage(self._formats)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.cash)
        self._pages.addWidget(self.card)
        column.addWidget(self._pages, 1)
        column.addWidget(self._build_status())
        self._done = make_wide_button(self.tr("Paid  Enter"), kind="primary", height=_LARGE)
        self._back = make_wide_button(self.tr("Back  Esc"), height=_LARGE)
        buttons = QHBoxLayout()
        buttons.addWidget(self._done, 3)
        buttons.addWidget(self._back, 2)
        column.addLayout(buttons)

    def _build_status(self) -> QWidget:
        self._status_box = QFrame()
        self._status_box.setProperty("card", True)
        self._mark = QLabel()
        self._status = make_label("muted")
        self._status.setWordWrap(True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        grid = QGridLayout(self._status_box)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._status, 0, 1)
        grid.addWidget(self._busy, 1, 0, 1, 2)
        return self._status_box

    def _build_head(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(make_label("title", self.tr("To pay")))
        self._count = make_label("small")
        words.addWidget(self._count)
        time = QHBoxLayout()
        self.ring = CountdownRing()
        self._time = make_label("muted")
        time.addWidget(self.ring)
        time.addWidget(self._time, 1)
        words.addLayout(time)
        row.addLayout(words)
        self._total = make_label("figure")
        self._total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._total, 1)
        return head

    def _build_part(self) -> QWidget:
        """The amount of this part, and what was noted so far."""
        self._noted = make_label("muted")
        self._noted.setWordWrap(True)
        self._noted.hide()
        self._part_box = QFrame()
        box = QVBoxLayout(self._part_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        label = QLabel(self.tr("Paid by this kind"))
        self.part = QLineEdit()
        self.part.setMinimumHeight(44)
        self.part.setAccessibleName(label.text())
        label.setBuddy(self.part)
        self._part_problem = make_label("error")
        self._part_problem.setWordWrap(True)
        for widget in (label, self.part, self._part_problem):
            box.addWidget(widget)
        self._part_box.hide()
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._noted)
        column.addWidget(self._part_box)
        return whole

    def _start_rest(self) -> None:
        """Ask for what is left."""
        kinds = {
            PaymentKind.CASH: self.tr("Cash"),
            PaymentKind.CARD: self.tr("Card"),
            PaymentKind.GIFT_CARD: self.tr("Gift card"),
        }
        noted = " · ".join(f"{kinds[part.kind]} {self._formats.money(part.amount)}" for part in self._parts)
        words = self.tr("{noted} · rest {rest}").format(noted=noted, rest=self._formats.money(self._rest))
        self._noted.setText(words if self._parts else "")
        self._noted.setVisible(bool(self._parts))
        self._refuse_part("")
        self.cash.start(self._rest)
        self.card.start(self._rest)

    def _take_part(self, payment: PaymentGiven) -> None:
        self._parts.append(payment)
        self._rest -= payment.amount

    def _refuse_part(self, words: str) -> None:
        self._part_problem.setText(words)
        self._part_problem.setVisible(bool(words))

    def _on_part_edited(self, text: str) -> None:
        """The fields below ask for the part from now on; an empty field is the whole rest."""
        amount, words = self._rest, ""
        if text.strip():
            try:
                amount = self._formats.parse(text)
            except InvalidInputError as error:
                words = str(error)
            else:
                if not 0 < amount <= self._rest:
                    words = self.tr("More than zero, and at most the rest of {rest}.").format(
                        rest=self._formats.money(self._rest)
                    )
        self._refuse_part(words)
        if not words:
            self.cash.start(amount)
            self.card.start(amount)
        self.touched.emit()

    def _connect(self) -> None:
        self._split.clicked.connect(self.split)
        self.part.textEdited.connect(self._on_part_edited)
        self._cash_tab.clicked.connect(self.choose_cash)
        self._card_tab.clicked.connect(self.choose_card)
        self.cash.card_requested.connect(self.choose_card)
        self.cash.edited.connect(self.touched)
        self.card.edited.connect(self.touched)
        self._done.clicked.connect(self.submit)
        self._back.clicked.connect(self.back_requested)
        self.ring.ticked.connect(self._on_ring_ticked)

    def _choose(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        (self._cash_tab, self._card_tab)[page].setChecked(True)
        self.focus_field()
        self.touched.emit()

    def _say(self, words: str, tone: str) -> None:
        self._status.setText(words)
        self._status.setProperty("role", tone)
        restyle(self._status)
        is_error = tone == "error"
        self._mark.setVisible(is_error)
        if is_error:
            self._mark.setPixmap(icon("warning", "bad").pixmap(24, 24))
        self._busy.setVisible(self._is_locked)
        self._status_box.setVisible(bool(words))

    def _enable(self) -> None:
        usable = not self._is_locked and not self._is_offline
        for widget in (
            self._pages,
            self._cash_tab,
            self._card_tab,
            self._split,
            self._part_box,
            self._done,
            self._back,
        ):
            widget.setEnabled(usable)

    def _on_ring_ticked(self, seconds: int) -> None:
        self._time.setText(self.tr("{minutes}:{seconds:02d} left").format(minutes=seconds // 60, seconds=seconds % 60))
