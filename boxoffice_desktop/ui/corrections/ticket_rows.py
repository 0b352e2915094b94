"""The tickets of a sale: which of them, and what they shall become."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QPushButton, QWidget

from boxoffice_desktop.documents.formatting import format_date_time, format_money
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services.corrections import OpenedSale, TicketChange
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.ui.corrections.words import word_of_end
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_TARGET = 44
_SEAT_WIDTH = 130


class TicketRows(QWidget):
    """One row a ticket: chosen or not, its type, and the button to its seat on the map.

    Signals:
        changed: something else was chosen.
        seats_requested: the id of the ticket whose seat shall be another.
    """

    changed = Signal()
    seats_requested = Signal(int)

    def __init__(self, opened: OpenedSale, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened = opened
        self._locale = locale
        self._rows: list[tuple[TicketDetails, QCheckBox, QComboBox, QPushButton]] = []
        self._places = {ticket.ticket_id: (ticket.key, ticket.seat_name) for ticket in opened.sale.tickets}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_INSIDE)
        self._grid.setColumnStretch(0, 1)
        for ticket in opened.sale.tickets:
            self._add(ticket)

    def list_chosen(self) -> tuple[TicketDetails, ...]:
        """The valid tickets that are ticked."""
        return tuple(ticket for ticket, box, _, _ in self._rows if box.isChecked())

    def list_changes(self) -> tuple[TicketChange, ...]:
        """What the ticked tickets shall become."""
        return tuple(
            TicketChange(
                ticket_id=ticket.ticket_id,
                ticket_type_id=int(types.currentData()),
                key=self._places[ticket.ticket_id][0],
                seat_name=self._places[ticket.ticket_id][1],
            )
            for ticket, box, types, _ in self._rows
            if box.isChecked()
        )

    def is_changed(self) -> bool:
        """Whether any ticked ticket shall become something else."""
        return any(
            box.isChecked()
            and (types.currentData() != ticket.ticket_type_id or self._places[ticket.ticket_id][0] != ticket.key)
            for ticket, box, types, _ in self._rows
        )

    def places(self) -> dict[int, tuple[SeatKey, str]]:
        """Where the ticked tickets go, by ticket id: the seat in its show, and its name."""
        return {ticket.ticket_id: self._places[ticket.ticket_id] for ticket in self.list_chosen()}

    def types(self) -> dict[int, int]:
        """The types that the ticked tickets get, by ticket id."""
        return {ticket.ticket_id: int(types.currentData()) for ticket, box, types, _ in self._rows if box.isChecked()}

    def set_places(self, places: Mapping[int, tuple[SeatKey, str]]) -> None:
        """These tickets go there."""
        self._places.update(places)
        for ticket, _, _, seat in self._rows:
            self._show_place(ticket, seat)
        self.changed.emit()

    def set_type(self, place: int) -> None:
        """Give every ticked ticket the type at this place of the keys, from 1."""
        chosen = next((kind for kind in self._opened.types if kind.position == place), None)
        if chosen is None:
            return
        for _, box, types, _ in self._rows:
            if box.isChecked():
                types.setCurrentIndex(types.findData(chosen.ticket_type_id))

    def focus_first(self) -> None:
        """Put the keyboard on the first ticket that can be changed."""
        for _, box, _, _ in self._rows:
            if box.isEnabled():
                box.setFocus()
                return

    def _add(self, ticket: TicketDetails) -> None:
        money = format_money(ticket.value, self._opened.sale.currency, self._locale)
        box = QCheckBox(f"{ticket.seat_name} · {ticket.ticket_type} · {money}")
        box.setMinimumHeight(_TARGET)
        box.setChecked(ticket.ended is None)
        box.setEnabled(ticket.ended is None)
        box.setToolTip(f"{ticket.title} · {ticket.hall_name} · {format_date_time(ticket.starts_at, self._locale)}")
        row = len(self._rows)
        self._grid.addWidget(box, row, 0)
        types, seat = QComboBox(), QPushButton()
        for kind in self._opened.types:
            types.addItem(kind.name, kind.ticket_type_id)
        if types.findData(ticket.ticket_type_id) < 0:
            types.addItem(ticket.ticket_type, ticket.ticket_type_id)
        types.setCurrentIndex(types.findData(ticket.ticket_type_id))
        types.setAccessibleName(self.tr("Ticket type of {seat}").format(seat=ticket.seat_name))
        seat.setAccessibleName(self.tr("Seat instead of {seat}").format(seat=ticket.seat_name))
        seat.setToolTip(self.tr("Another seat or show, on the map (Alt+S)"))
        seat.setProperty("tall", True)
        seat.setAutoDefault(False)
        seat.setMinimumWidth(_SEAT_WIDTH)
        self._show_place(ticket, seat)
        if ticket.ended is None:
            types.setProperty("tall", True)
            for column, widget in ((1, types), (2, seat)):
                self._grid.addWidget(widget, row, column)
        else:
            when = format_date_time(ticket.ended_at, self._locale) if ticket.ended_at else ""
            words = (word_of_end(ticket.ended), ticket.ended_by, ticket.ended_where, when)
            label = make_label(" · ".join(filter(None, words)), "muted")
            self._grid.addWidget(label, row, 1, 1, 2)
            types.setParent(self)
            types.hide()
            seat.setParent(self)
            seat.hide()
            seat.setEnabled(False)
        box.toggled.connect(lambda _: self.changed.emit())
        types.currentIndexChanged.connect(lambda _: self.changed.emit())
        seat.clicked.connect(lambda: self._on_seat_clicked(ticket, box))
        self._rows.append((ticket, box, types, seat))

    def _show_place(self, ticket: TicketDetails, seat: QPushButton) -> None:
        key, name = self._places[ticket.ticket_id]
        show = next((show for show in self._opened.shows if show.show_id == key.show_id), None)
        if key.show_id == ticket.key.show_id or show is None:
            seat.setText(name)
        else:
            seat.setText(f"{name} · {format_date_time(show.starts_at, self._locale)}")

    def _on_seat_clicked(self, ticket: TicketDetails, box: QCheckBox) -> None:
        box.setChecked(True)
        self.seats_requested.emit(ticket.ticket_id)
