"""A use of a promotion counts as long as a ticket has its discount; then its code is good for the next customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.domain.errors import ConflictError
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import cancellations, promotion_codes, promotions, refunds, sales
from boxoffice_desktop.services.promotions import PromotionDetails
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, CHILD, PRICES, Cinema, Till
from tests.support.promotions import basket, open_code, save


@dataclass
class Coded:
    """A promotion for adults whose one code is good for one sale, and a supervisor who redeems it."""

    cinema: Cinema
    till: Till
    promotion: PromotionDetails
    code: str

    def sell(self, *seats: str) -> SaleDetails:
        order = basket(self.cinema, self.till, *seats, codes=[open_code(self.till, self.code)])
        assert order.adjustments
        return self.details(self.till.call(sales.complete_sale, order=order).sale_id)

    def details(self, sale_id: UUID) -> SaleDetails:
        return self.till.call(get_sale_details, sale_id=sale_id)

    def take_back(self, sale: SaleDetails, count: int | None = None, kind: RefundKind = RefundKind.REFUND) -> None:
        order = refunds.plan_refund(sale, ids(sale)[:count], kind=kind)
        self.till.call(refunds.refund_tickets, order=order)

    def exchange(self, sale: SaleDetails, seat: str, ticket_type: int = ADULT) -> SaleDetails:
        """The first ticket becomes this one."""
        line = SaleLine(key=self.cinema.keys(seat)[0], ticket_type_id=ticket_type, amount=PRICES[1, ticket_type])
        tickets = ids(sale)[:1]
        free = refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=[line])
        assert free.sale.total <= sale.worth(frozenset(tickets), with_fees=True)
        return self.details(self.till.call(refunds.exchange_tickets, order=free).sale.sale_id)

    def used(self) -> tuple[int, int, int]:
        """How often it counts: the promotion's counter, the code's, and what the manager reads."""
        ((promotion, code),) = self.cinema.query(
            "SELECT u.used, c.used FROM boxoffice.promotion_use u, boxoffice.promotion_code c"
        )
        (listed,) = self.cinema.till("Counter 3", "mona").call(promotions.list_promotions)
        return promotion, code, listed.used


def ids(sale: SaleDetails) -> Sequence[int]:
    return [ticket.ticket_id for ticket in sale.tickets]


@pytest.fixture
def coded(cinema: Cinema) -> Coded:
    manager = cinema.till("Counter 3", "mona")
    promotion = save(manager, needs_code=True, uses_limit=1, value=2500, ticket_type_ids=frozenset({ADULT}))
    (code,) = manager.call(promotion_codes.make_codes, promotion_id=promotion.promotion_id, count=1)
    return Coded(cinema, cinema.till("Counter 1", "sid"), promotion, code)


@pytest.mark.parametrize("kind", [RefundKind.VOID, RefundKind.REFUND])
def test_what_goes_back_is_good_once_more_and_no_more(coded: Coded, kind: RefundKind) -> None:
    sale = coded.sell("A1")
    assert coded.used() == (1, 1, 1)
    coded.take_back(sale, kind=kind)
    assert coded.used() == (0, 0, 0)
    coded.sell("A1")
    assert coded.used() == (1, 1, 1)
    with pytest.raises(Exception, match="used already"):
        coded.sell("A2")
    assert find_wrong(coded.cinema) == {}


def test_a_cancelled_show_gives_the_code_back(coded: Coded) -> None:
    sale = coded.sell("A1")
    coded.cinema.execute("UPDATE boxoffice.show SET status = 'cancelled'")
    coded.till.call(cancellations.refund_cancelled_sale, show_id=coded.cinema.show_id, sale_id=sale.sale_id)
    assert coded.used() == (0, 0, 0)
    assert find_wrong(coded.cinema) == {}


def test_a_use_stands_until_its_last_ticket_goes(coded: Coded) -> None:
    sale = coded.sell("A1", "A2")
    coded.take_back(sale, 1)
    assert coded.used() == (1, 1, 1)
    left = coded.details(sale.sale_id)
    order = refunds.plan_refund(left, ids(left)[1:])
    coded.till.call(refunds.refund_tickets, order=order)
    assert coded.used() == (0, 0, 0)
    assert find_wrong(coded.cinema) == {}


def test_a_use_stands_where_it_was_carried_to(coded: Coded) -> None:
    moved = coded.exchange(coded.exchange(coded.sell("A1"), "B1"), "B2")
    assert coded.used() == (1, 1, 1)
    assert find_wrong(coded.cinema) == {}
    coded.take_back(moved)
    assert coded.used() == (0, 0, 0)
    assert find_wrong(coded.cinema) == {}


def test_an_exchange_that_leaves_the_discount_behind_gives_the_code_back(coded: Coded) -> None:
    moved = coded.exchange(coded.sell("A1"), "A1", CHILD)
    assert [ticket.value for ticket in moved.tickets] == [800]
    assert coded.used() == (0, 0, 0)
    assert find_wrong(coded.cinema) == {}


def test_a_limit_that_comes_later_does_not_count_what_was_given_back(coded: Coded) -> None:
    manager, found = coded.cinema.till("Counter 3", "mona"), coded.promotion
    coded.cinema.execute("UPDATE boxoffice.promotion SET uses_limit = NULL")
    coded.take_back(coded.sell("A1"))
    coded.sell("A1")
    ((version,),) = coded.cinema.query("SELECT version FROM boxoffice.promotion")
    manager.call(promotions.save_promotion, draft=found.draft, promotion_id=found.promotion_id, version=version)
    assert coded.used() == (1, 1, 1)
    assert find_wrong(coded.cinema) == {}


def test_a_refund_that_is_refused_gives_nothing_back(coded: Coded) -> None:
    sale = coded.sell("A1")
    coded.take_back(sale)
    with pytest.raises(ConflictError):
        coded.take_back(sale)
    assert coded.used() == (0, 0, 0)
    assert coded.cinema.query("SELECT count(*) FROM boxoffice.promotion_return") == [(1,)]
