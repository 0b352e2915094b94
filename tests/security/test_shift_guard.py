"""Shifts, cash and Z reports, attacked with a till's own login; the control of each is the same act done right."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.cash import ShiftClosing
from boxoffice_desktop.services import shifts
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

RECORD = "SELECT boxoffice.record_cash(%s, %s, %s, %s, %s, %s, %s)"
CLOSE = "SELECT boxoffice.close_shift(%s, %s, %s, %s, %s)"
RIGHT: dict[str, Any] = {
    "id": None, "kind": "pay_in", "amount": 500, "reason": "", "approval": None, "denominations": [], "pieces": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def floor(shared_cinema: Cinema) -> Cinema:
    """A sale at Counter 1 and one at Counter 2, both shifts open."""
    sell(shared_cinema, shared_cinema.till("Counter 1"), "A1")
    sell(shared_cinema, shared_cinema.till("Counter 2"), "A2")
    return shared_cinema


@pytest.fixture(scope="module")
def carla(floor: Cinema) -> Till:
    return floor.till("Counter 1", "carla")


def shift_of(floor: Cinema, terminal: str) -> UUID:
    statement = "SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = %s"
    found: UUID = floor.query(statement, floor.logins[terminal][0])[0][0]
    return found


def record(attacker: Attacker, **wrong: Any) -> None:
    values = {**RIGHT, "id": uuid4(), **wrong}
    attacker.ask(RECORD, *values.values())


def close(attacker: Attacker, shift_id: UUID | None, **wrong: Any) -> None:
    values = {"count": uuid4(), "denominations": [100], "pieces": [12], "reason": "", **wrong}
    attacker.ask(CLOSE, shift_id, *values.values())


def refusal(error: psycopg.Error) -> tuple[str | None, str | None]:
    return error.sqlstate, error.diag.message_detail


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"kind": "drop"},
        {"kind": "pay_out", "reason": "milk"},
        {"kind": "drawer", "amount": 0},
        {"kind": "float", "amount": 250, "denominations": [100, 50], "pieces": [2, 1]},
        {"kind": "float", "amount": 0},
    ],
)
def test_a_right_movement_is_written_with_its_journal_entry(floor: Cinema, carla: Till, right: dict[str, Any]) -> None:
    with attack_as(floor, carla) as attacker:
        key = uuid4()
        record(attacker, id=key, **right)
        assert attacker.ask("SELECT kind FROM boxoffice.journal WHERE subject = %s", key) == "cash"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "count"},
        {"kind": "gift"},
        {"kind": None},
        {"amount": 0},
        {"amount": -500},
        {"amount": None},
        {"amount": 100_000_000_001},
        {"kind": "drawer", "amount": 1},
        {"kind": "pay_out", "reason": " "},
        {"reason": "x" * 501},
        {"denominations": [500], "pieces": [1]},
        {"kind": "float", "amount": 500},
        {"kind": "float", "amount": 500, "denominations": [100], "pieces": [4]},
        {"kind": "float", "amount": 500, "denominations": [1000, 500], "pieces": [1, -1]},
        {"kind": "float", "amount": 500, "denominations": [250, 250], "pieces": [1, 1]},
        {"kind": "float", "amount": 500, "denominations": [-100], "pieces": [-5]},
        {"kind": "float", "amount": 500, "denominations": [500, 100], "pieces": [1]},
        {"kind": "float", "amount": 500, "denominations": [None], "pieces": [None]},
    ],
)
def test_a_movement_with_one_thing_wrong_is_refused(floor: Cinema, carla: Till, wrong: dict[str, Any]) -> None:
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        record(attacker, **wrong)
    assert refused.value.sqlstate == "BX409"


def test_a_second_float_is_refused(floor: Cinema, carla: Till) -> None:
    with attack_as(floor, carla) as attacker:
        record(attacker, kind="float", amount=100, denominations=[100], pieces=[1])
        with pytest.raises(psycopg.Error, match="already"):
            record(attacker, kind="float", amount=100, denominations=[100], pieces=[1])


def test_cash_goes_into_the_own_shift_only(floor: Cinema, carla: Till) -> None:
    with attack_as(floor, carla) as attacker:
        key = uuid4()
        record(attacker, id=key)
        row = attacker.connection.execute(
            "SELECT shift_id, terminal_id, staff_id FROM boxoffice.cash_movement WHERE movement_id = %s", (key,)
        ).fetchone()
        assert row == (shift_of(floor, "Counter 1"), 1, carla.context.staff_id)
        # Another's shift, or another kind of row, can only be said to the tables; and they do not listen.
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.run(
                "INSERT INTO boxoffice.cash_movement (movement_id, shift_id, terminal_id, staff_id, at, kind, amount)"
                " VALUES (%s, %s, 2, 1, now(), 'drop', 500)",
                uuid4(),
                shift_of(floor, "Counter 2"),
            )


def test_an_approval_that_nobody_gave_is_none(floor: Cinema, carla: Till) -> None:
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        record(attacker, kind="pay_out", amount=5001, reason="band")
    assert refusal(refused.value) == ("BX403", "approve")
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error):
        record(attacker, kind="pay_out", amount=5001, reason="band", approval=uuid4())


@pytest.mark.parametrize(
    "act",
    [
        lambda attacker, _own: record(attacker),
        close,
        lambda attacker, own: attacker.ask("SELECT boxoffice.read_x_report(%s)", own),
    ],
    ids=["cash", "closing", "report"],
)
def test_with_nobody_signed_in_no_shift_is_touched(floor: Cinema, act: Callable[[Attacker, UUID], None]) -> None:
    own = shift_of(floor, "Counter 1")
    with attack_as(floor) as attacker, pytest.raises(psycopg.Error) as refused:
        act(attacker, own)
    assert refused.value.sqlstate in {"BX401", "BX403"}


def test_who_may_not_sell_moves_no_cash_and_closes_nothing(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    for act in (record, lambda attacker: close(attacker, shift_of(cinema, "Counter 1"))):
        with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
            act(attacker)
        assert refusal(refused.value) == ("BX403", "sell")


def test_a_right_closing_writes_the_z_report_from_the_rows(floor: Cinema, carla: Till) -> None:
    own = shift_of(floor, "Counter 1")
    with attack_as(floor, carla) as attacker:
        close(attacker, own)
        row = attacker.connection.execute(
            "SELECT number, expected_cash, counted_cash, body::jsonb #>> '{sales,amount}' FROM boxoffice.z_report"
            " WHERE shift_id = %s",
            (own,),
        ).fetchone()
        assert row == (1, 1200, 1200, "1200")
        assert attacker.ask("SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = 1") is None
        with pytest.raises(psycopg.Error) as refused:
            record(attacker)
        assert refused.value.sqlstate == "BX423"


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": None},
        {"pieces": [13, 1]},
        {"pieces": [-12]},
        {"denominations": [-100], "pieces": [-12]},
        {"denominations": [100, 100], "pieces": [6, 6]},
        {"denominations": [None]},
        {"pieces": [1_000_001]},
        {"reason": "x" * 501},
    ],
)
def test_a_closing_with_one_thing_wrong_is_refused(floor: Cinema, carla: Till, wrong: dict[str, Any]) -> None:
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        close(attacker, shift_of(floor, "Counter 1"), **wrong)
    assert refused.value.sqlstate == "BX409"


def test_a_count_far_off_without_a_reason_is_refused_and_says_nothing_of_the_sum(floor: Cinema, carla: Till) -> None:
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        close(attacker, shift_of(floor, "Counter 1"), pieces=[3], reason="  ")
    assert refusal(refused.value) == ("BX409", "difference_reason")
    assert not any(letter.isdigit() for letter in refused.value.diag.message_primary or "")


def test_another_tills_shift_is_closed_with_the_permission_only(floor: Cinema, carla: Till) -> None:
    there = shift_of(floor, "Counter 2")
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error) as refused:
        close(attacker, there)
    assert refusal(refused.value) == ("BX403", "manage_shifts")
    with attack_as(floor, floor.till("Counter 1", "sid")) as attacker:
        close(attacker, there)
        assert attacker.ask("SELECT terminal_id FROM boxoffice.z_report WHERE shift_id = %s", there) == 2
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.Error):
        close(attacker, uuid4())


def test_the_count_of_a_closing_is_no_movement_that_was_there(floor: Cinema, carla: Till) -> None:
    with attack_as(floor, carla) as attacker:
        key = uuid4()
        record(attacker, id=key)
        with pytest.raises(psycopg.Error) as refused:
            close(attacker, shift_of(floor, "Counter 1"), count=key)
        assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE boxoffice.terminal_chain SET shift_id = NULL",
        "UPDATE boxoffice.terminal_chain SET shift_number = 7",
        "INSERT INTO boxoffice.z_report SELECT shift_id, 1, 1, 1, now(), 0, 0, '', '{}', 1, 'x' FROM boxoffice.shift",
        "INSERT INTO boxoffice.shift (shift_id, terminal_id) VALUES (gen_random_uuid(), 2)",
        "INSERT INTO boxoffice.shift (shift_id, number) VALUES (gen_random_uuid(), 7)",
        "INSERT INTO boxoffice.cash_count SELECT movement_id, 1, 1 FROM boxoffice.cash_movement",
        "SELECT boxoffice.write_journal(1, 'z', now(), NULL, gen_random_uuid(), '7|1|0|0')",
        "SELECT boxoffice.shift_totals(shift_id) FROM boxoffice.shift",
        "SELECT boxoffice.shift_cash(shift_id) FROM boxoffice.shift",
        "SELECT boxoffice.write_cash(m, '{}', '{}', '') FROM boxoffice.cash_movement m",
    ],
)
def test_nothing_behind_the_functions_is_a_tills(floor: Cinema, carla: Till, statement: str) -> None:
    with attack_as(floor, carla) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(statement)


def test_a_shift_that_was_rolled_back_burns_no_number(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "carla")
    own = shift_of(cinema, "Counter 1")
    till.call(shifts.close_shift, closing=ShiftClosing(shift_id=own, count_id=uuid4()))
    for _ in range(3):
        with attack_as(cinema, till) as attacker:
            attacker.run("INSERT INTO boxoffice.shift (shift_id) VALUES (gen_random_uuid())")
    with attack_as(cinema, till) as attacker:
        insert = "INSERT INTO boxoffice.shift (shift_id) VALUES (gen_random_uuid()) RETURNING number"
        assert attacker.ask(insert) == 2
        with pytest.raises(psycopg.Error) as refused:
            attacker.ask(insert)
        assert refused.value.sqlstate == "BX409"


def test_the_x_report_of_who_counts_says_nothing_of_the_drawer(floor: Cinema, carla: Till) -> None:
    own = shift_of(floor, "Counter 1")
    with attack_as(floor, carla) as attacker:
        keys = set(attacker.ask("SELECT boxoffice.read_x_report(%s)", own))
        assert not keys & {"cash", "payments", "refund_payments"}
        with pytest.raises(psycopg.Error) as refused:
            attacker.ask("SELECT boxoffice.read_x_report(%s)", shift_of(floor, "Counter 2"))
        assert refusal(refused.value) == ("BX403", "view_reports")
    with attack_as(floor, floor.till("Counter 1", "sid")) as attacker:
        # The control: who may see all sees it.
        assert {"cash", "payments"} <= set(attacker.ask("SELECT boxoffice.read_x_report(%s)", own))


@pytest.mark.parametrize("table", ["shift", "cash_movement", "cash_count", "z_report"])
@pytest.mark.parametrize("command", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_changes_what_is_written(floor: Cinema, table: str, command: str) -> None:
    column = {"shift": "number", "cash_count": "pieces"}.get(table, "reason")
    with floor.admin() as admin, admin.transaction(force_rollback=True), pytest.raises(psycopg.Error) as refused:
        admin.execute(command.format(f"boxoffice.{table}", column, column))
    assert refused.value.sqlstate == "BX409"
