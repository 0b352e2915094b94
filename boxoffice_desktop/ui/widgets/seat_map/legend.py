"""What the drawings on the map mean."""

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import SeatKind, SeatLook
from boxoffice_desktop.ui.widgets.flow_layout import FlowLayout
from boxoffice_desktop.ui.widgets.seat_map.art import SeatArt, SeatFace
from boxoffice_desktop.ui.widgets.seat_map.layout import Join, SeatSize
from boxoffice_desktop.ui.widgets.seat_map.words import kind_word, look_word
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, theme, theme_notifier

_SIDE = 18
_SAMPLE_SIZE = SeatSize(_SIDE, _SIDE, _SIDE / 2 + 1)
SALE_LOOKS = (
    SeatLook.MINE,
    SeatLook.HELD,
    SeatLook.RESERVATION,
    SeatLook.HOUSE,
    SeatLook.SOLD,
    SeatLook.OUT_OF_ORDER,
)
_OURS = frozenset({SeatLook.MINE, SeatLook.CHOSEN, SeatLook.LEAVING})
_MARKS = {SeatLook.RESERVATION: "R", SeatLook.HOUSE: "H", SeatLook.HELD: "2"}


EXCHANGE_LOOKS = (SeatLook.CHOSEN, SeatLook.LEAVING, *SALE_LOOKS[1:])
"""What the map of an exchange shows: there is no basket, but seats that are taken and given up."""


class SeatLegend(QWidget):
    """Areas by colour, letter and price, the kinds of seats in the hall, the states. Wraps when it is narrow."""

    def __init__(self, parent: QWidget | None = None, *, looks: Sequence[SeatLook] = SALE_LOOKS) -> None:
        """`looks` are the states that are explained."""
        super().__init__(parent)
        self._looks = tuple(looks)
        self._is_short = False
        self._picture: HallPicture | None = None
        self._prices: dict[int, str] = {}
        self._samples: list[tuple[QLabel, SeatFace]] = []
        self._entries: list[QWidget] = []
        self._flow = FlowLayout(self, across=SPACE_BETWEEN - 4, along=2)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_notifier().changed.connect(self._on_theme_changed)

    def show_hall(self, picture: HallPicture, prices: Mapping[int, str] | None = None) -> None:
        """Explain this hall. `prices` are texts by area id; areas without one show their name alone."""
        self._picture = picture
        self._prices = dict(prices or {})
        self._fill()

    def show_prices(self, prices: Mapping[int, str]) -> None:
        """The same hall at other prices."""
        if self._prices != dict(prices):
            self._prices = dict(prices)
            self._fill()

    def set_short(self, *, short: bool) -> None:
        """Leave out what is told at every seat all the same: the states of others' seats."""
        if self._is_short != short:
            self._is_short = short
            self._fill()

    def texts(self) -> tuple[str, ...]:
        """What the entries say, in order."""
        return tuple(entry.accessibleName() for entry in self._entries)

    def _fill(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for entry in self._entries:
            entry.deleteLater()
        self._entries, self._samples = [], []
        if self._picture is None:
            return
        own_kinds = self._kinds_with_an_area_of_their_own(self._picture)
        for order, area in enumerate(self._picture.areas):
            kind = own_kinds.get(area.area_id, SeatKind.STANDARD)
            price = self._prices.get(area.area_id, "")
            text = f"{area.name}  {price}" if price else area.name
            face = SeatFace(kind, Join.NONE, SeatLook.AVAILABLE, area.colour, order, area.letter)
            self._add(face, text)
        kinds = {seat.kind for seat in self._picture.seats} - {SeatKind.STANDARD, *own_kinds.values()}
        colour = self._picture.areas[0].colour if self._picture.areas else 0
        for kind in SeatKind:
            if kind in kinds:
                self._add(SeatFace(kind, Join.NONE, SeatLook.AVAILABLE, colour, 0, ""), kind_word(kind))
        for look in self._looks if not self._is_short else [each for each in self._looks if each in _OURS]:
            face = SeatFace(SeatKind.STANDARD, Join.NONE, look, 0, 0, _MARKS.get(look, ""))
            self._add(face, look_word(look))
        self._paint()
        self.updateGeometry()

    @staticmethod
    def _kinds_with_an_area_of_their_own(picture: HallPicture) -> dict[int, SeatKind]:
        """Kinds of which all seats are in one area with nothing else: the area's entry explains them."""
        pairs = {(seat.area_id, seat.kind) for seat in picture.seats}
        kinds_of = Counter(area_id for area_id, _ in pairs)
        areas_of = Counter(kind for _, kind in pairs)
        return {area_id: kind for area_id, kind in pairs if kinds_of[area_id] == 1 and areas_of[kind] == 1}

    def _add(self, face: SeatFace, text: str) -> None:
        entry = QWidget(self)
        entry.setAccessibleName(text)
        line = QHBoxLayout(entry)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        sample, label = QLabel(entry), QLabel(text, entry)
        label.setProperty("role", "small")
        label.setTextFormat(Qt.TextFormat.PlainText)
        line.addWidget(sample)
        line.addWidget(label)
        self._samples.append((sample, face))
        self._entries.append(entry)
        self._flow.addWidget(entry)
        entry.show()

    def _paint(self) -> None:
        ratio = self.devicePixelRatioF()
        art = SeatArt(theme(), dict.fromkeys(SeatKind, _SAMPLE_SIZE), ratio, self.font())
        for sample, face in self._samples:
            pixmap = _draw_pair(art, face) if face.kind is SeatKind.LOVE_SEAT else QPixmap(art.picture(face).pixmap)
            pixmap.setDevicePixelRatio(ratio)
            sample.setPixmap(pixmap)

    def _on_theme_changed(self) -> None:
        self._paint()


def _draw_pair(art: SeatArt, face: SeatFace) -> QPixmap:
    """Both halves of a love seat in one picture."""
    left, right = (art.picture(face._replace(join=join)) for join in (Join.RIGHT, Join.LEFT))
    reach = round(_SAMPLE_SIZE.reach * art.scale)
    pair = QPixmap(2 * reach + right.pixmap.width() + right.left - left.left, left.pixmap.height())
    pair.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pair)
    painter.drawPixmap(0, 0, left.pixmap)
    painter.drawPixmap(2 * reach + right.left - left.left, 0, right.pixmap)
    painter.end()
    return pair
