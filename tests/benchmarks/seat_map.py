"""How quickly the seat map opens, pans and repaints, on the offscreen platform (no graphics card)."""

import os
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsScene, QGraphicsView

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import SeatLook, SeatStatus
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.widgets.demo_halls import load_hall, mix_of_states

_SIZE = (1000, 480)
_OPENINGS = 15
_FRAMES = 300
_SEATS = 200


def _milliseconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def _show(view: QGraphicsView) -> None:
    view.resize(*_SIZE)
    view.show()
    QTest.qWaitForWindowExposed(view)
    view.viewport().repaint()


def _open_map(picture: HallPicture) -> float:
    """From a picture and its states to the painted map; the window exists, nothing of the hall is kept."""
    view = SeatMap()
    _show(view)
    statuses = mix_of_states(picture)

    def act() -> None:
        view.show_hall(picture)
        view.show_statuses(statuses)
        view.viewport().repaint()

    taken = _milliseconds(act)
    view.close()
    return taken


def _open_bare_scene(picture: HallPicture) -> float:
    """The same seats as plain rectangles in a plain view: what Qt itself takes."""
    view = QGraphicsView()
    _show(view)

    def act() -> None:
        scene = QGraphicsScene(view)
        pen, brush = QPen(QColor("gray")), QBrush(QColor("lightgray"))
        for seat in picture.seats:
            item = QGraphicsRectItem(QRectF(-11, -11, 22, 22))
            item.setPen(pen)
            item.setBrush(brush)
            item.setPos(seat.x, seat.y)
            scene.addItem(item)
        view.setScene(scene)
        view.resetTransform()
        zoom = min(_SIZE[0] / scene.width(), _SIZE[1] / scene.height())
        view.scale(zoom, zoom)
        view.viewport().repaint()

    taken = _milliseconds(act)
    view.close()
    return taken


def _show_palace() -> tuple[SeatMap, HallPicture]:
    picture = load_hall(2787)
    view = SeatMap()
    _show(view)
    view.show_hall(picture)
    view.show_statuses(mix_of_states(picture))
    return view, picture


def _pan(view: SeatMap) -> list[float]:
    """Every frame moves the hall and paints the whole viewport; a real one only paints what came into sight."""
    view.zoom_in()
    view.zoom_in()
    frames = []
    for frame in range(_FRAMES):
        by = QPoint(7 if frame // 40 % 2 else -7, 4 if frame // 25 % 2 else -4)

        def act(by: QPoint = by) -> None:
            view.pan_by(by)
            view.viewport().repaint()

        frames.append(_milliseconds(act))
    return frames


def _repaint_seats(view: SeatMap, picture: HallPicture) -> list[float]:
    """One seat is sold and its place painted, seat after seat, with the whole hall in sight."""
    view.fit()
    view.viewport().repaint()
    view.show_statuses([])
    times = []
    for seat in picture.seats[:_SEATS]:
        at = view.seat_position(seat)
        place = QRect(at.x() - 8, at.y() - 8, 16, 16)
        status = SeatStatus(seat_id=seat.seat_id, look=SeatLook.SOLD, holder="Counter 2")

        def act(status: SeatStatus = status, place: QRect = place) -> None:
            view.update_statuses([status])
            view.viewport().repaint(place)

        times.append(_milliseconds(act))
    return times


def _row(value: float, unit: str, budget: float | None, runs: int) -> dict[str, object]:
    return {"value": round(value, 3), "unit": unit, "budget": budget, "runs": runs}


def measure() -> dict[str, dict[str, object]]:
    """One row per key. The p99 is over frames, everything else a median; the ratio is of two medians of this run."""
    app = QApplication.instance() or QApplication([])
    if isinstance(app, QApplication):
        apply_theme(app, dark=False)
    small, large = load_hall(447), load_hall(2787)
    # The first of each pays for fonts and imports; a till pays it once, at start.
    _open_map(small)
    _open_bare_scene(small)
    opened_small = [_open_map(small) for _ in range(_OPENINGS)]
    pairs = [(_open_map(large), _open_bare_scene(large)) for _ in range(_OPENINGS)]
    opened_large = median(ours for ours, _ in pairs)
    view, picture = _show_palace()
    frames = _pan(view)
    seats = _repaint_seats(view, picture)
    view.close()
    return {
        "map_open_ms_447": _row(median(opened_small), "ms", 30, _OPENINGS),
        "map_open_ms_2787": _row(opened_large, "ms", 100, _OPENINGS),
        "map_frame_p99_ms_2787": _row(quantiles(frames, n=100)[98], "ms", 16, _FRAMES),
        "map_open_ratio_2787": _row(opened_large / median(bare for _, bare in pairs), "ratio", None, _OPENINGS),
        "seat_repaint_ms": _row(median(seats), "ms", 1, _SEATS),
    }
