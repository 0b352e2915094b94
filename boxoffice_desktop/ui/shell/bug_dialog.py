"""What a person sees when the program made a mistake."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.ui.shell.message import Message
from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, icon, set_icon

_WIDTH = 520


class BugDialog(QDialog):
    """Tells that the till lives on, and where its log is. Show it with `open()`; it deletes itself."""

    def __init__(self, message: Message, details: str, log_file: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(message.title)
        self._details = details
        self._log_file = log_file
        self._go_on = QPushButton(self.tr("Go on"))
        self._build(message)

    def _build(self, message: Message) -> None:
        sign = QLabel()
        sign.setPixmap(icon("warning", "warn").pixmap(32, 32))
        words = QVBoxLayout()
        words.setSpacing(SPACE_INSIDE)
        lines = [(message.title, "title"), (message.text, ""), (self._details, "muted")]
        if self._log_file is not None:
            lines.append((self.tr("What happened stands in {file}").format(file=self._log_file), "muted"))
        for text, role in lines:
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            label.setProperty("role", role)
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(SPACE_BETWEEN)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        layout.setSpacing(SPACE_AROUND)
        layout.addLayout(top)
        layout.addLayout(self._build_buttons())
        self.setMinimumWidth(_WIDTH)
        self._go_on.setFocus()

    def _build_buttons(self) -> QHBoxLayout:
        copy = QPushButton(self.tr("Copy for support"))
        copy.clicked.connect(self._on_copy_clicked)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        if self._log_file is not None:
            folder = QPushButton(self.tr("Open log folder"))
            folder.clicked.connect(self._on_folder_clicked)
            buttons.addWidget(folder)
        go_on = self._go_on
        go_on.setProperty("kind", "primary")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        set_icon(go_on, "check", "on_accent")
        buttons.addStretch(1)
        buttons.addWidget(go_on)
        return buttons

    def _on_copy_clicked(self) -> None:
        place = "" if self._log_file is None else f"\n{self._log_file}"
        QGuiApplication.clipboard().setText(f"{self.windowTitle()}\n{self._details}{place}")

    def _on_folder_clicked(self) -> None:
        if self._log_file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_file.parent)))
