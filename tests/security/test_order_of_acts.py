"""Several acts in one transaction, in an order that no till would use: none makes money or seats out of nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

TICKET = (
    "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
    " amount, tax, tax_rate_id, code) SELECT %s, 1, 1, %s, p.show_id, %s, 1, 1, p.amount, p.tax, p.tax_rate_id, %s"
    " FROM boxoffice.show_price p WHERE p.area_id = 1 AND p.ticket_type_id = 1 RETURNING ticket_id"
)
SEAT = (
    "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s, hold_id = NULL, held_by = NULL, held_until = NULL"
    " WHERE seat_id = %s"
)
REFUND_PAYMENT = (
    "INSERT INTO boxoffice.refund_payment VALUES ('00000000-0000-0000-0000-000000000001', %s, 1, %s, 3, 2, '')"
)


@pytest.fixture
def till(cinema: Cinema) -> Till:
    return cinema.till()


class HandMadeSale:
    """B1 sold by hand in cash, act by act."""

    def __init__(self, attacker: Attacker, cinema: Cinema, *, currency: str = "EUR", amount: int = 1200) -> None:
        self.attacker, self.cinema = attacker, cinema
        self.currency, self.amount = currency, amount
        self.sale_id = uuid4()
        self.ticket_id = 0

    def begin(self) -> None:
        self.serial = self.attacker.ask(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 1, %s, %s)"
            " RETURNING first_serial",
            self.sale_id,
            self.currency,
            self.amount,
        )

    def add_ticket(self) -> None:
        self.ticket_id = self.attacker.ask(TICKET, self.sale_id, self.serial, self.cinema.seats["B1"], uuid4().bytes)

    def take_seat(self) -> None:
        assert self.attacker.connection.execute(SEAT, (self.ticket_id, self.cinema.seats["B1"])).rowcount == 1

    def pay(self, rounding: int = 0) -> None:
        self.attacker.connection.execute(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, rounding)"
            " VALUES (%s, 1, 'cash', %s, %s, %s)",
            (self.sale_id, self.amount, self.amount + rounding, rounding),
        )

    def commit(self) -> None:
        self.attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.attacker.connection.execute("SET CONSTRAINTS ALL DEFERRED")


def close_shift(attacker: Attacker) -> None:
    shift: UUID = attacker.ask("SELECT shift_id FROM boxoffice.terminal_chain WHERE terminal_id = 1")
    attacker.ask("SELECT boxoffice.close_shift(%s, %s, %s, %s, 'fraud')", shift, uuid4(), [100], [1])


def open_shift(attacker: Attacker) -> None:
    attacker.connection.execute("INSERT INTO boxoffice.shift (shift_id) VALUES (gen_random_uuid())")


@pytest.mark.parametrize("then", [(), (open_shift,)], ids=["closed", "another"])
@pytest.mark.parametrize("acts", [0, 1, 2, 3], ids=str)
def test_a_sale_is_not_finished_after_the_z_report_of_its_shift(
    cinema: Cinema, till: Till, acts: int, then: tuple[Callable[[Attacker], None], ...]
) -> None:
    # The report would know nothing of its cash, and the drawer would be right without it.
    with attack_as(cinema, till) as attacker:
        sale = HandMadeSale(attacker, cinema)
        sale.begin()
        steps = (sale.add_ticket, sale.take_seat, sale.pay)
        for step in steps[:acts]:
            step()
        close_shift(attacker)
        for act in then:
            act(attacker)
        for step in steps[acts:]:
            step()
        with pytest.raises(psycopg.Error, match="shift of this sale is closed") as refused:
            sale.commit()
    assert refused.value.sqlstate == "BX423"


def test_a_shift_closes_right_after_the_sale_that_is_whole(cinema: Cinema, till: Till) -> None:
    # The control: the same acts in the right order, in one transaction too.
    with attack_as(cinema, till) as attacker:
        sale = HandMadeSale(attacker, cinema)
        for step in (sale.begin, sale.add_ticket, sale.take_seat, sale.pay, sale.commit):
            step()
        close_shift(attacker)
        attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert attacker.ask("SELECT expected_cash FROM boxoffice.z_report") == 1200


@pytest.mark.parametrize("when", ["before the seat", "after the seat", "never"])
def test_a_ticket_that_was_taken_back_is_not_sold_afterwards(cinema: Cinema, till: Till, when: str) -> None:
    with cinema.admin() as admin, admin.transaction(force_rollback=True):
        attacker = Attacker(admin)
        admin.execute(f"SET LOCAL SESSION AUTHORIZATION {cinema.logins['Counter 1'][1]}")
        assert attacker.ask("SELECT boxoffice.attach(%s)", till.token)
        sale = HandMadeSale(attacker, cinema)
        for step in (sale.begin, sale.add_ticket, sale.pay):
            step()
        if when == "after the seat":
            sale.take_seat()
        if when != "never":
            _take_back(admin, cinema, sale.ticket_id)
        if when == "never":
            sale.take_seat()
            sale.commit()
            return
        with pytest.raises(psycopg.Error) as refused:
            (sale.take_seat if when == "before the seat" else sale.commit)()
        assert refused.value.sqlstate == "BX409"


def _take_back(admin: psycopg.Connection[Any], cinema: Cinema, ticket_id: int) -> None:
    """End a ticket in the middle of its sale, as a refund would that asks only whether there is such a sale."""
    admin.execute("RESET SESSION AUTHORIZATION")
    admin.execute("SET LOCAL session_replication_role = replica")
    admin.execute("UPDATE boxoffice.ticket SET voided_by = gen_random_uuid() WHERE ticket_id = %s", (ticket_id,))
    admin.execute("SET LOCAL session_replication_role = origin")
    admin.execute(f"SET LOCAL SESSION AUTHORIZATION {cinema.logins['Counter 1'][1]}")


@pytest.mark.parametrize(("second", "is_right"), [("exchange", True), ("cash", False)])
def test_a_payment_goes_back_in_one_piece_each_way(
    cinema: Cinema,
    second: str,
    is_right: bool,  # noqa: FBT001  parameter
) -> None:
    # 400 times 3 Rappen, rounded to 5 each, would be 20.00 for 12.00.
    with cinema.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(REFUND_PAYMENT, (1, "cash"))
        if is_right:
            admin.execute(REFUND_PAYMENT.replace(", 2, ''", ", 0, ''"), (2, second))
        else:
            with pytest.raises(psycopg.errors.UniqueViolation):
                admin.execute(REFUND_PAYMENT, (2, second))


@pytest.mark.parametrize(
    ("currency", "amount", "rounding"),
    [("EUR", 1202, 0), ("CHF", 1202, -2), ("NZD", 1205, 5), ("HUF", 120200, -200), ("HUF", 120250, 250)],
)
def test_what_cash_is_rounded_by_fits_every_currency(
    cinema: Cinema, till: Till, currency: str, amount: int, rounding: int
) -> None:
    cinema.execute("UPDATE boxoffice.venue SET currency = %s", currency)
    cinema.execute("UPDATE boxoffice.show_price SET amount = %s", amount)
    for wrong in (1, 0):
        with attack_as(cinema, till) as attacker:
            sale = HandMadeSale(attacker, cinema, currency=currency, amount=amount)
            for step in (sale.begin, sale.add_ticket, sale.take_seat):
                step()
            sale.pay(rounding + wrong if rounding + wrong <= 250 else rounding - wrong)
            if wrong:
                with pytest.raises(psycopg.Error, match="not rounded"):
                    sale.commit()
            else:
                sale.commit()


@pytest.mark.parametrize("act", ["hold", "free what ended", "sell"])
def test_a_till_leaves_the_seats_of_another_venue_alone(cinema: Cinema, till: Till, act: str) -> None:
    def attack() -> None:
        with attack_as(cinema, till) as attacker:
            if act == "hold":
                hold_id = attacker.ask(
                    "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id) VALUES (gen_random_uuid(), 'basket', 1)"
                    " RETURNING hold_id"
                )
                attacker.run(
                    "UPDATE boxoffice.show_seat SET state = 'held', hold_id = %s, held_by = 1,"
                    " held_until = clock_timestamp() + interval '1 minute' WHERE seat_id = %s",
                    hold_id,
                    cinema.seats["B1"],
                )
            elif act == "free what ended":
                attacker.run(
                    "UPDATE boxoffice.show_seat SET state = 'available' WHERE seat_id = %s", cinema.seats["B1"]
                )
            else:
                sale = HandMadeSale(attacker, cinema)
                for step in (sale.begin, sale.add_ticket, sale.take_seat, sale.pay, sale.commit):
                    step()

    attack()
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
        " VALUES ('Elsewhere', 'Asia/Tokyo', 'JPY', 'ja_JP')"
    )
    cinema.execute("UPDATE boxoffice.hall SET venue_id = 2")
    with pytest.raises(psycopg.Error) as refused:
        attack()
    assert refused.value.sqlstate == "BX409"


def test_an_admission_of_another_venue_is_not_taken_back(cinema: Cinema, till: Till) -> None:
    sell(cinema, till, "A1")
    supervisor = cinema.till("Counter 2", "sid")
    cinema.execute(
        "INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)"
        " SELECT ticket_id, show_id, gen_random_uuid(), 'Door', 1, 1, now() FROM boxoffice.ticket"
    )
    undo = "SELECT boxoffice.undo_admission((SELECT admission_id FROM boxoffice.admission))"
    with attack_as(cinema, supervisor, "Counter 2") as attacker:
        assert attacker.ask(undo) is True
    cinema.execute(
        "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
        " VALUES ('Elsewhere', 'Asia/Tokyo', 'JPY', 'ja_JP')"
    )
    cinema.execute("UPDATE boxoffice.terminal SET venue_id = 2 WHERE terminal_id = 1")
    with attack_as(cinema, supervisor, "Counter 2") as attacker:
        assert attacker.ask(undo) is False


@pytest.mark.parametrize("is_foreign", [False, True])
def test_a_door_lets_nobody_into_another_venues_show_by_naming_it(
    cinema: Cinema,
    till: Till,
    is_foreign: bool,  # noqa: FBT001  parameter
) -> None:
    sell(cinema, till, "A1")
    ((code, show),) = cinema.query("SELECT code, show_id FROM boxoffice.ticket")
    if is_foreign:
        cinema.execute(
            "INSERT INTO boxoffice.venue (name, time_zone, currency, locale)"
            " VALUES ('Elsewhere', 'Europe/Zurich', 'EUR', 'en_GB')"
        )
        cinema.execute("UPDATE boxoffice.hall SET venue_id = 2")
    with attack_as(cinema, till) as attacker:
        admit = "SELECT outcome FROM boxoffice.admit(%s, %s, 'Door', NULL, %s, NULL)"
        outcome = attacker.ask(admit, code, uuid4(), show)
    # Early in the morning the show is tomorrow's, which is told first.
    assert outcome in ({"wrong_hall", "wrong_day"} if is_foreign else {"admitted"})
