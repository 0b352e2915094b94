"""The shift of this till, from the counted float to the Z report; and the closing of another till's forgotten one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.cash import CashKind, CashOrder, Pieces, ShiftClosing, ShiftOpening, get_act_id
from boxoffice_desktop.domain.edits import InvalidFieldsError
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    DifferenceReasonNeededError,
    NotAllowedError,
    OutcomeUnknownError,
)
from boxoffice_desktop.services import shifts
from boxoffice_desktop.services.shifts import ClosedShift, OpenShift, ShiftView
from boxoffice_desktop.ui.shift.cash_dialog import CashDialog
from boxoffice_desktop.ui.shift.closed_panel import ClosedPanel
from boxoffice_desktop.ui.shift.count_panel import CountPanel
from boxoffice_desktop.ui.shift.running_panel import RunningPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN

_KICKED = frozenset({CashKind.PAY_IN, CashKind.PAY_OUT, CashKind.DROP, CashKind.DRAWER})


T = TypeVar("T")
ActT = TypeVar("ActT", ShiftOpening, CashOrder, ShiftClosing)


class _Place(IntEnum):
    READING = 0
    OPENING = 1
    RUNNING = 2
    CLOSING = 3
    CLOSED = 4


@dataclass(frozen=True, kw_only=True)
class ClosingShift:
    """The shift whose drawer is being counted; `count_id` stays the same until it is closed or given up."""

    shift_id: UUID
    count_id: UUID
    number: int
    terminal_name: str


class TillTab(QWidget):
    """Panels that take turns.

    Signals:
        report_requested: the id of the shift whose X report is wanted.
        z_report_requested: the id of the shift whose Z report is wanted.
        drawer_requested: the drawer shall open, for cash that has been written down.
        approval_requested: the open `CashDialog` whose pay-out somebody has to approve.
        changed: a shift was opened or closed.
        outcome_unknown: an act was sent and its answer got lost; somebody shall find out.
        failed: an exception for the shell's presenter.
        told: a sentence of good news.
    """

    report_requested = Signal(object)
    z_report_requested = Signal(object)
    drawer_requested = Signal()
    approval_requested = Signal(object)
    changed = Signal()
    outcome_unknown = Signal()
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, tasks: TaskRunner, formats: Formats) -> None:
        super().__init__()
        self._tasks = tasks
        self._terminal = tasks.desk.describe().terminal_name
        self._opening: ShiftOpening | None = None
        self._closing: ClosingShift | None = None
        self._shift: OpenShift | None = None
        self._closed: ClosedShift | None = None
        self.opening = CountPanel(formats)
        self.running = RunningPanel(formats)
        self.closing = CountPanel(formats)
        self.closed = ClosedPanel(formats)
        self.dialog: CashDialog | None = None
        self._formats = formats
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    @property
    def place(self) -> str:
        """Which panel is shown: `reading`, `opening`, `running`, `closing` or `closed`."""
        return _Place(self._stack.currentIndex()).name.lower()

    def reload(self) -> None:
        """Look what the shift of this till is; what is being counted stays."""
        self._tasks.read(self, shifts.get_shift_view, {}, done=self._on_view_read, failed=self.failed.emit, key="view")

    def begin_closing(self, shift_id: UUID, number: int, terminal: str) -> None:
        """Count the drawer of a shift and close it."""
        self._closing = ClosingShift(shift_id=shift_id, count_id=uuid4(), number=number, terminal_name=terminal)
        self.closing.start(
            self.tr("Count the drawer of {terminal}, shift {number}").format(terminal=terminal, number=number),
            self.tr("Count everything, the float too. What should be there is told after the closing."),
            self.tr("Close the shift"),
            may_go_back=True,
        )
        self._show(_Place.CLOSING)

    def ask_cash(self, kind: CashKind) -> None:
        """Ask what cash moves."""
        self.dialog = dialog = CashDialog(kind, self._formats, self)
        dialog.order_given.connect(lambda order: self._record(dialog, order))
        dialog.open()

    def take_outcomes(self, found: Collection[UUID]) -> None:
        """It was found out and told what became of these acts: what is still asked here about one of them is over."""
        order = self.dialog.order if self.dialog is not None else None
        if self.dialog is not None and order is not None and order.movement_id in found:
            self.dialog.reject()
        if self._closing is not None and self._closing.count_id in found:
            self._go_back()
        self._opening = None
        self.reload()

    def request_report(self) -> None:
        """Ask for the X report of the open shift."""
        if self._shift is not None:
            self.report_requested.emit(self._shift.shift_id)

    def is_counting(self) -> bool:
        """Whether a drawer is being counted for closing; leaving would lose the numbers."""
        return self._stack.currentIndex() == _Place.CLOSING

    def _build(self) -> None:
        reading = make_label(self.tr("Looking for the shift of this till…"), "muted")
        for panel in (reading, self.opening, self.running, self.closing, self.closed):
            self._stack.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_BETWEEN, 0, 0)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        self.opening.counted.connect(self._on_opening_counted)
        self.running.cash_requested.connect(self.ask_cash)
        self.running.report_requested.connect(self.request_report)
        self.running.close_requested.connect(self._on_close_requested)
        self.closing.counted.connect(self._on_closing_counted)
        self.closing.cancelled.connect(self._go_back)
        self.closed.finished.connect(self._go_back)
        self.closed.report_requested.connect(self._on_z_requested)

    def _show(self, place: _Place) -> None:
        self._stack.setCurrentIndex(place)
        panel = self._stack.widget(place)
        if self.isVisible() and panel is not None:
            panel.setFocus()

    def _on_view_read(self, view: ShiftView) -> None:
        self._shift = view.shift
        if self._stack.currentIndex() in {_Place.CLOSING, _Place.CLOSED}:
            return
        if view.shift is not None:
            self._opening = None
            self.running.show_view(view)
            if self._stack.currentIndex() != _Place.RUNNING:
                self._show(_Place.RUNNING)
        elif self._stack.currentIndex() != _Place.OPENING:
            self.opening.start(
                self.tr("No shift is open at {terminal}").format(terminal=self._terminal),
                self.tr("Count the float and open the shift; an empty drawer is fine. Then this till can sell."),
                self.tr("Open the shift"),
            )
            self._show(_Place.OPENING)

    def _on_opening_counted(self, pieces: Pieces, _reason: str) -> None:
        before = self._opening
        # Asked again after a broken line it is the same shift.
        self._opening = ShiftOpening(
            shift_id=before.shift_id if before else uuid4(),
            float_id=before.float_id if before else uuid4(),
            pieces=pieces,
        )
        self._send(self._tasks.desk.open_shift, self._opening, self._on_opened, self._on_opening_failed)

    def _on_opened(self, shift: OpenShift) -> None:
        self._opening = None
        self.told.emit(self.tr("Shift {number} is open.").format(number=shift.number))
        self._on_view_read(ShiftView(shift=shift, movements=()))
        self.reload()
        self.changed.emit()

    def _on_opening_failed(self, error: Exception) -> None:
        self.opening.show_trouble(self.tr("Not opened: {reason}").format(reason=error) if _is_known(error) else "")
        self.failed.emit(error)
        # Somebody may have opened it meanwhile, or this very try did before its answer got lost.
        self.reload()

    def _record(self, dialog: CashDialog, order: CashOrder) -> None:
        def done(view: ShiftView) -> None:
            dialog.accept()
            self._on_view_read(view)
            if order.kind in _KICKED:
                self.drawer_requested.emit()

        def fail(error: Exception) -> None:
            if isinstance(error, InvalidFieldsError):
                dialog.show_problems(error.problems)
            elif isinstance(error, NotAllowedError) and error.permission == "approve":
                dialog.show_trouble(self.tr("A pay-out this high needs the yes of a supervisor."))
                self.approval_requested.emit(dialog)
            elif isinstance(error, OutcomeUnknownError):
                dialog.show_unsure(self.tr("Not confirmed: the connection broke. The till is finding out by itself…"))
            elif _is_known(error):
                dialog.show_trouble(self.tr("Not written down: {reason}").format(reason=error))
            else:
                dialog.reject()
                self.failed.emit(error)

        self._send(self._tasks.desk.record_cash, order, done, fail)

    def _send(
        self,
        send: Callable[[ActT], T],
        act: ActT,
        done: Callable[[T], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Have an act done once; what came of it is on the screen afterwards, or somebody finds out."""

        def tell(result: T) -> None:
            done(result)
            self._tasks.write_call(self, self._tasks.desk.acknowledge, get_act_id(act), failed=lambda _: None)

        def fail(error: Exception) -> None:
            failed(error)
            if isinstance(error, OutcomeUnknownError):
                self.outcome_unknown.emit()

        self._tasks.write_call(self, send, act, done=tell, failed=fail)

    def _on_close_requested(self) -> None:
        if self._shift is not None:
            self.begin_closing(self._shift.shift_id, self._shift.number, self._terminal)

    def _on_closing_counted(self, pieces: Pieces, reason: str) -> None:
        closing = self._closing
        if closing is None:
            return
        order = ShiftClosing(shift_id=closing.shift_id, count_id=closing.count_id, pieces=pieces, reason=reason)
        self._send(self._tasks.desk.close_shift, order, self._on_closed, self._on_closing_failed)

    def _on_closed(self, closed: ClosedShift) -> None:
        closing, self._closing, self._closed = self._closing, None, closed
        self.closed.show_closed(closed, closing.terminal_name if closing else self._terminal)
        self._show(_Place.CLOSED)
        self.changed.emit()

    def _on_closing_failed(self, error: Exception) -> None:
        if isinstance(error, DifferenceReasonNeededError):
            self.closing.ask_reason()
        elif _is_known(error):
            self.closing.show_trouble(self.tr("Not closed: {reason}").format(reason=error))
        else:
            self.closing.show_trouble("")
            self.failed.emit(error)

    def _on_z_requested(self) -> None:
        if self._closed is not None:
            self.z_report_requested.emit(self._closed.shift_id)

    def _go_back(self) -> None:
        self._closing = None
        self._show(_Place.READING)
        self.reload()


def _is_known(error: Exception) -> bool:
    return isinstance(error, BoxOfficeError)
