"""Composition: the only place besides the command line that reads settings, the environment and the clock."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from boxoffice_desktop.db.embedded import default_data_folder
from boxoffice_desktop.db.listener import Listener
from boxoffice_desktop.db.logs import setup_logging
from boxoffice_desktop.domain.errors import BoxOfficeError, CredentialError, DatabaseUnavailableError, SetupError
from boxoffice_desktop.services.local import LocalCinema

if TYPE_CHECKING:
    from boxoffice_desktop.db.credentials import PairingStore
    from boxoffice_desktop.db.engine import Database
    from boxoffice_desktop.db.url import ServerUrl
    from boxoffice_desktop.services.till import Till
    from boxoffice_desktop.ui.desktop import DesktopSettings
    from boxoffice_desktop.ui.tasks.live import LiveHints

_log = logging.getLogger(__name__)
_NAME: Final = "boxoffice-desktop"
# A start that is quicker than this needs no start screen.
_START_SCREEN_AFTER_MS: Final = 350


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where this till keeps what, and which counter it is."""

    data_folder: Path
    log_folder: Path
    settings_file: Path
    tickets_folder: Path
    counter: int

    @property
    def config_folder(self) -> Path:
        """Where this account's settings lie, the pairing with a shared server among them."""
        return self.settings_file.parent


def read_settings(environment: Mapping[str, str] = os.environ, *, counter: int = 1) -> Settings:
    """Settings from the environment: BOXOFFICE_DATA moves everything into one folder of its own."""
    own = environment.get("BOXOFFICE_DATA")
    if own:
        top = Path(own).absolute()
        return Settings(
            data_folder=top,
            log_folder=top / "log",
            settings_file=top / f"window-{counter}.ini",
            tickets_folder=top / "tickets",
            counter=counter,
        )
    data = default_data_folder().parent
    return Settings(
        data_folder=data,
        log_folder=platformdirs.user_log_path(_NAME, appauthor=False),
        settings_file=platformdirs.user_config_path(_NAME, appauthor=False) / f"window-{counter}.ini",
        tickets_folder=data / "tickets",
        counter=counter,
    )


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown; only Linux can be without a display."""
    if environment.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or environment.get("QT_QPA_PLATFORM"))


def read_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  this is composition


def pairing_store(settings: Settings) -> "PairingStore":
    """Where this counter's pairing with a shared server is kept."""
    from boxoffice_desktop.db.credentials import PairingStore

    return PairingStore(settings.config_folder, settings.counter)


def attempts_folder(settings: Settings, login: str) -> Path:
    """Where a till's sales are kept whose outcome is not known yet."""
    return settings.data_folder / "attempts" / login


def paired_url(settings: Settings) -> "ServerUrl":
    """The shared server of this counter, as the till itself.

    Raises:
        CredentialError: it has none, or its credential cannot be read.
    """
    from boxoffice_desktop.db.url import read_server_url

    store = pairing_store(settings)
    pairing = store.find()
    if pairing is None:
        raise CredentialError(
            "This machine is no till of a shared server.", "Name the server: --admin-url postgresql://…"
        )
    return read_server_url(store.read_conninfo(pairing), insecure=True)


@dataclass(kw_only=True)
class OpenTill:
    """A till that is ready for its window, with everything that must be closed after it.

    `cinema` is None on a shared server.
    """

    cinema: LocalCinema | None
    till: "Till"
    database: "Database"
    listener: Listener
    others: "list[Database]" = field(default_factory=list)

    def open_other_till(self) -> "Till":
        """The other counter of this machine, nobody signed in; for seeing two of them contend."""
        if self.cinema is None:
            raise RuntimeError("a till of a shared server is one window")
        till, database = self.cinema.open_till(2 if self.till.describe().terminal_name.endswith("1") else 1)
        self.others.append(database)
        return till

    def close(self) -> None:
        """Give everything back, in the opposite order of opening."""
        self.listener.stop()
        for database in (*self.others, self.database):
            database.close()
        if self.cinema is not None:
            self.cinema.close()


