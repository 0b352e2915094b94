import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from boxoffice_desktop.db.logs import RedactingFormatter
from boxoffice_desktop.domain.errors import BasketFullError, BusyError, OutcomeUnknownError
from boxoffice_desktop.ui.shell.error_presenter import ErrorPresenter, Message, Severity, install_excepthook
from tests.support.event_loop import go_round


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(800, 600)
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def presenter(host: QWidget, tmp_path: Path) -> ErrorPresenter:
    return ErrorPresenter(host, log_file=tmp_path / "boxoffice.log")


@pytest.fixture
def hooked(presenter: ErrorPresenter, tmp_path: Path) -> Iterator[Path]:
    """The file that the log goes to, while the hook is in place."""
    handler = logging.FileHandler(tmp_path / "boxoffice.log", encoding="utf-8")
    handler.setFormatter(RedactingFormatter("%(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    restore = install_excepthook(presenter)
    yield tmp_path / "boxoffice.log"
    restore()
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_a_conflict_is_said_inside_the_window_without_taking_the_keyboard(
    qtbot: QtBot, host: QWidget, presenter: ErrorPresenter
) -> None:
    button = QPushButton("Pay", host)
    button.show()
    button.setFocus()
    presenter.present(BasketFullError(10))
    qtbot.waitUntil(lambda: len(presenter.notices.messages) == 1)
    assert presenter.notices.messages[0].title == "A sale takes at most 10 seats"
    assert presenter.bug_dialog is None
    assert host.focusWidget() is button


def test_a_notice_goes_by_itself_and_a_warning_stays(
    qtbot: QtBot, presenter: ErrorPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxoffice_desktop.ui.shell.notices._SHOWN_MS", 30)
    presenter.present(OutcomeUnknownError())
    qtbot.waitUntil(lambda: len(presenter.notices.messages) == 1)
    # Notices that come and go after it: its own time would have been over with the first one's.
    for _ in range(2):
        presenter.present(BusyError())
        qtbot.waitUntil(lambda: len(presenter.notices.messages) == 2)
        qtbot.waitUntil(lambda: len(presenter.notices.messages) == 1)
    assert [message.severity for message in presenter.notices.messages] == [Severity.WARNING]


def test_the_same_notice_is_not_stacked_and_at_most_three_are_shown(presenter: ErrorPresenter) -> None:
    for _ in range(5):
        presenter.show_notice("Tickets are saved")
    assert len(presenter.notices.messages) == 1
    for number in range(5):
        presenter.show_notice(f"Sale {number}")
    assert [message.title for message in presenter.notices.messages] == ["Sale 4", "Sale 3", "Sale 2"]


def test_a_notice_with_an_action_does_it_once_and_goes(qtbot: QtBot, presenter: ErrorPresenter) -> None:
    done: list[str] = []
    presenter.show_message(
        Message(title="Sale 7 is stored", text="", severity=Severity.WARNING),
        ("Print tickets", lambda: done.append("printed")),
    )
    button = next(b for b in presenter.notices.findChildren(QPushButton) if b.text() == "Print tickets")
    button.click()
    assert done == ["printed"]
    assert presenter.notices.messages == ()


def test_notices_stay_inside_a_window_that_shrinks(qtbot: QtBot, host: QWidget, presenter: ErrorPresenter) -> None:
    presenter.present(OutcomeUnknownError())
    qtbot.waitUntil(presenter.notices.isVisible)
    host.resize(360, 400)
    qtbot.waitUntil(lambda: host.rect().contains(presenter.notices.geometry()))


def test_an_exception_in_a_slot_shows_a_dialog_and_the_till_lives_on(
    qtbot: QtBot, presenter: ErrorPresenter, hooked: Path
) -> None:
    presenter.context.update(page="sell", staff="A. Kowalska")

    def stumble() -> None:
        pin = "47" + "11"
        raise ZeroDivisionError(f"pin={pin}")

    QTimer.singleShot(0, stumble)
    qtbot.waitUntil(lambda: presenter.bug_dialog is not None)
    dialog = presenter.bug_dialog
    assert dialog is not None
    assert dialog.isVisible()
    alive: list[bool] = []
    QTimer.singleShot(0, lambda: alive.append(True))
    qtbot.waitUntil(lambda: alive == [True])
    written = hooked.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "ZeroDivisionError" in written
    assert "page sell · staff A. Kowalska" in written
    assert "4711" not in written
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "ZeroDivisionError" in shown
    assert "4711" not in shown
    dialog.accept()
    assert presenter.bug_dialog is None


def test_a_bug_that_repeats_shows_one_dialog_and_logs_each(
    qtbot: QtBot, presenter: ErrorPresenter, hooked: Path
) -> None:
    timer = QTimer()
    timer.timeout.connect(lambda: int("no number"))
    timer.start(5)
    qtbot.waitUntil(lambda: hooked.read_text(encoding="utf-8").count("ValueError") >= 3)
    timer.stop()
    assert presenter.bug_dialog is not None
    first = presenter.bug_dialog
    go_round(qtbot)
    assert presenter.bug_dialog is first
    first.accept()


def test_an_exception_on_another_thread_is_shown_on_the_gui_thread(
    qtbot: QtBot, presenter: ErrorPresenter, hooked: Path
) -> None:
    thread = threading.Thread(target=lambda: int("no number"))  # noqa: TID251 - a thread that nobody planned
    thread.start()
    qtbot.waitUntil(lambda: presenter.bug_dialog is not None)
    thread.join()
    assert presenter.bug_dialog is not None
    presenter.bug_dialog.accept()


def test_restoring_puts_the_hooks_of_before_back(presenter: ErrorPresenter) -> None:
    before = sys.excepthook, threading.excepthook
    restore = install_excepthook(presenter)
    assert (sys.excepthook, threading.excepthook) != before
    restore()
    assert (sys.excepthook, threading.excepthook) == before
