"""What was looked for and found, on the selling page: a show, seats of it, a reservation that is collected now."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from boxoffice_desktop.domain.basket import BasketLine
from boxoffice_desktop.domain.errors import BoxOfficeError, HoldExpiredError, OutcomeUnknownError
from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.services.reservations import ServedReservation
from boxoffice_desktop.services.seat_maps import OpenedShow
from boxoffice_desktop.ui.sell.notices import SellNotices
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.wording import describe_refusal, join_names

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class ServeFlow(QObject):
    """Opens the show, then points at the seats or takes them into the basket."""

    def __init__(self, page: "SellPage") -> None:
        super().__init__(page)
        self._page = page
        self._controller = page.controller
        self._basket = page.controller.basket
        self._notices = SellNotices(page.messages, self._basket)
        self._waiting: tuple[int, tuple[int, ...], Reservation | None] | None = None
        self._controller.map_feed.opened.connect(self._on_opened)
        self._controller.map_feed.failed.connect(self._forget)
        # After the controller, whose sentence would say that the seats are free.
        self._basket.expired.connect(self._on_expired)

    def open(self, show_id: int, seat_ids: tuple[int, ...]) -> None:
        """Open a show, the focus on the first of these seats."""
        if self._may_go_on():
            self._go(show_id, seat_ids, None)

    def serve(self, reservation: Reservation, seat_ids: tuple[int, ...]) -> None:
        """Take seats of a reservation into the basket, which has to be empty."""
        if not self._may_go_on() or self._controller.offline.refuses():
            return
        others = [owner for owner, _ in self._basket.served.group(self._basket.basket.keys)]
        if any(owner != reservation.hold_id for owner in others):
            words = self.tr("Seats of another customer are in the basket. Sell them or clear it, then serve {name}.")
            self._notices.tell(words.format(name=_name(reservation)), "warn")
        else:
            self._go(reservation.show_id, seat_ids, reservation)

    def _may_go_on(self) -> bool:
        if self._controller.phase is Phase.PAYING:
            self._notices.tell(self.tr("Finish the payment first, or go back with Esc."))
            return False
        if self._controller.phase is Phase.DONE:
            self._controller.serve_next()
        return True

    def _go(self, show_id: int, seat_ids: tuple[int, ...], reservation: Reservation | None) -> None:
        self._waiting = (show_id, seat_ids, reservation)
        opened = self._controller.opened
        if opened is not None and opened.show.show_id == show_id:
            self._on_opened(opened)
        else:
            self._controller.map_feed.open_show(show_id)

    def _on_opened(self, opened: OpenedShow) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting[0] != opened.show.show_id:
            return
        _, seat_ids, reservation = waiting
        if seat_ids:
            self._page.view.point_at(seat_ids)
        if reservation is not None:
            self._basket.serve(
                reservation.hold_id,
                seat_ids,
                done=lambda served: self._on_served(reservation, served),
                failed=lambda error: self._on_refused(reservation, error),
            )

    def _on_served(self, reservation: Reservation, served: ServedReservation) -> None:
        self._controller.map_feed.read_own_change()
        name, formats = _name(reservation), self._page.formats
        if served.missing:
            words = self.tr("{name}: {seats} cannot be had any more.")
            self._notices.tell(words.format(name=name, seats=join_names(served.missing)), "warn")
        elif len(served.held.seats) < len(reservation.seats):
            words = self.tr("{name}: what is not collected now is kept until {time}.")
            self._notices.tell(words.format(name=name, time=formats.time(reservation.collect_by)))
        else:
            words = self.tr("{name}: all seats are in the basket. Esc gives them back to the reservation.")
            self._notices.tell(words.format(name=name), "ok")
        self._page.view.focus_map()

    def _on_refused(self, reservation: Reservation, error: Exception) -> None:
        if isinstance(error, HoldExpiredError):
            words = self.tr("{name}: the seats cannot be had any more: {seats}.")
            seats = join_names(tuple(seat.seat_name for seat in reservation.seats))
            self._notices.tell(words.format(name=_name(reservation), seats=seats), "warn")
        elif isinstance(error, BoxOfficeError) and not isinstance(error, OutcomeUnknownError):
            self._notices.tell(describe_refusal(error) or str(error), "warn")
        else:
            self._controller.message_posted.emit(error)
        self._controller.map_feed.read_own_change()

    def _on_expired(self, lines: tuple[BasketLine, ...]) -> None:
        owners = [owner for owner, _ in self._basket.served.group_before(line.key for line in lines)]
        if any(owner is not None for owner in owners):
            words = self.tr("Time is over, {seats} went back to the reservation.")
            self._notices.offer_again(words, lines, "warn")

    def _forget(self, _error: Exception) -> None:
        self._waiting = None


def _name(reservation: Reservation) -> str:
    return reservation.name or reservation.phone
