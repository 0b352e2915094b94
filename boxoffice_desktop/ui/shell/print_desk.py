"""The print queue in the till's window: the count in the status strip, its window, and the question after a doubt.

A printer in trouble is told where the tickets are awaited, beside the sale and in the strip, and nowhere else.
"""

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog

from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.ui.printing.queue import PrintQueue
from boxoffice_desktop.ui.printing.words import name_job
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter, Message, Severity
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.printer_access import MachinePrinters
from boxoffice_desktop.ui.widgets.printer_choices import PrinterChoices

_DOUBT = "print doubt"


class PrintDesk(QObject):
    """Holds the queue of this till and shows it.

    Signals:
        reported: a `PrintReport`, how a print has just ended.
    """

    reported = Signal(object)

    def __init__(
        self, window: MainWindow, tasks: TaskRunner, presenter: ErrorPresenter, store: QSettings, folder: Path | None
    ) -> None:
        """`store` knows the chosen printers, `folder` takes what goes to none."""
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._presenter = presenter
        self._person: SignedIn | None = None
        self._open: QDialog | None = None
        self.choices = PrinterChoices(store)
        self.queue = PrintQueue(tasks, self.choices, MachinePrinters(), folder, self)
        self.queue.changed.connect(self._on_queue_changed)
        self.queue.doubted.connect(self._on_doubted)
        self.queue.reported.connect(self.reported)
        self.queue.failed.connect(presenter.present)
        window.queue_requested.connect(self.show_queue)

    def start(self) -> None:
        """The till has just been opened: what it was printing when it died is in doubt."""
        self.queue.mark_interrupted()

    def sign_in(self, person: SignedIn) -> None:
        """Somebody can look after the printers now."""
        self._person = person
        self.queue.open()

    def sign_out(self) -> None:
        """Nobody is there; nothing more is begun, and nothing can be decided or printed again."""
        self._person = None
        if self._open is not None:
            self._open.close()
        self.queue.close()

    def show_queue(self) -> None:
        """Open what is still to be printed."""
        if self._open is not None:
            self._open.raise_()
            self._open.activateWindow()
        elif self._person is not None:
            # Windows of the manager's pages and of tickets are loaded when they are wanted, and so is this one.
            from boxoffice_desktop.ui.printing.window import QueueWindow

            self._open = QueueWindow(self._tasks, self.queue, self._person, self._window)
            self._open.finished.connect(self._on_window_finished)
            self._open.show()

    def _on_window_finished(self) -> None:
        self._open = None

    def _on_queue_changed(self) -> None:
        jobs = self.queue.jobs
        doubts = sum(job.state is PrintState.DOUBT for job in jobs)
        # A print that is simply on its way would flicker there with every sale.
        waiting = sum(job.state is not PrintState.DOUBT and self.queue.is_held_up(job) for job in jobs)
        self._window.status.show_queue(waiting, doubts, is_signed_in=self._person is not None)
        if not doubts:
            self._presenter.notices.take_back(_DOUBT)

    def _on_doubted(self, job: QueuedPrint) -> None:
        message = Message(
            title=self.tr("Did it come out?"),
            # In a small window more than two lines would hide the change of the sale on the screen.
            text=name_job(job, films=False),
            severity=Severity.WARNING,
            topic=_DOUBT,
        )
        self._presenter.show_message(message, (self.tr("Answer"), self.show_queue))
