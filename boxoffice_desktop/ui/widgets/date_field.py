"""A day, typed as the venue's locale writes it or chosen from a calendar; empty where there need be none."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QLineEdit, QToolButton, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_date_short, parse_date
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.ui.widgets.theme import set_icon, theme, theme_notifier

_EXAMPLE = date(2026, 12, 31)
_INSET = 2
_WEEK = 7
_DAY_SIDE = 44


class DateField(QLineEdit):
    """A line with a calendar behind its button: Alt+Down or F4 opens it, the arrows change the day.

    Signals:
        day_changed: a readable day was typed or chosen; None when the line was emptied.
    """

    day_changed = Signal(object)

    def __init__(self, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self._popup: CalendarPopup | None = None
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        # By keys the calendar opens from the line itself.
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setToolTip(self.tr("Calendar (Alt+Down)"))
        self.button.setAccessibleName(self.tr("Calendar"))
        set_icon(self.button, "plan", "muted")
        self.setPlaceholderText(format_date_short(_EXAMPLE, locale))
        self.button.clicked.connect(self.open_calendar)
        self.textEdited.connect(self._on_text_edited)
        theme_notifier().changed.connect(self._place_button)
        self._place_button()

    def read_day(self) -> date | None:
        """The day that stands in the line; None when it is empty.

        Raises:
            InvalidInputError: what stands there is no day.
        """
        return parse_date(self.text(), self._locale) if self.text().strip() else None

    def find_day(self) -> date | None:
        """The day that stands in the line; None when it is empty or cannot be read."""
        try:
            return self.read_day()
        except InvalidInputError:
            return None

    def say_example(self) -> str:
        """How a day is written here."""
        return format_date_short(_EXAMPLE, self._locale)

    def show_day(self, day: date | None) -> None:
        """Show a day; not an edit."""
        self.setText("" if day is None else format_date_short(day, self._locale))
        self.setCursorPosition(0)

    def open_calendar(self) -> None:
        """Open the calendar on the day that stands here, or on today."""
        popup = self._popup = CalendarPopup(self._locale, self)
        popup.chosen.connect(self._choose)
        popup.open_at(self, self.find_day())

    def _choose(self, day: date) -> None:
        self.show_day(day)
        # By hand, like typing: whoever listens for edits hears of it.
        self.textEdited.emit(self.text())
        self.setFocus()

    def _step(self, days: int) -> None:
        day = self.find_day()
        if day is not None:
            self._choose(day + timedelta(days=days))

    def _on_text_edited(self, text: str) -> None:
        day = self.find_day()
        if day is not None or not text.strip():
            self.day_changed.emit(day)

    def _place_button(self) -> None:
        side = theme().control_height
        self.button.setGeometry(self.width() - side, _INSET, side - _INSET, max(0, self.height() - 2 * _INSET))
        self.setTextMargins(0, 0, side - 2 * _INSET, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if key == Qt.Key.Key_F4 or (alt and key == Qt.Key.Key_Down):
            self.open_calendar()
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and not alt:
            self._step(1 if key == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class CalendarPopup(QFrame):
    """A month under a line: arrows and Enter, or a click; Escape chooses nothing. Deletes itself when closed.

    Signals:
        chosen: the day.
    """

    chosen = Signal(object)

    def __init__(self, locale: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        self.calendar = QCalendarWidget()
        self.calendar.setLocale(QLocale(locale))
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(QLocale(locale).firstDayOfWeek())
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.calendar.setMinimumSize(_WEEK * _DAY_SIDE, (_WEEK + 1) * _DAY_SIDE)
        self._colour()
        self.calendar.currentPageChanged.connect(self._dim_neighbours)
        self._dim_neighbours(self.calendar.yearShown(), self.calendar.monthShown())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_INSET, _INSET, _INSET, _INSET)
        layout.addWidget(self.calendar)
        self.calendar.activated.connect(self._take)
        self.calendar.clicked.connect(self._take)

    def _colour(self) -> None:
        """Weekends are days like others for a cinema; Qt would have them red, also in the dark."""
        ordinary, heading = QTextCharFormat(), QTextCharFormat()
        ordinary.setForeground(theme().colour("text"))
        heading.setForeground(theme().colour("muted"))
        for day in Qt.DayOfWeek:
            self.calendar.setWeekdayTextFormat(day, ordinary)
        self.calendar.setHeaderTextFormat(heading)
        for name, icon_name in (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right")):
            button = self.calendar.findChild(QToolButton, name)
            if button is not None:
                set_icon(button, icon_name)

    def _dim_neighbours(self, year: int, month: int) -> None:
        """The days of the months before and after are muted."""
        faint = QTextCharFormat()
        faint.setForeground(theme().colour("muted"))
        first = QDate(year, month, 1)
        # An invalid day forgets what was dimmed in another month.
        self.calendar.setDateTextFormat(QDate(), QTextCharFormat())
        for ahead in range(1, 2 * _WEEK + 1):
            self.calendar.setDateTextFormat(first.addDays(-ahead), faint)
            self.calendar.setDateTextFormat(first.addMonths(1).addDays(ahead - 1), faint)

    def open_at(self, line: QWidget, day: date | None) -> None:
        """Show the month of a day below a line, or above it where the screen ends."""
        if day is not None:
            self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        size = self.sizeHint()
        place = line.mapToGlobal(QPoint(0, line.height()))
        bounds = line.screen().availableGeometry()
        if place.y() + size.height() > bounds.bottom():
            place = line.mapToGlobal(QPoint(0, -size.height()))
        place.setX(max(bounds.left(), min(place.x(), bounds.right() - size.width())))
        self.move(place)
        self.show()
        self.calendar.setFocus()

    def _take(self, day: QDate) -> None:
        # Enter and a double click tell of one choice twice.
        if self.isVisible():
            self.close()
            self.chosen.emit(date(day.year(), day.month(), day.day()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
