"""What happens between the pages: sign-in, places, sign-out, closing, and sales whose answer got lost."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from boxoffice_desktop.domain.errors import BusyError, DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.services.attempts import get_order_id
from boxoffice_desktop.services.context import ResumedAttempt, SignedIn
from boxoffice_desktop.ui.shell.destinations import Destination, HasUnsaved, KnowsLink, Page
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter, Message, Severity
from boxoffice_desktop.ui.shell.resumed import ResumedSales
from boxoffice_desktop.ui.shell.sign_in import SignInPage
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.tasks.link import Link, LinkState
from boxoffice_desktop.ui.tasks.runner import TaskRunner

# Longer than the database's statement timeout: whatever is under way has an answer by then.
_CLOSE_AFTER_MS = 6000
_ASK_AGAIN_MS = 2000

log = logging.getLogger(__name__)


class Shell(QObject):
    """The controller of the window.

    Signals:
        signed_in: a `SignedIn`; its destinations are in place.
        signed_out: nobody is signed in any more.
        attempts_told: the ids of orders, a frozenset, whose outcome had been unknown and is told now.
        sale_found: the `CompletedSale` of an attempt whose answer had got lost.
        print_requested: the `CompletedSale` whose tickets somebody wants to see.
        receipt_requested: the refund or payout whose receipt somebody wants.
        drawer_requested: with it goes cash that may still lie in the drawer.
        closed: the window is closed and nothing is being written; the till may end.
    """

    signed_in = Signal(object)
    signed_out = Signal()
    attempts_told = Signal(object)
    sale_found = Signal(object)
    print_requested = Signal(object)
    receipt_requested = Signal(object)
    drawer_requested = Signal()
    closed = Signal()

    def __init__(
        self,
        window: MainWindow,
        tasks: TaskRunner,
        presenter: ErrorPresenter,
        *,
        list_destinations: Callable[[SignedIn], Sequence[Destination]],
    ) -> None:
        """`list_destinations` says what there is to do; the shell leaves out what the person may not."""
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._presenter = presenter
        self._list_destinations = list_destinations
        self._person: SignedIn | None = None
        self._destinations: dict[str, Destination] = {}
        self._pages: dict[str, QWidget] = {}
        self._leaving = False
        self._again = QTimer(self, interval=_ASK_AGAIN_MS, singleShot=True)
        self._link = Link(state=LinkState.CONNECTED)
        self._sign_in = SignInPage(tasks)
        self._resumed = ResumedSales(window, presenter, tasks.desk.describe())
        self._connect()

    def _connect(self) -> None:
        self._again.timeout.connect(self.resume_attempts)
        self._tasks.failed.connect(self._presenter.present)
        self._tasks.busy_changed.connect(self._window.status.show_busy)
        self._tasks.busy_changed.connect(self._on_busy_changed)
        self._sign_in.signed_in.connect(self._on_signed_in)
        self._sign_in.failed.connect(self._presenter.present)
        self._resumed.print_requested.connect(self.print_requested)
        self._resumed.receipt_requested.connect(self.receipt_requested)
        self._resumed.drawer_requested.connect(self.drawer_requested)
        self._resumed.stored.connect(self.sale_found)
        self._resumed.seen.connect(self._on_resumed_seen)
        self._window.destination_requested.connect(self.go_to)
        self._window.sign_out_requested.connect(self.sign_out)
        self._window.message_close_requested.connect(self._presenter.notices.close_newest)
        self._window.close_requested.connect(self.close)
        self._window.closed.connect(self.closed)

    @property
    def person(self) -> SignedIn | None:
        """Who is signed in."""
        return self._person

    @property
    def sign_in_page(self) -> SignInPage:
        """The page that asks for name and PIN; it lives as long as the window."""
        return self._sign_in

    def start(self) -> None:
        """Show the sign-in page."""
        self._window.show_destinations(())
        self._window.show_person("")
        self._window.banner.show_link(self._link, is_signed_in=False)
        self._window.show_page(self._sign_in)

    def go_to(self, key: str) -> None:
        """Show a place. What was begun on another page stays there until one comes back to it."""
        if key not in self._pages:
            self._pages[key] = self._destinations[key].build()
            self._tell_page(self._pages[key])
        self._presenter.context["page"] = key
        self._window.show_page(self._pages[key])
        self._window.rail.mark(key)
        focus = QApplication.focusWidget()
        if focus is None or not self._pages[key].isAncestorOf(focus):
            self._pages[key].setFocus()

    def places(self) -> tuple[str, ...]:
        """The keys of the places on the rail, from the top."""
        return tuple(self._destinations)

    def page(self, key: str) -> QWidget | None:
        """The page of a place, if it has been visited since the sign-in."""
        return self._pages.get(key)

    def sign_out(self) -> None:
        """Leave every page and sign out, unless a page objects; what is not saved can be given up then."""
        self._sign_out(loses_unsaved=False)

    def _sign_out(self, *, loses_unsaved: bool) -> None:
        if self._person is None:
            return
        if not self._leave_pages(loses_unsaved=loses_unsaved):
            # A sale under way is nobody's to give up.
            give_up = (self.tr("Discard and sign out"), partial(self._sign_out, loses_unsaved=True))
            page: object = self._window.page
            self._presenter.show_message(
                self._word_objection(self.tr("Not signed out")), give_up if isinstance(page, HasUnsaved) else None
            )
            return
        log.info("%s signs out", self._person.display_name)
        self._person = None
        self._presenter.context.clear()
        self._presenter.notices.clear()
        self._tasks.write_call(self, self._tasks.desk.sign_out)
        self.start()
        self.signed_out.emit()

    def close(self) -> None:
        """Leave every page, finish what is being written, then close the window.

        When a page objects, the person is told and may close all the same: an unfinished sale is looked after at the
        next start.
        """
        if self._leaving:
            return
        if not self._leave_pages():
            self._presenter.show_message(
                self._word_objection(self.tr("Not closed")),
                (self.tr("Close anyway"), self._close_now),
            )
            return
        self._close_now()

    def _word_objection(self, what: str) -> Message:
        """Why the page in sight may not be left; `_leave_pages` has brought it there."""
        page: object = self._window.page
        if isinstance(page, HasUnsaved):
            why, text = page.describe_unsaved(), self.tr("Save it or discard it.")
        else:
            why = self.tr("a sale is still under way")
            text = self.tr("Wait for its answer. If none comes: at its next start the till finds out by itself.")
        return Message(title=f"{what}: {why}", text=text, severity=Severity.WARNING)

    def _close_now(self) -> None:
        self._leaving = True
        if self._person is not None:
            self._tasks.write_call(self, self._tasks.desk.sign_out, failed=self._on_last_sign_out_failed)
        self._window.setEnabled(False)
        # Not at once even when nothing is being written: a window cannot close within its own close event.
        QTimer.singleShot(_CLOSE_AFTER_MS if self._tasks.is_writing() else 0, self, self._window.close_for_good)

    def show_link(self, link: Link) -> None:
        """Show how the till stands to its database, and let every page know whether it is offline."""
        self._link = link
        self._window.status.show_connection(link.state.value, link.since, self._tasks.desk.describe().locale)
        self._window.banner.show_link(link, is_signed_in=self._person is not None)
        for page in self._pages.values():
            self._tell_page(page)
        if link.state is LinkState.CONNECTED:
            self._presenter.notices.take_back("link")
            if self._person is None:
                self._sign_in.read_missing_names()

    def resume_attempts(self) -> None:
        """Find out about everything whose answer got lost, and tell; until the server answers, every two seconds.

        Done after every sign-in by itself.
        """
        self._again.stop()
        if self._person is not None and not self._leaving:
            self._tasks.write_call(
                self, self._tasks.desk.resume_attempts, done=self.show_resumed, failed=self._on_resuming_failed
            )

    def _on_resuming_failed(self, error: Exception) -> None:
        if isinstance(error, DatabaseUnavailableError | OutcomeUnknownError | BusyError):
            self._again.start()
        else:
            self._presenter.present(error)

    def _on_resumed_seen(self, order_id: UUID) -> None:
        self._tasks.write_call(self, self._tasks.desk.acknowledge, order_id)

    def show_resumed(self, attempts: Sequence[ResumedAttempt]) -> None:
        """Tell what became of sales whose answer had got lost."""
        self._resumed.show_attempts(attempts)
        self.attempts_told.emit(frozenset(get_order_id(attempt.order) for attempt in attempts))

    def _tell_page(self, page: QWidget) -> None:
        if isinstance(page, KnowsLink):
            page.set_offline(offline=self._link.state.stops_selling)

    def _leave_pages(self, *, loses_unsaved: bool = False) -> bool:
        """Close every page; False, and nothing closed, when one objects. That one comes into sight."""
        for key, page in self._pages.items():
            if loses_unsaved and isinstance(page, HasUnsaved):
                continue
            if isinstance(page, Page) and not page.may_leave():
                self.go_to(key)
                return False
        for page in self._pages.values():
            if isinstance(page, Page):
                page.leave()
            self._tasks.drop(page)
            self._window.remove_page(page)
        self._pages.clear()
        return True

    def _on_signed_in(self, person: SignedIn) -> None:
        self._person = person
        self._presenter.context.update(staff=person.display_name)
        log.info("%s signs in", person.display_name)
        allowed = [
            destination
            for destination in self._list_destinations(person)
            if destination.permission is None or destination.permission in person.permissions
        ]
        self._destinations = {destination.key: destination for destination in allowed}
        self._window.show_destinations(allowed)
        self._window.show_person(person.display_name)
        self._window.banner.show_link(self._link, is_signed_in=True)
        if allowed:
            self.go_to(allowed[0].key)
        self.signed_in.emit(person)
        self.resume_attempts()

    def _on_busy_changed(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        if self._leaving and not busy:
            self._window.close_for_good()

    def _on_last_sign_out_failed(self, error: Exception) -> None:
        # The session ends with the connection anyway, and there is no window left to say it in.
        log.warning("sign-out at the end failed: %s", type(error).__name__)
