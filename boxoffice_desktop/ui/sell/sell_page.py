"""The selling screen: shows, map, and the column where basket, payment and tickets take turns."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.domain.seats import SeatKind
from boxoffice_desktop.services.shifts import OpenShift
from boxoffice_desktop.ui.sell.basket_panel import BasketPanel
from boxoffice_desktop.ui.sell.controller import SellController
from boxoffice_desktop.ui.sell.customer_feed import CustomerFeed
from boxoffice_desktop.ui.sell.done_panel import DonePanel
from boxoffice_desktop.ui.sell.keep_flow import KeepFlow
from boxoffice_desktop.ui.sell.message_bar import MessageBar, Notice
from boxoffice_desktop.ui.sell.payment_panel import PaymentPanel
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.sale_keys import SaleKeys
from boxoffice_desktop.ui.sell.serve_flow import ServeFlow
from boxoffice_desktop.ui.sell.shift_gate import ShiftGate
from boxoffice_desktop.ui.sell.show_picker.show_picker import ShowPicker
from boxoffice_desktop.ui.sell.show_view import ShowView
from boxoffice_desktop.ui.tasks.printing import PrintReport
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.formats import Formats

_TYPE_KEYS = 10
_QUICK_AMOUNTS = 5
_NARROW, _WIDE, _ROOMY_WIDTH = 340, 400, 1600


class SellPage(QWidget):
    """A page of the window. Everything on it works by keyboard alone.

    Signals:
        entered: the page has come into sight; whoever hears it answers with `show_shift`.
        shift_requested: the cashier wants to go where shifts are opened and closed.
        message_posted: an exception that the shell's presenter words and shows.
        sold: a `CompletedSale`.
        attempts_resumed: a tuple of `ResumedAttempt`s of earlier sales, to be told to the cashier.
        tickets_requested: the `CompletedSale` whose tickets somebody wants to see.
        print_requested: tickets of a sale wait in the print queue.
        correct_requested: the sale that was just made shall be corrected.
        customer_view_changed: a `CustomerView`: what the customer may see of the sale.
        find_requested: somebody looks for something; with the show whose reservations are wanted, or None.
    """

    entered = Signal()
    shift_requested = Signal()
    message_posted = Signal(object)
    sold = Signal(object)
    attempts_resumed = Signal(object)
    tickets_requested = Signal(object)
    print_requested = Signal()
    correct_requested = Signal()
    customer_view_changed = Signal(object)
    find_requested = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        facts = tasks.desk.describe()
        self.formats = Formats.of(facts)
        self._terminal = facts.terminal_name
        self._build()
        self.controller = SellController(self, tasks)
        self.keys = SaleKeys(self, self.controller)
        self.customer = CustomerFeed(self.controller)
        self.keeping = KeepFlow(self, tasks)
        self.serving = ServeFlow(self)
        self._connect()
        self._add_shortcuts()

    def on_hint(self, show_id: int | None) -> None:
        """Somebody changed seats of a show, or what tills offer; what is on the screen of it is read again."""
        self.controller.on_hint(show_id)

    def show_report(self, report: PrintReport) -> None:
        """Something was printed, or not; shown when it is the tickets of the sale on the screen."""
        self.controller.payment.take_report(report)

    def show_shift(self, shift: OpenShift | None) -> None:
        """Whether a shift is open at this till: without one nothing can be sold, and the page says so."""
        was_closed = not self.gate.isHidden()
        # What lies below must not catch the one key.
        for part in (self._left, self._side):
            part.setEnabled(shift is not None)
        if shift is None:
            self.gate.show_closed(self._terminal)
            return
        self.gate.hide()
        if was_closed and self.view.isHidden():
            self.picker.focus_tiles()
        elif was_closed:
            self.view.focus_map()
        if shift.is_old:
            words = self.tr("This shift was opened on an earlier day. Close it and open a new one.")
            act = self.shift_requested.emit
            self.messages.show_notice(Notice(text=words, tone="warn", action=self.tr("To the shift"), act=act))

    def set_offline(self, *, offline: bool) -> None:
        """While offline nothing can be taken, given back or paid; what is in the basket stays on the screen."""
        self.controller.offline.set_offline(offline=offline)

    def come_back(self) -> None:
        """The connection is back: everything is read again and the basket's holds are looked after."""
        self.controller.come_back()

    def may_leave(self) -> bool:
        """Whether the page may be left: not while a sale is being sent or its outcome is unknown."""
        return self.controller.may_leave()

    def leave(self) -> None:
        """Release the basket and rest; showing the page again goes on with the same show."""
        self.controller.leave()

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page and what they do, for the help."""
        return (
            ("1 … 9, 0", self.tr("Take that many best seats (0 is ten)")),
            ("Alt+L, Alt+W", self.tr("The next digit takes love seats, wheelchair places")),
            (self.tr("Arrows, Space"), self.tr("Move on the map, take or give back the seat")),
            ("F1 … F10", self.tr("Ticket type of the selected lines, of all, or of the next seats")),
            ("Enter", self.tr("Pay, paid, next customer")),
            ("Alt+1 … Alt+5", self.tr("Amount that the customer gives")),
            ("C", self.tr("Pay by card")),
            ("F3", self.tr("Pay a part in this way, the rest in another")),
            ("V", self.tr("Voucher, promotion code or gift card")),
            ("M", self.tr("Complimentary ticket, another price")),
            ("G", self.tr("Sell a gift card")),
            ("Esc", self.tr("One step back: payment, basket, nothing")),
            ("Delete", self.tr("Give back the selected lines, or the last seat")),
            ("Ctrl+Z", self.tr("Take again what was given back")),
            ("/", self.tr("Search films")),
            ("Ctrl+Page up, Ctrl+Page down", self.tr("Day before, next day")),
            ("Ctrl+Up, Ctrl+Down", self.tr("Hide the films, show them")),
            ("Alt+A", self.tr("What happened in the show")),
            ("Ctrl+K", self.tr("Keep the seats: reservation, or for the house")),
            ("Alt+R", self.tr("What is reserved and kept in the show")),
            ("P", self.tr("Look at the tickets after the sale")),
            ("F12", self.tr("Correct the last sale, take it back")),
            ("Ctrl+H", self.tr("What happened to the seat")),
            ("R", self.tr("Print the receipt after the sale")),
            ("S", self.tr("Print or save the tickets again when that has failed")),
        )

    def show_side(self, phase: Phase) -> None:
        """Let basket, payment or tickets stand in the right column."""
        self._side.setCurrentIndex(phase)
        self.customer.update()

    def show_map(self) -> None:
        """A show is open: the picker becomes small and the map gets the room."""
        self.picker.set_compact(compact=True)
        self.view.show()
        self._share_height()

    def fold_picker(self, *, folded: bool) -> None:
        """Give the picker's place to the map, or take it back."""
        if self.view.isHidden():
            return
        self.picker.set_folded(folded=folded)
        self._share_height()
        if folded:
            self.view.focus_map()
        else:
            self.picker.focus_tiles()

    def _build(self) -> None:
        self.picker = ShowPicker(self.formats)
        self.picker.set_compact(compact=False)
        self.view = ShowView(self.formats)
        self.view.hide()
        self._left = QWidget()
        self._left_column = QVBoxLayout(self._left)
        self._left_column.setContentsMargins(0, 0, 0, 0)
        self._left_column.setSpacing(8)
        self._left_column.addWidget(self.picker, 1)
        self._left_column.addWidget(self.view, 2)
        self.messages = MessageBar(self._left)
        self.basket_panel = BasketPanel(self.formats)
        self.payment_panel = PaymentPanel(self.formats)
        self.done_panel = DonePanel(self.formats)
        self._side = QStackedWidget()
        for panel in (self.basket_panel, self.payment_panel, self.done_panel):
            self._side.addWidget(panel)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self._left, 1)
        row.addWidget(self._side)
        self._side.setFixedWidth(_NARROW)
        self.gate = ShiftGate(self)

    def _connect(self) -> None:
        self.picker.fold_requested.connect(lambda folded: self.fold_picker(folded=folded))
        self.picker.left.connect(self._on_picker_left)
        self.gate.passed.connect(self.shift_requested)
        self.controller.message_posted.connect(self.message_posted)
        self.controller.sold.connect(self.sold)
        self.customer.changed.connect(self.customer_view_changed)
        self.controller.attempts_resumed.connect(self.attempts_resumed)
        self.controller.payment.tickets_requested.connect(self.tickets_requested)
        self.controller.payment.print_requested.connect(self.print_requested)
        self.done_panel.correct_requested.connect(self.correct_requested)
        self.keeping.message_posted.connect(self.message_posted)
        self.keeping.print_requested.connect(self.print_requested)
        self.basket_panel.keep_requested.connect(self.keeping.open)
        self.view.kept_requested.connect(self._on_kept_requested)
        self.picker.find_requested.connect(lambda: self.find_requested.emit(None))

    def _add_shortcuts(self) -> None:
        for place in range(1, _TYPE_KEYS + 1):
            self._shortcut(f"F{place}", partial(self.keys.press_function_key, place))
        for place in range(1, _QUICK_AMOUNTS + 1):
            self._shortcut(f"Alt+{place}", partial(self.keys.press_quick_amount, place - 1))
        self._shortcut("Alt+L", lambda: self.view.toggle_kind(SeatKind.LOVE_SEAT))
        self._shortcut("Alt+W", lambda: self.view.toggle_kind(SeatKind.WHEELCHAIR))
        self._shortcut("Alt+A", self.view.toggle_activity)
        self._shortcut("Alt+R", self._on_kept_requested)
        self._shortcut("Ctrl+K", self.keeping.open)
        self._shortcut("Ctrl+Up", lambda: self.fold_picker(folded=True))
        self._shortcut("Ctrl+Down", lambda: self.fold_picker(folded=False))
        self._shortcut("Ctrl+PgUp", lambda: self.picker.dates.step(-1))
        self._shortcut("Ctrl+PgDown", lambda: self.picker.dates.step(1))
        self._shortcut("Ctrl+Z", self.messages.act)

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _share_height(self) -> None:
        """The picker gets at most a third while a map is open, and one line when it is folded."""
        if self.view.isHidden():
            return
        self.picker.setFixedHeight(self.picker.compact_height(self.height() * 3 // 10))
        self._place_messages()

    def _place_messages(self) -> None:
        top = 60
        if not self.view.isHidden():
            self._left_column.activate()
            top = self.view.mapTo(self._left, QPoint(0, self.view.map_top())).y() + 4
        self.messages.place(top)

    def _on_kept_requested(self) -> None:
        if self.controller.opened is not None:
            self.find_requested.emit(self.controller.opened.show.show_id)

    def _on_picker_left(self) -> None:
        if not self.view.isHidden():
            self.view.focus_map()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_WIDE if self.width() >= _ROOMY_WIDTH else _NARROW)
        self._share_height()
        self._place_messages()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.controller.start()
        self.entered.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.controller.rest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._use_key(Qt.Key(event.key()), is_repeat=event.isAutoRepeat()):
            super().keyPressEvent(event)

    def _use_key(self, key: Qt.Key, *, is_repeat: bool) -> bool:
        """Whether the key meant something."""
        if self.gate.isVisible():
            # The button takes Enter; what lies below waits.
            return False
        focused = self.focusWidget()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # A key that is held down must not pay and go on to the next customer.
            if not is_repeat:
                if isinstance(focused, QAbstractButton) and focused.hasFocus():
                    focused.click()
                else:
                    self.controller.press_enter()
        elif key == Qt.Key.Key_Escape:
            self.controller.press_escape()
        elif key == Qt.Key.Key_Delete:
            self.controller.remove_selected()
        elif key == Qt.Key.Key_Slash:
            self.fold_picker(folded=False)
            self.picker.focus_search()
        else:
            return self.keys.press_letter(key)
        return True
