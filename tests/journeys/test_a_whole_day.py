"""A whole day: two cashiers, a supervisor and a cancelled show, and Z reports that balance to the cent.

A book is kept beside the tills by hand (tests/support/cash_book.py), with amounts that stand in this file. The venue
takes Swiss francs, so that cash is rounded to 5 Rappen. The day is lived three times: as it should be, and with the
link of one till cut before and after the server has stored a sale, its process dead and started anew.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from boxoffice_desktop.db.engine import Database
from boxoffice_desktop.domain.cash import CashKind, CashOrder
from boxoffice_desktop.domain.errors import (
    AlreadyRefundedError,
    DifferenceReasonNeededError,
    NotAllowedError,
    OutcomeUnknownError,
    ShiftClosedError,
)
from boxoffice_desktop.domain.printing import PrintState
from boxoffice_desktop.domain.promotions import make_code
from boxoffice_desktop.domain.refunding import RefundKind
from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.domain.selling import (
    AdjustmentKind,
    PaymentKind,
    SaleAdjustment,
    SaleLine,
    SaleOrder,
)
from boxoffice_desktop.services import (
    cancellations,
    corrections,
    print_queue,
    programme,
    promotion_codes,
    promotions,
    refunds,
    reprints,
    reservations,
    sales,
    shift_reports,
    shifts,
    staff,
)
from boxoffice_desktop.services.attempts import AttemptFile
from boxoffice_desktop.services.imports.owner import work_as_owner
from boxoffice_desktop.services.journal import verify_journal
from boxoffice_desktop.services.promotions import CodeRefusedError
from boxoffice_desktop.services.schedule.locking import ShowStamp
from boxoffice_desktop.services.schedule.reading import read_block
from boxoffice_desktop.services.schedule.status import change_status
from boxoffice_desktop.services.till import Till as Desk
from tests.support.books import find_wrong
from tests.support.cash_book import read_report
from tests.support.cinema import ADULT, CHILD, PINS, Cinema, Till
from tests.support.promotions import basket, open_code, save
from tests.support.seats import hold, sell
from tests.support.shifts import forget_shifts
from tests.support.whole_day import CURRENCY, Day, ask_supervisor, details, hire, pay
from tests.support.wire import Moment, Wire, open_wire

CASH, CARD, GIFT = PaymentKind.CASH, PaymentKind.CARD, PaymentKind.GIFT_CARD


@pytest.fixture
def wire(cinema: Cinema) -> Iterator[Wire]:
    with open_wire(cinema.admin_conninfo) as opened:
        yield opened


@pytest.fixture
def day(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The morning: two shows on sale, nobody has a shift yet."""
    with cinema.admin() as admin:
        forget_shifts(admin)
    cinema.execute("UPDATE boxoffice.venue SET currency = %s", CURRENCY)
    monkeypatch.setitem(PINS, "dora", "4567")
    hire(cinema, "dora", "4567")
    office = cinema.till("Counter 3", "mona")
    late = office.call(
        programme.create_show,
        movie_id=cinema.movie_id,
        hall_id=cinema.hall_id,
        starts_at=cinema.starts_at + timedelta(hours=4),
    )
    office.call(programme.put_on_sale, show_ids=(late,))
    tills = {"Counter 1": cinema.till("Counter 1", "carla"), "Counter 2": cinema.till("Counter 2", "dora")}
    return Day(cinema, replace(cinema, show_id=late), {**tills, "Counter 3": office})


def open_the_tills(day: Day) -> None:
    with pytest.raises(ShiftClosedError):
        sell(day.cinema, day.one, "D8")
    day.open("Counter 1", (2000, 2), (10, 100))
    day.open("Counter 2", (5000, 2))
    day.open("Counter 3")


