"""Every sale has its print job, and a job goes only where it may."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
)
from boxoffice_desktop.domain.printing import DocumentKind, PrintState
from boxoffice_desktop.services import holds, print_queue, sales, shifts, tickets
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.print_queue import Decision
from boxoffice_desktop.services.till import Till as Desk
from tests.documents.tickets import open_pdf
from tests.support.cinema import PINS, Cinema, Till

WAITING, PRINTING, DOUBT, DONE, SKIPPED = (
    PrintState.WAITING,
    PrintState.PRINTING,
    PrintState.DOUBT,
    PrintState.DONE,
    PrintState.SKIPPED,
)


def sell(cinema: Cinema, till: Till, *names: str) -> UUID:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids(*names))
    return till.call(sales.complete_sale, order=cinema.order(hold_id, *names)).sale_id


def begin(till: Till, job_id: UUID) -> None:
    assert till.call(print_queue.begin_print, job_id=job_id, printer="Printer 1") is not None


def end(till: Till, job_id: UUID, state: PrintState, error: str = "") -> bool:
    return till.call(print_queue.end_print, job_id=job_id, state=state, error=error)


def state_of(cinema: Cinema, job_id: UUID) -> str:
    return str(cinema.query("SELECT state FROM boxoffice.print_job WHERE job_id = %s", job_id)[0][0])


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till()


def test_a_sale_has_its_print_job(cinema: Cinema, till: Till) -> None:
    sale_id = sell(cinema, till, "A1", "A2")
    (job,) = till.call(print_queue.list_open_jobs)
    assert (job.job_id, job.sale_id, job.kind, job.state) == (sale_id, sale_id, DocumentKind.TICKETS, WAITING)
    assert (job.number, job.titles, job.tickets, job.is_fresh, job.takes_cash) == (1, ("Nosferatu",), 2, True, True)


def test_a_sale_that_is_rolled_back_has_none(cinema: Cinema, till: Till) -> None:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1"))

    def sell_and_fail() -> None:
        def work(session: object, context: object) -> None:
            sales.complete_sale(session, context, order=cinema.order(hold_id, "A1"))  # type: ignore[arg-type]
            raise ConflictError("no")

        till.call(work)

    with pytest.raises(ConflictError, match="no"):
        sell_and_fail()
    assert cinema.query("SELECT count(*) FROM boxoffice.print_job") == [(0,)]


def test_without_its_job_no_sale_is_stored(cinema: Cinema, till: Till) -> None:
    # What makes the job is in the sale's transaction: when it cannot, nothing is sold.
    cinema.execute("ALTER TABLE boxoffice.print_job ADD CONSTRAINT nothing CHECK (kind <> 'tickets')")
    with pytest.raises(Exception, match="nothing"):
        sell(cinema, till, "A1")
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(0,)]


def test_a_print_from_waiting_to_done(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    assert state_of(cinema, job_id) == PRINTING
    assert end(till, job_id, DONE)
    assert till.call(print_queue.list_open_jobs) == ()
    steps = cinema.query("SELECT state, printer, terminal_id, staff_id FROM boxoffice.print_step ORDER BY step_id")
    who = (till.context.terminal_id, till.context.staff_id)
    assert steps == [("printing", "Printer 1", *who), ("done", "Printer 1", *who)]


def test_only_one_window_begins_a_print(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    assert till.call(print_queue.begin_print, job_id=job_id, printer="Printer 2") is None


def test_a_print_that_ended_is_told_twice_without_harm(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    assert end(till, job_id, DONE)
    assert not end(till, job_id, WAITING)
    assert state_of(cinema, job_id) == DONE


def test_trouble_before_the_paper_lets_it_wait_with_the_reason(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    end(till, job_id, WAITING, "x" * 900)
    (job,) = till.call(print_queue.list_open_jobs)
    assert (job.state, job.tries, job.error) == (WAITING, 1, "x" * 500)
    begin(till, job_id)
    assert till.call(print_queue.list_open_jobs)[0].error == ""


def test_a_till_that_died_while_printing_leaves_a_doubt(cinema: Cinema, till: Till) -> None:
    jobs = [sell(cinema, till, seat) for seat in ("A1", "A3")]
    begin(till, jobs[0])
    again = cinema.till(user_name=None)
    assert again.call(print_queue.mark_interrupted) == 1
    assert [state_of(cinema, job) for job in jobs] == [DOUBT, WAITING]


def test_a_file_that_was_being_saved_is_saved_again(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    assert till.call(print_queue.begin_print, job_id=job_id, printer="") is not None
    till.call(print_queue.mark_interrupted)
    assert state_of(cinema, job_id) == WAITING


@pytest.mark.parametrize(
    ("decision", "after"),
    [(Decision.CAME_OUT, DONE), (Decision.PRINT_AGAIN, WAITING), (Decision.SKIP, SKIPPED)],
)
def test_a_person_ends_a_doubt(cinema: Cinema, till: Till, decision: Decision, after: PrintState) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    end(till, job_id, DOUBT)
    till.call(print_queue.decide, job_id=job_id, before=DOUBT, decision=decision)
    assert state_of(cinema, job_id) == after
    with pytest.raises(ConflictError):
        till.call(print_queue.decide, job_id=job_id, before=DOUBT, decision=decision)


def test_nobody_signed_in_decides_nothing(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    begin(till, job_id)
    end(till, job_id, DOUBT)
    with pytest.raises(NotSignedInError):
        cinema.till(user_name=None).call(print_queue.decide, job_id=job_id, before=DOUBT, decision=Decision.PRINT_AGAIN)


def test_another_till_neither_sees_nor_prints_it(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    other = cinema.till("Counter 2", "sid")
    assert other.call(print_queue.list_open_jobs) == ()
    assert other.call(print_queue.begin_print, job_id=job_id, printer="x") is None


def test_a_living_tills_jobs_are_its_own(cinema: Cinema, till: Till) -> None:
    sell(cinema, till, "A1")
    other = cinema.till("Counter 2", "sid")
    assert other.call(print_queue.list_stranded) == ()
    with pytest.raises(ConflictError, match="prints for itself"):
        other.call(print_queue.take_over, terminal_id=till.context.terminal_id)


def test_a_dead_tills_jobs_are_taken_over_with_permission(cinema: Cinema, till: Till) -> None:
    jobs = [sell(cinema, till, seat) for seat in ("A1", "A3", "A5")]
    begin(till, jobs[0])
    begin(till, jobs[2])
    end(till, jobs[2], DONE)
    till.database.close()
    other = cinema.till("Counter 2", "sid")
    (stranded,) = other.call(print_queue.list_stranded)
    assert (stranded.terminal_name, stranded.jobs) == ("Counter 1", 2)
    assert other.call(print_queue.take_over, terminal_id=stranded.terminal_id) == 2
    assert [job.state for job in other.call(print_queue.list_open_jobs)] == [DOUBT, WAITING]
    # The tickets of another till's sale can be rendered while they are printed in its place, and not before or after.
    with pytest.raises(NotFoundError):
        other.call(tickets.list_ticket_pages, sale_id=jobs[1])
    begin(other, jobs[1])
    assert len(other.call(tickets.list_ticket_pages, sale_id=jobs[1])) == 1
    end(other, jobs[1], DONE)
    with pytest.raises(NotFoundError):
        other.call(tickets.list_ticket_pages, sale_id=jobs[1])


def test_a_cashier_takes_over_nothing(cinema: Cinema, till: Till) -> None:
    sell(cinema, till, "A1")
    till.database.close()
    other = cinema.till("Counter 2", "carla")
    with pytest.raises(NotAllowedError):
        other.call(print_queue.list_stranded)
    with pytest.raises(NotAllowedError):
        other.call(print_queue.take_over, terminal_id=till.context.terminal_id)


def test_a_receipt_is_asked_for_once(cinema: Cinema, till: Till) -> None:
    sale_id, job_id = sell(cinema, till, "A1"), uuid4()
    for _ in range(2):
        till.call(print_queue.request_print, job_id=job_id, kind=DocumentKind.RECEIPT, subject=str(sale_id))
    jobs = [job for job in till.call(print_queue.list_open_jobs) if job.job_id == job_id]
    assert [(job.kind, job.number, job.tickets) for job in jobs] == [(DocumentKind.RECEIPT, 1, 0)]


def test_tickets_are_not_asked_for(cinema: Cinema, till: Till) -> None:
    sale_id = sell(cinema, till, "A1")
    with pytest.raises(ConflictError, match="again with a reason"):
        till.call(print_queue.request_print, job_id=uuid4(), kind=DocumentKind.TICKETS, subject=str(sale_id))


def test_an_old_job_is_not_fresh(cinema: Cinema, till: Till) -> None:
    job_id = sell(cinema, till, "A1")
    cinema.execute("UPDATE boxoffice.print_job SET made_at = made_at - interval '31 min' WHERE job_id = %s", job_id)
    assert not till.call(print_queue.list_open_jobs)[0].is_fresh


def test_the_queue_is_found_by_its_index(cinema: Cinema, till: Till) -> None:
    cinema.execute(
        "INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, state)"
        " SELECT gen_random_uuid(), 1, 'report', '', 'done' FROM generate_series(1, 20000)"
    )
    cinema.execute("ANALYZE boxoffice.print_job")

    def explain(session: object, _context: object) -> str:
        rows = session.execute(  # type: ignore[attr-defined]
            text("EXPLAIN " + print_queue._OPEN.text), {"terminal": 1, "fresh": 30}
        )
        return "\n".join(row[0] for row in rows)

    assert "print_job_open_ix" in till.call(explain)


def test_a_job_is_rendered_in_the_design_that_the_till_has_chosen(cinema: Cinema, tmp_path: Path) -> None:
    _, login, _ = cinema.logins["Counter 1"]
    database = Database(cinema.conninfo())
    desk = Desk(database, login=login, attempts=AttemptFile(tmp_path), clock=lambda: cinema.starts_at)
    desk.sign_in("carla", PINS["carla"])
    job_id = sell(cinema, cinema.till(), "A1", "A2")
    job = desk.call(print_queue.begin_print, {"job_id": job_id, "printer": "Printer 1"})
    assert job is not None
    sizes = {name: desk.render_job(job, name).pdf for name in ("", "ticket-a6", "ticket-a4-four")}
    # Two tickets: a page each, and both on one sheet.
    assert [pdf.count(b"/MediaBox") for pdf in sizes.values()] == [2, 2, 1]
    with pytest.raises(BoxOfficeError, match="no such design"):
        desk.render_job(job, "ticket-nowhere")
    # The control: another kind of document is drawn from the same sale.
    assert desk.render_job(replace(job, kind=DocumentKind.RECEIPT)).pdf not in sizes.values()
    database.close()


def test_an_x_and_then_a_z_report_is_printed_by_the_queue(cinema: Cinema, tmp_path: Path) -> None:
    _, login, _ = cinema.logins["Counter 1"]
    database = Database(cinema.conninfo())
    desk = Desk(database, login=login, attempts=AttemptFile(tmp_path), clock=lambda: cinema.starts_at)
    desk.sign_in("sid", PINS["sid"])
    ((shift_id,),) = cinema.query(
        "SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = %s", desk.terminal_id
    )

    def print_report() -> bytes:
        job_id = uuid4()
        wanted = {"job_id": job_id, "kind": DocumentKind.REPORT, "subject": str(shift_id)}
        desk.call(print_queue.request_print, wanted)
        job = desk.call(print_queue.begin_print, {"job_id": job_id, "printer": "Printer 1"})
        assert job is not None
        assert (job.kind, job.number, job.tickets) == (DocumentKind.REPORT, None, 0)
        return desk.render_job(job).pdf

    running = open_pdf(print_report()).text()
    desk.call(shifts.close_shift, {"closing": ShiftClosing(shift_id=shift_id, count_id=uuid4(), pieces=(), reason="")})
    closed = open_pdf(print_report()).text()
    assert ("X report" in running, "Z report" in running) == (True, False)
    assert ("X report" in closed, "Z report" in closed) == (False, True)
    database.close()
