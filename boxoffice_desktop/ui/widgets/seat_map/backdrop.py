"""What stands around the seats: screen, other shapes, row labels, zone names. Labels keep their size on the screen."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QLinearGradient, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QGraphicsSimpleTextItem

from boxoffice_desktop.domain.halls import PlanShape
from boxoffice_desktop.domain.seating_plan_shapes import text_place
from boxoffice_desktop.ui.widgets.seat_map.layout import HallLayout, Row
from boxoffice_desktop.ui.widgets.theme import Theme, mix

LABEL_MARGIN = 34
"""Free space left and right of the hall for row labels, in screen units."""
ZONE_MARGIN = 90
"""The same in a hall of several zones, whose names stand beside their first rows."""
SCREEN_MARGIN = 26
"""Free space above the screen for its label and below the last row, in screen units."""

_LEAST_FONT, _MOST_FONT = 10, 14
_ROW_DISTANCE = 12
_GAP = 7
_BESIDE_LABELS = 32


class _Label:
    """A text of fixed size on the screen, anchored at a point of the plan."""

    def __init__(self, scene: QGraphicsScene, text: str) -> None:
        self.item = QGraphicsSimpleTextItem(text)
        self.item.setZValue(1)
        scene.addItem(self.item)

    def place(self, font: QFont, colour: QColor, scale: float, at: QPointF, align: float) -> None:
        """`align`: 0 starts at the point, 0.5 is centred on it, 1 ends there; always centred vertically."""
        self.item.setFont(font)
        self.item.setBrush(colour)
        self.item.setScale(1 / scale)
        size = QFontMetricsF(font).boundingRect(self.item.text()).size()
        width, height = self.item.boundingRect().width(), self.item.boundingRect().height()
        self.item.setPos(at.x() - max(width, size.width()) * align / scale, at.y() - height / 2 / scale)


class Backdrop:
    """Makes the items once; `dress` places and colours them for a theme and a zoom."""

    def __init__(self, scene: QGraphicsScene, layout: HallLayout) -> None:
        self._layout = layout
        self._shapes = [(shape, *self._make_shape(scene, shape)) for shape in layout.picture.shapes]
        self._rows = [(row, _Label(scene, row.label), _Label(scene, row.label)) for row in layout.rows if row.label]
        first_rows = {row.zone: row for row in reversed(layout.rows)}
        self._zones = [(row, _Label(scene, zone)) for zone, row in first_rows.items()] if len(first_rows) > 1 else []

    def _make_shape(
        self, scene: QGraphicsScene, shape: PlanShape
    ) -> tuple[QGraphicsPathItem, QGraphicsPathItem | None, _Label | None]:
        item = QGraphicsPathItem(_screen_path(shape) if _is_bar(shape) else _box_path(shape))
        item.setPos(shape.x, shape.y)
        item.setRotation(shape.rotation)
        item.setZValue(-1)
        scene.addItem(item)
        beam = None
        if _is_bar(shape) and not shape.rotation:
            beam = QGraphicsPathItem(_beam_path(shape))
            beam.setPos(shape.x, shape.y)
            beam.setPen(QPen(Qt.PenStyle.NoPen))
            beam.setZValue(-2)
            scene.addItem(beam)
        return item, beam, _Label(scene, shape.text) if shape.text else None

    @property
    def margin(self) -> int:
        """Free space that the labels want left and right of the hall, in screen units."""
        return ZONE_MARGIN if self._zones else LABEL_MARGIN

    def dress(self, theme: Theme, scale: float) -> None:
        """Colour and place everything; `scale` is screen units per plan unit."""
        for shape, item, beam, label in self._shapes:
            self._dress_shape(theme, scale, shape, item, label)
            if beam is not None:
                light = QLinearGradient(0, 0, 0, _beam_length(shape))
                glow = theme.colour("muted")
                glow.setAlphaF(0.16)
                light.setColorAt(0, glow)
                glow.setAlphaF(0.0)
                light.setColorAt(1, glow)
                beam.setBrush(QBrush(light))
        self._dress_rows(theme, scale)
        font = _font(theme, _MOST_FONT - 1, QFont.Weight.DemiBold)
        for row, zone_label in self._zones:
            low, _ = self._layout.clear_of_row(row, 8 / scale)
            at = QPointF(low - _BESIDE_LABELS / scale, row.seats[0].y)
            zone_label.place(font, theme.colour("text"), scale, at, 1.0)

    def _dress_shape(
        self, theme: Theme, scale: float, shape: PlanShape, item: QGraphicsPathItem, label: _Label | None
    ) -> None:
        muted = theme.colour("muted")
        if shape.is_screen:
            item.setPen(QPen(Qt.PenStyle.NoPen))
            item.setBrush(mix(muted, theme.colour("background"), 0.8))
        else:
            own = QColor(shape.colour) if shape.colour else muted
            edge = QColor(shape.border_colour) if shape.border_colour else muted
            item.setPen(QPen(mix(edge, theme.colour("background"), 0.6), 1.0))
            item.setBrush(mix(own, theme.colour("background"), 0.22))
        if label is None:
            return
        font = _font(theme, _LEAST_FONT + 1, QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 2.0 if shape.is_screen else 0.0)
        centre = item.mapToScene(QPointF(*text_place(shape)))
        if shape.is_screen:
            centre = item.mapToScene(QPointF(shape.width / 2, _screen_top(shape) - 11 / scale))
        label.place(font, muted, scale, centre, 0.5)
        room = QFontMetricsF(font).horizontalAdvance(shape.text) <= shape.width * scale
        label.item.setVisible(shape.is_screen or room or not shape.width)

    def _dress_rows(self, theme: Theme, scale: float) -> None:
        gap = self._layout.row_gap * scale
        every = max(1, ceil(_ROW_DISTANCE / max(gap, 0.1)))
        pixels = max(_LEAST_FONT, min(_MOST_FONT, round(gap * 0.42)))
        font = _font(theme, pixels, QFont.Weight.Medium)
        position: dict[str, int] = {}
        for row, left_label, right_label in self._rows:
            number = position[row.zone] = position.get(row.zone, -1) + 1
            shown = number % every == 0
            left_label.item.setVisible(shown)
            right_label.item.setVisible(shown)
            if shown:
                self._place_row(theme, scale, font, row, (left_label, right_label))

    def _place_row(self, theme: Theme, scale: float, font: QFont, row: Row, labels: tuple[_Label, _Label]) -> None:
        half = QFontMetricsF(font).capHeight() / 2 / scale
        low, high = self._layout.clear_of_row(row, half)
        muted, off = theme.colour("muted"), _GAP / scale
        labels[0].place(font, muted, scale, QPointF(low - off, row.seats[0].y), 1.0)
        labels[1].place(font, muted, scale, QPointF(high + off, row.seats[-1].y), 0.0)


def _font(theme: Theme, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setPixelSize(round(pixels * max(1.0, theme.scale)))
    font.setWeight(weight)
    return font


def _is_bar(shape: PlanShape) -> bool:
    """A screen is drawn as a slim bar, unless the plan draws its outline itself."""
    return shape.is_screen and not shape.points


def _bulge(shape: PlanShape) -> float:
    """How far the middle of the drawn screen bends away from the seats."""
    return min(shape.width * 0.012, shape.height * 0.9)


def _thickness(shape: PlanShape) -> float:
    return max(4.0, shape.height * 0.5)


def _screen_top(shape: PlanShape) -> float:
    """The highest point of the drawn screen, from the shape's own top."""
    return 0.0 if shape.points else shape.height - _thickness(shape) - _bulge(shape)


