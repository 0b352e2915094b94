from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice_desktop.documents import formatting
from boxoffice_desktop.documents.formatting import MAX_AMOUNT, format_amount, format_money, parse_amount
from boxoffice_desktop.domain.errors import InvalidInputError

DAY = date(2026, 11, 20)
JUST_AFTER_MIDNIGHT = datetime(2026, 11, 20, 0, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
LOCALES = [
    "en_GB",
    "en_US",
    "en_IN",
    "de_DE",
    "de_CH",
    "fr_FR",
    "pl_PL",
    "es_ES",
    "tr_TR",
    "ru_RU",
    "hi_IN",
    "ar_EG",
    "ja_JP",
]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (1200, "GBP", "en_GB", "£12.00"),
        (123456, "EUR", "de_DE", "1.234,56\xa0€"),
        (1200, "JPY", "ja_JP", "\uffe51,200"),
        (1200, "KWD", "en_GB", "KWD\xa01.200"),
        (5, "EUR", "en_GB", "€0.05"),
        (-1200, "EUR", "en_GB", "-€12.00"),
        (1200, "PLN", "pl_PL", "12,00\xa0zł"),
        (12345678, "INR", "hi_IN", "₹1,23,456.78"),
        (1200, "EUR", "en-GB", "€12.00"),
    ],
)
def test_money_is_written_as_the_locale_does(amount: int, currency: str, locale: str, written: str) -> None:
    assert format_money(amount, currency, locale) == written


def test_arabic_money_keeps_its_figures() -> None:
    assert "150.00" in format_money(15000, "EGP", "ar_EG")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (1200, "EUR", "en_GB", "12.00"),
        (1200, "EUR", "de_DE", "12,00"),
        (125000, "EUR", "de_CH", "1’250.00"),  # noqa: RUF001 - Switzerland's own mark
        (1200, "JPY", "ja_JP", "1,200"),
        (1200, "KWD", "en_GB", "1.200"),
        (0, "EUR", "en_GB", "0.00"),
    ],
)
def test_an_amount_has_the_currency_s_digits_and_no_symbol(
    amount: int, currency: str, locale: str, written: str
) -> None:
    assert format_amount(amount, currency, locale) == written


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("EUR", 2), ("KWD", 3)])
def test_currencies_have_none_two_or_three_digits(currency: str, digits: int) -> None:
    assert formatting.currency_digits(currency) == digits


@pytest.mark.parametrize(
    ("locale", "long", "short", "strip"),
    [
        ("en_GB", "Friday 20 November 2026", "20/11/2026", "Fri 20"),
        ("en_US", "Friday, November 20, 2026", "11/20/2026", "20 Fri"),
        ("de_DE", "Freitag, 20. November 2026", "20.11.2026", "Fr., 20."),
        ("ja_JP", "2026年11月20日金曜日", "2026/11/20", "20日(金)"),
    ],
)
def test_dates_are_written_as_the_locale_does(locale: str, long: str, short: str, strip: str) -> None:
    assert formatting.format_date_long(DAY, locale) == long
    assert formatting.format_date_short(DAY, locale) == short
    assert formatting.format_day_short(DAY, locale) == strip


def test_weekday_and_date_can_stand_apart() -> None:
    assert formatting.format_weekday(DAY, "pl_PL") == "piątek"
    assert formatting.format_date_plain(DAY, "pl_PL") == "20 listopada 2026"


def test_a_moment_keeps_its_own_zone() -> None:
    assert formatting.format_time(JUST_AFTER_MIDNIGHT, "en_GB") == "00:05"
    assert formatting.format_date_time(JUST_AFTER_MIDNIGHT, "en_GB") == "20 Nov 2026, 00:05"
    assert formatting.format_date_long(JUST_AFTER_MIDNIGHT, "en_GB") == "Friday 20 November 2026"
    assert formatting.format_date_short(JUST_AFTER_MIDNIGHT, "en_GB") == "20/11/2026"
    assert formatting.format_day_short(JUST_AFTER_MIDNIGHT, "en_GB") == "Fri 20"


@pytest.mark.parametrize("locale", ["", "xx_YY", "english", "../../etc/passwd"])
def test_a_locale_that_does_not_exist_is_refused(locale: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        format_money(1, "EUR", locale)
    assert caught.value.field == "locale"


@pytest.mark.parametrize(
    ("text", "currency", "locale", "amount"),
    [
        ("20", "EUR", "en_GB", 2000),
        ("20.00", "EUR", "en_GB", 2000),
        ("20,00", "EUR", "en_GB", 2000),
        ("20.00", "EUR", "de_DE", 2000),
        ("20,00", "EUR", "de_DE", 2000),
        ("20.5", "EUR", "de_DE", 2050),
        (" 20 ", "EUR", "en_GB", 2000),
        (".5", "EUR", "en_GB", 50),
        ("20.", "EUR", "en_GB", 2000),
        ("007", "EUR", "en_GB", 700),
        ("1,250.00", "EUR", "en_GB", 125000),
        ("1,250", "EUR", "en_GB", 125000),
        ("1.250,00", "EUR", "de_DE", 125000),
        ("1.250", "EUR", "de_DE", 125000),
        ("1 250,00", "EUR", "fr_FR", 125000),
        ("1'250.00", "CHF", "de_CH", 125000),
        ("1,00,250.00", "INR", "en_IN", 10025000),
        ("1200", "JPY", "ja_JP", 1200),
        ("1,200", "JPY", "ja_JP", 1200),
        ("1.2", "KWD", "en_GB", 1200),
        ("1.234", "KWD", "en_GB", 1234),
        ("\u0661\u0662.\u0665", "EGP", "ar_EG", 1250),
        ("0", "EUR", "en_GB", 0),
        ("20000000", "EUR", "en_GB", MAX_AMOUNT),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, currency: str, locale: str, amount: int) -> None:
    assert parse_amount(text, currency, locale) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("  ", "EUR"),
        ("-5", "EUR"),
        ("\u22125", "EUR"),
        ("+5", "EUR"),
        ("abc", "EUR"),
        ("20 €", "EUR"),
        ("1e3", "EUR"),
        ("0x10", "EUR"),
        ("nan", "EUR"),
        ("1_000", "EUR"),
        ("20.001", "EUR"),
        ("1.5", "JPY"),
        ("1.2345", "KWD"),
        ("1.2.3", "EUR"),
        ("1,,250", "EUR"),
        ("12,50,00.00", "EUR"),
        (".", "EUR"),
        (",", "EUR"),
        ("²", "EUR"),
        ("20000000.01", "EUR"),
        ("9" * 5000, "EUR"),
        ("20\n30", "EUR"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_amount(text, currency, "en_GB")
    assert caught.value.field == "amount"


@given(
    st.integers(min_value=0, max_value=MAX_AMOUNT),
    st.sampled_from(["JPY", "EUR", "KWD", "INR", "CHF"]),
    st.sampled_from(LOCALES),
)
def test_what_is_written_can_be_typed(amount: int, currency: str, locale: str) -> None:
    assert parse_amount(format_amount(amount, currency, locale), currency, locale) == amount


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text, "EUR", "en_GB")
    except InvalidInputError:
        return
    assert 0 <= amount <= MAX_AMOUNT
