from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, OutcomeUnknownError
from boxoffice_desktop.services.clock import ClockReading, read_clock_difference
from boxoffice_desktop.ui.tasks.link import Link, LinkState, LinkWatch
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk

NOW = datetime(2026, 11, 20, 18, 5, tzinfo=UTC)
GONE = DatabaseUnavailableError("The database does not answer.")


def _reading(ahead: timedelta = timedelta()) -> ClockReading:
    return ClockReading(database_now=NOW, till_ahead=ahead)


@pytest.fixture
def watch(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> LinkWatch:
    desk.answers[read_clock_difference] = _reading()
    watch = LinkWatch(tasks, tasks)
    watch._patience.setInterval(50)
    watch._probe.setInterval(10)
    watch.start()
    qtbot.waitUntil(tasks.is_idle)
    return watch


def _states(watch: LinkWatch) -> list[LinkState]:
    states: list[LinkState] = []
    watch.changed.connect(lambda link: states.append(link.state))
    return states


def test_at_first_it_is_connected(watch: LinkWatch) -> None:
    assert watch.link == Link(state=LinkState.CONNECTED)


@pytest.mark.parametrize("error", [GONE, OutcomeUnknownError()])
def test_a_question_without_an_answer_is_followed_by_probes_and_by_the_return(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, watch: LinkWatch, error: Exception
) -> None:
    states = _states(watch)
    watch._patience.setInterval(60_000)
    desk.answers[read_clock_difference] = GONE
    desk.answers[str] = error
    tasks.read(watch, str, {}, failed=lambda _: None)
    qtbot.waitUntil(lambda: LinkState.RECONNECTING in states)
    desk.answers[read_clock_difference] = _reading()
    with qtbot.waitSignal(watch.came_back):
        pass
    # Told again when only the reason is another.
    assert list(dict.fromkeys(states)) == [LinkState.RECONNECTING, LinkState.CONNECTED]


def test_without_any_answer_it_goes_offline_and_says_since_when_and_why(
    qtbot: QtBot, desk: FakeDesk, watch: LinkWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxoffice_desktop.ui.tasks.link._OFFLINE_AFTER_MS", 50)
    desk.answers[read_clock_difference] = GONE
    watch.note_listener(False)
    qtbot.waitUntil(lambda: watch.link.state is LinkState.OFFLINE)
    assert watch.link.since is not None
    assert timedelta() <= watch.link.since - NOW < timedelta(seconds=5)
    assert watch.link.reason == "The database does not answer."


def test_while_questions_are_answered_it_never_goes_offline(qtbot: QtBot, watch: LinkWatch) -> None:
    states, ends = _states(watch), []
    watch._patience.timeout.connect(lambda: ends.append(watch.link.state))
    watch.note_listener(False)
    qtbot.waitUntil(lambda: len(ends) > 3)
    assert states == [LinkState.RECONNECTING]
    watch.note_listener(True)
    assert states == [LinkState.RECONNECTING, LinkState.CONNECTED]


def test_the_listener_alone_does_not_make_it_connected(qtbot: QtBot, desk: FakeDesk, watch: LinkWatch) -> None:
    states = _states(watch)
    desk.answers[read_clock_difference] = GONE
    watch.note_listener(False)
    qtbot.waitUntil(lambda: not watch._reaches)
    watch.note_listener(True)
    assert LinkState.CONNECTED not in states


def test_a_till_that_another_window_took_stays_taken_until_the_listener_has_it_back(
    qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner, watch: LinkWatch
) -> None:
    states = _states(watch)
    watch.note_listener(False)
    watch.note_taken()
    # The database answers, and answers again: that alone does not give the terminal back.
    for _ in range(3):
        with qtbot.waitSignal(watch.clock_read):
            pass
    assert states == [LinkState.RECONNECTING, LinkState.TAKEN]
    assert watch.link.state.stops_selling
    watch.note_listener(True)
    assert states == [LinkState.RECONNECTING, LinkState.TAKEN, LinkState.CONNECTED]


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(minutes=1, seconds=59), timedelta()),
        (timedelta(minutes=-2), timedelta()),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=-1), timedelta(days=-1)),
    ],
)
def test_a_clock_is_wrong_beyond_two_minutes(
    qtbot: QtBot, desk: FakeDesk, watch: LinkWatch, ahead: timedelta, told: timedelta
) -> None:
    desk.answers[read_clock_difference] = _reading(ahead)
    with qtbot.waitSignal(watch.clock_read) as read:
        watch.read_clock()
    assert read.args == [told]
