"""The two pictures of the customer's screen: a poster, and the own sale."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_long, format_money, format_time
from boxoffice_desktop.domain.customer_view import CustomerStage, CustomerView
from boxoffice_desktop.domain.halls import HallPicture
from boxoffice_desktop.domain.seats import SeatLook, SeatStatus
from boxoffice_desktop.services.context import TillFacts
from boxoffice_desktop.services.programme import ShowTile
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.seat_map import SeatMap
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, restyle, theme, theme_notifier

_COLUMN_SHARE, _COLUMN_LEAST = 0.38, 340
# Four tickets, and how many more there are.
_MOST_LINES, _LEAST_LINES = 10, 5
_LINE_GAP = 4
_LONG_TITLE = 34
_MOST_TIMES = 6


class PosterPage(QWidget):
    """The poster of a film as large as it can be, and when it can be seen; the venue's name when nothing is on."""

    def __init__(self, facts: TillFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._poster = _Poster()
        self._title, self._times = _make_label("headline"), _make_label("figure")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        column.setSpacing(SPACE_BETWEEN)
        column.addWidget(self._poster, 1)
        for label in (self._title, self._times):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.show_film((), None)

    def show_film(self, shows: Sequence[ShowTile], picture: QImage | None) -> None:
        """Show a film by its coming shows; none of them: the venue alone."""
        self._poster.show_picture(picture)
        self._poster.setVisible(picture is not None)
        self._title.setText(shows[0].title if shows else self._facts.venue_name)
        times = [format_time(show.starts_at, self._facts.locale) for show in shows[:_MOST_TIMES]]
        self._times.setText("   ".join(times))
        self._times.setVisible(bool(times))


class SalePage(QWidget):
    """The film, the seats on the map, what each costs, and what it comes to."""

    def __init__(self, facts: TillFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._picture: HallPicture | None = None
        self._view = CustomerView()
        self.seat_map = SeatMap()
        self._title, self._when = _make_label("title"), _make_label("text")
        self._lines = QGridLayout()
        self._total_name, self._total = _make_label("title"), _make_label("headline")
        self._change_box = QFrame()
        self._change_name, self._change = _make_label("title"), _make_label("headline")
        self._thanks = _make_label("text")
        self._side = QFrame()
        self._column = QVBoxLayout(self._side)
        self._build()

    def show_view(self, view: CustomerView) -> None:
        """Show the sale as it stands."""
        facts = self._facts
        self._view = view
        self._title.setText(view.title)
        self._title.setProperty("customer", "seat" if len(view.title) > _LONG_TITLE else "title")
        restyle(self._title)
        self._when.setText("")
        if view.starts_at is not None:
            day = format_date_long(view.starts_at.date(), facts.locale)
            self._when.setText(f"{day}, {format_time(view.starts_at, facts.locale)} · {view.hall_name}")
        self._show_map(view)
        is_done = view.stage is CustomerStage.DONE
        self._total_name.setText(self.tr("Paid") if is_done else self.tr("To pay"))
        self._total.setText(format_money(view.total, facts.currency, facts.locale))
        self._change_box.setVisible(bool(is_done and view.change))
        self._change.setText(format_money(view.change or 0, facts.currency, facts.locale))
        # With change, that is the figure to look at.
        for label, role in ((self._total_name, "title"), (self._total, "headline")):
            label.setProperty("customer", "text" if is_done and view.change else role)
            restyle(label)
        self._show_lines(view)

    def texts(self) -> tuple[str, ...]:
        """Everything that is written on it, for whoever checks what a customer may read."""
        return tuple(label.text() for label in self.findChildren(QLabel) if label.isVisibleTo(self) and label.text())

    def _show_map(self, view: CustomerView) -> None:
        self.seat_map.setVisible(view.picture is not None)
        if view.picture is None:
            return
        if view.picture != self._picture:
            self._picture = view.picture
            self.seat_map.show_hall(view.picture)
        statuses = [SeatStatus(seat_id=seat_id, look=SeatLook.SOLD) for seat_id in view.taken - view.own]
        statuses += [SeatStatus(seat_id=seat_id, look=SeatLook.MINE) for seat_id in view.own]
        self.seat_map.show_statuses(statuses)

    def _show_lines(self, view: CustomerView) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        several = len({line.show_title for line in view.lines}) > 1
        room = self._make_room(view)
        shown = len(view.lines) if len(view.lines) <= room else room - 1
        for row, line in enumerate(view.lines[:shown]):
            kind = " · ".join(part for part in (line.ticket_type, line.show_title if several else "") if part)
            price = "" if line.amount is None else format_money(line.amount, self._facts.currency, self._facts.locale)
            name = ElidedLabel(kind)
            name.setProperty("customer", "text")
            amount = _make_label("text", price)
            amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._lines.addWidget(_make_label("seat", line.seat_name), row, 0)
            self._lines.addWidget(name, row, 1)
            self._lines.addWidget(amount, row, 2)
        if len(view.lines) > shown:
            more = self.tr("and {count} more").format(count=len(view.lines) - shown)
            self._lines.addWidget(_make_label("text", more), shown, 1)
        for row, extra in enumerate(view.extras, shown + 1):
            name = ElidedLabel(extra.text)
            name.setProperty("customer", "text")
            amount = _make_label("text", format_money(extra.amount, self._facts.currency, self._facts.locale))
            amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._lines.addWidget(name, row, 0, 1, 2)
            self._lines.addWidget(amount, row, 2)

    def _make_room(self, view: CustomerView) -> int:
        """How many lines of tickets there is room for: the total must never be pushed off the screen.

        A word of thanks goes before a ticket does.
        """
        self._thanks.setVisible(view.stage is CustomerStage.DONE)
        if self._count_lines() - len(view.extras) < min(len(view.lines), _LEAST_LINES):
            self._thanks.hide()
        return max(_LEAST_LINES, min(_MOST_LINES, self._count_lines() - len(view.extras)))

    def _count_lines(self) -> int:
        """How many lines go between the show and the total, which are laid out already."""
        self._column.invalidate()
        around = self._column.totalHeightForWidth(self._side_width()) + 2 * SPACE_BETWEEN
        line = self._when.fontMetrics().lineSpacing() + _LINE_GAP
        return (self.height() - around) // line

    def _side_width(self) -> int:
        return max(_COLUMN_LEAST, round(self.width() * _COLUMN_SHARE))

    def _build(self) -> None:
        # A picture of the hall, not a way into the till.
        self.seat_map.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.seat_map.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.seat_map.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines.setColumnStretch(1, 1)
        self._lines.setHorizontalSpacing(SPACE_BETWEEN)
        self._lines.setVerticalSpacing(_LINE_GAP)
        self._change_name.setText(self.tr("Change"))
        self._thanks.setText(self.tr("Thank you, and enjoy the film."))
        for label in (self._title, self._when, self._thanks):
            label.setWordWrap(True)
        box = QHBoxLayout(self._change_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._change_name)
        box.addStretch(1)
        box.addWidget(self._change)
        total = QHBoxLayout()
        total.addWidget(self._total_name)
        total.addStretch(1)
        total.addWidget(self._total)
        rule = QFrame()
        rule.setFrameShape(QFrame.Shape.HLine)
        self._side.setProperty("card", True)
        column = self._column
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        column.setSpacing(SPACE_INSIDE)
        column.addWidget(self._title)
        column.addWidget(self._when)
        column.addLayout(self._lines)
        column.addStretch(1)
        column.addWidget(rule)
        column.addLayout(total)
        column.addWidget(self._change_box)
        column.addWidget(self._thanks)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN, SPACE_BETWEEN)
        row.setSpacing(SPACE_BETWEEN)
        row.addWidget(self.seat_map, 1)
        row.addWidget(self._side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(self._side_width())
        self._show_lines(self._view)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seat_map.fit()


class _Poster(QWidget):
    """A picture as large as fits, whole."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QImage | None = None
        theme_notifier().changed.connect(self.update)

    def show_picture(self, picture: QImage | None) -> None:
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 420)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            return
        ratio = self.devicePixelRatioF()
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        fitted = self._picture.scaled(
            size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.fillRect(place, theme().colour("surface"))
        painter.drawPixmap(place, QPixmap.fromImage(fitted))
        painter.end()


def _make_label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("customer", role)
    return label