def open_till(settings: Settings, live: "LiveHints", progress: Callable[[str], None]) -> OpenTill:
    """Open the till of the shared server that this counter is paired with, else the one of this machine's cinema.

    Raises:
        BoxOfficeError: says what is wrong and what to do; nothing is left open.
    """
    if pairing_store(settings).file.exists():
        return open_shared_till(settings, live, progress)
    return open_local_till(settings, live, progress)


def open_shared_till(settings: Settings, live: "LiveHints", progress: Callable[[str], None]) -> OpenTill:
    """Open this counter's till on its shared server.

    Raises:
        CredentialError: the till's own password is missing or unsafe.
        SetupError: the server does not let the till in.
        BoxOfficeError: another reason, in its own words; nothing is left open.
    """
    from boxoffice_desktop.db.engine import Database
    from boxoffice_desktop.services.attempts import AttemptFile
    from boxoffice_desktop.services.door.signing import TicketSigner
    from boxoffice_desktop.services.till import Till

    url = paired_url(settings)
    progress(f"Connecting to {', '.join(url.places)}…")
    database = Database(pairing_store(settings).read_till_conninfo())
    try:
        till = Till(
            database,
            login=url.login,
            attempts=AttemptFile(attempts_folder(settings, url.login)),
            clock=read_clock,
            signer=TicketSigner(settings.data_folder / "keys" / f"{url.login}.key"),
        )
        return _listen(None, till, database, live)
    except DatabaseUnavailableError as error:
        database.close()
        raise SetupError(
            f"{error.detail} ({url.shown})",
            "Check the network, then start the till again; boxoffice server check says what is wrong. A till that was"
            " revoked is paired anew: boxoffice terminal pair … --again",
        ) from error
    except BaseException:
        database.close()
        raise


def open_local_till(settings: Settings, live: "LiveHints", progress: Callable[[str], None]) -> OpenTill:
    """Start the server, build what is missing and take the counter's terminal for this window.

    Raises:
        BoxOfficeError: says what is wrong and what to do; nothing is left open.
    """
    cinema = LocalCinema(settings.data_folder, clock=read_clock, progress=progress)
    try:
        cinema.open()
        till, database = cinema.open_till(settings.counter)
    except BaseException:
        cinema.close()
        raise
    return _listen(cinema, till, database, live)


def _listen(cinema: LocalCinema | None, till: "Till", database: "Database", live: "LiveHints") -> OpenTill:
    listener = Listener(
        database.conninfo,
        terminal_id=till.terminal_id,
        terminal_name=till.describe().terminal_name,
        on_hint=live.hint,
        on_state=live.change_connection,
        on_taken=live.lose_terminal,
    )
    opened = OpenTill(cinema=cinema, till=till, database=database, listener=listener)
    try:
        listener.start()
    except BaseException:
        opened.close()
        raise
    return opened


def run_window(
    settings: Settings, *, demo: bool = False, place: tuple[int, int, int, int] | None = None, only: str = ""
) -> int:
    """Open the till's window and stay until it is closed; 0, or 1 when it could not start.

    With `demo` it is this machine's own cinema, whatever the counter is paired with; `place` is where the window
    goes (x, y, width, height), for several on one screen; `only` is the one place that it is for.
    """
    from PySide6.QtCore import QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from boxoffice_desktop.services.door.standby import is_server_away
    from boxoffice_desktop.ui.desktop import Desktop
    from boxoffice_desktop.ui.door.standby import open_standby
    from boxoffice_desktop.ui.shell.qt_messages import send_qt_messages_to_log
    from boxoffice_desktop.ui.shell.start_screen import StartScreen
    from boxoffice_desktop.ui.tasks.live import BackgroundStart, LiveHints
    from boxoffice_desktop.ui.widgets.theme import apply_theme

    log_file = setup_logging(settings.log_folder, name=_log_name(settings.counter))
    send_qt_messages_to_log()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Box Office")
    application.setQuitOnLastWindowClosed(False)
    apply_theme(application, dark=False)
    live = LiveHints()
    screen = StartScreen()
    opening = open_local_till if demo else open_till
    begin = partial(opening, settings, live)
    start = BackgroundStart(begin)
    windows: list[QObject] = []
    open_tills: list[OpenTill] = []

    def show_window(opened: OpenTill) -> None:
        open_tills.append(opened)
        desktop = Desktop(opened.till, replace(window_settings(settings, log_file), only=only), live)
        windows.append(desktop)
        desktop.closed.connect(application.quit)
        desktop.show()
        if place is not None:
            # Moving counts the frame in, unlike `setGeometry`: no title bar ends up above the screen.
            desktop.window.resize(*place[2:])
            desktop.window.move(*place[:2])
        screen.finish()

    def show_failure(error: Exception) -> None:
        _report(error)
        door = (
            open_standby(settings.settings_file, read_clock, begin)
            if only == "door" and is_server_away(error)
            else None
        )
        if door is None:
            screen.show_failure(error, log_file)
            return
        windows.append(door)
        door.stand_in(show_window, application.quit)
        screen.finish()

    start.progressed.connect(screen.show_progress)
    start.succeeded.connect(show_window)
    start.failed.connect(show_failure)
    screen.quit_requested.connect(lambda: application.exit(1))
    QTimer.singleShot(_START_SCREEN_AFTER_MS, screen, lambda: None if windows else screen.show())
    start.start()
    code = application.exec()
    start.wait()
    for opened in open_tills:
        opened.close()
    return code


