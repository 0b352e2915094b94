"""A door that is opened while its server is away: signed tickets, no sign-in, until the server answers."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn, TillFacts
from boxoffice_desktop.services.door.standby import AwayDesk, find_facts
from boxoffice_desktop.ui.door.page import DoorPage
from boxoffice_desktop.ui.door.settings import DoorSettings, door_folder
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tasks.live import BackgroundStart
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.dialogs import make_label
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN

_TRY_EVERY_MS: Final = 10_000
_SHUTDOWN_SECONDS: Final = 10.0
_FIRST: Final = (1100, 700)
_NOBODY: Final = SignedIn(staff_id=0, display_name="", permissions=frozenset({Permission.ADMIT}))


class StandbyDoor(QWidget):
    """A window with the admission screen alone. Whom it lets in is booked under who signs in next at this door.

    Signals:
        opened: the server answers; what `start` has returned.
        closed: somebody has closed the window, and nothing runs any more.
    """

    opened = Signal(object)
    closed = Signal()

    def __init__(self, facts: TillFacts, settings: DoorSettings, start: Callable[[Callable[[str], None]], Any]) -> None:
        """`start` opens the till; it is tried on a thread of its own, again and again."""
        super().__init__()
        self._start = start
        self._attempt: BackgroundStart | None = None
        self._is_leaving = False
        self._tasks = TaskRunner(cast("Desk", AwayDesk(facts)), self)
        self.setWindowTitle(
            self.tr("{venue} · {name} · no server").format(venue=facts.venue_name, name=facts.terminal_name)
        )
        self.resize(*_FIRST)
        words = self.tr(
            "Nobody is signed in. Signed tickets are checked here; short codes wait until the server is back."
        )
        self.banner = make_label(words, "warn")
        self.page = DoorPage(self._tasks, _NOBODY, settings)
        self.page.set_offline(offline=True)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(self.banner)
        column.addWidget(self.page, 1)
        self._again = QTimer(self, interval=_TRY_EVERY_MS, singleShot=True)
        self._again.timeout.connect(self.try_server)
        self._again.start()

    def stand_in(self, on_opened: Callable[[Any], object], on_closed: Callable[[], object]) -> None:
        """Show the window; `on_opened` takes over what `start` returns, `on_closed` hears that nothing runs."""
        self.opened.connect(on_opened)
        self.closed.connect(on_closed)
        self.show()

    def try_server(self) -> None:
        """See whether the server is back."""
        self._again.stop()
        if self._attempt is None:
            self._attempt = BackgroundStart(self._start, self)
            self._attempt.succeeded.connect(self._on_succeeded)
            self._attempt.failed.connect(self._on_failed)
            self._attempt.start()

    def _on_succeeded(self, opened: Any) -> None:
        self._end_attempt()
        if self._is_leaving:
            opened.close()
            self._end()
            return
        self._is_leaving = True
        self.hide()
        self._tasks.shutdown(_SHUTDOWN_SECONDS)
        self.opened.emit(opened)

    def _on_failed(self, _error: Exception) -> None:
        self._end_attempt()
        if self._is_leaving:
            self._end()
        else:
            self._again.start()

    def _end_attempt(self) -> None:
        if self._attempt is not None:
            self._attempt.wait()
            self._attempt.deleteLater()
            self._attempt = None

    def _end(self) -> None:
        self._tasks.shutdown(_SHUTDOWN_SECONDS)
        self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._is_leaving:
            return
        self._is_leaving = True
        self._again.stop()
        # What an attempt opens now must be closed again, so its end is waited for.
        if self._attempt is None:
            self._end()


def open_standby(
    settings_file: Path, clock: Callable[[], datetime], start: Callable[[Callable[[str], None]], Any]
) -> StandbyDoor | None:
    """The window of a door without its server; None when it remembers too little to let anybody in."""
    folder = door_folder(settings_file)
    facts = find_facts(folder, clock())
    if facts is None:
        return None
    store = QSettings(str(settings_file), QSettings.Format.IniFormat)
    return StandbyDoor(facts, DoorSettings(folder=folder, venue_now=clock, store=store), start)
