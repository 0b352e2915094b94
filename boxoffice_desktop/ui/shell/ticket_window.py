"""The tickets of a sale as they will come out of the printer."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.printing import DocumentKind, PrinterKind
from boxoffice_desktop.domain.selling import CompletedSale
from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.ui.shell.address_dialog import AddressDialog
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter, Message, Severity
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.tasks.tickets import tickets_file_name
from boxoffice_desktop.ui.widgets.mail_store import MailStore
from boxoffice_desktop.ui.widgets.pdf_preview import PdfPreview
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices
from boxoffice_desktop.ui.widgets.printers import list_printers
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN

_SIZE = (460, 680)


class TicketWindow(QDialog):
    """A preview beside the till's window; it does not stop the next sale. Escape closes it."""

    def __init__(self, document: TicketsDocument, file_name: str, parent: QWidget | None = None) -> None:
        """`file_name` is offered when the tickets are saved."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Tickets"))
        self.resize(*_SIZE)
        self.preview = PdfPreview()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        for warning in document.warnings:
            label = QLabel(warning)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "warn")
            label.setWordWrap(True)
            layout.addWidget(label)
        self.mail = QPushButton(self.tr("E-mail…"))
        self.mail.setAutoDefault(False)
        self.mail.hide()
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.mail)
        self.preview.show_pdf(document.pdf, file_name)


class TicketDesk(QObject):
    """Has tickets rendered off the GUI thread and shows them, one window at a time.

    Signals:
        shown: the `TicketWindow` that has just opened.
    """

    shown = Signal(object)

    def __init__(
        self,
        window: QWidget,
        tasks: TaskRunner,
        presenter: ErrorPresenter,
        choices: PrinterChoices,
        mail: MailStore | None = None,
    ) -> None:
        """`choices` says whether this till prints by itself: what comes out twice is a reprint then, with a reason.

        `mail` sends tickets when it is set up; None for never.
        """
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._presenter = presenter
        self._choices = choices
        self._mail = mail
        self._open: TicketWindow | None = None

    def show_tickets(self, sale: CompletedSale) -> None:
        """Show the tickets of a stored sale as soon as they are rendered."""
        name = tickets_file_name(self._tasks.desk.describe().terminal_name, sale.number)
        self._tasks.read_call(
            self,
            self._tasks.desk.render_tickets,
            sale.sale_id,
            done=lambda document: self._show(document, name),
            key="tickets",
        )

    def _show(self, document: TicketsDocument, file_name: str) -> None:
        if self._open is not None:
            self._open.close()
        opened = self._open = TicketWindow(document, file_name, self._window)
        opened.finished.connect(lambda: self._forget(opened))
        opened.preview.print_wanted.connect(lambda: self._begin_print(opened.preview))
        opened.preview.printed.connect(self._on_printed)
        opened.preview.print_failed.connect(self._presenter.present)
        opened.preview.saved.connect(lambda file: self._presenter.show_notice(self.tr("Tickets are saved"), file))
        opened.preview.save_failed.connect(self._on_save_failed)
        opened.preview.offer_printing(offered=self._choices.find(DocumentKind.TICKETS).kind is PrinterKind.FOLDER)
        opened.mail.setVisible(self._mail is not None and self._mail.find().is_on)
        opened.mail.clicked.connect(lambda: self._ask_address(opened, document, file_name))
        opened.show()
        self.shown.emit(opened)

    def _begin_print(self, preview: PdfPreview) -> None:
        """Find out which printers there are, on a worker."""
        self._tasks.read_call(
            preview,
            list_printers,
            done=preview.ask_where_to_print,
            failed=self._presenter.present,
            key="printers",
        )

    def _ask_address(self, opened: TicketWindow, document: TicketsDocument, file_name: str) -> None:
        dialog = AddressDialog(opened)
        dialog.chosen.connect(lambda address: self._send(address, document, file_name))
        dialog.open()

    def _send(self, address: str, document: TicketsDocument, file_name: str) -> None:
        if self._mail is None:
            return
        venue = self._tasks.desk.describe().venue_name
        subject = self.tr("Your tickets for {venue}").format(venue=venue)
        body = self.tr("Your tickets are attached. Show the codes at the door.") + f"\n\n{venue}\n"
        self._tasks.read_call(
            self,
            self._mail.send,
            self._mail.find(),
            address,
            subject,
            body,
            document.pdf,
            file_name,
            done=lambda _: self._presenter.show_notice(self.tr("Sent by e-mail"), address),
            failed=self._on_mail_failed,
        )

    def _on_mail_failed(self, error: Exception) -> None:
        if not isinstance(error, BoxOfficeError):
            self._presenter.present(error)
            return
        title = self.tr("The tickets were not sent")
        text = self.tr("{reason} The sale is stored.").format(reason=error)
        self._presenter.show_message(Message(title=title, text=text, severity=Severity.WARNING))

    def _forget(self, closed: TicketWindow) -> None:
        if self._open is closed:
            self._open = None

    def _on_printed(self, pages: int) -> None:
        self._presenter.show_notice(self.tr("Sent to the printer"), self.tr("Pages: {count}").format(count=pages))

    def _on_save_failed(self, file: str, reason: str) -> None:
        self._presenter.show_message(
            Message(
                title=self.tr("The tickets are not saved"),
                text=self.tr("{file}: {reason}. The sale is stored; choose another place.").format(
                    file=file, reason=reason
                ),
                severity=Severity.WARNING,
            )
        )
