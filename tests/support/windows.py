"""Windows that tests type into."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def show_in_front(qtbot: QtBot, widget: QWidget, *, seconds: int = 15) -> None:
    """Show a window and wait until it is the one that has the keyboard: before that it has no focus to send keys to."""
    with qtbot.waitActive(widget, timeout=seconds * 1000):
        widget.show()
        widget.activateWindow()
