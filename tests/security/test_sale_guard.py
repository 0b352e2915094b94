"""The rules of sales, tickets, payments and the journal, attacked with a till's own login.

Each attack is a whole sale written by hand with one thing wrong; the control is the same sale with nothing wrong.
"""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till
from tests.support.seats import end_show, sell

BAD = "BX409"


def write_sale(attacker: Attacker, house: Cinema, **wrong: Any) -> UUID:
    """Sell B1 by hand, an adult at 12.00 in cash; `wrong` replaces single values or leaves a part out."""
    values: dict[str, Any] = {
        "sale_id": uuid4(), "count": 1, "currency": "EUR", "total": 1200, "terminal": 1, "serial_shift": 0, "line": 1,
        "seat": "B1", "area": 1, "type": 1, "amount": 1200, "tax": 89, "rate": 1, "paid": 1200, "seated": True,
        "show": house.show_id, **wrong,
    }  # fmt: skip
    serial = attacker.ask(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)"
        " VALUES (%s, %s, %s, %s) RETURNING first_serial",
        values["sale_id"], values["count"], values["currency"], values["total"],
    )  # fmt: skip
    ticket = write_ticket(attacker, house, values, serial + values["serial_shift"])
    if values["paid"] is not None:
        attacker.ask(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given)"
            " VALUES (%s, 1, 'cash', %s, %s) RETURNING 1",
            values["sale_id"], values["paid"], values["paid"],
        )  # fmt: skip
    if values["seated"]:
        attacker.connection.execute(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s,"
            " hold_id = NULL, held_by = NULL, held_until = NULL WHERE show_id = %s AND seat_id = %s",
            (ticket, values["show"], house.seats[values["seat"]]),
        )
    attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    sale_id: UUID = values["sale_id"]
    return sale_id


def write_ticket(attacker: Attacker, house: Cinema, values: dict[str, Any], serial: int) -> int:
    ticket: int = attacker.ask(
        "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id,"
        " amount, tax, tax_rate_id, code) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING ticket_id",
        values["sale_id"], values["line"], values["terminal"], serial, values["show"], house.seats[values["seat"]],
        values["area"], values["type"], values["amount"], values["tax"], values["rate"], uuid4().bytes,
    )  # fmt: skip
    return ticket


def test_a_right_sale_written_by_hand_is_stored(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        sale_id = write_sale(attacker, house)
        assert attacker.ask("SELECT count(*) FROM boxoffice.journal WHERE sale_id = %s", sale_id) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 1100, "total": 1100, "paid": 1100},
        {"amount": 0, "tax": 0, "total": 0, "paid": 0},
        {"type": 2},
        {"type": 99},
        {"area": 2, "amount": 1500, "tax": 111, "total": 1500, "paid": 1500},
        {"tax": 0},
        {"rate": 2},
        {"total": 1100},
        {"total": 1100, "paid": 1100},
        {"paid": None},
        {"paid": 1100},
        {"paid": 1300},
        {"currency": "JPY"},
        {"count": 2},
        {"line": 2},
        {"serial_shift": 1},
        {"serial_shift": 1000},
        {"seated": False},
        {"terminal": 2},
        {"seat": "A2"},
    ],
    ids=str,
)
def test_a_sale_with_one_thing_wrong_is_refused(house: Cinema, cashier: Till, wrong: dict[str, Any]) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        write_sale(attacker, house, **wrong)
    assert refused.value.sqlstate == BAD


@pytest.mark.parametrize("seat", ["A3", "A4"])
def test_a_sold_seat_is_not_sold_again(house: Cinema, cashier: Till, seat: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.UniqueViolation) as refused:
        write_sale(attacker, house, seat=seat)
    assert refused.value.diag.constraint_name == "ticket_seat_sold_once"


def test_nobody_sells_with_nobody_signed_in(house: Cinema) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        write_sale(attacker, house)
    assert refused.value.sqlstate == "BX401"


def test_nobody_sells_without_the_permission(cinema: Cinema) -> None:
    till = cinema.till()
    cinema.execute("DELETE FROM boxoffice.staff_permission WHERE permission = 'sell'")
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        write_sale(attacker, cinema)
    assert (refused.value.sqlstate, refused.value.diag.message_detail) == ("BX403", "sell")


def test_a_show_that_is_not_on_sale_is_not_sold(cinema: Cinema) -> None:
    till = cinema.till()
    cinema.execute("UPDATE boxoffice.show SET status = 'closed'")
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        write_sale(attacker, cinema)
    assert refused.value.sqlstate == "BX410"


