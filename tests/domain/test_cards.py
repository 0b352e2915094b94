"""What is refused as a card number, and what is let through as a terminal's reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.domain.cards import (
    check_card_reference,
    holds_card_number,
    looks_like_card_number,
    passes_luhn,
)
from boxoffice_desktop.domain.errors import InvalidInputError
from tests.support.card_cases import CARDS, HONEST, STRIPES, VISA


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_recognised(text: str) -> None:
    assert looks_like_card_number(text)


@pytest.mark.parametrize("text", STRIPES)
def test_stripe_data_is_recognised_even_when_its_check_digit_is_wrong(text: str) -> None:
    assert looks_like_card_number(text)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_reference_passes(text: str) -> None:
    assert not looks_like_card_number(text)


def test_a_reference_comes_back_without_spaces_around_it() -> None:
    assert check_card_reference("  004512 ") == "004512"


@pytest.mark.parametrize("text", ["", "   ", VISA, "x" * 41])
def test_a_refusal_names_the_field_and_does_not_repeat_the_text(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        check_card_reference(text)
    assert refusal.value.field == "reference"
    assert not text.strip() or text not in str(refusal.value)


@given(st.text("0123456789", min_size=11, max_size=18).filter(lambda d: len(set(d)) > 1))
def test_every_number_with_its_check_digit_is_recognised(body: str) -> None:
    check = next(d for d in "0123456789" if passes_luhn(body + d))
    assert looks_like_card_number(f"no. {body}{check}.")


@given(st.text("0123456789", max_size=11))
def test_fewer_than_twelve_digits_are_no_card(digits: str) -> None:
    assert not looks_like_card_number(digits)


@given(
    st.text("0123456789", min_size=12, max_size=18).filter(lambda d: d[0] != "0" and len(set(d)) > 1), st.integers(2, 6)
)
def test_a_card_number_in_a_text_by_hand_is_recognised_in_any_groups(body: str, size: int) -> None:
    digits = body + next(d for d in "0123456789" if passes_luhn(body + d))
    groups = [digits[start : start + size] for start in range(0, len(digits), size)]
    for separator in ("", " ", "-"):
        assert holds_card_number(f"Anna, no. {separator.join(groups)}.")


@given(
    st.text("0123456789", min_size=6, max_size=14), st.sampled_from(["+4", "00 4", "+4 ("]), st.sampled_from(["", " "])
)
def test_a_number_with_its_country_is_a_phone_number(rest: str, start: str, separator: str) -> None:
    assert not holds_card_number(f"Anna {start}{separator.join(rest)}")
