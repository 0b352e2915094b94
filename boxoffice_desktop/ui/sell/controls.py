"""Small parts that the panels of the selling screen share."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from boxoffice_desktop.ui.widgets.theme import set_icon, theme

TARGET = 44
"""The least height of anything that a finger must hit, in device-independent pixels."""


def scaled(pixels: int) -> int:
    """A length that grows with the theme's type sizes."""
    return round(pixels * max(1.0, theme().scale))


def make_tabular(widget: QWidget) -> None:
    """Let every figure have the same width, so that sums stand still while they change."""
    font = QFont(widget.font())
    font.setFeature(QFont.Tag("tnum"), 1)
    widget.setFont(font)


def make_label(role: str, text: str = "") -> QLabel:
    """A label of one of the theme's roles; `figure` gets tabular figures."""
    label = QLabel(text)
    label.setProperty("role", role)
    if role == "figure":
        make_tabular(label)
    return label


class WideButton(QPushButton):
    """A button that a finger hits easily. It takes the focus by Tab only, so that a click leaves it on the map.

    The height is a hint: the style sheet sets minimum heights of its own when it is applied.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, height: int = TARGET) -> None:
        super().__init__(text, parent)
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self._height))


def make_wide_button(text: str, icon_name: str = "", kind: str = "", *, height: int = TARGET) -> WideButton:
    """A `WideButton` with one of the theme's icons and kinds."""
    button = WideButton(text, height=height)
    if kind:
        button.setProperty("kind", kind)
    if icon_name:
        set_icon(button, icon_name)
    return button
