from concurrent.futures import ThreadPoolExecutor

from pytestqt.qtbot import QtBot

from boxoffice_desktop.ui.tasks.live import LiveHints
from tests.support.event_loop import go_round


def _hints(qtbot: QtBot, live: LiveHints, *show_ids: int | None) -> list[object]:
    """What the window hears when these hints come before it looks."""
    heard: list[object] = []
    live.hinted.connect(heard.append)
    with ThreadPoolExecutor(1) as listener:
        list(listener.map(live.hint, show_ids))
    qtbot.waitUntil(lambda: bool(heard))
    go_round(qtbot)
    return heard


def test_a_thousand_hints_of_two_shows_are_two(qtbot: QtBot) -> None:
    assert _hints(qtbot, LiveHints(), *([7, 8] * 500)) == [7, 8]


def test_a_hint_of_everything_is_all_that_is_heard(qtbot: QtBot) -> None:
    assert _hints(qtbot, LiveHints(), 7, None, 8) == [None]


def test_hints_go_on_after_the_window_has_looked(qtbot: QtBot) -> None:
    live = LiveHints()
    assert _hints(qtbot, live, 7) == [7]
    assert _hints(qtbot, live, 7) == [7]
