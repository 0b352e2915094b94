from dataclasses import replace

import pytest

from boxoffice_desktop.domain.cash_rounding import cash_rounding, cash_step
from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.selling import PaymentGiven, PaymentKind
from boxoffice_desktop.services import sales
from tests.support.cinema import Cinema
from tests.support.seats import hold

CURRENCIES = ("CHF", "CAD", "AUD", "NZD", "DKK", "SEK", "NOK", "CZK", "HUF", "EUR", "USD", "GBP", "JPY", "PLN")


def test_the_till_and_the_database_round_alike(cinema: Cinema) -> None:
    amounts = [*range(1100), 123_456, 99_999_999]
    rows = cinema.query(
        "SELECT c, a, boxoffice.cash_rounding(a, c), boxoffice.cash_step(c)"
        " FROM unnest(%s::text[]) c, unnest(%s::bigint[]) a",
        list(CURRENCIES),
        amounts,
    )

    assert len(rows) == len(CURRENCIES) * len(amounts)
    assert [row for row in rows if (cash_rounding(row[1], row[0]), cash_step(row[0])) != row[2:]] == []


@pytest.mark.parametrize(("rounding", "is_stored"), [(2, True), (0, False), (-3, False)])
def test_cash_is_stored_only_as_it_has_to_be_rounded(cinema: Cinema, rounding: int, is_stored: bool) -> None:  # noqa: FBT001
    cinema.execute("UPDATE boxoffice.venue SET currency = 'CHF'")
    cinema.execute("UPDATE boxoffice.show_price SET amount = 1203 WHERE amount = 1200")
    till = cinema.till()
    order = cinema.order(hold(cinema, till, "A1").hold_id, "A1")
    payment = PaymentGiven(kind=PaymentKind.CASH, amount=1203, given=2000, rounding=rounding)
    order = replace(order, lines=(replace(order.lines[0], amount=1203),), payments=(payment,))

    if is_stored:
        assert till.call(sales.complete_sale, order=order).change == 795
    else:
        with pytest.raises(ConflictError, match="not rounded"):
            till.call(sales.complete_sale, order=order)
