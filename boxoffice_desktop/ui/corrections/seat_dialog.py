"""Other seats, or seats of another show, for tickets that are exchanged: chosen on the picture of the hall."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.best_available import find_best_seats
from boxoffice_desktop.domain.errors import NotEnoughSeatsError
from boxoffice_desktop.domain.seats import Seat, SeatKey, SeatLook
from boxoffice_desktop.services.corrections import ShowChoice
from boxoffice_desktop.services.sale_details import TicketDetails
from boxoffice_desktop.services.seat_maps import MapState, OpenedShow
from boxoffice_desktop.ui.corrections.seat_plan import SeatPlan
from boxoffice_desktop.ui.corrections.show_list import ShowList
from boxoffice_desktop.ui.tasks.map_feed import MapFeed
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label, prefer_size
from boxoffice_desktop.ui.widgets.flow_layout import FlowLayout
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.seat_map import EXCHANGE_LOOKS, SeatMapPanel
from boxoffice_desktop.ui.widgets.seat_map.words import state_sentence
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE

_SIZE = (1180, 720)
_LIST, _NARROW_LIST, _ROOMY = 280, 220, 1100


class SeatDialog(QDialog):
    """The map of one show; a click, or Space, gives a seat to the ticket that is up. Enter takes them all.

    A seat that somebody else takes meanwhile is lost again and told. Deletes itself when it is closed.

    Signals:
        taken: where the tickets go: by ticket id the `SeatKey` and the seat's name.
        failed: an exception of reading a show.
    """

    taken = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        tickets: Sequence[TicketDetails],
        *,
        types: Mapping[int, int],
        places: Mapping[int, tuple[SeatKey, str]],
        shows: Sequence[ShowChoice],
        parent: QWidget | None = None,
    ) -> None:
        """`types` and `places` say by ticket which type it gets and where it goes for now."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Seats and show"))
        self.plan = SeatPlan(tickets, places)
        self._types = types
        self._formats = Formats.of(tasks.desk.describe())
        self._opened: OpenedShow | None = None
        self._state: MapState | None = None
        self._moves = False
        self.feed = MapFeed(tasks, self)
        self.shows = ShowList(_with_own(shows, tickets), self._formats)
        self.map_panel = SeatMapPanel(looks=EXCHANGE_LOOKS)
        self.take_button = QPushButton(self.tr("Take these seats  Enter"))
        self._problem, self._hint = make_label("", "error"), make_label("", "muted")
        self._tickets = QButtonGroup(self)
        self._build()
        self._connect()
        self._show_tickets()
        self._say("")
        self.feed.open_show(self.plan.show_of(self.plan.current))

    @property
    def problem(self) -> str:
        """What the dialog says could not be had; empty when nothing is wrong."""
        return self._problem.text()

    def begin_with(self, ticket_id: int) -> None:
        """This ticket is the one whose seat was asked for."""
        numbers = {ticket.ticket_id: number for number, ticket in enumerate(self.plan.tickets)}
        self._on_ticket_clicked(numbers[ticket_id])

    def take(self) -> None:
        """Every ticket has a seat: these are the ones."""
        if self.plan.is_complete:
            self.taken.emit(self.plan.places)
            self.accept()

    def on_hint(self, show_id: int | None) -> None:
        """Somebody changed seats of a show (None: of any)."""
        self.feed.hint(show_id)

    def _build(self) -> None:
        prefer_size(self, *_SIZE)
        self.setMinimumSize(640, 420)
        chips = QWidget()
        flow = FlowLayout(chips, across=SPACE_INSIDE, along=4)
        for number, ticket in enumerate(self.plan.tickets):
            button = QPushButton()
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("kind", "quiet")
            button.setProperty("tall", True)
            self._tickets.addButton(button, number)
            flow.addWidget(button)
            button.setToolTip(f"{ticket.title} · {ticket.hall_name} · {self._formats.moment(ticket.starts_at)}")
        policy = chips.sizePolicy()
        policy.setHeightForWidth(True)
        chips.setSizePolicy(policy)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_BETWEEN)
        middle.addWidget(self.shows)
        middle.addWidget(self.map_panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_INSIDE, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(chips)
        column.addLayout(middle, 1)
        column.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        back = QPushButton(self.tr("Back  Esc"))
        back.clicked.connect(self.reject)
        self.take_button.setProperty("kind", "primary")
        row = QHBoxLayout()
        row.setSpacing(SPACE_BETWEEN)
        for button in (back, self.take_button):
            button.setProperty("tall", True)
            button.setAutoDefault(False)
        row.addWidget(back)
        row.addWidget(self._hint, 1)
        row.addWidget(self._problem, 1)
        row.addWidget(self.take_button)
        return row

    def _connect(self) -> None:
        seat_map = self.map_panel.seat_map
        self.feed.opened.connect(self._on_opened)
        self.feed.redrawn.connect(self._show_hall)
        self.feed.state_read.connect(self._on_state_read)
        self.feed.failed.connect(self._on_feed_failed)
        self.shows.chosen.connect(self._on_show_chosen)
        self.shows.left.connect(seat_map.setFocus)
        seat_map.seat_activated.connect(self._on_seat_activated)
        seat_map.best_requested.connect(self._on_best_requested)
        seat_map.let_go_requested.connect(self.reject)
        seat_map.seats_expired.connect(lambda _: self.feed.read())
        self._tickets.idClicked.connect(self._on_ticket_clicked)
        self.take_button.clicked.connect(self.take)

    def _on_show_chosen(self, show_id: int) -> None:
        self._moves = True
        self.feed.open_show(show_id)

    def _on_ticket_clicked(self, number: int) -> None:
        self.plan.current = self.plan.tickets[number]
        show_id = self.plan.show_of(self.plan.current)
        if self._opened is None or show_id != self._opened.show.show_id:
            # Only another look: nobody moves.
            self._moves = False
            self.feed.open_show(show_id)
        self._show_tickets()
        self.map_panel.seat_map.setFocus()

    def _on_opened(self, opened: OpenedShow) -> None:
        before, self._opened = self._opened, opened
        if before is not None and self._moves and before.show.show_id != opened.show.show_id:
            taken = {status.seat_id for status in opened.state.statuses}
            self.plan.move(
                before.show.show_id, opened.show.show_id, opened.picture.seats, lambda seat: seat not in taken
            )
        self._moves = False
        self._say("")
        self._show_hall(opened)
        self.shows.mark(opened.show.show_id)
        if before is None:
            self.map_panel.seat_map.setFocus()
            self.map_panel.seat_map.focus_seat_by_id(self.plan.current.key.seat_id)

    def _on_feed_failed(self, error: Exception) -> None:
        """The map stays that of the show before, and so does everybody's place."""
        self._moves = False
        if self._opened is not None:
            self.shows.mark(self._opened.show.show_id)
        self.failed.emit(error)

    def _show_hall(self, opened: OpenedShow) -> None:
        self._opened = opened
        self.map_panel.show_hall(opened.picture, self._list_prices(opened))
        self._on_state_read(opened.state)

    def _list_prices(self, opened: OpenedShow) -> dict[int, str]:
        """What the ticket that is up costs, by area."""
        wanted = self._types[self.plan.current.ticket_id]
        found = [price for price in opened.prices if price.ticket_type_id == wanted]
        return {price.area_id: self._formats.money(price.amount) for price in found}

    def _on_state_read(self, state: MapState) -> None:
        self._state = state
        lost = self.plan.lose_taken(state)
        self._show_seats()
        if lost and self._opened is not None:
            names = {seat.seat_id: seat for seat in self._opened.picture.seats}
            self._refuse([names[status.seat_id] for status in lost])

    def _on_seat_activated(self, seat: Seat) -> None:
        opened = self._opened
        if opened is None or self._is_elsewhere():
            return
        key = SeatKey(opened.show.show_id, seat.seat_id)
        status = self.map_panel.seat_map.status_of(seat.seat_id)
        holder = self.plan.find_ticket(key)
        self._say("")
        if holder is not None:
            self.plan.current = holder
            self._show_tickets()
        elif status is not None and status.look is not SeatLook.LEAVING:
            self._refuse([seat])
        elif self._has_price(seat):
            self._take(((key, seat.name),))

    def _is_elsewhere(self) -> bool:
        """The ticket that is up goes to another show, whose map is not there yet."""
        return self._opened is None or self.plan.show_of(self.plan.current) != self._opened.show.show_id

    def _has_price(self, seat: Seat) -> bool:
        opened, wanted = self._opened, self._types[self.plan.current.ticket_id]
        if opened is None or any((p.area_id, p.ticket_type_id) == (seat.area_id, wanted) for p in opened.prices):
            return True
        names = {kind.ticket_type_id: kind.name for kind in opened.ticket_types}
        words = self.tr("{seat} is not sold as {kind}: choose another type first, or another seat.")
        self._say(words.format(seat=seat.name, kind=names.get(wanted, "")))
        return False

    def _on_best_requested(self, count: int) -> None:
        if self._opened is None or self._is_elsewhere():
            return
        opened, show_id = self._opened, self._opened.show.show_id
        self._say("")
        count = min(count, len(self.plan.list_in(show_id)))
        find, shown = self.map_panel.seat_map.status_of, opened.picture
        free = {seat.seat_id for seat in shown.seats if find(seat.seat_id) is None}
        try:
            best = find_best_seats(shown.seats, free, count, best_x=shown.best_x, best_y=shown.best_y)
        except NotEnoughSeatsError as error:
            words = self.tr("No {wanted} free seats side by side; the most is {longest}.")
            self._say(words.format(wanted=error.wanted, longest=error.longest))
            return
        names = {seat.seat_id: seat.name for seat in shown.seats}
        self._take([(SeatKey(show_id, seat_id), names[seat_id]) for seat_id in best])

    def _take(self, seats: Sequence[tuple[SeatKey, str]]) -> None:
        self.plan.put_all(seats)
        self._show_seats()

    def _refuse(self, seats: Sequence[Seat]) -> None:
        seat_map = self.map_panel.seat_map
        seat_map.flash_refused([seat.seat_id for seat in seats])
        self._say(" · ".join(state_sentence(seat, seat_map.status_of(seat.seat_id)) for seat in seats))

    def _show_seats(self) -> None:
        state = self._state
        if state is not None:
            self.map_panel.seat_map.show_statuses(self.plan.lay_over(state))
        self._show_tickets()

    def _show_tickets(self) -> None:
        for ticket, button in zip(self.plan.tickets, self._tickets.buttons(), strict=True):
            name = self.plan.seat_name_of(ticket)
            moved = name != ticket.seat_name or self.plan.show_of(ticket) != ticket.key.show_id
            button.setText(f"{ticket.seat_name} → {name or '?'}" if moved else ticket.seat_name)
            button.setChecked(ticket is self.plan.current)
        self.take_button.setEnabled(self.plan.is_complete)
        words = self.tr("A seat for {seat}: click it, or go there and press Space. A digit takes the best.")
        self._hint.setText(words.format(seat=self.plan.current.seat_name))
        if self._opened is not None:
            self.map_panel.show_prices(self._list_prices(self._opened))

    def _say(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.setVisible(bool(words))
        self._hint.setVisible(not words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.take()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.shows.setFixedWidth(_LIST if self.width() >= _ROOMY else _NARROW_LIST)


def _with_own(shows: Sequence[ShowChoice], tickets: Sequence[TicketDetails]) -> list[ShowChoice]:
    """Every show on sale, and those of the tickets, which may not be on sale any more."""
    listed = {show.show_id for show in shows}
    own = {
        ticket.key.show_id: ShowChoice(
            show_id=ticket.key.show_id, title=ticket.title, hall_name=ticket.hall_name, starts_at=ticket.starts_at
        )
        for ticket in tickets
        if ticket.key.show_id not in listed
    }
    return sorted((*own.values(), *shows), key=lambda show: (show.starts_at, show.show_id))
