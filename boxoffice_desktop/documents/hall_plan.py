"""The plan of a hall for the wall: one A3 page across, as large as it fits, seats with their numbers."""

from io import BytesIO
from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A3, landscape
from reportlab.pdfgen.canvas import Canvas

from boxoffice_desktop.documents.fitting import fit_line
from boxoffice_desktop.documents.fonts import FONT_LOCK, get_font
from boxoffice_desktop.documents.paper import MM
from boxoffice_desktop.documents.text import clean, draw_line, make_line, make_readable
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.halls import HallPicture, PlanShape
from boxoffice_desktop.domain.seating_plan_shapes import place_in, shape_corners, text_place
from boxoffice_desktop.domain.seats import Seat, SeatKind

_MARGIN: Final = 12 * MM
_HEAD: Final = 16 * MM
_FOOT: Final = 12 * MM
_SEAT: Final = 24.0
_ROUND: Final = 6.0
# The series of areas, as on the screens.
_SERIES: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5B4FB3", "#8A6D3B")
_MARKS: Final = {SeatKind.WHEELCHAIR: "W", SeatKind.COMPANION: "C", SeatKind.LOVE_SEAT: "L", SeatKind.RECLINER: "R"}
_WORDS: Final = {
    SeatKind.WHEELCHAIR: "W wheelchair place",
    SeatKind.COMPANION: "C companion",
    SeatKind.LOVE_SEAT: "L love seat",
    SeatKind.RECLINER: "R recliner",
}


def render_hall_plan(picture: HallPicture, venue_name: str) -> bytes:
    """The plan as a PDF of one page. Safe from any thread; one document is made at a time.

    Raises:
        InvalidInputError: the hall has no seats.
    """
    if not picture.seats:
        raise InvalidInputError("seats", "There are no seats to print yet.")
    buffer = BytesIO()
    with FONT_LOCK:
        get_font("NotoSans-Regular")
        # The stubs take this name for a number.
        canvas = Canvas(buffer, pagesize=landscape(A3), initialFontName="NotoSans-Regular")  # type: ignore[arg-type]
        canvas.setTitle(clean(f"{picture.name} - {venue_name}"))
        canvas.setCreator("Box Office Desktop")
        _PlanPage(picture, canvas).draw(venue_name)
        canvas.save()
    return buffer.getvalue()


