"""Money and times as this till writes them."""

from dataclasses import dataclass
from datetime import date, datetime

from boxoffice_desktop.documents import formatting
from boxoffice_desktop.services.context import TillFacts


@dataclass(frozen=True, kw_only=True)
class Formats:
    """The venue's currency and locale, so that panels need not carry both. Amounts are minor units."""

    currency: str
    locale: str

    @classmethod
    def of(cls, facts: TillFacts) -> "Formats":
        return cls(currency=facts.currency, locale=facts.locale)

    def money(self, amount: int) -> str:
        """With the currency's symbol."""
        return formatting.format_money(amount, self.currency, self.locale)

    def amount(self, amount: int) -> str:
        """Without the currency's symbol, for columns."""
        return formatting.format_amount(amount, self.currency, self.locale)

    def parse(self, text: str) -> int:
        """The minor units of a typed amount.

        Raises:
            InvalidInputError: it is no amount.
        """
        return formatting.parse_amount(text, self.currency, self.locale)

    def time(self, moment: datetime) -> str:
        return formatting.format_time(moment, self.locale)

    def moment(self, moment: datetime) -> str:
        return formatting.format_date_time(moment, self.locale)

    def day(self, day: date) -> str:
        return formatting.format_day_short(day, self.locale)

    def day_long(self, day: date) -> str:
        return formatting.format_date_long(day, self.locale)
