"""Tills after one ticket, a refund against the door, an exchange against a hold; and the proof that these can fail."""

from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from boxoffice_desktop.domain.errors import AlreadyRefundedError, BoxOfficeError, SeatsUnavailableError
from boxoffice_desktop.domain.refunding import CompletedExchange, CompletedRefund
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import holds, refunds
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.support.books import find_wrong
from tests.support.cinema import ADULT, Cinema, Till
from tests.support.seats import hold, sell
from tests.support.threads import run_together

TILLS = 6


def sold(cinema: Cinema, name: str) -> SaleDetails:
    till = cinema.till("Counter 3", "mona")
    return till.call(get_sale_details, sale_id=sell(cinema, till, name).sale_id)


def refund(till: Till, sale: SaleDetails) -> CompletedRefund:
    order = refunds.plan_refund(sale, [ticket.ticket_id for ticket in sale.tickets])
    return till.call(refunds.refund_tickets, order=order)


def exchange(till: Till, sale: SaleDetails, cinema: Cinema, name: str) -> CompletedExchange:
    line = SaleLine(key=cinema.keys(name)[0], ticket_type_id=ADULT, amount=1200)
    tickets = [ticket.ticket_id for ticket in sale.tickets]
    return till.call(
        refunds.exchange_tickets, order=refunds.plan_exchange(sale, tickets, hold_id=uuid4(), lines=(line,))
    )


def supervisors(cinema: Cinema) -> list[Till]:
    return [cinema.till(f"Counter {number % 3 + 1}", "sid") for number in range(TILLS)]


def paid_back(cinema: Cinema) -> int:
    return int(cinema.query("SELECT coalesce(sum(amount), 0) FROM boxoffice.refund_payment")[0][0])


def test_a_ticket_that_many_tills_take_back_is_paid_once(cinema: Cinema) -> None:
    sale = sold(cinema, "A1")
    answers = run_together([partial(refund, till, sale) for till in supervisors(cinema)])
    assert sum(isinstance(answer, CompletedRefund) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyRefundedError) for answer in answers) == TILLS - 1
    assert paid_back(cinema) == 1200
    assert find_wrong(cinema) == {}


def test_without_lock_and_nets_it_would_be_paid_twice(cinema: Cinema) -> None:
    # The control: what the locks, the check of the ticket and the nets below them hold off.
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
    sale = sold(cinema, "A1")
    for till in supervisors(cinema)[:2]:
        refund(till, sale)
    assert paid_back(cinema) == 2400


def admit(till: Till, cinema: Cinema, code: bytes) -> str:
    statement = text(
        "SELECT outcome FROM boxoffice.admit(p_scan_id => :scan, p_code => :code, p_show_id => :show,"
        " p_hall_id => NULL, p_door => 'Door', p_scanned_at => NULL)"
    )
    values: dict[str, Any] = {"scan": uuid4(), "code": code, "show": cinema.show_id}
    return str(till.database.run(lambda session: session.execute(statement, values).scalar_one()))


def test_who_gets_the_money_back_does_not_get_in(cinema: Cinema) -> None:
    mona = cinema.till("Counter 3", "mona")
    for seat in ("A1", "A2", "A3", "A4"):
        stored = sell(cinema, mona, seat)
        sale = mona.call(get_sale_details, sale_id=stored.sale_id)
        door, till = cinema.till("Counter 1"), cinema.till("Counter 2", "sid")
        answers: list[object] = list(
            run_together([partial(_try_admit, door, cinema, stored.tickets[0].code), partial(_try_refund, till, sale)])
        )
        assert answers in (["admitted", "admitted"], ["voided", "refunded"]), answers


def _try_admit(till: Till, cinema: Cinema, code: bytes) -> str:
    return admit(till, cinema, code)


def _try_refund(till: Till, sale: SaleDetails) -> str:
    try:
        refund(till, sale)
    except AlreadyRefundedError as error:
        return error.why
    return "refunded"


def test_an_exchange_and_a_hold_after_one_seat_have_one_winner(cinema: Cinema) -> None:
    for old, new in (("A1", "B1"), ("A2", "B2"), ("A3", "B3")):
        sale = sold(cinema, old)
        answers: list[object | BoxOfficeError] = list(
            run_together(
                [
                    partial(_exchange, cinema.till("Counter 1", "sid"), sale, cinema, new),
                    partial(_hold, cinema.till("Counter 2"), cinema, new),
                ]
            )
        )
        lost = [answer for answer in answers if isinstance(answer, SeatsUnavailableError)]
        assert len(lost) == 1, answers
        kept = cinema.query(
            "SELECT state FROM boxoffice.show_seat WHERE show_id = %s AND seat_id = %s",
            cinema.show_id,
            cinema.seats[old],
        )
        assert kept == [("available",) if isinstance(answers[0], CompletedExchange) else ("sold",)]
    assert find_wrong(cinema) == {}


def _exchange(till: Till, sale: SaleDetails, cinema: Cinema, name: str) -> object:
    return exchange(till, sale, cinema, name)


def _hold(till: Till, cinema: Cinema, name: str) -> object:
    held: holds.HeldSeats = hold(cinema, till, name)
    return held


def test_two_exchanges_across_each_other_do_not_deadlock(cinema: Cinema) -> None:
    one, other = sold(cinema, "A1"), sold(cinema, "A2")
    answers = run_together(
        [
            partial(exchange, cinema.till("Counter 1", "sid"), one, cinema, "A2"),
            partial(exchange, cinema.till("Counter 2", "sid"), other, cinema, "A1"),
        ]
    )
    # Each wants the other's seat: at most one can have it, and nobody loses a ticket over it.
    assert any(isinstance(answer, BoxOfficeError) for answer in answers)
    assert cinema.query("SELECT count(*) FROM boxoffice.ticket WHERE voided_by IS NULL") == [(2,)]
    assert find_wrong(cinema) == {}
