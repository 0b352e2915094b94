"""Saturday, half past seven: the printer dies in the middle of ten sales. Ten sets of tickets on paper, none twice."""

import hashlib
from collections import Counter as Tally
from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.print_queue import Decision
from boxoffice_desktop.services.refunds import plan_refund, refund_tickets
from boxoffice_desktop.services.sale_details import get_sale_details
from boxoffice_desktop.ui.printing.window import QueueWindow
from boxoffice_desktop.ui.printing.words import name_state
from boxoffice_desktop.ui.sell.phase import Phase
from boxoffice_desktop.ui.widgets.pdf_raster import raster_pdf
from tests.support.cinema import Cinema
from tests.support.desktop import Counter, Counters
from tests.support.fake_printer import FakePrinter

SALES = 10


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    fake = FakePrinter().start()
    yield fake
    fake.stop()


def open_counter(qtbot: QtBot, counters: Counters, printer: FakePrinter) -> Counter:
    counter = counters.open()
    counter.desktop.printing.choices.save(DocumentKind.TICKETS, printer.choice())
    counter.sign_in(qtbot)
    counter.open_show(qtbot, counters.cinema.show_id)
    return counter


def sell_two(qtbot: QtBot, counter: Counter) -> UUID:
    """A sale by keys; it does not wait for any printer."""
    counter.press("2")
    qtbot.waitUntil(lambda: len(counter.basket()) == 2, timeout=10_000)
    counter.press(Qt.Key.Key_Return)
    with qtbot.waitSignal(counter.page.sold, timeout=10_000) as sold:
        counter.press(Qt.Key.Key_Return)
    counter.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.page.controller.phase is Phase.CHOOSING, timeout=10_000)
    sale_id: UUID = sold.args[0].sale_id
    return sale_id


def digest(page: object) -> str:
    return hashlib.sha256(page.rows).hexdigest()  # type: ignore[attr-defined]


def tickets_of(counter: Counter, sales: list[UUID]) -> dict[str, tuple[UUID, int]]:
    """What every ticket looks like on paper."""
    found = {}
    for sale_id in sales:
        pdf = counter.till.render_tickets(sale_id).pdf
        for line, page in enumerate(raster_pdf(pdf, 576)):
            found[digest(page)] = (sale_id, line)
    return found


def states(cinema: Cinema) -> Tally[str]:
    return Tally(row[0] for row in cinema.query("SELECT state FROM boxoffice.print_job"))


def press(window: QueueWindow, button: QPushButton) -> None:
    assert button.isVisibleTo(window)
    button.click()


