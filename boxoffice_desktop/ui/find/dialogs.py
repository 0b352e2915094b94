"""What a result opens: a reservation to be served or given up, seats of the house."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from boxoffice_desktop.domain.reservations import Reservation, ReservedSeatState
from boxoffice_desktop.services.finding import Found
from boxoffice_desktop.services.house_seats import HouseHold
from boxoffice_desktop.ui.find.words import FindWords, reservation_word, seat_state_word
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_WIDTH = 460
_MOST_SEATS_HEIGHT = 220
_SEATS_A_LINE = 3


class FoundDialog(QDialog):
    """A title, facts, and buttons below. Deletes itself when it is closed."""

    def __init__(self, title: str, lines: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        self.column.setSpacing(SPACE_INSIDE)
        self.column.addWidget(make_label(title, "title"))
        for line in lines:
            self.column.addWidget(make_label(line))

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Close stands first; the one of the kind `primary` takes Enter."""
        row = QHBoxLayout()
        row.setSpacing(SPACE_INSIDE)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        for button in (close, *buttons):
            button.setProperty("tall", True)
            button.setDefault(button.property("kind") == "primary")
            button.setAutoDefault(False)
            row.addWidget(button, 1)
        self.column.addSpacing(SPACE_INSIDE)
        self.column.addLayout(row)


def _make_button(words: str, kind: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setProperty("kind", kind)
    return button


class ReservationDialog(FoundDialog):
    """A reservation with its seats: all that still wait are ticked, Enter serves them.

    Signals:
        serve_requested: the ids of the ticked seats; the dialog has closed.
        give_up_requested: the customer does not come; it was asked once, and the dialog has closed.
        slip_requested: the slip shall be printed again.
    """

    serve_requested = Signal(object)
    give_up_requested = Signal()
    slip_requested = Signal()

    def __init__(self, reservation: Reservation, found: Found, words: FindWords, parent: QWidget | None = None) -> None:
        who = " · ".join(part for part in (reservation.name, reservation.phone) if part)
        state = f"{reservation_word(reservation)} · {words.deadline(reservation)}"
        super().__init__(f"{reservation.code}  {who}", (words.where(found), state), parent)
        self._reservation = reservation
        self.boxes: dict[int, QCheckBox] = {}
        self._build_seats()
        self.serve_button = _make_button("", "primary")
        self.give_up_button = _make_button(self.tr("Give up…"))
        self.slip_button = _make_button(self.tr("Print the slip"))
        self.add_buttons(self.slip_button, self.give_up_button, self.serve_button)
        self.serve_button.clicked.connect(self._serve)
        self.give_up_button.clicked.connect(self._give_up)
        self.slip_button.clicked.connect(self._on_slip_button_clicked)
        self._is_sure = False
        self._count()
        self.serve_button.setFocus()

    def ticked(self) -> tuple[int, ...]:
        """The seats that are to be served."""
        return tuple(seat_id for seat_id, box in self.boxes.items() if box.isChecked())

    def _build_seats(self) -> None:
        seats = QWidget()
        grid = QGridLayout(seats)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, seat in enumerate(self._reservation.seats):
            box = QCheckBox(f"{seat.seat_name} · {seat_state_word(seat.state)}")
            # What somebody else has may be free again by now: the database says.
            box.setEnabled(seat.state is not ReservedSeatState.COLLECTED)
            box.setChecked(seat.state in (ReservedSeatState.KEPT, ReservedSeatState.SERVED))
            box.setMinimumHeight(SPACE_AROUND + SPACE_INSIDE)
            box.toggled.connect(self._count)
            self.boxes[seat.seat_id] = box
            grid.addWidget(box, place // _SEATS_A_LINE, place % _SEATS_A_LINE)
        area = QScrollArea()
        area.setWidget(seats)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(min(seats.sizeHint().height() + SPACE_INSIDE, _MOST_SEATS_HEIGHT))
        self.column.addWidget(area)

    def _count(self) -> None:
        count = len(self.ticked())
        self.serve_button.setText(self.tr("Sell {count}  Enter").format(count=count))
        self.serve_button.setEnabled(count > 0)
        self.give_up_button.setEnabled(self._reservation.count(ReservedSeatState.KEPT) > 0)

    def _serve(self) -> None:
        seat_ids = self.ticked()
        self.accept()
        self.serve_requested.emit(seat_ids)

    def _give_up(self) -> None:
        if not self._is_sure:
            self._is_sure = True
            words = self.tr("Yes, free {count}")
            self.give_up_button.setText(words.format(count=self._reservation.count(ReservedSeatState.KEPT)))
            return
        self.accept()
        self.give_up_requested.emit()

    def _on_slip_button_clicked(self) -> None:
        self.slip_button.setEnabled(False)
        self.slip_requested.emit()


class HouseDialog(FoundDialog):
    """Seats that the house keeps.

    Signals:
        map_requested: they shall be shown on the map; the dialog has closed.
        give_back_requested: they are free for all again; it was asked once, and the dialog has closed.
    """

    map_requested = Signal()
    give_back_requested = Signal()

    def __init__(
        self, hold: HouseHold, found: Found, words: FindWords, *, may_give_back: bool, parent: QWidget | None = None
    ) -> None:
        facts = (hold.reason, words.where(found), ", ".join(hold.seat_names), hold.kept_by)
        super().__init__(hold.name or self.tr("Kept by the house"), tuple(fact for fact in facts if fact), parent)
        self._count = len(hold.seat_ids)
        self._is_sure = False
        if not may_give_back:
            self.column.addWidget(make_label(self.tr("Only somebody who may approve gives them back."), "small"))
        self.map_button = _make_button(self.tr("On the map  Enter"), "primary")
        self.back_button = _make_button(self.tr("Give back…"))
        self.back_button.setEnabled(may_give_back)
        self.add_buttons(self.back_button, self.map_button)
        self.map_button.clicked.connect(self._show_map)
        self.back_button.clicked.connect(self._give_back)
        self.map_button.setFocus()

    def _show_map(self) -> None:
        self.accept()
        self.map_requested.emit()

    def _give_back(self) -> None:
        if not self._is_sure:
            self._is_sure = True
            self.back_button.setText(self.tr("Yes, free {count}").format(count=self._count))
            return
        self.accept()
        self.give_back_requested.emit()
