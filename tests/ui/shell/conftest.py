"""A whole window on a till without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.services.context import SignedIn
from boxoffice_desktop.services.staff import SignInName, list_sign_in_names
from boxoffice_desktop.ui.shell.destinations import Destination
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter
from boxoffice_desktop.ui.shell.shell import Shell
from boxoffice_desktop.ui.shell.window import MainWindow
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk

NAMES = (
    SignInName(user_name="kowalska", display_name="A. Kowalska", demo_pin="1234", role_hint="Cashier"),
    SignInName(user_name="mbeki", display_name="T. Mbeki", demo_pin="2345", role_hint="Supervisor"),
    SignInName(user_name="oyelaran", display_name="F. Oyelaran", demo_pin="3456", role_hint="Manager"),
)


class FakePage(QWidget):
    """A page that notes what the shell tells it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.objects_to_leaving = False
        self.left = 0
        label = QLabel(title)
        label.setProperty("role", "title")
        QVBoxLayout(self).addWidget(label)

    def may_leave(self) -> bool:
        return not self.objects_to_leaving

    def leave(self) -> None:
        self.left += 1

    def list_keys(self) -> Sequence[tuple[str, str]]:
        return [("Space", "Take or give back the seat")]


@dataclass
class Till:
    """The window with everything behind it."""

    window: MainWindow
    shell: Shell
    tasks: TaskRunner
    presenter: ErrorPresenter
    desk: FakeDesk
    settings: QSettings
    built: list[FakePage] = field(default_factory=list)

    def sign_in(self, qtbot: QtBot, user_name: str = "kowalska", pin: str = "1234") -> None:
        page = self.shell.sign_in_page
        qtbot.waitUntil(self.tasks.is_idle)
        page._names.choose([name.user_name for name in NAMES].index(user_name))
        page._pin.setText(pin)
        page._pin.returnPressed.emit()
        qtbot.waitUntil(self.tasks.is_idle)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def till(qtbot: QtBot, qapp: QApplication, desk: FakeDesk, tasks: TaskRunner, settings: QSettings) -> Iterator[Till]:
    desk.answers[list_sign_in_names] = NAMES
    window = MainWindow(desk.describe(), settings)
    qtbot.addWidget(window)
    presenter = ErrorPresenter(window)
    built: list[FakePage] = []

    def build(title: str) -> FakePage:
        built.append(FakePage(title))
        return built[-1]

    def list_destinations(_person: SignedIn) -> list[Destination]:
        places = [
            ("sell", "Sell", "sell", Permission.SELL),
            ("films", "Films", "films", Permission.MANAGE_FILMS),
            ("door", "Door", "door", Permission.ADMIT),
        ]
        return [
            Destination(key=key, title=title, icon=icon, permission=permission, build=lambda title=title: build(title))  # type: ignore[misc]  # mypy does not know defaults of lambdas
            for key, title, icon, permission in places
        ]

    shell = Shell(window, tasks, presenter, list_destinations=list_destinations)
    shell.start()
    window.show()
    yield Till(window, shell, tasks, presenter, desk, settings, built)
    apply_theme(qapp, dark=False)
