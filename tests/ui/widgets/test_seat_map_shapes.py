"""What the map draws around the seats."""

from dataclasses import replace

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsPathItem

from boxoffice_desktop.domain.halls import HallPicture, PlanShape
from boxoffice_desktop.domain.seating_plan_shapes import make_polygon
from boxoffice_desktop.ui.widgets.seat_map import SeatMap

BAR = make_polygon([(0, 0), (100, 0), (100, 40), (40, 40), (40, 140), (0, 140)])


def show(seat_map: SeatMap, hall: HallPicture, shape: PlanShape) -> QGraphicsPathItem:
    """The item that the shape is drawn by."""
    seat_map.show_hall(replace(hall, layout_version=2, shapes=(shape,)))
    [item] = [i for i in seat_map.scene().items() if isinstance(i, QGraphicsPathItem) and i.zValue() == -1]
    return item


def test_a_polygon_covers_what_is_inside_its_corners(seat_map: SeatMap, hall: HallPicture) -> None:
    item = show(seat_map, hall, replace(BAR, x=30, y=60, colour="#cc79a7"))
    covered = [item.contains(item.mapFromScene(30 + x, 60 + y)) for x, y in ((90, 20), (20, 130), (90, 130))]
    assert covered == [True, True, False]
    assert item.brush().color() != QColor("#cc79a7")
    assert item.brush().color().alpha() == 255


def test_a_screen_with_an_outline_of_its_own_is_drawn_as_that(seat_map: SeatMap, hall: HallPicture) -> None:
    bar = replace(BAR, x=30, y=60, text="SCREEN", is_screen=True)
    own = show(seat_map, hall, bar)
    assert own.path().elementCount() == len(BAR.points) + 1
    assert show(seat_map, replace(hall, hall_id=9), replace(bar, points=())).path() != own.path()
