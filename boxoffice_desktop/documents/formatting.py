"""Money and dates as the venue's locale writes them, for screen and paper; and money as people type it.

Amounts are integer minor units; a currency has 0, 2 or 3 digits of them (JPY, EUR, KWD). Locales are written `en_GB` or
`en-GB`. Digits are always 0-9, since tills, receipts and keyboards of Arabic and Indian cinemas use them too.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError, dates, numbers

from boxoffice_desktop.domain.errors import InvalidInputError

MAX_AMOUNT = 2_000_000_000
"""The largest amount that `parse_amount` takes, in minor units: fits a 32-bit column, and no cinema needs more."""

_MAX_TYPED = 40
_PARTS_OF_DATE, _LONG_YEAR = 3, 4
_CENTURY, _SHORT_YEARS = 2000, 100
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " "})
_APOSTROPHES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'"})


@lru_cache(maxsize=64)
def _get_locale(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise InvalidInputError(
            "locale", f"'{locale}' is no language and country that dates can be written in."
        ) from error


def currency_digits(currency: str) -> int:
    """How many decimal digits the currency's minor unit has: 0 for JPY, 2 for EUR, 3 for KWD; 2 for an unknown one."""
    return numbers.get_currency_precision(currency)


def format_money(amount: int, currency: str, locale: str) -> str:
    """`amount` minor units with the currency's symbol, e.g. `€12.00` or `12,00 €`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    value = Decimal(amount).scaleb(-currency_digits(currency))
    text = numbers.format_currency(value, currency, locale=_get_locale(locale))
    # Unicode's rule for a symbol that ends in a letter, which Babel leaves out: KWD 1.200, not KWD1.200.
    return re.sub(r"([A-Za-z])([0-9])", "\\1\N{NO-BREAK SPACE}\\2", text)


def format_amount(amount: int, currency: str, locale: str) -> str:
    """`amount` minor units with the currency's digits but without its symbol, e.g. `1,250.00`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    digits = currency_digits(currency)
    pattern = "#,##0" if digits == 0 else f"#,##0.{'0' * digits}"
    chosen = _get_locale(locale)
    if _grouping(chosen)[1] != _grouping(chosen)[0]:
        pattern = f"#,##,{pattern[2:]}"
    return numbers.format_decimal(Decimal(amount).scaleb(-digits), format=pattern, locale=chosen)


def format_date_long(day: date, locale: str) -> str:
    """The whole date with its weekday, e.g. `Friday 20 November 2026`; of an aware time, the day in its own zone.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    chosen = _get_locale(locale)
    pattern = str(chosen.date_formats["full"])
    if chosen.language == "en":
        # Day-first English has dropped the comma since; Babel's data still has it.
        pattern = pattern.replace("EEEE, d ", "EEEE d ")
    return dates.format_date(day, pattern, locale=chosen)


def format_weekday(day: date, locale: str) -> str:
    """The day of the week in full, e.g. `Friday`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    return dates.format_date(day, "EEEE", locale=_get_locale(locale))


def format_date_plain(day: date, locale: str) -> str:
    """The date in words without its weekday, e.g. `20 November 2026`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    return dates.format_date(day, "long", locale=_get_locale(locale))


def format_date_short(day: date, locale: str) -> str:
    """The date in figures with a year of four, e.g. `20/11/2026`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    return dates.format_skeleton("yMd", _midnight(day), locale=_get_locale(locale))


def format_day_short(day: date, locale: str) -> str:
    """Weekday and day of the month, e.g. `Fri 20`: for strips and tiles that show a week.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    return dates.format_skeleton("Ed", _midnight(day), locale=_get_locale(locale))


def format_time(moment: datetime, locale: str) -> str:
    """The time of day in the moment's own zone, e.g. `20:15` or `8:15 PM`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    return dates.format_time(moment.time(), "short", locale=_get_locale(locale))


def format_date_time(moment: datetime, locale: str) -> str:
    """Date and time in the moment's own zone, e.g. `20 Nov 2026, 20:15`.

    Raises:
        InvalidInputError: the locale does not exist.
    """
    chosen = _get_locale(locale)
    text = str(dates.get_datetime_format("medium", locale=chosen))
    day = dates.format_date(moment, "medium", locale=chosen)
    return text.replace("'", "").replace("{0}", format_time(moment, locale)).replace("{1}", day)


