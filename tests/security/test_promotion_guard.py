"""The rules of discounts, fees and codes, attacked with a till's own login; each beside a control that goes through."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from boxoffice_desktop.domain.promotions import PromotionKind
from boxoffice_desktop.services import promotion_codes, promotions
from tests.security.conftest import Attacker, attack_as
from tests.support.cinema import Cinema, Till
from tests.support.promotions import open_code, save

BAD = "BX409"


@pytest.fixture(scope="module")
def offers(house: Cinema) -> dict[str, int]:
    """Promotions by name, and the id of a code that Counter 1 has opened, of one that it has not."""
    manager = house.till("Counter 3", "mona")
    made = {
        "half": save(manager, "Half").promotion_id,
        "euro": save(manager, "Euro", kind=PromotionKind.AMOUNT, value=100, is_combinable=True).promotion_id,
        "over": save(manager, "Over", valid_to=house.starts_at.date().replace(year=2020)).promotion_id,
        "child": save(manager, "Children", ticket_type_ids=frozenset({2})).promotion_id,
        "pair": save(manager, "Pair", kind=PromotionKind.N_FOR_M, value=0, take=2, pay=1).promotion_id,
        "coded": save(manager, "Coded", needs_code=True).promotion_id,
        "used": save(manager, "Used", uses_limit=1).promotion_id,
    }
    house.execute("UPDATE boxoffice.promotion_use SET used = 1 WHERE promotion_id = %s", made["used"])
    codes = manager.call(promotion_codes.make_codes, promotion_id=made["coded"], count=2)
    version = manager.call(promotions.get_fee).version
    manager.call(promotions.save_fee, amount=150, tax_rate_id=1, version=version)
    made["opened"] = open_code(house.till("Counter 1"), codes[0]).promotion_code_id or 0
    made["secret"] = made["opened"] % 2 + 1
    return made


def write(attacker: Attacker, house: Cinema, *lines: dict[str, Any], seats: int = 1) -> UUID:
    """Sell B1… by hand, adults at 12.00, with these other lines, paid in cash to the cent."""
    sale_id = uuid4()
    total = 1200 * seats + sum(line["amount"] for line in lines)
    serial = attacker.ask(
        "INSERT INTO boxoffice.sale (sale_id, ticket_count, currency, total) VALUES (%s, %s, 'EUR', %s)"
        " RETURNING first_serial",
        sale_id, seats, total,
    )  # fmt: skip
    for place in range(seats):
        ticket = attacker.ask(
            "INSERT INTO boxoffice.ticket (sale_id, line, terminal_id, serial, show_id, seat_id, area_id,"
            " ticket_type_id, amount, tax, tax_rate_id, code) VALUES (%s, %s, 1, %s, %s, %s, 1, 1, 1200, 89, 1, %s)"
            " RETURNING ticket_id",
            sale_id, place + 1, serial + place, house.show_id, house.seats[f"B{place + 1}"], uuid4().bytes,
        )  # fmt: skip
        attacker.connection.execute(
            "UPDATE boxoffice.show_seat SET state = 'sold', ticket_id = %s WHERE show_id = %s AND seat_id = %s",
            (ticket, house.show_id, house.seats[f"B{place + 1}"]),
        )
    for number, line in enumerate(lines, start=1):
        row = {"sale_id": sale_id, "line": number, "ticket_line": 1, "tax_rate_id": 1, **line}
        attacker.connection.execute(
            f"INSERT INTO boxoffice.adjustment ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            tuple(row.values()),
        )
    attacker.connection.execute(
        "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given) VALUES (%s, 1, 'cash', %s, %s)",
        (sale_id, total, total),
    )
    attacker.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return sale_id


def line(kind: str, amount: int, tax: int, promotion: int | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "tax": tax, "promotion_id": promotion, **more}


def test_what_a_promotion_gives_is_stored(house: Cinema, cashier: Till, offers: dict[str, int]) -> None:
    with attack_as(house, cashier) as attacker:
        write(attacker, house, line("promotion", -600, -44, offers["half"]), line("fee", 150, 11))
    with attack_as(house, cashier) as attacker:
        write(attacker, house, line("promotion", -1200, -89, offers["pair"]), seats=2)
    with attack_as(house, cashier) as attacker:
        write(attacker, house, line("promotion", -600, -44, offers["coded"], promotion_code_id=offers["opened"]))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"amount": -700, "tax": -52}, id="more than the promotion gives"),
        pytest.param({"tax": -45}, id="a wrong tax"),
        pytest.param({"tax_rate_id": 2}, id="another tax rate"),
        pytest.param({"ticket_line": 2}, id="a ticket that is not there"),
        pytest.param({"promotion_id": "over"}, id="a promotion that is over"),
        pytest.param({"promotion_id": "child"}, id="another ticket type's promotion"),
        pytest.param({"promotion_id": "coded"}, id="a code's promotion without a code"),
        pytest.param({"promotion_id": "coded", "promotion_code_id": "secret"}, id="a code that was never shown"),
        pytest.param({"promotion_code_id": "opened"}, id="a code of another promotion"),
        pytest.param({"promotion_id": "used"}, id="a promotion that is used up"),
        pytest.param({"promotion_id": "pair", "amount": -1200, "tax": -89}, id="two for one for one"),
        pytest.param({"promotion_id": 999}, id="no promotion"),
    ],
)
def test_a_discount_that_nothing_gives_is_refused(
    house: Cinema, cashier: Till, offers: dict[str, int], wrong: dict[str, Any]
) -> None:
    named = {name: offers.get(value, value) if isinstance(value, str) else value for name, value in wrong.items()}
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        write(attacker, house, line("promotion", -600, -44, offers["half"]) | named)
    assert refused.value.sqlstate == BAD


def test_discounts_that_do_not_combine_and_the_same_twice_are_refused(
    house: Cinema, cashier: Till, offers: dict[str, int]
) -> None:
    half, euro = line("promotion", -600, -44, offers["half"]), line("promotion", -100, -7, offers["euro"])
    for lines in ((half, euro), (euro, {**euro, "tax": -8})):
        with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
            write(attacker, house, *lines)
        assert refused.value.sqlstate == BAD


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([line("fee", 100, 7)], id="another fee"),
        pytest.param([line("fee", 150, 0)], id="a fee without its tax"),
        pytest.param([line("fee", 150, 11), line("fee", 150, 11)], id="the fee twice"),
        pytest.param([line("gift_card", 5000, 0, gift_card_id=1, ticket_line=None)], id="a gift card from nowhere"),
        pytest.param(
            [line("complimentary", -1200, -89, approval_id=uuid4(), reason="friends")], id="an approval of one's own"
        ),
    ],
)
def test_fees_gift_cards_and_free_tickets_out_of_thin_air_are_refused(
    house: Cinema, cashier: Till, offers: dict[str, int], lines: list[dict[str, Any]]
) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        write(attacker, house, *lines)
    assert refused.value.sqlstate in {BAD, "BX424", "42883"}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code FROM boxoffice.promotion_code",
        "SELECT * FROM boxoffice.code_try",
        "SELECT * FROM boxoffice.opened_code",
        "SELECT * FROM boxoffice.list_promotion_codes(1)",
        "UPDATE boxoffice.promotion_code SET used = 0",
        "UPDATE boxoffice.promotion_code SET code = 'MINE'",
        "SELECT boxoffice.has_opened('promotion', 1)",
        "SELECT boxoffice.redeem_promotions(gen_random_uuid())",
        "UPDATE boxoffice.promotion_use SET used = 0",
        "INSERT INTO boxoffice.opened_code VALUES (1, 'promotion', 1, now())",
        "DELETE FROM boxoffice.promotion",
    ],
)
def test_codes_are_secrets_and_counters_nobodys(
    house: Cinema, cashier: Till, offers: dict[str, int], statement: str
) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement)
    assert refused.value.sqlstate in {"42501", "BX403"}


def test_a_till_that_rolls_its_wrong_codes_back_gets_no_answer(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        assert attacker.ask("SELECT outcome FROM boxoffice.offer_code('SOMETHING')") == "offered"
        assert attacker.ask("SELECT outcome FROM boxoffice.open_code()") == "unknown"
        assert attacker.ask("SELECT promotion_id FROM boxoffice.open_code()") is None