def sell_in_the_morning(day: Day) -> UUID:
    """Cash with change, a split payment, a code used up, a gift card sold and used. Returns the first sale."""
    one, two = day.book(day.one), day.book(day.two)
    first = sell(day.cinema, day.one, "A4", "A5", payments=(pay(CASH, 2400, given=3000),))
    assert first.change == 600
    one.sell(2400, cash=2400)
    sell(day.cinema, day.one, "B1", "B2", payments=(pay(CARD, 1000, reference="T 1"), pay(CASH, 1400)))
    one.sell(2400, card=1000, cash=1400)

    voucher = save(day.office, "Paper", value=1234, needs_code=True)
    (code,) = day.office.call(promotion_codes.make_codes, promotion_id=voucher.promotion_id, count=1)
    day.office.call(promotions.save_fee, amount=150, tax_rate_id=1)
    order = basket(day.cinema, day.two, "B3", codes=[open_code(day.two, code)])
    # 12.34 % off 12.00 and a fee of 1.50: 12.02 in the books, 12.00 in the drawer.
    order = replace(order, payments=(pay(CASH, 1202, given=2000, rounding=-2),))
    assert day.two.call(sales.complete_sale, order=order).change == 800
    two.sell(1200, extras={"promotion": -148, "fee": 150}, cash=1202, rounding=-2)
    with pytest.raises(CodeRefusedError, match="used"):
        open_code(day.one, code)

    card = make_code()
    sold = SaleAdjustment(kind=AdjustmentKind.GIFT_CARD, amount=5000, gift_card_code=card)
    order = SaleOrder(
        sale_id=uuid4(), hold_id=uuid4(), lines=(), adjustments=(sold,), payments=(pay(CARD, 5000, reference="T 2"),)
    )
    day.one.call(sales.complete_sale, order=order)
    one.sell(0, extras={"gift_card": 5000}, card=5000)
    by_card = open_code(day.two, card).gift_card_id
    sell(day.cinema, day.two, "E1", payments=(pay(GIFT, 1500, gift_card_id=by_card),))
    two.sell(1500, gift_card=1500)
    sell(day.late, day.two, "D1", "D2", payments=(pay(GIFT, 2000, gift_card_id=by_card), pay(CASH, 400)))
    two.sell(2400, gift_card=2000, cash=400)
    return first.sale_id


def collect_a_part(day: Day) -> None:
    """Three seats are reserved at one till, two of them collected at the other."""
    made = day.one.call(
        reservations.reserve_seats,
        hold_id=uuid4(),
        show_id=day.cinema.show_id,
        seat_ids=day.cinema.ids("A1", "A2", "A3"),
        name="Müller",
    )
    basket_id = uuid4()
    day.two.call(
        reservations.serve_reservation,
        hold_id=made.hold_id,
        basket_id=basket_id,
        seat_ids=day.cinema.ids("A1", "A2"),
    )
    day.two.call(sales.complete_sale, order=day.cinema.order(basket_id, "A1", "A2"))
    day.book(day.two).sell(2400, cash=2400)
    read = day.one.call(reservations.get_reservation, hold_id=made.hold_id)
    assert [seat.state.value for seat in read.seats] == ["collected", "collected", "kept"]


def correct(day: Day) -> None:
    """The last sale becomes a child's, a ticket goes to a dearer seat, a sale is voided."""
    one, two = day.book(day.one), day.book(day.two)
    sell(day.cinema, day.one, "C1")
    one.sell(1200, cash=1200)
    found = day.one.call(corrections.open_sale)
    assert found is not None
    ticket = found.sale.tickets[0].ticket_id
    change = corrections.TicketChange(
        ticket_id=ticket, ticket_type_id=CHILD, key=day.cinema.keys("C1")[0], seat_name="C1"
    )
    lines = day.one.call(corrections.price_changes, changes=(change,))
    order = refunds.plan_exchange(found.sale, [ticket], hold_id=uuid4(), lines=lines)
    day.one.call(refunds.exchange_tickets, order=order)
    one.give_back("exchange", exchange=800, cash=400)
    one.sell(800, exchange=800)

    paid = sell(day.cinema, day.two, "C3", payments=(pay(CARD, 1200, reference="T 3"),))
    two.sell(1200, card=1200)
    sale = details(day.two, paid.sale_id)
    line = SaleLine(key=day.cinema.keys("E3")[0], ticket_type_id=ADULT, amount=1500)
    order = refunds.plan_exchange(
        sale, [sale.tickets[0].ticket_id], hold_id=uuid4(), lines=(line,), payments=(pay(CASH, 300),)
    )
    day.two.call(refunds.exchange_tickets, order=order)
    two.give_back("exchange", exchange=1200)
    two.sell(1500, exchange=1200, cash=300)

    wrong = details(day.one, sell(day.cinema, day.one, "C5").sale_id)
    one.sell(1200, cash=1200)
    void = refunds.plan_refund(wrong, [wrong.tickets[0].ticket_id], kind=RefundKind.VOID)
    day.one.call(refunds.refund_tickets, order=void)
    one.give_back("void", cash=1200)


