"""Short words at the top of the window that never take the keyboard away from the cashier."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from boxoffice_desktop.ui.shell.message import Message, Severity
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, icon, set_icon, theme_notifier

_WIDTH = 560
_MOST = 3
_SHOWN_MS = 7000

_ICONS = {Severity.NOTICE: ("info", "accent"), Severity.WARNING: ("warning", "warn"), Severity.BUG: ("warning", "bad")}


class Notice(QFrame):
    """One message. A notice goes by itself, a warning when it is closed or its action is taken.

    Attributes:
        had_focus: whether the keyboard was in it when it was closed.

    Signals:
        closed: it is done with; the widget deletes itself.
    """

    closed = Signal()

    def __init__(
        self,
        message: Message,
        action: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.message = message
        self._is_open = True
        self.had_focus = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_notice)
        self._build(action)
        theme_notifier().changed.connect(self._draw_icon)
        self.begin_again()

    def _build(self, action: tuple[str, Callable[[], object]] | None) -> None:
        self.setProperty("notice", self.message.severity.value)
        self.setAccessibleName(f"{self.message.title}. {self.message.text}")
        self._icon = QLabel()
        self._draw_icon()
        title = QLabel(self.message.title)
        title.setProperty("role", "strong")
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, QLabel(self.message.text)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setVisible(bool(label.text()))
            words.addWidget(label)
        close = QToolButton()
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close  Shift+F12"))
        # By Tab only: a click must not take the keyboard away from the sale.
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(close, "cross", "muted", 16)
        close.clicked.connect(self.close_notice)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, SPACE_INSIDE, SPACE_INSIDE, SPACE_INSIDE)
        row.setSpacing(SPACE_INSIDE + 4)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        if action is not None:
            row.addWidget(self._action_button(*action))
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)

    def _action_button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)

        def take() -> None:
            self.close_notice()
            act()

        button.clicked.connect(take)
        return button

    def begin_again(self) -> None:
        """Stay for the full time from now on."""
        if self.message.severity is Severity.NOTICE:
            self._timer.start(_SHOWN_MS)

    def close_notice(self) -> None:
        """Go, and tell so. Calling it twice does nothing more."""
        if self._is_open:
            self._is_open = False
            self._timer.stop()
            focused = QApplication.focusWidget()
            self.had_focus = focused is not None and self.isAncestorOf(focused)
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def _draw_icon(self) -> None:
        name, role = _ICONS[self.message.severity]
        self._icon.setPixmap(icon(name, role).pixmap(24, 24))


class NoticeArea(QWidget):
    """Lies over the top of its parent, as high as what it shows: up to three notices, the newest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []
        self._focused_before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, SPACE_INSIDE, 0, 0)
        self._column.setSpacing(SPACE_INSIDE)
        parent.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown now, the newest first."""
        return tuple(notice.message for notice in self._notices)

    def show_message(self, message: Message, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Show a message, with a button (its text, what it does) if there is something to do.

        One that is shown already is not shown twice; it stays longer.
        """
        for notice in self._notices:
            if notice.message == message:
                notice.begin_again()
                return
        notice = Notice(message, action)
        notice.closed.connect(lambda: self._remove(notice))
        self._notices.insert(0, notice)
        self._column.insertWidget(0, notice)
        for old in self._notices[_MOST:]:
            old.close_notice()
        self._place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(notice, f"{message.title}. {message.text}"))

    def clear(self, severity: Severity | None = None) -> None:
        """Close every notice, or every one of a severity."""
        for notice in list(self._notices):
            if severity in (None, notice.message.severity):
                notice.close_notice()

    def close_newest(self) -> None:
        """Close the notice on top; nothing when there is none."""
        if self._notices:
            self._notices[0].close_notice()

    def take_back(self, topic: str) -> None:
        """Close every notice about `topic`: what it said is over."""
        for notice in list(self._notices):
            if notice.message.topic == topic:
                notice.close_notice()

    def _remove(self, notice: Notice) -> None:
        if notice in self._notices:
            self._notices.remove(notice)
            self._column.removeWidget(notice)
            self._place()
            before = self._focused_before
            if notice.had_focus and before is not None and shiboken6.isValid(before):
                # The cashier goes on where they were before they came here.
                before.setFocus()

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and old is not None and self.isAncestorOf(new) and not self.isAncestorOf(old):
            self._focused_before = old

    def _place(self) -> None:
        parent = self.parentWidget()
        self.setVisible(bool(self._notices))
        if not self._notices or parent is None:
            return
        width = min(_WIDTH, parent.width() - 2 * SPACE_BETWEEN)
        self._column.activate()
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((parent.width() - width) // 2, 0, width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return super().eventFilter(watched, event)
