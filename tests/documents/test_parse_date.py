"""Days as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.documents.formatting import format_date_short, parse_date
from boxoffice_desktop.domain.errors import InvalidInputError

DAY = date(2026, 12, 3)
LOCALES = ("en_GB", "en_US", "de_AT", "pl_PL", "sv_SE", "ja_JP", "fr_CH", "hu_HU", "ar_EG", "hi_IN", "ko_KR", "fa_IR")


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("3/12/2026", "en_GB"),
        ("12/3/2026", "en_US"),
        ("3.12.2026", "de_AT"),
        ("03.12.26", "de_AT"),
        ("  3 12 2026 ", "de_AT"),
        ("3-12-26", "en_GB"),
        ("2026-12-03", "en_US"),
        ("2026-12-03", "de_AT"),
        ("2026/12/3", "en_GB"),
    ],
)
def test_a_day_is_read_in_the_order_of_the_locale_or_with_the_year_first(text: str, locale: str) -> None:
    assert parse_date(text, locale) == DAY


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(LOCALES))
def test_what_is_written_is_read_again(day: date, locale: str) -> None:
    assert parse_date(format_date_short(day, locale), locale) == day


@pytest.mark.parametrize("text", ["", "3", "3.12", "31.2.2026", "0.12.2026", "x.12.2026", "3.12.2026.1", "3.12.20260"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_date(text, "de_AT")
