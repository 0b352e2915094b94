"""A print job takes legal steps only, whoever asks; attacked with a till's own credential and plain SQL."""

from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from boxoffice_desktop.services import holds, print_queue, sales
from tests.support.cinema import Cinema, Till

STATES = ("waiting", "printing", "doubt", "done", "skipped")
LEGAL = {
    ("waiting", "printing"),
    ("printing", "done"),
    ("printing", "waiting"),
    ("printing", "doubt"),
    ("doubt", "done"),
    ("doubt", "waiting"),
    ("doubt", "skipped"),
    ("waiting", "skipped"),
    ("skipped", "waiting"),
}
BY_THE_TILL_ALONE = {pair for pair in LEGAL if "printing" in pair}


def sell(cinema: Cinema, till: Till) -> UUID:
    hold_id = uuid4()
    till.call(holds.hold_seats, hold_id=hold_id, show_id=cinema.show_id, seat_ids=cinema.ids("A1"))
    return till.call(sales.complete_sale, order=cinema.order(hold_id, "A1")).sale_id


def attack(till: Till, statement: str, **values: object) -> str:
    """The SQLSTATE of the refusal; empty when it was let through."""

    def work(session: object, _context: object) -> None:
        session.execute(text(statement), values)  # type: ignore[attr-defined]

    try:
        till.call(work)
    except Exception as error:  # noqa: BLE001  whatever refuses
        cause = error.__cause__ if error.__cause__ is not None else error
        inner = getattr(cause, "orig", cause)
        return str(getattr(inner, "sqlstate", None) or type(error).__name__)
    return ""


def test_only_legal_steps(cinema: Cinema) -> None:
    till = cinema.till()
    job_id = sell(cinema, till)
    stranger = cinema.till("Counter 2", "sid")
    unsigned = cinema.till("Counter 1", None)
    for before in STATES:
        for after in STATES:
            step = "UPDATE boxoffice.print_job SET state = :after WHERE job_id = :job"
            force = "UPDATE boxoffice.print_job SET state = %s WHERE job_id = %s"
            for who, allowed in ((stranger, set()), (unsigned, BY_THE_TILL_ALONE), (till, LEGAL)):
                cinema.execute(force, before, job_id)
                expected = "" if (before, after) in allowed else "BX"
                assert attack(who, step, after=after, job=job_id)[:2] == expected, (before, after, who.context)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM boxoffice.print_job",
        "UPDATE boxoffice.print_job SET kind = 'report'",
        "UPDATE boxoffice.print_job SET subject = ''",
        "UPDATE boxoffice.print_job SET tries = 0",
        "UPDATE boxoffice.print_job SET staff_id = 2",
        "UPDATE boxoffice.print_job SET made_at = clock_timestamp()",
        "INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject) SELECT gen_random_uuid(), 1, 'slip', ''",
        "INSERT INTO boxoffice.print_step (job_id, state, printer, error) VALUES (gen_random_uuid(), 'done', '', '')",
        "UPDATE boxoffice.print_step SET staff_id = 2",
        "DELETE FROM boxoffice.print_step",
        "TRUNCATE boxoffice.print_job",
        "LOCK TABLE boxoffice.print_job IN EXCLUSIVE MODE",
        "SELECT boxoffice.queue_tickets()",
        "SELECT boxoffice.write_print_step()",
    ],
)
def test_a_till_does_only_what_it_is_granted(cinema: Cinema, statement: str) -> None:
    till = cinema.till()
    sell(cinema, till)
    assert attack(till, statement) in {"42501", "NotAllowedError"}


def test_the_record_says_who(cinema: Cinema) -> None:
    till = cinema.till()
    job_id = sell(cinema, till)
    till.call(print_queue.begin_print, job_id=job_id, printer="Printer 1")
    other = cinema.till("Counter 1", "sid")
    attack(other, "UPDATE boxoffice.print_job SET state = 'doubt' WHERE job_id = :job", job=job_id)
    rows = cinema.query("SELECT state, staff_id FROM boxoffice.print_step ORDER BY step_id")
    assert rows == [("printing", till.context.staff_id), ("doubt", other.context.staff_id)]


def test_a_living_tills_job_is_not_pulled_away(cinema: Cinema) -> None:
    till = cinema.till()
    job_id = sell(cinema, till)
    thief = cinema.till("Counter 2", "sid")
    steal = "UPDATE boxoffice.print_job SET terminal_id = :me WHERE job_id = :job"
    assert attack(thief, steal, me=thief.context.terminal_id, job=job_id)[:2] == "BX"
    # Nor is a job pushed to somebody else.
    assert attack(till, steal, me=thief.context.terminal_id, job=job_id)[:2] == "BX"


def test_codes_of_another_tills_sale_stay_secret(cinema: Cinema) -> None:
    till = cinema.till()
    job_id = sell(cinema, till)
    thief = cinema.till("Counter 2", "sid")

    def read(session: object, _context: object) -> int:
        rows = session.execute(text("SELECT * FROM boxoffice.printable_codes(:sale)"), {"sale": job_id})  # type: ignore[attr-defined]
        return len(rows.all())

    assert till.call(read) == 1
    assert thief.call(read) == 0
    assert cinema.till("Counter 1", None).call(read) == 0
    with psycopg.connect(cinema.conninfo("Counter 2")) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("SELECT code FROM boxoffice.ticket")


def test_a_report_is_of_a_shift_of_this_venue(cinema: Cinema) -> None:
    till = cinema.till()
    ((shift_id,),) = cinema.query(
        "SELECT shift_id::text FROM boxoffice.terminal_chain WHERE terminal_id = %s", till.context.terminal_id
    )
    ask = "SELECT boxoffice.request_print(gen_random_uuid(), 'report', :subject, '')"
    assert attack(till, ask, subject=shift_id) == ""
    for subject in ("", "nothing", f"{shift_id}|7", f"{shift_id}\n", shift_id.upper(), str(uuid4())):
        assert attack(till, ask, subject=subject) == "BX409", subject
    stranger = cinema.till("Counter 2", "sid")
    assert attack(stranger, ask, subject=shift_id) == ""
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
        " VALUES ('Elsewhere', 'Asia/Tokyo', 'JPY', 'ja_JP')"
    )
    cinema.execute("UPDATE boxoffice.terminal SET venue_id = 2 WHERE terminal_id = %s", till.context.terminal_id)
    assert attack(stranger, ask, subject=shift_id) == "BX409"
