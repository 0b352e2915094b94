"""The tickets of a sale: which of them, and what they shall become."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from boxoffice_desktop.documents.formatting import format_date_time, format_money
from boxoffice_desktop.services.corrections import OpenedSale, TicketChange
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.ui.corrections.words import word_of_end
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE

_TARGET = 44
_SEAT_WIDTH = 110


class TicketRows(QWidget):
    """One row a ticket: chosen or not, its type, its seat; one show for all that are exchanged.

    Signals:
        changed: something was chosen or typed.
    """

    changed = Signal()

    def __init__(self, opened: OpenedSale, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened = opened
        self._locale = locale
        self._rows: list[tuple[TicketDetails, QCheckBox, QComboBox, QLineEdit]] = []
        self.show_choice = QComboBox()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_INSIDE)
        self._grid.setColumnStretch(0, 1)
        for ticket in opened.sale.tickets:
            self._add(ticket)
        self._add_shows()

    def list_chosen(self) -> tuple[TicketDetails, ...]:
        """The valid tickets that are ticked."""
        return tuple(ticket for ticket, box, _, _ in self._rows if box.isChecked())

    def list_changes(self) -> tuple[TicketChange, ...]:
        """What the ticked tickets shall become."""
        return tuple(
            TicketChange(
                ticket_id=ticket.ticket_id,
                ticket_type_id=int(types.currentData()),
                show_id=self._show_of(ticket),
                seat_name=seat.text(),
            )
            for ticket, box, types, seat in self._rows
            if box.isChecked()
        )

    def is_changed(self) -> bool:
        """Whether any ticked ticket shall become something else."""
        return any(
            box.isChecked()
            and (
                types.currentData() != ticket.ticket_type_id
                or seat.text().strip().upper() != ticket.seat_name.upper()
                or self._show_of(ticket) != ticket.key.show_id
            )
            for ticket, box, types, seat in self._rows
        )

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
        types, seat = QComboBox(), QLineEdit(ticket.seat_name)
        for kind in self._opened.types:
            types.addItem(kind.name, kind.ticket_type_id)
        if types.findData(ticket.ticket_type_id) < 0:
            types.addItem(ticket.ticket_type, ticket.ticket_type_id)
        types.setCurrentIndex(types.findData(ticket.ticket_type_id))
        types.setAccessibleName(self.tr("Ticket type of {seat}").format(seat=ticket.seat_name))
        seat.setAccessibleName(self.tr("Seat instead of {seat}").format(seat=ticket.seat_name))
        seat.setMaximumWidth(_SEAT_WIDTH)
        if ticket.ended is None:
            for column, widget in ((1, types), (2, seat)):
                widget.setMinimumHeight(_TARGET)
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
        box.toggled.connect(lambda _: self.changed.emit())
        types.currentIndexChanged.connect(lambda _: self.changed.emit())
        seat.textEdited.connect(lambda _: self.changed.emit())
        self._rows.append((ticket, box, types, seat))

    def _add_shows(self) -> None:
        self.show_choice.addItem(self.tr("The same show"), None)
        for show in self._opened.shows:
            when = format_date_time(show.starts_at, self._locale)
            self.show_choice.addItem(f"{when} · {show.title} · {show.hall_name}", show.show_id)
        self.show_choice.setMinimumHeight(_TARGET)
        self.show_choice.setMinimumContentsLength(20)
        self.show_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.show_choice.setAccessibleName(self.tr("Show"))
        caption = make_label(self.tr("Show"), "small")
        caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(caption, len(self._rows), 0)
        self._grid.addWidget(self.show_choice, len(self._rows), 1, 1, 2)
        self.show_choice.currentIndexChanged.connect(lambda _: self.changed.emit())

    def _show_of(self, ticket: TicketDetails) -> int:
        chosen = self.show_choice.currentData()
        return ticket.key.show_id if chosen is None else int(chosen)
