"""What a killed or interrupted till leaves in its attempt folder."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import DatabaseUnavailableError, HoldExpiredError
from boxoffice_desktop.domain.seats import SeatKey
from boxoffice_desktop.domain.selling import CompletedSale, PaymentGiven, PaymentKind, SaleLine, SaleOrder
from boxoffice_desktop.services.attempts import AttemptFile, resume_open


def make_order() -> SaleOrder:
    return SaleOrder(
        sale_id=uuid4(),
        hold_id=uuid4(),
        lines=(SaleLine(key=SeatKey(1, 2), ticket_type_id=3, amount=1200),),
        payments=(PaymentGiven(kind=PaymentKind.CASH, amount=1200, given=1200),),
    )


def test_what_a_till_was_still_writing_when_it_was_killed_is_cleared(tmp_path: Path) -> None:
    attempts = AttemptFile(tmp_path)
    order = make_order()
    attempts.write(order)
    (tmp_path / f"{uuid4()}.draft").write_text('{"sale_id": "', encoding="utf-8")

    assert attempts.list_orders() == (order,)
    assert [path.name for path in tmp_path.iterdir()] == [f"{order.sale_id}.json"]


def test_while_one_sale_is_unknown_none_is_forgotten_untold(tmp_path: Path) -> None:
    attempts = AttemptFile(tmp_path)
    for _ in range(2):
        attempts.write(make_order())
    asked: list[UUID] = []

    def complete(order: SaleOrder, _resuming: bool) -> CompletedSale:  # noqa: FBT001  the shape that is asked for
        asked.append(order.sale_id)
        raise HoldExpiredError if len(asked) != 2 else DatabaseUnavailableError("gone again")

    with pytest.raises(DatabaseUnavailableError):
        resume_open(attempts, complete)
    assert len(attempts.list_orders()) == 2

    assert [resumed.order.sale_id for resumed in resume_open(attempts, complete)] == asked[:2]
    assert attempts.list_orders() == ()
