"""Money back by detours, with a till's own login: in pieces, by an old snapshot, of no sale yet, by an exchange."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.permissions import Permission
from boxoffice_desktop.domain.selling import SaleLine
from boxoffice_desktop.services import refunds
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.security.conftest import Attacker, attack_as
from tests.security.test_order_of_acts import HandMadeSale
from tests.support.cinema import ADULT, Cinema, Till, grant
from tests.support.seats import hold, sell

CALL = (
    "SELECT refund_id FROM boxoffice.take_back(%s, 'void', %s, %s::bigint[], '', NULL, NULL, '{}', '{}',"
    " %s::bigint[], %s::text[], %s::bigint[], %s::text[])"
)


def void(attacker: Attacker, sale: SaleDetails, kind: str = "cash", pieces: Sequence[int] = (1200,)) -> None:
    count = len(pieces)
    attacker.ask(
        CALL, uuid4(), sale.sale_id, [each.ticket_id for each in sale.tickets],
        [sale.payments[0].payment_id] * count, [kind] * count, list(pieces), [""] * count,
    )  # fmt: skip
    attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def details(till: Till, sale_id: UUID) -> SaleDetails:
    return till.call(get_sale_details, sale_id=sale_id)


@pytest.mark.parametrize("pieces", [(1200,), (600, 600), (3,) * 400], ids=len)
def test_a_payment_goes_back_in_one_piece(cinema: Cinema, pieces: tuple[int, ...]) -> None:
    # In a currency without small coins each piece would be rounded: 400 times 3 to 5 is 20.00 for 12.00.
    till = cinema.till()
    sale = details(till, sell(cinema, till, "A1").sale_id)
    with attack_as(cinema, till) as attacker:
        if len(pieces) == 1:
            void(attacker, sale, pieces=pieces)
            return
        with pytest.raises(psycopg.Error, match="in one piece") as refused:
            void(attacker, sale, pieces=pieces)
    assert refused.value.sqlstate == "BX409"


def test_money_does_not_go_back_by_an_old_snapshot(cinema: Cinema) -> None:
    till = cinema.till()
    sale = details(till, sell(cinema, till, "A1").sale_id)
    with attack_as(cinema, till) as attacker:
        attacker.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error, match="committed now") as refused:
            void(attacker, sale)
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_sale_is_made_before_it_is_taken_back(cinema: Cinema, is_sealed: bool) -> None:  # noqa: FBT001  parameter
    with attack_as(cinema, cinema.till()) as attacker:
        sale = HandMadeSale(attacker, cinema)
        for step in (sale.begin, sale.add_ticket, sale.take_seat, sale.pay):
            step()
        payment = attacker.ask("SELECT payment_id FROM boxoffice.payment WHERE sale_id = %s", sale.sale_id)
        values = (CALL, uuid4(), sale.sale_id, [sale.ticket_id], [payment], ["cash"], [1200], [""])
        if is_sealed:
            sale.commit()
            assert attacker.ask(*values) is not None
            return
        with pytest.raises(psycopg.Error, match="not finished") as refused:
            attacker.ask(*values)
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("seller", ["Counter 1", "Counter 2"])
def test_an_exchange_is_no_way_around_a_refund(cinema: Cinema, seller: str, steps: int) -> None:
    # Who plans may move people to other seats, no money; a void of the new sale would give it out.
    grant(cinema, "carla", Permission.MANAGE_SCHEDULE)
    seller_till, till = cinema.till(seller), cinema.till("Counter 1")
    sale = details(seller_till, sell(cinema, seller_till, "A1").sale_id)
    for seat in ("B1", "B2")[:steps]:
        order = refunds.plan_exchange(
            sale,
            [sale.tickets[0].ticket_id],
            hold_id=hold(cinema, till, seat).hold_id,
            lines=[SaleLine(key=cinema.keys(seat)[0], ticket_type_id=ADULT, amount=1200)],
        )
        sale = details(till, till.call(refunds.exchange_tickets, order=order).sale.sale_id)
    with attack_as(cinema, till) as attacker:
        if seller == "Counter 1":
            # The control: what was sold here in this shift is the cashier's own to correct.
            void(attacker, sale)
            return
        with pytest.raises(psycopg.Error, match="Only a sale of this till") as refused:
            void(attacker, sale)
    assert refused.value.sqlstate == "BX409"


@pytest.mark.parametrize("goods", ["ticket", "gift card"])
def test_tickets_are_exchanged_for_tickets_only(cinema: Cinema, goods: str) -> None:
    till = cinema.till()
    old = details(till, sell(cinema, till, "A1").sale_id)
    with attack_as(cinema, till) as attacker:
        sale = HandMadeSale(attacker, cinema)
        attacker.ask(
            CALL.replace("'void'", "'exchange'").replace("NULL, NULL", f"NULL, '{sale.sale_id}'"),
            uuid4(), old.sale_id, [old.tickets[0].ticket_id], [old.payments[0].payment_id], ["exchange"], [1200], [""],
        )  # fmt: skip
        if goods == "ticket":
            for step in (sale.begin, sale.add_ticket, sale.take_seat):
                step()
        else:
            _sell_gift_card(attacker, sale.sale_id)
        attacker.connection.execute(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, origin)"
            " VALUES (%s, 1, 'exchange', 1200, 1200, 'cash')",
            (sale.sale_id,),
        )
        attacker.ask("SELECT boxoffice.seal_sale(%s)", sale.sale_id)
        if goods == "ticket":
            sale.commit()
            return
        with pytest.raises(psycopg.Error, match="does not take over") as refused:
            sale.commit()
    assert refused.value.sqlstate == "BX409"


def _sell_gift_card(attacker: Attacker, sale_id: UUID) -> None:
    """A sale of nothing but a gift card of 12.00, still to be paid."""
    attacker.connection.execute(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, 0, 'EUR', 1200)", (sale_id,)
    )
    card = attacker.ask("SELECT boxoffice.make_gift_card(sha256('x'))")
    attacker.connection.execute(
        "INSERT INTO boxoffice.adjustment (sale_id, line, kind, amount, tax, gift_card_id)"
        " VALUES (%s, 1, 'gift_card', 1200, 0, %s)",
        (sale_id, card),
    )
