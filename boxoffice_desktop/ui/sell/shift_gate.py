"""Stands over the selling screen while no shift is open: what that means, and the one key that leads there."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, icon, set_icon, theme_notifier

_ICON = 40


class ShiftGate(QFrame):
    """Covers its parent.

    Signals:
        passed: the button was pressed.
    """

    passed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self.button = QPushButton(self.tr("Open the shift"))
        self._mark = QLabel()
        self._build()
        parent.installEventFilter(self)
        theme_notifier().changed.connect(self._show_mark)
        self.button.clicked.connect(lambda _checked=False: self.passed.emit())
        self.hide()

    def show_closed(self, terminal: str) -> None:
        """No shift is open at this till."""
        self._title.setText(self.tr("No shift is open at {terminal}").format(terminal=terminal))
        self.setGeometry(self._page.rect())
        self.show()
        self.raise_()
        self.button.setFocus()

    def _build(self) -> None:
        self.setProperty("card", True)
        self._title = QLabel()
        self._title.setProperty("role", "title")
        texts = (
            QLabel(self.tr("Count the float and open the shift, then this till sells.")),
            QLabel(self.tr("Enter leads there.")),
        )
        for text in texts:
            text.setProperty("role", "muted")
        self.button.setProperty("kind", "primary")
        self.button.setProperty("tall", True)
        self.button.setAutoDefault(True)
        set_icon(self.button, "shift", "on_accent")
        self._show_mark()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        column.setSpacing(SPACE_BETWEEN)
        column.addStretch(2)
        for widget in (self._mark, self._title, *texts, self.button):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def _show_mark(self) -> None:
        self._mark.setPixmap(icon("shift", "muted").pixmap(_ICON, _ICON))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._page.rect())
        return super().eventFilter(watched, event)
