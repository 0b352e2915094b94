"""The marks inside seats: tick, cross, hatching, wheelchair. Drawn in a seat's rectangle of any size."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

_SMALL = 10


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _square(body: QRectF, share: float) -> QRectF:
    side = min(body.width(), body.height()) * share
    square = QRectF(0, 0, side, side)
    square.moveCenter(body.center())
    return square


def draw_tick(painter: QPainter, body: QRectF, colour: QColor) -> None:
    """The tick of a seat in the own basket."""
    box = _square(body, 0.62)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(colour, max(1.3, body.height() * 0.11)))
    path = QPainterPath(QPointF(box.left(), box.top() + box.height() * 0.55))
    path.lineTo(box.left() + box.width() * 0.36, box.top() + box.height() * 0.88)
    path.lineTo(box.right(), box.top() + box.height() * 0.14)
    painter.drawPath(path)


def draw_disc(painter: QPainter, body: QRectF, colour: QColor) -> None:
    """The disc of a seat that a ticket goes to."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(_square(body, 0.42))


def draw_ring(painter: QPainter, body: QRectF, colour: QColor) -> None:
    """The ring of a seat that a ticket gives up."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(colour, max(1.2, body.height() * 0.09)))
    painter.drawEllipse(_square(body, 0.42))


def draw_cross(painter: QPainter, body: QRectF, colour: QColor) -> None:
    """The cross of a seat that is out of order."""
    box = _square(body, 0.42)
    painter.setPen(_pen(colour, max(1.0, body.height() * 0.07)))
    painter.drawLine(box.topLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomLeft())


def draw_hatch(painter: QPainter, outline: QPainterPath, body: QRectF, colour: QColor) -> None:
    """Diagonal lines inside an outline: three pixels apart on a small seat, a few lines on a large one."""
    step = max(3.0, body.height() / 6)
    painter.save()
    painter.setClipPath(outline)
    painter.setPen(QPen(colour, 1.0 if body.height() < _SMALL else max(1.1, step * 0.26)))
    at = body.left() - body.height() + step / 2
    while at < body.right():
        painter.drawLine(QPointF(at, body.bottom()), QPointF(at + body.height(), body.top()))
        at += step
    painter.restore()


def draw_wheelchair(painter: QPainter, body: QRectF, colour: QColor) -> None:
    """A person in a wheelchair, after the line icon of the same name."""
    box = _square(body, 0.68)
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(colour, 2.6))
    painter.drawEllipse(QRectF(8.6, 1.4, 3.6, 3.6))
    path = QPainterPath(QPointF(10.4, 8.5))
    path.lineTo(10.4, 15)
    path.lineTo(15.5, 15)
    path.lineTo(18, 20.5)
    painter.drawPath(path)
    painter.drawArc(QRectF(3.5, 11, 11.5, 11.5), 125 * 16, 220 * 16)
    painter.restore()