def test_a_show_that_is_over_is_not_sold(cinema: Cinema) -> None:
    till = cinema.till()
    # Held while it ran; the guard of seats would refuse the hold now, and the seal must not rely on it.
    end_show(cinema)
    cinema.execute("ALTER TABLE boxoffice.show_seat DISABLE TRIGGER show_seat_guard")
    with attack_as(cinema, till) as attacker, pytest.raises(psycopg.Error) as refused:
        write_sale(attacker, cinema)
    assert refused.value.sqlstate == "BX410"


def test_a_sale_over_the_venues_limit_is_refused(cinema: Cinema) -> None:
    till = cinema.till()
    cinema.execute("UPDATE boxoffice.venue SET basket_limit = 1")
    with attack_as(cinema, till) as attacker:
        attacker.ask(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)"
            " VALUES (%s, 2, 'EUR', 2400) RETURNING 1",
            sale_id := uuid4(),
        )
        values = {"sale_id": sale_id, "terminal": 1, "show": cinema.show_id, "area": 1, "type": 1, "amount": 1200,
                  "tax": 89, "rate": 1}  # fmt: skip
        for line, seat in ((1, "B1"), (2, "B2")):
            write_ticket(attacker, cinema, {**values, "line": line, "seat": seat}, line)
        with pytest.raises(psycopg.Error) as refused:
            attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.diag.message_primary == "The sale has more tickets than the venue allows."


PAYMENT = "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES (%s, %s, 'cash', %s, %s)"


@pytest.mark.parametrize(
    ("lines", "is_right"),
    [((1, 2), True), ((-5000, 2), False), ((0, 2), False), ((2, 3), False), ((1, 3), False)],
    ids=str,
)
def test_tickets_are_numbered_without_a_gap(
    house: Cinema,
    cashier: Till,
    lines: tuple[int, int],
    is_right: bool,  # noqa: FBT001  parameter
) -> None:
    with attack_as(house, cashier) as attacker:
        if is_right:
            assert write_two(attacker, house, lines)
        else:
            with pytest.raises(psycopg.Error) as refused:
                write_two(attacker, house, lines)
            assert refused.value.sqlstate in {BAD, "23514"}


def write_two(attacker: Attacker, house: Cinema, lines: tuple[int, int]) -> UUID:
    """Sell B1 and B2 by hand with these lines, each with the serial that fits its line."""
    sale_id = uuid4()
    first = attacker.ask(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)"
        " VALUES (%s, 2, 'EUR', 2400) RETURNING first_serial",
        sale_id,
    )
    values = {"sale_id": sale_id, "terminal": 1, "show": house.show_id, "area": 1, "type": 1, "amount": 1200,
              "tax": 89, "rate": 1}  # fmt: skip
    for line, seat in zip(lines, ("B1", "B2"), strict=True):
        ticket = write_ticket(attacker, house, {**values, "line": line, "seat": seat}, first + line - 1)
        attacker.connection.execute(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE show_id = %s AND seat_id = %s",
            (ticket, house.show_id, house.seats[seat]),
        )
    attacker.run(PAYMENT, sale_id, 1, 2400, 2400)
    return sale_id


@pytest.mark.parametrize(
    ("payments", "is_right"),
    [
        ({1: 1200}, True),
        ({1: 200, 2: 1000}, True),
        (dict.fromkeys(range(1, 11), 120), True),
        ({1: 1200, 2: 0}, False),
        (dict.fromkeys(range(1, 13), 100), False),
        ({2: 1200}, False),
        ({1: 200, 3: 1000}, False),
        ({-1: 200, 2: 1000}, False),
    ],
    ids=str,
)
def test_payments_are_as_many_as_it_takes(
    house: Cinema,
    cashier: Till,
    payments: dict[int, int],
    is_right: bool,  # noqa: FBT001  parameter
) -> None:
    def attack(attacker: Attacker) -> None:
        attacker.connection.execute("SET CONSTRAINTS ALL DEFERRED")
        serial = attacker.ask(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)"
            " VALUES (%s, 1, 'EUR', 1200) RETURNING first_serial",
            sale_id := uuid4(),
        )
        values = {"sale_id": sale_id, "line": 1, "terminal": 1, "show": house.show_id, "seat": "B1", "area": 1,
                  "type": 1, "amount": 1200, "tax": 89, "rate": 1}  # fmt: skip
        ticket = write_ticket(attacker, house, values, serial)
        for line, amount in payments.items():
            attacker.connection.execute(PAYMENT, (sale_id, line, amount, amount))
        attacker.run(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE seat_id = %s",
            ticket,
            house.seats["B1"],
        )

    with attack_as(house, cashier) as attacker:
        if is_right:
            attack(attacker)
        else:
            with pytest.raises(psycopg.Error) as refused:
                attack(attacker)
            assert refused.value.sqlstate in {BAD, "23514"}


