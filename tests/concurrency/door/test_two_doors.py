"""Two doors and one code, a refund and a door: real connections; and the proof that these tests can fail."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.admission import Judgement, Outcome
from tests.support.cinema import Cinema, Till
from tests.support.door import code_of, play_today, scan
from tests.support.seats import sell
from tests.support.threads import run_together, wait_for_lock_waiter

DOORS = 8
# What `admit` does, without its lock: look whether somebody is in, and let in.
LOOK = "SELECT count(*) FROM boxoffice.admission WHERE ticket_id = 1 AND undone_at IS NULL"
LET_IN = (
    "INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)"
    " VALUES (1, %s, %s, 'Door', %s, %s, clock_timestamp())"
)
VOID = "UPDATE boxoffice.ticket SET voided_by = gen_random_uuid() WHERE ticket_id = 1"


@pytest.fixture
def doors(cinema: Cinema) -> list[Till]:
    play_today(cinema)
    for number in range(len(cinema.logins) + 1, DOORS + 1):
        cinema.add_terminal(number)
    tills = [cinema.till(f"Counter {number}") for number in range(1, DOORS + 1)]
    sell(cinema, tills[0], "A1", "A2", "A3", "A4", "A5")
    return tills


def test_of_many_doors_with_one_code_one_admits(cinema: Cinema, doors: list[Till]) -> None:
    for seat in ("A1", "A2", "A3", "A4", "A5"):
        code = code_of(cinema, seat)
        answers = run_together([partial(scan, door, code) for door in doors])
        outcomes = sorted(answer.outcome for answer in answers if isinstance(answer, Judgement))
        assert outcomes == [Outcome.ADMITTED] + [Outcome.ALREADY_IN] * (DOORS - 1)
    assert cinema.query("SELECT count(*), count(DISTINCT ticket_id) FROM boxoffice.admission") == [(5, 5)]


def test_without_the_lock_and_the_net_two_doors_let_two_people_in(cinema: Cinema, doors: list[Till]) -> None:
    # The control: nothing but luck keeps the second out.
    cinema.execute("DROP INDEX boxoffice.admission_once")
    assert _let_in_blindly_together(cinema, doors[:2]) == ["in", "in"]
    assert cinema.query("SELECT count(*) FROM boxoffice.admission") == [(2,)]


def test_the_net_alone_keeps_the_second_out(cinema: Cinema, doors: list[Till]) -> None:
    assert sorted(_let_in_blindly_together(cinema, doors[:2])) == ["in", "refused"]


def test_a_door_waits_for_a_refund_that_is_under_way(cinema: Cinema, doors: list[Till]) -> None:
    code = code_of(cinema, "A1")
    assert _scan_while_refunding(cinema, doors[0], code) is Outcome.VOIDED
    assert cinema.query("SELECT count(*) FROM boxoffice.admission") == [(0,)]


def test_without_its_lock_the_door_would_not_see_the_refund(cinema: Cinema, doors: list[Till]) -> None:
    # The control: the same function with the lock taken out of its text.
    source = cinema.query("SELECT pg_get_functiondef('boxoffice.admit'::regproc)")[0][0]
    assert source.count(" FOR NO KEY UPDATE") == 1
    cinema.execute(source.replace(" FOR NO KEY UPDATE", "").replace("%", "%%"))
    code = code_of(cinema, "A1")
    with cinema.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        with admin.transaction():
            admin.execute(VOID)
            assert scan(doors[0], code).outcome is Outcome.ADMITTED


def _scan_while_refunding(cinema: Cinema, door: Till, code: bytes) -> Outcome:
    with cinema.admin() as admin, ThreadPoolExecutor(1) as pool:
        admin.execute("SET session_replication_role = replica")
        with admin.transaction():
            admin.execute(VOID)
            answer = pool.submit(scan, door, code)
            wait_for_lock_waiter(cinema)
        # Only now the refund is committed.
        return answer.result(10).outcome


def _let_in_blindly_together(cinema: Cinema, doors: list[Till]) -> list[str]:
    """Tills may not write the table at all: the careless doors work as the owner."""
    both_have_looked = Barrier(len(doors))

    def let_in(door: Till) -> str:
        who = (cinema.show_id, uuid4(), door.context.terminal_id, door.context.staff_id)
        with psycopg.connect(cinema.admin_conninfo) as owner:
            assert owner.execute(LOOK).fetchone() == (0,)
            both_have_looked.wait(5)
            try:
                owner.execute(LET_IN, who)
            except psycopg.errors.UniqueViolation:
                return "refused"
        return "in"

    return [str(answer) for answer in run_together([partial(let_in, door) for door in doors])]
