"""The map with its bottom bar: legend, counts and zoom buttons."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import SeatLook
from boxoffice_desktop.ui.widgets.seat_map.legend import SALE_LOOKS, SeatLegend
from boxoffice_desktop.ui.widgets.seat_map.view import SeatMap
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, set_icon

_LOW = 360


class SeatMapPanel(QFrame):
    """A seat map as large as it can be, and one line (two when it is narrow) below it.

    Attributes:
        seat_map: the map; connect to its signals.
        legend: what the drawings mean.
        counts: the label with the counts.
    """

    def __init__(self, parent: QWidget | None = None, *, looks: Sequence[SeatLook] = SALE_LOOKS) -> None:
        """`looks` are the states that the legend explains."""
        super().__init__(parent)
        self._build(looks)
        self._connect()

    def _build(self, looks: Sequence[SeatLook]) -> None:
        self.seat_map = SeatMap(self)
        self.legend = SeatLegend(self, looks=looks)
        self.counts = QLabel(self)
        self.counts.setTextFormat(Qt.TextFormat.PlainText)
        self._out = self._make_button("minus", self.tr("Zoom out (-)"))
        self._fit = self._make_button("fit", self.tr("Show the whole hall (Ctrl+0)"))
        self._in = self._make_button("plus", self.tr("Zoom in (+)"))
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE_INSIDE, 0, 0, 0)
        bar.setSpacing(SPACE_BETWEEN)
        bar.addWidget(self.legend, 1)
        bar.addWidget(self.counts)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self._out, self._fit, self._in):
            buttons.addWidget(button)
        bar.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self.seat_map, 1)
        column.addLayout(bar)

    def _make_button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        set_icon(button, name)
        button.setToolTip(text)
        button.setAccessibleName(text)
        # The keys for it are the map's own; the focus stays there.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _connect(self) -> None:
        self._out.clicked.connect(self.seat_map.zoom_out)
        self._fit.clicked.connect(self.seat_map.fit)
        self._in.clicked.connect(self.seat_map.zoom_in)

    def show_hall(self, picture: HallPicture, prices: Mapping[int, str] | None = None) -> None:
        """Show a hall with every seat available and explain it; `prices` are texts by area id."""
        self.legend.show_hall(picture, prices)
        self.seat_map.set_prices(prices or {})
        self.seat_map.show_hall(picture)

    def show_prices(self, prices: Mapping[int, str]) -> None:
        """The same hall at other prices, e.g. of another ticket type; texts by area id."""
        self.legend.show_prices(prices)
        self.seat_map.set_prices(prices)

    def show_counts(self, free: int, held: int, sold: int) -> None:
        """Show how many seats are available, held and sold."""
        text = self.tr("{free} free · {held} held · {sold} sold")
        self.counts.setText(text.format(free=free, held=held, sold=sold))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a small screen the map needs the room more than the explanation does.
        self.legend.set_short(short=event.size().height() < _LOW)
