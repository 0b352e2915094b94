"""From seats in the basket to seats that wait for somebody: a reservation with a code and a slip, or house seats."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal

from boxoffice_desktop.domain.errors import BoxOfficeError, InvalidInputError, NotFoundError, OutcomeUnknownError
from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.services import house_seats, print_queue, reservations
from boxoffice_desktop.services.house_seats import HouseHold
from boxoffice_desktop.ui.sell.keep_dialog import KeepDialog, KeepOrder
from boxoffice_desktop.ui.sell.notices import SellNotices
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.sell.wording import describe_refusal, join_names
from boxoffice_desktop.ui.tasks.runner import TaskRunner

if TYPE_CHECKING:
    from boxoffice_desktop.ui.sell.sell_page import SellPage


class KeepFlow(QObject):
    """Opens the dialog for the selected seats of the basket, or for all, and does what it says.

    Signals:
        message_posted: an exception for the shell's presenter.
        print_requested: a slip waits in the print queue.
    """

    message_posted = Signal(object)
    print_requested = Signal()

    def __init__(self, page: "SellPage", tasks: TaskRunner) -> None:
        super().__init__(page)
        self._page = page
        self._tasks = tasks
        self._notices = SellNotices(page.messages, page.controller.basket)
        self._keys: tuple[SeatKey, ...] = ()
        self._hold_id: UUID = uuid4()
        self._is_unsure = False
        self.may_keep_for_house = False
        self.dialog: KeepDialog | None = None

    def open(self) -> None:
        """Ask for whom the seats are; if that makes no sense now, say why."""
        controller = self._page.controller
        if self.dialog is not None or controller.offline.refuses():
            return
        if controller.phase is Phase.PAYING:
            self._notices.tell(self.tr("Esc goes back to the basket."))
            return
        keys = self._page.basket_panel.lines.selected_keys() or controller.basket.basket.keys
        if not keys or controller.phase is not Phase.CHOOSING:
            self._notices.tell(self.tr("Choose seats first: a digit takes that many."))
        elif len({key.show_id for key in keys}) > 1:
            self._notices.tell(self.tr("These are seats of several shows. Select the lines of one of them."), "warn")
        else:
            self._open_for(keys)

    def _open_for(self, keys: tuple[SeatKey, ...]) -> None:
        basket, formats = self._page.controller.basket, self._page.formats
        show = basket.shows[keys[0].show_id]
        self._keys, self._hold_id, self._is_unsure = keys, uuid4(), False
        self.dialog = KeepDialog(
            join_names(basket.seat_names(keys)),
            f"{show.title} · {formats.day(show.starts_at.date())} {formats.time(show.starts_at)} · {show.hall_name}",
            may_keep_for_house=self.may_keep_for_house,
            formats=formats,
            parent=self._page,
        )
        self.dialog.keep_requested.connect(self._on_keep_requested)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    def _on_keep_requested(self, order: KeepOrder) -> None:
        self._page.controller.basket.extend()
        if order.for_house:
            # Asked again with the same key it changes nothing.
            arguments = {**self._seats(), "name": order.name, "reason": order.reason}
            self._send(house_seats.keep_for_house, arguments, self._on_kept_for_house)
        elif self._is_unsure:
            # The answer to the last try got lost: it may have been stored.
            self._send(
                reservations.get_reservation,
                {"hold_id": self._hold_id},
                self._on_reserved,
                lambda error: self._on_not_found(error, order),
            )
        else:
            self._reserve(order)

    def _reserve(self, order: KeepOrder) -> None:
        arguments = {**self._seats(), "name": order.name, "phone": order.phone}
        self._send(reservations.reserve_seats, arguments, self._on_reserved)

    def _seats(self) -> dict[str, object]:
        return {
            "hold_id": self._hold_id,
            "show_id": self._keys[0].show_id,
            "seat_ids": tuple(key.seat_id for key in self._keys),
        }

    def _send(
        self,
        operation: Callable[..., object],
        arguments: dict[str, object],
        done: Callable[..., None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        basket = self._page.controller.basket
        basket.hand_over(self._keys, operation, arguments, done=done, failed=failed or self._on_failed)

    def _on_not_found(self, error: Exception, order: KeepOrder) -> None:
        if isinstance(error, NotFoundError):
            self._is_unsure = False
            self._reserve(order)
        else:
            self._on_failed(error)

    def _on_reserved(self, reservation: Reservation) -> None:
        self.print_slip(reservation.hold_id)
        names = join_names(tuple(seat.seat_name for seat in reservation.seats))
        words = self.tr("{seats} reserved: {code}")
        self._notices.tell(words.format(seats=names, code=reservation.code), "ok")
        if self.dialog is not None:
            self.dialog.show_code(reservation)

    def _on_kept_for_house(self, hold: HouseHold) -> None:
        names = join_names(hold.seat_names)
        words = self.tr("{seats} kept by the house: {reason}")
        self._notices.tell(words.format(seats=names, reason=hold.reason), "ok")
        if self.dialog is not None:
            self.dialog.accept()

    def _on_failed(self, error: Exception) -> None:
        dialog = self.dialog
        if dialog is None or not isinstance(error, BoxOfficeError):
            self.message_posted.emit(error)
        if dialog is None:
            return
        if isinstance(error, InvalidInputError):
            dialog.show_problems({error.field: str(error)})
        elif isinstance(error, OutcomeUnknownError):
            self._is_unsure = True
            dialog.say(self.tr("The connection broke. Press Keep again: nothing is kept twice."))
        else:
            dialog.say(describe_refusal(error) or str(error))

    def print_slip(self, hold_id: UUID) -> None:
        """Put the slip of a reservation into the print queue."""
        arguments = {"job_id": uuid4(), "kind": DocumentKind.SLIP, "subject": str(hold_id)}
        self._tasks.write(
            self,
            print_queue.request_print,
            arguments,
            done=lambda _: self.print_requested.emit(),
            failed=self.message_posted.emit,
        )

    def _on_dialog_finished(self) -> None:
        self.dialog = None
        if not self._page.view.isHidden():
            self._page.view.focus_map()
