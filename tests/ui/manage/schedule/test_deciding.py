"""Status, forms, generator, copies, and the words on the page."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.business_day import local_moment
from boxoffice_desktop.domain.schedule import HallTakenError, ShowStatus, find_clash
from boxoffice_desktop.domain.week_plan import PlanConflict, PlanTrouble, ProposedShow, WeekPlan
from boxoffice_desktop.services.schedule import planning, publishing, reading
from boxoffice_desktop.services.schedule.drafts import ChangedShow, change_show, create_drafts
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.services.schedule.status import RefusedStatus, StatusReport, change_status
from boxoffice_desktop.ui.manage.schedule.copy_dialog import CopyDialog
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.manage.schedule.plan_dialog import PlanDialog, parse_times
from boxoffice_desktop.ui.manage.schedule.show_dialog import ShowDialog
from boxoffice_desktop.ui.manage.schedule.words import Words, status_word
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.theme import apply_theme
from tests.ui.fakes import FakeDesk
from tests.ui.manage.schedule.conftest import FILMS, FRIDAY, HALLS, ZONE, asked, at, block, moved, opened, schedule


def menu_texts(page: SchedulePage, show_id: int) -> list[str]:
    assert page.schedule is not None
    chosen = next(each for each in page.schedule.blocks if each.show_id == show_id)
    menu = page.build_menu(chosen)
    texts = [action.text() for action in menu.actions() if action.text()]
    menu.deleteLater()
    return texts


def plan_of(shown: Schedule) -> WeekPlan:
    one = shown.blocks[0]
    show = ProposedShow(
        movie_id=1,
        title="Nosferatu",
        hall_id=1,
        day=FRIDAY,
        span=one.span,
        format="2D",
        language="",
        is_prime=True,
        shifted_minutes=-5,
    )
    clash = find_clash(1, one.span, [one.as_occupied()])
    conflicts = (
        PlanConflict(title="Nosferatu", day=FRIDAY, at=time(18), trouble=PlanTrouble.NO_ROOM, clash=clash),
        PlanConflict(title="Nosferatu", day=FRIDAY, at=time(2, 30), trouble=PlanTrouble.NO_SUCH_TIME),
    )
    return WeekPlan(shows=(show,), conflicts=conflicts)


def test_the_menu_offers_what_the_status_allows(page: SchedulePage) -> None:
    assert "Put on sale" in menu_texts(page, 1)
    assert "Take off the schedule" in menu_texts(page, 1)
    sold = menu_texts(page, 3)
    assert {"Close sales", "Cancel the show…", "Move with tickets…"} <= set(sold)
    assert "Back to draft" not in sold


def test_all_drafts_in_sight_go_on_sale_with_one_button(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.answers[change_status] = StatusReport(changed=(), refused=())
    button = page._buttons["sell"]
    assert button.text() == "Put 2 on sale"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked(desk, change_status)))
    assert asked(desk, change_status)[0] == {
        "stamps": (ShowStamp(show_id=1, version=7), ShowStamp(show_id=2, version=7)),
        "status": ShowStatus.ON_SALE,
    }


def test_what_did_not_change_is_told_with_its_reason(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule
) -> None:
    clash = find_clash(1, shown.blocks[0].span, [shown.blocks[0].as_occupied()])
    assert clash is not None
    refused = RefusedStatus(block=shown.blocks[0], show_id=1, problem=HallTakenError(clash))
    desk.answers[change_status] = StatusReport(changed=(), refused=(refused,))
    page.controller.set_status(shown.blocks[0], ShowStatus.ON_SALE)
    qtbot.waitUntil(lambda: "1 not changed" in page.message.text())
    assert "in the hall then" in page.message.text()


def test_a_show_is_put_on_with_keys_alone(page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner) -> None:
    desk.answers[create_drafts] = (ShowStamp(show_id=9, version=1),)
    page.catalogue.list.setFocus()
    page.catalogue.list.setCurrentRow(0)
    QTest.keyClick(page.catalogue.list, Qt.Key.Key_Return)
    dialog = opened(page, ShowDialog)
    dialog.hall.setCurrentIndex(1)
    dialog.time.setTime(QTime(14, 30))
    assert dialog.pause.value() == 20
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked(desk, create_drafts)))
    (new,) = asked(desk, create_drafts)[0]["shows"]
    assert (new.movie_id, new.hall_id, new.starts_at) == (1, 2, at(14, 30))
    qtbot.waitUntil(tasks.is_idle)


def test_a_refused_form_stays_open_and_says_why(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    clash = find_clash(1, shown.blocks[0].span, [shown.blocks[0].as_occupied()])
    assert clash is not None
    desk.answers[change_show] = HallTakenError(clash)
    page.controller.forms.edit(shown.blocks[1])
    dialog = opened(page, ShowDialog)
    dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)
    assert "in the hall then" in dialog.trouble.text()
    desk.answers[change_show] = ChangedShow(before=shown.blocks[1], after=moved(shown.blocks[1]))
    with qtbot.waitSignal(dialog.accepted):
        dialog.deed.click()
    qtbot.waitUntil(tasks.is_idle)


@pytest.fixture
def form(qtbot: QtBot, qapp: object) -> ShowDialog:
    dialog = ShowDialog("", "Save", halls=HALLS, films=FILMS[:1], zone=ZONE, words=Words("en_GB"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show_new(FILMS[0], 1, at(20))
    dialog.show()
    return dialog


def test_a_time_that_does_not_exist_is_refused(form: ShowDialog) -> None:
    form.day.show_day(date(2026, 3, 29))
    form.time.setTime(QTime(2, 30))
    assert form.values() is None
    assert "does not exist" in form.trouble.text()


def test_a_time_that_comes_twice_is_asked_about(form: ShowDialog) -> None:
    assert not form.which.isVisible()
    form.day.show_day(date(2026, 10, 25))
    form.time.setTime(QTime(2, 30))
    assert form.which.isVisible()
    form.which.setCurrentIndex(1)
    values = form.values()
    assert values is not None
    assert values.starts_at.fold == 1
    assert values.starts_at == local_moment(date(2026, 10, 25), time(2, 30), ZONE, later=True)


def test_the_form_says_when_the_film_ends(form: ShowDialog) -> None:
    assert form._ends.text() == "Friday 8 May 2026 · film ends 21:45, hall free 22:00"


def test_a_week_is_previewed_before_it_is_written(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    plan = plan_of(shown)
    desk.answers[planning.preview_week] = plan
    desk.answers[planning.write_plan] = (ShowStamp(show_id=9, version=1),)
    page.controller.forms.generate()
    dialog = opened(page, PlanDialog)
    qtbot.waitUntil(dialog.deed.isEnabled)
    assert dialog.deed.text() == "Make 1 drafts"
    assert dialog.preview.shows.texts() == [["Fri 8", "18:00", "Hall 1", "Nosferatu", "prime time · -5 min"]]
    assert dialog.preview.conflicts.rowCount() == 2
    assert asked(desk, planning.write_plan) == []
    (wish,) = asked(desk, planning.preview_week)[0]["wishes"]
    assert (wish.hall_ids, wish.times[0], len(wish.days)) == ((1, 2), time(14, 30), 7)
    with qtbot.waitSignal(dialog.accepted):
        dialog.deed.click()
    assert asked(desk, planning.write_plan) == [{"shows": plan.shows}]
    assert len(page.controller.undo_stack) == 1
    qtbot.waitUntil(tasks.is_idle)


def test_wishes_that_cannot_be_read_are_not_asked_for(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner
) -> None:
    desk.answers[planning.preview_week] = WeekPlan(shows=(), conflicts=())
    page.controller.forms.generate()
    dialog = opened(page, PlanDialog)
    qtbot.waitUntil(tasks.is_idle)
    desk.asked.clear()
    dialog.cards[0].times.setText("half past eight")
    dialog.ask()
    assert "14:30" in dialog.trouble.text()
    assert asked(desk, planning.preview_week) == []
    dialog.reject()


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("14:30, 17.15 2015", (time(14, 30), time(17, 15), time(20, 15))),
        ("9:05;9:05", (time(9, 5),)),
        ("", ()),
        ("25:00", None),
        ("noon", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, times: tuple[time, ...] | None) -> None:
    assert parse_times(text) == times


def test_a_copy_is_previewed_for_the_chosen_day(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    desk.answers[planning.preview_copy] = plan_of(shown)
    page.controller.forms.copy_days()
    dialog = opened(page, CopyDialog)
    qtbot.waitUntil(dialog.deed.isEnabled)
    assert asked(desk, planning.preview_copy)[-1] == {
        "from_day": FRIDAY,
        "to_day": FRIDAY + timedelta(days=7),
        "days": 1,
    }
    dialog.reject()


def test_a_hint_reads_the_days_on_the_screen_again(page: SchedulePage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.answers[reading.read_schedule] = schedule(block(1, at(18)))
    with qtbot.waitSignal(page.controller.refreshed):
        page.on_hint(1)
    assert page.schedule is not None
    assert len(page.schedule.blocks) == 1


def test_nothing_is_redrawn_under_the_hand(page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner) -> None:
    page.timeline.view.select(1)
    page.timeline.view.push(minutes=5)
    desk.answers[reading.read_schedule] = schedule(block(1, at(18)))
    before = len(asked(desk, reading.read_schedule))
    page.controller.refresh()
    qtbot.waitUntil(tasks.is_idle)
    assert len(asked(desk, reading.read_schedule)) > before
    assert page.timeline.view.carry is not None
    page.timeline.view.drop_carry()
    qtbot.waitUntil(lambda: page.schedule is not None and len(page.schedule.blocks) == 1)


def test_an_empty_day_says_what_to_do_and_a_cinema_without_halls_too(page: SchedulePage, shown: Schedule) -> None:
    page.show_schedule(schedule())
    assert "Drag a film" in page.detail.text()
    page.show_schedule(replace(shown, halls=(), blocks=()))
    assert "under Halls" in page.detail.text()


def test_every_status_and_reason_has_words(shown: Schedule) -> None:
    assert {status_word(status) for status in ShowStatus} == {"draft", "on sale", "closed", "cancelled"}
    words = Words("en_GB")
    for trouble in PlanTrouble:
        assert words.conflict(PlanConflict(title="", day=FRIDAY, at=time(20), trouble=trouble))
    assert words.days(FRIDAY, FRIDAY + timedelta(days=6)) == "Fri 8 – Thu 14 May 2026"  # noqa: RUF001  typography


def test_week_and_dark_theme_draw_every_block(page: SchedulePage, qapp: Any) -> None:
    blocks = [
        block(n, at(14 + 3 * n, day=FRIDAY + timedelta(days=1)), status=status, day=FRIDAY + timedelta(days=1), held=1)
        for n, status in enumerate(ShowStatus)
        if n < 3
    ]
    page.show_schedule(schedule(*blocks, days=7))
    assert set(page.timeline.view._items) == {0, 1, 2}
    apply_theme(qapp, dark=True)
    page.timeline.zoom(1)
    assert set(page.timeline.view._items) == {0, 1, 2}


def test_a_calendar_file_is_written_whole(page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tmp_path: Any) -> None:
    desk.answers[publishing.render_calendar] = b"BEGIN:VCALENDAR\r\n"
    page.controller.questions.write_calendar(str(tmp_path / "week.ics"))
    qtbot.waitUntil((tmp_path / "week.ics").exists)
    assert (tmp_path / "week.ics").read_bytes() == b"BEGIN:VCALENDAR\r\n"
    page.controller.questions.write_calendar(str(tmp_path / "nowhere" / "week.ics"))
    qtbot.waitUntil(lambda: "Not saved" in page.message.text())
