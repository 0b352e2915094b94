"""The database refuses as a reference what the tills refuse: one rule, written twice, tested against one table."""

import random

import psycopg
import pytest

from boxoffice_desktop.domain.cards import holds_card_number, looks_like_card_number
from tests.security.conftest import attack_as
from tests.support.card_cases import CARDS, HONEST, PHONES, SHORTEST, STRIPES, VISA
from tests.support.cinema import Cinema, Till

ASK = "SELECT boxoffice.looks_like_card_number(%s)"
PAY = (
    "INSERT INTO boxoffice.payment (sale_id, line, kind, amount, given, reference)"
    " SELECT sale_id, 9, 'card', 1, 1, %s FROM boxoffice.sale WHERE terminal_id = 1 LIMIT 1"
)


@pytest.mark.parametrize("text", [*CARDS, *STRIPES])
def test_the_database_knows_what_a_card_number_is(house: Cinema, text: str) -> None:
    assert house.query(ASK, text) == [(True,)]


@pytest.mark.parametrize("text", HONEST)
def test_the_database_lets_an_honest_reference_pass(house: Cinema, text: str) -> None:
    assert house.query(ASK, text) == [(False,)]


def test_both_rules_say_the_same_of_anything() -> None:
    # See below: the texts must hold both kinds in number, else agreeing would mean little.
    answers = [looks_like_card_number(text) for text in _texts()]
    assert min(sum(answers), len(answers) - sum(answers)) > 100


def test_the_database_agrees_with_the_tills_on_anything(house: Cinema) -> None:
    texts = _texts()
    rows = house.query("SELECT t, boxoffice.looks_like_card_number(t) FROM unnest(%s::text[]) AS t", texts)
    assert [(text, answer) for text, answer in rows if answer != looks_like_card_number(text)] == []
    assert len(rows) == len(texts)


def test_a_till_stores_no_card_number(house: Cinema, cashier: Till) -> None:
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.errors.CheckViolation):
        attacker.run(PAY, "4111/1111/1111/1111")
    # The control comes as far as the guard of sales that are closed.
    with attack_as(house, cashier) as attacker, pytest.raises(psycopg.Error, match="This sale is closed"):
        attacker.run(PAY, "A-4711")


ASK_BY_HAND = "SELECT boxoffice.holds_card_number(%s)"


@pytest.mark.parametrize("text", [*(card for card in CARDS if card != SHORTEST), *STRIPES])
def test_a_text_by_hand_holds_the_same_cards(house: Cinema, text: str) -> None:
    assert house.query(ASK_BY_HAND, text) == [(True,)]
    assert holds_card_number(text)


@pytest.mark.parametrize("text", [*PHONES, *HONEST])
def test_a_text_by_hand_may_hold_a_phone_number(house: Cinema, text: str) -> None:
    assert house.query(ASK_BY_HAND, text) == [(False,)]
    assert not holds_card_number(text)


def test_both_rules_for_texts_by_hand_say_the_same_of_anything(house: Cinema) -> None:
    texts = _texts("+++000")
    rows = house.query("SELECT t, boxoffice.holds_card_number(t) FROM unnest(%s::text[]) AS t", texts)
    assert [(text, answer) for text, answer in rows if answer != holds_card_number(text)] == []
    answers = [answer for _, answer in rows]
    assert min(sum(answers), len(answers) - sum(answers)) > 100


REASON = f"milk, {VISA}"
ATTACKS = {
    "hold": (
        "INSERT INTO boxoffice.hold (hold_id, kind, terminal_id, staff_id, name)"
        " VALUES (gen_random_uuid(), 'house', 1, 1, %s)"
    ),
    "cash_movement": "SELECT boxoffice.record_cash(gen_random_uuid(), 'pay_in', 500, %s, NULL, '{}', '{}')",
}


@pytest.mark.parametrize("table", ATTACKS)
def test_a_till_stores_no_card_number_in_a_text(house: Cinema, cashier: Till, table: str) -> None:
    with (
        attack_as(house, cashier) as attacker,
        pytest.raises(psycopg.errors.CheckViolation, match=f"{table}_texts_harmless"),
    ):
        attacker.run(ATTACKS[table], REASON)
    # The control: the same with a phone number.
    with attack_as(house, cashier) as attacker:
        attacker.run(ATTACKS[table], "milk, +43 660 1234567")


def test_every_text_by_hand_has_the_rule(house: Cinema) -> None:
    """Columns of that kind that somebody adds want it too."""
    ruled = house.query(
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)"
        " WHERE c.contype = 'c' AND pg_get_constraintdef(c.oid) ~ '(holds|looks_like)_card_number'"
    )
    written = house.query(
        "SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'boxoffice' AND column_name IN ('reason', 'reference', 'phone', 'name_key')"
    )
    assert set(written) <= set(ruled)
    assert ("boxoffice.hold", "name") in ruled


def _texts(more: str = "") -> list[str]:
    chance = random.Random(4711)  # noqa: S311  the same texts in every run
    alphabet = "0123456789" * 6 + "4444  --/.,:*|_;=^%DdAx\t\u00a0\u2011\u200b\uff14\u0664\u2003" + more
    return ["".join(chance.choices(alphabet, k=chance.randint(10, 40))) for _ in range(1500)]
