from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.domain.ticket_codes import (
    SignedFacts,
    is_whole_scan,
    pack_facts,
    payload_text,
    read_scan,
    short_code,
)

CODE = bytes(range(3, 19))
FACTS = SignedFacts(key_id=7, show_id=70_000, seat_id=123, serial=99, copy=2, code=CODE)


def signed_text(facts: SignedFacts = FACTS, signature: bytes = b"s" * 64) -> str:
    body = pack_facts(facts)
    assert body is not None
    return payload_text(body + signature)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.integers(1, 255))
def test_what_is_packed_is_read_again(code: bytes, key: int, number: int, copy: int) -> None:
    facts = SignedFacts(key_id=key, show_id=number, seat_id=number, serial=number, copy=copy, code=code)
    reading = read_scan(signed_text(facts))[0]
    assert (reading.facts, reading.code, reading.signature) == (facts, code, b"s" * 64)
    assert reading.signed + reading.signature == reading.signed + b"s" * 64


@given(st.binary(min_size=16, max_size=16))
def test_a_bare_code_and_its_beginning_are_read(code: bytes) -> None:
    text = payload_text(code)
    assert read_scan(text)[0].code == code
    typed = read_scan(short_code(code))[0]
    assert typed.is_short
    assert typed.code[:7] == code[:7]
    assert typed.code[7] == code[7] & 0xF0


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda text: f"  {text}\r\n",
        lambda text: f"]Q1{text}",
        lambda text: f"\x02{text}\x03",
        lambda text: " ".join(text[place : place + 5] for place in range(0, len(text), 5)),
        lambda text: text.replace("O", "0").replace("I", "1").replace("B", "8"),
        lambda text: text.translate(str.maketrans("YZ", "ZY")),
    ],
    ids=["small", "blanks", "aim", "control", "groups", "look-alikes", "keyboard"],
)
@pytest.mark.parametrize("text", [signed_text(), payload_text(CODE)], ids=["signed", "bare"])
def test_spellings_of_scanners_and_people_are_forgiven(spell: Callable[[str], str], text: str) -> None:
    assert CODE in {reading.code for reading in read_scan(spell(text))}


def test_a_prefix_that_somebody_set_at_the_scanner_is_left_out() -> None:
    assert read_scan(f"DOOR:{signed_text()}")[0].facts == FACTS


def test_a_person_may_type_more_of_the_code_than_is_needed() -> None:
    text = payload_text(CODE)
    assert read_scan(text[:15])[0] == read_scan(text[:12])[0]


@pytest.mark.parametrize("text", ["", "HELLO", "4006381333931", payload_text(CODE)[:-1] + "7", "\0" * 200])
def test_what_is_no_code_has_no_reading_of_a_ticket(text: str) -> None:
    assert CODE not in {reading.code for reading in read_scan(text)}


def test_another_version_of_the_signed_text_is_not_guessed_at() -> None:
    body = pack_facts(FACTS)
    assert body is not None
    assert read_scan(payload_text(b"\x09" + body[1:] + b"s" * 64)) == ()


@pytest.mark.parametrize("changes", [{"key_id": 2**16}, {"show_id": 2**32}, {"serial": -1}, {"copy": 0}, {"copy": 256}])
def test_numbers_that_do_not_fit_are_not_cut_off(changes: dict[str, int]) -> None:
    values = {"key_id": 7, "show_id": 1, "seat_id": 2, "serial": 3, "copy": 1, **changes}
    assert pack_facts(SignedFacts(code=CODE, **values)) is None


def test_a_scan_is_whole_when_its_last_letter_is_there() -> None:
    text = signed_text()
    assert is_whole_scan(text)
    assert not is_whole_scan(text[:-1])
    assert not is_whole_scan(short_code(CODE))


def test_a_short_code_is_twelve_letters_of_a_whole_one() -> None:
    assert short_code(CODE).replace("-", "") == payload_text(CODE)[:12]
    with pytest.raises(InvalidInputError):
        short_code(b"short")
