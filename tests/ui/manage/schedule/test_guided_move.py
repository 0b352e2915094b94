"""A show with sales moves: the list first, then the exchange, then who was left."""

from datetime import date, time
from uuid import UUID

from PySide6.QtCore import QTime
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.domain.seat_moves import SeatMatch
from boxoffice_desktop.services.schedule.moves import MovedTicket, MovePreview, preview_move
from boxoffice_desktop.services.schedule.moving import LeftTicket, MovedShow, move_sold_show
from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.ui.manage.schedule.move_dialog import MoveDialog
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.manage.schedule.conftest import HALLS, ZONE, at, block


def opened(page: SchedulePage) -> MoveDialog:
    [dialog] = page.findChildren(MoveDialog)
    return dialog


def test_a_guided_move_lists_those_who_must_change_first(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    tickets = (
        moved_ticket(1, "A1", "A1", SeatMatch.SAME),
        moved_ticket(2, "D4", "A2", SeatMatch.NEAREST),
    )
    desk.answers[preview_move] = MovePreview(
        block=shown.blocks[2], hall_name="Hall 1", starts_at=at(20), clash=None, tickets=tickets
    )
    page.controller.move_with_tickets(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    dialog = opened(page)
    assert [row[1] for row in dialog.table.texts()] == ["D4", "A1"]
    assert dialog.summary.text() == "1 keep their seat · 1 must change · 0 find none"
    # Nothing was chosen yet that would change anything.
    assert not dialog.deed.isEnabled()


def test_a_guided_move_is_done_after_its_list_was_seen_and_names_who_was_left(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    block = shown.blocks[2]
    desk.answers[preview_move] = MovePreview(
        block=block, hall_name="Hall 1", starts_at=at(21), clash=None, tickets=(moved_ticket(1, "A1", "A1"),)
    )
    left = LeftTicket(sale="Counter 1 · 5", seat_name="D4", why="inside")
    desk.answers[move_sold_show] = MovedShow(show_id=block.show_id, exchanged=7, left=(left,))
    page.controller.move_with_tickets(block)
    qtbot.waitUntil(tasks.is_idle)
    dialog = opened(page)
    dialog.time.setTime(QTime(21, 45))
    qtbot.waitUntil(dialog.deed.isEnabled)
    dialog.deed.click()
    qtbot.waitUntil(lambda: dialog.summary.text() == "7 tickets exchanged · 1 keep their old one")
    [(operation, arguments)] = [each for each in desk.asked if each[0] is move_sold_show]
    assert (operation, arguments["show_id"], arguments["version"]) == (move_sold_show, block.show_id, block.version)
    assert arguments["starts_at"].time() == time(21, 45)
    assert dialog.table.texts() == [["Counter 1 · 5", "D4", "", "is inside already"]]


def test_a_refused_move_says_why_and_can_be_tried_again(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    desk.answers[preview_move] = MovePreview(
        block=shown.blocks[2], hall_name="Hall 1", starts_at=at(21), clash=None, tickets=()
    )
    desk.answers[move_sold_show] = ConflictError("3 seats are in baskets.")
    page.controller.move_with_tickets(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    dialog = opened(page)
    dialog.time.setTime(QTime(21, 45))
    qtbot.waitUntil(dialog.deed.isEnabled)
    dialog.deed.click()
    qtbot.waitUntil(lambda: "3 seats are in baskets" in dialog.trouble.text())
    assert dialog.deed.isEnabled()


def moved_ticket(number: int, old: str, new: str, match: SeatMatch = SeatMatch.SAME) -> MovedTicket:
    return MovedTicket(
        ticket_id=number,
        sale_id=UUID(int=number),
        sale=f"Counter 1 · {number + 3}",
        from_seat=old,
        to_seat=new,
        to_seat_id=number,
        match=match,
    )


def test_a_move_into_an_hour_that_does_not_exist_is_refused_at_once(page: SchedulePage, qtbot: QtBot) -> None:
    night = block(3, local_moment(date(2026, 3, 29), time(1), ZONE), status=ShowStatus.ON_SALE, sold=2)
    dialog = MoveDialog(night, films=(), halls=HALLS, zone=ZONE, words=page.words, parent=page)
    asked_for: list[object] = []
    dialog.preview_requested.connect(lambda _film, _hall, moment: asked_for.append(moment))
    dialog.time.setTime(QTime(2, 30))
    assert asked_for == []
    assert "does not exist" in dialog.trouble.text()
    dialog.time.setTime(QTime(3, 30))
    assert asked_for == [local_moment(date(2026, 3, 29), time(3, 30), ZONE)]
    dialog.close()
