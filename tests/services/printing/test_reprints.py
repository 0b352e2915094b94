"""A ticket that is printed again has a new code, a reason, a number, and a line in the journal."""

from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.services import print_queue, reprints, tickets
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from tests.services.printing.test_print_queue import begin, end, sell
from tests.support.cinema import Cinema, Till


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till("Counter 1", "sid")


def sell_and_print(cinema: Cinema, till: Till, *names: str) -> UUID:
    sale_id = sell(cinema, till, *names)
    begin(till, sale_id)
    end(till, sale_id, PrintState.DONE)
    return sale_id


def reprint(till: Till, ticket_id: int, reprint_id: UUID | None = None, reason: str = "Torn") -> int:
    return till.call(reprints.reprint_ticket, reprint_id=reprint_id or uuid4(), ticket_id=ticket_id, reason=reason)


def first_ticket(till: Till, number: int = 1, terminal: str = "Counter 1") -> reprints.ReprintableTicket:
    return till.call(reprints.list_reprintable, terminal_name=terminal, sale_number=number)[0]


def test_a_copy_has_a_new_code_and_says_which_copy_it_is(cinema: Cinema, till: Till) -> None:
    sale_id = sell_and_print(cinema, till, "A1", "A2")
    before = till.call(tickets.list_ticket_pages, sale_id=sale_id)
    reprint_id = uuid4()
    assert reprint(till, first_ticket(till).ticket_id, reprint_id) == 2
    after = till.call(tickets.list_ticket_pages, sale_id=sale_id)
    assert [page.copy for page in after] == [2, 1]
    assert after[0].code != before[0].code
    assert after[1].code == before[1].code
    # Its print job prints that one ticket.
    (job,) = till.call(print_queue.list_open_jobs)
    assert (job.job_id, job.sale_id, job.copy, job.tickets, job.takes_cash) == (reprint_id, sale_id, 2, 1, False)
    (page,) = till.call(tickets.list_ticket_pages, sale_id=sale_id, job_id=job.job_id)
    assert page == after[0]
    assert first_ticket(till).copies == 2


def test_every_copy_is_in_the_journal_and_the_chain_holds(cinema: Cinema, till: Till) -> None:
    sale_id = sell_and_print(cinema, till, "A1")
    ticket = first_ticket(till)
    reprint(till, ticket.ticket_id)
    reprint(till, ticket.ticket_id, reason='Lost | "again"')
    rows = cinema.query("SELECT sale_id, body FROM boxoffice.journal WHERE kind = 'reprint' ORDER BY number")
    assert [row[0] for row in rows] == [sale_id, sale_id]
    assert f"|{ticket.ticket_id}|3|{till.context.staff_id}||" in rows[1][1]
    assert '"Lost | \\"again\\""' in rows[1][1]
    report = work_as_owner(cinema.admin_conninfo, cinema.starts_at, verify_journal)
    assert (report.faults, report.entries > 2) == ((), True)


def test_asked_twice_it_is_one_copy(cinema: Cinema, till: Till) -> None:
    sell_and_print(cinema, till, "A1")
    ticket, reprint_id = first_ticket(till), uuid4()
    assert [reprint(till, ticket.ticket_id, reprint_id) for _ in range(2)] == [2, 2]
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket_copy") == [(1,)]
    assert cinema.query("SELECT count(*) FROM boxoffice.journal WHERE kind = 'reprint'") == [(1,)]


def test_what_is_still_in_the_queue_is_not_printed_again(cinema: Cinema, till: Till) -> None:
    sale_id = sell(cinema, till, "A1")
    with pytest.raises(ConflictError, match="still in the print queue"):
        reprint(till, first_ticket(till).ticket_id)
    begin(till, sale_id)
    end(till, sale_id, PrintState.DOUBT)
    with pytest.raises(ConflictError, match="still in the print queue"):
        reprint(till, first_ticket(till).ticket_id)


def test_a_cashier_needs_the_permission(cinema: Cinema, till: Till) -> None:
    sell_and_print(cinema, till, "A1")
    ticket = first_ticket(till)
    with pytest.raises(NotAllowedError):
        reprint(cinema.till("Counter 1", "carla"), ticket.ticket_id)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed(cinema: Cinema, till: Till, reason: str) -> None:
    sell_and_print(cinema, till, "A1")
    with pytest.raises(InvalidInputError):
        reprint(till, first_ticket(till).ticket_id, reason=reason)


def test_any_till_of_the_venue_prints_a_ticket_again(cinema: Cinema, till: Till) -> None:
    sale_id = sell_and_print(cinema, till, "A1")
    other = cinema.till("Counter 2", "mona")
    reprint_id = uuid4()
    reprint(other, first_ticket(other).ticket_id, reprint_id)
    with pytest.raises(NotFoundError):
        other.call(tickets.list_ticket_pages, sale_id=sale_id, job_id=reprint_id)
    begin(other, reprint_id)
    (page,) = other.call(tickets.list_ticket_pages, sale_id=sale_id, job_id=reprint_id)
    assert page.copy == 2


def test_an_unknown_sale_is_not_found(cinema: Cinema, till: Till) -> None:
    with pytest.raises(NotFoundError):
        first_ticket(till, 99)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code FROM boxoffice.ticket_copy",
        "UPDATE boxoffice.ticket_copy SET copy = 5",
        "DELETE FROM boxoffice.ticket_copy",
        "INSERT INTO boxoffice.ticket_copy (ticket_id, copy) VALUES (1, 3)",
        "SELECT boxoffice.write_journal(1, 'reprint', now(), NULL, gen_random_uuid(), '')",
    ],
)
def test_a_till_writes_no_copy_by_itself(cinema: Cinema, till: Till, statement: str) -> None:
    sell_and_print(cinema, till, "A1")
    reprint(till, first_ticket(till).ticket_id)
    with psycopg.connect(till.database.conninfo) as raw:
        raw.execute("SELECT boxoffice.attach(%s)", (till.token,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement)  # type: ignore[call-overload]  # the test's own words


def test_the_guard_asks_for_permission_reason_and_a_code_of_its_own(cinema: Cinema, till: Till) -> None:
    sale_id = sell_and_print(cinema, till, "A1")
    ticket_id = first_ticket(till).ticket_id
    old = till.call(tickets.list_ticket_pages, sale_id=sale_id)[0].code
    call = "SELECT boxoffice.reprint_ticket(gen_random_uuid(), :ticket, :reason, :code, NULL)"

    def attack(user_name: str, **values: object) -> str:
        attacker = cinema.till("Counter 1", user_name)
        good: dict[str, object] = {"ticket": ticket_id, "reason": "Torn", "code": uuid4().bytes}

        def work(session: object, _context: object) -> None:
            session.execute(text(call), {**good, **values})  # type: ignore[attr-defined]

        try:
            attacker.call(work)
        except Exception as error:  # noqa: BLE001  whatever refuses
            cause = error.__cause__ or error
            return str(getattr(getattr(cause, "orig", cause), "sqlstate", None))
        return ""

    assert attack("carla") == "BX403"
    assert attack("sid", reason=" ") == "23514"
    assert attack("sid", code=b"short") == "23514"
    assert attack("sid", code=old) == "BX409"
    assert attack("sid", ticket=999_999) == "BX409"
    assert attack("sid") == ""
