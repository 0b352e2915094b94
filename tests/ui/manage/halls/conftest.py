"""The halls page on a till without a database."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.services.layouts.reading import HallSummary, list_areas, list_halls, load_layout
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk
from tests.ui.manage.halls.hands import AREAS, Files, Hand, small_hall


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, dark=False)
    yield
    apply_theme(qapp, dark=False)


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def page(qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, files: Files) -> HallsPage:
    """The list with Hall 1 in it, in a window that has the keyboard."""
    desk.answers |= {
        list_halls: (HallSummary(hall_id=1, name="Hall 1", seats=18, shows=2),),
        list_areas: AREAS,
        load_layout: small_hall(),
    }
    built = HallsPage(tasks, files)
    qtbot.addWidget(built)
    built.resize(1280, 720)
    show_in_front(qtbot, built)
    qtbot.waitUntil(lambda: built.list.list.count() == 1)
    return built


@pytest.fixture
def hand(qtbot: QtBot, page: HallsPage) -> Hand:
    """Hall 1 is open in the editor."""
    page.list.open.click()
    qtbot.waitUntil(lambda: page.editor.session is not None and page.editor.isVisible())
    return Hand(page)
