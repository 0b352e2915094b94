"""The open show: its heading, its map, what happened in it."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from boxoffice_desktop.domain.seats import SeatKind, SeatStatus
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.services.seat_maps import ActivityLine, OpenedShow
from boxoffice_desktop.ui.sell.activity_list import ActivityList
from boxoffice_desktop.ui.sell.controls import make_label, make_wide_button
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.formats import Formats
from boxoffice_desktop.ui.widgets.seat_map import SeatMapPanel

_ROOM_FOR_ACTIVITY = 1150
_USUAL_KINDS = frozenset({SeatKind.STANDARD, SeatKind.RECLINER})


class ShowView(QWidget):
    """Heading, map and activity. Which kinds of seats a digit takes is chosen here.

    Signals:
        seat_activated: a `Seat` was clicked or taken by key.
        best_requested: how many best seats are wanted.
        let_go_requested: Esc on the map.
        seats_expired: a hold on the map ran out.
        kept_requested: somebody wants the list of what is reserved and kept in this show.
    """

    seat_activated = Signal(object)
    best_requested = Signal(int)
    let_go_requested = Signal()
    seats_expired = Signal()
    kept_requested = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._activity_wanted: bool | None = None
        self._build()
        self._connect()

    def show_opened(self, opened: OpenedShow) -> None:
        """Show another show; its state follows by `show_statuses`."""
        show = opened.show
        self._title.setText(show.title)
        self._where.setText(self._describe(show))
        self._love.setChecked(False)
        self._wheelchair.setChecked(False)
        kinds = {seat.kind for seat in opened.picture.seats}
        self._love.setVisible(SeatKind.LOVE_SEAT in kinds)
        self._wheelchair.setVisible(SeatKind.WHEELCHAIR in kinds)
        self.map_panel.show_hall(opened.picture, self._describe_prices(opened))

    def show_statuses(self, statuses: Sequence[SeatStatus], *, free: int, held: int, sold: int) -> None:
        """Show every seat that is not available, and the counts."""
        self.map_panel.seat_map.show_statuses(statuses)
        self.map_panel.show_counts(free, held, sold)

    def set_offline(self, *, offline: bool) -> None:
        """Say on the map itself that what it shows may be old."""
        self._old.setVisible(offline)

    def show_activity(self, lines: Sequence[ActivityLine]) -> None:
        self.activity.show_activity(lines)

    def flash_refused(self, seat_ids: Collection[int]) -> None:
        """Let refused seats flash."""
        self.map_panel.seat_map.flash_refused(tuple(seat_ids))

    def point_at(self, seat_ids: Collection[int]) -> None:
        """Let these seats flash, the focus on the first of them."""
        seat_map = self.map_panel.seat_map
        seat_map.setFocus()
        seat_map.focus_seat_by_id(next(iter(seat_ids)))
        seat_map.flash_refused(tuple(seat_ids))

    def wanted_kinds(self) -> frozenset[SeatKind]:
        """The kinds of seats that a digit takes: ordinary ones unless something else is pressed."""
        if self._love.isChecked():
            return frozenset({SeatKind.LOVE_SEAT})
        if self._wheelchair.isChecked():
            return frozenset({SeatKind.WHEELCHAIR})
        return _USUAL_KINDS

    def toggle_kind(self, kind: SeatKind) -> None:
        """Ask for love seats or wheelchair places with the next digit, or not any more."""
        button = self._love if kind is SeatKind.LOVE_SEAT else self._wheelchair
        if not button.isHidden():
            button.click()

    def forget_kinds(self) -> None:
        """Ordinary seats again."""
        self._love.setChecked(False)
        self._wheelchair.setChecked(False)

    def focus_map(self) -> None:
        """Put the focus on the map."""
        self.map_panel.seat_map.setFocus()

    def map_top(self) -> int:
        """Where the map begins, in pixels of this widget."""
        return self.map_panel.y()

    def _build(self) -> None:
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self._where = ElidedLabel()
        self._where.setProperty("role", "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._where)
        self._love = make_wide_button(self.tr("Love seats"), "love-seat", "quiet")
        self._love.setToolTip(self.tr("A digit takes love seats (Alt+L)"))
        self._wheelchair = make_wide_button(self.tr("Wheelchair"), "wheelchair", "quiet")
        self._wheelchair.setToolTip(self.tr("A digit takes wheelchair places (Alt+W)"))
        self._kept_button = make_wide_button(self.tr("Reserved"), "find", "quiet")
        self._kept_button.setToolTip(self.tr("What is reserved and kept in this show (Alt+R)"))
        self._activity_button = make_wide_button(self.tr("Activity"), "clock", "quiet")
        self._activity_button.setToolTip(self.tr("What happened in this show (Alt+A)"))
        for button in (self._love, self._wheelchair, self._activity_button):
            button.setCheckable(True)
        head = QHBoxLayout()
        head.setSpacing(4)
        self._old = make_label("warn", self.tr("May be out of date"))
        self._old.hide()
        head.addLayout(words, 1)
        head.addWidget(self._old)
        for widget in (self._love, self._wheelchair, self._kept_button, self._activity_button):
            head.addWidget(widget)
        self.map_panel = SeatMapPanel()
        self.activity = ActivityList(self._formats)
        self.activity.hide()
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.map_panel, 1)
        body.addWidget(self.activity)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.map_panel.seat_map.seat_activated.connect(self.seat_activated)
        self.map_panel.seat_map.best_requested.connect(self.best_requested)
        self.map_panel.seat_map.let_go_requested.connect(self.let_go_requested)
        self.map_panel.seat_map.seats_expired.connect(lambda _: self.seats_expired.emit())
        self._love.clicked.connect(lambda: self._wheelchair.setChecked(False))
        self._wheelchair.clicked.connect(lambda: self._love.setChecked(False))
        self._kept_button.clicked.connect(self.kept_requested)
        self._activity_button.clicked.connect(self._on_activity_button_clicked)

    def toggle_activity(self) -> None:
        """Show or hide what happened lately."""
        self._activity_button.click()

    def _on_activity_button_clicked(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._activity_wanted = checked
        self.activity.setVisible(checked)

    def _describe(self, show: ShowTile) -> str:
        manner = " · ".join(part for part in (show.format, show.language) if part)
        minutes = self.tr("{minutes} min").format(minutes=show.running_minutes) if show.running_minutes else ""
        when = f"{self._formats.day(show.starts_at.date())} {self._formats.time(show.starts_at)}"
        started = self.tr("has started") if show.started else ""
        return " · ".join(part for part in (when, show.hall_name, show.certificate, minutes, manner, started) if part)

    def _describe_prices(self, opened: OpenedShow) -> Mapping[int, str]:
        """The price of the first ticket type that is sold in each area."""
        order = {kind.ticket_type_id: kind.position for kind in opened.ticket_types}
        prices = sorted(opened.prices, key=lambda price: order.get(price.ticket_type_id, len(order) + 1), reverse=True)
        return {price.area_id: self._formats.money(price.amount) for price in prices}

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._activity_wanted is None:
            roomy = self.width() >= _ROOM_FOR_ACTIVITY
            self._activity_button.setChecked(roomy)
            self.activity.setVisible(roomy)
