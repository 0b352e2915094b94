import json
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.cash import CashKind, CashOrder, PayoutOrder, ShiftClosing, ShiftOpening
from boxoffice_desktop.domain.errors import (
    BoxOfficeError,
    BusyError,
    DatabaseUnavailableError,
    HoldExpiredError,
    NotSignedInError,
    NotStoredError,
    OutcomeUnknownError,
)
from boxoffice_desktop.domain.refunding import ExchangeOrder, MoneyBack, RefundKind, RefundOrder
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services.attempts import AttemptFile, Order, resume_open, run_once

STILL_OPEN = [OutcomeUnknownError(), DatabaseUnavailableError("gone"), BusyError(), NotSignedInError()]


def make_order(sale_id: UUID | None = None) -> SaleOrder:
    return SaleOrder(
        sale_id=sale_id or uuid4(),
        hold_id=uuid4(),
        lines=(SaleLine(key=SeatKey(1, 2), ticket_type_id=3, amount=1200),),
        payments=(PaymentGiven(kind=PaymentKind.CARD, amount=1200, given=1200, reference="T 0815 ü"),),
    )


def refuse(error: Exception) -> CompletedSale:
    raise error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attempts"


def test_an_order_is_read_back_as_it_was_written(folder: Path) -> None:
    order = make_order()
    AttemptFile(folder).write(order)
    assert AttemptFile(folder).list_orders() == (order,)


def test_without_a_folder_there_are_no_orders(folder: Path) -> None:
    assert AttemptFile(folder).list_orders() == ()


def test_an_order_that_was_never_written_can_be_removed(folder: Path) -> None:
    AttemptFile(folder).remove(uuid4())
    assert not folder.exists()


def test_orders_come_oldest_first(folder: Path) -> None:
    attempts = AttemptFile(folder)
    orders = [make_order(UUID(int=number)) for number in (3, 1, 2)]
    for age, order in enumerate(orders):
        attempts.write(order)
        os.utime(folder / f"{order.sale_id}.json", ns=(age, age))
    assert attempts.list_orders() == tuple(orders)


def test_a_draft_that_a_crash_left_is_no_order(folder: Path) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    (folder / f"{order.sale_id}.json").rename(folder / f"{order.sale_id}.draft")
    assert attempts.list_orders() == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '"x"',
        '{"sale_id": "no id"}',
        '{"sale_id": 5}',
        json.dumps({"sale_id": str(UUID(int=1))}),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside(folder: Path, text: str) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    (folder / "broken.json").write_text(text)
    assert attempts.list_orders() == (order,)
    assert (folder / "broken.unreadable").read_text() == text


def test_a_file_of_broken_characters_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "broken.json").write_bytes(b"\xff\xfe\x00")
    assert AttemptFile(folder).list_orders() == ()
    assert (folder / "broken.unreadable").exists()


def test_the_folder_is_for_the_till_alone(folder: Path) -> None:
    AttemptFile(folder).write(make_order())
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0


