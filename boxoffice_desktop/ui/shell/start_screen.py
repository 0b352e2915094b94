"""What one sees while the till starts, and when it cannot."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from boxoffice_desktop.ui.shell.message import Severity
from boxoffice_desktop.ui.shell.words import describe
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, icon

_SIZE = (560, 280)


class StartScreen(QWidget):
    """A small window: the name, what is being done; or what went wrong and what to do about it.

    Signals:
        quit_requested: the person has read it, or closed the window.
    """

    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finished = False
        self._progress_text = QLabel()
        self._title, self._text, self._log = QLabel(), QLabel(), QLabel()
        self._quit = QPushButton(self.tr("Quit"))
        self._stack = QStackedWidget()
        self._build()

    def _build(self) -> None:
        self.setWindowTitle("Box Office Desktop")
        self.setMinimumSize(*_SIZE)
        self.resize(*_SIZE)
        # A QWidget as window takes no background from the style sheet's window rule.
        self.setAutoFillBackground(True)
        self._stack.addWidget(self._build_progress())
        self._stack.addWidget(self._build_failure())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_AROUND)
        layout.addWidget(self._stack)

    def _build_progress(self) -> QWidget:
        name = QLabel("Box Office Desktop")
        name.setProperty("role", "figure")
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress_text.setText(self.tr("Starting…"))
        self._progress_text.setProperty("role", "muted")
        self._progress_text.setWordWrap(True)
        self._progress_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        bar = QProgressBar()
        bar.setRange(0, 0)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(SPACE_BETWEEN)
        column.addStretch(1)
        for widget in (name, bar, self._progress_text):
            column.addWidget(widget)
        column.addStretch(1)
        return page

    def _build_failure(self) -> QWidget:
        sign = QLabel()
        sign.setPixmap(icon("warning", "warn").pixmap(32, 32))
        self._title.setProperty("role", "title")
        self._log.setProperty("role", "small")
        words = QVBoxLayout()
        words.setSpacing(SPACE_INSIDE)
        for label in (self._title, self._text, self._log):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(SPACE_BETWEEN)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self._quit.setProperty("kind", "primary")
        self._quit.clicked.connect(self.quit_requested)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addLayout(top, 1)
        column.addWidget(self._quit, 0, Qt.AlignmentFlag.AlignRight)
        return page

    def show_progress(self, text: str) -> None:
        """Say what is being done, e.g. "Starting the database…"."""
        self._progress_text.setText(text)
        self._stack.setCurrentIndex(0)
        self.show()

    def show_failure(self, error: BaseException, log_file: Path | None = None) -> None:
        """Say why the till cannot start and what to do."""
        message = describe(error)
        self._title.setText(message.title)
        self._text.setText(
            self.tr("The till cannot start. Send the log to whoever looks after it.")
            if message.severity is Severity.BUG
            else message.text
        )
        self._log.setText("" if log_file is None else self.tr("Log: {file}").format(file=log_file))
        self._stack.setCurrentIndex(1)
        self.show()
        self._quit.setFocus()

    @property
    def words(self) -> str:
        """What the window says now."""
        if self._stack.currentIndex() == 0:
            return self._progress_text.text()
        return "\n".join(label.text() for label in (self._title, self._text, self._log) if label.text())

    def finish(self) -> None:
        """The till's own window takes over."""
        self._finished = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._finished:
            self.quit_requested.emit()