def _screen_path(shape: PlanShape) -> QPainterPath:
    """A slim bar, bent like a screen."""
    width, thick, bend = shape.width, _thickness(shape), _bulge(shape)
    path = QPainterPath(QPointF(0, shape.height - thick))
    path.quadTo(width / 2, shape.height - thick - 2 * bend, width, shape.height - thick)
    path.lineTo(width, shape.height)
    path.quadTo(width / 2, shape.height - 2 * bend, 0, shape.height)
    path.closeSubpath()
    return path


def _beam_length(shape: PlanShape) -> float:
    return shape.height + min(60.0, shape.width * 0.07)


def _beam_path(shape: PlanShape) -> QPainterPath:
    """The light that falls from the screen on the first rows."""
    spread, length, bend = shape.width * 0.03, _beam_length(shape), _bulge(shape)
    path = QPainterPath(QPointF(0, shape.height))
    path.quadTo(shape.width / 2, shape.height - 2 * bend, shape.width, shape.height)
    path.lineTo(shape.width + spread, length)
    path.lineTo(-spread, length)
    path.closeSubpath()
    return path


def polygon_path(shape: PlanShape) -> QPainterPath:
    """The corners of a polygon, from the shape's own top left."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(u * shape.width, v * shape.height) for u, v in shape.points]))
    path.closeSubpath()
    return path


def _box_path(shape: PlanShape) -> QPainterPath:
    path = QPainterPath()
    if shape.points:
        path = polygon_path(shape)
    elif shape.width and shape.height and shape.is_round:
        path.addEllipse(QRectF(0, 0, shape.width, shape.height))
    elif shape.width and shape.height:
        path.addRoundedRect(QRectF(0, 0, shape.width, shape.height), 4, 4)
    return path
