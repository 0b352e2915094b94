from dataclasses import replace
from uuid import uuid4

import pytest

from boxoffice_desktop.domain.basket_lines import Granted
from boxoffice_desktop.domain.errors import BoxOfficeError
from boxoffice_desktop.domain.selling import AdjustmentKind
from boxoffice_desktop.services import sales
from tests.support.cinema import Cinema
from tests.support.promotions import approve, basket


def test_complimentary_and_manual_prices_need_an_approval_for_just_that(cinema: Cinema) -> None:
    till = cinema.till()
    free, cheap = (key for key in cinema.keys("A1", "A2"))
    sale_id = uuid4()
    granted = [
        Granted(key=free, kind=AdjustmentKind.COMPLIMENTARY, reason="Press"),
        Granted(key=cheap, kind=AdjustmentKind.MANUAL, price=500, reason="Broken armrest"),
    ]
    given = [
        replace(granted[0], approval_id=approve(till, sale_id, AdjustmentKind.COMPLIMENTARY, 1200)),
        replace(granted[1], approval_id=approve(till, sale_id, AdjustmentKind.MANUAL, 700)),
    ]
    wrong = [replace(given[0], approval_id=given[1].approval_id), replace(given[1], approval_id=given[0].approval_id)]

    order = basket(cinema, till, "A1", "A2", granted=given, sale_id=sale_id)
    swapped = replace(
        order,
        adjustments=tuple(
            replace(line, approval_id=each.approval_id) for line, each in zip(order.adjustments, wrong, strict=True)
        ),
    )
    with pytest.raises(BoxOfficeError):
        till.call(sales.complete_sale, order=swapped)
    sale = till.call(sales.complete_sale, order=order)

    assert sale.total == 500
    assert cinema.query("SELECT DISTINCT used_for FROM boxoffice.approval") == [(sale_id,)]
