"""The scene of one hall: a picture item per seat, made once, dressed anew when the zoom or the theme changes."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import Seat, SeatKind, SeatLook, SeatStatus
from boxoffice_desktop.ui.widgets.seat_map.art import SeatArt, SeatFace
from boxoffice_desktop.ui.widgets.seat_map.backdrop import Backdrop
from boxoffice_desktop.ui.widgets.seat_map.layout import HallLayout, Join
from boxoffice_desktop.ui.widgets.theme import Theme

_LETTERS = {SeatLook.RESERVATION: "R", SeatLook.HOUSE: "H"}


class HallScene:
    """A hall's items. The view owns zoom and input; this owns what is drawn.

    Attributes:
        layout: the hall's geometry.
        scene: what the view shows.
        backdrop: what stands around the seats.
        seats: by id.
        repainted: how many seat items were given a picture since the start; tests count with it.
    """

    def __init__(self, picture: HallPicture) -> None:
        self.layout = HallLayout(picture)
        self.scene = QGraphicsScene()
        self.seats: dict[int, Seat] = {seat.seat_id: seat for seat in picture.seats}
        self.repainted = 0
        self.backdrop = Backdrop(self.scene, self.layout)
        self._areas = {area.area_id: (area.colour, order) for order, area in enumerate(picture.areas)}
        self._art: SeatArt | None = None
        self._dress: tuple[Theme, float, float] | None = None
        self._items: dict[int, QGraphicsPixmapItem] = {}

    def _face(self, seat: Seat, status: SeatStatus | None, *, refused: bool) -> SeatFace:
        look = status.look if status else SeatLook.AVAILABLE
        colour, order = self._areas.get(seat.area_id, (0, 0))
        if look is SeatLook.AVAILABLE:
            numbered = self._art is not None and self._art.with_numbers and seat.kind is not SeatKind.WHEELCHAIR
            text = seat.number if numbered else ""
        else:
            # Taken seats look alike in every area: fewer pictures to draw.
            colour = order = 0
            mark = status.mark if status and look is SeatLook.HELD else None
            text = _LETTERS.get(look, mark or "")
        return SeatFace(seat.kind, self.layout.joins.get(seat.seat_id, Join.NONE), look, colour, order, text, refused)

    def dress(self, theme: Theme, scale: float, ratio: float, find: Callable[[int], SeatStatus | None]) -> None:
        """Draw everything for a theme, a zoom (screen units per plan unit) and the screen's pixel ratio.

        `find` gives the status of a seat. Nothing happens when the hall already wears this.
        """
        if self._dress == (theme, scale, ratio):
            return
        self._dress = (theme, scale, ratio)
        self._art = SeatArt(theme, self.layout.sizes, scale * ratio, QFont())
        if not self._items:
            self._make_items()
        for seat_id, seat in self.seats.items():
            self._paint(self._items[seat_id], self._face(seat, find(seat_id), refused=False))
        shrink = 1.0 / (scale * ratio)
        for item in self._items.values():
            item.setScale(shrink)
        self.backdrop.dress(theme, scale)

    def _make_items(self) -> None:
        for seat_id, seat in self.seats.items():
            item = QGraphicsPixmapItem()
            item.setPos(seat.x, seat.y)
            self._items[seat_id] = item
            self.scene.addItem(item)

    def _paint(self, item: QGraphicsPixmapItem, face: SeatFace) -> None:
        if self._art is None:
            return
        pixmap, left, top = self._art.picture(face)
        item.setPixmap(pixmap)
        item.setOffset(left, top)
        self.repainted += 1

    def repaint_seats(
        self, seat_ids: Iterable[int], find: Callable[[int], SeatStatus | None], *, refused: bool = False
    ) -> None:
        """Draw some seats as they are now; ids that are not of this hall are passed over."""
        for seat_id in seat_ids:
            seat, item = self.seats.get(seat_id), self._items.get(seat_id)
            if seat and item:
                self._paint(item, self._face(seat, find(seat_id), refused=refused))

    def body_of(self, seat: Seat) -> QRectF:
        """The rectangle of a seat around its centre, in real pixels; empty before the hall was dressed."""
        join = self.layout.joins.get(seat.seat_id, Join.NONE)
        return self._art.body(seat.kind, join) if self._art else QRectF()

    def content(self) -> QRectF:
        """What must be in sight when the hall is fitted, in plan units and without the labels' margins."""
        left, top, right, bottom = self.layout.bounds()
        return QRectF(left, top, right - left, bottom - top)
