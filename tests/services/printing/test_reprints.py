"""A ticket that is printed again has a new code, a reason, a number, and a line in the journal."""

from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from boxoffice_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.services import approvals, print_queue, reprints, staff, tickets
from boxoffice_desktop.services.approvals import ApprovalRequest
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from boxoffice_desktop.services.staff import derive_key
from tests.services.printing.test_print_queue import begin, end, sell
from tests.support.cinema import PINS, Cinema, Till


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


def grant(till: Till, reprint_id: UUID, amount: int = 0) -> UUID:
    """Sid's yes at the cashier's till, by PIN."""
    salt = till.call(staff.get_sign_in_salt, user_name="sid")
    till.call(staff.offer_key, user_name="sid", key=derive_key(PINS["sid"], salt))
    request = ApprovalRequest(act=reprints.REPRINT_ACT, subject=reprint_id, amount=amount, reason="Torn")
    return till.call(approvals.grant_approval, request=request).accept().approval_id


def test_a_cashier_prints_again_with_an_approval_that_stands_in_the_journal(cinema: Cinema) -> None:
    cashier = cinema.till()
    sell_and_print(cinema, cashier, "A1")
    ticket_id, reprint_id = first_ticket(cashier).ticket_id, uuid4()
    with pytest.raises(NotAllowedError):
        reprint(cashier, ticket_id, reprint_id)
    approval_id = grant(cashier, reprint_id)
    values = {"reprint_id": reprint_id, "ticket_id": ticket_id, "reason": "Torn", "approval_id": approval_id}
    assert [cashier.call(reprints.reprint_ticket, **values) for _ in range(2)] == [2, 2]
    ((body,),) = cinema.query("SELECT body FROM boxoffice.journal WHERE kind = 'reprint'")
    assert str(approval_id) in body


@pytest.mark.parametrize("trick", ["another reprint", "another ticket", "another act", "another till", "late"])
def test_an_approval_is_for_one_reprint_whatever_psql_asks(cinema: Cinema, trick: str) -> None:
    cashier, other = cinema.till(), cinema.till("Counter 2")
    sell_and_print(cinema, cashier, "A1", "A2")
    mine, second = cashier.call(reprints.list_reprintable, terminal_name="Counter 1", sale_number=1)
    reprint_id = uuid4()
    approval_id = grant(cashier, reprint_id, amount=100 if trick == "another act" else 0)
    values = {"reprint": reprint_id, "ticket": mine.ticket_id, "approval": approval_id, "code": b"c" * 16}
    call = "SELECT boxoffice.reprint_ticket(%(reprint)s, %(ticket)s, 'x', %(code)s, %(approval)s)"
    attacker, allowed = cashier, 0
    match trick:
        case "another reprint":
            values["reprint"] = uuid4()
        case "another ticket":
            cashier.call(
                reprints.reprint_ticket,
                reprint_id=reprint_id,
                ticket_id=mine.ticket_id,
                reason="x",
                approval_id=approval_id,
            )
            values["ticket"], allowed = second.ticket_id, 1
        case "another till":
            attacker = other
        case "late":
            with cinema.admin() as admin, admin.transaction():
                admin.execute("SET LOCAL session_replication_role = replica")
                admin.execute("UPDATE boxoffice.approval SET expires_at = granted_at")
    with psycopg.connect(attacker.database.conninfo) as raw:
        raw.execute("SELECT boxoffice.attach(%s)", (attacker.token,))
        with pytest.raises(psycopg.Error) as refused:
            raw.execute(call, values)
    assert refused.value.sqlstate in {"BX424", "23505"}
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket_copy") == [(allowed,)]
