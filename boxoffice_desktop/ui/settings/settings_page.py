"""The settings: what this till is called, its server, where its tickets go; and the venue's rules of selling."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.mail import MailSettings
from boxoffice_desktop.domain.printing import PrinterChoice
from boxoffice_desktop.services.setup.link import examine_link
from boxoffice_desktop.ui.settings.cash_panel import CashPanel
from boxoffice_desktop.ui.settings.link_panel import LinkPanel
from boxoffice_desktop.ui.settings.mail_panel import MailPanel
from boxoffice_desktop.ui.settings.paper_panel import PaperPanel
from boxoffice_desktop.ui.settings.printers_panel import PrintersPanel
from boxoffice_desktop.ui.settings.selling_panel import SellingPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.mail_store import MailStore
from boxoffice_desktop.ui.widgets.printer_access import print_test_page
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.printers import list_printers
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE

_WIDEST = 760
_KEY_WIDTH = 150


class SettingsPage(QWidget):
    """A page of the window.

    Signals:
        message_posted: an exception that the shell's presenter words and shows.
    """

    message_posted = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        choices: PrinterChoices,
        mail: MailStore,
        tickets_folder: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are the till's printers, `mail` its e-mail server; `tickets_folder` is where PDF files go."""
        super().__init__(parent)
        self._tasks = tasks
        self._tickets_folder = tickets_folder
        self.link = LinkPanel()
        self.selling = SellingPanel(tasks)
        self.cash = CashPanel(tasks)
        self.paper = PaperPanel(tasks)
        self.printers = PrintersPanel(choices)
        self._mail_store = mail
        self.mail = MailPanel(mail.find())
        self._asked = False
        self._build()
        self._connect()

    def may_leave(self) -> bool:
        """Whether nothing is unsaved."""
        return not (self.selling.is_dirty or self.cash.is_dirty or self.paper.is_dirty)

    def leave(self) -> None:
        """Nothing is held."""

    def describe_unsaved(self) -> str:
        """What is not saved, for who wants to leave."""
        if self.selling.is_dirty:
            return self.tr("the rules of selling have changes that are not saved")
        if self.paper.is_dirty:
            return self.tr("what stands on the paper has changes that are not saved")
        return self.tr("the limits of cash have changes that are not saved")

    def list_keys(self) -> Sequence[tuple[str, str]]:
        """The keys of this page and what they do, for the help."""
        return (
            ("Alt+T", self.tr("Test the connection")),
            ("Alt+S", self.tr("Save the rules of selling")),
            ("Alt+L", self.tr("Save the limits of cash")),
            ("Alt+P", self.tr("Save what stands on the paper")),
            ("Alt+D", self.tr("Discard what was typed")),
        )

    def test_connection(self) -> None:
        """Find out how the connection works now."""
        self.link.show_testing()
        self._tasks.read(self, examine_link, {}, done=self.link.show_report, failed=self._on_link_failed, key="link")

    def _build(self) -> None:
        content = QWidget()
        content.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_BETWEEN)
        title = QLabel(self.tr("Settings"))
        title.setProperty("role", "title")
        for widget in (
            title,
            self._build_till(),
            self.link,
            self._build_tickets(),
            self.printers,
            self.mail,
            self.selling,
            self.cash,
            self.paper,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        row.addWidget(content, 1)
        row.addStretch(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setFocusProxy(self.link.button)

    def _build_till(self) -> QFrame:
        facts = self._tasks.desk.describe()
        venue = ", ".join(part for part in (facts.venue_name, facts.venue_city) if part)
        name = self.tr("{name} · mark {mark}").format(name=facts.terminal_name, mark=facts.terminal_mark)
        return self._card(self.tr("This till"), [(self.tr("Name"), QLabel(name)), (self.tr("Venue"), QLabel(venue))])

    def _build_tickets(self) -> QFrame:
        folder = QLabel(self.tr("nowhere") if self._tickets_folder is None else str(self._tickets_folder))
        folder.setWordWrap(True)
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return self._card(self.tr("Tickets"), [(self.tr("Saved in"), folder)])

    def _card(self, title: str, rows: Sequence[tuple[str | QLabel, QWidget]]) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_BETWEEN)
        grid.setVerticalSpacing(SPACE_INSIDE)
        grid.setColumnMinimumWidth(0, _KEY_WIDTH)
        grid.setColumnStretch(1, 1)
        for place, (key, value) in enumerate(rows):
            label = key if isinstance(key, QLabel) else QLabel(key)
            label.setProperty("role", "muted")
            grid.addWidget(label, place, 0)
            grid.addWidget(value, place, 1)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(heading)
        column.addLayout(grid)
        return card

    def _connect(self) -> None:
        self.link.test_requested.connect(self.test_connection)
        self.printers.test_requested.connect(self._print_test_page)
        self.mail.save_requested.connect(self._save_mail)
        for panel in (self.selling, self.cash, self.paper):
            panel.failed.connect(self.message_posted)

    def _save_mail(self, settings: MailSettings, password: str | None) -> None:
        self._mail_store.save(settings)
        if password is None:
            self.mail.show_saved()
            return

        def tell(keeper: str) -> None:
            warning = self.tr(
                "Saved. There is no keyring: the password lies in a file that only this account can read."
            )
            self.mail.show_saved("" if keeper == "keyring" else warning)

        # A keyring may ask for its own password first.
        self._tasks.read_call(
            self, self._mail_store.save_password, password, done=tell, failed=self._on_mail_failed, key="mail"
        )

    def _on_mail_failed(self, error: Exception) -> None:
        self.mail.show_failure(self.tr("The password could not be kept."))
        self.message_posted.emit(error)

    def _print_test_page(self, choice: PrinterChoice) -> None:
        facts = self._tasks.desk.describe()
        said = self.tr("The line below is {mm} mm long if nothing was scaled.")
        self._tasks.print_call(
            self.printers,
            print_test_page,
            choice,
            facts.venue_name,
            facts.terminal_name,
            said,
            done=lambda _: self.printers.show_test(self.tr("It went to the printer."), is_good=True),
            failed=self._on_test_failed,
        )

    def _on_test_failed(self, error: Exception) -> None:
        words = str(error) if isinstance(error, BoxOfficeError) else self.tr("The test did not work.")
        self.printers.show_test(words, is_good=False)
        if not isinstance(error, BoxOfficeError):
            self.message_posted.emit(error)

    def _on_link_failed(self, error: Exception) -> None:
        if not isinstance(error, BoxOfficeError):
            self.message_posted.emit(error)
        self.link.show_failure(
            self.tr("The server does not answer. ({detail})").format(detail=error)
            if isinstance(error, BoxOfficeError)
            else self.tr("The test did not work.")
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self.test_connection()
            for panel in (self.selling, self.cash, self.paper):
                panel.reload()
            self._tasks.read_call(
                self, list_printers, done=self.printers.show_printers, failed=self.message_posted.emit
            )
