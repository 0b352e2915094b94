"""What every test of the window needs: no screen, a till that answers, and no thread left behind."""

import os
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def tasks(qapp: object, desk: FakeDesk) -> Iterator[TaskRunner]:
    runner = TaskRunner(desk)
    yield runner
    desk.let_go()
    assert runner.shutdown(5)


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not left, f"threads still running: {left}"
