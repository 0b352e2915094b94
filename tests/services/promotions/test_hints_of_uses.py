"""Open tills hear at once that a promotion is used up, and that it is not any more."""

from collections.abc import Callable

from boxoffice_desktop.db.engine import HINT_CHANNEL
from boxoffice_desktop.services import promotions, refunds, sales
from boxoffice_desktop.services.promotions import OFFERS_HINT
from boxoffice_desktop.services.sale_details import get_sale_details
from tests.support.cinema import Cinema
from tests.support.promotions import basket, save

_PATIENCE_SECONDS = 10


def hints_of(cinema: Cinema, work: Callable[[], object]) -> list[int]:
    """What the tills hear while `work` is done: ids of shows, or the hint of offers."""
    heard = []
    with cinema.admin() as ears:
        ears.execute(f"LISTEN {HINT_CHANNEL}")
        work()
        # Notifications come in the order of their commits: after this one nothing of the work is on its way.
        ears.execute("SELECT pg_notify(%s, 'end')", (HINT_CHANNEL,))
        for notice in ears.notifies(timeout=_PATIENCE_SECONDS):
            if notice.payload == "end":
                return heard
            heard.append(int(notice.payload.partition(":")[0]))
    raise AssertionError("the hints have no end")


def test_the_last_use_is_told_and_no_other(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"), uses_limit=2)
    till = cinema.till("Counter 1", "sid")
    first, last = basket(cinema, till, "A1"), basket(cinema, till, "A2")

    assert hints_of(cinema, lambda: till.call(sales.complete_sale, order=first)) == [cinema.show_id]
    assert hints_of(cinema, lambda: till.call(sales.complete_sale, order=last)) == [OFFERS_HINT, cinema.show_id]


def test_a_use_that_is_given_back_is_told_and_offered_again(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"), uses_limit=1)
    till = cinema.till("Counter 1", "sid")
    made = till.call(sales.complete_sale, order=basket(cinema, till, "A1"))
    sale = till.call(get_sale_details, sale_id=made.sale_id)
    order = refunds.plan_refund(sale, [ticket.ticket_id for ticket in sale.tickets])

    heard = hints_of(cinema, lambda: till.call(refunds.refund_tickets, order=order))

    assert heard == [OFFERS_HINT, cinema.show_id]
    assert [each.name for each in till.call(promotions.list_offers).promotions] == ["Half price"]


def test_a_promotion_without_a_limit_tells_nothing(cinema: Cinema) -> None:
    save(cinema.till("Counter 3", "mona"))
    till = cinema.till("Counter 1", "sid")
    order = basket(cinema, till, "A1")

    assert hints_of(cinema, lambda: till.call(sales.complete_sale, order=order)) == [cinema.show_id]