def refund_with_approval(day: Day, sale_id: UUID) -> None:
    """A cashier may not; the supervisor's PIN on the same screen lets her, once."""
    sale = details(day.two, sale_id)
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id], reason="Ill")
    with pytest.raises(NotAllowedError):
        day.two.call(refunds.refund_tickets, order=order)
    yes = ask_supervisor(day.two, "refund", order.refund_id, 1200)
    order = replace(order, approval_id=yes)
    done = day.two.call(refunds.refund_tickets, order=order)
    # Asked again with the same id: the same refund.
    assert day.two.call(refunds.refund_tickets, order=order).number == done.number
    day.book(day.two).give_back("refund", cash=1200)
    ((person,),) = day.cinema.query(
        "SELECT w.display_name FROM boxoffice.refund r JOIN boxoffice.staff w USING (staff_id) WHERE r.refund_id = %s",
        order.refund_id,
    )
    assert person == "Dora"
    again = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    again = replace(again, approval_id=ask_supervisor(day.two, "refund", again.refund_id, 1200))
    with pytest.raises(AlreadyRefundedError):
        day.two.call(refunds.refund_tickets, order=again)
    # What was rounded when it was paid is rounded when it goes back; the fee is kept.
    ((rounded,),) = day.cinema.query("SELECT sale_id FROM boxoffice.payment WHERE rounding <> 0")
    sale = details(day.one, rounded)
    order = refunds.plan_refund(sale, [sale.tickets[0].ticket_id])
    order = replace(order, approval_id=ask_supervisor(day.one, "refund", order.refund_id, 1052))
    day.one.call(refunds.refund_tickets, order=order)
    day.book(day.one).give_back("refund", cash=1052, rounding=-2)


def move_cash(day: Day) -> None:
    moves: tuple[tuple[Till, CashKind, int, str], ...] = (
        (day.two, CashKind.PAY_OUT, 1555, "Light bulbs"),
        (day.two, CashKind.PAY_IN, 2000, "Coins"),
        (day.one, CashKind.DROP, 3000, "Safe"),
        (day.one, CashKind.DRAWER, 0, ""),
    )
    for till, kind, amount, reason in moves:
        order = CashOrder(movement_id=uuid4(), kind=kind, amount=amount, reason=reason)
        till.call(shifts.record_cash, order=order)
        if amount:
            day.book(till).move(kind.value, amount)


def print_again(day: Day, sale_id: UUID) -> None:
    """A torn ticket, at the till that sold it and with an approval."""
    assert day.one.call(print_queue.begin_print, job_id=sale_id, printer="Printer 1") is not None
    day.one.call(print_queue.end_print, job_id=sale_id, state=PrintState.DONE, error="")
    ticket = details(day.one, sale_id).tickets[1]
    reprint_id = uuid4()
    yes = ask_supervisor(day.one, "reprint", reprint_id, 0)
    copy = day.one.call(
        reprints.reprint_ticket, reprint_id=reprint_id, ticket_id=ticket.ticket_id, reason="Torn", approval_id=yes
    )
    assert copy == 2
    day.book(day.one).reprints += 1


def cancel_the_late_show(day: Day) -> None:
    """One run takes all back, a second run nothing; owed cash is paid out at tills that did not sell."""
    one, two, office = (day.book(till) for till in day.tills.values())
    sell(day.late, day.one, "A1", "A2")
    one.sell(2400, cash=2400)
    sell(day.late, day.two, "A3", payments=(pay(CARD, 1200, reference="T 4"),))
    two.sell(1200, card=1200)
    block = day.office.call(read_block, show_id=day.late.show_id)
    stamp = ShowStamp(show_id=block.show_id, version=block.version)
    assert not day.office.call(change_status, stamps=[stamp], status=ShowStatus.CANCELLED).refused

    found = day.office.call(cancellations.list_sales_to_refund, show_id=day.late.show_id)
    for _ in range(2):
        for sale_id in found:
            day.office.call(cancellations.refund_cancelled_sale, show_id=day.late.show_id, sale_id=sale_id)
    assert day.office.call(cancellations.list_sales_to_refund, show_id=day.late.show_id) == ()
    office.give_back("cancellation", gift_card=2000, owed=400)
    office.give_back("cancellation", owed=2400)
    office.give_back("cancellation", card=1200)

    waiting = {owed.terminal_name: owed for owed in day.one.call(cancellations.list_owed)}
    assert {name: owed.amount for name, owed in waiting.items()} == {"Counter 1": 2400, "Counter 2": 400}
    for till, name, amount in ((day.two, "Counter 1", 2400), (day.one, "Counter 2", 400)):
        owed = waiting[name]
        till.call(cancellations.pay_out, payout_id=uuid4(), refund_id=owed.refund_id, line=owed.line)
        day.book(till).pay_out(amount)
    owed = waiting["Counter 1"]
    with pytest.raises(AlreadyRefundedError):
        day.one.call(cancellations.pay_out, payout_id=uuid4(), refund_id=owed.refund_id, line=owed.line)


