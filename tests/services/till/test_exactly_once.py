"""The link is really cut, around COMMIT and elsewhere; a sale is stored once, and the till knows it in the end."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, OutcomeUnknownError, SeatsUnavailableError
from boxoffice_desktop.domain.selling import SaleOrder
from boxoffice_desktop.services import holds
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.till import Till
from tests.support.cinema import Cinema
from tests.support.seats import expire, hold
from tests.support.wire import Moment, Wire

AROUND_COMMIT: tuple[Moment, ...] = ("before", "after")


def test_a_sale_over_a_whole_link_leaves_no_attempt(cinema: Cinema, till: Till, attempts: AttemptFile) -> None:
    assert till.sell(_held_order(cinema, till, "A1")).number == 1
    assert attempts.list_orders() == ()


@pytest.mark.parametrize("moment", AROUND_COMMIT)
def test_a_cut_around_commit_leaves_the_outcome_unknown_and_the_attempt_kept(
    cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire, moment: Moment
) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    assert attempts.list_orders() == (order,)


def test_the_same_error_comes_whether_the_sale_was_stored_or_not(cinema: Cinema, till: Till, wire: Wire) -> None:
    # The control: without asking again, one of these sales is lost and the till cannot tell which.
    stored = {}
    for moment, seat in zip(AROUND_COMMIT, ("A1", "A2"), strict=True):
        order = _held_order(cinema, till, seat)
        wire.cut(moment)
        with pytest.raises(OutcomeUnknownError):
            till.sell(order)
        stored[moment] = cinema.query("SELECT count(*) FROM boxoffice.sale WHERE sale_id = %s", order.sale_id)[0][0]
    assert stored == {"before": 0, "after": 1}


def test_a_second_try_with_another_id_is_a_second_sale(cinema: Cinema, till: Till, wire: Wire) -> None:
    # The control: what a till without attempts would do for the same customer.
    order = _held_order(cinema, till, "A1")
    wire.cut("after")
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    till.sell(_held_order(cinema, till, "A2"))
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(2,)]


@pytest.mark.parametrize(("moment", "repeated"), [("before", False), ("after", True)])
def test_resuming_stores_the_sale_once(
    cinema: Cinema,
    till: Till,
    attempts: AttemptFile,
    wire: Wire,
    moment: Moment,
    repeated: bool,  # noqa: FBT001
) -> None:
    order = _held_order(cinema, till, "A1", "A2")
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    (resumed,) = till.resume_attempts()
    assert resumed.sale is not None
    assert (resumed.order, resumed.sale.repeated, resumed.problem) == (order, repeated, None)
    assert cinema.query("SELECT count(*), max(number) FROM boxoffice.sale") == [(1, 1)]
    assert attempts.list_orders() == ()


@pytest.mark.parametrize("moment", AROUND_COMMIT)
def test_the_next_start_resumes_what_the_last_one_left(
    cinema: Cinema, till: Till, make_till: Callable[..., Till], wire: Wire, moment: Moment
) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    expire(cinema, "A1")
    started = make_till()
    started.sign_in("sid", "2345")
    (resumed,) = started.resume_attempts()
    assert resumed.sale is not None
    assert resumed.sale.sale_id == order.sale_id


def test_a_sale_that_was_lost_and_whose_seat_went_to_others_is_told_with_its_problem(
    cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire
) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut("before")
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    expire(cinema, "A1")
    hold(cinema, cinema.till("Counter 2"), "A1")
    (resumed,) = till.resume_attempts()
    assert (resumed.sale, type(resumed.problem)) == (None, SeatsUnavailableError)
    assert attempts.list_orders() == ()


def test_while_the_link_is_down_attempts_stay(cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut("after")
    wire.is_down = True
    with pytest.raises(OutcomeUnknownError):
        till.sell(order)
    with pytest.raises(DatabaseUnavailableError):
        till.resume_attempts()
    assert attempts.list_orders() == (order,)


def test_a_cut_before_commit_is_tried_again_by_itself(cinema: Cinema, till: Till, wire: Wire) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut("before", at=b"seal_sale")
    assert till.sell(order).number == 1
    assert cinema.query("SELECT count(*) FROM boxoffice.sale") == [(1,)]


def test_a_sale_that_could_not_be_sent_leaves_no_attempt(
    cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire
) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut("before", at=b"seal_sale")
    wire.is_down = True
    with pytest.raises(DatabaseUnavailableError):
        till.sell(order)
    assert attempts.list_orders() == ()


def test_a_link_that_breaks_after_the_answer_costs_a_hint_and_nothing_else(
    cinema: Cinema, till: Till, attempts: AttemptFile, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    order = _held_order(cinema, till, "A1")
    wire.cut("answered")
    assert till.sell(order).number == 1
    assert attempts.list_orders() == ()
    assert "a hint to the other tills was lost" in caplog.text
    assert till.sell(_held_order(cinema, till, "A2")).number == 2


def _held_order(cinema: Cinema, till: Till, *names: str) -> SaleOrder:
    hold_id = uuid4()
    till.call(holds.hold_seats, {"hold_id": hold_id, "show_id": cinema.show_id, "seat_ids": cinema.ids(*names)})
    return cinema.order(hold_id, *names)
