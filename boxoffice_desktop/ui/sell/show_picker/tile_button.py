"""One time of one film."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import CORNER, theme, theme_notifier

_FEW_SEATS = 12
_PAD = 9
_BAR = 5


class TileButton(QAbstractButton):
    """Time, hall, format and free seats of a show, as a number and a bar. Checked while its show is open.

    Sold out, started, closed and cancelled are written out: never by colour alone.
    """

    def __init__(self, tile: ShowTile, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        self.setMouseTracking(True)
        theme_notifier().changed.connect(self.update)
        self.show_tile(tile)

    def show_tile(self, tile: ShowTile) -> None:
        """Show newer facts of the same show."""
        self.tile = tile
        free = self.tr("{free} of {capacity} free").format(free=tile.free, capacity=tile.capacity)
        parts = [
            tile.title,
            self._formats.time(tile.starts_at),
            tile.hall_name,
            self._manner(),
            free,
            self._word(),
        ]
        text = " · ".join(part for part in parts if part)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def _manner(self) -> str:
        return " · ".join(part for part in (self.tile.format, self.tile.language) if part)

    def _word(self) -> str:
        """What is special about the show, in one word; empty for most."""
        if self.tile.status == "cancelled":
            return self.tr("Cancelled")
        if self.tile.status == "closed":
            return self.tr("Closed")
        if self.tile.free == 0:
            return self.tr("Sold out") if self.tile.held == 0 else self.tr("None free")
        return self.tr("Started") if self.tile.started else ""

    def _is_quiet(self) -> bool:
        """Whether hardly anybody will want it any more."""
        return self.tile.started or self.tile.free == 0 or self.tile.status != "on_sale"

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance("0") * 17
        return QSize(max(136, wide), max(52, round(self.fontMetrics().height() * 3)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        inside = self.rect().adjusted(_PAD, 5, -_PAD, -6)
        half = inside.height() // 2
        self._paint_upper(painter, QRect(inside.left(), inside.top(), inside.width(), half))
        self._paint_lower(painter, QRect(inside.left(), inside.top() + half, inside.width(), inside.height() - half))
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        look = theme()
        fill = look.tint("accent", 0.16) if self.isChecked() else look.colour("surface")
        if self._is_quiet() and not self.isChecked():
            fill = look.colour("background")
        if self.underMouse() and not self.isChecked():
            fill = look.tint("text", 0.06)
        focused = self.hasFocus()
        edge = look.colour("text") if focused else look.colour("accent" if self.isChecked() else "line")
        width = 2.0 if focused or self.isChecked() else 1.0
        painter.setPen(QPen(edge, width))
        painter.setBrush(fill)
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), CORNER, CORNER)
        if self.isChecked():
            # The open show is marked by a bar too, for eyes that do not tell the tint.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawRoundedRect(QRectF(3, 8, 3, self.height() - 16), 1.5, 1.5)

    def _paint_upper(self, painter: QPainter, box: QRect) -> None:
        look = theme()
        time = self._formats.time(self.tile.starts_at)
        font = self._font("control", bold=True)
        font.setStrikeOut(self.tile.status == "cancelled")
        painter.setFont(font)
        painter.setPen(look.colour("muted" if self._is_quiet() else "text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, time)
        used = painter.fontMetrics().horizontalAdvance(time) + 8
        self._paint_small(painter, box.adjusted(used, 0, 0, 0), self.tile.hall_name, look.colour("muted"))

    def _paint_lower(self, painter: QPainter, box: QRect) -> None:
        look = theme()
        word = self._word()
        if self.tile.free == 0 or self.tile.status != "on_sale":
            left = Qt.AlignmentFlag.AlignLeft
            self._paint_small(painter, box, word, look.colour("bad" if self.tile.free == 0 else "muted"), left)
        else:
            number = f"{word} · {self.tile.free}" if word else str(self.tile.free)
            few = self.tile.free <= _FEW_SEATS
            colour = look.colour("muted" if word else "warn" if few else "text")
            width = self._paint_small(painter, box, number, colour, Qt.AlignmentFlag.AlignLeft)
            self._paint_bar(painter, QRect(box.left() + width + 7, box.center().y() - 2, 34, _BAR), few=few)
        manner = self._font("small")
        painter.setFont(manner)
        room = box.width() // 2 - 12
        if painter.fontMetrics().horizontalAdvance(self._manner()) <= room + 12 and not word:
            self._paint_small(painter, box, self._manner(), look.colour("muted"))

    def _paint_bar(self, painter: QPainter, bar: QRect, *, few: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("line"))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        share = self.tile.free / max(1, self.tile.capacity)
        filled = QRect(bar.left(), bar.top(), max(_BAR, round(bar.width() * share)), bar.height())
        painter.setBrush(theme().colour("muted" if self.tile.started else "warn" if few else "ok"))
        painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)

    def _paint_small(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        colour: QColor,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
    ) -> int:
        """The width of the text that was painted."""
        painter.setFont(self._font("small", bold=side == Qt.AlignmentFlag.AlignLeft))
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def _font(self, role: str, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme().font_px(role))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font
