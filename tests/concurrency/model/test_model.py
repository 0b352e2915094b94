"""Random lives of three tills: the services and a plain model of them never differ, and broken services always do."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.concurrency.model.machine import TillMachine, prepare
from tests.concurrency.model.mutants import MUTANTS, Mutant
from tests.support.cinema import Cinema

_QUICK = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A mutant is searched with the same lives, but nobody needs the shortest of those that catch it.
_SEARCH = settings(_QUICK, max_examples=150, phases=(Phase.generate,), report_multiple_bugs=False)
_LONG = settings(_QUICK, max_examples=2000, stateful_step_count=50, derandomize=False, print_blob=True)

_GUARDS = {
    "show_seat": ("show_seat_guard",),
    "sale": ("sale_sealed",),
}


@pytest.fixture(scope="module")
def machine(shared_cinema: Cinema) -> Iterator[type[TillMachine]]:
    prepared = prepare(shared_cinema, TillMachine)
    yield prepared
    prepared.admin.close()


def test_services_and_model_agree(machine: type[TillMachine]) -> None:
    run_state_machine_as_test(machine, settings=_QUICK)


@pytest.mark.soak
def test_services_and_model_agree_in_2_000_runs_of_50_steps(machine: type[TillMachine]) -> None:
    run_state_machine_as_test(machine, settings=_LONG)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_service_is_caught(
    machine: type[TillMachine], monkeypatch: pytest.MonkeyPatch, mutant: Mutant
) -> None:
    _switch_guards(machine, "DISABLE")
    try:
        mutant.apply(monkeypatch)
        with pytest.raises(AssertionError):
            run_state_machine_as_test(machine, settings=_SEARCH)
    finally:
        _switch_guards(machine, "ENABLE")


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.is_stopped], ids=lambda mutant: mutant.name)
def test_the_database_stops_a_broken_service(
    machine: type[TillMachine], monkeypatch: pytest.MonkeyPatch, mutant: Mutant
) -> None:
    mutant.apply(monkeypatch)
    assert mutant.is_stopped is not None
    life = machine()
    mutant.is_stopped(life)
    life.the_rows_are_as_the_plain_cinema_says()
    life.the_books_are_those_of_the_plain_cinema()


def _switch_guards(machine: type[TillMachine], how: str) -> None:
    for table, triggers in _GUARDS.items():
        for trigger in triggers:
            machine.admin.execute(f"ALTER TABLE boxoffice.{table} {how} TRIGGER {trigger}")
