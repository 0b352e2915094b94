"""The database refuses as a reference what the tills refuse: one rule, written twice, tested against one table."""

import random

import psycopg
import pytest

from boxoffice_desktop.domain.cards import looks_like_card_number
from tests.security.conftest import attack_as
from tests.support.card_cases import CARDS, HONEST, STRIPES
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


def _texts() -> list[str]:
    chance = random.Random(4711)  # noqa: S311  the same texts in every run
    alphabet = "0123456789" * 6 + "4444  --/.,:*|_;=^%DdAx\t\u00a0\u2011\u200b\uff14\u0664\u2003"
    return ["".join(chance.choices(alphabet, k=chance.randint(10, 40))) for _ in range(1500)]
