"""Qt's own messages go to the log: nobody at a till reads a terminal."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def send_qt_messages_to_log() -> Callable[[], None]:
    """From now on what Qt has to say is a line of the logger `qt`.

    Returns:
        What puts the handler of before back.
    """
    # PySide takes and returns a handler or None; its stubs know neither.
    before = qInstallMessageHandler(_write)

    def restore() -> None:
        qInstallMessageHandler(before)

    return restore


def _write(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    category = context.category or "default"
    log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", category, text)
