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
from tests.concurrency.model.corrections import OFFER, CorrectingMachine
from tests.concurrency.model.machine import prepare
from tests.support.cinema import ADULT, CHILD, Cinema
from tests.support.promotions import save

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
    save(shared_cinema.till("Counter 3", "mona"), "Quarter off", **OFFER)
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


def live_with_an_offer(machine: type[CorrectingMachine]) -> None:
    """A life that random ones seldom come to: the discount goes along twice, stays behind once, and comes back."""
    life = machine()
    life.buy(0, ("A1", "A2"), ADULT, offer=True)
    life.buy(1, ("B1",), ADULT, offer=True)
    life.buy(2, ("B2",), ADULT, offer=True)
    for till, which, name, kind in ((0, 0, "A3", ADULT), (1, 2, "E1", ADULT), (2, 1, "B1", CHILD)):
        life.exchange(till, which, name, kind, 1, some=True)
        check(life)
    life.buy(2, ("B2",), ADULT, offer=True)
    for which in range(len(life.stale)):
        life.take_back(0, which, 1, some=False, void=False)
        check(life)


def check(life: CorrectingMachine) -> None:
    life.the_rows_are_as_the_plain_cinema_says()
    life.the_money_of_every_shift_is_in_tickets_or_went_back()
    life.the_offer_counts_the_uses_that_stand()


def test_an_offer_goes_along_and_comes_back(machine: type[CorrectingMachine]) -> None:
    live_with_an_offer(machine)


def test_a_use_that_is_not_given_back_is_caught(machine: type[CorrectingMachine]) -> None:
    with (
        changed(machine.admin, "give_back_uses", "greatest(u.used - 1, 0)", "u.used"),
        pytest.raises(AssertionError),
    ):
        live_with_an_offer(machine)


def test_an_exchange_that_leaves_its_discount_behind_is_caught(
    machine: type[CorrectingMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunds, "list_carried", lambda *_: ())
    with pytest.raises(AssertionError):
        live_with_an_offer(machine)


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
