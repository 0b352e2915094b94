"""`boxoffice demo --headless`: the whole main job on the real window, without a display."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.errors import BoxOfficeError, ConflictError
from boxoffice_desktop.ui.desktop import Desktop, DesktopSettings
from boxoffice_desktop.ui.tasks.desk import Desk
from boxoffice_desktop.ui.tasks.live import LiveHints
from boxoffice_desktop.ui.tour.driver import Driver, Hands
from boxoffice_desktop.ui.tour.script import Stage, play
from boxoffice_desktop.ui.widgets.theme import apply_theme


class OpenedTill(Protocol):
    """What the tour is given: a till of its own, a second counter to contend with, and a way to end both."""

    @property
    def till(self) -> Desk:
        """The till whose window is driven."""
        ...

    def open_other_till(self) -> Desk:
        """Another counter of the same cinema, nobody signed in."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def run_tour(
    open_till: Callable[[LiveHints], OpenedTill], settings: DesktopSettings, output: Path, say: Callable[[str], None]
) -> int:
    """Drive the window through a sale; 0 when all of it worked. Pictures and tickets are in `output` afterwards.

    Raises:
        BoxOfficeError: the till could not be opened, or what is there is no demo.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise BoxOfficeError("A window needs a Qt application with widgets.")
    application.setQuitOnLastWindowClosed(False)
    apply_theme(application, dark=False)
    live = LiveHints()
    opened = open_till(live)
    try:
        if not opened.till.describe().is_demo:
            raise ConflictError("This cinema is real: the demonstration sells in a demo cinema only.")
        return _drive(opened, settings, output, live, say)
    finally:
        opened.close()


def _drive(
    opened: OpenedTill, settings: DesktopSettings, output: Path, live: LiveHints, say: Callable[[str], None]
) -> int:
    desktop = Desktop(opened.till, settings, live)
    hands = Hands(desktop.window, output)
    stage = Stage(desktop=desktop, hands=hands, other_till=opened.open_other_till(), output=output, say=say)
    driver = Driver(play(stage), desktop)
    failures: list[Exception] = []
    loop = QEventLoop()
    driver.finished.connect(desktop.shell.close)
    driver.failed.connect(failures.append)
    driver.failed.connect(lambda _error: loop.quit())
    desktop.closed.connect(loop.quit)
    desktop.show()
    driver.start()
    loop.exec()
    for path in (*stage.documents, *hands.pictures):
        say(str(path))
    if failures:
        hands.photograph("failed")
        desktop.window.close_for_good()
        raise failures[0]
    return 0
