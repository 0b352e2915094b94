"""A film of the day with its times."""

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.sell.show_picker.tile_button import TileButton
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.flow_layout import FlowLayout
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.theme import theme, theme_notifier

_NARROWEST_WORDS, _WIDEST_WORDS = 160, 340
_COMPACT, _ROOMY = QSize(36, 52), QSize(64, 92)


def fold(text: str) -> str:
    """The text as it is compared in a search: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class Thumbnail(QWidget):
    """A film's poster; until there is one, the film's colour with its first letter."""

    def __init__(self, title: str, colour: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = title[:1].upper()
        self._colour = colour
        self._picture: QImage | None = None
        theme_notifier().changed.connect(self.update)

    def show_picture(self, data: bytes) -> None:
        """Show a PNG or JPEG; bytes that are none leave the letter."""
        picture = QImage.fromData(data)
        self._picture = None if picture.isNull() else picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._picture is not None:
            self._paint_picture(painter, self._picture)
        else:
            self._paint_letter(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        ratio = self.devicePixelRatioF()
        pixels = QSize(round(self.width() * ratio), round(self.height() * ratio))
        cover = picture.scaled(
            pixels, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        left, top = (cover.width() - pixels.width()) // 2, (cover.height() - pixels.height()) // 2
        pixmap = QPixmap.fromImage(cover.copy(left, top, pixels.width(), pixels.height()))
        painter.drawPixmap(self.rect(), pixmap)

    def _paint_letter(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().series(self._colour))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        font = QFont(self.font())
        font.setPixelSize(max(14, self.width() // 2))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(theme().colour("surface"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letter)


class FilmRow(QWidget):
    """Poster, title, certificate, running time, and a tile for every time of the day."""

    def __init__(self, tiles: Sequence[ShowTile], formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        film = tiles[0]
        self.movie_id = film.movie_id
        self.wants_poster = film.has_poster
        self._search_text = fold(" ".join([film.title, *(f"{t.hall_name} {formats.time(t.starts_at)}" for t in tiles)]))
        self.thumbnail = Thumbnail(film.title, film.colour)
        self.title = ElidedLabel(film.title)
        self.buttons = tuple(TileButton(tile, formats) for tile in tiles)
        self._build(film)
        self.set_compact(compact=True)

    def set_compact(self, *, compact: bool) -> None:
        """Small thumbnails, for the picker above an open map; otherwise large ones."""
        self.thumbnail.setFixedSize(_COMPACT if compact else _ROOMY)
        self._share_width()

    def matches(self, words: Sequence[str]) -> bool:
        """Whether title, halls and times contain all of the folded words."""
        return all(word in self._search_text for word in words)

    def _share_width(self) -> None:
        """The words get what four times leave over."""
        taken = self.thumbnail.width() + 2 * 12 + 4 * (self.buttons[0].sizeHint().width() + 8)
        self._words.setFixedWidth(min(_WIDEST_WORDS, max(_NARROWEST_WORDS, self.width() - taken)))

    def _build(self, film: ShowTile) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        row.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        font = QFont(self.title.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        words.addWidget(self.title)
        meta = QLabel(self._meta(film))
        meta.setProperty("role", "small")
        words.addWidget(meta)
        words.addStretch(1)
        self._words = QWidget()
        self._words.setLayout(words)
        words.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self._words)
        times = QWidget()
        flow = FlowLayout(times, across=8, along=8)
        for button in self.buttons:
            flow.addWidget(button)
        policy = times.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        times.setSizePolicy(policy)
        row.addWidget(times, 1)

    def _meta(self, film: ShowTile) -> str:
        minutes = self.tr("{minutes} min").format(minutes=film.running_minutes) if film.running_minutes else ""
        return " · ".join(part for part in (film.certificate, minutes) if part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
