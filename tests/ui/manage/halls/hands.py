"""A hall, a mouse, answers and a saying database for tests of the halls page."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.halls import Area
from boxoffice_desktop.domain.layout.changes import compare
from boxoffice_desktop.domain.layout.document import HallDocument, empty_document
from boxoffice_desktop.domain.layout.drawing import Block, draw_block
from boxoffice_desktop.services.layouts.planning import LayoutPlan, plan_layout_change
from boxoffice_desktop.services.layouts.saving import SavedLayout, create_hall, save_layout
from boxoffice_desktop.ui.manage.halls.page import HallsPage
from boxoffice_desktop.ui.manage.halls.session import EditSession
from tests.ui.fakes import FakeDesk

W = TypeVar("W", bound=QWidget)
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)

AREAS = (
    Area(area_id=1, name="Standard", letter="S", colour=0),
    Area(area_id=2, name="Premium", letter="P", colour=1),
)


def small_hall() -> HallDocument:
    """Saved, version 3: rows A to C of six seats with the ids 1 to 18."""
    drawn, _ = draw_block(
        empty_document("Hall 1", AREAS, width=400, height=300), Block(x=200, y=100, rows=3, seats=6, area_id=1)
    )
    seats = tuple(replace(seat, key=at) for at, seat in enumerate(drawn.seats, 1))
    return replace(drawn, hall_id=1, layout_version=3, seats=seats)


class Files:
    """Answers instead of a person."""

    def __init__(self) -> None:
        self.to_open: Path | None = None
        self.to_save: Path | None = None

    def choose_open(self, title: str, pattern: str) -> Path | None:  # noqa: ARG002  the protocol's
        return self.to_open

    def choose_save(self, title: str, name: str) -> Path | None:  # noqa: ARG002  the protocol's
        return self.to_save


class Hand:
    """A mouse on the canvas, in plan units, and keys."""

    def __init__(self, page: HallsPage) -> None:
        self.page = page
        self.canvas = page.editor.canvas

    def _at(self, x: float, y: float) -> QPoint:
        return self.canvas.mapFromScene(x, y)

    def click(self, x: float, y: float, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, modifier, self._at(x, y))

    def double_click(self, x: float, y: float) -> None:
        QTest.mouseDClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, pos=self._at(x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        viewport, a, b = self.canvas.viewport(), self._at(*start), self._at(*end)
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=a)
        for share in (0.3, 0.7, 1.0):
            QTest.mouseMove(viewport, a + (b - a) * share)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=b)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        # A dialog that has just closed gives the window its keys back in the next round of the event loop.
        self.page.activateWindow()
        assert QTest.qWaitForWindowActive(self.page)
        QTest.keyClick(self.canvas, key, modifier)

    def names(self) -> list[str]:
        """What is selected."""
        session = self.page.editor.session
        assert session is not None
        return [s.row_label + s.number for s in session.document.seats if s.key in session.selection]

    def places(self) -> dict[str, tuple[float, float]]:
        session = self.page.editor.session
        assert session is not None
        return {s.row_label + s.number: (s.x, s.y) for s in session.document.seats}


def session_of(page: HallsPage) -> EditSession:
    session = page.editor.session
    assert session is not None
    return session


def wait_for(qtbot: QtBot, page: HallsPage, kind: type[W], condition: Callable[[W], bool] = lambda _w: True) -> W:
    def find() -> list[W]:
        return [w for w in page.findChildren(kind) if w.isVisible() and condition(w)]

    qtbot.waitUntil(lambda: bool(find()))
    return find()[0]


def answer_saves(desk: FakeDesk, hand: Hand, **plan: object) -> None:
    """Let the database say yes to what is on the canvas now."""
    session = hand.page.editor.session
    assert session is not None
    document = session.document
    changes = compare(session.base, document)
    values = {"affected": (), "shows": 0, "left_out": (), **plan}
    desk.answers[plan_layout_change] = LayoutPlan(changes=changes, **values)  # type: ignore[arg-type]
    saved = SavedLayout(
        hall_id=1,
        layout_version=4,
        document=replace(document, hall_id=1, layout_version=4),
        seat_ids={seat.key: 100 - seat.key for seat in document.seats if seat.key < 0},
        area_ids={},
    )
    desk.answers |= {save_layout: saved, create_hall: saved}
