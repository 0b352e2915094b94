"""What the till has to say, over the map and for a while."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from boxoffice_desktop.ui.sell.controls import make_wide_button
from boxoffice_desktop.ui.widgets.theme import icon, restyle, set_icon

_ICONS = {"ok": "check", "muted": "info", "warn": "warning", "error": "warning"}
_SECONDS = 8.0
_SECONDS_WITH_ACTION = 20.0


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A sentence for the cashier.

    `tone` is `ok`, `muted`, `warn` or `error`; an action has a name and a callable; with `stays` it waits for somebody
    to go on, since money may depend on its being read.
    """

    text: str
    tone: str = "muted"
    action: str = ""
    act: Callable[[], object] | None = None
    stays: bool = False


class MessageBar(QFrame):
    """One notice at a time, floating at the top of its parent; a newer one replaces it, it goes by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice: Notice | None = None
        self._top = 0
        self.setProperty("card", True)
        self._build()
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show a sentence and read it out to a screen reader."""
        self._notice = notice
        self._words.setText(notice.text)
        self._words.setProperty("role", notice.tone)
        restyle(self._words)
        colour = "bad" if notice.tone == "error" else notice.tone
        self._mark.setPixmap(icon(_ICONS[notice.tone], colour).pixmap(20, 20))
        self._action.setText(notice.action)
        self._action.setVisible(notice.act is not None)
        self._timer.stop()
        if not notice.stays:
            self._timer.start(round(1000 * (_SECONDS_WITH_ACTION if notice.act else _SECONDS)))
        self.show()
        self.place()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.text))

    def clear(self) -> None:
        """Take the notice away."""
        self._notice = None
        self._timer.stop()
        self.hide()

    def take_back(self, text: str) -> None:
        """Take this sentence away if it is the one on the screen."""
        if self.text() == text:
            self.clear()

    def text(self) -> str:
        """The sentence on the screen; empty when there is none."""
        return self._notice.text if self._notice is not None else ""

    def act(self) -> None:
        """Do what the notice offers, if it offers anything, and take it away."""
        notice = self._notice
        self.clear()
        if notice is not None and notice.act is not None:
            notice.act()

    def place(self, top: int | None = None) -> None:
        """Stand in the middle of the parent's width, `top` pixels from above (as before if not given)."""
        self._top = self._top if top is None else top
        parent = self.parentWidget()
        if parent is not None:
            self._words.setMaximumWidth(max(120, parent.width() - 260))
            self.ensurePolished()
            self.adjustSize()
            self.move(max(0, (parent.width() - self.width()) // 2), self._top)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        self._mark = QLabel()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._action = make_wide_button("")
        self._action.clicked.connect(self.act)
        close = make_wide_button("", kind="quiet")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.setAccessibleName(self.tr("Close the message"))
        set_icon(close, "cross", "muted", 16)
        close.clicked.connect(self.clear)
        for widget in (self._mark, self._words, self._action, close):
            row.addWidget(widget)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.clear)
