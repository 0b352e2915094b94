"""Random lives of tills that also take back, against the plain model with its money; and faults that it must notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from boxoffice_desktop.domain.refunding import RefundOrder
from boxoffice_desktop.services import refunds
from tests.concurrency.model.corrections import CorrectingMachine
from tests.concurrency.model.machine import prepare
from tests.support.cinema import Cinema

_QUICK = settings(
    max_examples=8,
    phases=(Phase.generate,),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_SEARCH = settings(_QUICK, max_examples=100, phases=(Phase.generate,), report_multiple_bugs=False)
_LONG = settings(_QUICK, max_examples=1000, stateful_step_count=50, derandomize=False, print_blob=True)

_ENDS_TICKETS = "UPDATE boxoffice.ticket k SET voided_by = p_refund WHERE"
_FREES_SEATS = "AND x.state = 'sold' AND x.ticket_id = k.ticket_id"


@pytest.fixture(scope="module")
def machine(shared_cinema: Cinema) -> Iterator[type[CorrectingMachine]]:
    prepared = prepare(shared_cinema, CorrectingMachine, "sid")
    yield prepared
    prepared.admin.close()


@contextmanager
def changed(admin: psycopg.Connection[Any], name: str, what: str, by: str) -> Iterator[None]:
    """A function of the database with one piece of it replaced, until the block ends."""
    row = admin.execute("SELECT pg_get_functiondef(%s::regproc)", (f"boxoffice.{name}",)).fetchone()
    assert row is not None
    assert what in row[0]
    admin.execute(row[0].replace(what, by))
    try:
        yield
    finally:
        admin.execute(row[0])


def expect_caught(machine: type[CorrectingMachine]) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=_SEARCH)


def test_taking_back_and_model_agree(machine: type[CorrectingMachine]) -> None:
    run_state_machine_as_test(machine, settings=_QUICK)


@pytest.mark.soak
def test_taking_back_and_model_agree_in_1_000_runs_of_50_steps(machine: type[CorrectingMachine]) -> None:
    run_state_machine_as_test(machine, settings=_LONG)


def test_a_refund_that_does_not_free_the_seat_is_caught(machine: type[CorrectingMachine]) -> None:
    with changed(machine.admin, "take_back", _FREES_SEATS, f"{_FREES_SEATS} AND p_kind = 'exchange'"):
        expect_caught(machine)


def test_an_exchange_that_keeps_the_old_ticket_alive_is_caught(machine: type[CorrectingMachine]) -> None:
    with changed(machine.admin, "take_back", _ENDS_TICKETS, f"{_ENDS_TICKETS} p_kind <> 'exchange' AND"):
        expect_caught(machine)


def test_a_refund_above_the_payment_is_caught(
    machine: type[CorrectingMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = refunds.plan_refund

    def give_more(*values: Any, **named: Any) -> RefundOrder:
        order = plan(*values, **named)
        first, *rest = order.money
        return replace(order, money=(replace(first, amount=first.amount + 100), *rest))

    monkeypatch.setattr(refunds, "plan_refund", give_more)
    # The net that would refuse it.
    with changed(machine.admin, "check_money_back", "judged.total <> made.total", "judged.is_foreign"):
        expect_caught(machine)
