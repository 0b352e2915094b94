"""A report that is printed again says which copy it is, on paper and in the journal."""

from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.services import print_queue, shift_reports, shifts
from boxoffice_desktop.services.print_queue import Decision
from boxoffice_desktop.services.report_copies import note_report
from tests.services.printing.test_print_queue import begin, end
from tests.services.refunds.test_refunds import assert_journal_holds
from tests.support.cinema import Cinema, Till


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


@pytest.fixture
def shift_id(till: Till) -> UUID:
    shift = till.call(shifts.get_shift_view).shift
    assert shift is not None
    return UUID(str(shift.shift_id))


def ask(till: Till, shift_id: UUID) -> UUID:
    job_id = uuid4()
    till.call(print_queue.request_print, job_id=job_id, kind=DocumentKind.REPORT, subject=str(shift_id))
    return job_id


def print_it(till: Till, shift_id: UUID) -> int:
    """Through the queue; which copy the paper says it is."""
    job_id = ask(till, shift_id)
    begin(till, job_id)
    report = till.call(shift_reports.get_report, shift_id=shift_id, job_id=job_id)
    end(till, job_id, PrintState.DONE)
    return int(report.copy)


def copies_in_journal(cinema: Cinema) -> list[list[str]]:
    rows = cinema.query("SELECT body FROM boxoffice.journal WHERE kind = 'report' ORDER BY number")
    return [row[0].split("|")[-3:] for row in rows]


def close(till: Till, shift_id: UUID) -> None:
    closing = ShiftClosing(count_id=uuid4(), shift_id=shift_id, pieces=(), reason="test")
    till.call(shifts.close_shift, closing=closing)


def test_the_second_print_is_a_copy_on_paper_and_in_the_journal(cinema: Cinema, till: Till, shift_id: UUID) -> None:
    assert [print_it(till, shift_id) for _ in range(3)] == [1, 2, 3]
    sid = str(till.context.staff_id)
    assert copies_in_journal(cinema) == [[str(shift_id), "2", sid], [str(shift_id), "3", sid]]
    assert_journal_holds(cinema, till)


def test_the_z_report_is_no_copy_of_the_x_reports_before_it(cinema: Cinema, till: Till, shift_id: UUID) -> None:
    print_it(till, shift_id)
    close(till, shift_id)
    assert [print_it(till, shift_id) for _ in range(2)] == [1, 2]
    assert [number for _, number, _ in copies_in_journal(cinema)] == ["2"]


def test_an_x_report_that_waited_for_the_printer_is_no_z_report(till: Till, shift_id: UUID) -> None:
    waiting = ask(till, shift_id)
    close(till, shift_id)
    begin(till, waiting)
    late = till.call(shift_reports.get_report, shift_id=shift_id, job_id=waiting)
    end(till, waiting, PrintState.DONE)
    assert (late.closed_at, late.copy) == (None, 1)
    assert [print_it(till, shift_id) for _ in range(2)] == [1, 2]


def test_what_the_window_shows_says_what_would_come_out(till: Till, shift_id: UUID) -> None:
    assert till.call(shift_reports.read_x_report, shift_id=shift_id).copy == 1
    print_it(till, shift_id)
    assert till.call(shift_reports.read_x_report, shift_id=shift_id).copy == 2


def test_a_print_past_the_queue_counts_too(cinema: Cinema, till: Till, shift_id: UUID) -> None:
    job_id = uuid4()
    for _ in range(2):
        till.call(note_report, job_id=job_id, shift_id=shift_id)
    assert till.call(print_queue.list_open_jobs) == ()
    assert print_it(till, shift_id) == 2
    assert [number for _, number, _ in copies_in_journal(cinema)] == ["2"]


def test_asking_twice_with_one_id_and_a_print_that_was_skipped_make_no_copy(
    cinema: Cinema, till: Till, shift_id: UUID
) -> None:
    job_id = ask(till, shift_id)
    till.call(print_queue.request_print, job_id=job_id, kind=DocumentKind.REPORT, subject=str(shift_id))
    till.call(print_queue.decide, job_id=job_id, before=PrintState.WAITING, decision=Decision.SKIP)
    assert print_it(till, shift_id) == 1
    assert copies_in_journal(cinema) == []