@pytest.mark.parametrize(
    ("statement", "is_right"),
    [
        ("payment (sale_id, line, kind, amount, given) VALUES (%s, 9, 'cash', 1, 1)", True),
        ("payment (payment_id, sale_id, line) OVERRIDING SYSTEM VALUE VALUES (99, %s, 9)", False),
        ("ticket (ticket_id, sale_id) OVERRIDING SYSTEM VALUE VALUES (99, %s)", False),
    ],
)
def test_nobody_takes_the_numbers_of_rows_to_come(
    house: Cinema,
    cashier: Till,
    statement: str,
    is_right: bool,  # noqa: FBT001  parameter
) -> None:
    with attack_as(house, cashier) as attacker:
        attacker.ask(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 1, 'EUR', 1) RETURNING 1",
            sale_id := uuid4(),
        )
        if is_right:
            attacker.connection.execute(f"INSERT INTO boxoffice.{statement}", (sale_id,))
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attacker.connection.execute(f"INSERT INTO boxoffice.{statement}", (sale_id,))


@pytest.mark.parametrize("column", ["number", "first_serial", "terminal_id", "staff_id", "sold_at"])
def test_a_till_does_not_choose_what_the_server_writes(house: Cinema, cashier: Till, column: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.run(f"INSERT INTO boxoffice.sale ({column}) VALUES (DEFAULT)")


def test_a_closed_sale_takes_no_further_ticket(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        sale_id = write_sale(attacker, house)
        values = {
            "sale_id": sale_id,
            "line": 2,
            "terminal": 1,
            "seat": "B2",
            "show": house.show_id,
            "area": 1,
            "type": 1,
            "amount": 1200,
            "tax": 89,
            "rate": 1,
        }
        with pytest.raises(psycopg.Error, match="This sale is closed") as refused:
            write_ticket(attacker, house, values, 1000)
    assert refused.value.sqlstate == BAD


def test_a_closed_sale_takes_no_further_payment(house: Cinema, cashier: Till) -> None:
    sale_id = house.query("SELECT sale_id FROM boxoffice.sale WHERE terminal_id = 1")[0][0]
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error, match="This sale is closed"):
        attacker.run(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES (%s, 9, 'cash', 1, 1)", sale_id
        )


def test_a_sale_that_ends_in_nothing_burns_no_number(cinema: Cinema) -> None:
    till = cinema.till()
    first = sell(cinema, till, "A1")
    with psycopg.connect(cinema.conninfo()) as connection:
        connection.execute("SELECT boxoffice.attach(%s)", (till.token,))
        connection.execute(
            "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total)"
            " VALUES (%s, 1, 'EUR', 0) ON CONFLICT DO NOTHING",
            (first.sale_id,),
        )
    assert sell(cinema, till, "A2").number == 2


def test_two_sales_in_one_transaction_are_numbered_without_a_gap(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        write_sale(attacker, house)
        attacker.connection.execute("SET CONSTRAINTS ALL DEFERRED")
        write_sale(attacker, house, seat="B2")
        numbers = attacker.connection.execute(
            "SELECT number FROM boxoffice.sale WHERE terminal_id = 1 ORDER BY 1"
        ).fetchall()
    assert [row[0] for row in numbers] == [1, 2, 3]


def test_a_sale_is_sealed_once(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        sale_id = write_sale(attacker, house)
        hashes = {attacker.ask("SELECT boxoffice.seal_sale(%s)", sale_id) for _ in range(2)}
        assert len(hashes) == 1


def test_a_sale_that_is_not_there_cannot_be_sealed(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.NoDataFound):
        attacker.ask("SELECT boxoffice.seal_sale(%s)", uuid4())


def test_ticket_codes_are_for_the_till_that_sold_them(house: Cinema, cashier: Till) -> None:
    statement = "SELECT count(*) FROM boxoffice.sale s, boxoffice.ticket_codes(s.sale_id) WHERE s.terminal_id = %s"
    with attack_as(house, cashier) as attacker:
        assert [attacker.ask(statement, terminal) for terminal in (1, 2)] == [1, 0]


def test_ticket_codes_are_for_nobody_before_sign_in(house: Cinema) -> None:
    with attack_as(house) as attacker:
        assert attacker.ask("SELECT count(*) FROM boxoffice.sale s, boxoffice.ticket_codes(s.sale_id)") == 0
