"""A void against an exchange, two managers after one cancelled show; and what each race would do without the locks."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import AlreadyRefundedError, ConflictError
from boxoffice_desktop.domain.refunding import CompletedRefund, RefundKind, RefundOrder
from boxoffice_desktop.services import cancellations, refunds, sale_details
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.concurrency.model.mutants import MUTANTS
from tests.concurrency.test_refunds import admit, exchange, paid_back, refund
from tests.support.books import find_wrong
from tests.support.cinema import Cinema, Till
from tests.support.seats import hold, sell
from tests.support.threads import run_together

_ROUNDS = 5
_PATIENCE_SECONDS = 10


def forget_nets(cinema: Cinema) -> None:
    """No lock and no look at the tickets, and nothing below that would notice."""
    with cinema.admin() as admin:
        admin.execute(
            "CREATE OR REPLACE FUNCTION boxoffice.lock_tickets(p_kind text, p_sale uuid, p_tickets bigint[],"
            " p_shows integer[], p_seats integer[]) RETURNS void LANGUAGE sql AS ''"
        )
        admin.execute(
            "CREATE OR REPLACE FUNCTION boxoffice.check_money_back(made boxoffice.refund)"
            " RETURNS void LANGUAGE sql AS ''"
        )
        admin.execute("ALTER TABLE boxoffice.refund_line DROP CONSTRAINT refund_line_ticket_id_key")
        admin.execute("ALTER TABLE boxoffice.ticket DISABLE TRIGGER ticket_ends_once")


def sold(cinema: Cinema, till: Till, *names: str) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sell(cinema, till, *names).sale_id)


def void(till: Till, sale: SaleDetails) -> CompletedRefund:
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    return till.call(refunds.refund_tickets, order=refunds.plan_refund(sale, tickets, kind=RefundKind.VOID))


def test_of_a_void_and_an_exchange_one_is_done_and_the_other_hears_who_and_when(cinema: Cinema) -> None:
    seller, other = cinema.till("Counter 1", "sid"), cinema.till("Counter 2", "sid")
    for number in range(1, _ROUNDS + 1):
        sale = sold(cinema, seller, f"A{number}")
        works: list[Any] = [partial(void, seller, sale), partial(exchange, other, sale, cinema, f"B{number}")]
        answers = run_together(works)
        (lost,) = [answer for answer in answers if isinstance(answer, AlreadyRefundedError)]
        winner = ("Counter 1", "void") if isinstance(answers[0], CompletedRefund) else ("Counter 2", "exchange")
        assert (lost.place, lost.why, lost.person) == (*winner, "Sid")
        assert lost.at is not None
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(_ROUNDS,)]
    assert find_wrong(cinema) == {}


def test_without_lock_and_nets_a_void_and_an_exchange_would_both_be_done(cinema: Cinema) -> None:
    seller, other = cinema.till("Counter 1", "sid"), cinema.till("Counter 2", "sid")
    sale = sold(cinema, seller, "A1")
    forget_nets(cinema)
    exchange(other, sale, cinema, "B1")
    void(seller, sale)
    assert cinema.query("SELECT count(*) FROM boxoffice.refund") == [(2,)]
    assert "more given back than was paid" in find_wrong(cinema)


def test_without_lock_and_nets_who_is_inside_would_get_the_money_back(cinema: Cinema) -> None:
    till = cinema.till("Counter 1", "sid")
    stored = sell(cinema, till, "A1")
    sale = till.call(get_sale_details, sale_id=stored.sale_id)
    assert admit(cinema.till("Counter 2"), cinema, stored.tickets[0].code) == "admitted"
    with pytest.raises(AlreadyRefundedError):
        refund(till, sale)
    forget_nets(cinema)
    refund(till, sale)
    assert paid_back(cinema) == 1200


def test_without_judge_and_guard_an_exchange_would_take_a_seat_that_is_held(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = cinema.till("Counter 1", "sid")
    sale = sold(cinema, till, "A1")
    hold(cinema, cinema.till("Counter 2"), "B1")
    next(mutant for mutant in MUTANTS if mutant.name == "a resumed sale takes the seats of others").apply(monkeypatch)
    with pytest.raises(ConflictError):
        exchange(till, sale, cinema, "B1")
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER show_seat_guard")
    exchange(till, sale, cinema, "B1")
    assert cinema.query(
        "SELECT state FROM boxoffice.show_seat WHERE show_id = %s AND seat_id = %s", cinema.show_id, cinema.seats["B1"]
    ) == [("sold",)]


def cancel(cinema: Cinema) -> None:
    cinema.execute("UPDATE boxoffice.show SET status = 'cancelled' WHERE show_id = %s", cinema.show_id)


def give_all_back(cinema: Cinema, manager: Till) -> int:
    """What a manager's run over a cancelled show does; how many sales it took back itself."""
    done = 0
    for sale_id in manager.call(cancellations.list_sales_to_refund, show_id=cinema.show_id):
        made = manager.call(cancellations.refund_cancelled_sale, show_id=cinema.show_id, sale_id=sale_id)
        done += made is not None
    return done


