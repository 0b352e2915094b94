import logging

import pytest
from PySide6.QtCore import qInfo, qWarning

from boxoffice_desktop.ui.shell.qt_messages import send_qt_messages_to_log


def test_what_qt_says_goes_to_the_log_and_not_to_the_terminal(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    restore = send_qt_messages_to_log()
    try:
        with caplog.at_level(logging.INFO, logger="qt"):
            qInfo("a font lacks a script")
            qWarning("this plugin does not support it")
    finally:
        restore()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "default: a font lacks a script"),
        ("WARNING", "default: this plugin does not support it"),
    ]
    assert capfd.readouterr() == ("", "")
