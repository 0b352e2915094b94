"""Refunds attacked with a till's own login: nobody writes, changes or widens one but through `take_back`."""

from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.services.sale_details import get_sale_details
from tests.security.conftest import attack_as
from tests.support.cinema import Cinema, Till
from tests.support.seats import sell

KINDS = ("refund", "exchange", "cancellation", "gift", None)
DENIED = psycopg.errors.InsufficientPrivilege
CALL = (
    "SELECT boxoffice.take_back(%s, %s, %s, %s::bigint[], '', NULL, NULL, '{}', '{}',"
    " %s::bigint[], %s::text[], %s::bigint[], %s::text[])"
)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO boxoffice.refund SELECT * FROM boxoffice.refund",
        "INSERT INTO boxoffice.refund_line SELECT * FROM boxoffice.refund_line",
        "INSERT INTO boxoffice.refund_payment SELECT * FROM boxoffice.refund_payment",
        "INSERT INTO boxoffice.payout SELECT * FROM boxoffice.payout",
        "UPDATE boxoffice.refund SET total = 0",
        "UPDATE boxoffice.refund_payment SET amount = amount + 1",
        "UPDATE boxoffice.ticket SET voided_by = gen_random_uuid()",
        "UPDATE boxoffice.terminal_chain SET refund_number = 7",
        "DELETE FROM boxoffice.refund_payment",
        "TRUNCATE boxoffice.payout",
        "SELECT boxoffice.credit_gift_cards(gen_random_uuid())",
        "SELECT boxoffice.check_money_back(NULL)",
    ],
)
def test_a_till_writes_no_refund_itself(house: Cinema, cashier: Till, statement: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(DENIED):
        attacker.run(statement)


def test_the_owner_ends_no_ticket_without_a_refund(house: Cinema) -> None:
    with pytest.raises(psycopg.Error) as refused:
        house.execute("UPDATE boxoffice.ticket SET voided_by = gen_random_uuid() WHERE voided_by IS NULL")
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize("kind", KINDS)
def test_a_cashier_takes_nothing_back_but_the_own_sales(house: Cinema, cashier: Till, kind: str | None) -> None:
    other = house.till("Counter 2", "carla")
    seat = f"C{KINDS.index(kind) + 1}"
    sale = other.call(get_sale_details, sale_id=sell(house, other, seat).sale_id)
    tickets, paid = [sale.tickets[0].ticket_id], [sale.payments[0].payment_id]
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(CALL, uuid4(), kind, sale.sale_id, tickets, paid, ["cash"], [1200], [""])
    assert refused.value.sqlstate in {"BX403", "BX409", "23514", "23502"}


def test_the_control_voids_the_own_sale(house: Cinema, cashier: Till) -> None:
    # The house has a refund that was written past the guards.
    house.execute("UPDATE boxoffice.terminal_chain SET refund_number = 1 WHERE terminal_id = 1")
    sale = cashier.call(get_sale_details, sale_id=sell(house, cashier, "D1").sale_id)
    tickets, paid = [sale.tickets[0].ticket_id], [sale.payments[0].payment_id]
    with attack_as(house, cashier) as attacker:
        attacker.ask(CALL, uuid4(), "void", sale.sale_id, tickets, paid, ["cash"], [1200], [""])
        attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert attacker.ask("SELECT count(*) FROM boxoffice.refund WHERE sale_id = %s", sale.sale_id) == 1


def test_a_seat_that_is_gone_is_paid_back_by_who_may_refund_and_a_seat_that_is_there_by_nobody(
    house: Cinema, cashier: Till
) -> None:
    sale = cashier.call(get_sale_details, sale_id=sell(house, cashier, "D2").sale_id)
    order = ("cancellation", sale.sale_id, [sale.tickets[0].ticket_id], [sale.payments[0].payment_id], ["owed"])
    supervisor = house.till("Counter 2", "sid")
    with attack_as(house, supervisor, "Counter 2") as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(CALL, uuid4(), *order, [1200], [""])
    assert refused.value.sqlstate == "BX409"
    house.execute("UPDATE boxoffice.seat SET retired_at = clock_timestamp() WHERE seat_id = %s", house.seats["D2"])
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(CALL, uuid4(), *order, [1200], [""])
    assert refused.value.sqlstate == "BX403"
    # The control: only the permission and the seat kept it.
    with attack_as(house, supervisor, "Counter 2") as attacker:
        attacker.ask(CALL, uuid4(), *order, [1200], [""])
        assert attacker.ask("SELECT count(*) FROM boxoffice.refund WHERE sale_id = %s", sale.sale_id) == 1


def test_nobody_signed_in_takes_nothing_back(house: Cinema) -> None:
    with attack_as(house) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.ask(CALL, uuid4(), "void", uuid4(), [], [], [], [], [])
    assert refused.value.sqlstate == "BX401"
