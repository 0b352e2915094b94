"""The prices page on a till without a database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.services import films, price_lists, repricing
from boxoffice_desktop.services.clock import ClockReading, read_clock_difference
from boxoffice_desktop.ui.manage.prices.prices_page import PricesPage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.support.windows import show_in_front
from tests.ui.fakes import FakeDesk
from tests.ui.manage.prices.hands import BOOK, EXPLANATION, SHOW, Page


@pytest.fixture
def page(qtbot: QtBot, desk: FakeDesk, tasks: TaskRunner) -> Iterator[Page]:
    desk.answers = {
        films.list_films: (),
        read_clock_difference: ClockReading(
            database_now=datetime(2026, 3, 21, 12, tzinfo=UTC), till_ahead=timedelta(0)
        ),
        price_lists.get_price_book: BOOK,
        repricing.list_shows_to_reprice: (SHOW,),
        repricing.explain_price: EXPLANATION,
    }
    widget = PricesPage(tasks)
    qtbot.addWidget(widget)
    widget.resize(1290, 740)
    show_in_front(qtbot, widget)
    hands = Page(widget, desk, tasks, qtbot)
    hands.settle()
    yield hands
    hands.settle()
