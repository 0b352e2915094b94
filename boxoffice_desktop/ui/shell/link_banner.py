"""The broad strip over a page that says that nothing can be sold, and why nothing needs to be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from boxoffice_desktop.documents.formatting import format_time
from boxoffice_desktop.ui.tasks.link import Link, LinkState
from boxoffice_desktop.ui.widgets.theme import SPACE_BETWEEN, SPACE_INSIDE, icon, theme_notifier


class LinkBanner(QFrame):
    """Stands above the page while nothing can be sold here, and is not there otherwise."""

    def __init__(self, locale: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locale = locale
        self.setProperty("banner", "offline")
        self._sign = QLabel()
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self._text = QLabel()
        self._text.setWordWrap(True)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_BETWEEN, SPACE_INSIDE, SPACE_BETWEEN, SPACE_INSIDE)
        row.setSpacing(SPACE_INSIDE + 4)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        theme_notifier().changed.connect(self._draw_sign)
        self._draw_sign()
        self.hide()

    def show_link(self, link: Link, *, is_signed_in: bool) -> None:
        """Say since when and what is safe, or go."""
        if not link.state.stops_selling:
            self.hide()
            return
        said = self.text if self.isVisible() else ""
        if link.state is LinkState.TAKEN:
            self._title.setText(self.tr("This counter is open in another window; nothing can be sold here."))
        elif link.since is None:
            self._title.setText(self.tr("No connection to the database."))
        else:
            time = format_time(link.since, self._locale)
            self._title.setText(self.tr("No connection to the database since {time}.").format(time=time))
        words = self.tr("It comes back by itself.")
        if link.state is LinkState.TAKEN:
            words = self.tr("Go on there, or close that window: then this one goes on by itself.")
        elif is_signed_in:
            words = self.tr("Nothing can be sold; the basket stays on the screen. It comes back by itself.")
        self._text.setText(words)
        self.setToolTip(link.reason)
        self.setAccessibleName(self.text)
        self.show()
        if self.text != said:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.text))

    @property
    def text(self) -> str:
        """What the banner says."""
        return f"{self._title.text()} {self._text.text()}"

    def _draw_sign(self) -> None:
        self._sign.setPixmap(icon("offline", "bad").pixmap(24, 24))
