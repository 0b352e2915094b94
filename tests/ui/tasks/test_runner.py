import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import BusyError
from boxoffice_desktop.ui.tasks.lanes import Lane
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.support.event_loop import LoopWatch, go_round
from tests.ui.fakes import FakeDesk


def double(_session: object, _context: object, *, number: int) -> int:
    return 2 * number


def refuse(_session: object, _context: object) -> None:
    raise BusyError


def stumble(_session: object, _context: object) -> None:
    raise ZeroDivisionError


def wait_until_idle(qtbot: QtBot, tasks: TaskRunner) -> None:
    qtbot.waitUntil(tasks.is_idle, timeout=5000)


def test_an_answer_arrives_on_the_gui_thread(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, answers = QObject(), []
    tasks.read(owner, double, {"number": 21}, done=lambda n: answers.append((n, threading.current_thread())))
    wait_until_idle(qtbot, tasks)
    assert answers == [(42, threading.main_thread())]


def test_work_never_runs_on_the_gui_thread(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, threads = QObject(), []
    tasks.write_call(owner, threading.current_thread, done=threads.append)
    tasks.read_call(owner, threading.current_thread, done=threads.append)
    wait_until_idle(qtbot, tasks)
    assert sorted(thread.name[:6] for thread in threads) == ["reader", "writer"]


def test_no_answer_comes_before_control_is_back(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, answers = QObject(), []
    tasks.read(owner, double, {"number": 1}, done=answers.append)
    assert answers == []
    wait_until_idle(qtbot, tasks)
    assert answers == [2]


def test_writes_run_one_after_the_other_in_the_order_they_were_asked_for(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, trail = QObject(), []

    def note(number: int) -> int:
        trail.append(("begin", number))
        threading.Event().wait(0.002)
        trail.append(("end", number))
        return number

    answers: list[int] = []
    for number in range(20):
        tasks.write_call(owner, note, number, done=answers.append)
    wait_until_idle(qtbot, tasks)
    assert trail == [(what, number) for number in range(20) for what in ("begin", "end")]
    assert answers == list(range(20))


def test_a_slow_read_does_not_hold_up_another(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, gate, answers = QObject(), threading.Event(), []
    tasks.read_call(owner, gate.wait, 5, done=lambda _: answers.append("slow"))
    tasks.read(owner, double, {"number": 1}, done=lambda _: answers.append("quick"))
    qtbot.waitUntil(lambda: answers == ["quick"], timeout=2000)
    gate.set()
    wait_until_idle(qtbot, tasks)
    assert answers == ["quick", "slow"]


def test_a_refusal_goes_to_who_asked(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, mine, everybodys = QObject(), [], []
    tasks.failed.connect(everybodys.append)
    tasks.write(owner, refuse, {}, failed=mine.append)
    wait_until_idle(qtbot, tasks)
    assert [type(error) for error in mine] == [BusyError]
    assert everybodys == []


def test_a_refusal_nobody_takes_goes_to_the_runners_signal(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner = QObject()
    with qtbot.waitSignal(tasks.failed) as failure:
        tasks.write(owner, refuse, {})
    assert isinstance(failure.args[0], BusyError)


def test_a_bug_in_an_operation_is_logged_where_it_happened_without_its_arguments(
    qtbot: QtBot, tasks: TaskRunner, caplog: pytest.LogCaptureFixture
) -> None:
    owner, errors = QObject(), []
    pin = str(4711)
    tasks.write_call(owner, lambda secret: 1 // (len(secret) - 4), pin, failed=errors.append)
    wait_until_idle(qtbot, tasks)
    assert isinstance(errors[0], ZeroDivisionError)
    assert "Traceback" in caplog.text
    assert pin not in caplog.text


@pytest.mark.parametrize(
    "end", [lambda _, owner: shiboken6.delete(owner), TaskRunner.drop], ids=["destroyed", "dropped"]
)
def test_answers_for_an_owner_that_is_gone_are_dropped(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk, end: Callable[[TaskRunner, QObject], None]
) -> None:
    owner, other, answers = QObject(), QObject(), []
    desk.block()
    tasks.read(owner, double, {"number": 1}, done=answers.append)
    tasks.write(owner, double, {"number": 2}, done=answers.append)
    tasks.write(owner, refuse, {}, failed=answers.append)
    tasks.read(other, double, {"number": 3}, done=answers.append)
    end(tasks, owner)
    desk.let_go()
    wait_until_idle(qtbot, tasks)
    assert answers == [6]


def test_dropping_a_page_drops_what_its_parts_have_asked(qtbot: QtBot, tasks: TaskRunner) -> None:
    page = QObject()
    part = QObject(QObject(page))
    answers: list[int] = []
    tasks.read(part, double, {"number": 1}, done=answers.append)
    tasks.drop(page)
    wait_until_idle(qtbot, tasks)
    assert answers == []


def test_a_dropped_owner_may_ask_again(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, answers = QObject(), []
    tasks.read(owner, double, {"number": 1}, done=answers.append)
    tasks.drop(owner)
    tasks.read(owner, double, {"number": 2}, done=answers.append)
    wait_until_idle(qtbot, tasks)
    assert answers == [4]


def test_a_write_still_runs_after_its_screen_was_left(qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk) -> None:
    owner = QObject()
    desk.block()
    tasks.write(owner, double, {"number": 1})
    tasks.write(owner, double, {"number": 2})
    shiboken6.delete(owner)
    desk.let_go()
    wait_until_idle(qtbot, tasks)
    assert [arguments["number"] for _, arguments in desk.asked] == [1, 2]


def test_a_newer_read_replaces_an_older_one_that_has_not_started(
    qtbot: QtBot, tasks: TaskRunner, desk: FakeDesk
) -> None:
    owner, other, answers = QObject(), QObject(), []
    desk.block()
    for _ in range(3):  # keeps every reader busy
        tasks.read(other, double, {"number": 0})
    qtbot.waitUntil(lambda: len(desk.asked) == 3)
    for number in range(1, 6):
        tasks.read(owner, double, {"number": number}, done=answers.append, key="map")
    tasks.read(other, double, {"number": 50}, done=answers.append, key="map")
    desk.let_go()
    wait_until_idle(qtbot, tasks)
    assert sorted(answers) == [10, 100]
    assert sorted(int(str(arguments["number"])) for _, arguments in desk.asked) == [0, 0, 0, 5, 50]


def test_an_overtaken_answer_does_not_undo_a_newer_one(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, gate, answers = QObject(), threading.Event(), []
    started = threading.Event()

    def old() -> str:
        started.set()
        gate.wait(5)
        return "old"

    tasks.read_call(owner, old, done=answers.append, key="map")
    assert started.wait(5)
    tasks.read_call(owner, lambda: "new", done=answers.append, key="map")
    qtbot.waitUntil(lambda: answers == ["new"])
    gate.set()
    wait_until_idle(qtbot, tasks)
    assert answers == ["new"]


def test_busy_tells_of_writes_and_only_of_writes(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, told = QObject(), []
    tasks.busy_changed.connect(told.append)
    tasks.read(owner, double, {"number": 1})
    wait_until_idle(qtbot, tasks)
    assert told == []
    tasks.write(owner, double, {"number": 1})
    tasks.write(owner, double, {"number": 2})
    wait_until_idle(qtbot, tasks)
    assert told == [True, False]


def test_a_failing_callback_goes_to_the_excepthook_and_the_next_answer_still_comes(
    qtbot: QtBot, tasks: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, caught, answers = QObject(), [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _, trace: caught.append((kind, trace is not None)))

    def stumble_over(_answer: object) -> None:
        raise LookupError

    tasks.write(owner, double, {"number": 1}, done=stumble_over)
    tasks.write(owner, stumble, {}, failed=stumble_over)
    tasks.write(owner, double, {"number": 2}, done=answers.append)
    wait_until_idle(qtbot, tasks)
    assert caught == [(LookupError, True), (LookupError, True)]
    assert answers == [4]


def test_shutdown_finishes_the_write_under_way_and_drops_the_rest(qtbot: QtBot, desk: FakeDesk) -> None:
    tasks, owner, answers = TaskRunner(desk), QObject(), []
    desk.block()
    tasks.write(owner, double, {"number": 1}, done=answers.append)
    tasks.write(owner, double, {"number": 2}, done=answers.append)
    qtbot.waitUntil(lambda: len(desk.asked) == 1)
    letting_go = threading.Timer(0.05, desk.let_go)
    letting_go.start()
    assert tasks.shutdown(5)
    letting_go.join()
    tasks.write(owner, double, {"number": 3}, done=answers.append)
    go_round(qtbot)
    assert [arguments["number"] for _, arguments in desk.asked] == [1]
    assert answers == []


def test_shutdown_gives_up_on_a_server_that_never_answers(qtbot: QtBot, desk: FakeDesk) -> None:
    tasks, owner = TaskRunner(desk), QObject()
    desk.block()
    tasks.write(owner, double, {"number": 1})
    qtbot.waitUntil(lambda: len(desk.asked) == 1)
    assert not tasks.shutdown(0.05)
    desk.let_go()
    assert tasks.shutdown(5)


def test_thousands_of_answers_from_all_threads_arrive_once_each(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, answers = QObject(), []
    for number in range(2000):
        ask: Callable[..., Any] = tasks.write if number % 2 else tasks.read
        ask(owner, double, {"number": number}, done=answers.append)
    qtbot.waitUntil(tasks.is_idle, timeout=20000)
    assert sorted(answers) == [2 * number for number in range(2000)]


def test_the_event_loop_does_not_stall_while_an_operation_blocks(qtbot: QtBot, tasks: TaskRunner) -> None:
    owner, watch = QObject(), LoopWatch()
    watch.start()
    tasks.write_call(owner, threading.Event().wait, 0.3)
    wait_until_idle(qtbot, tasks)
    assert watch.stop() < 150


def test_a_lane_forgets_what_it_has_run() -> None:
    class Item:
        gone = threading.Event()

        def __del__(self) -> None:
            self.gone.set()

    lane: Lane[Item] = Lane("test", 1, lambda _: None)
    lane.put(Item())
    assert Item.gone.wait(5)
    lane.close()
    assert lane.join(5)
