"""A supervisor prints a ticket again, on the real window and a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.ui.approval.approval_dialog import ApprovalDialog
from boxoffice_desktop.ui.printing.reprint_dialog import ReprintDialog
from boxoffice_desktop.ui.printing.window import QueueWindow
from tests.services.printing.test_print_queue import sell
from tests.support.cinema import PINS, Cinema
from tests.support.desktop import Counter, Counters
from tests.support.fake_printer import FakePrinter


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    fake = FakePrinter().start()
    yield fake
    fake.stop()


def open_queue(counter: Counter) -> QueueWindow:
    counter.desktop.printing.show_queue()
    return counter.desktop.window.findChildren(QueueWindow)[-1]


def test_a_ticket_is_printed_again_with_a_reason(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    sell(cinema, till := cinema.till(), "A1", "A2")
    till.database.close()
    counter = counters.open()
    counter.desktop.printing.choices.save(DocumentKind.TICKETS, printer.choice())
    counter.sign_in(qtbot, "sid")
    qtbot.waitUntil(lambda: len(printer.pages) == 2, timeout=10_000)
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)
    window = open_queue(counter)
    window.reprint.click()
    (dialog,) = window.findChildren(ReprintDialog)
    dialog.form.set_text("number", "1")
    dialog.find_button.click()
    qtbot.waitUntil(lambda: len(dialog.tickets) == 2, timeout=10_000)
    dialog.print_button.click()
    assert "Tick the tickets" in dialog.words.text()
    assert "Say why" in dialog.reason.problems()["reason"]
    list(dialog.tickets.values())[1].click()
    dialog.reason.set_text("reason", "Torn")
    dialog.print_button.click()
    qtbot.waitUntil(lambda: len(printer.pages) == 3, timeout=10_000)
    assert printer.events.count("drawer") == 1  # for the sale's cash, and not again
    assert printer.pages[2] != printer.pages[1]
    assert cinema.query("SELECT copy, reason FROM boxoffice.ticket_copy") == [(2, "Torn")]
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)
    window.close()


def test_a_cashier_prints_again_what_a_supervisor_approves_ticket_by_ticket(
    qtbot: QtBot, cinema: Cinema, counters: Counters
) -> None:
    sell(cinema, till := cinema.till(), "A1", "A2")
    till.database.close()
    counter = counters.open()
    counter.sign_in(qtbot)
    qtbot.waitUntil(lambda: not counter.desktop.printing.queue.jobs, timeout=10_000)
    window = open_queue(counter)
    window.reprint.click()
    (dialog,) = window.findChildren(ReprintDialog)
    dialog.form.set_text("number", "1")
    dialog.find_button.click()
    qtbot.waitUntil(lambda: len(dialog.tickets) == 2, timeout=10_000)
    for box in dialog.tickets.values():
        box.click()
    dialog.reason.set_text("reason", "Torn")
    dialog.print_button.click()
    copies = "SELECT count(*) FROM boxoffice.ticket_copy"
    for number in (1, 2):
        approve(qtbot, dialog, PINS["sid"])
        qtbot.waitUntil(lambda: cinema.query(copies) == [(number,)], timeout=10_000)  # noqa: B023 - waited for here
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)
    window.close()


def test_nobody_who_approves_means_nothing_printed(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    sell(cinema, till := cinema.till(), "A1")
    till.database.close()
    counter = counters.open()
    counter.sign_in(qtbot)
    qtbot.waitUntil(lambda: not counter.desktop.printing.queue.jobs, timeout=10_000)
    window = open_queue(counter)
    window.reprint.click()
    (dialog,) = window.findChildren(ReprintDialog)
    dialog.form.set_text("number", "1")
    dialog.find_button.click()
    qtbot.waitUntil(lambda: len(dialog.tickets) == 1, timeout=10_000)
    dialog.reason.set_text("reason", "Torn")
    dialog.print_button.click()
    (asked,) = dialog.findChildren(ApprovalDialog)
    asked.reject()
    assert "Nobody approved" in dialog.words.text()
    assert dialog.print_button.isEnabled()
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket_copy") == [(0,)]
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)
    window.close()


def approve(qtbot: QtBot, dialog: ReprintDialog, pin: str) -> None:
    """Sid's PIN into the approval that is asked for now."""

    def find() -> ApprovalDialog | None:
        return next((each for each in dialog.findChildren(ApprovalDialog) if each.isVisible()), None)

    qtbot.waitUntil(lambda: (asked := find()) is not None and asked._yes.isEnabled(), timeout=10_000)
    asked = find()
    assert asked is not None
    names = [asked._names.itemData(row) for row in range(asked._names.count())]
    asked._names.setCurrentIndex(names.index("sid"))
    asked._pin.setText(pin)
    asked.try_pin()


def test_the_queue_closes_with_the_sign_out(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    window = open_queue(counter)
    assert window.empty.isVisibleTo(window)
    counter.desktop.shell.sign_out()
    assert not window.isVisible()