def prepare_touch(settings_file: Path) -> None:
    """Let a window that is new begin with controls for fingers; whoever has chosen otherwise keeps that."""
    from PySide6.QtCore import QSettings

    settings_file.parent.mkdir(parents=True, exist_ok=True)
    store = QSettings(str(settings_file), QSettings.Format.IniFormat)
    if not store.contains("view/touch"):
        store.setValue("view/touch", True)


def _log_name(counter: int) -> str:
    """Windows of several counters must not turn over one log file."""
    return "boxoffice" if counter == 1 else f"boxoffice-{counter}"


def window_settings(settings: Settings, log_file: Path | None) -> "DesktopSettings":
    """What the window is told of the settings."""
    from boxoffice_desktop.ui.desktop import DesktopSettings

    settings.settings_file.parent.mkdir(parents=True, exist_ok=True)
    return DesktopSettings(
        settings_file=settings.settings_file, tickets_folder=settings.tickets_folder, log_file=log_file
    )


def reset_demo(settings: Settings) -> None:
    """Throw the demo cinema away and build it anew.

    Raises:
        BoxOfficeError: what is there is no demo, or the server cannot run.
    """
    cinema = LocalCinema(settings.data_folder, clock=read_clock, progress=_tell)
    try:
        cinema.reset()
        cinema.open()
    finally:
        cinema.close()


def run_headless(settings: Settings, output: Path) -> int:
    """Drive the real window without a display through a sale; leaves pictures and tickets in `output`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from boxoffice_desktop.ui.shell.qt_messages import send_qt_messages_to_log
    from boxoffice_desktop.ui.tour.run import run_tour

    log_file = setup_logging(settings.log_folder)
    send_qt_messages_to_log()
    return run_tour(
        lambda live: open_local_till(settings, live, _tell),
        window_settings(settings, log_file),
        output,
        say=_tell,
    )


def run_headless_counters(settings: Settings, output: Path, count: int) -> int:
    """Drive `count` counters of the demo without a display after the same seats; leaves pictures in `output`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from boxoffice_desktop.ui.shell.qt_messages import send_qt_messages_to_log
    from boxoffice_desktop.ui.tour.contention import run_contention

    log_file = setup_logging(settings.log_folder)
    send_qt_messages_to_log()

    def of(counter: int) -> Settings:
        file = settings.settings_file.with_name(f"window-{counter}-beside.ini")
        return replace(settings, counter=counter, settings_file=file)

    return run_contention(
        lambda counter, live: open_local_till(of(counter), live, _tell),
        lambda counter: window_settings(of(counter), log_file),
        count,
        output,
        _tell,
    )


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _report(error: Exception) -> None:
    """Say on the terminal too why the till did not start; a bug goes to the log with its traceback."""
    if isinstance(error, BoxOfficeError):
        _log.error("the till cannot start: %s", error)
        advice = getattr(error, "advice", "")
        sys.stderr.write(f"{error}\n{advice}\n" if advice else f"{error}\n")
    else:
        _log.error("the till cannot start", exc_info=error)
        sys.stderr.write(f"The till cannot start: {error!r}\n")
