"""The frame: rail on the left, one page at a time, the status line below. It decides nothing; the shell does."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.services.context import TillFacts
from boxoffice_desktop.ui.shell.destinations import Destination, ExplainsKeys
from boxoffice_desktop.ui.shell.dialogs import AboutDialog, KeysDialog
from boxoffice_desktop.ui.shell.link_banner import LinkBanner
from boxoffice_desktop.ui.shell.rail import Rail
from boxoffice_desktop.ui.shell.status_strip import StatusStrip
from boxoffice_desktop.ui.shell.view_menu import ViewMenu

_SMALLEST = (1000, 640)
_FIRST = (1366, 768)


class MainWindow(QMainWindow):
    """One till's window.

    Closing it asks first: it stays open and tells `close_requested`, until `close_for_good` is called.

    Signals:
        destination_requested: the key of a place on the rail.
        sign_out_requested: by button or Ctrl+L.
        pin_requested: who is signed in wants another PIN.
        queue_requested: what is still to be printed, by button or Ctrl+Shift+P.
        message_close_requested: F12; the newest message may go.
        close_requested: somebody wants the window closed.
        closed: it is.
    """

    destination_requested = Signal(str)
    sign_out_requested = Signal()
    pin_requested = Signal()
    queue_requested = Signal()
    message_close_requested = Signal()
    close_requested = Signal()
    closed = Signal()

    def __init__(self, facts: TillFacts, settings: QSettings, *, log_file: Path | None = None) -> None:
        super().__init__()
        self._facts = facts
        self._settings = settings
        self._log_file = log_file
        self._closing = False
        self.view_menu = ViewMenu(settings, self)
        self.view_menu.apply()
        self.rail = Rail()
        self.status = StatusStrip(self.view_menu)
        self.banner = LinkBanner(facts.locale)
        self._pages = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setWindowTitle(f"{self._facts.venue_name} · {self._facts.terminal_name} · Box Office")
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_FIRST)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._pages, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self.rail.hide()
        self.show_person("")
        geometry = self._settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.destination_requested)
        self.rail.sign_out_requested.connect(self.sign_out_requested)
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self._on_sign_out_key)
        QShortcut(QKeySequence("Shift+F12"), self).activated.connect(self.message_close_requested)
        self.status.dark_requested.connect(self.view_menu.use_dark)
        self.status.queue_requested.connect(self.queue_requested)
        QShortcut(QKeySequence("Ctrl+Shift+P"), self).activated.connect(self._on_queue_key)
        self.view_menu.full_screen_requested.connect(self._on_full_screen_requested)
        self.view_menu.keys_requested.connect(self.show_keys)
        self.view_menu.about_requested.connect(self.show_about)
        self.view_menu.pin_requested.connect(self.pin_requested)

    @property
    def page(self) -> QWidget | None:
        """The page in sight."""
        return self._pages.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Bring a page into sight; the window owns it from now on."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def remove_page(self, page: QWidget) -> None:
        """Take a page out and delete it."""
        self._pages.removeWidget(page)
        page.deleteLater()

    def show_destinations(self, destinations: Sequence[Destination]) -> None:
        """Fill the rail; it is hidden while there is nowhere to go."""
        self.rail.show_destinations(destinations)
        self.rail.setVisible(bool(destinations))

    def show_person(self, name: str) -> None:
        """Show who is signed in; empty for nobody."""
        self.status.show_place(self._facts.terminal_name, name, is_demo=self._facts.is_demo)
        self.view_menu.show_person(is_signed_in=bool(name))

    def show_keys(self) -> None:
        """Open the list of keys: the window's and those of the page in sight."""
        groups: list[tuple[str, Sequence[tuple[str, str]]]] = []
        page: object = self.page
        if isinstance(page, ExplainsKeys):
            groups.append((self.tr("Here"), page.list_keys()))
        groups.append((self.tr("Everywhere"), self._list_window_keys()))
        KeysDialog(groups, self).open()

    def show_about(self) -> None:
        """Open what this program is and where it keeps what."""
        venue = ", ".join(part for part in (self._facts.venue_name, self._facts.venue_city) if part)
        facts = [(self.tr("Venue"), venue), (self.tr("Counter"), self._facts.terminal_name)]
        if self._log_file is not None:
            facts.append((self.tr("Log"), str(self._log_file)))
        AboutDialog(version("boxoffice-desktop"), facts, self).open()

    def close_for_good(self) -> None:
        """Close without asking again."""
        self._closing = True
        self.close()

    def _list_window_keys(self) -> list[tuple[str, str]]:
        return [
            ("Ctrl+1 … 9", self.tr("Go to a place on the rail")),
            ("Ctrl+F", self.tr("Find reservations, sales, tickets, seats and shows")),
            ("Ctrl+L", self.tr("Sign out")),
            ("Ctrl+Shift+P", self.tr("Print queue")),
            ("Ctrl+Shift+D", self.tr("Dark or light theme")),
            ("F11", self.tr("Full screen")),
            ("Shift+F12", self.tr("Close the newest message")),
            ("Ctrl+/", self.tr("This list")),
        ]

    def _on_sign_out_key(self) -> None:
        if not self.rail.isHidden():
            self.sign_out_requested.emit()

    def _on_queue_key(self) -> None:
        if not self.rail.isHidden():
            self.queue_requested.emit()

    def _on_full_screen_requested(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing:
            event.ignore()
            self.close_requested.emit()
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)
        self.closed.emit()