def test_two_managers_who_pay_a_show_back_pay_each_sale_once(cinema: Cinema) -> None:
    seller = cinema.till("Counter 1")
    for number in range(1, 9):
        sell(cinema, seller, f"A{number}", f"B{number}")
    cancel(cinema)
    managers = [cinema.till("Counter 2", "mona"), cinema.till("Counter 3", "mona")]
    answers = run_together([partial(give_all_back, cinema, manager) for manager in managers])
    assert all(isinstance(answer, int) for answer in answers), answers
    assert cinema.query("SELECT count(*), sum(total) FROM boxoffice.refund") == [(8, 8 * 2400)]
    assert find_wrong(cinema) == {}


def test_a_sale_that_is_paid_back_while_it_is_read_is_left_alone(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(cinema, cinema.till("Counter 1"), "A1")
    cancel(cinema)
    slow, quick = cinema.till("Counter 2", "mona"), cinema.till("Counter 3", "mona")
    came_between: list[int] = []

    def between(real: Callable[..., Any]) -> Callable[..., Any]:
        def first_the_other(*values: Any, **named: Any) -> Any:
            # Both row makers stand between the two statements that a torn reading would be torn between.
            monkeypatch.undo()
            came_between.append(give_all_back(cinema, quick))
            return real(*values, **named)

        return first_the_other

    for name in ("PaidPart", "_as_ticket"):
        monkeypatch.setattr(sale_details, name, between(getattr(sale_details, name)))
    assert give_all_back(cinema, slow) == 0
    assert came_between == [1]
    assert paid_back(cinema) == 1200


def meet_before_refunding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both managers have read the sale as it was before either takes it back, and their keys are not the same."""
    barrier = threading.Barrier(2)
    plan = refunds.plan_refund

    def wait(*values: Any, **named: Any) -> RefundOrder:
        barrier.wait(_PATIENCE_SECONDS)
        return plan(*values, **named)

    monkeypatch.setattr(cancellations, "plan_refund", wait)
    monkeypatch.setattr(cancellations, "uuid5", lambda *_: uuid4())


@pytest.mark.parametrize(("nets", "paid"), [(True, 1200), (False, 2400)], ids=["nets on", "nets off"])
def test_two_managers_at_the_same_sale_under_different_keys(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch, *, nets: bool, paid: int
) -> None:
    sell(cinema, cinema.till("Counter 1"), "A1")
    cancel(cinema)
    if not nets:
        forget_nets(cinema)
    meet_before_refunding(monkeypatch)
    managers = [cinema.till("Counter 2", "mona"), cinema.till("Counter 3", "mona")]
    answers = [int(str(done)) for done in run_together([partial(give_all_back, cinema, each) for each in managers])]
    assert paid_back(cinema) == paid
    # Who comes second has nothing left to do, and no error.
    assert sum(answers) == paid // 1200
