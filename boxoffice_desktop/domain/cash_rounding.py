"""What cash is rounded to, where a currency's coins end before its minor unit does. The database has the same table."""

from collections.abc import Mapping
from typing import Final

_STEPS: Final[Mapping[str, int]] = {
    "CHF": 5, "CAD": 5, "AUD": 5, "NZD": 10, "DKK": 50, "SEK": 100, "NOK": 100, "CZK": 100, "HUF": 500,
}  # fmt: skip


def cash_step(currency: str) -> int:
    """The smallest amount that can be paid in cash, in minor units; 1 where every amount can."""
    return _STEPS.get(currency, 1)


def cash_rounding(amount: int, currency: str) -> int:
    """What is added to an amount that changes hands in cash, minor units: to the nearest step, halves up."""
    step = cash_step(currency)
    return (amount * 2 + step) // (step * 2) * step - amount
