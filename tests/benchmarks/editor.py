"""How quickly the layout editor pans and drags in the largest hall, on the offscreen platform (no graphics card)."""

import os
from statistics import median, quantiles
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from boxoffice_desktop.domain.layout.exchange import import_plan
from boxoffice_desktop.domain.layout.picking import everything
from boxoffice_desktop.files import resources_folder
from boxoffice_desktop.ui.manage.halls.canvas import EditorCanvas
from boxoffice_desktop.ui.manage.halls.session import EditSession
from boxoffice_desktop.ui.widgets.theme import apply_theme

_SIZE = (1000, 620)
_FRAMES = 240
_STEPS = 12


def _open_palace() -> tuple[EditorCanvas, EditSession]:
    document = import_plan((resources_folder() / "demo" / "palace.json").read_bytes(), ()).document
    canvas, session = EditorCanvas(), EditSession(document)
    canvas.resize(*_SIZE)
    canvas.show()
    QTest.qWaitForWindowExposed(canvas)
    canvas.show_session(session)
    canvas.viewport().repaint()
    return canvas, session


def _pan(canvas: EditorCanvas) -> list[float]:
    canvas.zoom_in()
    canvas.zoom_in()
    frames = []
    for frame in range(_FRAMES):
        start = perf_counter()
        canvas.pan_by(QPoint(7 if frame // 40 % 2 else -7, 4 if frame // 25 % 2 else -4))
        canvas.viewport().repaint()
        frames.append((perf_counter() - start) * 1000)
    return frames


def _drag(canvas: EditorCanvas, session: EditSession, *, whole_hall: bool) -> list[float]:
    """Half of the hall, or all of it, follows the mouse; every frame snaps, moves and paints the whole viewport."""
    canvas.fit()
    document = session.document
    keys = everything(document) if whole_hall else frozenset(s.key for s in document.seats[: len(document.seats) // 2])
    session.select(keys)
    seat = document.seats[0]
    start = canvas.mapFromScene(seat.x, seat.y)
    viewport = canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(9, 9))
    frames = []
    for frame in range(_FRAMES):
        at = start + QPoint(9 + frame % 60, 9 + frame // 60 * 3)
        begin = perf_counter()
        QTest.mouseMove(viewport, at)
        viewport.repaint()
        frames.append((perf_counter() - begin) * 1000)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    return frames


def _change(session: EditSession) -> list[float]:
    """One step of undo or redo that concerns every seat of a half, drawn."""
    times = []
    session.select(frozenset(s.key for s in session.document.seats[: len(session.document.seats) // 2]))
    from boxoffice_desktop.domain.layout.moving import mirror

    for _ in range(_STEPS):
        begin = perf_counter()
        session.apply(mirror, "Mirror")
        times.append((perf_counter() - begin) * 1000)
    return times


def _row(value: float, unit: str, budget: float | None, runs: int) -> dict[str, object]:
    return {"value": round(value, 3), "unit": unit, "budget": budget, "runs": runs}


def measure() -> dict[str, dict[str, object]]:
    """The p99 is over the frames of panning and of both drags; a step is a median."""
    app = QApplication.instance() or QApplication([])
    if isinstance(app, QApplication):
        apply_theme(app, dark=False)
    canvas, session = _open_palace()
    frames = _pan(canvas) + _drag(canvas, session, whole_hall=False) + _drag(canvas, session, whole_hall=True)
    steps = _change(session)
    canvas.close()
    return {
        "editor_frame_p99_ms_2787": _row(quantiles(frames, n=100)[98], "ms", 16, len(frames)),
        "editor_step_ms_2787": _row(median(steps), "ms", 100, len(steps)),
    }
