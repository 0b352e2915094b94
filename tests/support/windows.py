"""Windows that tests type into, and leave."""

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot


def show_in_front(qtbot: QtBot, widget: QWidget, *, seconds: int = 15) -> None:
    """Show a window and wait until it is the one that has the keyboard: before that it has no focus to send keys to."""
    with qtbot.waitActive(widget, timeout=seconds * 1000):
        widget.show()
        widget.activateWindow()


def delete_windows() -> None:
    """Delete every window that is still there, shown or not."""
    if not isinstance(QApplication.instance(), QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for window in QApplication.topLevelWidgets():
        if shiboken6.isValid(window) and window.parent() is None:
            shiboken6.delete(window)
