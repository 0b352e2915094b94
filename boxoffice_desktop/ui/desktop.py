"""Puts the window of a till together: shell, selling, tickets, live hints."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from boxoffice_desktop.db.credentials import MailPassword
from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.ui.corrections_desk import CorrectionsDesk
from boxoffice_desktop.ui.customer.display import CustomerDisplay
from boxoffice_desktop.ui.find_desk import FindDesk
from boxoffice_desktop.ui.sell.sell_page import SellPage
from boxoffice_desktop.ui.settings.settings_page import SettingsPage
from boxoffice_desktop.ui.shell.destinations import Destination
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter, Message, install_excepthook
from boxoffice_desktop.ui.shell.print_desk import PrintDesk
from boxoffice_desktop.ui.shell.shell import Shell
from boxoffice_desktop.ui.shell.ticket_window import TicketDesk
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.shell.words import describe_clock
from boxoffice_desktop.ui.shift_desk import ShiftDesk
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tasks.link import LinkWatch
from boxoffice_desktop.ui.tasks.live import LiveHints
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.mail_store import MailStore

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_SHUTDOWN_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class DesktopSettings:
    """What composition decides for the window.

    Attributes:
        settings_file: where theme, size and place of the window are remembered.
        tickets_folder: where the tickets of every sale are saved as PDF; None for nowhere.
        log_file: where bugs are written, for the dialog that shows one.
        only: the key of the one place that this window is for, e.g. `door` on a tablet; empty for all.
    """

    settings_file: Path
    tickets_folder: Path | None
    log_file: Path | None
    only: str = ""


class Desktop(QObject):
    """One till's window and everything behind it.

    Signals:
        closed: the window is closed and all threads have ended.
    """

    closed = Signal()

    def __init__(self, desk: Desk, settings: DesktopSettings, live: LiveHints) -> None:
        """`live` brings the hints of other tills; it may have begun to hear them already."""
        super().__init__()
        self._settings = settings
        self._live = live
        self._tells_clock = False
        self.tasks = TaskRunner(desk, self)
        self.link = LinkWatch(self.tasks, self)
        store = self._store = QSettings(str(settings.settings_file), QSettings.Format.IniFormat)
        self.window = MainWindow(desk.describe(), store, log_file=settings.log_file)
        self.presenter = ErrorPresenter(self.window, log_file=settings.log_file)
        self.printing = PrintDesk(self.window, self.tasks, self.presenter, store, settings.tickets_folder)
        self.mail = MailStore(store, MailPassword(settings.settings_file.parent, settings.settings_file.stem))
        self.tickets = TicketDesk(self.window, self.tasks, self.presenter, self.printing.choices, self.mail)
        self.shell = Shell(
            self.window,
            self.tasks,
            self.presenter,
            list_destinations=self._list_destinations,
        )
        self.shifts = ShiftDesk(self.tasks, self.shell, self.presenter, self.printing.choices)
        self.finding = FindDesk(self.window, self.tasks, self.shell, self.presenter)
        self.customer = CustomerDisplay(self.tasks, store, self.window)
        self.corrections = CorrectionsDesk(self.window, self.tasks, self.shell, self.presenter)
        self._restore_hooks: Callable[[], None] | None = None
        self._connect()

    def show(self) -> None:
        """Show the window with the sign-in page; from now on an exception nobody took is shown, not fatal."""
        self._restore_hooks = install_excepthook(self.presenter)
        # Seats that an earlier run of this terminal left in its basket when it died.
        self.tasks.write_call(self, self.tasks.desk.release_leftovers)
        self.printing.start()
        self.shell.start()
        self.link.start()
        self.window.show()
        if not self._settings.only:
            self.customer.restore()

    def _connect(self) -> None:
        self.shell.print_requested.connect(self.tickets.show_tickets)
        self.shell.sale_found.connect(lambda _sale: self.printing.queue.wake())
        self.shell.signed_in.connect(self.printing.sign_in)
        self.shell.signed_out.connect(self.printing.sign_out)
        self.printing.queue.drawer_requested.connect(self.shifts.open_drawer)
        self.shifts.print_queued.connect(self.printing.queue.wake)
        self.link.came_back.connect(self.printing.queue.wake)
        self.finding.sale_requested.connect(self.corrections.open_found)
        self.corrections.tickets_made.connect(lambda _sale: self.printing.queue.wake())
        self.corrections.print_queued.connect(self.printing.queue.wake)
        self.corrections.drawer_requested.connect(self.shifts.open_drawer)
        self.shell.drawer_requested.connect(self.shifts.open_drawer)
        self.shell.receipt_requested.connect(self.corrections.print_receipt)
        self.finding.print_requested.connect(self.printing.queue.wake)
        self.shell.closed.connect(self._on_shell_closed)
        self._live.hinted.connect(self._on_live_hinted)
        self._live.hinted.connect(self.corrections.on_hint)
        self._live.connection_changed.connect(self.link.note_listener)
        self._live.terminal_taken.connect(self.link.note_taken)
        self.link.changed.connect(self.shell.show_link)
        self.link.came_back.connect(self._on_link_came_back)
        self.link.came_back.connect(lambda: self.corrections.on_hint(None))
        self.link.clock_read.connect(self._on_clock_read)
        self.shell.signed_in.connect(self._on_signed_in)
        self.shell.signed_out.connect(self.customer.clear)
        if not self._settings.only:
            self.window.view_menu.add_choices(self.customer.menu)
        self.window.pin_requested.connect(self._ask_own_pin)

    def _list_destinations(self, person: SignedIn) -> tuple[Destination, ...]:
        only = self._settings.only
        return tuple(place for place in self._list_places(person) if only in {"", place.key})

    def _list_places(self, person: SignedIn) -> tuple[Destination, ...]:
        return (
            Destination(
                key="sell",
                title=self.tr("Sell"),
                icon="sell",
                permission=Permission.SELL,
                build=self._build_sell_page,
            ),
            Destination(
                key="shift",
                title=self.tr("Shift"),
                icon="shift",
                permission=Permission.SELL,
                build=partial(self.shifts.build_page, person),
            ),
            Destination(
                key="door",
                title=self.tr("Door"),
                icon="door",
                permission=Permission.ADMIT,
                build=partial(self._build_door_page, person),
            ),
            Destination(
                key="films",
                title=self.tr("Films"),
                icon="films",
                permission=Permission.MANAGE_FILMS,
                build=self._build_films_page,
            ),
            Destination(
                key="schedule",
                title=self.tr("Plan"),
                icon="plan",
                permission=Permission.MANAGE_SCHEDULE,
                build=self._build_schedule_page,
            ),
            Destination(
                key="prices",
                title=self.tr("Prices"),
                icon="prices",
                permission=Permission.MANAGE_PRICES,
                build=self._build_prices_page,
            ),
            Destination(
                key="staff",
                title=self.tr("Staff"),
                icon="staff",
                permission=Permission.MANAGE_STAFF,
                build=partial(self._build_staff_page, person),
            ),
            Destination(
                key="halls",
                title=self.tr("Halls"),
                icon="halls",
                permission=Permission.MANAGE_HALLS,
                build=self._build_halls_page,
            ),
            Destination(
                key="settings",
                title=self.tr("Settings"),
                icon="settings",
                permission=Permission.MANAGE_TERMINALS,
                build=self._build_settings_page,
            ),
        )

    def _build_door_page(self, person: SignedIn) -> QWidget:
        from boxoffice_desktop.ui.door.page import DoorPage
        from boxoffice_desktop.ui.door.settings import DoorSettings, door_folder

        folder = door_folder(self._settings.settings_file)
        page = DoorPage(
            self.tasks, person, DoorSettings(folder=folder, venue_now=self.link.venue_now, store=self._store)
        )
        page.message_posted.connect(self.presenter.present)
        page.told.connect(self.presenter.show_notice)
        # The connections end with the page.
        self._live.hinted.connect(page.on_hint)
        self.link.came_back.connect(page.come_back)
        return page

    def _build_films_page(self) -> QWidget:
        from boxoffice_desktop.ui.manage.films.films_page import FilmsPage

        page = FilmsPage(self.tasks)
        page.message_posted.connect(self.presenter.present)
        page.told.connect(self.presenter.show_notice)
        page.undo_offered.connect(self._on_undo_offered)
        return page

    def _build_schedule_page(self) -> QWidget:
        from boxoffice_desktop.ui.manage.schedule.page import SchedulePage

        page = SchedulePage(self.tasks)
        page.failed.connect(self.presenter.present)
        # The connections end with the page.
        self._live.hinted.connect(page.on_hint)
        self.link.came_back.connect(page.come_back)
        return page

    def _build_prices_page(self) -> QWidget:
        from boxoffice_desktop.ui.manage.prices.prices_page import PricesPage

        page = PricesPage(self.tasks)
        page.message_posted.connect(self.presenter.present)
        page.told.connect(self.presenter.show_notice)
        return page

    def _build_staff_page(self, person: SignedIn) -> QWidget:
        from boxoffice_desktop.ui.manage.staff.staff_page import StaffPage

        page = StaffPage(self.tasks, person)
        page.message_posted.connect(self.presenter.present)
        page.told.connect(self.presenter.show_notice)
        return page

    def _ask_own_pin(self) -> None:
        from boxoffice_desktop.ui.manage.staff.pin_dialog import PinDialog

        person = self.shell.person
        if person is None:
            return
        dialog = PinDialog(self.tasks, person.staff_id, person.display_name, is_me=True, parent=self.window)
        dialog.failed.connect(self.presenter.present)
        dialog.changed.connect(lambda _name: self.presenter.show_notice(self.tr("You have a new PIN.")))
        dialog.open()
        dialog.focus_first()

    def _on_undo_offered(self, text: str, undo: "Callable[[], object]") -> None:
        self.presenter.show_message(Message(title=text, text=""), (self.tr("Undo"), undo))

    def _build_halls_page(self) -> QWidget:
        # Management pages are loaded when somebody goes there: no till pays for them at its start.
        from boxoffice_desktop.ui.manage.halls.page import HallsPage

        return HallsPage(self.tasks)

    def _build_settings_page(self) -> SettingsPage:
        page = SettingsPage(self.tasks, self.printing.choices, self.mail, self._settings.tickets_folder)
        page.message_posted.connect(self.presenter.present)
        return page

    def _build_sell_page(self) -> SellPage:
        page = SellPage(self.tasks)
        page.message_posted.connect(self.presenter.present)
        page.attempts_resumed.connect(self.shell.show_resumed)
        page.tickets_requested.connect(self.tickets.show_tickets)
        page.print_requested.connect(self.printing.queue.wake)
        # The connection ends with the page.
        self.printing.reported.connect(page.show_report)
        page.customer_view_changed.connect(self.customer.show_view)
        self.shifts.watch(page)
        self.finding.watch(page)
        self.corrections.watch(page)
        return page

    def _on_live_hinted(self, show_id: int | None) -> None:
        page = self.shell.page("sell")
        if isinstance(page, SellPage):
            page.on_hint(show_id)

    def _on_link_came_back(self) -> None:
        page = self.shell.page("sell")
        if isinstance(page, SellPage):
            page.come_back()

    def _on_signed_in(self, _person: SignedIn) -> None:
        self._tells_clock = True
        self.link.read_clock()

    def _on_clock_read(self, ahead: timedelta) -> None:
        message = describe_clock(ahead) if ahead else None
        self.window.status.show_clock(message.title if message else "")
        if message is None:
            self.presenter.notices.take_back("clock")
        elif self._tells_clock:
            self.presenter.show_message(message)
        self._tells_clock = False

    def _on_shell_closed(self) -> None:
        self.customer.close()
        if not self.tasks.shutdown(_SHUTDOWN_SECONDS):
            _log.warning("a write did not end in time; its attempt stays in the file for the next start")
        if self._restore_hooks is not None:
            self._restore_hooks()
        self.closed.emit()
