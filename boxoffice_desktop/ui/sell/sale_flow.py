"""Sends a sale and does not rest until it is known whether it is stored."""

from dataclasses import replace
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError, NotFoundError, OutcomeUnknownError
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, SaleAdjustment, SaleLine, SaleOrder
from boxoffice_desktop.services.attempts import get_order_id
from boxoffice_desktop.services.context import ResumedAttempt
from boxoffice_desktop.ui.tasks.runner import TaskRunner

_ASK_AGAIN_MS = 2000
# After these the attempt may or may not have been stored; only asking again tells.
_UNSURE = (OutcomeUnknownError,)


class SaleFlow(QObject):
    """One sale from the payment to its stored end.

    Signals:
        completed: the `CompletedSale`; it is stored.
        refused: a `BoxOfficeError`; nothing is stored.
        outcome_unknown: the connection broke; it asks again by itself every two seconds.
        bug_found: an exception that is no `BoxOfficeError`; the outcome is being asked for.
        attempts_resumed: a tuple of `ResumedAttempt`s of other sales that turned up while asking.
    """

    completed = Signal(object)
    refused = Signal(object)
    outcome_unknown = Signal()
    bug_found = Signal(object)
    attempts_resumed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._order: SaleOrder | None = None
        self._refused_order: SaleOrder | None = None
        self._again = QTimer(self, interval=_ASK_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._ask_outcome)

    def is_sending(self) -> bool:
        """Whether a sale is under way or its outcome is not known yet."""
        return self._order is not None

    def submit(
        self,
        hold_id: UUID,
        lines: tuple[SaleLine, ...],
        payments: tuple[PaymentGiven, ...],
        *,
        sale_id: UUID | None = None,
        adjustments: tuple[SaleAdjustment, ...] = (),
    ) -> None:
        """Sell these lines. The same sale tried again after a refusal keeps its identity: it cannot count twice."""
        if self._order is not None:
            return
        order = SaleOrder(
            sale_id=sale_id or uuid4(), hold_id=hold_id, lines=lines, payments=payments, adjustments=adjustments
        )
        before = self._refused_order
        if before is not None and replace(order, sale_id=before.sale_id) == before:
            order = before
        self._send(order)

    def _send(self, order: SaleOrder) -> None:
        self._order = order
        self._tasks.write_call(self, self._tasks.desk.sell, order, done=self._on_completed, failed=self._on_failed)

    def _on_completed(self, sale: CompletedSale) -> None:
        self._end()
        self._refused_order = None
        self.completed.emit(sale)
        # It is on the screen now.
        self._tasks.write_call(self, self._tasks.desk.acknowledge, sale.sale_id, failed=lambda _: None)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, BoxOfficeError) and not isinstance(error, _UNSURE):
            self._refuse(error)
            return
        if not isinstance(error, BoxOfficeError):
            self.bug_found.emit(error)
        self.outcome_unknown.emit()
        self._again.start()

    def _ask_outcome(self) -> None:
        self._tasks.write_call(
            self, self._tasks.desk.resume_attempts, done=self._on_resumed, failed=lambda _: self._again.start()
        )

    def _on_resumed(self, attempts: tuple[ResumedAttempt, ...]) -> None:
        order = self._order
        if order is None:
            return
        others = tuple(attempt for attempt in attempts if get_order_id(attempt.order) != order.sale_id)
        if others:
            self.attempts_resumed.emit(others)
        ours = next((attempt for attempt in attempts if get_order_id(attempt.order) == order.sale_id), None)
        if ours is None:
            # Somebody else has asked for it before, or it was never written down: the same order is one sale anyway.
            self._send(order)
        elif ours.sale is not None:
            self._on_completed(ours.sale)
        else:
            self._refuse(ours.problem or NotFoundError("sale", order.sale_id))

    def _refuse(self, error: BoxOfficeError) -> None:
        self._refused_order = self._order
        self._end()
        self.refused.emit(error)

    def _end(self) -> None:
        self._order = None
        self._again.stop()
