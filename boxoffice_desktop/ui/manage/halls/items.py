"""What the editor's canvas draws: plain C++ items, a picture per seat, changed only where the document changed."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
)

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.layout.document import HallDocument, Keys, LayoutSeat, LayoutShape, as_picture, rows_of
from boxoffice_desktop.domain.seating_plan_shapes import text_place
from boxoffice_desktop.domain.seats import SeatKind, SeatLook
from boxoffice_desktop.ui.widgets.seat_map.art import SeatArt, SeatFace, SeatPicture
from boxoffice_desktop.ui.widgets.seat_map.backdrop import polygon_path
from boxoffice_desktop.ui.widgets.seat_map.layout import HallLayout, Join, SeatSize
from boxoffice_desktop.ui.widgets.theme import Theme, mix

_USUAL = 28.0
_FILL = 0.87
_LABEL_PIXELS = 11
_BESIDE = 20.0
# Halves of a pair stand no farther apart, in pitches.
_PAIR = 1.3
# Below this width in pixels, free edge included, a seat is seen from far away.
_FAR = 16
_LEAST_LINE = 12.0
# A text has no box of its own, but must be seen when it is selected.
_THIN = 4.0


class HallItems:
    """The scene of a document.

    Attributes:
        scene: what the view shows.
        pitch: the usual distance between two seats when the hall was opened, in plan units.
    """

    def __init__(self) -> None:
        self.scene = QGraphicsScene()
        # Items move all the time here: an index would be rebuilt more often than it is asked.
        self.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.pitch = _USUAL
        self._layer = QGraphicsPathItem()
        self._layer.setZValue(5)
        self.scene.addItem(self._layer)
        self._seats: dict[int, tuple[LayoutSeat, QGraphicsPixmapItem]] = {}
        self._shapes: dict[int, tuple[LayoutShape, QGraphicsPathItem, QGraphicsSimpleTextItem]] = {}
        self._rows: list[QGraphicsSimpleTextItem] = []
        self._selected: Keys = frozenset()
        self._joins: dict[int, Join] = {}
        self._areas: dict[int, tuple[int, int]] = {}
        self._art: SeatArt | None = None
        self._ringed: dict[SeatFace, SeatPicture] = {}
        self._theme: Theme | None = None
        self._zoom, self._ratio = 1.0, 1.0
        self._best = QGraphicsPathItem(_cross_path())
        self._best.setZValue(8)
        self._sheet = QGraphicsPathItem()
        self._sheet.setZValue(-30)
        for item in (self._best, self._sheet):
            self.scene.addItem(item)

    def measure(self, document: HallDocument) -> None:
        """Take the size of seats from a hall that is being opened."""
        sizes = HallLayout(as_picture(document)).sizes
        self.pitch = min((size.reach * 2 for size in sizes.values()), default=_USUAL)
        self._art = None

    def seat_side(self) -> float:
        """The side of a seat in plan units."""
        return self.pitch * _FILL

    def dress(self, theme: Theme, zoom: float, ratio: float, document: HallDocument, selection: Keys) -> None:
        """Draw everything for a theme, a zoom and the screen's pixel ratio."""
        wanted = (theme, zoom, ratio)
        if self._art is None or wanted != (self._theme, self._zoom, self._ratio):
            self._theme, self._zoom, self._ratio = wanted
            size = SeatSize(self.seat_side(), self.seat_side(), self.pitch / 2)
            self._art = SeatArt(theme, dict.fromkeys(SeatKind, size), zoom * ratio, QFont())
            self._ringed.clear()
            for _, item in self._seats.values():
                self.scene.removeItem(item)
            self._seats.clear()
            for _, path, label in self._shapes.values():
                self.scene.removeItem(path)
                self.scene.removeItem(label)
            self._shapes.clear()
        self.show(document, selection)

    def show(self, document: HallDocument, selection: Keys) -> None:
        """Draw what differs from what is drawn."""
        if self._art is None or self._theme is None:
            return
        areas = {area.area_id: (area.colour, order) for order, area in enumerate(document.areas)}
        if areas != self._areas:
            self._areas = areas
            self._forget_seats()
        changed = self._selected ^ selection
        self._selected = selection
        joins = _pair_love_seats(document, self.pitch)
        rejoined = frozenset(dict(joins.items() ^ self._joins.items()))
        self._joins = joins
        self._show_seats(document, changed | rejoined)
        self._show_shapes(document, changed)
        self._show_rows(document)
        self._show_sheet(document)

    def lift(self, keys: Keys) -> None:
        """Bring the selection into the layer that a drag moves as one."""
        for key in keys:
            for item in self._items_of(key):
                item.setParentItem(self._layer)

    def drag_to(self, dx: float, dy: float) -> None:
        """Where the lifted items are now, from where they were, in plan units."""
        self._layer.setPos(dx, dy)

    def drop(self, keys: Keys) -> None:
        """Put the lifted items back where they came from; the document then says where they are."""
        self._layer.setPos(0, 0)
        for key in keys:
            for item in self._items_of(key):
                item.setParentItem(None)  # type: ignore[arg-type]  # Qt's way to say: no parent

    def _items_of(self, key: int) -> tuple[QGraphicsItem, ...]:
        if key in self._seats:
            return (self._seats[key][1],)
        return self._shapes[key][1:] if key in self._shapes else ()

    def _forget_seats(self) -> None:
        for _, item in self._seats.values():
            self.scene.removeItem(item)
        self._seats.clear()

    def _show_seats(self, document: HallDocument, changed: Keys) -> None:
        alive = set()
        for seat in document.seats:
            alive.add(seat.key)
            known = self._seats.get(seat.key)
            if known is None:
                item = QGraphicsPixmapItem()
                item.setScale(1.0 / (self._zoom * self._ratio))
                self.scene.addItem(item)
            elif known[0] is seat and seat.key not in changed:
                continue
            else:
                item = known[1]
            item.setPos(seat.x, seat.y)
            self._paint(item, seat)
            self._seats[seat.key] = (seat, item)
        for key in self._seats.keys() - alive:
            self.scene.removeItem(self._seats.pop(key)[1])

    def _paint(self, item: QGraphicsPixmapItem, seat: LayoutSeat) -> None:
        if self._art is None:
            return
        colour, order = self._areas.get(seat.area_id, (0, 0))
        text = seat.number if self._art.with_numbers and seat.kind is not SeatKind.WHEELCHAIR else ""
        face = SeatFace(seat.kind, self._joins.get(seat.key, Join.NONE), SeatLook.AVAILABLE, colour, order, text)
        picture = self._ring(face) if seat.key in self._selected else self._art.picture(face)
        item.setPixmap(picture.pixmap)
        item.setOffset(picture.left, picture.top)

    def _ring(self, face: SeatFace) -> SeatPicture:
        """The seat with the mark of what is selected around it."""
        found = self._ringed.get(face)
        if found is not None or self._art is None or self._theme is None:
            return found or SeatPicture(QPixmap(), 0, 0)
        plain = self._art.picture(face)
        pixmap = QPixmap(plain.pixmap)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self._theme.colour("accent")
        tint = QColor(accent)
        tint.setAlphaF(0.24)
        painter.setBrush(tint)
        # A far seat gets a finer ring close to it, or neighbours would melt into one.
        far = pixmap.width() < _FAR
        painter.setPen(QPen(accent, 1.2 if far else 2.0))
        inset = 2.6 if far else 1.5
        painter.drawRoundedRect(QRectF(pixmap.rect()).adjusted(inset, inset, -inset, -inset), 3, 3)
        painter.end()
        self._ringed[face] = SeatPicture(pixmap, plain.left, plain.top)
        return self._ringed[face]

    def _show_shapes(self, document: HallDocument, changed: Keys) -> None:
        alive = set()
        for shape in document.shapes:
            if shape.hidden:
                continue
            alive.add(shape.key)
            known = self._shapes.get(shape.key)
            if known is not None and known[0] is shape and shape.key not in changed:
                continue
            if known is None:
                path, label = QGraphicsPathItem(), QGraphicsSimpleTextItem()
                path.setZValue(-2)
                label.setZValue(-1)
                self.scene.addItem(path)
                self.scene.addItem(label)
            else:
                path, label = known[1], known[2]
            self._dress_shape(shape, path, label)
            self._shapes[shape.key] = (shape, path, label)
        for key in self._shapes.keys() - alive:
            _, path, label = self._shapes.pop(key)
            self.scene.removeItem(path)
            self.scene.removeItem(label)

    def _dress_shape(self, shape: LayoutShape, path: QGraphicsPathItem, label: QGraphicsSimpleTextItem) -> None:
        if self._theme is None:
            return
        drawn, theme = shape.shape, self._theme
        path.setPath(_outline(drawn))
        path.setPos(drawn.x, drawn.y)
        path.setRotation(drawn.rotation)
        muted = theme.colour("muted")
        own = QColor(drawn.colour) if drawn.colour and not drawn.is_screen else muted
        edge = QColor(drawn.border_colour) if drawn.border_colour else muted
        pen = QPen(theme.colour("accent"), 2.5) if shape.key in self._selected else QPen(edge, 1.0)
        pen.setCosmetic(True)
        path.setPen(pen)
        path.setBrush(mix(own, theme.colour("surface"), 0.75 if drawn.is_screen else 0.25))
        label.setText(drawn.text)
        inside = drawn.height * self._zoom >= _LEAST_LINE
        across, down = text_place(drawn)
        middle = QPointF(across, down if inside else -_LEAST_LINE / 2 / self._zoom)
        self._place_text(label, path.mapToScene(middle), 0.5)
        if drawn.is_screen:
            label.setBrush(theme.colour("surface" if inside else "muted"))

    def _place_text(self, label: QGraphicsSimpleTextItem, at: QPointF, align: float) -> None:
        if self._theme is None:
            return
        font = QFont()
        font.setPixelSize(round(_LABEL_PIXELS * max(1.0, self._theme.scale)))
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
        label.setBrush(QBrush(self._theme.colour("text")))
        label.setScale(1 / self._zoom)
        box = label.boundingRect()
        label.setPos(at.x() - box.width() * align / self._zoom, at.y() - box.height() / 2 / self._zoom)

    def _show_rows(self, document: HallDocument) -> None:
        """The label of each row at its left end."""
        rows = rows_of(document.seats)
        while len(self._rows) < len(rows):
            label = QGraphicsSimpleTextItem()
            label.setZValue(-1)
            self.scene.addItem(label)
            self._rows.append(label)
        shown: dict[str, float] = {}
        for label, (place, seats) in zip(self._rows, rows.items(), strict=False):
            label.setText(place[1])
            # Only labels that have a line of their own; the rest comes with the zoom.
            label.setVisible(abs(seats[0].y - shown.get(place[0], -1e9)) * self._zoom >= _LEAST_LINE)
            if not label.isVisible():
                continue
            shown[place[0]] = seats[0].y
            self._place_text(label, QPointF(seats[0].x - self.pitch / 2 - _BESIDE / 2 / self._zoom, seats[0].y), 1.0)
            if self._theme is not None:
                label.setBrush(self._theme.colour("muted"))
        for label in self._rows[len(rows) :]:
            label.setVisible(False)

    def _show_sheet(self, document: HallDocument) -> None:
        if self._theme is None:
            return
        path = QPainterPath()
        path.addRect(QRectF(0, 0, document.width, document.height))
        self._sheet.setPath(path)
        self._sheet.setBrush(self._theme.colour("surface"))
        pen = QPen(self._theme.colour("line"), 1.0)
        pen.setCosmetic(True)
        self._sheet.setPen(pen)
        self._best.setPos(document.best_x, document.best_y)
        self._best.setScale(1 / self._zoom)
        mark = QPen(self._theme.colour("warn"), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        mark.setCosmetic(True)
        self._best.setPen(mark)


def _pair_love_seats(document: HallDocument, pitch: float) -> dict[int, Join]:
    """Love seats that stand side by side, two by two from the left of a row."""
    joins: dict[int, Join] = {}
    love = [seat for seat in document.seats if seat.kind is SeatKind.LOVE_SEAT]
    for row in rows_of(love).values():
        for left, right in pairwise(row):
            if left.key not in joins and right.x - left.x <= pitch * _PAIR:
                joins |= {left.key: Join.RIGHT, right.key: Join.LEFT}
    return joins


def _outline(shape: PlanShape) -> QPainterPath:
    if shape.points:
        return polygon_path(shape)
    path = QPainterPath()
    box = QRectF(0, 0, max(shape.width, _THIN), max(shape.height, _THIN))
    if shape.is_round:
        path.addEllipse(box)
    else:
        path.addRoundedRect(box, 3, 3)
    return path


def _cross_path() -> QPainterPath:
    """The mark of the hall's best point, in screen units."""
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), 7, 7)
    for dx, dy in ((1, 0), (0, 1)):
        path.moveTo(-12 * dx, -12 * dy)
        path.lineTo(-4 * dx, -4 * dy)
        path.moveTo(4 * dx, 4 * dy)
        path.lineTo(12 * dx, 12 * dy)
    return path
