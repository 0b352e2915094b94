"""The basket: what the customer gets and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.basket import Basket
from boxoffice_desktop.domain.selling import SaleAdjustment, TicketType
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.sell.basket_lines import BasketLines
from boxoffice_desktop.ui.sell.code_row import CodeRow
from boxoffice_desktop.ui.sell.controls import WideButton, make_label, make_wide_button
from boxoffice_desktop.ui.widgets.countdown_ring import CountdownRing
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import restyle

_LARGE = 52


@dataclass(frozen=True, kw_only=True)
class TypeKey:
    """A ticket type on its key. `reason` says why it cannot be pressed; `is_next` marks the type of the next seats."""

    ticket_type: TicketType
    reason: str = ""
    hint: str = ""
    is_next: bool = False


class BasketPanel(QFrame):
    """Show, lines, ticket types, total and time left.

    Signals:
        type_pressed: a ticket type's id.
        remove_requested: a tuple of `SeatKey`s.
        selection_changed: other lines are selected.
        pay_requested, clear_requested: the two large buttons.
        keep_requested: the seats shall be kept for somebody.
    """

    type_pressed = Signal(int)
    remove_requested = Signal(object)
    selection_changed = Signal()
    pay_requested = Signal()
    clear_requested = Signal()
    keep_requested = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._type_buttons: list[QPushButton] = []
        self._basket = Basket()
        self._extras: tuple[SaleAdjustment, ...] = ()
        self._is_offline = False
        self.setProperty("card", True)
        self._build()
        self._connect()
        self.show_basket(Basket(), {}, {}, None)
        self.show_deadline(None, 0)

    def show_basket(
        self,
        basket: Basket,
        shows: Mapping[int, ShowTile],
        types: Mapping[int, str],
        open_show: ShowTile | None,
        extras: Sequence[SaleAdjustment] = (),
    ) -> None:
        """Show the lines and the total, discounts, fees and gift cards (`extras`) included.

        `shows` and `types` name every show and ticket type of the lines.
        """
        self._show_heading([shows[show_id] for show_id in basket.show_ids] or ([open_show] if open_show else []))
        self.lines.show_lines(basket, shows, types, extras)
        self._extras = tuple(extras)
        self._body.setCurrentIndex(1 if basket.lines or extras else 0)
        has_show = open_show is not None
        self._empty.setText(self._empty_words() if has_show else self.tr("Choose a show to begin."))
        self._total.setText(self._formats.money(basket.total + sum(extra.amount for extra in extras)))
        self._count.setText(self.tr("Tickets: {count}").format(count=len(basket.lines)) if basket.lines else "")
        self._basket = basket
        self._enable_all()

    def set_offline(self, *, offline: bool) -> None:
        """Neither pay nor give back while the database is away; the lines stay to be read."""
        self._is_offline = offline
        self._enable_all()

    def show_types(self, keys: Sequence[TypeKey]) -> None:
        """Show the ticket types, F1 first."""
        while len(self._type_buttons) < len(keys):
            self._add_type_button()
        for place, button in enumerate(self._type_buttons):
            button.setVisible(place < len(keys))
            if place < len(keys):
                self._fill_type(button, keys[place])

    def show_deadline(self, ends_at: float | None, whole_seconds: float) -> None:
        """Run the ring until `ends_at` (of `time.monotonic`); None: nothing is held."""
        self._time_row.setVisible(ends_at is not None)
        if ends_at is None:
            self.ring.stop()
        else:
            self.ring.run_until(ends_at, whole_seconds)

    def _enable_all(self) -> None:
        self._enable()
        self.code_row.enable(has_seats=bool(self._basket.lines), is_offline=self._is_offline)
        if self._extras and not self._basket.lines:
            # Gift cards alone.
            for button in (self._pay, self._clear):
                button.setEnabled(not self._is_offline)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self._where = ElidedLabel()
        self._where.setProperty("role", "muted")
        column.addWidget(self._title)
        column.addWidget(self._where)
        self.lines = BasketLines(self._formats)
        self._empty = make_label("muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        self._body.addWidget(self._empty)
        self._body.addWidget(self.lines)
        column.addWidget(self._body, 1)
        self._types = QGridLayout()
        self._types.setSpacing(6)
        column.addLayout(self._types)
        self.code_row = CodeRow()
        column.addWidget(self.code_row)
        column.addWidget(self._build_total())
        column.addWidget(self._build_time())
        column.addLayout(self._build_buttons())

    def _build_total(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 4, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(QLabel(self.tr("Total")))
        self._count = make_label("small")
        words.addWidget(self._count)
        row.addLayout(words)
        self._total = make_label("figure")
        self._total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._total, 1)
        return box

    def _build_time(self) -> QWidget:
        self._time_row = QWidget()
        row = QHBoxLayout(self._time_row)
        row.setContentsMargins(0, 0, 0, 0)
        self.ring = CountdownRing()
        self._time = make_label("muted")
        self.keep = make_wide_button(self.tr("Keep…  Ctrl+K"), kind="quiet")
        self.keep.setToolTip(self.tr("Keep these seats: a reservation, or for the house"))
        row.addWidget(self.ring)
        row.addWidget(self._time, 1)
        row.addWidget(self.keep)
        # Its place is kept while nothing is held: the keys below must not jump.
        policy = self._time_row.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._time_row.setSizePolicy(policy)
        return self._time_row

    def _build_buttons(self) -> QHBoxLayout:
        self._pay = make_wide_button(self.tr("Pay  Enter"), kind="primary", height=_LARGE)
        self._clear = make_wide_button(self.tr("Clear  Esc"), height=_LARGE)
        row = QHBoxLayout()
        row.addWidget(self._pay, 3)
        row.addWidget(self._clear, 2)
        return row

    def _connect(self) -> None:
        self.lines.remove_requested.connect(self.remove_requested)
        self.lines.itemSelectionChanged.connect(self.selection_changed)
        self.ring.ticked.connect(self._on_ring_ticked)
        self._pay.clicked.connect(self.pay_requested)
        self._clear.clicked.connect(self.clear_requested)
        self.keep.clicked.connect(self.keep_requested)

    def _enable(self) -> None:
        self._pay.setEnabled(self._basket.is_payable and not self._is_offline)
        for button in (self._clear, self.keep):
            button.setEnabled(bool(self._basket.lines) and not self._is_offline)

    def _show_heading(self, shows: Sequence[ShowTile]) -> None:
        if len(shows) == 1:
            show = shows[0]
            self._title.setText(show.title)
            day = self._formats.day(show.starts_at.date())
            self._where.setText(f"{self._formats.time(show.starts_at)} · {show.hall_name} · {day}")
        else:
            self._title.setText(self.tr("Shows: {count}").format(count=len(shows)) if shows else self.tr("Basket"))
            self._where.setText("")
        self._where.setVisible(bool(self._where.whole_text()))

    def _empty_words(self) -> str:
        return self.tr(
            "Press a digit for that many best seats,\nor choose seats on the map.\n\n"
            "An F key sets the ticket type of the next seats."
        )

    def _add_type_button(self) -> None:
        place = len(self._type_buttons)
        button = WideButton()
        button.setCheckable(True)
        button.clicked.connect(lambda: self._on_type_button_clicked(button))
        self._type_buttons.append(button)
        self._types.addWidget(button, place // 2, place % 2)

    def _fill_type(self, button: QPushButton, key: TypeKey) -> None:
        kind = key.ticket_type
        name = button.fontMetrics().elidedText(kind.name, Qt.TextElideMode.ElideRight, 108)
        button.setText(f"F{kind.position}  {name}".replace("&", "&&"))
        button.setProperty("typeId", kind.ticket_type_id)
        button.setChecked(key.is_next)
        button.setEnabled(not key.reason)
        button.setToolTip(key.reason or key.hint or kind.name)
        button.setAccessibleName(kind.name)
        button.setAccessibleDescription(key.reason or key.hint)

    def _on_type_button_clicked(self, button: QPushButton) -> None:
        self.type_pressed.emit(button.property("typeId"))

    def _on_ring_ticked(self, seconds: int) -> None:
        role = "warn" if self.ring.is_short() else "muted"
        if self._time.property("role") != role:
            self._time.setProperty("role", role)
            restyle(self._time)
        self._time.setText(self.tr("{minutes}:{seconds:02d} left").format(minutes=seconds // 60, seconds=seconds % 60))
