"""The door's tables attacked with psql's means, and what its functions refuse."""

import psycopg
import pytest

from boxoffice_desktop.domain.permissions import Permission
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till, grant
from tests.support.door import code_of, play_today, scan
from tests.support.seats import sell

ADMIT = "SELECT outcome FROM boxoffice.admit(%s, gen_random_uuid(), 'Door', NULL, NULL, NULL)"


@pytest.fixture
def till(cinema: Cinema) -> Till:
    play_today(cinema)
    till = cinema.till()
    sell(cinema, till, "A1", "A2")
    return till


def test_with_nobody_signed_in_no_door_opens(cinema: Cinema, till: Till) -> None:
    with attack_as(cinema) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask(ADMIT, code_of(cinema, "A1"))
    assert refused.value.sqlstate == "BX401"
    with attack_as(cinema, till) as attacker:
        assert attacker.ask(ADMIT, code_of(cinema, "A1")) == "admitted"


def test_a_cashier_takes_no_admission_back(cinema: Cinema, till: Till) -> None:
    answer = scan(till, code_of(cinema, "A1"))
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask("SELECT boxoffice.undo_admission(%s)", answer.admission_id)
    assert refused.value.sqlstate == "BX403"
    supervisor = cinema.till("Counter 1", "sid")
    with attack_as(cinema, supervisor) as attacker:
        assert attacker.ask("SELECT boxoffice.undo_admission(%s)", answer.admission_id) is True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE boxoffice.admission SET door = 'Elsewhere'",
        "UPDATE boxoffice.admission SET undone_at = now(), undone_by = 1, undone_terminal_id = 1, staff_id = 2",
        "DELETE FROM boxoffice.admission",
        "TRUNCATE boxoffice.admission",
        "UPDATE boxoffice.late_scan SET outcome = 'admitted'",
        "DELETE FROM boxoffice.late_scan",
        "DELETE FROM boxoffice.ticket_key",
        "UPDATE boxoffice.ticket_key SET public_key = decode(repeat('01', 32), 'hex')",
    ],
)
def test_not_even_the_owner_changes_what_happened(cinema: Cinema, till: Till, statement: str) -> None:
    scan(till, code_of(cinema, "A1"))
    _register(cinema, till, b"k" * 32)
    cinema.execute(
        "INSERT INTO boxoffice.late_scan (scan_id, terminal_id, staff_id, door, scanned_at, outcome)"
        " VALUES (gen_random_uuid(), 1, 1, 'Door', now(), 'unknown')"
    )
    with pytest.raises(psycopg.Error) as refused:
        cinema.execute(statement)
    assert refused.value.sqlstate == "BX409"


def test_an_admission_is_undone_once(cinema: Cinema, till: Till) -> None:
    scan(till, code_of(cinema, "A1"))
    undo = "UPDATE boxoffice.admission SET undone_at = now(), undone_by = 1, undone_terminal_id = 1"
    cinema.execute(undo)
    with pytest.raises(psycopg.Error, match="undone once"):
        cinema.execute(undo)


def test_a_till_registers_one_key_and_a_second_takes_who_manages_terminals(cinema: Cinema, till: Till) -> None:
    first = _register(cinema, till, b"a" * 32)
    assert first is not None
    assert _register(cinema, till, b"a" * 32) == first
    assert _register(cinema, till, b"b" * 32) is None
    grant(cinema, "mona", Permission.MANAGE_TERMINALS)
    manager = cinema.till("Counter 1", "mona")
    second = _register(cinema, manager, b"b" * 32)
    assert second not in {None, first}
    assert cinema.query("SELECT ticket_key_id FROM boxoffice.ticket_key WHERE revoked_at IS NULL") == [(second,)]
    # The old one never comes back, and nobody else's becomes one's own.
    assert _register(cinema, manager, b"a" * 32) is None
    assert _register(cinema, cinema.till("Counter 2"), b"b" * 32, "Counter 2") is None


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_what_is_no_key_is_not_registered(cinema: Cinema, till: Till, key: bytes) -> None:
    assert _register(cinema, till, key) is None


def test_the_doors_memory_holds_no_code(cinema: Cinema, till: Till) -> None:
    code = code_of(cinema, "A1")
    scan(till, code)
    with attack_as(cinema, till) as attacker:
        book = bytes(attacker.ask("SELECT admitted FROM boxoffice.door_book()"))
    assert len(book) == 16
    assert code not in book


def test_the_doors_memory_is_for_who_lets_people_in(cinema: Cinema, till: Till) -> None:
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'admit'")
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask("SELECT count(*) FROM boxoffice.door_book()")
    assert refused.value.sqlstate == "BX403"


def test_nobody_finds_tickets_by_their_codes_without_using_them(cinema: Cinema, till: Till) -> None:
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.ask("SELECT ticket_id FROM boxoffice.find_ticket(%s)", code_of(cinema, "A1"))


def _register(cinema: Cinema, till: Till, key: bytes, terminal: str = "Counter 1") -> int | None:
    with psycopg.connect(cinema.conninfo(terminal), autocommit=True) as connection:
        connection.execute("SELECT boxoffice.attach(%s)", (till.token,))
        row = connection.execute("SELECT boxoffice.register_ticket_key(%s)", (key,)).fetchone()
        assert row is not None
        return row[0]  # type: ignore[no-any-return]
