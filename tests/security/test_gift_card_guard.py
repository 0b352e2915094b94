"""The money on gift cards, attacked with a till's own login."""

from uuid import uuid4

import psycopg
import pytest

from tests.security.conftest import attack_as
from tests.security.test_promotion_guard import write
from tests.support.cinema import Cinema, Till


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code_hash FROM boxoffice.gift_card",
        "UPDATE boxoffice.gift_card SET balance = 100000",
        "INSERT INTO boxoffice.gift_card (code_hash, balance) VALUES (sha256('y'), 100000)",
        "INSERT INTO boxoffice.gift_card_entry VALUES (1, 9, now(), 'sale', gen_random_uuid(), NULL, 5, 5)",
        "UPDATE boxoffice.gift_card_entry SET amount = 1",
        "DELETE FROM boxoffice.gift_card_entry",
        "SELECT boxoffice.move_gift_card(1, 'sale', 100, gen_random_uuid(), NULL)",
        "SELECT boxoffice.refund_to_gift_card(1, 100, gen_random_uuid())",
        "SELECT boxoffice.take_back_gift_cards(gen_random_uuid(), gen_random_uuid())",
        "SELECT boxoffice.issue_gift_cards(gen_random_uuid())",
        "SELECT boxoffice.redeem_gift_cards(gen_random_uuid())",
        "SELECT * FROM boxoffice.find_gift_card(1, 'ABCD')",
        "SELECT code FROM boxoffice.gift_card_code",
        "DELETE FROM boxoffice.gift_card_code",
        "SELECT boxoffice.forget_gift_card_codes()",
    ],
)
def test_nobody_at_a_till_moves_money_onto_a_card_by_hand(house: Cinema, cashier: Till, statement: str) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
        attacker.run(statement)
    assert refused.value.sqlstate == "42501"


def test_the_ledger_is_never_changed_whoever_asks(house: Cinema) -> None:
    with house.admin() as admin, pytest.raises(psycopg.Error) as refused:
        admin.execute("UPDATE boxoffice.gift_card_entry SET amount = 1")
    assert refused.value.sqlstate == "BX409"


def test_a_card_is_worth_what_was_paid_for_it_and_is_sold_once(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker:
        card = attacker.ask("SELECT boxoffice.make_gift_card(sha256(%s))", uuid4().bytes)
        line = {"kind": "gift_card", "amount": 5000, "tax": 0, "ticket_line": None, "gift_card_id": card}
        write(attacker, house, line)
        assert attacker.ask("SELECT balance FROM boxoffice.gift_card WHERE gift_card_id = %s", card) == 5000
    for lines in ([line | {"gift_card_id": 1}], [line, line], [line | {"amount": 20_000_000}]):
        with attack_as(house, cashier) as attacker:
            fresh = attacker.ask("SELECT boxoffice.make_gift_card(sha256(%s))", uuid4().bytes)
            sold = [each if each["gift_card_id"] == 1 else each | {"gift_card_id": fresh} for each in lines]
            with pytest.raises(psycopg.Error) as refused:
                write(attacker, house, *sold)
        assert refused.value.sqlstate == "BX409"


def test_a_code_is_kept_only_for_a_card_that_this_till_makes_and_read_only_while_it_prints(
    house: Cinema, cashier: Till
) -> None:
    with attack_as(house, cashier) as attacker:
        card = attacker.ask("SELECT boxoffice.make_gift_card(sha256('MINE'))")
        attacker.run("SELECT boxoffice.keep_gift_card_code(%s, 'MINE')", card)
        # Its sale is not printing, so nobody reads it back.
        assert attacker.ask("SELECT count(*) FROM boxoffice.printable_gift_cards(gen_random_uuid())") == 0
    for statement in (
        # Another code than the card's own, and a card of another till that was sold already.
        "SELECT boxoffice.keep_gift_card_code(boxoffice.make_gift_card(sha256('MINE')), 'OTHER')",
        "SELECT boxoffice.keep_gift_card_code(1, 'x')",
    ):
        with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error) as refused:
            attacker.run(statement)
        assert refused.value.sqlstate == "BX409"
