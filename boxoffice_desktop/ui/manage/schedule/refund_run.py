"""All sales of a cancelled show are paid back, one after the other, with progress and a pause."""

from collections import deque
from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from boxoffice_desktop.domain.refunding import CompletedRefund
from boxoffice_desktop.services.cancellations import CardRefund, list_card_refunds, list_sales_to_refund
from boxoffice_desktop.services.cancellations import refund_cancelled_sale as refund_sale
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, ReadTable, make_label
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class RefundRunDialog(AskDialog):
    """Starts on the button, pauses on the same button, and goes on. Closing it stops after the sale under way.

    Signals:
        failed: an exception; the run stands still and can go on.
    """

    failed = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        block: ShowBlock,
        title: str,
        money: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        """`title` names the show; `money` words an amount."""
        super().__init__(title, "", parent)
        self._tasks, self._block, self._money = tasks, block, money
        self._waiting: deque[UUID] = deque()
        self._done = self._owed = self._on_cards = 0
        self._is_running = False
        self.progress = QProgressBar()
        self.summary = make_label("")
        self.cards = ReadTable([self.tr("Sale"), self.tr("Sold at"), self.tr("Reference"), self.tr("Back on the card")])
        note = self.tr(
            "Cash waits until the customer comes to any till and is paid out there. What was paid by card is listed"
            " here for the card terminal. Running it twice pays nobody twice."
        )
        self.body.addWidget(make_label(note, "muted"))
        self.body.addWidget(self.progress)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.cards, 1)
        self.deed.show()
        self.deed.setEnabled(False)
        self.submitted.connect(self._on_submitted)
        self.prefer_size(640, 480)
        self._read()

    @property
    def is_running(self) -> bool:
        """Whether sales are being paid back right now."""
        return self._is_running

    def _read(self) -> None:
        values = {"show_id": self._block.show_id}
        self._tasks.read(self, list_sales_to_refund, values, done=self._on_sales, failed=self._on_failed)
        self._tasks.read(self, list_card_refunds, values, done=self._show_cards, failed=self._on_failed)

    def _on_sales(self, sales: tuple[UUID, ...]) -> None:
        self._waiting = deque(sales)
        self.progress.setRange(0, self._done + len(sales) or 1)
        self._show_state()

    def _on_submitted(self) -> None:
        self._is_running = not self._is_running
        self._show_state()
        if self._is_running:
            self._next()

    def _next(self) -> None:
        if not self._is_running:
            return
        if not self._waiting:
            self._is_running = False
            self._show_state()
            self._read()
            return
        values = {"show_id": self._block.show_id, "sale_id": self._waiting[0], "reason": self._block.title[:500]}
        self._tasks.write(self, refund_sale, values, done=self._on_refunded, failed=self._on_failed)

    def _on_refunded(self, refund: CompletedRefund | None) -> None:
        self._waiting.popleft()
        self._done += 1
        for part in refund.money if refund is not None else ():
            if part.kind == "owed":
                self._owed += part.amount
            else:
                self._on_cards += part.amount
        self._show_state()
        self._next()

    def _on_failed(self, error: Exception) -> None:
        self._is_running = False
        self._show_state()
        self.say(self.tr("It stands still. What was paid back stays so; go on when the trouble is over."))
        self.failed.emit(error)

    def _show_cards(self, cards: tuple[CardRefund, ...]) -> None:
        self.cards.show_rows(
            [[str(card.sale_number), card.terminal_name, card.reference, self._money(card.amount)] for card in cards]
        )

    def _show_state(self) -> None:
        self.progress.setValue(self._done if self._waiting or self._done else 1)
        words = self.tr("{left} sales left · {owed} waits as cash · {cards} went back on cards")
        self.summary.setText(
            words.format(left=len(self._waiting), owed=self._money(self._owed), cards=self._money(self._on_cards))
        )
        self.deed.setEnabled(bool(self._waiting))
        self.way_out.setText(self.tr("Later") if self._waiting and not self._is_running else self.tr("Close"))
        if self._is_running:
            self.deed.setText(self.tr("Pause"))
        else:
            self.deed.setText(self.tr("Go on") if self._done else self.tr("Pay all back"))
        if self._waiting:
            self.say("")
        else:
            self.say(self.tr("All sales are paid back."), "ok")
