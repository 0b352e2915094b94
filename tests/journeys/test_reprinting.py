"""A supervisor prints a ticket again, on the real window and a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.printing import DocumentKind
from boxoffice_desktop.ui.printing.reprint_dialog import ReprintDialog
from boxoffice_desktop.ui.printing.window import QueueWindow
from tests.services.printing.test_print_queue import sell
from tests.support.cinema import Cinema
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


def test_a_cashier_is_not_offered_it(qtbot: QtBot, cinema: Cinema, counters: Counters) -> None:
    counter = counters.open()
    counter.sign_in(qtbot)
    window = open_queue(counter)
    assert not window.reprint.isVisibleTo(window)
    assert window.empty.isVisibleTo(window)
    counter.desktop.shell.sign_out()
    assert not window.isVisible()
