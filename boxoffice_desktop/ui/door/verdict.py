"""The big answer: a colour, a shape and a word, and below them why."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from boxoffice_desktop.ui.door.words import Saying, Tone, idle
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, restyle, theme, theme_notifier

_SIGN = 132


class VerdictPanel(QFrame):
    """Green with a tick in a circle, red with a cross in an octagon, amber with a question mark in a square."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.saying = idle()
        self._sign = _Sign()
        self._headline, self._why, self._ticket = QLabel(), QLabel(), QLabel()
        self._build()
        self.show_saying(self.saying)

    def show_saying(self, saying: Saying) -> None:
        """Show an answer; a screen reader is told too."""
        self.saying = saying
        self.setProperty("verdict", saying.tone.value)
        self._sign.show_tone(saying.tone)
        for label, text in (
            (self._headline, saying.headline),
            (self._why, saying.why),
            (self._ticket, saying.ticket),
        ):
            label.setText(text)
            label.setVisible(bool(text))
            restyle(label)
        restyle(self)
        self.setAccessibleName(". ".join(part for part in (saying.headline, saying.why, saying.ticket) if part))

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        column.setSpacing(SPACE_BETWEEN)
        column.addStretch(1)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for label, role in ((self._headline, "headline"), (self._why, "why"), (self._ticket, "ticket")):
            label.setProperty("door", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)


class _Sign(QWidget):
    """The shape of the answer, drawn so that it means the same without its colour."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = Tone.IDLE
        self.setFixedSize(_SIGN, _SIGN)
        theme_notifier().changed.connect(self.update)

    def show_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIGN, _SIGN)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        colour = theme().colour("muted" if self._tone is Tone.IDLE else "surface")
        painter.setPen(_pen(colour, 8))
        if self._tone is Tone.IN:
            painter.drawEllipse(area)
            painter.drawPolyline(_points(area, (0.28, 0.52), (0.44, 0.68), (0.73, 0.34)))
        elif self._tone is Tone.STOP:
            cut = 0.29
            edge = ((cut, 0), (1 - cut, 0), (1, cut), (1, 1 - cut), (1 - cut, 1), (cut, 1), (0, 1 - cut), (0, cut))
            painter.drawPolygon(_points(area, *edge))
            painter.drawPolyline(_points(area, (0.3, 0.3), (0.7, 0.7)))
            painter.drawPolyline(_points(area, (0.7, 0.3), (0.3, 0.7)))
        elif self._tone is Tone.ASK:
            painter.drawRect(area)
            _write(painter, area, "?")
        else:
            self._draw_code(painter, area)
        painter.end()

    @staticmethod
    def _draw_code(painter: QPainter, area: QRectF) -> None:
        """Three corners, as a QR code has them: what a scanner wants to see."""
        side = area.width() * 0.34
        for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
            left, top = area.left() + x * (area.width() - side), area.top() + y * (area.height() - side)
            painter.drawRect(QRectF(left, top, side, side))


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _points(area: QRectF, *shares: tuple[float, float]) -> list[QPointF]:
    return [QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in shares]


def _write(painter: QPainter, area: QRectF, text: str) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(area.height() * 0.66))
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
