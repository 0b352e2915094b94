"""The plan for the wall, drawn by Qt's own PDF reader."""

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

from boxoffice_desktop.documents.hall_plan import render_hall_plan
from boxoffice_desktop.domain.halls import Area, HallPicture, PlanShape
from boxoffice_desktop.domain.seating_plan_shapes import make_polygon
from boxoffice_desktop.domain.seats import Seat, SeatKind


def hall_with(*shapes: PlanShape) -> HallPicture:
    """Two seats in the corners of a field of 400 x 400, and shapes between them."""
    seats = tuple(
        Seat(
            seat_id=at,
            zone="",
            row_label="A",
            number=str(at),
            x=place,
            y=place,
            area_id=1,
            kind=SeatKind.STANDARD,
            name=f"A{at}",
        )
        for at, place in ((1, 0.0), (2, 400.0))
    )
    area = Area(area_id=1, name="Standard", letter="S", colour=0)
    return HallPicture(
        hall_id=1,
        name="Hall 1",
        layout_version=1,
        width=400,
        height=400,
        best_x=200,
        best_y=200,
        seats=seats,
        areas=(area,),
        shapes=shapes,
    )


def draw(picture: HallPicture) -> Image.Image:
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(QByteArray(render_hall_plan(picture, "Rialto")))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    page = document.render(0, QSize(842, 595)).convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (page.width(), page.height()), bytes(page.constBits()))


def spots_of(shape: PlanShape) -> int:
    """How many spots of the page the shape covers."""
    without, with_it = draw(hall_with()), draw(hall_with(shape))
    return sum(ImageChops.difference(without, with_it).getchannel("A").point(bool).histogram()[1:])


def test_a_polygon_is_drawn_with_its_corners_and_not_as_its_box(qapp: object) -> None:
    box = PlanShape(text="", x=100, y=100, width=200, height=200)
    bar = make_polygon([(100, 100), (300, 100), (300, 150), (150, 150), (150, 300), (100, 300)])
    # 200 x 50 and 50 x 150 of 200 x 200.
    assert spots_of(bar) / spots_of(box) == pytest.approx(0.4375, abs=0.02)
