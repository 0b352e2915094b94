"""What exchanged tickets take along, attacked with a till's own login; each beside a control that goes through."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.services import promotions, sales
from boxoffice_desktop.services.sale_details import SaleDetails, get_sale_details
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import ADULT, CHILD, PRICES, Cinema, Till
from tests.support.promotions import basket, save

TAKE_BACK = (
    "SELECT refund_id FROM boxoffice.take_back(%s, 'exchange', %s, %s::bigint[], '', NULL, %s, '{}', '{}',"
    " %s::bigint[], %s::text[], %s::bigint[], %s::text[])"
)
TAX = {1200: 89, 800: 59, 1500: 111}


@pytest.fixture(scope="module")
def house(shared_cinema: Cinema) -> Cinema:
    """One without the rows that others attack: a refund without a number would be in the way."""
    return shared_cinema


@pytest.fixture(scope="module")
def offers(house: Cinema) -> dict[str, int]:
    """Promotions by name; both hold for every adult, one after the other."""
    manager = house.till("Counter 3", "mona")
    only = {"ticket_type_ids": frozenset({ADULT}), "is_combinable": True}
    made = {
        "half": save(manager, "Half", **only).promotion_id,
        "euro": save(manager, "Euro", kind=PromotionKind.AMOUNT, value=100, is_combinable=True).promotion_id,
    }
    version = manager.call(promotions.get_fee).version
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1, version=version)
    return made


@pytest.fixture(scope="module")
def till(house: Cinema) -> Till:
    return house.till("Counter 1", "sid")


@pytest.fixture(scope="module")
def old(house: Cinema, till: Till, offers: dict[str, int]) -> SaleDetails:
    """Two adults with both discounts and the fee: 1200 - 600 - 100 + 150 each."""
    order = basket(house, till, "C1", "C2")
    assert order.total == 1300
    return till.call(get_sale_details, sale_id=till.call(sales.complete_sale, order=order).sale_id)


def line(kind: str, amount: int, tax: int, promotion: int | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "tax": tax, "promotion_id": promotion, **more}


def usual(offers: dict[str, int], source: int, ticket_line: int = 1) -> list[dict[str, Any]]:
    """What a ticket of the old sale has, for a ticket of the same price."""
    same = {"carried_from": source, "ticket_line": ticket_line}
    return [
        line("promotion", -600, -44, offers["half"], reason="Half", **same),
        line("promotion", -100, -8, offers["euro"], reason="Euro", **same),
        line("fee", 150, 11, **same),
    ]


def exchange(
    attacker: Attacker,
    house: Cinema,
    old: SaleDetails,
    lines: Sequence[dict[str, Any]],
    seats: Sequence[tuple[str, int]] = (("B1", ADULT),),
    count: int = 1,
) -> None:
    """End the first tickets of the old sale and sell these seats and lines by hand, the difference in cash."""
    sale_id, worth = uuid4(), 650 * count
    prices = [PRICES[2 if name[0] == "E" else 1, kind] for name, kind in seats]
    total = sum(prices) + sum(each["amount"] for each in lines)
    parts = [
        (kind, amount) for kind, amount in (("exchange", min(worth, total)), ("cash", worth - total)) if amount > 0
    ]
    attacker.ask(
        TAKE_BACK, uuid4(), old.sale_id, [ticket.ticket_id for ticket in old.tickets][:count], sale_id,
        [old.payments[0].payment_id] * len(parts), [kind for kind, _ in parts], [amount for _, amount in parts],
        [""] * len(parts),
    )  # fmt: skip
    serial = attacker.ask(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, %s, 'EUR', %s)"
        " RETURNING first_serial",
        sale_id, len(seats), total,
    )  # fmt: skip
    for place, ((name, kind), price) in enumerate(zip(seats, prices, strict=True)):
        ticket = attacker.ask(
            "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id,"
            " ticket_type_id, amount, tax, tax_rate_id, code) VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, 1, %s)"
            " RETURNING ticket_id",
            sale_id, place + 1, serial + place, house.show_id, house.seats[name], 2 if name[0] == "E" else 1, kind,
            price, TAX[price], uuid4().bytes,
        )  # fmt: skip
        attacker.connection.execute(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE show_id = %s AND seat_id = %s",
            (ticket, house.show_id, house.seats[name]),
        )
    for number, each in enumerate(lines, start=1):
        row = {"sale_id": sale_id, "line": number, "ticket_line": 1, "tax_rate_id": 1, **each}
        attacker.connection.execute(
            f"INSERT INTO boxoffice.adjustment ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            tuple(row.values()),
        )
    paid = [("exchange", min(worth, total), "cash"), ("cash", total - worth, None)]
    for number, (kind, amount, origin) in enumerate((each for each in paid if each[1] > 0), start=1):
        attacker.connection.execute(
            "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, origin)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (sale_id, number, kind, amount, amount, origin),
        )
    attacker.ask("SELECT boxoffice.seal_sale(%s)", sale_id)
    attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refuse(house: Cinema, till: Till, old: SaleDetails, match: str, *values: Any, **named: Any) -> None:
    with attack_as(house, till) as attacker, pytest.raises(psycopg.Error, match=match) as refused:
        exchange(attacker, house, old, *values, **named)
    assert refused.value.sqlstate == "BX409"


def test_what_a_ticket_had_goes_along(house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]) -> None:
    first = old.tickets[0].ticket_id
    with attack_as(house, till) as attacker:
        exchange(attacker, house, old, usual(offers, first))
    with attack_as(house, till) as attacker:
        # Half is for adults only.
        fewer = [line("promotion", -100, -7, offers["euro"], reason="Euro", carried_from=first)]
        exchange(attacker, house, old, [*fewer, usual(offers, first)[2]], [("B1", CHILD)])
    with attack_as(house, till) as attacker:
        both = [each for place, ticket in enumerate(old.tickets, 1) for each in usual(offers, ticket.ticket_id, place)]
        exchange(attacker, house, old, both, [("B1", ADULT), ("B2", ADULT)], count=2)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        pytest.param(0, {"amount": -700, "tax": -52}, id="more than it was"),
        pytest.param(0, {"amount": -500, "tax": -37}, id="less than it was"),
        pytest.param(0, {"tax": -45}, id="another tax"),
        pytest.param(0, {"promotion_id": "euro"}, id="another promotion"),
        pytest.param(0, {"promotion_code_id": 1}, id="a code"),
        pytest.param(0, {"reason": "Whole"}, id="another name"),
        pytest.param(0, {"carried_from": None}, id="a new discount"),
        pytest.param(1, {"carried_from": None}, id="a new one beside it"),
        pytest.param(2, {"amount": 1, "tax": 0}, id="a smaller fee"),
        pytest.param(0, {"kind": "manual", "approval_id": uuid4(), "promotion_id": None}, id="an approval"),
    ],
)
def test_nothing_else_goes_along(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int], place: int, change: dict[str, Any]
) -> None:
    lines = usual(offers, old.tickets[0].ticket_id)
    lines[place] |= {name: offers.get(str(value), value) for name, value in change.items()}
    refuse(house, till, old, "had no such|has changed|get no new ones|stands alone", lines)


def test_a_discount_for_one_type_does_not_go_to_another(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]
) -> None:
    first = old.tickets[0].ticket_id
    lines = [line("promotion", -400, -29, offers["half"], reason="Half", carried_from=first), usual(offers, first)[2]]
    refuse(house, till, old, "had no such", lines, [("B1", CHILD)])


def test_discounts_stay_in_their_order(house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]) -> None:
    first = old.tickets[0].ticket_id
    turned = [
        line("promotion", -100, -7, offers["euro"], reason="Euro", carried_from=first),
        line("promotion", -550, -41, offers["half"], reason="Half", carried_from=first),
        usual(offers, first)[2],
    ]
    refuse(house, till, old, "had no such", turned)


def test_one_ticket_gives_its_discount_to_one(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]
) -> None:
    first = old.tickets[0].ticket_id
    twice = [*usual(offers, first), *usual(offers, first, 2)]
    refuse(house, till, old, "had no such", twice, [("B1", ADULT), ("B2", ADULT)])
    half, _, fee = usual(offers, first)
    refuse(house, till, old, "had no such", [half, {**half, "amount": -300, "tax": -23}, fee])


def test_a_ticket_that_still_stands_gives_nothing(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]
) -> None:
    refuse(house, till, old, "had no such", usual(offers, old.tickets[1].ticket_id))


def test_the_fee_does_not_come_back_by_an_exchange(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]
) -> None:
    refuse(house, till, old, "goes along", usual(offers, old.tickets[0].ticket_id)[:2])


def test_a_sale_without_an_exchange_takes_nothing_over(
    house: Cinema, till: Till, old: SaleDetails, offers: dict[str, int]
) -> None:
    from tests.security.test_promotion_guard import write

    with attack_as(house, till) as attacker, pytest.raises(psycopg.Error, match="had no such") as refused:
        write(attacker, house, *usual(offers, old.tickets[0].ticket_id))
    assert refused.value.sqlstate == "BX409"
