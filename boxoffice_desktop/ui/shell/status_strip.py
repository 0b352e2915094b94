"""The line at the bottom: connection, counter, person, and how the window looks."""

from datetime import datetime
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStatusBar, QToolButton, QWidget

from boxoffice_desktop.documents.formatting import format_time
from boxoffice_desktop.ui.widgets.theme import SPACE_INSIDE, icon, restyle, set_icon, theme, theme_notifier

ConnectionState = Literal["connected", "reconnecting", "offline", "taken"]

_LOOKS: dict[ConnectionState, tuple[str, str, str]] = {
    "connected": ("online", "ok", "muted"),
    "reconnecting": ("refresh", "warn", "warn"),
    "offline": ("offline", "bad", "error"),
    "taken": ("offline", "bad", "error"),
}
# A save that is quicker than this is not worth a word.
_SAVING_AFTER_MS = 400


class StatusStrip(QStatusBar):
    """`● connected · Counter 1 · A. Kowalska · demo`, and on the right the buttons for theme and view.

    Signals:
        dark_requested: True for the dark theme.
        queue_requested: somebody wants to see what is still to be printed.
    """

    dark_requested = Signal(bool)
    queue_requested = Signal()

    def __init__(self, view_menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._state: ConnectionState = "connected"
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._link_sign, self._link_text = QLabel(), QLabel()
        self._clock_sign, self._clock_text = QLabel(), QLabel()
        self._clock_text.setProperty("role", "warn")
        self._badge = QLabel(self.tr("Demo"))
        self._badge.setProperty("role", "badge")
        self._saving = QLabel(self.tr("Saving…"))
        self._saving.setProperty("role", "muted")
        self._saving_timer = QTimer(self)
        self._saving_timer.setSingleShot(True)
        self._saving_timer.setInterval(_SAVING_AFTER_MS)
        self._saving_timer.timeout.connect(self._saving.show)
        self.queue_button = QToolButton()
        self._theme_button, self._view_button = QToolButton(), QToolButton()
        self._build(view_menu)
        self.show_connection("connected")
        theme_notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _build(self, view_menu: QMenu) -> None:
        left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(SPACE_INSIDE, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self._link_sign, self._link_text, self._facts, self._badge):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        for widget in (self._clock_sign, self._clock_text, self._saving):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(left)
        self._badge.hide()
        self.show_clock("")
        self._saving.hide()
        self._theme_button.clicked.connect(lambda: self.dark_requested.emit(not theme().dark))
        self._view_button.setText(self.tr("View"))
        self._view_button.setAccessibleName(self.tr("View and help"))
        self._view_button.setToolTip(self.tr("View and help"))
        self._view_button.setMenu(view_menu)
        self._view_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self._view_button, "settings", "muted")
        self.queue_button.setToolTip(self.tr("Print queue  Ctrl+Shift+P"))
        self.queue_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.queue_button.clicked.connect(self.queue_requested)
        self.queue_button.hide()
        for button in (self.queue_button, self._theme_button, self._view_button):
            self.addPermanentWidget(button)

    def show_connection(self, state: ConnectionState, since: datetime | None = None, locale: str = "en_GB") -> None:
        """Show how the till stands to its database; `since` in the venue's zone."""
        self._state = state
        words = {
            "connected": self.tr("connected"),
            "reconnecting": self.tr("reconnecting"),
            "offline": self.tr("offline"),
            "taken": self.tr("open in another window"),
        }[state]
        if state != "connected" and since is not None:
            words = self.tr("{state} since {time}").format(state=words, time=format_time(since, locale))
        self._link_text.setText(words)
        self._link_text.setProperty("role", _LOOKS[state][2])
        restyle(self._link_text)
        self._draw_link()

    def show_place(self, *facts: str, is_demo: bool) -> None:
        """Show what and who this is, e.g. counter and person; empty facts are left out."""
        self._facts.setText("".join(f"·  {fact}  " for fact in facts if fact).rstrip())
        self._badge.setVisible(is_demo)

    def show_clock(self, words: str) -> None:
        """Warn about the till's clock as long as it is wrong; empty words for a clock that is right."""
        self._clock_text.setText(words)
        for label in (self._clock_sign, self._clock_text):
            label.setVisible(bool(words))
            label.setToolTip(self.tr("Shows and sales go by the database's clock: nothing else is wrong."))

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot of `TaskRunner.busy_changed`
        """Say that something is being saved, once it takes long enough to wonder."""
        if busy:
            self._saving_timer.start()
        else:
            self._saving_timer.stop()
            self._saving.hide()

    def show_queue(self, waiting: int, doubts: int, *, is_signed_in: bool) -> None:
        """Show how much is still to be printed, and of how much nobody knows; hidden while nobody is signed in."""
        parts = [self.tr("{count} to print").format(count=waiting)] if waiting else []
        if doubts:
            parts.append(self.tr("{count} in doubt").format(count=doubts))
        self.queue_button.setText(", ".join(parts))
        self.queue_button.setAccessibleName(self.tr("Print queue: {what}").format(what=", ".join(parts) or "0"))
        self.queue_button.setVisible(is_signed_in)
        set_icon(self.queue_button, "printer", "bad" if doubts else "warn" if waiting else "muted")

    @property
    def text(self) -> str:
        """What the strip says, for tests and screen readers."""
        parts = [self._link_text.text(), self._facts.text()]
        if self._badge.isVisibleTo(self):
            parts.append(self._badge.text())
        if self._clock_text.text():
            parts.append(self._clock_text.text())
        return "  ".join(parts)

    def _draw_link(self) -> None:
        name, role, _ = _LOOKS[self._state]
        self._link_sign.setPixmap(icon(name, role).pixmap(16, 16))
        self._clock_sign.setPixmap(icon("clock", "warn").pixmap(16, 16))

    def _on_theme_changed(self) -> None:
        dark = theme().dark
        words = self.tr("Light theme") if dark else self.tr("Dark theme")
        self._theme_button.setToolTip(words)
        self._theme_button.setAccessibleName(words)
        set_icon(self._theme_button, "sun" if dark else "moon", "muted")
        self._draw_link()
