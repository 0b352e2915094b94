"""The parts of the selling screens alone."""

from datetime import UTC, datetime
from time import monotonic

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.errors import InvalidInputError, NotEnoughSeatsError, SeatHolder, SeatsUnavailableError
from boxoffice_desktop.domain.seats import SeatKey, SeatLook, SeatStatus
from boxoffice_desktop.services.seat_maps import ActivityLine, MapState
from boxoffice_desktop.ui.sell.activity_list import ActivityList
from boxoffice_desktop.ui.sell.cash_page import CashPage
from boxoffice_desktop.ui.sell.map_picture import MapPicture
from boxoffice_desktop.ui.sell.wording import describe_holder, describe_refusal
from boxoffice_desktop.ui.tasks.tickets import tickets_file_name
from boxoffice_desktop.ui.widgets.countdown_ring import CountdownRing
from boxoffice_desktop.ui.widgets.elided_label import ElidedLabel
from boxoffice_desktop.ui.widgets.formats import Formats

FORMATS = Formats(currency="EUR", locale="en_GB")


def test_the_ring_counts_down_and_warns_near_its_end(qtbot: QtBot) -> None:
    ring = CountdownRing()
    qtbot.addWidget(ring)
    with qtbot.waitSignal(ring.ticked) as told:
        ring.run_until(monotonic() + 200, 300)
    assert told.args == [200]
    assert not ring.is_short()
    ring.run_until(monotonic() + 29, 300)
    assert ring.is_short()
    ring.stop()
    assert ring.seconds_left() == 0


def test_a_long_text_is_cut_and_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("A Journey to the Far Side of the Moon")
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.whole_text() == label.accessibleName()
    label.resize(900, 20)
    assert label.text() == label.whole_text()
    assert label.toolTip() == ""


def test_an_empty_cash_field_is_the_exact_amount(qtbot: QtBot) -> None:
    page = CashPage(FORMATS)
    qtbot.addWidget(page)
    page.start(2350)
    assert page.get_payment().given == 2350


@pytest.mark.parametrize("typed", ["23.49", "1.2.3", ".", "20.005"])
def test_cash_that_is_no_amount_or_too_little_is_marked(qtbot: QtBot, typed: str) -> None:
    page = CashPage(FORMATS)
    qtbot.addWidget(page)
    page.start(2350)
    page.given.setText(typed)
    with pytest.raises(InvalidInputError):
        page.get_payment()
    assert page.given.property("error") is True
    assert page._problem.text()


@pytest.mark.parametrize(
    ("state", "holder", "words"),
    [
        ("held", "Counter 2", "C4 is with Counter 2"),
        ("held", None, "C4 is taken"),
        ("sold", "Counter 2", "C4 is sold"),
        ("house", None, "C4 is kept by the house"),
        ("reservation", None, "C4 is reserved"),
        ("out_of_order", None, "C4 is out of order"),
        ("gone", None, "C4 is not in the hall any more"),
    ],
)
def test_a_refused_seat_is_described(state: str, holder: str | None, words: str) -> None:
    assert describe_holder(SeatHolder(seat_id=1, seat_name="C4", state=state, holder=holder)) == words


def test_refusals_without_seats_still_say_something() -> None:
    assert describe_refusal(SeatsUnavailableError(()))
    assert describe_refusal(NotEnoughSeatsError(2, 0)) == "No such seat is free for 2."
    assert describe_refusal(KeyError("bug")) == ""


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [("Counter 1", "counter-1-000042.pdf"), ("../../etc", "etc-000042.pdf"), ("收银台", "till-000042.pdf")],
)
def test_a_tickets_file_has_a_harmless_name(terminal: str, expected: str) -> None:
    assert tickets_file_name(terminal, 42) == expected


def state_with(*statuses: SeatStatus, free: int, held: int) -> MapState:
    return MapState(show_id=1, statuses=statuses, free=free, held=held, sold=0, activity=(), layout_version=1)


def test_an_older_answer_does_not_take_our_seats_off_the_map() -> None:
    picture = MapPicture()
    picture.take_state(state_with(free=10, held=0), (SeatKey(1, 7), SeatKey(2, 9)), "Counter 1")
    assert {s.look for s in picture.statuses.values()} == {SeatLook.MINE}
    assert list(picture.statuses) == [7]
    assert (picture.free, picture.held) == (9, 1)


def test_seats_given_back_are_free_at_once() -> None:
    picture = MapPicture()
    mine = SeatStatus(seat_id=7, look=SeatLook.MINE, holder="Counter 1")
    picture.take_state(state_with(mine, free=9, held=1), (SeatKey(1, 7),), "Counter 1")
    picture.lay_own((), (SeatKey(1, 7),), "Counter 1")
    assert picture.statuses == {}
    assert (picture.free, picture.held) == (10, 0)


def test_the_activity_names_time_counter_and_seats(qtbot: QtBot) -> None:
    panel = ActivityList(FORMATS)
    qtbot.addWidget(panel)
    at = datetime(2026, 11, 20, 19, 57, tzinfo=UTC)
    panel.show_activity([ActivityLine(at=at, terminal_name="Counter 2", what="sold", seat_names=("C4", "C5"))])
    item = panel._list.item(0)
    assert item.text() == "19:57  Counter 2 sold\nC4, C5"
