"""Maps that are shown, active and ready for keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.widgets.demo_halls import load_hall


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, dark=False)
    yield
    apply_theme(qapp, dark=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hall() -> HallPicture:
    return load_hall(187)


@pytest.fixture
def seat_map(qtbot: QtBot, hall: HallPicture, clock: Clock) -> SeatMap:
    view = SeatMap(clock=clock)
    qtbot.addWidget(view)
    view.resize(1000, 480)
    view.show_hall(hall)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    return view