def test_ten_sales_while_the_printer_dies_make_ten_sets_of_tickets(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    counter = open_counter(qtbot, counters, printer)
    sales = [sell_two(qtbot, counter) for _ in range(3)]
    qtbot.waitUntil(lambda: states(cinema)["done"] == 3, timeout=10_000)
    # It dies between the two tickets of the fourth sale, and stays dead for two more.
    printer.faults.dies_after = printer._taken + 100_000
    sales += [sell_two(qtbot, counter)]
    qtbot.waitUntil(lambda: states(cinema)["doubt"] == 1, timeout=10_000)
    printer.stop()
    printer.faults.dies_after = None
    sales += [sell_two(qtbot, counter) for _ in range(2)]
    qtbot.waitUntil(lambda: states(cinema)["waiting"] == 2, timeout=10_000)
    strip = counter.desktop.window.status.queue_button
    qtbot.waitUntil(lambda: strip.text() == "2 to print, 1 in doubt", timeout=10_000)
    # On again, and out of paper; the next sale is not held up by that either.
    printer.faults.out_of_paper = True
    printer.start()
    sales += [sell_two(qtbot, counter)]
    printer.faults.out_of_paper = False
    sales += [sell_two(qtbot, counter) for _ in range(SALES - len(sales))]
    qtbot.waitUntil(lambda: states(cinema) == {"done": SALES - 1, "doubt": 1}, timeout=30_000)
    # The doubt is asked about; one of its two tickets is on paper, and the cashier tears it up.
    expected = tickets_of(counter, sales)
    before = [expected[digest(page)] for page in printer.pages]
    half = [each for each in before if each[0] == sales[3]]
    assert len(half) == 1
    printer.pages = [page for page in printer.pages if expected[digest(page)] not in half]
    qtbot.waitUntil(lambda: len(counter.desktop.printing.queue.jobs) == 1)
    counter.desktop.window.status.queue_button.click()
    (window,) = counter.desktop.window.findChildren(QueueWindow)
    assert "Nosferatu" in window.question.text()
    press(window, window.again)
    qtbot.waitUntil(lambda: states(cinema) == {"done": SALES}, timeout=10_000)
    qtbot.waitUntil(lambda: window.empty.isVisibleTo(window))
    on_paper = Tally(expected[digest(page)] for page in printer.pages)
    assert on_paper == {(sale_id, line): 1 for sale_id in sales for line in (0, 1)}
    assert {row[0] for row in cinema.query("SELECT sale_id FROM boxoffice.sale")} == set(sales)
    window.close()


def test_all_that_came_out_before_the_line_died_is_not_printed_again(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    counter = open_counter(qtbot, counters, printer)
    printer.faults.dies_before_answer = True
    sell_two(qtbot, counter)
    qtbot.waitUntil(lambda: states(cinema)["doubt"] == 1, timeout=10_000)
    printer.faults.dies_before_answer = False
    notices = counter.desktop.presenter.notices
    qtbot.waitUntil(lambda: "Did it come out?" in [message.title for message in notices.messages])
    qtbot.waitUntil(lambda: len(counter.desktop.printing.queue.jobs) == 1)
    counter.desktop.printing.show_queue()
    (window,) = counter.desktop.window.findChildren(QueueWindow)
    press(window, window.came_out)
    qtbot.waitUntil(lambda: states(cinema) == {"done": 1}, timeout=10_000)
    assert len(printer.pages) == 2
    window.close()


def test_tickets_that_were_taken_back_before_they_came_out_hold_nobody_up(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    counter = open_counter(qtbot, counters, printer)
    printer.faults.out_of_paper = True
    queue = counter.desktop.printing.queue
    first = sell_two(qtbot, counter)
    qtbot.waitUntil(lambda: any(job.error for job in queue.jobs), timeout=10_000)
    till = cinema.till("Counter 1", "sid")
    sale = till.call(get_sale_details, sale_id=first)
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    till.call(refund_tickets, order=plan_refund(sale, tickets, kind=RefundKind.VOID))
    till.database.close()
    printer.faults.out_of_paper = False
    sell_two(qtbot, counter)
    qtbot.waitUntil(lambda: len(printer.pages) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: [job.job_id for job in queue.jobs] == [first], timeout=10_000)
    assert name_state(queue.jobs[0]) == "taken back: skip it"
    queue.decide(queue.jobs[0], Decision.SKIP)
    qtbot.waitUntil(lambda: states(cinema) == {"done": 1, "skipped": 1}, timeout=10_000)
    qtbot.waitUntil(counter.desktop.tasks.is_idle, timeout=10_000)


def test_a_till_that_is_opened_again_prints_what_waits_and_asks_about_what_it_was_printing(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    # An earlier run sold twice, had begun the first print, and died.
    till = cinema.till()
    sales = [_sell(cinema, till, seats) for seats in (("A1", "A2"), ("B1", "B2"))]
    assert till.call(print_queue.begin_print, job_id=sales[0], printer="it") is not None
    till.database.close()
    counter = counters.open()
    counter.desktop.printing.choices.save(DocumentKind.TICKETS, printer.choice())
    counter.sign_in(qtbot)
    qtbot.waitUntil(lambda: states(cinema) == {"done": 1, "doubt": 1}, timeout=10_000)
    expected = tickets_of(counter, sales)
    assert [expected[digest(page)] for page in printer.pages] == [(sales[1], 0), (sales[1], 1)]
    qtbot.waitUntil(lambda: len(counter.desktop.printing.queue.jobs) == 1)
    (job,) = counter.desktop.printing.queue.jobs
    assert (job.job_id, job.state) == (sales[0], PrintState.DOUBT)
    counter.desktop.printing.queue.decide(job, Decision.PRINT_AGAIN)
    qtbot.waitUntil(lambda: states(cinema) == {"done": 2}, timeout=10_000)
    assert len({digest(page) for page in printer.pages}) == 4


def _sell(cinema: Cinema, till: object, names: tuple[str, ...]) -> UUID:
    from tests.services.printing.test_print_queue import sell

    return sell(cinema, till, *names)  # type: ignore[arg-type]


def test_what_a_dead_till_has_not_printed_comes_out_at_another(
    qtbot: QtBot, cinema: Cinema, counters: Counters, printer: FakePrinter
) -> None:
    dead = cinema.till("Counter 2")
    sale_id = _sell(cinema, dead, ("A1", "A2"))
    dead.database.close()
    counter = counters.open()
    counter.desktop.printing.choices.save(DocumentKind.TICKETS, printer.choice())
    counter.sign_in(qtbot, "sid")
    counter.desktop.window.queue_requested.emit()
    (window,) = counter.desktop.window.findChildren(QueueWindow)
    qtbot.waitUntil(lambda: window.stranded.count() == 1, timeout=10_000)
    (take,) = [button for button in window.findChildren(QPushButton) if button.text() == "Print it here"]
    qtbot.waitUntil(lambda: take.isVisibleTo(window))
    press(window, take)
    qtbot.waitUntil(lambda: states(cinema) == {"done": 1}, timeout=10_000)
    qtbot.waitUntil(lambda: not take.isVisibleTo(window))
    assert len(printer.pages) == 2
    assert cinema.query("SELECT terminal_id FROM boxoffice.print_job WHERE job_id = %s", sale_id) == [
        (counter.till.terminal_id,)
    ]
    window.close()