def test_an_order_is_on_disk_before_it_is_sent(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    seen: list[tuple[SaleOrder, ...]] = []

    def complete(_order: SaleOrder, _resuming: bool) -> CompletedSale:  # noqa: FBT001
        seen.append(AttemptFile(folder).list_orders())
        return refuse(HoldExpiredError())

    with pytest.raises(HoldExpiredError):
        run_once(attempts, complete, order)
    assert seen == [(order,)]


@pytest.mark.parametrize(
    "error", [HoldExpiredError(), DatabaseUnavailableError("gone"), BusyError(), ValueError("a bug")]
)
def test_a_sale_that_is_known_not_to_be_stored_leaves_no_attempt(folder: Path, error: Exception) -> None:
    attempts = AttemptFile(folder)
    with pytest.raises(type(error)):
        run_once(attempts, lambda _order, _resuming: refuse(error), make_order())
    assert attempts.list_orders() == ()


def test_a_sale_whose_outcome_is_unknown_leaves_its_attempt(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    with pytest.raises(OutcomeUnknownError):
        run_once(attempts, lambda _order, _resuming: refuse(OutcomeUnknownError()), order)
    assert attempts.list_orders() == (order,)


@pytest.mark.parametrize("error", STILL_OPEN, ids=lambda error: type(error).__name__)
def test_sending_again_in_vain_does_not_forget_what_was_sent_before(folder: Path, error: BoxOfficeError) -> None:
    attempts, order = AttemptFile(folder), make_order()
    for problem in (OutcomeUnknownError(), error):
        with pytest.raises(OutcomeUnknownError):
            run_once(attempts, lambda _order, _resuming, problem=problem: refuse(problem), order)
    assert attempts.list_orders() == (order,)


def test_a_bug_while_sending_again_keeps_the_attempt(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    attempts.write(order)
    with pytest.raises(ValueError, match="a bug"):
        run_once(attempts, lambda _order, _resuming: refuse(ValueError("a bug")), order)
    assert attempts.list_orders() == (order,)


def test_sending_again_and_being_refused_forgets_the_attempt(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    attempts.write(order)
    with pytest.raises(HoldExpiredError):
        run_once(attempts, lambda _order, _resuming: refuse(HoldExpiredError()), order)
    assert attempts.list_orders() == ()


@pytest.mark.parametrize("error", STILL_OPEN, ids=lambda error: type(error).__name__)
def test_what_could_not_be_asked_stays_for_later(folder: Path, error: BoxOfficeError) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    with pytest.raises(type(error)):
        resume_open(attempts, lambda _order, _resuming: refuse(error))
    assert attempts.list_orders() == (order,)


def test_a_bug_while_resuming_keeps_the_attempt(folder: Path) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    with pytest.raises(ValueError, match="a bug"):
        resume_open(attempts, lambda _order, _resuming: refuse(ValueError("a bug")))
    assert attempts.list_orders() == (order,)


def test_a_sale_that_cannot_be_any_more_is_told_and_forgotten(folder: Path) -> None:
    attempts, problem = AttemptFile(folder), HoldExpiredError()
    attempts.write(order := make_order())
    (resumed,) = resume_open(attempts, lambda _order, _resuming: refuse(problem))
    assert (resumed.order, resumed.sale, resumed.problem) == (order, None, problem)
    assert attempts.list_orders() == ()


REFUND = RefundOrder(
    refund_id=uuid4(),
    kind=RefundKind.VOID,
    sale_id=uuid4(),
    ticket_ids=(3, 4),
    money=(MoneyBack(payment_id=7, kind="card", amount=2400, reference="R 1"),),
    approval_id=uuid4(),
)


def make_exchange() -> ExchangeOrder:
    paid = PaymentGiven(kind=PaymentKind.EXCHANGE, amount=1200, given=1200, origin="card")
    return ExchangeOrder(refund=replace(REFUND, approval_id=None), sale=replace(make_order(), payments=(paid,)))


CASH = CashOrder(movement_id=uuid4(), kind=CashKind.PAY_OUT, amount=300, reason="milk", approval_id=uuid4())
ACTS = (
    ShiftOpening(shift_id=uuid4(), float_id=uuid4(), pieces=((2000, 2), (10, 100))),
    CASH,
    ShiftClosing(shift_id=uuid4(), count_id=uuid4(), pieces=((500, 3),), reason="a ten was false"),
    PayoutOrder(payout_id=uuid4(), refund_id=uuid4(), line=2),
)


@pytest.mark.parametrize("order", [REFUND, make_exchange(), *ACTS], ids=lambda order: type(order).__name__)
def test_orders_of_all_kinds_are_read_back_as_they_were_written(folder: Path, order: Order) -> None:
    AttemptFile(folder).write(order)
    assert AttemptFile(folder).list_orders() == (order,)


def test_an_act_that_was_not_stored_is_told_as_that(folder: Path) -> None:
    attempts, problem = AttemptFile(folder), NotStoredError("It was not stored.")
    attempts.write(CASH)
    (resumed,) = resume_open(attempts, lambda _order, _resuming: refuse(problem))
    assert (resumed.order, resumed.act, resumed.problem) == (CASH, None, problem)


def test_a_file_of_the_last_release_is_a_sale(folder: Path) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    path = folder / f"{order.sale_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text())["order"]))
    assert attempts.list_orders() == (order,)


def test_what_nobody_has_seen_is_told_at_the_next_start(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    run_once(attempts, lambda _order, _resuming: None, order)
    assert attempts.list_orders() == ()
    assert AttemptFile(folder).list_orders() == (order,)


def test_what_was_seen_is_not_told_again(folder: Path) -> None:
    attempts, order = AttemptFile(folder), make_order()
    run_once(attempts, lambda _order, _resuming: None, order)
    attempts.acknowledge(order.sale_id)
    assert AttemptFile(folder).list_orders() == ()


def test_what_was_resumed_waits_to_be_seen_too(folder: Path) -> None:
    attempts = AttemptFile(folder)
    attempts.write(order := make_order())
    resume_open(attempts, lambda _order, _resuming: refuse(HoldExpiredError()))
    assert AttemptFile(folder).list_orders() == (order,)