class _PlanPage:
    """Draws one hall onto one page; plan units become points, and down becomes up."""

    def __init__(self, picture: HallPicture, canvas: Canvas) -> None:
        self._picture, self._canvas = picture, canvas
        self._page_width, self._page_height = landscape(A3)
        xs = [x for s in picture.seats for x in (s.x - _SEAT, s.x + _SEAT)]
        ys = [y for s in picture.seats for y in (s.y - _SEAT, s.y + _SEAT)]
        corners = [corner for shape in picture.shapes for corner in shape_corners(shape)]
        xs += [x for x, _ in corners]
        ys += [y for _, y in corners]
        # Row labels stand outside the outermost seats.
        self._left, self._top = min(xs) - _SEAT, min(ys)
        width, height = max(xs) + _SEAT - self._left, max(ys) - self._top
        room_x = self._page_width - 2 * _MARGIN
        room_y = self._page_height - 2 * _MARGIN - _HEAD - _FOOT
        self._scale = min(room_x / width, room_y / height, 2.2)
        self._shift_x = _MARGIN + (room_x - width * self._scale) / 2
        self._shift_y = self._page_height - _MARGIN - _HEAD - (room_y - height * self._scale) / 2

    def draw(self, venue_name: str) -> None:
        for shape in self._picture.shapes:
            self._draw_shape(shape)
        for seat in self._picture.seats:
            self._draw_seat(seat)
        self._draw_rows()
        self._draw_frame(venue_name)
        self._canvas.showPage()

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._shift_x + (x - self._left) * self._scale, self._shift_y - (y - self._top) * self._scale

    def _write(self, text: str, x: float, y: float, size: float, *, align: float = 0.5, bold: bool = False) -> None:
        line = make_line(make_readable(text).text, bold=bold)
        draw_line(self._canvas, line, x - line.width * size * align, y - size * 0.36, size)

    def _draw_seat(self, seat: Seat) -> None:
        canvas = self._canvas
        areas = {area.area_id: area.colour for area in self._picture.areas}
        colour = HexColor(_SERIES[areas.get(seat.area_id, 0) % len(_SERIES)])
        x, y = self._at(seat.x, seat.y)
        side = _SEAT * self._scale
        canvas.setStrokeColor(colour)
        canvas.setFillColor(Color(colour.red, colour.green, colour.blue, alpha=0.13))
        canvas.setLineWidth(max(0.4, side * 0.05))
        canvas.roundRect(x - side / 2, y - side / 2, side, side, _ROUND * self._scale * 0.7, fill=1)
        canvas.setFillColor(Color(0, 0, 0))
        text = seat.number + _MARKS.get(seat.kind, "")
        size = min(side * 0.5, side * 1.5 / max(1, len(text)))
        self._write(text, x, y, size)

    def _draw_rows(self) -> None:
        rows: dict[tuple[str, str], list[Seat]] = {}
        for seat in self._picture.seats:
            rows.setdefault((seat.zone, seat.row_label), []).append(seat)
        size = _SEAT * self._scale * 0.55
        for (_, label), seats in rows.items():
            first, last = min(seats, key=lambda s: s.x), max(seats, key=lambda s: s.x)
            for seat, away in ((first, -_SEAT), (last, _SEAT)):
                x, y = self._at(seat.x + away, seat.y)
                self._write(label, x, y, size, bold=True)

    def _draw_shape(self, shape: PlanShape) -> None:
        canvas = self._canvas
        canvas.saveState()
        x, y = self._at(shape.x, shape.y)
        canvas.translate(x, y)
        canvas.rotate(-shape.rotation)
        width, height = shape.width * self._scale, shape.height * self._scale
        corners = [(u * width, -v * height) for u, v in shape.points]
        canvas.setStrokeColor(Color(0.4, 0.43, 0.48))
        canvas.setFillColor(Color(0.45, 0.48, 0.53, alpha=0.8 if shape.is_screen else 0.15))
        if shape.points:
            outline = canvas.beginPath()
            outline.moveTo(*corners[0])
            for corner in corners[1:]:
                outline.lineTo(*corner)
            outline.close()
            canvas.drawPath(outline, fill=1)
        elif width and height and shape.is_round:
            canvas.ellipse(0, -height, width, 0, fill=1)
        elif width and height:
            canvas.roundRect(0, -height, width, height, min(3.0, height / 2), fill=1)
        canvas.restoreState()
        if shape.text:
            x, y = self._at(*place_in(shape, *text_place(shape)))
            canvas.setFillColor(Color(1, 1, 1) if shape.is_screen else Color(0.2, 0.22, 0.26))
            self._write(shape.text, x, y, max(6.0, min(14.0, height * 0.7 or 14.0)))

    def _draw_frame(self, venue_name: str) -> None:
        canvas, picture = self._canvas, self._picture
        canvas.setFillColor(Color(0, 0, 0))
        top = self._page_height - _MARGIN - 7 * MM
        name = fit_line(make_readable(picture.name).text, self._page_width * 0.6, 24, 10, bold=True)
        draw_line(canvas, name.lines[0], _MARGIN, top, name.size)
        seats = f"{len(picture.seats):,} seats"
        self._write(
            f"{venue_name} · {seats}" if venue_name else seats, self._page_width - _MARGIN, top + 4, 12, align=1.0
        )
        x = _MARGIN
        for area in picture.areas:
            count = sum(seat.area_id == area.area_id for seat in picture.seats)
            colour = HexColor(_SERIES[area.colour % len(_SERIES)])
            canvas.setFillColor(colour)
            canvas.roundRect(x, _MARGIN, 4 * MM, 4 * MM, 2, fill=1, stroke=0)
            canvas.setFillColor(Color(0, 0, 0))
            line = make_line(make_readable(f"{area.letter} {area.name}: {count:,}").text)
            draw_line(canvas, line, x + 6 * MM, _MARGIN + 3, 10)
            x += 14 * MM + line.width * 10
        kinds = [word for kind, word in _WORDS.items() if any(seat.kind is kind for seat in picture.seats)]
        self._write(" · ".join(kinds) or " ", self._page_width - _MARGIN, _MARGIN + 6, 10, align=1.0)