def change_cashier(day: Day) -> None:
    """The supervisor takes the first till over, in the same shift."""
    day.one.call(staff.sign_out)
    day.one.database.work_for(None)
    day.one.token = secrets.token_bytes(32)
    day.one.sign_in("sid")
    sell(day.cinema, day.one, "D7")
    day.book(day.one).sell(1200, cash=1200)


def sell_and_die(day: Day, wire: Wire, moment: Moment, folder: Path) -> None:
    """A till sells, its line breaks at COMMIT and the process dies; the next start finds out and finishes it once."""
    ((login,),) = day.cinema.query("SELECT login FROM boxoffice.terminal WHERE name = 'Counter 2'")
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731, TID251  the test is the composition here

    def start() -> tuple[Desk, Database]:
        database = Database(wire.conninfo(day.cinema.conninfo("Counter 2")))
        desk = Desk(database, login=login, attempts=AttemptFile(folder), clock=clock)
        desk.sign_in("dora", PINS["dora"])
        return desk, database

    held = hold(day.cinema, day.two, "D3", "D4")
    order = day.cinema.order(held.hold_id, "D3", "D4")
    desk, database = start()
    wire.cut(moment)
    with pytest.raises(OutcomeUnknownError):
        desk.sell(order)
    database.close()
    desk, database = start()
    (resumed,) = desk.resume_attempts()
    assert (resumed.problem, resumed.sale and resumed.sale.total) == (None, 2400)
    assert desk.resume_attempts() == ()
    database.close()
    day.book(day.two).sell(2400, cash=2400)
    day.tills["Counter 2"] = day.cinema.till("Counter 2", "dora")


def cash_up(day: Day) -> None:
    """Blind counts: one is exact, one is short by 20 francs and says why, the office had no cash at all."""
    one, two = day.book(day.one), day.book(day.two)
    assert day.close("Counter 1", one.drawer).difference == 0
    with pytest.raises(DifferenceReasonNeededError):
        day.close("Counter 2", two.drawer - 2000)
    short = day.close("Counter 2", two.drawer - 2000, "A note too much was given out")
    assert (short.expected, short.difference) == (two.drawer, -2000)
    assert day.close("Counter 3", 0).difference == 0
    with pytest.raises(ShiftClosedError):
        sell(day.cinema, day.one, "D8")


def check_the_books(day: Day) -> None:
    """Every Z report says what the book says; all together is the day; journal and tables agree."""
    written = {
        name: json.loads(body)
        for name, body in day.cinema.query(
            "SELECT t.name, z.body FROM boxoffice.z_report z JOIN boxoffice.shift f USING (shift_id)"
            " JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id"
        )
    }
    assert {name: read_report(body) for name, body in written.items()} == {
        name: book.as_report() for name, book in day.books.items()
    }
    for name, body in written.items():
        back = sum(line["amount"] for line in body["refund_payments"])
        assert sum(line["amount"] for line in body["payments"]) - back == day.books[name].left
    together = day.office.call(shift_reports.list_shifts)
    books = day.books.values()
    assert not together.is_open
    assert together.total("sold") == sum(book.tickets + sum(book.extras.values()) for book in books)
    assert together.total("refunded") == sum(sum(book.refunds.values()) for book in books)
    assert together.total("expected") == sum(book.drawer for book in books)
    assert together.total("difference") == -2000
    # What stands at the end: valid tickets, the fee of one that went back, and the gift card.
    ((standing,),) = day.cinema.query(
        "SELECT sum(t.amount + coalesce((SELECT sum(a.amount) FROM boxoffice.adjustment a"
        " WHERE a.sale_id = t.sale_id AND a.ticket_line = t.line), 0))"
        " FROM boxoffice.ticket t WHERE t.voided_by IS NULL"
    )
    assert standing + 150 + 5000 == sum(book.left for book in books)
    assert day.cinema.query("SELECT balance FROM boxoffice.gift_card") == [(3500,)]
    report = work_as_owner(day.cinema.admin_conninfo, day.cinema.starts_at, verify_journal)
    assert (report.terminals, report.faults) == (3, ())
    assert find_wrong(day.cinema) == {}


@pytest.mark.parametrize("moment", [None, "before", "after"])
def test_every_z_report_of_a_whole_day_balances_to_the_cent(
    day: Day, wire: Wire, tmp_path: Path, moment: Moment | None
) -> None:
    open_the_tills(day)
    first = sell_in_the_morning(day)
    collect_a_part(day)
    correct(day)
    print_again(day, first)
    refund_with_approval(day, first)
    if moment is not None:
        sell_and_die(day, wire, moment, tmp_path / "attempts")
    move_cash(day)
    cancel_the_late_show(day)
    change_cashier(day)
    cash_up(day)
    check_the_books(day)
