"""The small dialogs of the frame: keys, about, and what must be acknowledged. Show them with `open()`."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from boxoffice_desktop.ui.widgets.theme import SPACE_AROUND, SPACE_BETWEEN, SPACE_INSIDE, icon

_WIDTH = 460

translate = QCoreApplication.translate


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


class FrameDialog(QDialog):
    """A title, a body, one button. Deletes itself when closed."""

    def __init__(self, title: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_INSIDE)
        self.button = QPushButton(button)
        self.button.setProperty("kind", "primary")
        self.button.setDefault(True)
        self.button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_AROUND, SPACE_AROUND, SPACE_AROUND, SPACE_BETWEEN)
        layout.setSpacing(SPACE_BETWEEN)
        self.heading = QHBoxLayout()
        self.heading.setSpacing(SPACE_BETWEEN)
        self.heading.addWidget(_label(title, "title"), 1)
        layout.addLayout(self.heading)
        layout.addLayout(self.body)
        layout.addStretch(1)
        layout.addLayout(buttons)


class KeysDialog(FrameDialog):
    """Which keys do what, in groups of (heading, keys)."""

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget | None = None) -> None:
        super().__init__(translate("KeysDialog", "Keys"), translate("KeysDialog", "Close"), parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_AROUND)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        row = 0
        for heading, keys in groups:
            grid.addWidget(_label(heading, "muted"), row, 0, 1, 2)
            for key, meaning in keys:
                row += 1
                grid.addWidget(_label(key, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(_label(meaning), row, 1)
            row += 1
        self.body.addLayout(grid)


class AboutDialog(FrameDialog):
    """What this program is, which release, and where it keeps what."""

    def __init__(self, version: str, facts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__("Box Office Desktop", translate("AboutDialog", "Close"), parent)
        self.body.addWidget(_label(self.tr("Release {version} · MIT licence").format(version=version), "muted"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_AROUND)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts):
            grid.addWidget(_label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            text = _label(value)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text, row, 1)
        self.body.addLayout(grid)


class AcknowledgeDialog(FrameDialog):
    """Something about money that must not be waved away: neither Escape nor the window's cross closes it.

    `lines` say what happened, `deeds` what to do now.
    """

    def __init__(
        self, title: str, lines: Sequence[str], deeds: Sequence[str], button: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, button, parent)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        # Enter is what a cashier's fingers are pressing all day: here it takes a deliberate Tab or click first.
        self.button.setDefault(False)
        self.button.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        sign = QLabel()
        sign.setPixmap(icon("warning", "bad").pixmap(32, 32))
        self.heading.insertWidget(0, sign, 0, Qt.AlignmentFlag.AlignTop)
        for line in lines:
            self.body.addWidget(_label(line))
        self.body.addSpacing(SPACE_INSIDE)
        for deed in deeds:
            self.body.addWidget(_label(deed, "strong"))
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Nothing but the button ends it."""
