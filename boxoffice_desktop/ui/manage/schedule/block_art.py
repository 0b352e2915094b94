"""How a show is drawn: plain C++ items only, built once per reading of the schedule."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsSimpleTextItem

from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule.reading import ShowBlock
from boxoffice_desktop.ui.manage.schedule.geometry import Geometry, Row
from boxoffice_desktop.ui.manage.schedule.words import Words, plain, status_word
from boxoffice_desktop.ui.widgets.theme import mix, theme

_INSET = 2.0
_PAD = 6.0
_BAR = 4.0
_STRIPE = 4.0
_TALL = 46
_THREE_LINES = 74
_MARKS: Final = {ShowStatus.CLOSED: "\N{BLACK SQUARE} ", ShowStatus.CANCELLED: "\N{MULTIPLICATION SIGN} "}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inks:
    """The brushes and the pen of a film in a status: made once, used by all its shows."""

    stripe: QBrush
    film: QBrush
    beside: QBrush
    hatching: QBrush
    bar: QBrush
    held: QBrush
    outline: QPen
    text: QBrush


def _make_inks(colour: int, status: ShowStatus) -> _Inks:
    current = theme()
    surface = current.colour("surface")
    ink = current.colour("muted") if status is ShowStatus.CANCELLED else current.series(colour)
    share = {ShowStatus.DRAFT: 0.10, ShowStatus.CLOSED: 0.22, ShowStatus.CANCELLED: 0.08}.get(status, 0.32)
    style = {ShowStatus.DRAFT: Qt.PenStyle.DashLine, ShowStatus.CANCELLED: Qt.PenStyle.DotLine}
    return _Inks(
        stripe=QBrush(ink),
        film=QBrush(mix(ink, surface, share)),
        beside=QBrush(mix(ink, surface, 0.07)),
        hatching=QBrush(mix(ink, surface, 0.35), Qt.BrushStyle.BDiagPattern),
        bar=QBrush(mix(ink, surface, 0.25)),
        held=QBrush(mix(ink, surface, 0.55)),
        outline=QPen(ink, 1, style.get(status, Qt.PenStyle.SolidLine)),
        text=QBrush(current.colour("muted" if status is ShowStatus.CANCELLED else "text")),
    )


class BlockArtist:
    """Draws the shows of one geometry in the colours of the active theme.

    A week of eight halls is some 340 shows of a dozen films: what they share (brushes, elided titles) is made once.
    """

    def __init__(self, geometry: Geometry, words: Words) -> None:
        self._geometry = geometry
        self._words = words
        self._is_tall = geometry.row_height >= _TALL
        font = QApplication.font()
        font.setPixelSize(theme().font_px("body" if self._is_tall else "small"))
        self._plain = font
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(theme().font_px("small"))
        self._no_pen = QPen(Qt.PenStyle.NoPen)
        self._inks: dict[tuple[int, ShowStatus], _Inks] = {}
        self._elided: dict[tuple[str, str, int], str] = {}
        self._time_width = QFontMetricsF(self._plain).horizontalAdvance("00:00 ")

    def draw(self, block: ShowBlock, row: Row) -> QGraphicsRectItem:
        """The show as one item; its position is that of its start, so that moving it is one call."""
        key = block.colour, block.status
        inks = self._inks.get(key) or self._inks.setdefault(key, _make_inks(*key))
        geometry, span = self._geometry, block.span
        start = geometry.x_of(row, span.starts_at)
        film = block.advertising_minutes * geometry.per_minute
        end, free = geometry.x_of(row, span.ends_at) - start, geometry.x_of(row, span.free_at) - start
        height = geometry.row_height - 2 * _INSET
        root = QGraphicsRectItem(0.5, 0.5, free - 1, height - 1)
        root.setPos(start, row.top + _INSET)
        root.setPen(inks.outline)
        root.setBrush(inks.beside)
        self._rect(root, film, 1, end - film, height - 2, inks.film)
        if free > end:
            self._rect(root, end, 1, free - end - 1, height - 2, inks.hatching)
        self._rect(root, 0, 0, _STRIPE, height, inks.stripe)
        self._add_texts(root, block, inks, free, height)
        if block.status is not ShowStatus.DRAFT and block.capacity:
            self._add_sales(root, block, inks, end - 2 * _PAD, height - _BAR - 3)
        return root

    def _rect(self, root: QGraphicsRectItem, x: float, y: float, width: float, height: float, brush: QBrush) -> None:
        item = QGraphicsRectItem(x, y, width, height, root)
        item.setPen(self._no_pen)
        item.setBrush(brush)

    def _add_texts(self, root: QGraphicsRectItem, block: ShowBlock, inks: _Inks, width: float, height: float) -> None:
        room = width - _PAD - _STRIPE - 2
        mark = _MARKS.get(block.status, "")
        if not self._is_tall:
            start = self._words.time(block.span.starts_at)
            title = self._elide(plain(mark + block.title), self._plain, room - self._time_width)
            self._text(root, f"{start} {title}", self._plain, (height - _BAR) / 2 - 9, inks)
            return
        self._text(root, self._elide(plain(mark + block.title), self._bold, room), self._bold, 4, inks)
        facts = [self._words.times(block)]
        if block.status is not ShowStatus.ON_SALE:
            facts.insert(0, status_word(block.status))
        kind = [each for each in (block.format if block.format != "2D" else "", block.language) if each]
        sales = [f"{block.sold}/{block.capacity}"] if block.status is not ShowStatus.DRAFT else []
        lines = [facts, sales + kind] if height >= _THREE_LINES else [facts + sales + kind]
        for place, line in enumerate(lines):
            text = self._elide(" · ".join(line), self._small, room)
            self._text(root, text, self._small, 23 + 18 * place, inks)

    def _elide(self, text: str, font: QFont, room: float) -> str:
        key = text, "bold" if font is self._bold else "", int(room)
        if key not in self._elided:
            self._elided[key] = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        return self._elided[key]

    def _text(self, root: QGraphicsRectItem, text: str, font: QFont, y: float, inks: _Inks) -> None:
        item = QGraphicsSimpleTextItem(text, root)
        item.setFont(font)
        item.setPos(_STRIPE + _PAD - 2, y)
        item.setBrush(inks.text)

    def _add_sales(self, root: QGraphicsRectItem, block: ShowBlock, inks: _Inks, width: float, y: float) -> None:
        if width <= 0:
            return
        sold, held = width * block.sold / block.capacity, width * block.held / block.capacity
        self._rect(root, _PAD, y, width, _BAR, inks.bar)
        if sold:
            self._rect(root, _PAD, y, sold, _BAR, inks.stripe)
        if held:
            self._rect(root, _PAD + sold, y, held, _BAR, inks.held)
