"""Shows what went wrong: what is expected inside the window, what is a bug in a dialog. Nothing here ever blocks."""

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from boxoffice_desktop.db.logs import redact
from boxoffice_desktop.ui.shell.bug_dialog import BugDialog
from boxoffice_desktop.ui.shell.message import Message, Severity
from boxoffice_desktop.ui.shell.notices import NoticeArea
from boxoffice_desktop.ui.shell.words import describe

__all__ = ["ErrorPresenter", "Message", "Severity", "describe", "install_excepthook"]

Action = tuple[str, Callable[[], object]]

log = logging.getLogger(__name__)


class ErrorPresenter(QObject):
    """Puts messages on one window.

    `present` may be called from any thread and also while something is being painted: it takes effect when the
    event loop comes round. The others belong to the GUI thread.

    Attributes:
        context: facts for the log, e.g. `{"page": "sell"}`. Never secrets.
    """

    _presented = Signal(object)

    def __init__(self, host: QWidget, *, log_file: Path | None = None) -> None:
        super().__init__(host)
        self.context: dict[str, str] = {}
        self._host = host
        self._log_file = log_file
        self._notices = NoticeArea(host)
        self._bug_dialog: BugDialog | None = None
        self._presented.connect(self._on_presented, Qt.ConnectionType.QueuedConnection)

    @property
    def notices(self) -> NoticeArea:
        """The messages inside the window."""
        return self._notices

    @property
    def bug_dialog(self) -> BugDialog | None:
        """The dialog that is open, if one is."""
        return self._bug_dialog

    def present(self, error: BaseException) -> None:
        """Show an error in the words that `describe` has for it."""
        self._presented.emit(error)

    def show_message(self, message: Message, action: Action | None = None) -> None:
        """Show a message inside the window, with a button (its text, what it does) if there is something to do."""
        self._notices.show_message(message, action)

    def show_notice(self, title: str, text: str = "") -> None:
        """Show good news or a hint for a few seconds."""
        self.show_message(Message(title=title, text=text))

    def _on_presented(self, error: BaseException) -> None:
        message = describe(error)
        if message.severity is Severity.BUG:
            self._show_bug(message, error)
        else:
            self.show_message(message)

    def _show_bug(self, message: Message, error: BaseException) -> None:
        # A timer that fails every second must not bury the till under dialogs; the log has every one of them.
        if self._bug_dialog is not None:
            return
        details = redact(f"{type(error).__name__}: {error}")
        self._bug_dialog = BugDialog(message, details, self._log_file, self._host)
        self._bug_dialog.finished.connect(self._on_bug_dialog_finished)
        self._bug_dialog.open()

    def _on_bug_dialog_finished(self) -> None:
        self._bug_dialog = None


def install_excepthook(presenter: ErrorPresenter) -> Callable[[], None]:
    """From now on an exception that nobody took is logged with its context and shown, and the till lives on.

    Ctrl+C in the terminal still ends the program.

    Returns:
        What puts the hooks of before back.
    """
    before = sys.excepthook, threading.excepthook

    def take(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        facts = " · ".join(f"{name} {value}" for name, value in presenter.context.items())
        log.critical("uncaught exception (%s)", facts, exc_info=(kind, error, trace))
        presenter.present(error)

    def take_from_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def restore() -> None:
        sys.excepthook, threading.excepthook = before

    sys.excepthook, threading.excepthook = take, take_from_thread
    return restore
