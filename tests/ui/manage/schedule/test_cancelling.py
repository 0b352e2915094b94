"""Cancelling a show: whom it concerns, what is paid back, and the way there in one step."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.cancellations import list_card_refunds, list_sales_to_refund, refund_cancelled_sale
from boxoffice_desktop.services.schedule.affected import (
    AffectedSale,
    ContactForm,
    export_affected,
    list_affected_sales,
)
from boxoffice_desktop.services.schedule.reading import Schedule
from boxoffice_desktop.services.schedule.status import StatusReport, change_status, list_due_refunds
from boxoffice_desktop.ui.manage.schedule.dialogs import ListDialog
from boxoffice_desktop.ui.manage.schedule.page import SchedulePage
from boxoffice_desktop.ui.manage.schedule.refund_run import RefundRunDialog
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from tests.ui.fakes import FakeDesk
from tests.ui.manage.schedule.conftest import asked, at, opened

CONCERNED = (
    AffectedSale(
        sale_id=UUID(int=1),
        number=41,
        terminal_name="Counter 2",
        cashier="Carla",
        at=at(11, 30),
        name="",
        phone="",
        seat_names=("B1", "B2"),
        amount=2400,
        payment_kinds=("cash", "some_voucher"),
    ),
    AffectedSale(
        sale_id=None,
        number=None,
        terminal_name="Counter 1",
        cashier="Sid",
        at=at(12),
        name="Orlok",
        phone="555 0199",
        seat_names=("A1",),
        amount=0,
        payment_kinds=(),
    ),
)


def test_cancelling_asks_once_with_whom_it_concerns(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    desk.answers[list_affected_sales] = CONCERNED
    desk.answers[change_status] = StatusReport(changed=(), refused=())
    page.controller.ask_cancel(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    dialog = opened(page, ListDialog)
    assert dialog.table.texts() == [
        ["Fri 8 11:30", "Counter 2", "41", "Carla", "", "", "B1, B2", "cash, some voucher", "€24.00"],
        ["Fri 8 12:00", "Counter 1", "reserved", "Sid", "Orlok", "555 0199", "A1", "", ""],
    ]
    assert not dialog.deed.isDefault()
    assert asked(desk, change_status) == []
    dialog.deed.click()
    qtbot.waitUntil(lambda: bool(asked(desk, change_status)))
    assert asked(desk, change_status)[0]["status"] is ShowStatus.CANCELLED


def test_a_show_that_was_cancelled_is_paid_back_in_one_step(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner
) -> None:
    sold = replace(shown.blocks[2], sold=2, status=ShowStatus.CANCELLED)
    desk.answers |= {
        list_affected_sales: CONCERNED,
        change_status: StatusReport(changed=(sold,), refused=()),
        list_sales_to_refund: (UUID(int=1),),
        list_card_refunds: (),
        refund_cancelled_sale: None,
    }
    page.controller.ask_cancel(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    opened(page, ListDialog).deed.click()
    qtbot.waitUntil(lambda: bool(page.findChildren(RefundRunDialog)) and tasks.is_idle())
    run = opened(page, RefundRunDialog)
    assert asked(desk, refund_cancelled_sale) == []
    run.deed.click()
    qtbot.waitUntil(lambda: len(asked(desk, refund_cancelled_sale)) == 1 and tasks.is_idle())
    assert asked(desk, refund_cancelled_sale)[0]["show_id"] == sold.show_id


@pytest.mark.parametrize("report", ["refused", "unsold"])
def test_nothing_is_offered_where_nobody_has_paid_or_nothing_was_cancelled(
    page: SchedulePage, desk: FakeDesk, qtbot: QtBot, shown: Schedule, tasks: TaskRunner, report: str
) -> None:
    unsold = replace(shown.blocks[2], sold=0)
    desk.answers |= {
        list_affected_sales: (),
        change_status: StatusReport(changed=(unsold,) if report == "unsold" else (), refused=()),
    }
    page.controller.ask_cancel(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    opened(page, ListDialog).deed.click()
    qtbot.waitUntil(lambda: bool(asked(desk, change_status)) and tasks.is_idle())
    assert page.findChildren(RefundRunDialog) == []


@pytest.mark.parametrize("form", list(ContactForm))
def test_the_list_of_those_concerned_is_saved_as_a_file(
    page: SchedulePage,
    desk: FakeDesk,
    qtbot: QtBot,
    shown: Schedule,
    tasks: TaskRunner,
    tmp_path: Path,
    form: ContactForm,
) -> None:
    desk.answers[list_affected_sales] = CONCERNED
    desk.answers[export_affected] = b"the list"
    page.controller.show_affected(shown.blocks[2])
    qtbot.waitUntil(tasks.is_idle)
    dialog, file = opened(page, ListDialog), tmp_path / f"list.{form.value}"
    page.controller.questions.write_contacts(dialog, shown.blocks[2], form, str(file))
    qtbot.waitUntil(tasks.is_idle)
    assert file.read_bytes() == b"the list"
    assert dialog.trouble.text() == f"Saved: {file}"
    ((sent),) = asked(desk, export_affected)
    assert (sent["show_id"], sent["form"]) == (3, form)
    page.controller.questions.write_contacts(dialog, shown.blocks[2], form, str(tmp_path / "no" / "such"))
    qtbot.waitUntil(tasks.is_idle)
    assert dialog.trouble.text().startswith("Not saved")


def test_nothing_due_is_said(page: SchedulePage, desk: FakeDesk, qtbot: QtBot, tasks: TaskRunner) -> None:
    desk.answers[list_due_refunds] = ()
    page.controller.show_due_refunds()
    qtbot.waitUntil(tasks.is_idle)
    assert "Nothing is due" in opened(page, ListDialog).trouble.text()