def parse_date(text: str, locale: str) -> date:
    """The day that somebody typed in figures: as the locale writes it (`20/11/2026`), or as `2026-11-20` everywhere.

    Any marks may stand between the figures; a year of two digits is one of this century.

    Raises:
        InvalidInputError: `date` is no such day; `locale` does not exist.
    """
    pattern = str(_get_locale(locale).datetime_skeletons["yMd"])
    # Arabic writes marks of direction between the figures.
    plain = "".join(each for each in _plain(text) if unicodedata.category(each) != "Cf")
    typed = re.findall(r"[0-9]+", plain) if re.fullmatch(r"[\W0-9年月日년월일]+", plain) else []
    if len(typed) != _PARTS_OF_DATE:
        raise InvalidInputError("date", "Enter a day.")
    is_iso = len(typed[0]) == _LONG_YEAR
    order = "yMd" if is_iso else sorted("yMd", key=pattern.find)
    year, month, day = (int(typed[list(order).index(part)]) for part in "yMd")
    try:
        return date(year + _CENTURY if year < _SHORT_YEARS else year, month, day)
    except ValueError as error:
        raise InvalidInputError("date", "There is no such day.") from error


def parse_amount(text: str, currency: str, locale: str) -> int:
    """The minor units of an amount as somebody typed it: `20`, `20.5`, `20.00`, `20,00`, `1,250.00`.

    The locale's own grouping is understood when it is well formed. Otherwise one point or comma is the decimal mark,
    whichever the locale prefers, since number pads differ from the language on the screen.

    Raises:
        InvalidInputError: `amount` is empty, negative, no number, too precise for the currency or above `MAX_AMOUNT`;
            `locale` does not exist.
    """
    chosen = _get_locale(locale)
    typed = _plain(text)
    if not typed:
        raise InvalidInputError("amount", "Enter an amount.")
    if typed.startswith(("-", "\N{MINUS SIGN}")):
        raise InvalidInputError("amount", "An amount cannot be negative.")
    whole, decimals = _split(typed, chosen)
    digits = currency_digits(currency)
    if len(decimals) > digits:
        allowed = f"{digits} decimals" if digits else "no decimals"
        raise InvalidInputError("amount", f"{currency} has {allowed}.")
    amount = int(whole + decimals.ljust(digits, "0"))
    if amount > MAX_AMOUNT:
        raise InvalidInputError("amount", "That amount is too large.")
    return amount


def _split(typed: str, locale: Locale) -> tuple[str, str]:
    """The digits before and after the decimal mark, grouping taken out."""
    if len(typed) <= _MAX_TYPED:
        plain = re.fullmatch(r"([0-9]+)(?:[.,]([0-9]*))?", typed)
        grouped = _grouped_pattern(locale).fullmatch(typed)
        if grouped:
            return re.sub(r"[^0-9]", "", grouped[1]), grouped[2] or ""
        if plain:
            return plain[1], plain[2] or ""
        bare = re.fullmatch(r"[.,]([0-9]+)", typed)
        if bare:
            return "0", bare[1]
    raise InvalidInputError("amount", "That is not an amount.")


@lru_cache(maxsize=64)
def _grouped_pattern(locale: Locale) -> re.Pattern[str]:
    """A number with at least one well formed group, e.g. `1,250.00`, or `1,00,250.00` in India."""
    group = re.escape(_plain_mark(numbers.get_group_symbol(locale)))
    decimal = re.escape(_plain_mark(numbers.get_decimal_symbol(locale)))
    last, others = _grouping(locale)
    return re.compile(
        rf"([0-9]{{1,{others}}}(?:{group}[0-9]{{{others}}})*{group}[0-9]{{{last}}})(?:{decimal}([0-9]*))?"
    )


def _grouping(locale: Locale) -> tuple[int, int]:
    """How many digits the last group and the ones before it have: 3 and 3, or 3 and 2 in India."""
    last, others = locale.decimal_formats[None].grouping
    # Some locales group nothing by themselves; thousands are what their money is read in nevertheless.
    usual = 3
    return (last, others) if last <= usual else (usual, usual)


def _plain(text: str) -> str:
    """The text with 0-9 for any script's digits, common spaces and apostrophes, nothing invisible around it."""
    digits = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in text)
    return _plain_mark(digits).strip()


def _plain_mark(mark: str) -> str:
    return mark.translate(_SPACES).translate(_APOSTROPHES)


def _midnight(day: date) -> datetime:
    # Babel's skeletons want a time, and would turn an aware one into another zone's day.
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a calendar day has no zone
