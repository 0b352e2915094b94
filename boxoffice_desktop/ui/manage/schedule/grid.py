"""What lies under the shows: rows, hours, and where the clock stands."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsLineItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
)

from boxoffice_desktop.ui.manage.schedule.geometry import BAND, Band, Geometry
from boxoffice_desktop.ui.manage.schedule.words import Words
from boxoffice_desktop.ui.widgets.theme import mix, theme

_HOUR = 60


def draw_grid(scene: QGraphicsScene, geometry: Geometry, words: Words) -> None:
    """Put the grid of a geometry into an empty scene."""
    line = theme().colour("line")
    faint = mix(line, theme().colour("background"), 0.45)
    for row in geometry.rows:
        # As long as its day: the others end earlier where one has 25 hours.
        width = geometry.x_of(row, row.day.ends_at)
        band = QGraphicsRectItem(QRectF(0, row.top, width, geometry.row_height))
        band.setPen(QPen(Qt.PenStyle.NoPen))
        band.setBrush(theme().colour("surface"))
        scene.addItem(band)
        _add_line(scene, QPen(faint, 1), 0, row.top + geometry.row_height, width, 0)
    for minute in range(0, round(geometry.width / geometry.per_minute) + 1, _HOUR):
        pen = QPen(line if minute % (3 * _HOUR) == 0 else faint, 1)
        _add_line(scene, pen, minute * geometry.per_minute, 0, 0, geometry.height)
    for each in geometry.bands:
        _draw_band(scene, geometry, each, words)
    for row in geometry.rows:
        if row.day.day == geometry.schedule.today:
            x = geometry.x_of(row, geometry.schedule.now)
            mark = _add_line(scene, QPen(theme().colour("bad"), 2), x, row.top, 0, geometry.row_height)
            mark.setZValue(5)


def _draw_band(scene: QGraphicsScene, geometry: Geometry, band: Band, words: Words) -> None:
    """The hours of a day after its clocks have changed, and that they do."""
    plate = QGraphicsRectItem(QRectF(0, band.top, geometry.width, BAND))
    plate.setPen(QPen(Qt.PenStyle.NoPen))
    plate.setBrush(theme().colour("background"))
    scene.addItem(plate)
    font = QApplication.font()
    font.setPixelSize(theme().font_px("small"))
    if band.hours:
        text = (
            QCoreApplication.translate("Schedule", "Clocks go forward by {minutes} min")
            if band.minutes > 0
            else QCoreApplication.translate("Schedule", "Clocks go back by {minutes} min")
        )
        label = _add_text(scene, text.format(minutes=abs(band.minutes)), band.hours[0].x, band.top, "warn")
        label.setFont(font)
        label.setX(max(0.0, band.hours[0].x - label.boundingRect().width() - 4))
    for hour in band.hours:
        _add_text(scene, words.time(hour.moment), hour.x + 4, band.top, "muted").setFont(font)


def _add_text(scene: QGraphicsScene, text: str, x: float, y: float, role: str) -> QGraphicsSimpleTextItem:
    item = QGraphicsSimpleTextItem(text)
    item.setBrush(theme().colour(role))
    item.setPos(x, y + 2)
    scene.addItem(item)
    return item


def _add_line(scene: QGraphicsScene, pen: QPen, x: float, y: float, width: float, height: float) -> QGraphicsLineItem:
    line = QGraphicsLineItem(x, y, x + width, y + height)
    line.setPen(pen)
    scene.addItem(line)
    return line
