"""One print job, from the queue to the paper, when database or printer give up in between."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, NotFoundError, OutcomeUnknownError, PrinterError
from boxoffice_desktop.domain.printing import DocumentKind, PrintDoubtError, PrinterChoice, PrinterKind, PrintState
from boxoffice_desktop.services import print_queue
from boxoffice_desktop.services.context import TicketsDocument
from boxoffice_desktop.services.print_queue import QueuedPrint
from boxoffice_desktop.ui.tasks.printing import PrintWorker
from tests.ui.fakes import FakeDesk

JOB_ID = UUID(int=7)
NETWORK = PrinterChoice(kind=PrinterKind.NETWORK, address="printer")
JOB = QueuedPrint(
    job_id=JOB_ID,
    kind=DocumentKind.TICKETS,
    subject=str(JOB_ID),
    design="",
    state=PrintState.PRINTING,
    tries=1,
    error="",
    printer="printer",
    made_at=datetime(2026, 11, 20, 19, 30, tzinfo=UTC),
    number=42,
    titles=("Nosferatu",),
    tickets=2,
    copy=1,
    is_fresh=True,
    takes_cash=True,
)


class Database(FakeDesk):
    """Knows one job; `away` answers nothing, `lost` commits and says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.state = PrintState.WAITING
        self.away = False
        self.lost = False
        self.tries = 0
        self.documents[JOB_ID] = TicketsDocument(pdf=b"%PDF", warnings=("Set in Latin letters.",))

    def call(self, operation: Callable[..., Any], arguments: Mapping[str, object]) -> Any:
        if self.away:
            raise DatabaseUnavailableError("The database does not answer.")
        answer: object = None
        if operation is print_queue.begin_print:
            if self.state is PrintState.WAITING:
                self.state, self.tries = PrintState.PRINTING, self.tries + 1
                answer = replace(JOB, tries=self.tries)
        else:
            assert operation is print_queue.end_print
            answer = self.state is PrintState.PRINTING
            if answer:
                self.state = PrintState(str(arguments["state"]))
        if self.lost:
            self.lost = False
            raise OutcomeUnknownError
        return answer


class Printer:
    """`paper` is what came out; `before` and `after` are raised before or after it did."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.paper: list[str] = []
        self.kicks = 0
        self.before: Exception | None = None
        self.after: Exception | None = None
        self.takes_line_down = False

    def send(self, _pdf: bytes, _choice: PrinterChoice, title: str, *, kick: bool) -> None:
        self.kicks += kick
        if self.before is not None:
            raise self.before
        assert self.database.state is PrintState.PRINTING, "the database must know first"
        self.paper.append(title)
        self.database.away = self.takes_line_down
        if self.after is not None:
            raise self.after


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def printer(database: Database) -> Printer:
    return Printer(database)


@pytest.fixture
def worker(database: Database, printer: Printer, tmp_path: Path) -> PrintWorker:
    return PrintWorker(database, printer, tmp_path / "tickets")


def test_a_print_is_begun_sent_and_ended(worker: PrintWorker, database: Database, printer: Printer) -> None:
    report = worker.work(JOB_ID, NETWORK)
    assert (report.state, report.printer, report.warnings) == (PrintState.DONE, "printer", ("Set in Latin letters.",))
    assert printer.paper == ["counter-1-000042.pdf"]
    assert database.state is PrintState.DONE
    # Nothing waits any more: nothing comes out.
    assert worker.work(JOB_ID, NETWORK).state is None
    assert len(printer.paper) == 1


def test_what_came_out_while_the_line_died_is_told_when_it_is_back(
    worker: PrintWorker, database: Database, printer: Printer
) -> None:
    printer.takes_line_down = True
    assert worker.work(JOB_ID, NETWORK).state is PrintState.DONE
    assert database.state is PrintState.PRINTING
    assert worker.has_unrecorded()
    with pytest.raises(DatabaseUnavailableError):
        worker.work(JOB_ID, NETWORK)
    database.away = False
    assert worker.work(JOB_ID, NETWORK).state is None
    assert database.state is PrintState.DONE
    assert not worker.has_unrecorded()
    assert len(printer.paper) == 1


def test_nothing_is_printed_that_the_database_may_not_know_of(
    worker: PrintWorker, database: Database, printer: Printer
) -> None:
    database.lost = True
    with pytest.raises(OutcomeUnknownError):
        worker.work(JOB_ID, NETWORK)
    assert printer.paper == []
    assert database.state is PrintState.PRINTING
    # It is put back, and then printed once.
    assert worker.work(JOB_ID, NETWORK).state is PrintState.DONE
    assert len(printer.paper) == 1


def test_an_end_whose_answer_got_lost_is_told_again_without_harm(
    worker: PrintWorker, database: Database, printer: Printer
) -> None:
    printer.after = None

    def lose_next(*_arguments: object, **_keywords: object) -> None:
        database.lost = True

    printer.send = lose_next  # type: ignore[method-assign]  # the line dies with the last page
    assert worker.work(JOB_ID, NETWORK).state is PrintState.DONE
    assert database.state is PrintState.DONE
    worker.record()
    assert not worker.has_unrecorded()


@pytest.mark.parametrize(
    ("before", "after", "state", "pages"),
    [
        (PrinterError("out of paper"), None, PrintState.WAITING, 0),
        (None, PrintDoubtError("it hung up"), PrintState.DOUBT, 1),
    ],
)
def test_trouble_is_told_apart_by_what_may_be_on_paper(
    worker: PrintWorker,
    database: Database,
    printer: Printer,
    before: Exception | None,
    after: Exception | None,
    state: PrintState,
    pages: int,
) -> None:
    printer.before, printer.after = before, after
    report = worker.work(JOB_ID, NETWORK)
    assert (report.state, database.state, len(printer.paper)) == (state, state, pages)
    assert report.error == str(before or after)


def test_a_bug_while_printing_is_a_doubt_and_stays_a_bug(
    worker: PrintWorker, database: Database, printer: Printer
) -> None:
    printer.after = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        worker.work(JOB_ID, NETWORK)
    assert database.state is PrintState.DOUBT


def test_what_cannot_be_rendered_waits(worker: PrintWorker, database: Database, printer: Printer) -> None:
    database.documents.clear()
    report = worker.work(JOB_ID, NETWORK)
    assert (report.state, database.state) == (PrintState.WAITING, PrintState.WAITING)
    assert str(NotFoundError("sale", JOB_ID)) in report.error
    assert printer.paper == []


def test_the_drawer_opens_with_the_first_try_only(worker: PrintWorker, printer: Printer) -> None:
    printer.before = PrinterError("out of paper")
    worker.work(JOB_ID, NETWORK)
    printer.before = None
    worker.work(JOB_ID, NETWORK)
    assert printer.kicks == 1


def test_the_folder_takes_a_file_whole_or_not_at_all(worker: PrintWorker, database: Database, tmp_path: Path) -> None:
    (tmp_path / "tickets").write_text("in the way")
    assert worker.work(JOB_ID, PrinterChoice()).state is PrintState.WAITING
    (tmp_path / "tickets").unlink()
    report = worker.work(JOB_ID, PrinterChoice())
    assert report.saved_to == tmp_path / "tickets" / "counter-1-000042.pdf"
    assert [file.name for file in (tmp_path / "tickets").iterdir()] == ["counter-1-000042.pdf"]
    assert database.state is PrintState.DONE
