"""What the search box has to do with the pages: Ctrl+F from anywhere, and what each result opens."""

from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.domain.reservations import Reservation
from boxoffice_desktop.services import house_seats, print_queue, reservations
from boxoffice_desktop.services.finding import Found, FoundKind
from boxoffice_desktop.services.house_seats import HouseHold
from boxoffice_desktop.ui.find.dialogs import HouseDialog, ReservationDialog
from boxoffice_desktop.ui.find.search_box import SearchBox
from boxoffice_desktop.ui.find.words import FindWords
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter
from boxoffice_desktop.ui.shell.shell import Shell
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class FindDesk(QObject):
    """Opens the search box for who may sell, and answers its results.

    Signals:
        sale_requested: the `Found` of a sale that somebody wants to see.
        print_requested: a slip waits in the print queue.
    """

    sale_requested = Signal(object)
    print_requested = Signal()

    def __init__(self, window: MainWindow, tasks: TaskRunner, shell: Shell, presenter: ErrorPresenter) -> None:
        super().__init__(shell)
        self._window = window
        self._tasks = tasks
        self._shell = shell
        self._presenter = presenter
        self._words = FindWords.of(tasks.desk.describe())
        self.box: SearchBox | None = None
        QShortcut(QKeySequence("Ctrl+F"), window).activated.connect(self.open_box)
        shell.signed_out.connect(self._close)

    def watch(self, page: SellPage) -> None:
        """From now on the selling page opens the box too, and knows what the signed-in person may keep."""
        page.find_requested.connect(self.open_box)
        page.keeping.may_keep_for_house = self._may_approve()

    def open_box(self, show_id: int | None = None) -> None:
        """Open the box, with what is reserved and kept in a show."""
        person = self._shell.person
        if person is None or Permission.SELL not in person.permissions or "sell" not in self._shell.places():
            return
        if self.box is not None:
            self.box.activateWindow()
            self.box.field.selectAll()
            return
        self.box = SearchBox(self._tasks, show_id, self._window)
        self.box.chosen.connect(self._on_chosen)
        self.box.failed.connect(self._presenter.present)
        self.box.finished.connect(self._on_finished)
        self.box.open()
        self.box.field.setFocus()

    def _on_finished(self) -> None:
        self.box = None

    def _close(self) -> None:
        if self.box is not None:
            self.box.reject()

    def _on_chosen(self, found: Found) -> None:
        if found.reservation is not None:
            self._show_reservation(found, found.reservation)
        elif found.house is not None:
            self._show_house(found, found.house)
        elif found.kind is FoundKind.SALE:
            self.sale_requested.emit(found)
        else:
            self._open_show(found, () if found.seat_id is None else (found.seat_id,))

    def _show_reservation(self, found: Found, reservation: Reservation) -> None:
        dialog = ReservationDialog(reservation, found, self._words, self._window)
        dialog.serve_requested.connect(lambda seat_ids: self._serve(reservation, seat_ids))
        dialog.give_up_requested.connect(lambda: self._give_up(reservation))
        dialog.slip_requested.connect(lambda: self._print_slip(reservation))
        dialog.open()

    def _show_house(self, found: Found, hold: HouseHold) -> None:
        dialog = HouseDialog(hold, found, self._words, may_give_back=self._may_approve(), parent=self._window)
        dialog.map_requested.connect(lambda: self._open_show(found, hold.seat_ids))
        dialog.give_back_requested.connect(lambda: self._give_back(hold))
        dialog.open()

    def _serve(self, reservation: Reservation, seat_ids: tuple[int, ...]) -> None:
        page = self._go_selling()
        if page is not None:
            page.serving.serve(reservation, seat_ids)

    def _open_show(self, found: Found, seat_ids: tuple[int, ...]) -> None:
        page = self._go_selling()
        if page is not None:
            page.serving.open(found.show_id, seat_ids)

    def _go_selling(self) -> SellPage | None:
        self._shell.go_to("sell")
        page = self._shell.page("sell")
        return page if isinstance(page, SellPage) else None

    def _give_up(self, reservation: Reservation) -> None:
        def on_done(count: int) -> None:
            words = self.tr("{name} gave up; seats free again: {count}.")
            self._presenter.show_notice(words.format(name=reservation.name or reservation.phone, count=count))

        self._tasks.write(
            self,
            reservations.give_up_reservation,
            {"hold_id": reservation.hold_id},
            done=on_done,
            failed=self._presenter.present,
        )

    def _give_back(self, hold: HouseHold) -> None:
        def on_done(count: int) -> None:
            self._presenter.show_notice(self.tr("The house gave seats back: {count}.").format(count=count))

        self._tasks.write(
            self,
            house_seats.give_house_seats_back,
            {"hold_id": hold.hold_id, "show_id": hold.show_id, "seat_ids": hold.seat_ids},
            done=on_done,
            failed=self._presenter.present,
        )

    def _print_slip(self, reservation: Reservation) -> None:
        self._tasks.write(
            self,
            print_queue.request_print,
            {"job_id": uuid4(), "kind": DocumentKind.SLIP, "subject": str(reservation.hold_id)},
            done=lambda _: self.print_requested.emit(),
            failed=self._presenter.present,
        )

    def _may_approve(self) -> bool:
        person = self._shell.person
        return person is not None and Permission.APPROVE in person.permissions
