import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.tasks.garbage import GuiThreadGarbage
from boxoffice_desktop.ui.tasks.runner import TaskRunner


class Cycle(QObject):
    """Only the garbage collector can free it; it notes on which thread that happened."""

    freed_on: list[str] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        self.freed_on.append(threading.current_thread().name)


def allocate_a_lot() -> int:
    return len([[number] for number in range(200_000)])


def test_cycles_with_widgets_are_freed_on_the_gui_thread_whoever_allocates(qtbot: QtBot, tasks: TaskRunner) -> None:
    Cycle.freed_on.clear()
    owner = QObject()
    for _ in range(20):
        Cycle()
        tasks.read_call(owner, allocate_a_lot)
    qtbot.waitUntil(tasks.is_idle, timeout=30_000)
    tasks._garbage.collect_due()
    gc.collect()
    assert len(Cycle.freed_on) == 20
    assert set(Cycle.freed_on) == {threading.main_thread().name}


def test_control_python_alone_frees_them_on_the_worker(qtbot: QtBot, tasks: TaskRunner) -> None:
    Cycle.freed_on.clear()
    owner = QObject()
    gc.enable()
    try:
        for _ in range(20):
            Cycle()
            tasks.read_call(owner, allocate_a_lot)
        qtbot.waitUntil(tasks.is_idle, timeout=30_000)
    finally:
        gc.disable()
    gc.collect()
    assert set(Cycle.freed_on) - {threading.main_thread().name}


def test_the_garbage_is_collected_by_itself_and_python_takes_over_afterwards(qtbot: QtBot) -> None:
    Cycle.freed_on.clear()
    garbage = GuiThreadGarbage()
    assert not gc.isenabled()
    Cycle()
    kept = [[number] for number in range(2000)]
    qtbot.waitUntil(lambda: len(Cycle.freed_on) == 1, timeout=5000)
    garbage.stop()
    assert gc.isenabled()
    assert len(kept) == 2000


def test_a_worker_never_lets_go_of_the_last_reference_to_a_widget(qtbot: QtBot, tasks: TaskRunner) -> None:
    freed_on: list[str] = []

    class Page(QObject):
        def __del__(self) -> None:
            freed_on.append(threading.current_thread().name)

        def on_answer(self, _answer: object) -> None:
            """Takes the answer."""

    for _ in range(300):
        page = Page()
        tasks.read_call(page, threading.get_ident, done=page.on_answer)
        del page
    qtbot.waitUntil(tasks.is_idle, timeout=30_000)
    gc.collect()
    assert len(freed_on) == 300
    assert set(freed_on) == {threading.main_thread().name}
